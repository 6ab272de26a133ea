"""Units of time and money, the order of rows and the merging of equal customers change no result."""

import numpy as np
import pytest
from hypothesis import given, settings

import clvmodels as clv
from clvmodels.fitting.compress import compress_purchases, group, whole_days
from clvmodels.kernels import bgnbd, gamma_gamma
from clvmodels.parameters import rescaling
from tests.laws.strategies import customers, fit, positive, spend_thetas, summary, thetas
from tests.recovery.simulators import mean_orders, observed

N = 400
# Fits stop at a gradient of 1e-9 per customer, which leaves this much of the parameters open on flat likelihoods.
PARAMETERS, LOG_LIKELIHOOD = 1e-5, 1e-10
# Predictions in another unit go through a few more multiplications.
ROUNDING = 1e-10


def log_of_customers(seed=3):
    rng = np.random.default_rng(seed)
    days = rng.integers(100, 400, N)
    x, t_x = observed(rng, N, (0.6, 5.0, 0.9, 2.5), days / 7)
    return x, np.maximum(np.round(t_x * 7), np.where(x > 0, 1, 0)) / 7, days / 7, mean_orders(rng, x, 6.25, 3.74, 15.44)


@given(data=customers(), theta=thetas, factor=positive(1e-3, 1e3))
def test_the_likelihood_of_other_times_differs_by_the_jacobian(data, theta, factor):
    x, t_x, T = data
    other = np.array(theta) * rescaling(clv.BGNBD.parameters, time=factor)
    before = bgnbd.log_likelihood(x, t_x, T, *theta)
    after = bgnbd.log_likelihood(x, t_x * factor, T * factor, *other)
    np.testing.assert_allclose(after, before - x * np.log(factor), rtol=ROUNDING, atol=ROUNDING)


@given(theta=spend_thetas, m=positive(0.1, 1e4), factor=positive(1e-3, 1e3))
def test_the_likelihood_of_other_money_differs_by_the_jacobian(theta, m, factor):
    other = np.array(theta) * rescaling(clv.GammaGamma.parameters, money=factor)
    x = np.arange(1.0, 9.0)
    before, after = gamma_gamma.log_likelihood(x, m, *theta), gamma_gamma.log_likelihood(x, factor * m, *other)
    np.testing.assert_allclose(after, before - np.log(factor), rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.parametrize("unit", ["hour", "day", "month", "year"])
def test_a_fit_in_another_unit_is_the_same_fit(unit):
    x, t_x, T, _ = log_of_customers()
    weeks = clv.BGNBD().fit(summary(x, t_x, T))
    factor = 7 / clv.BGNBD().at(r=1, alpha=1, a=1, b=1, time_unit=unit).time_unit.days
    people = summary(x, t_x * factor, T * factor, unit)
    other = clv.BGNBD().fit(people)
    np.testing.assert_allclose(
        other.draws[0], weeks.draws[0] * rescaling(clv.BGNBD.parameters, time=factor), rtol=PARAMETERS
    )
    jacobian = -x.sum() * np.log(factor)
    assert other.log_likelihood == pytest.approx(weeks.log_likelihood + jacobian, rel=LOG_LIKELIHOOD)


def test_a_fit_in_other_money_is_the_same_fit():
    x, t_x, T, m = log_of_customers()
    dollars = clv.GammaGamma().fit(summary(x, t_x, T, monetary_value=m))
    cents = clv.GammaGamma().fit(summary(x, t_x, T, monetary_value=100 * m))
    wanted = dollars.draws[0] * rescaling(clv.GammaGamma.parameters, money=100.0)
    np.testing.assert_allclose(cents.draws[0], wanted, rtol=PARAMETERS)
    jacobian = -(m > 0).sum() * np.log(100.0)
    assert cents.log_likelihood == pytest.approx(dollars.log_likelihood + jacobian, rel=LOG_LIKELIHOOD)


@pytest.mark.parametrize("unit", ["hour", "day", "month", "year"])
def test_a_summary_in_another_unit_is_converted(unit):
    x, t_x, T, _ = log_of_customers()
    model = fit((0.6, 5.0, 0.9, 2.5))
    days = clv.BGNBD().at(r=1, alpha=1, a=1, b=1, time_unit=unit).time_unit.days
    weeks, other = summary(x, t_x, T), summary(x, t_x * 7 / days, T * 7 / days, unit)
    for name, arguments in (
        ("probability_alive", ()),
        ("probability_active", ("39 weeks",)),
        ("expected_purchases", ("1 year",)),
        ("discounted_purchases", (None, 0.1)),
    ):
        same = getattr(model, name)(weeks, *arguments), getattr(model, name)(other, *arguments)
        np.testing.assert_allclose(*same, rtol=ROUNDING)
    # A length of time is in the summary's unit, and so is a horizon without one.
    lived = model.discounted_lifetime(other, "1 year", 0.1) * days / 7
    np.testing.assert_allclose(lived, model.discounted_lifetime(weeks, "1 year", 0.1), rtol=ROUNDING)
    bare = model.expected_purchases(other, 39 * 7 / days)
    np.testing.assert_allclose(bare, model.expected_purchases(weeks, 39), rtol=ROUNDING)


def test_the_order_of_rows_does_not_matter():
    x, t_x, T, m = log_of_customers()
    order = np.random.default_rng(0).permutation(N)
    for model in (clv.BGNBD(), clv.GammaGamma()):
        first = model.fit(summary(x, t_x, T, monetary_value=m))
        second = model.fit(summary(x[order], t_x[order], T[order], monetary_value=m[order]))
        np.testing.assert_allclose(second.draws, first.draws, rtol=PARAMETERS)
        assert second.log_likelihood == pytest.approx(first.log_likelihood, rel=LOG_LIKELIHOOD)
    model = fit((0.6, 5.0, 0.9, 2.5))
    straight = model.expected_purchases(summary(x, t_x, T), 39)
    mixed = model.expected_purchases(summary(x[order], t_x[order], T[order]), 39)
    np.testing.assert_allclose(mixed, straight[order], rtol=ROUNDING)


@given(data=customers(most=40))
def test_merging_keeps_every_customer(data):
    merged = compress_purchases(*data, 7.0)
    assert merged.customers == len(data[0]) == merged.counts.sum()
    one_by_one = np.sort(np.repeat(np.stack(merged.columns), merged.counts.astype(int), axis=1), axis=1)
    np.testing.assert_allclose(one_by_one, np.sort(np.stack(data), axis=1), rtol=1e-15)
    assert len(set(zip(*merged.columns, strict=True))) == len(merged.counts)


@given(data=customers(most=40))
def test_grouping_finds_every_row_again(data):
    x, _, T = data
    (few_x, few_T), member = group((x, T))
    np.testing.assert_array_equal(few_x[member], x)
    np.testing.assert_array_equal(few_T[member], T)
    assert len(few_x) == len(set(zip(x, T, strict=True)))


@given(data=customers(), theta=thetas)
@settings(max_examples=50)
def test_times_of_two_decimals_are_not_merged_into_days(data, theta):
    x, t_x, T = data
    rough = np.where(x > 0, np.maximum(np.round(t_x, 2), 0.01), 0.0), np.round(T + 0.01, 2)
    merged = compress_purchases(x, *rough, 7.0)
    total = merged.counts @ bgnbd.log_likelihood(*merged.columns, *theta)
    assert total == pytest.approx(bgnbd.log_likelihood(x, *rough, *theta).sum(), rel=ROUNDING)


def test_two_decimals_of_a_week_are_off_the_grid():
    assert whole_days(np.array([38.86]), 7.0) is None
    assert whole_days(np.array([272 / 7, 1 / 7]), 7.0).tolist() == [272.0, 1.0]


def test_off_the_grid_the_fit_sees_the_exact_times():
    x, t_x, T, _ = log_of_customers()
    off = 0.003
    shifted = np.where(x > 0, t_x + off, 0.0), T + off
    model = clv.BGNBD().fit(summary(x, *shifted))
    assert model.log_likelihood == pytest.approx(bgnbd.log_likelihood(x, *shifted, *model.draws[0]).sum(), rel=1e-12)
    on_grid = clv.BGNBD().fit(summary(x, t_x, T))
    assert on_grid.log_likelihood == pytest.approx(bgnbd.log_likelihood(x, t_x, T, *on_grid.draws[0]).sum(), rel=1e-12)
    assert abs(on_grid.log_likelihood - model.log_likelihood) > 1e-3


def test_many_customers_get_the_numbers_that_each_gets_alone():
    """Large summaries are interpolated in T; the road for a single customer integrates."""
    rng = np.random.default_rng(8)
    n = 4000
    x = rng.integers(0, 4, n).astype(float)
    T = rng.uniform(0.5, 300, n)
    t_x = np.where(x > 0, T * rng.uniform(0.2, 1, n), 0)
    model = fit((0.243, 4.414, 0.793, 2.426))
    some = rng.choice(n, 40, replace=False)
    for horizon, rate in ((1e-3, 0.0), (52, 0.0), (520, 0.1), (None, 0.1)):
        everybody = model.discounted_purchases(summary(x, t_x, T), horizon, rate)
        for i in some[:10]:
            alone = model.discounted_purchases(summary(x[[i]], t_x[[i]], T[[i]]), horizon, rate)
            assert everybody[i] == pytest.approx(alone[0], rel=ROUNDING)
