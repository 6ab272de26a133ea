"""Backtests: who is asked what, what is counted, who fails, and that nobody knows the future."""

import math
import pickle

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import clvmodels as clv
from clvmodels.errors import InputError, WrongTypeError
from tests.evaluation.contenders import Broken, Knowing, Rule, Table, planted

CUTOFFS = ["1997-06-30", "1997-09-30"]
# Measured on the same customers by other code, to the digits given: bias, MAE and RMSE of means, Spearman.
PUBLISHED = {
    "BG/NBD": (-0.121, 0.785, 1.608, 0.449),
    "past rate": (0.557, 1.024, 2.212, 0.490),
    "repeat": (0.306, 0.897, 1.971, 0.488),
    "population mean": (0.556, 1.382, 2.104, math.nan),
}


def recipe(**terms):
    return clv.Pipeline(**{"purchases": clv.BGNBD(), "spend": clv.GammaGamma(), "horizon": "1 year"} | terms)


def columns(summary, *names):
    return [summary.column(name) for name in names]


def past_rate(weeks):
    return Rule(lambda summary: np.divide(*columns(summary, "frequency", "T")) * weeks)


CONTENDERS = {
    "BG/NBD": recipe(),
    "past rate": past_rate(39),
    "repeat": Rule(lambda summary: summary.column("frequency")),
    "population mean": Rule(
        lambda summary: np.full(len(summary), 39 * np.divide(*map(np.sum, columns(summary, "frequency", "T"))))
    ),
}


@pytest.fixture(scope="module")
def tx():
    return clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")


@pytest.fixture(scope="module")
def result(tx):
    return clv.backtest(tx, CONTENDERS, cutoffs=["1997-09-30"], horizon="39 weeks", time_unit="week")


def run(tx, contenders, **keywords):
    return clv.backtest(tx, contenders, **{"cutoffs": CUTOFFS, "horizon": "26 weeks", "time_unit": "week"} | keywords)


class TestNumbers:
    def test_cdnow_has_the_measured_numbers(self, result):
        table = result.league("purchases").set_index("contender")
        for name, expected in PUBLISHED.items():
            found = table.loc[name, ["bias", "mae_of_means", "rmse", "spearman"]].astype(float)
            np.testing.assert_allclose(found, expected, atol=5.1e-4, err_msg=name)

    def test_money_of_cdnow(self, result):
        table = result.league("revenue").set_index("contender")
        assert table.loc["BG/NBD", "bias"] == pytest.approx(-0.1556, abs=5e-5)
        assert table.loc["BG/NBD", "rmse"] == pytest.approx(72.3, abs=0.05)

    def test_activity_is_asked_of_the_purchases_of_a_value(self, result):
        table = result.league("activity").set_index("contender")
        assert table.loc["BG/NBD", "auc"] == pytest.approx(0.754, abs=5e-3)
        assert table.loc["past rate", ["bias", "brier", "auc"]].isna().all()
        notes = result.notes
        assert set(notes.loc[notes["contender"] == "past rate", "target"]) == {"activity", "revenue", "value"}
        assert (notes["kind"] == "not available").all()

    def test_what_happened_is_the_holdout(self, tx, result):
        _, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
        row = result.cutoffs.iloc[0]
        assert row[["customers", "purchases", "active"]].tolist() == [2357, 1882, 684]
        assert row["revenue"] == pytest.approx(70_976.39)
        assert row["value"] == pytest.approx(holdout.column("revenue").sum())
        assert result.origins[0].ids == tuple(range(1, 2358))

    def test_ties_in_the_order_of_customers_are_the_published_hits(self, tx, result):
        keywords = {"cutoffs": ["1997-09-30"], "horizon": "39 weeks", "ties": "first"}
        first = run(tx, CONTENDERS, **keywords).league("purchases").set_index("contender")["top_decile_hits"]
        assert first[["BG/NBD", "past rate", "repeat"]].round(2).tolist() == [0.47, 0.46, 0.43]
        shared = result.league("purchases").set_index("contender")["top_decile_hits"]
        assert shared["population mean"] == pytest.approx(0.1, abs=2e-4)
        assert shared["BG/NBD"] == pytest.approx(first["BG/NBD"], abs=0.002)

    def test_scores_are_those_of_the_metrics(self, result):
        customers = result.predictions("past rate")
        expected = clv.metrics.poisson_deviance(customers["expected_purchases"], customers["actual_purchases"])
        scores = result.scores.set_index(["contender", "target", "metric"])["value"]
        assert scores["past rate", "purchases", "poisson_deviance"] == expected == math.inf
        customers = result.predictions("BG/NBD")
        expected = clv.metrics.normalised_gini(customers["clv"], customers["actual_value"])
        assert scores["BG/NBD", "value", "gini"] == pytest.approx(expected, rel=1e-12)
        assert (result.scores["customers"] == 2357).all()


class TestTerms:
    def test_everybody_is_asked_for_the_same_horizon(self, tx):
        wide = run(tx, {"week": recipe(horizon="1 week"), "decade": recipe(horizon="10 years")})
        expected = wide.predictions("week").drop(columns="contender")
        pd.testing.assert_frame_equal(wide.predictions("decade").drop(columns="contender"), expected)

    def test_value_is_margin_times_discounted_revenue(self, tx):
        found = run(tx, {"a": recipe(margin=0.3, discount_rate=0.2)}, cutoffs=["1997-09-30"])
        log = clv.datasets.cdnow()
        days = (log["date"] - pd.Timestamp("1997-09-30")).dt.days
        within = (days > 0) & (days <= 182)
        worth = 0.3 * (log["amount"] * 1.2 ** (-days / 365.25))[within].groupby(log["customer_id"]).sum()
        customers = found.predictions("a").set_index("customer_id")
        np.testing.assert_allclose(customers["actual_value"], worth.reindex(customers.index, fill_value=0.0))
        bias = found.league("value")["bias"].iloc[0]
        # Both sides are discounted and cut alike, so that the errors of value and of revenue are nearly the same.
        assert bias == pytest.approx(found.league("revenue")["bias"].iloc[0], abs=0.01)

    def test_costs_are_left_out(self, tx):
        costs = recipe(retention_cost="5 per year", acquisition_cost=20.0)
        found = run(tx, {"free": recipe(), "dear": costs}, cutoffs=["1997-09-30"])
        assert found.predictions("free")["clv"].tolist() == found.predictions("dear")["clv"].tolist()

    def test_contenders_have_to_agree_on_the_margin_or_are_told_one(self, tx):
        contenders = {"a": recipe(margin=0.3), "b": recipe(margin=0.5)}
        with pytest.raises(InputError, match=r"(?s)different values of margin.*a: 0.3.*b: 0.5"):
            run(tx, contenders)
        found = run(tx, contenders, margin=0.4, cutoffs=["1997-09-30"])
        assert found.predictions("a")["clv"].tolist() == found.predictions("b")["clv"].tolist()
        assert found.cutoffs["value"].iloc[0] == pytest.approx(0.4 * found.cutoffs["revenue"].iloc[0])

    def test_the_keywords_of_summarize_are_heard(self, tx):
        weekly = run(tx, {"a": past_rate(26)}, collapse="week", cutoffs=["1997-09-30"])
        _, holdout = tx.split("1997-09-30", "26 weeks", time_unit="week", collapse="week")
        assert weekly.cutoffs["purchases"].iloc[0] == holdout.column("purchases").sum()
        with pytest.raises(WrongTypeError, match="no keyword colapse"):
            run(tx, {"a": past_rate(26)}, colapse="week")

    def test_a_horizon_is_in_whole_days_for_everybody(self, tx):
        found = run(tx, {"a": recipe()}, horizon="0.5 years", cutoffs=["1997-09-30"])
        assert found.origins[0].horizon == "182 days"
        expected = run(tx, {"a": recipe()}, horizon="182 days", cutoffs=["1997-09-30"])
        pd.testing.assert_frame_equal(found.scores, expected.scores)


class TestFailures:
    def test_one_failure_costs_one_contender_at_one_cut_off(self, tx):
        fine = run(tx, {"fine": past_rate(26)})
        found = run(tx, {"broken": Broken(ZeroDivisionError("by nothing"), "1997-09-30"), "fine": past_rate(26)})
        assert not found.ok
        assert fine.ok
        assert found.failures.to_numpy().tolist() == [
            [found.origins[1].cutoff, "broken", "ZeroDivisionError: by nothing"]
        ]
        scores = found.scores
        assert sorted(scores.loc[scores["contender"] == "broken", "cutoff"].astype(str).unique()) == ["1997-06-30"]
        unbroken = scores[scores["contender"] == "fine"].reset_index(drop=True)
        pd.testing.assert_frame_equal(unbroken, fine.scores)

    def test_who_failed_somewhere_has_no_rank(self, tx):
        best = Broken(RuntimeError("no"), "1997-09-30")
        table = run(tx, {"broken": best, "fine": past_rate(26)}).league()
        assert table["contender"].tolist() == ["fine", "broken"]
        assert table["cutoffs"].tolist() == [2, 1]
        assert table["rank"].isna().tolist() == [False, True]

    def test_when_all_fail_the_table_is_empty_and_says_so(self, tx):
        found = run(tx, {"broken": Broken(RuntimeError("no"))})
        assert found.league()["rmse"].isna().all()
        assert "broken failed at 1997-06-30. RuntimeError: no" in str(found)
        assert len(found.predictions()) == len(found.calibration()) == len(found.coverage()) == 0
        assert found.compare(reference="broken").empty

    def test_whoever_stops_the_program_stops_it(self, tx):
        for n_jobs in (1, 2):
            with pytest.raises(KeyboardInterrupt):
                run(tx, {"a": Broken(KeyboardInterrupt())}, n_jobs=n_jobs)

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda table: table.iloc[1:], "of other customers than the summary's rows: 2,356 for 2,357"),
            (lambda table: table.iloc[::-1], "in another order"),
            (lambda table: table.assign(customer_id=table["customer_id"] + 1), "customer 1 is answered by 2"),
            (lambda table: table.drop(columns="customer_id"), "has no column 'customer_id'"),
            (lambda table: table.drop(columns="expected_purchases"), "none of the columns that can be judged"),
            (lambda table: table.assign(expected_purchases="many"), "not numbers"),
            (
                lambda table: table.assign(expected_purchases=[math.nan, math.inf, 1.0, math.nan] + [math.inf] * 2353),
                "values of expected_purchases are not finite.\n  customer 1: nan\n  customer 2: inf\n  customer 4: nan",
            ),
            (lambda table: table.assign(probability_active=1.5), "values of probability_active are not between"),
        ],
    )
    def test_answers_about_other_customers_or_without_numbers_are_failures(self, tx, make, message):
        class Odd:
            def fit(self, calibration):
                table = past_rate(26).fit(calibration)
                return Table(lambda summary: make(table.make(summary)))

        found = run(tx, {"odd": Odd(), "fine": past_rate(26)}, cutoffs=["1997-09-30"])
        assert found.failures["contender"].tolist() == ["odd"]
        assert message in found.failures["message"].iloc[0]

    def test_a_fit_that_did_not_converge_is_not_ok(self, tx):
        stopped = recipe(method=clv.MLE(max_iterations=1))
        found = run(tx, {"stopped": stopped}, cutoffs=["1997-09-30"])
        assert not found.ok
        assert found.failures.empty
        assert found.notes["kind"].iloc[0] == "not converged"
        assert "stopped at 1997-09-30 is not converged" in str(found)

    @pytest.mark.parametrize(
        ("contenders", "kind", "match"),
        [
            ({}, InputError, "no contenders"),
            ([clv.BGNBD()], WrongTypeError, "dictionary"),
            ({"a": "hiatus"}, WrongTypeError, "has no fit"),
            ({"a": clv.BGNBD}, WrongTypeError, "has no fit"),
            ({1: clv.BGNBD()}, WrongTypeError, "name of text"),
        ],
    )
    def test_what_cannot_contend_is_refused(self, tx, contenders, kind, match):
        with pytest.raises(kind, match=match):
            run(tx, contenders)

    @pytest.mark.parametrize(
        ("keywords", "match"),
        [
            ({"cutoffs": []}, "no cut-offs"),
            ({"cutoffs": ["1997-09-30", "1998-06-30"]}, "reaches up to 1998-06-30"),
            ({"cutoffs": ["1996-09-30"]}, "No row lies at or before"),
            ({"cutoffs": ["1997-09-30", "1997-09-30"]}, "given twice"),
            ({"level": 1.5}, "level 1.5"),
            ({"draws": 1, "level": 0.8}, "draws=1"),
            ({"ties": "random"}, "ties='random'"),
            ({"margin": 35}, "margin 35"),
            ({"n_jobs": 0}, "n_jobs=0"),
            ({"horizon": None}, "A holdout has an end|no finite value"),
        ],
    )
    def test_impossible_settings_are_refused(self, tx, keywords, match):
        with pytest.raises(InputError, match=match):
            run(tx, {"a": past_rate(26)}, **keywords)

    def test_unknown_names_are_refused(self, result):
        with pytest.raises(InputError, match="no target 'sales'"):
            result.league("sales")
        with pytest.raises(InputError, match="no measure 'mse'"):
            result.league("purchases", by="mse")
        with pytest.raises(InputError, match="needs backtest"):
            result.league("purchases", by="crps")
        with pytest.raises(InputError, match="no contender 'x'"):
            result.compare("x")
        with pytest.raises(InputError, match="no cut-off 1997-01-01"):
            result.predictions(cutoff="1997-01-01")


class TestRoads:
    """Threads, engines and kinds of contenders do not change a number."""

    def test_threads(self, tx):
        contenders = {
            "BG/NBD": recipe(),
            "past rate": past_rate(26),
            "broken": Broken(RuntimeError("no"), "1997-06-30"),
        }
        keywords = {"cutoffs": ["1997-05-31", "1997-06-30", "1997-07-31"], "level": 0.8, "draws": 10}
        alone, together = (run(tx, contenders, n_jobs=n_jobs, **keywords) for n_jobs in (1, 3))
        pd.testing.assert_frame_equal(alone.scores, together.scores)
        pd.testing.assert_frame_equal(alone.predictions(), together.predictions())
        pd.testing.assert_frame_equal(alone.failures, together.failures)

    def test_cut_offs_in_any_order_are_in_order(self, tx):
        found = run(tx, {"a": past_rate(26)}, cutoffs=pd.to_datetime(["1997-09-30", "1997-06-30"]))
        expected = run(tx, {"a": past_rate(26)})
        pd.testing.assert_frame_equal(found.scores, expected.scores)
        assert [
            str(origin.cutoff) for origin in run(tx, {"a": past_rate(26)}, cutoffs="1997-06-30").origins
        ] == CUTOFFS[:1]

    @pytest.fixture(params=["polars", "duckdb"])
    def lazy(self, request):
        """The log in a lazy frame."""
        if request.param == "polars":
            yield pl.from_pandas(clv.datasets.cdnow()).lazy()
            return
        with duckdb.connect() as connection:
            yield connection.from_arrow(pa.Table.from_pandas(clv.datasets.cdnow(), preserve_index=False))

    def test_engines(self, tx, lazy):
        other = clv.Transactions(lazy, customer="customer_id", time="date", amount="amount")
        contenders = {
            "BG/NBD": recipe(discount_rate=0.1),
            "past rate": past_rate(26),
            "hiatus": clv.heuristics.Hiatus(discount_rate=0.1),
            "repeat": clv.heuristics.RepeatLastPeriod(discount_rate=0.1),
        }
        found, expected = run(other, contenders, n_jobs=2).scores, run(tx, contenders).scores
        # Engines add amounts in different order, and by the last digit two customers are tied or not: of 2,357
        # customers, one such pair moves a rank correlation by about a millionth.
        pd.testing.assert_frame_equal(found, expected, rtol=1e-5)

    def test_a_log_without_amounts(self):
        log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date")
        found = run(log, {"BG/NBD": clv.BGNBD(), "past rate": past_rate(26)}, level=0.8, draws=100)
        assert found.ok
        assert found.targets == ("purchases", "activity")
        assert found.league("activity")["contender"].tolist() == ["BG/NBD", "past rate"]
        with pytest.raises(InputError, match="the log has no amounts"):
            found.league("revenue")

    def test_groups(self):
        log = clv.datasets.cdnow().assign(half=lambda log: log["customer_id"] % 2)
        halves = clv.Transactions(log, customer="customer_id", time="date", amount="amount", attributes=["half"])
        found = run(
            halves, {"by half": recipe(by="half"), "all": recipe()}, cutoffs=["1997-09-30"], level=0.8, draws=50
        )
        assert found.ok
        crps = found.league().set_index("contender")["crps"]
        assert crps["by half"] == pytest.approx(crps["all"], rel=0.03)

    def test_one_customer_and_customers_who_never_return(self):
        days = ["2023-01-01", "2023-02-01", "2023-12-31"]
        one = pd.DataFrame({"id": [1, 1, 2], "day": days, "paid": [5.0, 5.0, 5.0]})
        tx = clv.Transactions(one, customer="id", time="day", amount="paid")
        found = run(tx, {"rule": past_rate(26)}, cutoffs=["2023-03-01"])
        assert found.league()["rmse"].iloc[0] == pytest.approx(26 / (59 / 7))
        never = pd.DataFrame({"id": range(50), "day": "2023-01-01", "paid": 5.0})
        never.loc[50] = [99, "2023-12-31", 5.0]
        tx = clv.Transactions(never, customer="id", time="day", amount="paid")
        found = run(tx, {"BG/NBD": clv.BGNBD(), "rule": past_rate(26)}, cutoffs=["2023-03-01"], level=0.8)
        assert found.failures.empty
        assert found.cutoffs["purchases"].iloc[0] == 0
        table = found.league().set_index("contender")
        assert table.loc["rule", ["rmse", "poisson_deviance"]].tolist() == [0.0, 0.0]
        assert math.isnan(table.loc["rule", "bias"])
        boundary = found.notes.query("contender == 'BG/NBD' and kind == 'at a boundary'")["message"].item()
        assert "nobody repeats" in boundary
        # There are no draws of its parameters, and still probabilities of counts.
        assert table.loc["BG/NBD", "log_score"] == pytest.approx(0.0, abs=1e-3)
        assert math.isnan(table.loc["BG/NBD", "crps"])


def test_predictions_need_not_be_kept(tx, monkeypatch):
    full = run(tx, {"a": past_rate(26)})
    lean = run(tx, {"a": past_rate(26)}, keep_predictions=False)
    pd.testing.assert_frame_equal(full.scores, lean.scores)
    pd.testing.assert_frame_equal(full.tracking(), lean.tracking())
    for ask in (lean.predictions, lean.compare, lean.calibration):
        with pytest.raises(InputError, match="were not kept"):
            ask()
    monkeypatch.setattr("clvmodels.evaluation.backtesting.run._MOST_KEPT", 1_000)
    assert not run(tx, {"a": past_rate(26)}).origins[0].ids
    assert run(tx, {"a": past_rate(26)}, keep_predictions=True).origins[0].ids


def test_a_result_travels_to_other_processes(tx):
    found = run(tx, {"BG/NBD": recipe(), "broken": Broken(RuntimeError("no"))}, level=0.8, draws=20)
    copied = pickle.loads(pickle.dumps(found))  # noqa: S301
    pd.testing.assert_frame_equal(copied.scores, found.scores)
    pd.testing.assert_frame_equal(copied.predictions(), found.predictions())
    assert str(copied) == str(found)


def test_absurd_forecasts_have_absurd_scores_and_no_more(tx):
    rules = {"huge": Rule(lambda summary: np.full(len(summary), 1e200)), "fine": past_rate(26)}
    found = run(tx, {**rules, "negative": Rule(lambda summary: -summary.column("frequency"))})
    assert found.ok
    table = found.league().set_index("contender")
    assert table.loc["huge", "rmse"] == math.inf
    assert table.loc["negative", "poisson_deviance"] == math.inf
    assert table.loc["negative", "bias"] < -1
    assert table["rank"].tolist() == [1, 2, 3]


def test_kept_arrays_are_read_only_and_the_owners_are_not(tx):
    own = np.ones(2357)
    found = run(tx, {"a": Rule(lambda _: own)}, cutoffs=["1997-09-30"])
    with pytest.raises(ValueError, match="read-only"):
        found.origins[0].forecasts["a"].means["purchases"][0] = 2.0
    own[0] = 2.0


def test_nothing_of_the_callers_is_changed():
    log = clv.datasets.cdnow()
    before, contenders = log.copy(), {"a": recipe(margin=0.3)}
    run(clv.Transactions(log, customer="customer_id", time="date", amount="amount"), contenders, margin=0.5)
    pd.testing.assert_frame_equal(log, before)
    assert contenders["a"].margin == 0.3


def test_the_printed_league_names_everybody(result):
    text, page = str(result), result._repr_html_()
    for name in CONTENDERS:
        assert name in text
        assert name in page
    assert "1 cut-off (1997-09-30), 39 weeks ahead, 2,357 customers" in text
    assert "-12.1%" in text
    assert "purchases, by rmse" in text
    assert repr(result) == "<Backtest of 4 contenders at 1 cut-off, 39 weeks ahead>"


def test_names_are_text_in_html(tx):
    found = run(tx, {"<b>a</b>": past_rate(26)}, cutoffs=["1997-09-30"])
    assert "<b>a</b>" not in found._repr_html_()


def test_a_bar_is_shown_only_where_it_is_wanted(tx, capsys):
    run(tx, {"a": past_rate(26)})
    assert capsys.readouterr().err == ""
    run(tx, {"a": past_rate(26)}, progress=True)
    assert "Backtest" in capsys.readouterr().err


def test_a_planted_log_is_what_it_says():
    tx, rates = planted()
    found = clv.backtest(tx, {"truth": Knowing(rates)}, cutoffs=["2023-12-31"], horizon="26 weeks", time_unit="week")
    bias = found.league()["bias"].iloc[0]
    # Some 1,200 purchases are expected; a share of 1/7 of a customer's rate per day merges none.
    assert abs(bias) < 4.0 / np.sqrt(found.cutoffs["purchases"].iloc[0])
