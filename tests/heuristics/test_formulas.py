"""Formulas against sums, integrals and brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from clvmodels.heuristics.cohorts import AgeCurve
from clvmodels.heuristics.formulas import (
    annuity,
    best_threshold,
    cell_means,
    churn_rate,
    geometric,
    order_rate,
    ratio,
    retained_activity,
    retained_time,
)

# The same sums in another order.
ROUNDING = 1e-12
# An adaptive integral of a smooth function.
INTEGRAL = 1e-9

lengths = st.floats(0.01, 1e4)
shares = st.floats(0.0, 1.0)


def test_nothing_happens_in_no_time():
    assert ratio([0, 5], [0.0, 0.0]).tolist() == [0.0, 0.0]
    assert order_rate([0], [0.0], 1.0).tolist() == [1.0]


@given(length=lengths, intensity=st.floats(1e-6, 10))
def test_an_annuity_is_an_integral(length, intensity):
    end = min(length, 50 / intensity)  # beyond, nothing is left
    found = quad(lambda s: np.exp(-intensity * s), 0, end, epsrel=1e-12)[0]
    assert annuity(length, intensity) == pytest.approx(found, rel=INTEGRAL)


@pytest.mark.parametrize(
    ("length", "intensity", "wanted"),
    [
        (0.0, 0.0, 0.0),
        (0.0, np.inf, 0.0),
        (5.0, np.inf, 0.0),
        (np.inf, 0.0, np.inf),
        (np.inf, 0.25, 4.0),
        (7.0, 0.0, 7.0),
    ],
)
def test_annuities_at_the_ends(length, intensity, wanted):
    assert annuity(length, intensity) == wanted


@given(ratio_=shares, terms=st.integers(0, 60))
def test_a_geometric_sum_is_a_sum(ratio_, terms):
    assert geometric(ratio_, terms) == pytest.approx(sum(ratio_**k for k in range(terms)), rel=1e-9)


def test_the_maximum_of_the_likelihood_of_exponential_lifetimes_is_the_churn_rate():
    rng = np.random.default_rng(1)
    T = rng.uniform(1, 50, 200)
    silence, counts = T * rng.uniform(0, 1, 200), rng.integers(1, 4, 200).astype(float)
    lost = silence > 9.0
    until = np.where(lost, T - silence + 9.0, T)

    def minus_log_likelihood(log_rate):
        return -np.sum(counts * (lost * log_rate - np.exp(log_rate) * until))

    best = minimize_scalar(minus_log_likelihood, bounds=(-10, 2), method="bounded", options={"xatol": 1e-10})
    assert churn_rate(silence, T, 9.0, counts) == pytest.approx(np.exp(best.x), rel=1e-6)  # a minimum is flat


def test_churn_without_time_or_without_loss():
    nothing, one = np.zeros(1), np.ones(1)
    assert churn_rate(nothing, nothing, 5.0, one) == 0.0
    assert churn_rate(one, one, 5.0, one) == 0.0


@given(length=st.floats(0.01, 40), period=st.floats(0.1, 5), retention=shares, delta=st.floats(0, 1))
def test_retained_time_is_the_sum_over_periods(length, period, retention, delta):
    total, start, number = 0.0, 0.0, 1
    while start < length * (1 - 1e-12):
        within = min(period, length - start)
        total += within * retention**number * np.exp(-delta * period * number)
        start, number = number * period, number + 1
    assert retained_time(length, period, retention, delta) == pytest.approx(total, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(("retention", "rate"), [(0.8, 0.1), (0.5, 0.0), (0.0, 0.1), (1.0, 0.05)])
def test_the_retention_formula(retention, rate):
    found = retained_time(np.inf, 2.0, retention, np.log1p(rate) / 2.0)
    wanted = 2.0 * retention / (1 + rate - retention) if rate or retention < 1 else np.inf
    assert found == pytest.approx(wanted, rel=ROUNDING)


def test_activity_of_retained_customers_by_simulation():
    rng = np.random.default_rng(2)
    n, rate, length, period, retention = 200_000, 0.3, 3.5, 1.0, 0.7
    stayed = rng.geometric(1 - retention, n) - 1  # whole periods gone through
    first = rng.exponential(1 / rate, n)
    found = np.mean(first < np.minimum(stayed * period, length))
    wanted = retained_activity(np.array([rate]), length, period, retention)[0]
    assert found == pytest.approx(wanted, abs=5 * np.sqrt(0.25 / n))  # five standard errors


@given(seed=st.integers(0, 10_000), size=st.integers(1, 12))
def test_no_threshold_tells_buyers_better(seed, size):
    rng = np.random.default_rng(seed)
    silence = rng.integers(0, 5, size).astype(float)
    bought, counts = rng.integers(0, 2, size).astype(float), rng.integers(1, 4, size).astype(float)

    def told(threshold):
        active = silence <= threshold
        buyers, others = counts * bought, counts * (1 - bought)
        return (buyers @ active) / max(buyers.sum(), 1) - (others @ active) / max(others.sum(), 1)

    found = best_threshold(silence, bought, counts)
    assert found in silence
    assert told(found) == pytest.approx(max(told(candidate) for candidate in silence), abs=ROUNDING)


def test_means_of_cells_are_those_of_pandas():
    rng = np.random.default_rng(3)
    cells = 100 * rng.integers(1, 4, 60) + 10 * rng.integers(1, 4, 60) + rng.integers(1, 4, 60)
    values, counts = rng.exponential(1, 60), rng.integers(1, 5, 60).astype(float)
    means = cell_means(cells, values, counts)
    table = pd.DataFrame({"cell": cells, "sum": counts * values, "n": counts}).groupby("cell").sum()
    np.testing.assert_allclose(means[table.index], table["sum"] / table["n"], rtol=ROUNDING)
    assert means[999] == pytest.approx(counts @ values / counts.sum(), rel=ROUNDING)


@pytest.mark.parametrize("delta", [0.0, 0.01, 0.3])
def test_a_curve_is_the_integral_of_its_days(delta):
    curve = AgeCurve(np.array([0.5, 0.0, 0.25, 0.125]), 0.0625)
    daily = [*curve.daily, *[curve.afterwards] * 20]
    for age, length in ((0.0, 3.0), (1.0, 9.0), (4.0, 2.0), (11.0, 5.0)):
        days = np.arange(age, age + length).astype(int)
        wanted = sum(daily[day] * np.exp(-delta * (day - age)) * annuity(1.0, delta) for day in days)
        assert curve.ahead(age, length, delta) == pytest.approx(wanted, rel=ROUNDING)
    assert AgeCurve(np.array([]), 0.5).ahead(3.0, 4.0, 0.0) == pytest.approx(2.0)


def test_a_curve_goes_on_for_ever_at_a_discount():
    curve = AgeCurve(np.array([0.5, 0.25]), 0.125)
    assert curve.ahead(7.0, np.inf, 0.01) == pytest.approx(12.5, rel=ROUNDING)


def test_the_tail_of_a_curve_is_the_mean_over_time_of_its_last_quarter():
    customers, happened = np.array([8.0, 8, 8, 8, 8, 8, 4, 2]), np.array([8.0, 4, 0, 0, 0, 0, 2, 1])
    curve = AgeCurve.of(customers, happened)
    assert curve.daily.tolist() == [0.5, 0, 0, 0, 0, 0.5, 0.5]
    assert curve.afterwards == pytest.approx(3 / 6)
