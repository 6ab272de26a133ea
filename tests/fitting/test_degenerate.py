"""Data that do not determine a model: a named limit, finite predictions, no warning and no crash."""

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.errors import BoundaryError, InputError
from tests.fitting.test_convergence import check_predictions
from tests.recovery.simulators import purchase_times, summary


def people(*rows):
    x, t_x, T = np.array(rows, float).T
    return summary(x, t_x, T)


# By chance about every second sample of such customers looks as if they differed; with this seed none does.
SEED = 4


def simulated(rate, dropout):
    rng = np.random.default_rng(SEED)
    n = len(rate)
    T = rng.uniform(20, 40, n)
    who, when, _ = purchase_times(rng, rate, dropout, T)
    t_x = np.zeros(n)
    np.maximum.at(t_x, who, when)
    return summary(np.bincount(who, minlength=n).astype(float), t_x, T)


def same_dropout():
    rng = np.random.default_rng(SEED)
    return simulated(rng.gamma(0.8, 0.3, 400), np.full(400, 0.2))


def same_rate():
    rng = np.random.default_rng(SEED)
    return simulated(np.full(400, 0.2), rng.beta(0.8, 2.0, 400))


def all_or_nothing():
    rng = np.random.default_rng(SEED)
    return simulated(rng.gamma(2.0, 0.25, 400), (rng.random(400) < 0.5) * 1.0)


def nobody_drops_out():
    return simulated(np.random.default_rng(SEED).gamma(0.8, 0.3, 300), np.zeros(300))


LIMITS = {
    "one customer": (lambda: people((3, 10, 12)), "everyone has the same purchase rate and nobody drops out"),
    "one customer, one purchase": (lambda: people((1, 10, 12)), "everyone has the same purchase rate"),
    "one customer who never came back": (lambda: people((0, 0, 12)), "nobody repeats"),
    "a customer of this moment": (lambda: people((0, 0, 0)), "nobody repeats"),
    "nobody repeats": (lambda: people(*[(0, 0, T) for T in range(1, 30)]), "nobody repeats"),
    "daily": (lambda: people(*[(70, 10, 10)] * 30), "nobody drops out"),
    "only one repeat each": (lambda: people(*[(i % 2, 5 * (i % 2), 20 + i) for i in range(40)]), "dropout is all or"),
    "same dropout": (same_dropout, "everyone has the same dropout probability"),
    "same rate": (same_rate, "everyone has the same purchase rate"),
    "all or nothing": (all_or_nothing, "dropout is all or nothing"),
    "nobody drops out": (nobody_drops_out, "nobody drops out"),
}


@pytest.mark.parametrize("case", LIMITS)
def test_the_limit_is_named_and_predicts(case):
    make, name = LIMITS[case]
    customers = make()
    fit = clv.BGNBD().fit(customers)
    assert name in fit.diagnostics.boundary
    assert fit.diagnostics.ok
    assert not fit.diagnostics.converged
    assert name in fit.diagnostics.message
    assert np.isposinf(fit.parameters()["std_error"]).all()
    assert np.isfinite([fit.log_likelihood, fit.aic, fit.bic]).all()
    check_predictions(fit, customers)
    assert np.isfinite(fit.expected_purchases_new_customer(["1 hour", "10 years"])).all()
    with pytest.raises(BoundaryError, match="Laplace"):
        fit.parameter_draws()


def test_one_customer_is_predicted_at_the_own_rate():
    customers = people((3, 10, 12))
    fit = clv.BGNBD().fit(customers)
    # Nobody drops out and all have the rate 3 / 12: of the parameters, 1e12 remains as an error of 1e-12.
    assert fit.expected_purchases(customers, 8)[0] == pytest.approx(3 / 12 * 8, rel=1e-9)
    assert fit.log_likelihood == pytest.approx(3 * np.log(3 / 12) - 3, rel=1e-9)


def test_nobody_repeats_and_nobody_is_expected_to():
    customers = people((0, 0, 5), (0, 0, 9))
    fit = clv.BGNBD().fit(customers)
    assert fit.log_likelihood == 0.0
    assert fit.expected_purchases(customers, "10 years").max() < 1e-100


def test_equal_lengths_of_observation_are_no_problem():
    rng = np.random.default_rng(2)
    rate, dropout = rng.gamma(0.6, 0.2, 800), rng.beta(0.9, 2.5, 800)
    T = np.full(800, 52.0)
    who, when, _ = purchase_times(rng, rate, dropout, T)
    t_x = np.zeros(800)
    np.maximum.at(t_x, who, when)
    fit = clv.BGNBD().fit(summary(np.bincount(who, minlength=800).astype(float), t_x, T))
    assert fit.diagnostics.converged


@pytest.mark.parametrize("x", [[4], [1, 2, 5]])
def test_equal_amounts_have_an_unbounded_likelihood_and_are_expected_again(x):
    n = len(x)
    customers = summary(np.array(x, float), np.full(n, 5.0), np.full(n, 9.0), np.full(n, 19.99))
    fit = clv.GammaGamma().fit(customers)
    assert fit.log_likelihood == np.inf
    assert np.isnan(fit.aic)
    assert np.isnan(fit.bic)
    assert "same amount" in fit.diagnostics.boundary
    np.testing.assert_allclose(fit.expected_order_value(customers), 19.99, rtol=1e-9)
    assert fit.population_mean == pytest.approx(19.99, rel=1e-9)


def test_everyones_orders_around_one_mean():
    rng = np.random.default_rng(2)
    x = 1.0 + rng.poisson(3, 300)
    m = rng.gamma(4.0 * x) * 5.0 / x
    fit = clv.GammaGamma().fit(summary(x, np.full(300, 5.0), np.full(300, 9.0), m))
    assert fit.diagnostics.boundary == "everyone has the same mean order value"
    assert fit.population_mean == pytest.approx((m * x).sum() / x.sum(), rel=1e-6)


def test_every_customer_with_an_amount_of_their_own():
    rng = np.random.default_rng(1)
    x = np.repeat([1.0, 2.0, 40.0], 100)
    m = 15.0 / rng.gamma(3.0, 1.0, 300)
    customers = summary(x, np.full(300, 5.0), np.full(300, 9.0), m)
    fit = clv.GammaGamma().fit(customers)
    assert fit.diagnostics.boundary == "every purchase of a customer is the same amount"
    np.testing.assert_allclose(fit.expected_order_value(customers), m, rtol=1e-9)
    assert np.isfinite(fit.log_likelihood)


def test_an_infinite_population_mean_is_infinite_and_customers_keep_theirs():
    fit = clv.GammaGamma().at(p=1.0, q=0.5, v=10.0)
    assert fit.population_mean == np.inf
    assert fit.order_value(np.array([0.0, 2.0]), np.array([0.0, 25.0])).tolist() == [np.inf, 40.0]
    # At q = 1 too, and where p x + q <= 1 even the customer's own mean is.
    assert clv.GammaGamma().at(p=1.0, q=1.0, v=10.0).population_mean == np.inf
    assert clv.GammaGamma().at(p=0.1, q=0.5, v=1.0).order_value(np.array([3.0]), np.array([9.0])).tolist() == [np.inf]


def test_money_without_any_is_an_error_that_says_so():
    customers = summary(np.array([0.0, 1.0]), np.array([0.0, 2.0]), np.array([5.0, 5.0]), np.zeros(2))
    with pytest.raises(InputError, match="repeat purchase of an amount above 0"):
        clv.GammaGamma().fit(customers)
