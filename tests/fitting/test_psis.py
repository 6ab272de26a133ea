"""Pareto smoothing recovers tails that are known, agrees with ArviZ, and proposals are the densities they say."""

import numpy as np
import pytest
from scipy import stats

from clvmodels.fitting.proposals import Mixture
from clvmodels.fitting.psis import UNRELIABLE, fit_pareto, quantile, smooth

SIZE = 20_000
# The tail has 3 sqrt(20,000) = 424 values, from which k is estimated with a standard error of (1 + k) / sqrt(424).
ERRORS = 4.0


def log_ratios(k, seed=0, size=SIZE):
    """Of importance weights with a Pareto tail of shape k."""
    return -k * np.log(np.random.default_rng(seed).random(size))


@pytest.mark.parametrize("k", [0.2, 0.5, 0.7, 1.0])
def test_the_shape_of_a_known_tail_is_found(k):
    tail = 3.0 * np.sqrt(SIZE)
    prior = (tail * k + 10 * 0.5) / (tail + 10)  # the prior pulls a little towards a half
    assert abs(smooth(log_ratios(k)).k_hat - prior) < ERRORS * (1 + k) / np.sqrt(tail)


def test_heavy_tails_are_flagged_and_light_ones_are_not():
    assert all(smooth(log_ratios(1.2, seed)).k_hat > UNRELIABLE for seed in range(20))
    assert all(smooth(log_ratios(0.3, seed)).k_hat < UNRELIABLE for seed in range(20))


def test_equal_ratios_are_equal_weights():
    smoothed = smooth(np.full(1_000, -3.7))
    np.testing.assert_allclose(smoothed.weights, 1e-3, rtol=1e-12)
    assert smoothed.k_hat == -np.inf
    assert smoothed.effective_size == pytest.approx(1_000)


def test_one_ratio_above_all_is_not_to_be_relied_on():
    ratios = np.zeros(1_000)
    ratios[7] = 800.0
    smoothed = smooth(ratios)
    assert smoothed.weights.sum() == pytest.approx(1.0)
    assert smoothed.effective_size < 50
    assert not smoothed.k_hat < UNRELIABLE


def test_a_few_ratios_cannot_be_judged():
    assert smooth(np.array([0.0, -1.0, -2.0])).k_hat == np.inf


@pytest.mark.parametrize("shift", [-1e4, 0.0, 1e4])
def test_a_constant_in_the_logs_changes_nothing(shift):
    ratios = log_ratios(0.4, size=2_000)
    np.testing.assert_allclose(smooth(ratios + shift).log_weights, smooth(ratios).log_weights, atol=1e-8)


def test_impossible_draws_have_no_weight():
    ratios = np.append(log_ratios(0.4, size=2_000), [-np.inf] * 100)
    assert (smooth(ratios).weights[-100:] == 0).all()


def test_only_the_tail_is_smoothed_and_order_stays():
    ratios = log_ratios(0.6, 3, 2_000)
    smoothed = smooth(ratios)
    np.testing.assert_array_equal(np.argsort(smoothed.log_weights, kind="stable"), np.argsort(ratios, kind="stable"))
    body = np.argsort(ratios)[: 2_000 - int(np.ceil(3 * np.sqrt(2_000)))]
    np.testing.assert_allclose(np.ptp(smoothed.log_weights[body] - ratios[body]), 0.0, atol=1e-12)
    assert (smoothed.log_weights - smoothed.log_weights[body[0]] + ratios[body[0]]).max() <= ratios.max() + 1e-12


def test_a_pareto_sample_gives_its_shape_and_scale():
    sample = np.sort(stats.genpareto(0.4, scale=2.0).rvs(50_000, random_state=1))
    k, sigma = fit_pareto(sample)
    assert (k, sigma) == (pytest.approx(0.4, abs=0.03), pytest.approx(2.0, rel=0.03))


@pytest.mark.parametrize("k", [-0.3, 0.0, 1e-14, 0.4, 1.5])
def test_quantiles_are_scipys(k):
    share = np.linspace(0.01, 0.99, 30)
    np.testing.assert_allclose(quantile(share, k, 2.0), stats.genpareto(k, scale=2.0).ppf(share), rtol=1e-9)


# By ArviZ 0.23.4 (psislw) on log_ratios(k, seed=11, size=4_000): k-hat, and the largest and the mean log weight.
ARVIZ = {
    0.2: (0.13657117890226236, -6.894599069580355, -8.31552618476953),
    0.6: (0.4330442135412034, -4.454160191255832, -8.5499077031602),
    0.9: (0.6532613005942488, -2.9608162680909116, -9.015556330992643),
}


@pytest.mark.parametrize("k", ARVIZ)
def test_smoothing_agrees_with_arviz(k):
    found = smooth(log_ratios(k, 11, 4_000))
    figures = found.k_hat, found.log_weights.max(), found.log_weights.mean()
    np.testing.assert_allclose(figures, ARVIZ[k], rtol=1e-8)


CENTRES = np.array([[0.0, 1.0], [3.0, -1.0], [0.5, 0.5]])
ROOT = np.array([[1.2, 0.0], [-0.4, 0.7]])


def test_the_density_of_proposals_is_the_mean_of_scipys():
    w = np.random.default_rng(0).normal(0, 4, (500, 2))
    mixture = Mixture(CENTRES, ROOT, 5.0)
    parts = [stats.multivariate_t(centre, ROOT @ ROOT.T, 5.0).pdf(w) for centre in CENTRES]
    np.testing.assert_allclose(mixture.log_density(w), np.log(np.mean(parts, axis=0)), rtol=1e-10)


def test_the_density_of_many_centres_is_computed_in_blocks_alike():
    rng = np.random.default_rng(1)
    mixture = Mixture(rng.normal(size=(250, 2)), ROOT, 5.0)
    w = rng.normal(size=(4_000, 2))
    np.testing.assert_allclose(mixture.log_density(w)[[0, 1_700, 3_999]], mixture.log_density(w[[0, 1_700, 3_999]]))


def test_proposals_are_drawn_from_their_density():
    """Importance sampling of a normal distribution that the proposals cover gives its moments, and integrates to 1."""
    target, mixture = stats.multivariate_normal([1.0, 0.0], [[1.0, 0.3], [0.3, 0.5]]), Mixture(CENTRES, ROOT, 5.0)
    w = mixture.sample(np.random.default_rng(2), 40_000)
    weights = np.exp(target.logpdf(w) - mixture.log_density(w))
    error = weights.std() / np.sqrt(len(w))
    assert abs(weights.mean() - 1.0) < ERRORS * error
    for values, wanted in ((w[:, 0], 1.0), (w[:, 1], 0.0), (w[:, 0] * w[:, 1], 0.3), (w[:, 0] ** 2, 2.0)):
        off = weights * (values - wanted)
        assert abs(off.mean()) < ERRORS * off.std() / np.sqrt(len(w))
