"""Proposals along a bent ridge, on a density whose moments are known."""

import numpy as np
import pytest
from scipy.stats import multivariate_t

from clvmodels.fitting.newton import maximise
from clvmodels.fitting.proposals import Mixture
from clvmodels.fitting.psis import smooth
from clvmodels.fitting.ridge import along_ridge
from clvmodels.kernels.derivatives import Derivatives


class Banana:
    """w0 ~ log of Gamma(4), and w1 and w2 normal around w0 + bend * w0^2 with sd .1 and .2."""

    def __init__(self, bend):
        self.bend = bend

    def objective(self, w):
        one, two = 0.1**-2, 0.2**-2
        path, slope, curve = w[0] + self.bend * w[0] ** 2, 1 + 2 * self.bend * w[0], 2 * self.bend
        off = w[1:] - path
        value = 4 * w[0] - np.exp(w[0]) - 0.5 * (one * off[0] ** 2 + two * off[1] ** 2)
        pull = one * off[0] + two * off[1]
        gradient = np.array([4 - np.exp(w[0]) + pull * slope, -one * off[0], -two * off[1]])
        hessian = np.diag([-np.exp(w[0]) + pull * curve - (one + two) * slope**2, -one, -two])
        hessian[0, 1] = hessian[1, 0] = one * slope
        hessian[0, 2] = hessian[2, 0] = two * slope
        return Derivatives(value, gradient, hessian)

    def log_density(self, w):
        return np.array([self.objective(row).value for row in w])


def test_they_follow_a_bent_and_skewed_ridge():
    posterior = Banana(bend=0.8)
    mode = maximise(posterior.objective, np.array([1.0, 1.0, 1.0]), tolerance=1e-9, max_iterations=100)
    proposal = along_ridge(posterior, mode)
    w = proposal.sample(np.random.default_rng(2), 6000)
    smoothed = smooth(posterior.log_density(w) - proposal.log_density(w))
    assert smoothed.k_hat < 0.5
    assert smoothed.effective_size > 3000
    z = np.log(np.random.default_rng(3).standard_gamma(4.0, 1_000_000))
    wanted = z + 0.8 * z**2
    found = smoothed.weights @ w[:, 1]
    assert abs(found - wanted.mean()) < 4 * wanted.std() / np.sqrt(smoothed.effective_size)
    spread = smoothed.weights @ (w[:, 1] - found) ** 2
    assert spread == pytest.approx(wanted.var() + 0.01, rel=0.15)  # four standard errors of a variance so skewed

    at_mode = Mixture(mode.u[None, :], np.linalg.cholesky(np.linalg.inv(-mode.at.hessian)), 4.0)
    w = at_mode.sample(np.random.default_rng(2), 6000)
    assert smooth(posterior.log_density(w) - at_mode.log_density(w)).effective_size < smoothed.effective_size / 2


def test_no_ridge_is_followed_from_a_saddle():
    posterior = Banana(bend=0.0)
    mode = maximise(posterior.objective, np.ones(3), tolerance=1e-9, max_iterations=100)
    turned = Derivatives(mode.at.value, mode.at.gradient, np.diag([1.0, -1.0, -1.0]))
    assert along_ridge(posterior, type(mode)(mode.u, turned, 0, converged=False)) is None


def test_a_mixture_of_different_shapes_has_the_density_of_its_parts():
    rng = np.random.default_rng(4)
    centres, root = rng.standard_normal((3, 2)), np.tril(rng.random((3, 2, 2)) + 0.3)
    mixture = Mixture(centres, root, 5.0)
    w = mixture.sample(rng, 200)
    parts = [multivariate_t(c, r @ r.T, df=5.0).pdf(w) for c, r in zip(centres, root, strict=True)]
    np.testing.assert_allclose(mixture.log_density(w), np.log(np.mean(parts, axis=0)), rtol=1e-10, atol=1e-12)
    many = Mixture(np.array([[0.0, 9.0], [5.0, 9.0]]), np.stack([np.eye(2), 3 * np.eye(2)]), 30.0).sample(rng, 40_000)
    assert many[1::2, 0].std() / many[::2, 0].std() == pytest.approx(3.0, rel=0.03)
