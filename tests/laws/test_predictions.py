"""Identities that predictions obey whatever the parameters are."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import clvmodels as clv
from clvmodels.kernels import bgnbd, gamma_gamma
from tests.laws.strategies import customers, fit, horizons, positive, rates, spend_thetas, summary, thetas

# Kernels are within 1e-11 of exact in the corners (tests/kernels); sums and differences of a few of them within this.
DIGITS = 1e-9
# What a probability or a sum of probabilities may be off.
ROUNDING = 1e-10

few = settings(max_examples=40)


@few
@given(data=customers(), theta=thetas, horizon=positive(0.01, 100))
def test_probabilities_of_counts_sum_to_one_and_their_mean_is_the_expectation(data, theta, horizon):
    model, people = fit(theta), summary(*data)
    # Where a noticeable probability lies beyond so many purchases, the mean is not compared.
    most = 3000
    probabilities = model.purchase_distribution(people, horizon, most)
    assert (probabilities >= 0).all()
    assert (probabilities.sum(axis=1) <= 1 + ROUNDING).all()
    n = np.arange(most + 1)
    tail = 1 - probabilities.sum(axis=1)
    ended = (tail < 1e-9) & (probabilities[:, -1] * most**2 < 1e-12)
    expected = model.expected_purchases(people, horizon)
    np.testing.assert_allclose((probabilities @ n)[ended], expected[ended], rtol=1e-6, atol=1e-7)


@few
@given(data=customers(), theta=thetas, horizon=horizons)
def test_active_is_what_is_not_zero_purchases(data, theta, horizon):
    model, people = fit(theta), summary(*data)
    none = model.purchase_distribution(people, horizon, 0)[:, 0]
    np.testing.assert_allclose(model.probability_active(people, horizon), 1 - none, rtol=0, atol=ROUNDING)


@few
@given(data=customers(), theta=thetas, first=horizons, second=horizons, rate=rates)
def test_expectations_add_up_over_time(data, theta, first, second, rate):
    """What is expected in (h1, h1 + h2] is the same from either side, by quadrature of the purchase rate."""
    model, people = fit(theta), summary(*data)
    for quantity in (model.discounted_purchases, model.discounted_lifetime):
        short, long = quantity(people, first, rate), quantity(people, first + second, rate)
        endless = quantity(people, None, rate)
        assert (short <= long * (1 + ROUNDING)).all()
        assert (long <= endless * (1 + ROUNDING)).all()
    nodes, weights = np.polynomial.legendre.leggauss(40)
    x, t_x, T = data
    # Gauss-Jacobi with 120 nodes is exact only until some twenty times the age; further the integrand is too steep.
    first = min(first, 20 * (theta[1] + T.min()))
    more = 0.01 * min(first, second)
    shape, scale = (theta[0] + x)[:, None], (theta[1] + T)[:, None]
    late = first + 0.5 * more * (nodes + 1)
    per_time = _purchase_rate(shape, scale, theta[2], (theta[3] + x)[:, None], late)
    added = bgnbd.probability_alive(x, t_x, T, *theta) * (per_time @ weights) * 0.5 * more
    whole = model.expected_purchases(people, first + more)
    rest = whole - model.expected_purchases(people, first)
    np.testing.assert_allclose(rest, added, rtol=1e-7, atol=DIGITS * whole.max())


def _purchase_rate(shape, scale, a, b, s):
    """Mean purchase rate s ahead given alive, by Gauss-Jacobi over the dropout probability."""
    from scipy.special import roots_jacobi

    rates = np.empty(np.broadcast_shapes(shape.shape, s.shape))
    for row in range(len(rates)):
        nodes, weights = roots_jacobi(120, float(b[row, 0]) - 1, a - 1)
        p = 0.5 * (nodes + 1)
        alive = (1 + p[:, None] * s / scale[row]) ** -(shape[row] + 1)
        rates[row] = shape[row] / scale[row] * (weights @ alive) / weights.sum()
    return rates


@few
@given(data=customers(), theta=thetas, horizon=horizons, rate=rates)
def test_discounting(data, theta, horizon, rate):
    """None at rate 0, more at a higher rate, and between the undiscounted and the last day's value."""
    model, people = fit(theta), summary(*data)
    undiscounted = model.expected_purchases(people, horizon)
    np.testing.assert_allclose(model.discounted_purchases(people, horizon, 0.0), undiscounted, rtol=0)
    some, more = (model.discounted_purchases(people, horizon, r) for r in (rate, min(1.0, 1.5 * rate)))
    assert (more <= some * (1 + ROUNDING)).all()
    assert (some <= undiscounted * (1 + ROUNDING)).all()
    last_day = (1 + rate) ** (-horizon * 7 / 365.25)
    assert (some >= undiscounted * last_day * (1 - ROUNDING)).all()


@few
@given(data=customers(), theta=thetas, horizon=horizons)
def test_bounds(data, theta, horizon):
    model, people = fit(theta), summary(*data)
    alive, active = model.probability_alive(people), model.probability_active(people, horizon)
    expected, lifetime = model.expected_purchases(people, horizon), model.discounted_lifetime(people, horizon)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (alive[data[0] == 0] == 1).all()
    assert (active <= alive * (1 + ROUNDING)).all()
    assert (active <= expected * (1 + ROUNDING) + ROUNDING).all()
    assert (lifetime <= alive * horizon * (1 + ROUNDING)).all()
    # Alive at the rate r + x over alpha + T, or less for having lived on without purchases.
    most = (theta[0] + data[0]) / (theta[1] + data[2]) * alive * horizon
    assert (expected <= most * (1 + ROUNDING)).all()


@few
@given(data=customers(), theta=thetas)
def test_nothing_happens_in_no_time(data, theta):
    model, people = fit(theta), summary(*data)
    for quantity in (model.expected_purchases, model.discounted_lifetime, model.probability_active):
        np.testing.assert_allclose(quantity(people, 0), 0.0, atol=1e-290)
    np.testing.assert_allclose(model.purchase_distribution(people, 0, 2)[:, 0], 1.0, rtol=ROUNDING)


@few
@given(data=customers(), draws=st.lists(thetas, min_size=2, max_size=4), horizon=horizons, rate=rates)
def test_several_draws_predict_the_mean_of_single_draws(data, draws, horizon, rate):
    people = summary(*data)
    single = [fit(theta) for theta in draws]
    together = replace(single[0], draws=np.array(draws))
    for quantity in (
        lambda f: f.probability_alive(people),
        lambda f: f.probability_active(people, horizon),
        lambda f: f.expected_purchases(people, horizon),
        lambda f: f.discounted_purchases(people, None, rate),
        lambda f: f.discounted_lifetime(people, horizon, rate),
        lambda f: f.purchase_distribution(people, horizon, 3),
        lambda f: f.expected_purchases_new_customer([1, horizon]),
        lambda f: f.discounted_purchases_new_customer(None, rate),
    ):
        np.testing.assert_allclose(quantity(together), np.mean([quantity(f) for f in single], axis=0), rtol=1e-13)


@few
@given(draws=st.lists(spend_thetas, min_size=2, max_size=4), m=positive(0.1, 1e4))
def test_several_draws_of_order_values_too(draws, m):
    single = [clv.GammaGamma().at(p=p, q=q, v=v) for p, q, v in draws]
    together = replace(single[0], draws=np.array(draws))
    orders, mean = np.array([0.0, 1, 7]), np.array([0.0, m, m])
    parts = [f.order_value(orders, mean) for f in single]
    np.testing.assert_allclose(together.order_value(orders, mean), np.mean(parts, axis=0), rtol=1e-13)


@few
@given(data=customers(), draws=st.lists(thetas, min_size=12, max_size=12), horizon=horizons)
def test_parameters_of_one_row_per_customer_equal_a_loop(data, draws, horizon):
    x, t_x, T = data
    theta = np.array(draws[: len(x)])
    columns = theta.T
    for together, one in (
        (bgnbd.log_likelihood(x, t_x, T, *columns), lambda i: bgnbd.log_likelihood(x[i], t_x[i], T[i], *theta[i])),
        (
            bgnbd.probability_alive(x, t_x, T, *columns),
            lambda i: bgnbd.probability_alive(x[i], t_x[i], T[i], *theta[i]),
        ),
        (
            bgnbd.purchases_if_alive(x, T, horizon, 0.01, *columns),
            lambda i: bgnbd.purchases_if_alive(x[i], T[i], horizon, 0.01, *theta[i]),
        ),
        (
            bgnbd.active_if_alive(x, T, horizon, *columns),
            lambda i: bgnbd.active_if_alive(x[i], T[i], horizon, *theta[i]),
        ),
        (
            bgnbd.counts_if_alive(x, T, horizon, 3, *columns),
            lambda i: bgnbd.counts_if_alive(x[i], T[i], horizon, 3, *theta[i]),
        ),
    ):
        np.testing.assert_allclose(together, [one(i) for i in range(len(x))], rtol=DIGITS)


@few
@given(theta=spend_thetas, x=st.integers(1, 50), m=positive(0.1, 1e4))
def test_order_values_lie_between_the_customers_and_the_populations_mean(theta, x, m):
    p, q, v = theta
    values = [float(gamma_gamma.expected_order_value(x, m, p, q, v)), m, p * v / (q - 1)]
    assert sorted(values)[1] == values[0] or np.isclose(values[0], values[1:], rtol=DIGITS).any()
