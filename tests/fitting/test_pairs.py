"""Predictions at once are those one by one, and pairs are found by table or by sorting alike."""

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.arrays import by_blocks
from clvmodels.fitting.pairs import Pairs
from clvmodels.predictor import one_by_one, outlook

NAMES = (
    "probability_active", "discounted_lifetime", "probability_alive", "discounted_purchases", "expected_purchases",
)  # fmt: skip
# The same formulas of the same numbers; the order of a product may differ.
ROUNDING = 1e-15


@pytest.fixture(scope="module")
def log():
    frame = clv.datasets.cdnow().assign(half=lambda log: log["customer_id"] % 2)
    return clv.Transactions(frame, customer="customer_id", time="date", amount="amount", attributes=["half"])


@pytest.fixture(scope="module")
def summary(log):
    return log.summarize(time_unit="week", until="1997-09-30")


def _days(seed, size, most, longest):
    rng = np.random.default_rng(seed)
    return rng.integers(0, most + 1, size).astype(float), rng.integers(1, longest + 1, size).astype(float)


@pytest.mark.parametrize(
    ("size", "most", "longest"),
    [(40_000, 9, 300), (40_000, 900, 3_000), (5, 3, 10), (5, 10_000_000, 3_000)],
    ids=["by table", "by sorting", "few", "few of a large x"],
)
def test_pairs_are_the_distinct_ones(size, most, longest):
    x, days = _days(1, size, most, longest)
    pairs = Pairs.of(x, days / 7.0, 7.0)
    expected = np.unique(np.stack([x, days]), axis=1)
    assert np.array_equal(np.stack([pairs.x, np.rint(pairs.T * 7.0)]), expected)
    assert np.array_equal(pairs.x[pairs.place], x)
    assert np.abs(pairs.T[pairs.place] * 7.0 - days).max() < 1e-9  # rounding of weeks


def test_days_are_merged_although_their_floats_differ():
    T = np.array([272 / 7, np.nextafter(272 / 7, 0), 272 / 7])
    assert Pairs.of(np.zeros(3), T, 7.0).place.tolist() == [0, 0, 0]


def test_times_off_the_grid_stay_apart():
    T = np.array([38.86, 38.861, 38.86])
    pairs = Pairs.of(np.zeros(3), T, 7.0)
    assert pairs.T[pairs.place].tolist() == T.tolist()
    assert len(pairs.T) == 2


def test_nobody_has_no_pairs():
    pairs = Pairs.of(np.empty(0), np.empty(0), 7.0)
    assert (len(pairs.x), len(pairs.place)) == (0, 0)


def test_blocks_meet_without_a_gap():
    values = np.arange(40_001.0)
    assert np.array_equal(by_blocks(lambda x, y: x + y, values, -2.0 * values), -values)


@pytest.mark.parametrize("kind", ["MLE", "draws", "groups", "rule"])
def test_an_outlook_is_what_the_methods_say(kind, log, summary):
    if kind == "rule":
        calibration, _ = log.split("1997-06-30", "26 weeks", time_unit="week")
        predictor = clv.heuristics.HistoricalValue(horizon="1 year").fit(calibration).purchases
    else:
        method = clv.Laplace(draws=20, seed=1) if kind == "draws" else clv.MLE()
        predictor = clv.BGNBD().fit(summary, method, **({"by": "half"} if kind == "groups" else {}))
    asked = summary, "1 year", 0.1, NAMES
    at_once, alone = outlook(predictor, *asked), one_by_one(predictor, *asked)
    assert tuple(at_once) == tuple(alone) == NAMES
    for name in NAMES:
        np.testing.assert_allclose(at_once[name], alone[name], rtol=ROUNDING, err_msg=name)


def test_an_outlook_converts_units_of_time(summary, log):
    fit, in_days = clv.BGNBD().fit(summary), log.summarize(time_unit="day", until="1997-09-30")
    weeks, days = (fit.outlook(one, "1 year", 0.1, ["discounted_lifetime"]) for one in (summary, in_days))
    np.testing.assert_allclose(days["discounted_lifetime"], 7.0 * weeks["discounted_lifetime"], rtol=1e-12)


def test_the_whole_future_needs_no_undiscounted_sum(summary):
    found = clv.BGNBD().fit(summary).outlook(summary, None, 0.1, ["discounted_purchases"])
    assert list(found) == ["discounted_purchases"]
    assert np.isfinite(found["discounted_purchases"]).all()
