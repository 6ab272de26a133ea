"""Expectations of a changed future: against mpmath, against what they must equal, and against simulated futures."""

import numpy as np
import pytest
from mpmath import mp, mpf

from clvmodels.kernels import bgnbd
from clvmodels.kernels.capped_dropout import capped_integral
from clvmodels.kernels.time_integral import certain_integral, discounted_integral
from tests.oracles import formulas
from tests.recovery.simulators import purchase_times

THETA = (0.6, 5.0, 0.9, 1.2)
# Two numerical integrals, each within a few hundred roundings.
INTEGRALS = 1e-11
# Means of 40,000 futures: 4.5 standard errors happen once in 150,000 comparisons.
FUTURES, STANDARD_ERRORS = 40_000, 4.5

# m, a, b, scale, horizon, delta, factor of the dropout probability.
CAPPED = [
    (1.243, 0.793, 2.426, 4.4, 52, 0.0, 1.2),
    (1.243, 0.793, 2.426, 4.4, 52, 0.002, 1.5),
    (1.2, 0.793, 2.426, 4.4, np.inf, 0.002, 1.05),
    (1.0, 300.0, 100.0, 4.4, 52, 0.0, 1.3),
    (300.0, 0.5, 299.0, 40.0, 400, 0.0, 1.1),
    (1.3, 0.1, 0.1, 4.0, 1000, 0.0, 1.01),
    (1.3, 0.02, 0.02, 4.0, 1000, 0.0, 1.5),
    (20.0, 0.1, 0.3, 4.0, 1000, 0.0, 100.0),
]


def certain(m, p, scale, horizon, delta):
    """The integral over time at a given p in closed form: a power, or exponential integrals."""
    m, p, scale, delta = (mpf(value) for value in (m, p, scale, delta))
    later = 1 + p * mpf(horizon) / scale
    if delta == 0:
        return scale / p * (mp.log(later) if m == 1 else (1 - later ** (1 - m)) / (m - 1))
    z = delta * scale / p
    rest = 0 if mp.isinf(later) else later ** (1 - m) * mp.expint(m, z * later)
    return scale / p * mp.exp(z) * (mp.expint(m, z) - rest)


def capped(m, a, b, scale, horizon, delta, factor):
    """That of factor p by 2F1, and what is too much in it beyond p = 1 / factor by integration over logit(p)."""
    with mp.workdps(25):
        whole = formulas.discounted_integral(m, a, b, mpf(scale) / mpf(factor), horizon, delta)
        a, b, factor = mpf(a), mpf(b), mpf(factor)
        sure, first = certain(m, 1, scale, horizon, delta), -mp.log(factor - 1)

        def term(y):
            p, q = 1 / (1 + mp.exp(-y)), 1 / (1 + mp.exp(y))
            return p**a * q**b * (sure - certain(m, factor * p, scale, horizon, delta))

        middle = mp.log(a / b)
        marks = {first, *(first + step for step in (1, 3, 6, 10, 20, 40)), *(first + k * 90 / b / 8 for k in range(9))}
        marks |= {middle + k for k in (-0.2, 0, 0.2) if middle + k > first}
        return whole + mp.quad(term, sorted(marks), maxdegree=9) / mp.beta(a, b)


@pytest.mark.parametrize("place", CAPPED, ids=str)
def test_a_capped_dropout_probability_agrees_with_mpmath(place):
    assert float(capped_integral(*place)) == pytest.approx(float(capped(*place)), rel=INTEGRALS)


@pytest.mark.parametrize(("p", "delta"), [(0.3, 0.0), (1.0, 0.002), (1.7, 0.0)])
def test_the_integral_at_a_given_dropout_agrees_with_its_closed_form(p, delta):
    m, scale = np.array([0.4, 1.5, 30.0]), np.array([2.0, 40.0, 5.0])
    wanted = [float(certain(a, p, b, 52.0, delta)) for a, b in zip(m, scale, strict=True)]
    np.testing.assert_allclose(certain_integral(m, p, scale, 52.0, delta), wanted, rtol=INTEGRALS)


def test_one_call_for_many_customers_gives_what_many_calls_give():
    rng = np.random.default_rng(4)
    x, T = rng.integers(0, 5, 200).astype(float), rng.uniform(1, 60, 200)
    together = bgnbd.purchases_if_changed(x, T, 52.0, 0.002, 0.8, 1.4, *THETA)
    alone = [float(bgnbd.purchases_if_changed(*one, 52.0, 0.002, 0.8, 1.4, *THETA)) for one in zip(x, T, strict=True)]
    np.testing.assert_allclose(together, alone, rtol=1e-10)  # of many, values are interpolated over ages


def both(x, T, horizon, delta, rate, dropout, theta=THETA):
    return tuple(
        float(formula(x, T, horizon, delta, rate, dropout, *theta))
        for formula in (bgnbd.purchases_if_changed, bgnbd.lifetime_if_changed)
    )


def as_before(x, T, horizon, delta, theta=THETA):
    return tuple(
        float(formula(x, T, horizon, delta, *theta)) for formula in (bgnbd.purchases_if_alive, bgnbd.lifetime_if_alive)
    )


@pytest.mark.parametrize("x", [0.0, 7.0])
@pytest.mark.parametrize(("horizon", "delta"), [(52.0, 0.0), (52.0, 0.003), (np.inf, 0.003)])
class TestIdentities:
    def test_no_change_changes_nothing(self, x, horizon, delta):
        assert both(x, 30.0, horizon, delta, 1.0, 1.0) == pytest.approx(as_before(x, 30.0, horizon, delta), rel=1e-14)

    def test_a_faster_clock_is_a_longer_horizon_and_a_lower_discount_rate(self, x, horizon, delta):
        bought, lived = as_before(x, 30.0, 1.7 * horizon, delta / 1.7)
        assert both(x, 30.0, horizon, delta, 1.7, 1.0) == pytest.approx((bought, lived / 1.7), rel=INTEGRALS)

    def test_who_buys_more_often_and_leaves_as_late_buys_as_much_more(self, x, horizon, delta):
        bought, lived = as_before(x, 30.0, horizon, delta)
        assert both(x, 30.0, horizon, delta, 1.7, 1 / 1.7) == pytest.approx((1.7 * bought, lived), rel=INTEGRALS)

    def test_where_nobody_leaves_all_buy_until_the_end(self, x, horizon, delta):
        forever = horizon if delta == 0 else -np.expm1(-delta * horizon) / delta
        rate = 1.3 * (THETA[0] + x) / (THETA[1] + 30.0)
        assert both(x, 30.0, horizon, delta, 1.3, 0.0) == pytest.approx((rate * forever, forever), rel=1e-14)
        assert both(x, 30.0, horizon, delta, 1.3, 1e-12) == pytest.approx((rate * forever, forever), rel=1e-6)

    def test_who_never_buys_never_leaves(self, x, horizon, delta):
        forever = horizon if delta == 0 else -np.expm1(-delta * horizon) / delta
        assert both(x, 30.0, horizon, delta, 0.0, 1.0) == pytest.approx((0.0, forever), rel=1e-14)

    def test_more_dropout_is_worth_less_as_far_as_everyone_leaves_at_the_next_purchase(self, x, horizon, delta):
        worth = [both(x, 30.0, horizon, delta, 1.0, factor) for factor in (0.5, 0.9, 1.0, 1.1, 2.0, 20.0)]
        assert (np.diff(worth, axis=0) < 0).all()
        # With p = 1 the lifetime is the time until the next purchase; one in 1,000 has p below 1e-5.
        last = certain_integral(THETA[0] + x, 1.0, THETA[1] + 30.0, horizon, delta)
        assert both(x, 30.0, horizon, delta, 1.0, 1e5)[1] == pytest.approx(float(last), rel=1e-3)


# a, b, factor of parameters that have run off, and the dropout probabilities that are left with their shares.
LIMITS = [
    (1e12, 4e12, 1.2, {0.24: 1.0}),
    (9e11, 1e11, 1.05, {0.945: 1.0}),
    (9e11, 1e11, 1.2, {1.0: 1.0}),
    (1e-130, 2.0, 1.2, {0.0: 1.0}),
    (2.0, 1e-130, 1.2, {1.0: 1.0}),
    (1e-130, 3e-130, 1.2, {0.0: 0.75, 1.0: 0.25}),
]


@pytest.mark.parametrize(("a", "b", "factor", "left"), LIMITS)
@pytest.mark.parametrize("delta", [0.0, 0.002])
def test_parameters_that_have_run_off_are_those_of_simpler_models(a, b, factor, left, delta):
    wanted = sum(share * float(certain_integral(2.3, p, 30.0, 52.0, delta)) for p, share in left.items())
    # Of the two in which p is the same for all, some digits are lost where 1e12 is subtracted from 1e12.
    assert float(capped_integral(2.3, a, b, 30.0, 52.0, delta, factor)) == pytest.approx(wanted, rel=1e-10)


def test_a_factor_beside_1_changes_as_little():
    near = [float(capped_integral(2.3, 0.8, 2.5, 30.0, 52.0, 0.0, 1.0 + step)) for step in (0.0, 1e-15, 1e-9, 1e-4)]
    assert near[0] == pytest.approx(near[1], rel=1e-14)
    slope = (near[0] - near[3]) / 1e-4
    assert near[0] - near[2] == pytest.approx(1e-9 * slope, rel=1e-3)


def test_uncapped_dropout_would_be_seen():
    place = CAPPED[1]
    uncapped = discounted_integral(*place[:3], place[3] / place[6], *place[4:6])
    assert float(capped_integral(*place)) > float(uncapped) * 1.0005


@pytest.mark.parametrize(("rate", "dropout"), [(1.0, 1.0), (1.5, 1.0), (0.6, 1.0), (1.0, 0.5), (1.2, 1.8)])
def test_simulated_futures_follow_the_formulas(rate, dropout):
    rng = np.random.default_rng([int(100 * rate), int(100 * dropout)])
    x, T, horizon, delta = 2.0, 20.0, 40.0, 0.01
    r, alpha, a, b = THETA
    own = rate * rng.gamma(r + x, 1 / (alpha + T), FUTURES)
    leaves = np.minimum(1.0, dropout * rng.beta(a, b + x, FUTURES))
    who, when, alive = purchase_times(rng, own, leaves, np.full(FUTURES, horizon))
    bought = np.bincount(who, weights=np.exp(-delta * when), minlength=FUTURES)
    last = np.zeros(FUTURES)
    np.maximum.at(last, who, when)
    lived = -np.expm1(-delta * np.where(alive, horizon, last)) / delta
    for sample, wanted in zip((bought, lived), both(x, T, horizon, delta, rate, dropout), strict=True):
        assert abs(sample.mean() - wanted) < STANDARD_ERRORS * sample.std() / np.sqrt(FUTURES)
        assert abs(sample.mean() - 1.05 * wanted) > STANDARD_ERRORS * sample.std() / np.sqrt(FUTURES)
