"""All checks together: what they say of real logs, how often they cry out at sound ones, and how they are shown."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import clvmodels as clv
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation import Finding, Findings, Severity
from tests.evaluation.check_logs import COLUMNS, alarms, found, frame, sound_log, sound_world
from tests.transactions.conftest import ENGINES

# Of sound logs 1.5% have a warning (docs/checks.md): 4 and more of 50 have a probability of 0.7%.
SEEDS, MOST_ALARMS = 50, 3


def severities(findings):
    return {finding.name: finding.severity.value for finding in findings}


def test_online_retail(shared):
    log = clv.read(shared("data/online_retail_II/invoices.parquet"))
    findings = clv.check(clv.Transactions(log, customer="customer_id", time="date", amount="amount"))
    named = severities(findings)
    assert named["left_truncation"] == "serious"
    assert (named["refunds"], named["missing_ids"]) == ("warning", "warning")
    assert named["seasonality"] == "warning"
    assert findings["seasonality"].figures["month"] == 11
    # The shares of the data's own description: 16.32% of the rows without an id, 15.47% negative (some of them without
    # an id).
    assert findings["missing_ids"].figure == pytest.approx(0.1632, abs=5e-5)
    assert findings["refunds"].figures["share_of_rows"] < 0.1547
    assert not findings.ok


def test_online_retail_with_files_that_overlap(shared):
    lines = pl.scan_parquet(shared("data/online_retail_II/lines.parquet"))
    log = lines.with_columns(paid=pl.col("Quantity") * pl.col("Price"))
    findings = clv.check(clv.Transactions(log, customer="Customer ID", time="InvoiceDate", amount="paid"))
    assert severities(findings)["repeated_rows"] == "serious"
    assert "from 2010-12-01 to 2010-12-09" in findings["repeated_rows"].sentence


def test_groceries(shared):
    log = pd.read_csv(shared("data/grocery_elog/transactions.csv"))
    findings = clv.check(clv.Transactions(log, customer="customer_id", time="date"))
    assert severities(findings)["regularity"] == "warning"
    # Models of regular timing have a shape of 2 for these customers (BTYDplus).
    assert findings["regularity"].figure == pytest.approx(2.0, abs=0.3)
    assert "one_cohort" in findings


def test_relay_foods(shared):
    log = pd.read_csv(shared("data/relay_foods/transactions.csv"))
    findings = clv.check(clv.Transactions(log, customer="customer_id", time="date", amount="amount"))
    assert severities(findings)["acquisition"] == "warning"
    assert findings["acquisition"].figure > 2
    assert findings["few_customers"].figure == 757
    assert "left_truncation" not in findings


def test_cdnow_master(shared):
    log = pd.read_csv(shared("data/cdnow/transactions_master.csv"))
    findings = clv.check(clv.Transactions(log, customer="customer_id", time="date", amount="amount"))
    assert alarms(findings) == {"one_cohort"}
    assert findings["one_cohort"].figures["weeks_of_acquisition"] == 12


@pytest.mark.slow
def test_sound_logs_raise_no_alarm(size):
    seeds = SEEDS if size == "modest" else 6 * SEEDS
    alarmed = [alarms(found(pl.from_pandas(sound_world(seed)))) for seed in range(seeds)]
    assert sum(map(bool, alarmed)) <= MOST_ALARMS * seeds // SEEDS, alarmed


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_finds_the_same(engine):
    log = sound_log(np.random.default_rng(2), 400)
    log = pd.concat([log, log.head(40).assign(paid=-1.0), log.head(90).assign(id=None)])
    expected, got = found(pl.from_pandas(log)), found(ENGINES[engine](log))
    assert got.names == expected.names
    for one, other in zip(got, expected, strict=True):
        assert one.severity == other.severity
        assert list(one.figures.values()) == pytest.approx(list(other.figures.values()), rel=1e-6)
    assert {"refunds", "missing_ids"} <= set(got.names)


def test_the_unit_and_the_collapse_period_change_little():
    log = sound_log(np.random.default_rng(3), 600)
    weeks, hours = found(log), found(log, time_unit="hour")
    assert weeks == hours
    assert "regularity" not in found(log, collapse="week")
    assert "regularity" not in found(log, collapse=None)


def test_frequent_random_purchases_counted_by_days_are_not_regular():
    log = sound_log(np.random.default_rng(5), 600, faster=6.0)
    assert "regularity" not in found(log.assign(time=log["time"].dt.floor("D")))


def test_the_log_is_not_changed():
    log = sound_log(np.random.default_rng(4), 50)
    before = log.copy(deep=True)
    found(log)
    pd.testing.assert_frame_equal(log, before)


def hostile():
    one = ([1], [0.0], [5.0])
    return {
        "one customer who bought once": frame(*one),
        "one customer": frame([1] * 9, np.arange(9.0) * 1.3, np.full(9, 5.0)),
        "nobody repeats": frame(np.arange(500), np.linspace(0, 100, 500), np.full(500, 5.0)),
        "everything is free": frame(np.repeat(np.arange(200), 3), np.linspace(0, 90, 600), np.zeros(600)),
        "all alike": frame(np.repeat(np.arange(200), 3), np.tile([0.0, 10.0, 20.0], 200), np.full(600, 5.0)),
        "all on one day": frame(np.arange(100), np.full(100, 5.0), np.full(100, 5.0)),
        "huge and tiny amounts": frame(
            np.arange(300) % 60, np.linspace(0, 90, 300), np.geomspace(1e-9, 1e12, 300) + 0.01
        ),
        "centuries": frame([1, 1, 2, 2], [0.0, 5000.0, 100.0, 4000.0], [5.0, 5.0, 5.0, 5.0]),
    }


@pytest.mark.parametrize("name", hostile())
def test_hostile_logs_have_findings(name):
    log = hostile()[name]
    findings = found(log, until=str((log["time"].max()).date()))
    assert len(findings) > 0
    assert all(np.isfinite(list(finding.figures.values())).all() for finding in findings)
    assert all(finding.sentence.endswith(".") and "nan" not in finding.sentence for finding in findings)
    assert str(findings)


def test_nobody_who_repeats_is_serious():
    findings = found(hostile()["nobody repeats"])
    assert findings.worst is Severity.SERIOUS
    assert findings["one_time_buyers"].severity == "serious"


def test_what_cannot_be_checked_is_refused():
    log = frame([1, 2], [0.0, 1.0], [5.0, -1.0])
    with pytest.raises(WrongTypeError, match="A DataFrame cannot be checked"):
        clv.check(log)
    transactions = clv.Transactions(log, **COLUMNS)
    with pytest.raises(InputError, match="no time unit"):
        clv.check(transactions, time_unit="W")
    with pytest.raises(WrongTypeError, match="no keyword horizon"):
        clv.check(transactions, horizon="1 year")
    with pytest.raises(InputError, match="negative amount"):
        clv.check(transactions, refunds="error")


def test_every_check_is_in_the_documentation():
    folder = Path(clv.__file__).parent / "evaluation" / "checks"
    named = {name for file in folder.glob("*.py") for name in re.findall(r'Finding\(\s*"(\w+)"', file.read_text())}
    page = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)`", page, flags=re.MULTILINE))
    assert len(named) == 17
    assert listed == named


NOTE = Finding("one", Severity.NOTE, {"share": 0.5, "other": 2}, "Half of it & more.", "Look.")
WARNING = Finding("two", Severity.WARNING, {"share": 0.1}, "A <b>tenth</b>.", "Mend it.")
SERIOUS = Finding("three", Severity.SERIOUS, {"share": 0.9}, "Most of it.", "Do not go on.")


def test_findings_are_sorted_and_found_by_name():
    findings = Findings("a log", (NOTE, SERIOUS, WARNING))
    assert [finding.name for finding in findings] == ["three", "two", "one"]
    assert findings["one"] is NOTE
    assert ("two" in findings, "four" in findings, len(findings)) == (True, False, 3)
    assert (findings.worst, findings.ok) == (Severity.SERIOUS, False)
    assert findings.verdict == "a log: 1 serious, 1 warning, 1 note"
    with pytest.raises(InputError, match="did not find 'four'"):
        findings["four"]


def test_nothing_found_is_well():
    findings = Findings("a log")
    assert (findings.ok, findings.worst, len(findings.frame)) == (True, None, 0)
    assert str(findings) == "a log: nothing found"
    assert Findings("a log", (WARNING, NOTE)).ok
    assert Findings("x", (NOTE, NOTE)).verdict == "x: 2 notes"


def test_findings_as_a_table_as_text_and_as_html():
    findings = Findings("a log", (NOTE, WARNING))
    assert findings.frame.to_dict("records")[1] == {
        "name": "one", "severity": "note", "measure": "share", "figure": 0.5, "sentence": "Half of it & more.",
        "advice": "Look.",
    }  # fmt: skip
    assert str(findings).splitlines()[2:5] == ["warning  two", "         A <b>tenth</b>.", "         -> Mend it."]
    html = findings._repr_html_()
    assert "A &lt;b&gt;tenth&lt;/b&gt;." in html
    assert html.index("two") < html.index("Half of it &amp; more.")


def test_figures_cannot_be_changed():
    with pytest.raises(TypeError):
        NOTE.figures["share"] = 1.0
