"""The statistics of alarms: against SciPy's distributions, and by how often they cry without cause."""

import numpy as np
import pytest
from scipy import stats

from clvmodels.retrain.chance import (
    count_interval,
    count_probability,
    dispersion,
    mean_probability,
    pearson,
    rate_probability,
)
from clvmodels.retrain.drift import Weekly, change

WORLDS = {"modest": 4_000, "full": 40_000}
RATE = 0.01
# So many standard errors of the number of alarms, which chance exceeds once in 30,000 tests.
ERRORS = 4.0


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.3), (7.0, 9.5), (120.0, 700.0), (5e5, 2e6)])
def test_counts_follow_the_negative_binomial(mean, variance):
    size = mean**2 / (variance - mean) if variance > mean else np.inf
    expected = stats.nbinom(size, mean / variance) if np.isfinite(size) else stats.poisson(mean)
    for level in (0.5, 0.9, 0.995):
        assert count_interval(mean, variance, level) == expected.interval(level)
    for count in expected.ppf([0.001, 0.2, 0.6, 0.999]):
        two_sided = min(1.0, 2 * min(expected.cdf(count), expected.sf(count - 1)))
        assert count_probability(count, mean, variance) == pytest.approx(two_sided, rel=1e-9)


def test_nothing_expected():
    assert count_interval(0.0, 0.0, 0.9) == (0.0, 0.0)
    assert count_probability(0, 0.0, 0.0) == 1.0
    assert count_probability(3, 0.0, 0.0) == 0.0


def test_dispersion_ignores_straight_lines_and_sees_what_is_rough():
    rng = np.random.default_rng(5)
    line = np.linspace(50, 400, 2_000)
    assert dispersion(rng.poisson(line)) == pytest.approx(1.0, abs=0.15)
    shape = line / 2.0  # variance 3 times the mean
    assert dispersion(rng.negative_binomial(shape, 1 / 3)) == pytest.approx(3.0, rel=0.15)
    assert dispersion(np.array([1.0, 90.0])) == 1.0


def alarms(one, worlds: int) -> int:
    rng = np.random.default_rng(11)
    return sum(one(rng) < RATE for _ in range(worlds))


def at_most(worlds: int) -> float:
    return worlds * RATE + ERRORS * np.sqrt(worlds * RATE)


def test_forecasts_of_rough_weeks_are_missed_no_more_often_than_stated(size):
    """Weeks of 3 times the variance of chance, whose dispersion is learnt from the year before."""

    def one(rng):
        weeks = rng.negative_binomial(40.0, 1 / 3, 53).astype(float)  # mean 80
        return count_probability(weeks[-1], 80.0, 80.0 * dispersion(weeks[:-1]))

    worlds = WORLDS[size]
    found = alarms(one, worlds)
    # What is learnt from a year is not known exactly, which costs up to as many again.
    assert 0.2 * worlds * RATE < found <= 2 * at_most(worlds)


def test_without_the_allowance_rough_weeks_would_cry_wolf(size):
    def one(rng):
        return count_probability(float(rng.negative_binomial(40.0, 1 / 3)), 80.0, 80.0)

    assert alarms(one, WORLDS[size]) > 5 * at_most(WORLDS[size])


@pytest.mark.parametrize("spread", ["poisson", "rough"])
def test_rates_change_by_chance_no_more_often_than_stated(size, spread):
    def one(rng):
        exposures = rng.poisson(60.0, 30).astype(float)
        level = 0.4 if spread == "poisson" else 0.4 * rng.gamma(20.0, 1 / 20.0, 30)
        counts = rng.poisson(level * exposures).astype(float)
        recent = float(counts[-4:].sum()), float(exposures[-4:].sum())
        before = counts[:-4], exposures[:-4]
        return rate_probability(recent, before, pearson(*before))

    assert 0.2 * WORLDS[size] * RATE < alarms(one, WORLDS[size]) <= at_most(WORLDS[size])


def test_means_change_by_chance_no_more_often_than_stated(size):
    def one(rng):
        weeks = rng.normal(3.0, 0.1, 30) + rng.gamma(4.0, 0.05, 30)
        return mean_probability(weeks[-4:], weeks[:-4])

    assert 0.2 * WORLDS[size] * RATE < alarms(one, WORLDS[size]) <= 1.5 * at_most(WORLDS[size])


def test_a_halved_rate_is_seen():
    rng = np.random.default_rng(2)
    counts = np.r_[rng.poisson(60.0, 26), rng.poisson(30.0, 4)].astype(float)
    found = change(Weekly("acquisition", "", counts, np.ones(30), lambda c, _: dispersion(c)), 4, 26)
    assert found.probability < 1e-6
    assert found.relative == pytest.approx(-0.5, abs=0.15)
