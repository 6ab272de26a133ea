"""Data that do not determine a model: a named limit, finite predictions, no warning and no crash."""

import numpy as np
import pytest
from scipy import stats

import clvmodels as clv
from clvmodels.errors import BoundaryError, InputError
from tests.recovery.outcomes import end_faults, prediction_faults
from tests.recovery.simulators import counted, mean_orders, observed, summary


def people(*rows, unit="week", scale=1.0):
    x, t_x, T = np.array(rows, float).T
    return summary(x, t_x * scale, T * scale, unit=unit)


def money(x, m):
    return summary(np.array(x, float), np.full(len(x), 5.0), np.full(len(x), 9.0), np.array(m, float))


# By chance about every second sample of such customers looks as if they differed; with this seed none does.
SEED = 4


def simulated(rate, dropout):
    rng = np.random.default_rng(SEED)
    T = rng.uniform(20, 40, len(rate))
    return summary(*counted(rng, rate, dropout, T), T)


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


NOBODY = "nobody drops out"
EVEN = [(i % 5, (i % 5 > 0) * (10 + i), 20 + i) for i in range(30)]
LIMITS = {
    "one customer": (lambda: people((3, 10, 12)), "everyone has the same purchase rate and nobody drops out"),
    "one customer, one purchase": (
        lambda: people((1, 10, 12)),
        "everyone has the same purchase rate and drops out at the first repeat purchase",
    ),
    "one customer who never came back": (lambda: people((0, 0, 12)), "nobody repeats"),
    "a customer of this moment": (lambda: people((0, 0, 0)), "nobody repeats"),
    "nobody repeats": (lambda: people(*[(0, 0, T) for T in range(1, 30)]), "nobody repeats"),
    "two customers": (lambda: people((3, 10, 12), (8, 2, 30)), "everyone has the same dropout probability"),
    "two customers who never came back": (lambda: people((0, 0, 5), (0, 0, 8)), "nobody repeats"),
    "daily": (lambda: people(*[(70, 10, 10)] * 30), "everyone has the same purchase rate and nobody drops out"),
    "daily, then observed for longer": (
        lambda: people(*[(70, 10, 11 + i) for i in range(30)]),
        "everyone has the same purchase rate and the same dropout probability",
    ),
    "only one repeat each": (
        lambda: people(*[(i % 2, 5 * (i % 2), 20 + i) for i in range(40)]),
        "everyone drops out at the first repeat purchase",
    ),
    "one repeat of everyone, long ago": (
        lambda: people(*[(1, 5 + i / 3, 200 + i) for i in range(40)]),
        "everyone has the same purchase rate and drops out at the first repeat purchase",
    ),
    "a whale among one-timers": (
        lambda: people((3000, 50, 52), *[(0, 0, 20 + i) for i in range(40)]),
        "everyone has the same dropout probability",
    ),
    "all T equal, few customers": (
        lambda: people((0, 0, 52), (1, 10, 52), (0, 0, 52), (3, 40, 52), (0, 0, 52)),
        "dropout is all or nothing",
    ),
    "some acquired at this moment": (
        lambda: people(*[(0, 0, 0)] * 10, *[(i % 4, 5 * (i % 4 > 0), 20 + i) for i in range(20)]),
        "everyone has the same dropout probability",
    ),
    "all seen just now": (lambda: people(*[(i % 5, (i % 5 > 0) * (10 + i), 10 + i) for i in range(30)]), NOBODY),
    "seconds, in years": (lambda: people(*EVEN, unit="year", scale=3.2e-8), NOBODY),
    "millennia, in hours": (lambda: people(*EVEN, unit="hour", scale=8.8e6), NOBODY),
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
    assert fit.diagnostics.boundary == name
    assert [*end_faults(fit), *prediction_faults(fit, customers)] == []
    assert np.isfinite([fit.log_likelihood, fit.aic, fit.bic]).all()
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
    T = np.full(800, 52.0)
    customers = summary(*observed(np.random.default_rng(2), 800, (0.6, 5.0, 0.9, 2.5), T), T)
    fit = clv.BGNBD().fit(customers)
    assert fit.diagnostics.converged
    assert [*end_faults(fit), *prediction_faults(fit, customers)] == []


def test_a_whale_among_customers_of_one_repeat():
    customers = people((3000, 50, 52), *[(1, 5, 20 + i) for i in range(40)])
    fit = clv.BGNBD().fit(customers)
    assert fit.diagnostics.converged
    assert [*end_faults(fit), *prediction_faults(fit, customers)] == []
    # Its rate is 3,000 in 50 weeks, and in two weeks without a purchase 120 were due: it has left.
    assert fit.probability_alive(customers)[0] < 1e-6


@pytest.mark.parametrize("x", [[4], [1, 2, 5]])
def test_equal_amounts_have_an_unbounded_likelihood_and_are_expected_again(x):
    customers = money(x, np.full(len(x), 19.99))
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
    fit = clv.GammaGamma().fit(money(x, m))
    assert fit.diagnostics.boundary == "everyone has the same mean order value"
    assert fit.population_mean == pytest.approx((m * x).sum() / x.sum(), rel=1e-6)


SAME_MEAN, SAME_AMOUNT = (
    "everyone has the same mean order value",
    "every purchase of a customer is the same amount",
)
AMOUNTS = {
    "two customers": ([3, 2], [20, 30], SAME_AMOUNT),
    "two customers, a cent and a million": ([1, 1], [0.01, 1e6], SAME_MEAN),
    "all the same but one": ([3] * 20, [20] * 19 + [40], SAME_AMOUNT),
    "cents or millions": ([1, 2, 3] * 10, [0.01] * 15 + [5e6] * 15, SAME_AMOUNT),
    "own amounts": (np.repeat([1, 2, 40], 100), 15 / np.random.default_rng(1).gamma(3, 1, 300), SAME_AMOUNT),
}


@pytest.mark.parametrize("case", AMOUNTS)
def test_the_limit_of_order_values_is_named_and_predicts(case):
    x, m, name = AMOUNTS[case]
    customers = money(x, m)
    fit = clv.GammaGamma().fit(customers)
    assert fit.diagnostics.boundary == name
    assert [*end_faults(fit), *prediction_faults(fit, customers)] == []
    assert np.isfinite(fit.log_likelihood)
    if name == SAME_AMOUNT:
        np.testing.assert_allclose(fit.expected_order_value(customers), m, rtol=1e-9)


@pytest.mark.parametrize("spread", [1e-3, 1e-4, 1e-5])
def test_amounts_that_nearly_are_the_same(spread):
    """The shapes are spread^-2: no doubles make the slope small, and those that were found are as good as any."""
    rng = np.random.default_rng(3)
    x = 1.0 + rng.poisson(1.5, 30)
    m = 20 * (1 + spread * rng.normal(size=30) / np.sqrt(x))
    fit = clv.GammaGamma().fit(money(x, m))
    mean = (m * x).sum() / x.sum()
    shapes = np.exp(np.linspace(-1, 1, 2001)) / spread**2
    around_one_mean = [stats.gamma.logpdf(m, p * x, scale=mean / (p * x)).sum() for p in shapes]
    assert fit.diagnostics.ok
    assert fit.diagnostics.boundary == SAME_MEAN
    # The limit is taken at q = 1e12, of which shapes of 1e10 are a hundredth.
    assert fit.log_likelihood == pytest.approx(max(around_one_mean), abs=1e-3 + 10 / spread**2 / 1e12)
    np.testing.assert_allclose(fit.expected_order_value(money(x, m)), mean, rtol=0.1 * spread)


def test_amounts_within_a_millionth_count_as_the_same():
    fit = clv.GammaGamma().fit(money([1, 2, 5], 19.99 * (1 + 1e-7 * np.array([-1, 0, 1]))))
    assert fit.diagnostics.boundary == "every purchase is the same amount"


@pytest.mark.parametrize("scale", [1e-9, 1e12])
def test_money_of_any_size_gives_the_same_shapes(scale):
    x = np.repeat([1.0, 2.0, 5.0], 50)
    m = mean_orders(np.random.default_rng(0), x, 4.0, 3.0, 10.0)
    usual, other = (clv.GammaGamma().fit(money(x, m * by)) for by in (1.0, scale))
    assert usual.diagnostics.converged
    # A slope of 1e-8 per customer leaves some 1e-6 of a parameter open.
    np.testing.assert_allclose(other.draws[0], usual.draws[0] * [1, 1, scale], rtol=1e-6)


def test_an_infinite_population_mean_is_infinite_and_customers_keep_theirs():
    fit = clv.GammaGamma().at(p=1.0, q=0.5, v=10.0)
    assert fit.population_mean == np.inf
    assert fit.order_value(np.array([0.0, 2.0]), np.array([0.0, 25.0])) == pytest.approx([np.inf, 40.0], rel=1e-14)
    # At q = 1 too, and where p x + q <= 1 even the customer's own mean is.
    assert clv.GammaGamma().at(p=1.0, q=1.0, v=10.0).population_mean == np.inf
    assert clv.GammaGamma().at(p=0.1, q=0.5, v=1.0).order_value(np.array([3.0]), np.array([9.0])).tolist() == [np.inf]


def test_money_without_any_is_an_error_that_says_so():
    customers = summary(np.array([0.0, 1.0]), np.array([0.0, 2.0]), np.array([5.0, 5.0]), np.zeros(2))
    with pytest.raises(InputError, match="repeat purchase of an amount above 0"):
        clv.GammaGamma().fit(customers)


def test_moments_after_the_first_purchase_do_not_become_the_first_purchase():
    customers = people(*[(1, 1e-9, 30)] * 5, *[(0, 0, 30)] * 5)
    fit = clv.BGNBD().fit(customers)
    assert [*end_faults(fit), *prediction_faults(fit, customers)] == []
