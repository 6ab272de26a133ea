"""Laws that the formulas of every model of purchases obey, and which tie them to each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from tests.family.cases import CASES
from tests.laws.strategies import customers, horizons, positive

# The same numbers by other roads: tables are shared, and blocks cut, which costs a few digits of what they resolve.
SAME = 1e-11
# Sums over hundreds of terms, each within SAME.
SUMS = 1e-9
# Gauss-Legendre with 120 nodes over the last purchase, and a sum over so many purchases that the rest is less.
MOST, INTEGRATED = 200, 1e-8
AT, WEIGHTS = np.polynomial.legendre.leggauss(120)
# Central differences of a log-likelihood of some thousand with steps of 1e-4.
DIFFERENCES = 1e-5

every = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
few = settings(max_examples=10)

# Every formula by its arguments: per customer x, t_x, T and a horizon of their own, and parameters.
FORMULAS = {
    "log_likelihood": lambda k, x, t_x, T, _, *theta: k.log_likelihood(x, t_x, T, *theta),
    "probability_alive": lambda k, x, t_x, T, _, *theta: k.probability_alive(x, t_x, T, *theta),
    "purchases": lambda k, x, _, T, h, *theta: k.purchases_if_alive(x, T, h, 0.0, *theta),
    "purchases, discounted": lambda k, x, _, T, h, *theta: k.purchases_if_alive(x, T, h, 0.01, *theta),
    "purchases, endless": lambda k, x, _, T, __, *theta: k.purchases_if_alive(x, T, np.inf, 0.01, *theta),
    "lifetime": lambda k, x, _, T, h, *theta: k.lifetime_if_alive(x, T, h, 0.0, *theta),
    "lifetime, endless": lambda k, x, _, T, __, *theta: k.lifetime_if_alive(x, T, np.inf, 0.01, *theta),
    "active": lambda k, x, _, T, h, *theta: k.active_if_alive(x, T, h, *theta),
    "counts": lambda k, x, _, T, __, *theta: k.counts_if_alive(x, T, 39.0, 4, *theta),
}


def one_by_one(formula, kernel, *arrays):
    """A loop over all elements of the arrays' common shape, and whatever axis the formula adds."""
    arrays = np.broadcast_arrays(*arrays)
    shape = arrays[0].shape
    single = np.array([formula(kernel, *(float(array[i]) for array in arrays)) for i in np.ndindex(shape)])
    return single.reshape(shape + single.shape[1:])


def rows_of(strategy, n):
    return st.lists(strategy, min_size=n, max_size=n).map(np.array)


@every
@few
@given(data=st.data())
def test_arrays_broadcast(case, data):
    """Parameters of their own for every customer, and an axis of draws, equal a loop."""
    x, t_x, T = data.draw(customers(most=5))
    horizon = data.draw(rows_of(horizons, len(x)))
    own, draws = data.draw(rows_of(case.thetas, len(x))).T, data.draw(rows_of(case.thetas, 2)).T[:, :, None]
    for name, formula in FORMULAS.items():
        for theta in (own, draws):
            arguments = (x, t_x, T, horizon, *theta)
            found = formula(case.kernel, *arguments)
            wanted = one_by_one(formula, case.kernel, *arguments)
            np.testing.assert_allclose(found, wanted, rtol=SAME, atol=SAME, err_msg=name)


def after_birth(case, T, theta, most):
    """Probabilities of 0 .. most repeat purchases of a new customer, who may be gone at once."""
    present = case.kernel.probability_alive(0.0, 0.0, 0.0, *theta)
    counts = present * case.kernel.counts_if_alive(0.0, 0.0, T, most, *theta)
    counts[0] += 1.0 - present
    return counts


def histories(case, most, T, theta):
    """How customers of age T come to 0 .. most purchases: counts, ages at the last one and density, a row per count.

    Those before the last lie anywhere, in order: t^(x - 1) / (x - 1)!. No purchase has all its density at one node.
    """
    x = np.arange(most + 1.0)[:, None]
    t = np.where(x > 0, 0.5 * T * (AT + 1), 0.0)
    density = np.zeros(t.shape)
    density[0, 0] = np.exp(case.kernel.log_likelihood(0.0, 0.0, T, *theta))
    log_density = case.kernel.log_likelihood(x[1:], t[1:], T, *theta) + (x[1:] - 1) * np.log(t[1:]) - gammaln(x[1:])
    density[1:] = 0.5 * T * WEIGHTS * np.exp(log_density)
    return x, t, density


@every
@few
@given(data=st.data(), T=positive(0.5, 30))
def test_the_likelihood_integrates_to_the_probability_of_each_count(case, data, T):
    theta = data.draw(case.thetas)
    _, _, density = histories(case, 10, T, theta)
    assert density.sum(axis=1) == pytest.approx(after_birth(case, T, theta, 10), rel=SUMS, abs=SUMS)


@every
@few
@given(data=st.data(), T=positive(0.5, 20), horizon=positive(0.1, 50))
def test_what_is_expected_later_is_the_mean_over_histories(case, data, T, horizon):
    """From birth: purchases up to T + horizon are those up to T and those that each history at T lets expect."""
    theta, kernel = data.draw(case.thetas), case.kernel
    counts = after_birth(case, T, theta, MOST)
    if 1.0 - counts.sum() > 1e-12:
        return
    x, t, density = histories(case, max(int(np.flatnonzero(counts > 1e-15).max()), 1), T, theta)
    alive = (density * kernel.probability_alive(x, t, T, *theta)).sum(axis=1)
    present = kernel.probability_alive(0.0, 0.0, 0.0, *theta)
    for name in ("purchases_if_alive", "lifetime_if_alive"):
        formula = getattr(kernel, name)
        later = float(alive @ formula(x[:, 0], T, horizon, 0.0, *theta))
        whole, before = (present * formula(0.0, 0.0, end, 0.0, *theta) for end in (T + horizon, T))
        assert later == pytest.approx(float(whole - before), rel=INTEGRATED, abs=INTEGRATED * float(whole))


@every
@few
@given(data=st.data(), horizon=positive(0.1, 100))
def test_counts_are_probabilities_whose_mean_is_the_expectation(case, data, horizon):
    (x, _, T), theta = data.draw(customers(most=3)), data.draw(case.thetas)
    counts = case.kernel.counts_if_alive(x, T, horizon, 1500, *theta)
    assert (counts >= -SAME).all()
    assert (counts.sum(axis=-1) <= 1 + SUMS).all()
    active = case.kernel.active_if_alive(x, T, horizon, *theta)
    np.testing.assert_allclose(active, 1 - counts[..., 0], rtol=0, atol=SUMS)
    ended = (1 - counts.sum(axis=-1) < 1e-9) & (counts[..., -1] * 1500**2 < 1e-12)
    expected = np.broadcast_to(case.kernel.purchases_if_alive(x, T, horizon, 0.0, *theta), x.shape)
    np.testing.assert_allclose((counts @ np.arange(1501.0))[ended], expected[ended], rtol=1e-6, atol=1e-7)


@every
@few
@given(data=st.data(), horizon=horizons, delta=st.floats(1e-4, 0.1))
def test_discounting_and_bounds(case, data, horizon, delta):
    (x, t_x, T), theta = data.draw(customers(most=4)), data.draw(case.thetas)
    alive = case.kernel.probability_alive(x, t_x, T, *theta)
    assert ((alive >= 0) & (alive <= 1)).all()
    for formula in (case.kernel.purchases_if_alive, case.kernel.lifetime_if_alive):
        plain, less, endless = (
            formula(x, T, h, d, *theta) for h, d in ((horizon, 0.0), (horizon, delta), (np.inf, delta))
        )
        assert (less <= plain * (1 + SAME)).all()
        assert (less >= plain * np.exp(-delta * horizon) * (1 - SAME)).all()
        assert (less <= endless * (1 + SAME)).all()
        np.testing.assert_allclose(formula(x, T, 0.0, delta, *theta), 0.0, atol=1e-290)
    assert (case.kernel.lifetime_if_alive(x, T, horizon, 0.0, *theta) <= horizon * (1 + SAME)).all()


@every
@few
@given(data=st.data(), horizon=horizons, factor=positive(1e-3, 1e3))
def test_other_units_of_time_change_nothing_but_times(case, data, horizon, factor):
    (x, t_x, T), theta = data.draw(customers(most=4)), np.array(data.draw(case.thetas))
    other = theta * factor ** np.array([parameter.time_power for parameter in case.model.parameters])
    delta, kernel = 0.01, case.kernel
    scaled = T * factor, horizon * factor, delta / factor
    pairs = {
        "alive": (
            kernel.probability_alive(x, t_x, T, *theta),
            kernel.probability_alive(x, t_x * factor, scaled[0], *other),
        ),
        "purchases": (
            kernel.purchases_if_alive(x, T, horizon, delta, *theta),
            kernel.purchases_if_alive(x, *scaled, *other),
        ),
        "lifetime": (
            kernel.lifetime_if_alive(x, T, horizon, delta, *theta) * factor,
            kernel.lifetime_if_alive(x, *scaled, *other),
        ),
        "density": (
            kernel.log_likelihood(x, t_x, T, *theta) - x * np.log(factor),
            kernel.log_likelihood(x, t_x * factor, scaled[0], *other),
        ),
    }
    for name, (here, there) in pairs.items():
        np.testing.assert_allclose(there, here, rtol=SUMS, atol=SUMS, err_msg=name)


@every
@few
@given(data=st.data())
def test_sums_over_customers_are_those_of_single_ones(case, data):
    columns = data.draw(customers(most=6))
    theta = data.draw(rows_of(case.thetas, 3))
    counts = 1.0 + np.arange(len(columns[0])) % 3
    order = np.lexsort(columns[::-1])
    rows = case.kernel.prepare(*(column[order] for column in columns), counts[order])
    wanted = [counts @ np.broadcast_to(case.kernel.log_likelihood(*columns, *one), counts.shape) for one in theta]
    np.testing.assert_allclose(case.kernel.log_likelihoods(rows, theta), wanted, rtol=SAME, atol=SAME)
    values = [case.kernel.derivatives(rows, one).value for one in theta]
    np.testing.assert_allclose(values, wanted, rtol=SAME, atol=SAME)


@every
@few
@given(data=st.data())
def test_derivatives_are_differences(case, data):
    columns, theta = data.draw(customers(most=6)), np.array(data.draw(case.thetas))
    rows = case.kernel.prepare(*columns, np.ones(len(columns[0])))
    step = 1e-4

    def at(moves):
        return case.kernel.derivatives(rows, theta * np.exp(moves))

    here = at(np.zeros(len(theta)))
    size = 1.0 + abs(here.value) + np.abs(here.hessian).max()
    for i, move in enumerate(step * np.eye(len(theta))):
        up, down = at(move), at(-move)
        slope, bend = (up.value - down.value) / (2 * step), (up.gradient - down.gradient) / (2 * step)
        assert here.gradient[i] == pytest.approx(slope, abs=DIFFERENCES * size)
        np.testing.assert_allclose(here.hessian[i], bend, atol=DIFFERENCES * size)
