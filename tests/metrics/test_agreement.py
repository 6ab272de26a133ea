"""Measures beside those of scikit-learn, SciPy and scoringrules, on data with ties and with weights."""

import numpy as np
import pytest
import scoringrules
from scipy import stats
from sklearn import metrics as sklearn_metrics

from clvmodels import metrics

# Sums of a few hundred numbers in another order.
SAME = 1e-10


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(3)
    rate = rng.gamma(0.5, 2.0, 400)
    return {
        "predicted": np.round(rate, 1) + 0.05,
        "actual": rng.poisson(rate).astype(float),
        "probability": np.round(-np.expm1(-rate), 2),
        "weights": rng.integers(0, 4, 400).astype(float),
    }


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.rmse, sklearn_metrics.root_mean_squared_error),
        (metrics.mean_absolute_error, sklearn_metrics.mean_absolute_error),
        (metrics.poisson_deviance, sklearn_metrics.mean_poisson_deviance),
    ],
)
def test_means_are_judged_as_by_scikit_learn(data, ours, theirs, weighted):
    weights = data["weights"] if weighted else None
    expected = theirs(data["actual"], data["predicted"], sample_weight=weights)
    assert ours(data["predicted"], data["actual"], weights) == pytest.approx(expected, rel=SAME)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.auc, sklearn_metrics.roc_auc_score),
        (metrics.brier_score, sklearn_metrics.brier_score_loss),
    ],
)
def test_probabilities_are_judged_as_by_scikit_learn(data, ours, theirs, weighted):
    weights, did = data["weights"] if weighted else None, (data["actual"] > 0).astype(float)
    expected = theirs(did, data["probability"], sample_weight=weights)
    assert ours(data["probability"], did, weights) == pytest.approx(expected, rel=SAME)


def test_spearman_is_that_of_scipy(data):
    expected = stats.spearmanr(data["predicted"], data["actual"]).statistic
    assert metrics.spearman(data["predicted"], data["actual"]) == pytest.approx(expected, rel=SAME)


def test_midranks_are_those_of_scipy(data):
    np.testing.assert_array_equal(metrics.Ranking.of(data["actual"]).midranks(), stats.rankdata(data["actual"]))


def test_gini_of_events_is_twice_the_auc_less_one(data):
    did = (data["actual"] > 0).astype(float)
    expected = 2.0 * sklearn_metrics.roc_auc_score(did, data["probability"], sample_weight=data["weights"]) - 1.0
    assert metrics.normalised_gini(data["probability"], did, data["weights"]) == pytest.approx(expected, rel=SAME)


def test_gini_is_the_area_under_the_curve_of_gain(data):
    shares = np.linspace(0.0, 1.0, 4_001)

    def area(order):
        return np.trapezoid(metrics.cumulative_gain(order, data["actual"], shares), shares) - 0.5

    expected = area(data["predicted"]) / area(data["actual"])
    # The curve bends at 400 places; steps of 1/4000 leave an error of their square.
    assert metrics.normalised_gini(data["predicted"], data["actual"]) == pytest.approx(expected, rel=1e-6)


def test_crps_is_that_of_scoringrules(data):
    draws = np.random.default_rng(4).poisson(data["predicted"][:, None], (400, 30)).astype(float)
    expected = scoringrules.crps_ensemble(data["actual"], draws, estimator="fair")
    np.testing.assert_allclose(metrics.crps(draws, data["actual"]), expected, rtol=SAME, atol=1e-12)


def test_crps_of_many_draws_is_that_of_the_distribution(data):
    draws = np.random.default_rng(5).poisson(data["predicted"][:, None], (400, 4_000))
    expected = np.mean(
        [scoringrules.crps_poisson(y, m) for y, m in zip(data["actual"], data["predicted"], strict=True)]
    )
    # 400 customers with 4,000 draws each; one customer's error is about 2 / sqrt(4000).
    assert metrics.crps(draws, data["actual"]).mean() == pytest.approx(expected, abs=0.01)


def test_log_score_is_minus_the_log_of_the_probability(data):
    table = stats.poisson.pmf(np.arange(40), data["predicted"][:, None])
    expected = -stats.poisson.logpmf(data["actual"], data["predicted"])
    np.testing.assert_allclose(metrics.log_score(table, data["actual"]), expected, rtol=SAME)


def test_pit_distance_is_the_statistic_of_kolmogorov_and_smirnov():
    values = np.random.default_rng(6).random(50)
    assert metrics.pit_distance(values) == pytest.approx(stats.kstest(values, "uniform").statistic, rel=SAME)


def test_bounds_are_numpys_quantiles():
    draws = np.random.default_rng(7).normal(size=(20, 101))
    lower, upper = metrics.equal_tailed(draws, 0.8)
    expected = np.quantile(draws, [0.1, 0.9], axis=1, method="inverted_cdf")
    np.testing.assert_array_equal([lower, upper], expected)
