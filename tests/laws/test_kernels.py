"""Laws of the formulas themselves: arrays broadcast, the future is the mean over what comes first, units cancel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from clvmodels.kernels import bgnbd, gamma_gamma
from tests.laws.strategies import customers, horizons, positive, spend_thetas, thetas

# The same numbers by other roads: tables are shared, and blocks cut, which costs a few digits of what they resolve.
SAME = 1e-11
# Sums over hundreds of states, each within SAME, and quadratures that are made to be below this.
SUMS = 1e-9

few = settings(max_examples=30)

# Every formula by its arguments: per customer (x, t_x, T and a horizon of their own) and parameters.
PURCHASES = {
    "log_likelihood": lambda x, t_x, T, _, *theta: bgnbd.log_likelihood(x, t_x, T, *theta),
    "probability_alive": lambda x, t_x, T, _, *theta: bgnbd.probability_alive(x, t_x, T, *theta),
    "purchases": lambda x, _, T, h, *theta: bgnbd.purchases_if_alive(x, T, h, 0.0, *theta),
    "purchases, discounted": lambda x, _, T, h, *theta: bgnbd.purchases_if_alive(x, T, h, 0.01, *theta),
    "purchases, endless": lambda x, _, T, __, *theta: bgnbd.purchases_if_alive(x, T, np.inf, 0.01, *theta),
    "lifetime": lambda x, _, T, h, *theta: bgnbd.lifetime_if_alive(x, T, h, 0.0, *theta),
    "lifetime, discounted": lambda x, _, T, h, *theta: bgnbd.lifetime_if_alive(x, T, h, 0.01, *theta),
    "lifetime, endless": lambda x, _, T, __, *theta: bgnbd.lifetime_if_alive(x, T, np.inf, 0.01, *theta),
    "active": lambda x, _, T, h, *theta: bgnbd.active_if_alive(x, T, h, *theta),
    "counts": lambda x, _, T, __, *theta: bgnbd.counts_if_alive(x, T, 39.0, 4, *theta),
}
SPEND = {"log_likelihood": gamma_gamma.log_likelihood, "expected_order_value": gamma_gamma.expected_order_value}


def one_by_one(formula, *arrays):
    """A loop over all elements of the arrays' common shape, and whatever axis the formula adds."""
    arrays = np.broadcast_arrays(*arrays)
    shape = arrays[0].shape
    single = np.array([formula(*(float(array[i]) for array in arrays)) for i in np.ndindex(shape)])
    return single.reshape(shape + single.shape[1:])


def rows_of(strategy, n):
    return st.lists(strategy, min_size=n, max_size=n).map(np.array)


@pytest.mark.parametrize("name", PURCHASES)
@few
@given(data=st.data())
def test_parameters_of_their_own_for_every_customer_equal_a_loop(name, data):
    x, t_x, T = data.draw(customers())
    theta, horizon = data.draw(rows_of(thetas, len(x))), data.draw(rows_of(horizons, len(x)))
    arguments = (x, t_x, T, horizon, *theta.T)
    np.testing.assert_allclose(
        PURCHASES[name](*arguments), one_by_one(PURCHASES[name], *arguments), rtol=SAME, atol=SAME
    )


@pytest.mark.parametrize("name", PURCHASES)
@few
@given(data=st.data())
def test_an_axis_of_draws_equals_a_loop(name, data):
    x, t_x, T = data.draw(customers(most=6))
    theta, horizon = data.draw(rows_of(thetas, 3)), data.draw(horizons)
    arguments = (x, t_x, T, horizon, *theta.T[:, :, None])
    together = PURCHASES[name](*arguments)
    assert together.shape[:2] == (3, len(x))
    np.testing.assert_allclose(together, one_by_one(PURCHASES[name], *arguments), rtol=SAME, atol=SAME)


@pytest.mark.parametrize("name", SPEND)
@few
@given(theta=rows_of(spend_thetas, 4), m=rows_of(positive(0.1, 1e4), 4), x=rows_of(st.integers(1, 3000), 4))
def test_order_values_take_rows_and_draws_too(name, theta, m, x):
    p, q, v = theta.T
    rows, draws = (x, m, p, q, v), (x, m, p[:, None], q[:, None], v[:, None])
    for arguments in (rows, draws):
        np.testing.assert_allclose(SPEND[name](*arguments), one_by_one(SPEND[name], *arguments), rtol=SAME, atol=SAME)


@given(theta=rows_of(thetas, 50), data=customers(), horizon=horizons)
@settings(max_examples=10)
def test_many_customers_and_many_draws_at_once(theta, data, horizon):
    """Enough rows of equal parameters that their integrals are interpolated over ages."""
    x = data[0][0]
    ages = np.geomspace(0.01, 500, 60)
    few_draws = theta[:2].T[:, :, None]
    for formula in (bgnbd.purchases_if_alive, bgnbd.lifetime_if_alive):
        together = formula(x, ages, horizon, 0.002, *few_draws)
        alone = one_by_one(lambda T, *at, f=formula: f(x, T, horizon, 0.002, *at), ages[::7], *few_draws)
        np.testing.assert_allclose(together[:, ::7], alone, rtol=1e-10)


def states(x, T, horizon, r, alpha, a, b, most=600):
    """P(n purchases in the horizon and still alive after it) of a customer alive at T, for n up to `most`."""
    n = np.arange(most + 1.0)
    shape, scale, left = r + x, alpha + T, b + x
    survived = gammaln(left + n) - gammaln(left) - gammaln(a + left + n) + gammaln(a + left)
    share = horizon / (scale + horizon)
    negative_binomial = gammaln(shape + n) - gammaln(shape) - gammaln(n + 1) + n * np.log(share)
    return n, np.exp(survived + negative_binomial + shape * np.log1p(-share))


calm = st.tuples(positive(0.05, 5), positive(1, 100), positive(0.05, 10), positive(0.05, 20))


@few
@given(
    theta=calm,
    x=st.integers(0, 40),
    T=positive(1, 200),
    first=positive(0.1, 20),
    second=horizons,
    delta=st.floats(0, 0.1),
)
def test_what_comes_later_is_the_mean_over_what_comes_first(theta, x, T, first, second, delta):
    """Values to H1 + H2 are those to H1, and beyond those of the customer that one then is, discounted by H1."""
    n, probability = states(x, T, first, *theta)
    if probability[-1] > 1e-14 * probability.max():
        return
    for formula in (bgnbd.purchases_if_alive, bgnbd.lifetime_if_alive):
        later = formula(x + n, T + first, second, delta, *theta)
        wanted = formula(x, T, first, delta, *theta) + np.exp(-delta * first) * (probability @ later)
        assert formula(x, T, first + second, delta, *theta) == pytest.approx(wanted, rel=SUMS)
        endless = formula(x, T, np.inf, delta + 1e-3, *theta)
        assert formula(x, T, first, delta + 1e-3, *theta) <= endless * (1 + SAME)
        assert formula(x, T, first, delta, *theta) <= formula(x, T, first, 0.0, *theta) * (1 + SAME)


@few
@given(theta=calm, x=st.integers(0, 40), T=positive(1, 200), first=positive(0.1, 20), second=positive(0.1, 20))
def test_counts_of_two_periods_add_up(theta, x, T, first, second):
    """P(k in H1 + H2): n alive after H1 and k - n afterwards, or k before dropping out in H1."""
    n, probability = states(x, T, first, *theta)
    both = bgnbd.counts_if_alive(x, T, first + second, 4, *theta)
    early = bgnbd.counts_if_alive(x, T, first, 4, *theta)
    later = bgnbd.counts_if_alive(x + n[:5], T + first, second, 4, *theta)
    for k in range(5):
        alive = sum(probability[i] * later[i, k - i] for i in range(k + 1))
        assert both[k] == pytest.approx(alive + early[k] - probability[k], rel=SUMS, abs=SUMS)


@few
@given(theta=calm, x=st.integers(0, 40), T=positive(1, 200), horizon=horizons)
def test_active_is_not_zero_purchases_and_some_other_number(theta, x, T, horizon):
    counts = bgnbd.counts_if_alive(x, T, horizon, 0, *theta)
    assert bgnbd.active_if_alive(x, T, horizon, *theta) == pytest.approx(1 - counts[0], abs=SAME)


@few
@given(theta=calm, T=positive(0.5, 30))
def test_the_likelihood_integrates_to_the_probability_of_each_count(theta, T):
    """Over the time of the last purchase; those before it lie anywhere, in order: t^(x - 1) / (x - 1)!."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    t, step = 0.5 * T * (nodes + 1), 0.5 * T * weights
    counts = bgnbd.counts_if_alive(0, 0.0, T, 12, *theta)
    assert np.exp(bgnbd.log_likelihood(0, 0.0, T, *theta)) == pytest.approx(counts[0], rel=SUMS)
    for x in range(1, 13):
        density = np.exp(bgnbd.log_likelihood(x, t, T, *theta) + (x - 1) * np.log(t) - gammaln(x))
        assert step @ density == pytest.approx(counts[x], rel=SUMS, abs=SUMS)


@few
@given(theta=calm, T=positive(0.5, 30))
def test_who_is_alive_after_some_time_is_known_from_their_histories(theta, T):
    """The mean of P(alive) over the last purchase is the probability of that count and of being alive."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    t, step = 0.5 * T * (nodes + 1), 0.5 * T * weights
    _, alive = states(0, 0.0, T, *theta, most=12)
    for x in range(1, 13):
        density = np.exp(bgnbd.log_likelihood(x, t, T, *theta) + (x - 1) * np.log(t) - gammaln(x))
        found = step @ (density * bgnbd.probability_alive(x, t, T, *theta))
        assert found == pytest.approx(alive[x], rel=SUMS, abs=SUMS)


@few
@given(theta=st.tuples(positive(0.3, 50), positive(1.5, 50), positive(0.5, 500)), x=st.integers(1, 60))
def test_order_values_have_a_density_and_the_populations_mean(theta, x):
    """Over log m, in which the density falls exponentially to both sides."""
    p, q, v = theta
    y = np.arange(-60 / min(p * x, 1.0), 70 / min(q - 1, 1.0), 0.05 / np.sqrt(1 + min(p * x, q)))
    m = v / x * np.exp(y)
    density = np.exp(gamma_gamma.log_likelihood(x, m, *theta)) * m * (y[1] - y[0])
    assert density.sum() == pytest.approx(1, rel=SUMS)
    mean = gamma_gamma.expected_order_value(0, 0.0, *theta)
    assert density @ gamma_gamma.expected_order_value(x, m, *theta) == pytest.approx(mean, rel=SUMS)
    assert density @ m == pytest.approx(mean, rel=SUMS)


@few
@given(data=customers(), theta=thetas, horizon=horizons, delta=st.floats(0, 0.1), factor=positive(1e-3, 1e3))
def test_other_units_of_time_change_nothing_but_times(data, theta, horizon, delta, factor):
    x, t_x, T = data
    r, alpha, a, b = theta
    other = (r, alpha * factor, a, b)

    def same(formula, times, *arguments):
        """The formula, whose result has this power of time, in both units."""
        before = formula(x, *arguments, *theta)
        scales = {id(delta): 1 / factor}
        after = formula(x, *(v * scales.get(id(v), factor) for v in arguments), *other)
        np.testing.assert_allclose(after, before * factor**times, rtol=SUMS, atol=1e-290)

    same(bgnbd.probability_alive, 0, t_x, T)
    same(bgnbd.active_if_alive, 0, T, horizon)
    same(bgnbd.purchases_if_alive, 0, T, horizon, delta)
    same(bgnbd.lifetime_if_alive, 1, T, horizon, delta)


@given(theta=spend_thetas, x=st.integers(0, 60), m=positive(0.1, 1e4), factor=positive(1e-3, 1e3))
def test_other_money_changes_nothing_but_amounts(theta, x, m, factor):
    p, q, v = theta
    before = gamma_gamma.expected_order_value(x, m, p, q, v)
    assert gamma_gamma.expected_order_value(x, m * factor, p, q, v * factor) == pytest.approx(before * factor, rel=SAME)


@few
@given(data=customers(), theta=rows_of(thetas, 3))
def test_likelihoods_of_all_customers_are_sums_of_single_ones(data, theta):
    counts = 1.0 + np.arange(len(data[0])) % 3
    rows = bgnbd.prepare(*data, counts)
    wanted = [counts @ bgnbd.log_likelihood(*data, *one) for one in theta]
    np.testing.assert_allclose(bgnbd.log_likelihoods(rows, theta), wanted, rtol=SAME, atol=SAME)
    values = [bgnbd.derivatives(rows, one).value for one in theta]
    np.testing.assert_allclose(values, wanted, rtol=SAME, atol=SAME)


@few
@given(theta=rows_of(spend_thetas, 3), m=rows_of(positive(0.1, 1e4), 5), x=rows_of(st.integers(1, 60), 5))
def test_order_values_of_all_customers_are_sums_and_means_of_single_ones(theta, m, x):
    counts = 1.0 + np.arange(len(x)) % 3
    rows = gamma_gamma.prepare(x.astype(float), m, counts)
    wanted = [counts @ gamma_gamma.log_likelihood(x, m, *one) for one in theta]
    np.testing.assert_allclose(gamma_gamma.log_likelihoods(rows, theta), wanted, rtol=SAME, atol=SUMS)
    single = np.array([gamma_gamma.expected_order_value(x, m, *one) for one in theta])
    found = gamma_gamma.average_order_value(x.astype(float), m, theta)
    np.testing.assert_allclose(found, single.mean(axis=0), rtol=SAME)
