"""Every formula over a grid of its whole range against ball arithmetic, and the places where other packages fail."""

from dataclasses import replace

import numpy as np
import pytest

from clvmodels.kernels import bgnbd, gamma_gamma
from tests.oracles import balls
from tests.oracles.accuracy import FULL, compare, mixture
from tests.oracles.catalogue import EVERY as FORMULAS

PLACES = {"modest": 200, "full": FULL}
# References that stay uncertain are counted in docs/accuracy.md, and must be rare.
UNCERTAIN, FEW = 5e-3, 2
# Published and computed numbers have so many digits.
TEN_DIGITS = 2e-10


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
def test_formula_is_exact_over_its_range(name, size):
    worst = compare(FORMULAS[name], PLACES[size])
    assert worst.error < FORMULAS[name].tolerance, worst
    assert len(worst.uncertain) <= max(FEW, UNCERTAIN * worst.places)


@pytest.mark.parametrize(
    "name", sorted(name for name in FORMULAS if not name.endswith("derivatives") and "lifetime" not in name)
)
def test_a_small_error_in_one_corner_is_seen(name):
    """One part in a thousand million, and only at the last tenth of the places' largest first argument."""
    formula = FORMULAS[name]

    def wrong(rows):
        found = np.array(formula.found(rows), float)
        corner = rows[:, 0] >= np.quantile(rows[:, 0], 0.9)
        found[corner] *= 1 + 1e-9
        return found

    # A log counts with its absolute error, which of small ones is less than that.
    tolerance = min(formula.tolerance, 1e-10)
    assert compare(replace(formula, found=wrong), 60).error > tolerance


def test_nan_is_the_worst_error():
    formula = FORMULAS["bgnbd.active_if_alive"]
    assert compare(replace(formula, found=lambda rows: np.full(len(rows), np.nan)), 20).error == np.inf


# x, T, horizon; a, b, and expected purchases at r = .11, alpha = 2.24. Where a = 1 the closed form that others use is
# 0/0, beside it some five digits are lost; where a + b <= 1 and nobody has purchased yet it is NaN or 0.
CLOSED_FORM_FAILS = [
    ((1.0, 2.0), 0.5067884181),
    ((0.31, 0.5), 0.564588615533),
    ((0.5, 0.5), 0.457010914662),
    ((0.31, 0.69), 0.6132843185614),
]


@pytest.mark.parametrize(("dropout", "wanted"), CLOSED_FORM_FAILS)
def test_expectations_where_the_closed_form_fails(dropout, wanted):
    assert bgnbd.purchases_if_alive(0, 1.0, 30.0, 0.0, 0.11, 2.24, *dropout) == pytest.approx(wanted, rel=TEN_DIGITS)


@pytest.mark.parametrize("off", [-1e-9, -1e-12, 1e-15, 1e-12, 1e-9])
def test_expectations_go_on_through_a_equal_to_one(off):
    at, beside = (bgnbd.purchases_if_alive(0, 1.0, 30.0, 0.0, 0.11, 2.24, a, 2.0) for a in (1.0, 1.0 + off))
    assert beside == pytest.approx(at, rel=2 * abs(off) + 1e-13)


# Parameters of 2F1, as in Euler's form of the purchase rate, and the argument.
@pytest.mark.parametrize(
    ("d", "a", "c", "w", "wanted"),
    [
        (20.2, 2.1, 2023.3, 0.99, 1.0210946706),
        (10.0, 4.1, 2010.1, 0.95, None),
        (10.0, 9.0, 1015.0, 0.95, None),
    ],
)
def test_where_scipys_2f1_is_not_a_number(d, a, c, w, wanted):
    m, b, u = c - d, c - a, w / (1 - w)
    found = mixture(m, a, b, u) * (1 + u) ** a
    # For so large a c the series is short, and its terms are positive.
    n = np.arange(60)
    series = np.cumprod(np.concatenate([[1.0], (a + n) * (d + n) / ((c + n) * (n + 1)) * w])).sum()
    assert found == pytest.approx(series, rel=1e-11)
    if wanted:
        assert found == pytest.approx(wanted, rel=TEN_DIGITS)


@pytest.mark.parametrize("x", [500, 2000, 3000])
@pytest.mark.parametrize("horizon", [39.0, 390.0])
def test_many_purchases(x, horizon):
    """Where 2F1 of the formula as published is not a number."""
    arguments = (x, 38.86, horizon, 0.0, 0.243, 4.414, 0.793, 2.426)
    assert bgnbd.purchases_if_alive(*arguments) == pytest.approx(balls.purchases_if_alive(*arguments), rel=1e-11)


def test_order_values_of_populations_without_a_mean():
    """q <= 1: the population's mean is infinite, and that of a customer with orders is not."""
    assert gamma_gamma.expected_order_value(0, 0.0, 6.25, 0.9, 15.44) == np.inf
    assert gamma_gamma.expected_order_value(0, 0.0, 6.25, 1.0, 15.44) == np.inf
    found = gamma_gamma.expected_order_value(2, 35.0, 6.25, 1.0, 15.44)
    assert found == pytest.approx((15.44 + 70.0) / 2, rel=1e-15)


@pytest.mark.parametrize("delta", [0.0, 0.002])
def test_millions_of_purchases_ahead(delta):
    """Log G of the far end is some millions, and a table that reached so far had lost six digits near 1."""
    x, horizon, theta = 23, 38687.3, (6.09869e12, 2.49686e10, 1.01817e7, 1.09831e7)
    ages = np.geomspace(1.0, 500.0, 60)
    for name in ("purchases_if_alive", "lifetime_if_alive"):
        together = getattr(bgnbd, name)(x, ages, horizon, delta, *theta)
        for i in (0, 30, 59):
            arguments = (x, float(ages[i]), horizon, delta, *theta)
            wanted = getattr(balls, name)(*arguments)
            assert getattr(bgnbd, name)(*arguments) == pytest.approx(wanted, rel=1e-12)
            assert together[i] == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize(("p", "q", "v"), [(381649.0, 1e6, 617.0), (1e6, 1e12, 2.36e8), (1e12, 1e12, 236.0)])
def test_amounts_that_are_nearly_all_alike(p, q, v):
    """Gamma functions and powers of 1e13 cancel to a density of moderate size: all but three digits were lost."""
    m = 236.0 * (1 + np.array([-1.0, 0.3, 2.0]) / np.sqrt(min(p, q)))
    wanted = [balls.spend_log_likelihood(54, float(value), p, q, v) for value in m]
    # To the last digits of m, to which such a density is as sensitive as it is narrow.
    np.testing.assert_allclose(gamma_gamma.log_likelihood(54, m, p, q, v), wanted, rtol=1e-9)
