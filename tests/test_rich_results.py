"""What notebooks show of results: a sentence and a table, escaped, and quickly made."""

import re
from html import unescape

import pandas as pd
import pytest

import clvmodels as clv
from clvmodels import markup
from clvmodels.segments import Segments

EVIL = "<script>alert('x')</script>"
FIT = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
SPEND = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)


def log(who="a", column="who", channel="web"):
    days = ["2024-01-01", "2024-01-15", "2024-02-01"]
    rows = {column: [who, who, "b"], "when": days, "paid": [10.0, 20.0, 5.0], "channel": [channel, channel, "shop"]}
    return clv.Transactions(pd.DataFrame(rows), customer=column, time="when", amount="paid", attributes=["channel"])


def texts(html):
    return [unescape(part.strip()) for part in re.sub(r"<[^>]*>", "\n", html).split("\n") if part.strip()]


def results(tx):
    summary = tx.summarize(time_unit="week", until="2024-02-10")
    value = clv.LifetimeValue(FIT, SPEND, horizon="1 year", discount_rate=0.1, acquisition_cost=5.0)
    _, holdout = tx.split("2024-01-20", "2 weeks", time_unit="week", observed_until="2024-02-10")
    return {
        "transactions": tx, "summary": summary, "report": summary.report, "holdout": holdout, "fit": FIT,
        "spend": SPEND, "model": clv.BGNBD(), "spend model": clv.GammaGamma(), "value": value,
        "total": value.total(summary, level=0.9), "segments": Segments.of_labels([EVIL, "x"], by=EVIL),
        "groups": clv.BGNBD().fit(summary, method=clv.MAP(), by="channel"),
        "backtest": clv.backtest(tx, {EVIL: clv.BGNBD()}, cutoffs=["2024-01-20"], horizon="1 week", time_unit="week"),
        "findings": clv.check(tx, time_unit="week"),
        "selection": clv.select(summary, {EVIL: clv.BGNBD(), "NBD": clv.NBD()}, draws=200),
    }  # fmt: skip


@pytest.fixture(scope="module")
def shown():
    evil = log(who=EVIL, column=f"id{EVIL}", channel=EVIL)
    return {name: result._repr_html_() for name, result in results(evil).items()}


NAMES = (
    "transactions", "summary", "report", "holdout", "fit", "spend", "model", "spend model", "value", "total",
    "segments", "groups", "backtest", "findings", "selection",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
class TestEveryResult:
    def test_nothing_is_injected(self, shown, name):
        assert "<script" not in shown[name]

    def test_tags_are_closed(self, shown, name):
        for tag in ("p", "table", "tr", "td", "b"):
            assert len(re.findall(rf"<{tag}[ >]", shown[name])) == shown[name].count(f"</{tag}>")

    def test_it_begins_with_a_sentence(self, shown, name):
        assert shown[name].startswith("<p>")


def test_the_look_for_injections_would_see_one(shown):
    assert any("&lt;script&gt;" in html for html in shown.values())
    assert "&lt;script&gt;" in shown["transactions"]
    assert "&lt;script&gt;" in shown["summary"]
    assert "&lt;script&gt;" in shown["groups"]


def test_a_log_shows_what_its_columns_are_taken_for():
    found = texts(log()._repr_html_())
    assert found[:2] == ["Transactions:", "3 rows, of which customer is 'who', time is 'when', amount is 'paid'."]
    assert found[2:6] == ["who", "when", "paid", "channel"]
    assert found[6:10] == ["a", "2024-01-01", "10", "web"]


def test_a_summary_shows_its_first_rows():
    found = texts(log().summarize(time_unit="week", until="2024-02-10")._repr_html_())
    assert found[0] == "Summary(2 customers, in weeks until 2024-02-10)."
    assert found[1:5] == ["customer_id", "frequency", "recency", "T"]
    assert "not how long ago" in found[-1]


def test_a_fit_shows_its_parameters():
    found = texts(FIT._repr_html_())
    assert found[0] == "BG/NBD, times in weeks:"
    assert found[found.index("alpha") + 1] == "4.414"
    assert texts(SPEND._repr_html_())[0] == "Gamma-Gamma:"


def test_a_fit_that_did_not_converge_says_so_first():
    from dataclasses import replace

    bad = replace(FIT, diagnostics=replace(FIT.diagnostics, ok=False, message="It ran off."))
    assert "Not to be used. It ran off." in bad._repr_html_()


def test_a_model_shows_its_priors():
    found = texts(clv.BGNBD()._repr_html_())
    assert "mean_dropout" in found
    assert any("LogNormal" in text for text in found)


def test_a_valuation_says_what_a_new_customer_is_worth():
    value = clv.LifetimeValue(FIT, SPEND, horizon="1 year", discount_rate=0.1)
    html = value._repr_html_()
    assert f"is worth {value.new_customer().mean:.4g}" in html
    assert "over 1 year at 10% a year" in html
    rule = clv.heuristics.PastRate().over("1 year").fit(log().summarize(time_unit="week", until="2024-02-10"))
    assert "just acquired" not in rule._repr_html_()


def test_a_selection_says_which_to_take_and_why():
    tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    found = clv.select(
        tx.summarize(time_unit="week", until="1997-09-30"), {"a": clv.BGNBD(), "b": clv.NBD()}, draws=200
    )
    shown = texts(found._repr_html_())
    assert shown[:2] == ["a:", found.reason]
    assert shown[2:5] == ["fit", "parameters", "log_likelihood"]
    assert shown[shown.index("difference_se") + 1] == "a"


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_lazy_logs_are_asked_for_a_head_only(engine, require_package):
    package = require_package(engine)
    frame = pd.DataFrame({"who": range(100), "when": pd.Timestamp("2024-01-01"), "paid": 1.0})
    lazy = package.from_pandas(frame).lazy() if engine == "polars" else package.from_df(frame)
    tx = clv.Transactions(lazy, customer="who", time="when", amount="paid")
    assert tx._repr_html_().count("<tr>") == 6
    summary = tx.summarize(time_unit="day", until="2024-01-05")
    assert "lazy" in texts(summary._repr_html_())[0]
    assert summary._repr_html_().count("<tr>") == 6


def test_aware_times_say_so():
    frame = pd.DataFrame({"who": [1], "when": pd.to_datetime(["2024-01-01 12:00"]).tz_localize("Europe/Berlin")})
    html = clv.Transactions(frame, customer="who", time="when")._repr_html_()
    assert "UTC" in html
    assert "2024-01-01T11:00" in html


def test_headings_stand_above_their_numbers():
    html = markup.table(["id", "clv"], [["a", None], ["b", 2.5]])
    assert re.findall(r"<th style='([^']*)'", html) == ["text-align:left;vertical-align:top", "text-align:right"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234567, "1,234,567"), (0.000123456, "0.0001235"), (19172.96, "19,173"),
     (-98765.4, "-98,765"), (1.5e20, "1.5e+20"), (float("inf"), "inf"), (float("nan"), "-"), (None, "-"),
     (True, "True"), (pd.NA, "-"), (pd.NaT, "-"), ("x" * 500, "x" * 159 + "…")],
)  # fmt: skip
def test_values_as_people_read_them(value, text):
    assert markup.written(value) == text
