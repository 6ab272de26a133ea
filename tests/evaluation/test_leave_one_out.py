"""Leaving customers out: rows with and without a tail of weights, and log-likelihoods by row by either road."""

import numpy as np
import pytest

from clvmodels.evaluation import leave_one_out as module
from clvmodels.evaluation.leave_one_out import leave_one_out
from clvmodels.fitting import blocks_by_row
from clvmodels.kernels import bgnbd, pareto_nbd

# Tables of Pareto/NBD are interpolated to 1e-12, and logs sum a few of them.
SAME = 1e-11
# Smoothing moves weights that are all but equal by a part of what they differ by.
NEARLY = 1e-5
THETA = {bgnbd: (0.243, 4.414, 0.793, 2.426), pareto_nbd: (0.553, 10.578, 0.606, 11.669)}


def customers(n=300):
    rng = np.random.default_rng(4)
    x = np.sort(rng.poisson(rng.gamma(0.6, 3.0, n))).astype(float)
    T = rng.integers(180, 270, n) / 7.0
    return x, np.where(x > 0, np.ceil(7 * T * rng.random(n) ** 0.3) / 7.0, 0.0), T


def draws(kernel, spread, size=400):
    rng = np.random.default_rng(6)
    return np.array(THETA[kernel]) * np.exp(spread * rng.normal(size=(size, 4)))


@pytest.mark.parametrize("kernel", THETA)
def test_rows_by_whatever_road_are_the_likelihood(kernel):
    columns, theta = customers(), draws(kernel, 0.3)
    wanted = kernel.log_likelihood(*(column[:, None] for column in columns), *theta.T[:, None, :])
    found = np.empty_like(wanted)
    for rows, values in blocks_by_row(kernel, columns, theta):
        found[rows] = values
    np.testing.assert_allclose(found, wanted, rtol=0, atol=SAME)


@pytest.mark.parametrize("kernel", THETA)
def test_weights_that_are_nearly_equal_need_no_smoothing(kernel, monkeypatch):
    columns, theta = customers(), draws(kernel, 0.003)
    monkeypatch.setattr(module, "_MANY", 300)
    plain = leave_one_out(kernel, columns, theta)
    assert (plain.k_hat == 0).mean() > 0.9
    monkeypatch.setattr(module, "_MANY", 301)
    smoothed = leave_one_out(kernel, columns, theta)
    assert (smoothed.k_hat != 0).all()
    np.testing.assert_allclose(plain.elpd, smoothed.elpd, rtol=0, atol=NEARLY)


def test_a_row_that_matters_is_smoothed(monkeypatch):
    monkeypatch.setattr(module, "_MANY", 1)
    columns = [np.append(column, last) for column, last in zip(customers(), (40.0, 20.0, 38.0), strict=True)]
    found = leave_one_out(bgnbd, columns, draws(bgnbd, 0.1))
    assert found.k_hat[-1] != 0
    assert found.penalty[-1] > 0.1
