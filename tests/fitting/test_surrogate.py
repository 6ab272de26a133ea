"""Interpolated expectations are as good as exact ones, and where they are not, exact ones are taken."""

import numpy as np
import pytest

from clvmodels.fitting.surrogate import over_draws
from clvmodels.kernels import bgnbd

# What is promised, of the draws that were not compared: a share of how much the draws differ.
PROMISED = 0.03
THETA = np.array([0.3, 4.5, 0.8, 2.5])
X, AGES = np.array([0.0, 7.0]), np.array([30.0, 38.0])
# Draws at which the function may be asked for: 50 knots and 25 to compare with, and in a second round 150 and 25.
MOST = 250


def draws(spread, n=600):
    """Log-normal draws with correlated r and alpha, a and b, shape (n, 4)."""
    rng = np.random.default_rng(6)
    pair = np.array([[1.0, 0.0], [0.9, 0.44]])
    root = spread * np.block([[pair, np.zeros((2, 2))], [np.zeros((2, 2)), 2.0 * pair]])
    return THETA * np.exp(rng.standard_normal((n, 4)) @ root.T)


class Counting:
    """A function of one draw that counts how often it is asked."""

    def __init__(self, function):
        self.function, self.asked = function, 0

    def __call__(self, theta):
        self.asked += 1
        return self.function(theta)

    def exactly(self, theta):
        return np.array([self.function(row) for row in theta])


def purchases(horizon, delta=0.0):
    return Counting(lambda theta: bgnbd.purchases_if_alive(X, AGES, horizon, delta, *theta))


@pytest.mark.parametrize("spread", [0.1, 0.4])
@pytest.mark.parametrize("function", [purchases(39.0), purchases(np.inf, 0.002)], ids=["39 weeks", "the whole future"])
def test_interpolation_keeps_its_promise(function, spread):
    theta = draws(spread)
    function.asked = 0
    found = over_draws(function, theta)
    assert function.asked <= MOST
    exact = function.exactly(theta)
    off = np.log(found) - np.log(exact)
    assert found.shape == (600, 2)
    assert (np.sqrt((off**2).mean(axis=0)) < PROMISED * np.log(exact).std(axis=0)).all()
    np.testing.assert_allclose(
        np.quantile(found, [0.05, 0.95], axis=0), np.quantile(exact, [0.05, 0.95], axis=0), rtol=0.01
    )


def test_draws_that_are_all_the_same_are_computed_once():
    function = purchases(39.0)
    found = over_draws(function, np.tile(THETA, (500, 1)))
    assert function.asked == 1
    np.testing.assert_array_equal(found, np.tile(function.function(THETA), (500, 1)))


def test_draws_that_repeat_are_interpolated_like_others():
    """A resampled posterior of one customer holds few distinct draws."""
    few = draws(0.1, 400)
    theta = few[np.random.default_rng(3).integers(0, 400, 1_500)]
    function = purchases(39.0)
    found = over_draws(function, theta)
    assert function.asked <= MOST
    np.testing.assert_allclose(found[:50], function.exactly(theta[:50]), rtol=0.01)


def test_draws_on_a_line_are_no_obstacle():
    function, theta = purchases(39.0), THETA * np.exp(np.linspace(-0.3, 0.3, 400))[:, None]
    np.testing.assert_allclose(over_draws(function, theta)[::40], function.exactly(theta[::40]), rtol=0.01)


def test_few_draws_are_computed_exactly():
    function, theta = purchases(39.0), draws(0.1, 80)
    np.testing.assert_array_equal(over_draws(function, theta), function.exactly(theta))


@pytest.mark.parametrize(
    "function",
    [
        Counting(lambda theta: np.array([1.0 + (theta[0] > 0.3)])),
        Counting(lambda theta: np.array([np.exp(np.sin(60.0 * np.log(theta).sum()))])),
        Counting(lambda theta: np.array([np.log(theta[0] / 0.25)])),
        Counting(lambda theta: np.array([np.inf if theta[0] > 0.35 else theta[0]])),
    ],
    ids=["a jump", "waves", "below zero", "infinite"],
)
def test_what_cannot_be_interpolated_is_computed_exactly(function):
    theta = draws(0.2, 600)
    function.asked = 0
    np.testing.assert_array_equal(over_draws(function, theta), function.exactly(theta))


def test_one_parameter_that_all_draws_share_is_no_obstacle():
    theta = draws(0.1)
    theta[:, 1] = 4.5
    function = purchases(39.0)
    off = np.log(over_draws(function, theta)) - np.log(function.exactly(theta))
    assert np.abs(off).max() < 0.01
