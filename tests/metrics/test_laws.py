"""What holds for every data set: weights are counts, rows have no order, and the truth has the best expected score."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from clvmodels import metrics

SAME = 1e-9

OF_NUMBERS = {
    "bias": metrics.total_bias,
    "rmse": metrics.rmse,
    "poisson_deviance": metrics.poisson_deviance,
    "mae": metrics.mean_absolute_error,
    "spearman": metrics.spearman,
    "gini": metrics.normalised_gini,
    "top_capture": lambda p, y, w=None: metrics.top_capture(p, y, 0.2, w),
    "top_hits": lambda p, y, w=None: metrics.top_hits(p, y, 0.2, w),
    "lift": lambda p, y, w=None: metrics.lift_by_group(p, y, 4, w),
    "gain": lambda p, y, w=None: metrics.cumulative_gain(p, y, [0.3, 0.7], w),
    "calibration": lambda p, y, w=None: metrics.calibration_by_group(p, y, 4, w).actual,
    "auc": lambda p, y, w=None: metrics.auc(p, np.asarray(y) > 1, w),
    "brier": lambda p, y, w=None: metrics.brier_score(np.asarray(p) / 10, np.asarray(y) > 1, w),
    "coverage": lambda p, y, w=None: metrics.coverage(p, np.asarray(p) + 2, y, w),
    "pit_distance": lambda p, y, w=None: metrics.pit_distance((np.asarray(p) + np.asarray(y) / 10) / 10, w),
}

CUSTOMERS = st.lists(
    st.tuples(st.integers(0, 6).map(lambda k: k + 0.5), st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=30
).filter(lambda rows: sum(weight for *_, weight in rows) > 0)


@pytest.mark.parametrize("name", OF_NUMBERS)
@settings(max_examples=25)
@given(rows=CUSTOMERS)
def test_a_weight_is_a_number_of_customers(name, rows):
    predicted, actual, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    times = weights.astype(int)
    measure = OF_NUMBERS[name]
    expected = measure(np.repeat(predicted, times), np.repeat(actual, times))
    np.testing.assert_allclose(measure(predicted, actual, weights), expected, rtol=SAME, atol=SAME)


@pytest.mark.parametrize("name", OF_NUMBERS)
@settings(max_examples=20)
@given(rows=CUSTOMERS, seed=st.integers(0, 100))
def test_the_order_of_rows_does_not_matter(name, rows, seed):
    predicted, actual, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    mixed = np.random.default_rng(seed).permutation(len(rows))
    measure = OF_NUMBERS[name]
    shuffled = measure(predicted[mixed], actual[mixed], weights[mixed])
    np.testing.assert_allclose(shuffled, measure(predicted, actual, weights), rtol=SAME, atol=SAME)


@pytest.mark.parametrize("name", ["top_capture", "top_hits", "lift", "gain"])
def test_shared_ties_are_the_mean_over_all_ways_to_break_them(name):
    predicted, actual = np.array([2.0, 1.0, 1.0, 1.0, 0.0]), np.array([0.0, 3.0, 1.0, 0.0, 1.0])
    breaks = []
    for forecast_order in itertools.permutations(range(5)):
        tie_free = predicted + np.array(forecast_order) / 100
        breaks.append(OF_NUMBERS[name](tie_free, actual))
    np.testing.assert_allclose(OF_NUMBERS[name](predicted, actual), np.mean(breaks, axis=0), rtol=SAME)


def test_measures_of_order_do_not_change_with_the_scale():
    rng = np.random.default_rng(1)
    predicted, actual = rng.integers(1, 9, 50).astype(float), rng.poisson(1.0, 50)
    for name in ("spearman", "gini", "top_capture", "top_hits", "lift"):
        measure = OF_NUMBERS[name]
        np.testing.assert_allclose(measure(np.exp(predicted), actual), measure(predicted, actual), rtol=SAME)


class TestTheTruthHasTheBestExpectedScore:
    """Expected scores exactly: outcomes are listed, and their probabilities are the weights."""

    outcomes = np.arange(60.0)
    probabilities = stats.nbinom.pmf(outcomes, 0.6, 0.3)

    def expected(self, measure, claim):
        return measure(np.full(60, claim), self.outcomes, self.probabilities)

    @pytest.mark.parametrize("measure", [metrics.rmse, metrics.poisson_deviance])
    def test_of_a_mean(self, measure):
        mean = np.average(self.outcomes, weights=self.probabilities)
        others = [self.expected(measure, claim) for claim in np.linspace(0.1, 4.0, 79) if abs(claim - mean) > 0.02]
        assert self.expected(measure, mean) < min(others)

    def test_of_a_median(self):
        median = float(np.searchsorted(np.cumsum(self.probabilities), 0.5))
        others = [self.expected(metrics.mean_absolute_error, claim) for claim in self.outcomes if claim != median]
        assert self.expected(metrics.mean_absolute_error, median) < min(others)
        mean = np.average(self.outcomes, weights=self.probabilities)
        assert self.expected(metrics.mean_absolute_error, median) < self.expected(metrics.mean_absolute_error, mean)

    def test_of_a_probability(self):
        def expected(claim):
            return metrics.brier_score([claim, claim], [0, 1], [0.7, 0.3])

        assert expected(0.3) < min(expected(claim) for claim in np.linspace(0, 1, 101) if abs(claim - 0.3) > 0.005)

    @pytest.mark.parametrize("shape", [0.3, 0.5, 0.8, 2.0])
    def test_of_a_distribution_by_log_score(self, shape):
        def expected(probabilities):
            table = np.tile(probabilities, (60, 1))
            return np.average(metrics.log_score(table, self.outcomes), weights=self.probabilities)

        other = stats.nbinom.pmf(self.outcomes, shape, 0.3)
        assert expected(self.probabilities) < expected(other)

    @pytest.mark.parametrize("other", [stats.nbinom(0.4, 0.3), stats.nbinom(0.6, 0.45), stats.poisson(1.4)])
    def test_of_a_distribution_by_crps(self, other):
        # Draws at even steps of probability stand for the distribution.
        levels = (np.arange(2_000) + 0.5) / 2_000

        def expected(distribution):
            draws = np.tile(distribution.ppf(levels), (60, 1))
            return np.average(metrics.crps(draws, self.outcomes), weights=self.probabilities)

        assert expected(stats.nbinom(0.6, 0.3)) < expected(other)

    def test_of_a_point_among_distributions(self):
        """Whoever claims to know exactly what nobody can know loses to the distribution."""
        levels = (np.arange(2_000) + 0.5) / 2_000
        draws = np.tile(stats.nbinom(0.6, 0.3).ppf(levels), (60, 1))
        scores = [metrics.crps(claim, self.outcomes) for claim in (draws, np.zeros((60, 2)), np.ones((60, 2)))]
        expected = [np.average(score, weights=self.probabilities) for score in scores]
        assert expected[0] < min(expected[1:])


class TestPit:
    """Uniform for forecasts that are right, whatever the steps and however few the draws."""

    # A right forecast exceeds this distance once in a million (Kolmogorov's distribution for 5,000 customers).
    FARTHEST = stats.kstwobign.isf(1e-6) / np.sqrt(5_000)

    def pit(self, truth, draws=7):
        rng = np.random.default_rng(11)
        rates = rng.gamma(0.5, 2.0, (5_000, 1))
        outcome = rng.poisson(rates[:, 0])
        return metrics.randomised_pit(rng.poisson(truth(rates), (5_000, draws)), outcome, rng)

    def test_right_forecasts(self):
        assert metrics.pit_distance(self.pit(lambda rates: rates)) < self.FARTHEST

    @pytest.mark.parametrize("wrong", [lambda rates: 1.3 * rates, lambda rates: np.full_like(rates, 1.0)])
    def test_wrong_forecasts_are_seen(self, wrong):
        assert metrics.pit_distance(self.pit(wrong)) > 1.5 * self.FARTHEST


@given(draws=st.lists(st.integers(0, 5), min_size=2, max_size=40), level=st.sampled_from([0.1, 0.5, 0.8, 0.9, 0.95]))
def test_an_interval_holds_at_least_its_level(draws, level):
    lower, upper = metrics.equal_tailed([draws], level)
    held = np.mean([lower[0] <= draw <= upper[0] for draw in draws])
    assert held >= level - 1e-12
