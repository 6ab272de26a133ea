"""Differences between contenders: winners win, ties are ties, and intervals are as sure as they claim."""

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from clvmodels.evaluation.backtesting.bootstrap import Resampling, resampled
from clvmodels.evaluation.backtesting.measures import measure_named
from clvmodels.evaluation.backtesting.origin import Forecast, Origin
from clvmodels.evaluation.backtesting.settings import Settings
from tests.evaluation.contenders import CUTOFF, Broken, Knowing, planted

SETTINGS = Settings(horizon="26 weeks", time_unit="week")


@pytest.fixture(scope="module")
def result():
    tx, rates = planted()
    contenders = {
        "wrong": Knowing(rates, error=0.7, seed=1),
        "truth": Knowing(rates),
        "as wrong": Knowing(rates, error=0.7, seed=2),
        "truth again": Knowing(rates),
        "broken": Broken(RuntimeError("no")),
    }
    return clv.backtest(tx, contenders, cutoffs=["2023-09-30", CUTOFF], horizon="26 weeks", time_unit="week")


@pytest.mark.parametrize(
    ("target", "metric"),
    [
        ("purchases", None),
        ("purchases", "poisson_deviance"),
        ("purchases", "gini"),
        ("revenue", None),
        ("activity", None),
    ],
)
def test_a_planted_winner_wins(result, target, metric):
    table = result.compare("truth", target, metric, replicates=200).set_index("contender")
    assert table.loc[["wrong", "as wrong"], "verdict"].tolist() == ["worse", "worse"]
    table = result.compare("wrong", target, metric, replicates=200).set_index("contender")
    assert table.loc["truth", "verdict"] == "better"
    assert table.loc["truth", "cutoffs"] == 2
    assert table.loc["truth", "customers"] == 600


def test_a_planted_tie_is_called_a_tie(result):
    table = result.compare("wrong").set_index("contender")
    assert table.loc["as wrong", "verdict"] == "tie"
    assert table.loc["as wrong", "lower"] < 0 < table.loc["as wrong", "upper"]
    same = result.compare("truth").set_index("contender").loc["truth again"]
    assert same[["difference", "lower", "upper"]].tolist() == [0.0, 0.0, 0.0]
    assert same["verdict"] == "tie"


def test_the_best_is_what_all_are_compared_with(result):
    table = result.compare()
    assert set(table["reference"]) == {"truth"}
    assert table["contender"].tolist() == ["truth again", *result.league()["contender"].tolist()[2:]]
    np.testing.assert_allclose(table["difference"], table["value"] - table["reference_value"])


def test_who_failed_is_compared_with_nobody(result):
    row = result.compare().set_index("contender").loc["broken"]
    assert row["verdict"] == "not available"
    assert row["cutoffs"] == 0
    assert np.isnan(row["difference"])


def test_only_common_cut_offs_are_compared():
    tx, rates = planted(200)
    contenders = {"sometimes": Broken(RuntimeError("no"), at=CUTOFF), "truth": Knowing(rates)}
    found = clv.backtest(tx, contenders, cutoffs=["2023-09-30", CUTOFF], horizon="26 weeks", time_unit="week")
    row = found.compare("truth", replicates=50).iloc[0]
    scores = found.scores.query("metric == 'rmse' and target == 'purchases'").set_index(["contender", "cutoff"])[
        "value"
    ]
    first = found.origins[0].cutoff
    assert row["cutoffs"] == 1
    assert row["difference"] == pytest.approx(scores["sometimes", first] - scores["truth", first])


def test_bias_is_compared_by_its_size():
    happened = np.tile([0.0, 1.0, 2.0, 3.0], 50)
    table = compared(happened, {"low": happened * 0.5, "high": happened * 1.6}, "bias")
    assert table["low"].value == 0.5
    assert table["high"].value == pytest.approx(0.6)
    assert table["high"].verdict == "worse"


def test_resampling_is_repeatable_and_its_settings_are_checked(result):
    once, twice = (result.compare("truth", replicates=40, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(once, twice)
    assert not result.compare("truth", replicates=40, seed=4)["lower"].equals(once["lower"])
    for keywords, match in (
        ({"level": 1.0}, "level 1.0"),
        ({"replicates": 5}, "replicates=5"),
        ({"seed": -1}, "seed=-1"),
    ):
        with pytest.raises(InputError, match=match):
            result.compare("truth", **keywords)
    with pytest.raises(InputError, match=r"no measure 'coverage'\. It needs"):
        result.compare("truth", metric="coverage")


def origin(happened, forecasts, day="2023-12-31", ids=None):
    """A cut-off made by hand."""
    ids = tuple(range(len(happened))) if ids is None else ids
    said = {name: Forecast({"purchases": np.asarray(mean, float)}) for name, mean in forecasts.items()}
    return Origin(day, day, "26 weeks", len(ids), {}, (), (), (), ids, {"purchases": happened}, said)


def compared(happened, forecasts, metric="rmse", origins=None, **how):
    """Differences of all forecasts to the first, by name."""
    measure, names = measure_named(metric, "purchases", SETTINGS), list(forecasts)
    found = resampled(
        origins or [origin(happened, forecasts)],
        names,
        "purchases",
        measure,
        "share",
        Resampling(replicates=200, **how),
    )
    return {name: found.difference(measure, (place, 0), 0.95) for place, name in enumerate(names)}


def test_the_bootstrap_has_the_standard_error_of_a_mean():
    """By absolute error the difference is a mean over customers, whose standard error is known."""
    rng = np.random.default_rng(5)
    happened = rng.poisson(1.5, 400).astype(float)
    forecasts = {"a": np.full(400, 1.5), "b": 1.5 + rng.normal(0, 1, 400)}
    found = compared(happened, forecasts, "mae_of_means")["b"]
    each = np.abs(forecasts["b"] - happened) - np.abs(forecasts["a"] - happened)
    width = 2 * 1.96 * each.std() / np.sqrt(400)
    assert found.difference == pytest.approx(each.mean(), rel=1e-12)
    # Quantiles of 200 resamples vary by some 8%.
    assert found.upper - found.lower == pytest.approx(width, rel=0.25)


def test_customers_of_several_cut_offs_are_no_more_customers():
    """The same customers again tell nothing new: the interval does not shrink with copies of a cut-off."""
    rng = np.random.default_rng(6)
    happened = rng.poisson(1.5, 300).astype(float)
    forecasts = {"a": np.full(300, 1.5), "b": 1.5 + rng.normal(0, 1, 300)}
    once = compared(happened, forecasts)["b"]
    copies = [origin(happened, forecasts, day) for day in ("2021-12-31", "2022-12-31", "2023-12-31")]
    thrice = compared(happened, forecasts, origins=copies)["b"]
    np.testing.assert_allclose([thrice.lower, thrice.upper], [once.lower, once.upper], rtol=1e-12)
    assert (thrice.cutoffs, thrice.customers) == (3, 300)
    others = [
        origin(happened, forecasts, day, tuple(range(k, k + 300))) for k, day in ((0, "a"), (300, "b"), (600, "c"))
    ]
    apart = compared(happened, forecasts, origins=others)["b"]
    assert apart.customers == 900
    # Nine hundred customers are surer than three hundred by the root of three, give or take the resamples' chance.
    assert (apart.upper - apart.lower) * np.sqrt(3) == pytest.approx(once.upper - once.lower, rel=0.25)


def test_pairing_makes_a_small_difference_certain():
    """Two forecasts that err together differ by little, for sure, although each one's error is uncertain."""
    rng = np.random.default_rng(7)
    happened = rng.poisson(rng.gamma(0.5, 4.0, 400)).astype(float)
    found = compared(happened, {"a": np.full(400, 2.0), "b": np.full(400, 2.6)})["b"]
    assert found.verdict == "worse"
    alone = np.std([clv.metrics.rmse(np.full(400, 2.0), rng.choice(happened, 400)) for _ in range(100)])
    assert found.upper - found.lower < alone


def test_how_often_a_tie_is_taken_for_a_difference():
    """Of planted ties some 5% may look like a difference at 95%, and a planted winner is nearly always found."""
    rng = np.random.default_rng(8)
    verdicts = {"tie": [], "winner": []}
    for _ in range(60):
        rate = rng.gamma(1.0, 1.5, 150)
        happened = rng.poisson(rate).astype(float)
        errors = np.exp(0.5 * rng.standard_normal((2, 150)))
        found = compared(
            happened, {"a": rate * errors[0], "b": rate * errors[1], "truth": rate}, seed=int(rng.integers(99))
        )
        verdicts["tie"].append(found["b"].verdict)
        verdicts["winner"].append(found["truth"].verdict)
    # A bootstrap of 150 skewed customers is a little too sure: 5% becomes some 8%, and 12 of 60 would be 3 sigma above.
    assert verdicts["tie"].count("tie") >= 48
    assert verdicts["winner"].count("better") >= 36
    assert verdicts["winner"].count("worse") == 0


def test_what_was_ruled_out_and_happened_is_infinitely_worse():
    happened = np.array([0.0, 1.0, 2.0, 0.0] * 25)
    certain = np.where(happened > 1, 2.0, 0.0)
    found = compared(happened, {"a": np.ones(100), "b": certain, "c": certain}, "poisson_deviance")
    assert found["b"].difference == np.inf
    assert found["b"].verdict == "worse"
    both = compared(happened, {"b": certain, "c": certain}, "poisson_deviance")["c"]
    assert both.verdict == "not available"
    assert np.isnan(both.difference)
