"""Predictive distributions in a backtest: judged in blocks, where there are any, by what they claim."""

import math

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from tests.evaluation.contenders import Rule, Table

CUTOFF, HORIZON = "1997-09-30", "39 weeks"


def recipe(**keywords):
    return clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="1 year", **keywords)


class Bounds:
    """Knows an interval, and no distribution."""

    def fit(self, calibration):
        del calibration
        return Interval(lambda summary: pd.DataFrame({"customer_id": summary.ids(), "expected_purchases": 0.5}))


class Interval(Table):
    def predict(self, summary, level=None):
        table = self.make(summary)
        return table if level is None else table.assign(purchases_lower=0.0, purchases_upper=4 * level)


@pytest.fixture(scope="module")
def tx():
    return clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")


@pytest.fixture(scope="module")
def result(tx):
    contenders = {
        "model": recipe(),
        "too few": recipe_at(r=0.1, alpha=20.0),
        "bounds": Bounds(),
        "rule": Rule(lambda summary: summary.column("frequency")),
        "hiatus": clv.heuristics.Hiatus("13 weeks"),
    }
    return clv.backtest(
        tx, contenders, cutoffs=[CUTOFF], horizon=HORIZON, time_unit="week", level=0.8, draws=400, seed=2
    )


def recipe_at(r, alpha):
    """A contender whose parameters are given, and wrong."""

    class Given:
        def fit(self, calibration):
            purchases = clv.BGNBD().at(r=r, alpha=alpha, a=0.793, b=2.426, time_unit="week")
            return clv.LifetimeValue(purchases, clv.GammaGamma().fit(calibration.summary), horizon=HORIZON)

    return Given()


def scores(result, contender, target="purchases"):
    return result.league(target).set_index("contender").loc[contender]


def test_scores_of_counts_are_those_of_the_exact_distribution(tx, result):
    calibration, holdout = tx.split(CUTOFF, HORIZON, time_unit="week")
    summary, happened = calibration.summary, holdout.column("purchases")
    table = clv.BGNBD().fit(summary).purchase_distribution(summary, HORIZON, max_purchases=60)
    row = scores(result, "model")
    expected = -np.log(table[np.arange(len(table)), happened.astype(int)]).mean()
    assert row["log_score"] == pytest.approx(expected, rel=1e-9)
    # CRPS of a count is the sum of squared distances of its distribution function from the outcome's.
    steps = (np.cumsum(table, axis=1) - (np.arange(61) >= happened[:, None])) ** 2
    # Draws also know of uncertain parameters; by 400 of them a mean over 2,357 customers is uncertain by .002.
    assert row["crps"] == pytest.approx(steps.sum(axis=1).mean(), abs=0.006)


def test_distributions_that_are_better_score_better(result):
    right, wrong = scores(result, "model"), scores(result, "too few")
    for name in ("crps", "log_score", "pit_distance"):
        assert right[name] < wrong[name]
    table = result.compare("model", metric="log_score", replicates=100).set_index("contender")
    assert table.loc["too few", "verdict"] == "worse"
    assert table.loc["rule", "verdict"] == "not available"


def test_intervals_are_those_of_the_fit(tx, result):
    calibration, _ = tx.split(CUTOFF, HORIZON, time_unit="week")
    summary, customers = calibration.summary, result.predictions("model")
    drawn = clv.BGNBD().fit(summary).sample_purchases(summary, HORIZON, draws=4_000, seed=5)
    # The shares of 400 draws and of 4,000 below a number differ by a sixtieth, with five sixtieths to spare.
    off = 5 * np.sqrt(0.1 * 0.9 * (1 / 400 + 1 / 4_000))
    for name, share in (("purchases_lower", 0.1), ("purchases_upper", 0.9)):
        bound = customers[name].to_numpy()[:, None]
        assert ((drawn <= bound).mean(axis=1) > share - off).all()
        assert ((drawn < bound).mean(axis=1) < share + off).all()
    assert (customers["revenue_upper"] >= customers["revenue_lower"]).all()


def test_coverage_is_measured_against_what_intervals_claim(result):
    table = result.coverage().set_index(["contender", "level"])
    assert table.loc["model"].index.tolist() == [0.5, 0.8, 0.9, 0.95]
    model = table.loc["model"]
    assert (model["probability"] >= model.index).all()
    # The forecast is 12% too low on CDNOW, so that a little more happens outside than it says.
    np.testing.assert_allclose(model["coverage"], model["probability"], atol=0.03)
    assert (np.diff(model["width"]) > 0).all()
    row = scores(result, "model")
    assert row["coverage"] == pytest.approx(model.loc[0.8, "coverage"])
    assert row["interval_probability"] == pytest.approx(model.loc[0.8, "probability"])


def test_pit_is_nearly_flat(result):
    table = result.pit(bins=5).set_index("contender")
    assert table.loc["model", "share"].sum() == pytest.approx(1.0)
    assert table.loc["model", "density"].between(0.8, 1.25).all()
    assert not table.loc["too few", "density"].between(0.8, 1.25).all()


def test_money_has_distributions_too(result):
    row = scores(result, "model", "revenue")
    assert 0 < row["crps"] < row["mae_of_means"]
    assert math.isnan(scores(result, "model", "revenue").get("log_score", math.nan))
    assert row["crps"] == scores(result, "model", "value")["crps"]


def test_absolute_error_is_labelled_by_what_it_is_of(result):
    right, wrong = scores(result, "model"), scores(result, "too few")
    assert right["mae_of_medians"] < right["mae_of_means"]
    # Of means it prefers whoever expects too little, which squared error and deviance do not.
    assert wrong["bias"] < right["bias"] < 0
    assert wrong["mae_of_means"] < right["mae_of_means"]
    assert wrong["rmse"] > right["rmse"]
    assert wrong["poisson_deviance"] > right["poisson_deviance"]


def test_an_interval_alone_is_covered_or_not(result):
    row = scores(result, "bounds")
    assert row["width"] == pytest.approx(3.2)
    happened = result.predictions("bounds")["actual_purchases"]
    assert row["coverage"] == (happened <= 3.2).mean()
    assert row[["crps", "log_score", "pit_distance", "interval_probability", "mae_of_medians"]].isna().all()


def test_a_rule_has_no_distribution_and_that_is_said(result):
    for name in ("rule", "hiatus"):
        assert scores(result, name)[["crps", "log_score", "coverage", "width"]].isna().all()
    notes = result.notes.query("contender == 'hiatus' and target == 'purchases'")
    assert "does not say how sure it is" in notes["message"].item()
    assert ".notes says why" in str(result)
    assert result.failures.empty


def test_no_table_of_all_customers_and_draws_is_made(tx, result, monkeypatch):
    from clvmodels.evaluation.backtesting import spread

    sizes = []
    sample = clv.LifetimeValue.sample

    def watched(self, summary, draws, seed):
        sizes.append(len(summary))
        return sample(self, summary, draws, seed)

    monkeypatch.setattr(clv.LifetimeValue, "sample", watched)
    monkeypatch.setattr(spread, "_NUMBERS", 100_000)
    found = clv.backtest(
        tx, {"model": recipe()}, cutoffs=[CUTOFF], horizon=HORIZON, time_unit="week", level=0.8, draws=400
    )
    assert max(sizes) == 250
    assert sum(sizes) == 2357
    assert scores(found, "model")["crps"] == pytest.approx(scores(result, "model")["crps"], rel=0.02)
    assert scores(found, "model")["log_score"] == pytest.approx(scores(result, "model")["log_score"], rel=1e-12)


def test_the_seed_repeats(tx):
    def once(seed):
        keywords = {"cutoffs": [CUTOFF], "horizon": HORIZON, "time_unit": "week", "level": 0.8, "draws": 5}
        return clv.backtest(tx, {"model": clv.BGNBD()}, seed=seed, **keywords).scores

    pd.testing.assert_frame_equal(once(1), once(1))
    assert not once(1).equals(once(2))


def test_random_numbers_do_not_depend_on_who_else_contends(tx):
    keywords = {"horizon": HORIZON, "time_unit": "week", "level": 0.8, "draws": 5}
    alone = clv.backtest(tx, {"model": clv.BGNBD()}, cutoffs=[CUTOFF], **keywords)
    contenders = {"other": clv.BGNBD(), "model": clv.BGNBD()}
    among = clv.backtest(tx, contenders, cutoffs=[CUTOFF, "1997-07-31"], **keywords)
    expected = alone.predictions("model")
    pd.testing.assert_frame_equal(among.predictions("model", CUTOFF), expected)
    assert not among.predictions("other", CUTOFF)["purchases_upper"].equals(expected["purchases_upper"])


def test_a_level_has_to_be_asked_for(tx):
    found = clv.backtest(tx, {"model": clv.BGNBD()}, cutoffs=[CUTOFF], horizon=HORIZON, time_unit="week")
    assert found.coverage().empty
    assert found.pit().empty
    assert "crps" not in set(found.scores["metric"])
    with pytest.raises(InputError, match="needs backtest"):
        found.compare(metric="crps")


@pytest.mark.parametrize("target", ["purchases", "revenue", "value", "activity"])
def test_tables_for_plots_add_up(result, target):
    totals = result.cutoffs.rename(columns={"active": "activity"})[target].iloc[0]
    for groups in (1, 10):
        table = result.calibration(target, groups=groups)
        by = table.assign(total=table["customers"] * table["actual"]).groupby("contender")
        np.testing.assert_allclose(by["total"].sum(), totals)
        assert (by["customers"].sum() == 2357).all()
        lift = result.lift(target, groups=groups)
        held = lift.assign(total=lift["customers"] * lift["actual"]).groupby("contender")["total"].sum()
        np.testing.assert_allclose(held, totals)
    gain = result.cumulative_gain(target, points=10)
    np.testing.assert_allclose(gain.groupby("contender")["gain"].last(), 1.0)
    assert (gain["gain"] <= gain["best"] + 1e-12).all()
    tracking = result.tracking(target).set_index("contender")
    assert (tracking["actual"] == totals).all()
    assert tracking.loc["model", "bias"] == pytest.approx(scores(result, "model", target)["bias"])
