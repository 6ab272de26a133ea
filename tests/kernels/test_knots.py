"""Interpolation over ages against the integrals themselves."""

import numpy as np
import pytest

from clvmodels.kernels import knots as knots_module
from clvmodels.kernels import pareto_nbd
from clvmodels.kernels.knots import resolved
from clvmodels.kernels.pareto_nbd_pairs import Pairs
from clvmodels.kernels.pareto_nbd_silence import _back, _gone

# What is promised of a probability, relative, and of a derivative, relative to the largest or 1.
PROMISED = 1e-10
THETAS = [
    (0.553, 10.578, 0.606, 11.669),
    (0.05, 3.0, 2.5, 0.5),
    (20.0, 900.0, 1e-5, 40.0),
    (1.0, 1e-3, 40.0, 5.0),
    (2.0, 1e4, 0.3, 1e-2),
]


def pairs_of(values, per_kind, seed=3):
    rng = np.random.default_rng(seed)
    age = np.sort(40.0 * rng.random((len(values), per_kind)), axis=1)
    age[0, 0] = 0.0
    return Pairs(np.asarray(values, float), np.repeat(np.arange(len(values)), per_kind), age.ravel())


@pytest.mark.parametrize("theta", THETAS)
@pytest.mark.parametrize("table", [_gone, _back])
def test_values_and_derivatives_are_those_of_every_age(table, theta, monkeypatch):
    monkeypatch.setattr(knots_module, "_FEW", 1)
    pairs = pairs_of([0, 1, 7, 300], 400)
    exact = table(pairs, theta)
    knots, values = resolved(
        lambda kind, age: table(Pairs(pairs.x, kind, age), theta), pairs.kind, pairs.age, min(theta[1], theta[3])
    )
    if theta == THETAS[0]:
        assert len(knots.age) < len(pairs.age) / 10
    scale = np.maximum(np.abs(exact).max(axis=1, keepdims=True), 1.0)
    assert (np.abs(knots.spread(values) - exact) <= PROMISED * scale).all()
    weights = np.random.default_rng(1).random(len(pairs.age))
    # Sums of rounding errors of 1,600 numbers.
    np.testing.assert_allclose(
        values @ knots.gather(weights), exact @ weights, atol=PROMISED * weights.sum() * scale.max()
    )


def test_a_function_that_is_not_smooth_is_evaluated_at_every_age(monkeypatch):
    monkeypatch.setattr(knots_module, "_FEW", 1)
    pairs = pairs_of([0, 1], 500)

    def kinked(kind, age):
        return np.stack([np.sqrt(10.0 + age), np.where(kind == 1, np.abs(age - 20.0), age**2 / 100)])

    knots, values = resolved(kinked, pairs.kind, pairs.age, 10.0)
    assert knots.smooth.tolist() == [0]
    np.testing.assert_allclose(knots.spread(values), kinked(pairs.kind, pairs.age), atol=PROMISED)


@pytest.mark.parametrize("theta", THETAS)
def test_sums_over_customers_at_any_time_are_those_of_their_likelihoods(theta, monkeypatch):
    monkeypatch.setattr(knots_module, "_FEW", 1000)
    rng = np.random.default_rng(8)
    T = rng.uniform(20, 60, 3000)
    x = rng.poisson(rng.gamma(0.6, 3.0, 3000)).astype(float)
    t_x = np.where(x > 0, T * rng.random(3000) ** 0.3, 0.0)
    counts = 1.0 + rng.integers(0, 3, 3000)
    rows = pareto_nbd.prepare(x, t_x, T, counts)
    wanted = counts @ pareto_nbd.log_likelihood(x, t_x, T, *theta)
    found = pareto_nbd.derivatives(rows, np.array(theta))
    assert found.value == pytest.approx(wanted, rel=1e-12)
    assert pareto_nbd.log_likelihoods(rows, np.array([theta])) == pytest.approx(wanted, rel=1e-12)
    monkeypatch.setattr(knots_module, "_FEW", 10**9)
    exact = pareto_nbd.derivatives(rows, np.array(theta))
    np.testing.assert_allclose(found.gradient, exact.gradient, atol=PROMISED * counts.sum())
    np.testing.assert_allclose(found.hessian, exact.hessian, atol=PROMISED * counts.sum())
