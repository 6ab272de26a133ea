"""Small data sets: every fit is the maximum that other optimisers cannot beat, or a named limit."""

import numpy as np
import pytest
from scipy.optimize import minimize

import clvmodels as clv
from clvmodels.fitting.mle import CONVERGED_BELOW
from clvmodels.kernels import bgnbd, gamma_gamma
from tests.recovery.simulators import mean_orders, observed, summary

SEEDS = {"modest": 4, "full": 60}
SIZES = (30, 60, 150, 500)
STARTS = {"modest": 2, "full": 20}
THETAS = ((0.243, 4.414, 0.793, 2.426), (1.5, 8.0, 0.4, 6.0), (0.5, 2.0, 3.0, 3.0))
SPEND = (6.25, 3.74, 15.44)


def tolerance(n):
    """How much of the log-likelihood a limit may give away."""
    return min(1e-6 * n, 0.01)


def best_of_random_starts(log_likelihood, middle, starts, rng):
    """The highest sum that a general optimiser finds; it knows nothing of derivatives or limits."""

    def loss(u):
        with np.errstate(all="ignore"):
            value = -log_likelihood(*np.exp(np.clip(u, -60, 60))).sum()
        return value if np.isfinite(value) else 1e10

    ends = [
        minimize(
            loss, np.log(middle) + rng.normal(0, 1.5, len(middle)), method="Nelder-Mead", options={"maxiter": 1500}
        )
        for _ in range(starts)
    ]
    return -min(end.fun for end in ends)


def check_end(fit, best, truth):
    assert fit.diagnostics.ok, fit.diagnostics.message
    n = fit.customers
    rounding = 1e-10 * abs(best)
    assert fit.log_likelihood >= max(best, truth) - tolerance(n) - rounding
    table = fit.parameters()
    assert np.isfinite(table["estimate"]).all()
    assert (table["estimate"] > 0).all()
    if fit.diagnostics.converged:
        assert fit.diagnostics.numbers["gradient_per_customer"] < CONVERGED_BELOW
        assert np.isfinite(table["std_error"]).all()
        assert (np.linalg.eigvalsh(fit.covariance) > 0).all()
    else:
        assert fit.diagnostics.boundary in fit.diagnostics.message
        assert np.isposinf(table["std_error"]).all()
        assert fit.covariance is None


def check_predictions(fit, customers):
    for horizon in ("1 hour", "39 weeks", "100 years"):
        expected = fit.expected_purchases(customers, horizon)
        assert np.isfinite(expected).all()
        assert (expected >= 0).all()
    endless = fit.discounted_purchases(customers, None, 0.1)
    assert np.isfinite(endless).all()
    assert np.isfinite(fit.discounted_lifetime(customers, "1 year", 0.1)).all()
    probabilities = fit.purchase_distribution(customers, "4 weeks", 3)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
def test_fits_of_few_customers_are_the_best_or_a_named_limit(n, size):
    ends = set()
    for seed in range(SEEDS[size]):
        rng = np.random.default_rng([n, seed])
        theta = THETAS[seed % len(THETAS)]
        T = rng.uniform(5.0, 52.0, n)
        x, t_x = observed(rng, n, theta, T)
        customers = summary(x, t_x, T)
        fit = clv.BGNBD().fit(customers)
        best = best_of_random_starts(lambda *p: bgnbd.log_likelihood(x, t_x, T, *p), theta, STARTS[size], rng)  # noqa: B023
        check_end(fit, best, bgnbd.log_likelihood(x, t_x, T, *theta).sum())
        check_predictions(fit, customers)
        ends.add(fit.diagnostics.boundary)
    assert None in ends


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
def test_fits_of_few_order_values_are_the_best_or_a_named_limit(n, size):
    for seed in range(SEEDS[size]):
        rng = np.random.default_rng([n, seed])
        x = 1.0 + rng.poisson(1.5, n)
        m = mean_orders(rng, x, *SPEND)
        customers = summary(x, np.full(n, 5.0), np.full(n, 9.0), m)
        fit = clv.GammaGamma().fit(customers)
        best = best_of_random_starts(lambda *p: gamma_gamma.log_likelihood(x, m, *p), SPEND, STARTS[size], rng)  # noqa: B023
        check_end(fit, best, gamma_gamma.log_likelihood(x, m, *SPEND).sum())
        assert np.isfinite(fit.expected_order_value(customers)).all()


def test_one_newton_step_is_not_enough_and_the_fit_says_so():
    rng = np.random.default_rng(5)
    T = rng.uniform(20.0, 52.0, 500)
    x, t_x = observed(rng, 500, THETAS[0], T)
    fit = clv.BGNBD().fit(summary(x, t_x, T), method=clv.MLE(max_iterations=1))
    assert not fit.diagnostics.ok
    assert not fit.diagnostics.converged
    assert "priors" in fit.diagnostics.message
    assert fit.covariance is None
