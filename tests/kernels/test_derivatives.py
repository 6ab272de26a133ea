"""Sums, gradients and Hessians in log-parameters against exact differences of the mpmath likelihood."""

import numpy as np
import pytest
from mpmath import mp, mpf

from clvmodels.kernels import bgnbd, gamma_gamma, mbgnbd, nbd
from tests.oracles import formulas

# Central differences with steps of 1e-25 in numbers of 340 digits are exact to 1e-40; the rest is the kernel's
# rounding, relative to the largest of the terms that are added.
STEP = mpf(10) ** -25
DIGITS = 1e-11

# Some rows stand there twice, because equal ones may be merged.
BGNBD_ROWS = np.array(
    [
        [0, 0.0, 38.86],
        [0, 0, 3],
        [1, 3, 38.86],
        [2, 30.43, 38.86],
        [40, 21, 21],
        [300, 20, 400],
        [0, 0, 3],
        [1, 3, 38.86],
    ]
)
BGNBD_THETAS = [
    (0.243, 4.414, 0.793, 2.426),
    (5.0, 0.1, 1.0, 0.01),
    (20.0, 300.0, 40.0, 90.0),
    (0.01, 40.0, 1e-4, 0.5),
    (0.3, 5.0, 1e-3, 1e-6),
]
SPEND_ROWS = np.array([[1, 20.0], [2, 22.345], [30, 60.0], [3, 0.5], [700, 12.0]])
SPEND_THETAS = [(6.25, 3.74, 15.44), (0.2, 0.9, 3.0), (20.0, 400.0, 700.0), (15.0, 0.1, 0.02)]


def exact(likelihood, rows, counts, theta):
    """Value, gradient and Hessian in the logs of theta by central differences."""
    with mp.workdps(formulas.DIGITS):
        u = [mp.log(mpf(v)) for v in theta]
        seen = {}

        def total(*moves):
            if moves not in seen:
                at = [mp.exp(v + move * STEP) for v, move in zip(u, moves, strict=True)]
                seen[moves] = mp.fsum(c * likelihood(*row, *at) for c, row in zip(counts, rows, strict=True))
            return seen[moves]

        k = len(u)
        unit = np.eye(k, dtype=int)

        def at(*steps):
            return total(*(int(v) for v in sum(steps, np.zeros(k, dtype=int))))

        gradient = [(at(e) - at(-e)) / (2 * STEP) for e in unit]
        hessian = [
            [(at(e, f) - at(e, -f) - at(-e, f) + at(-e, -f)) / (4 * STEP**2) for f in unit] for e in unit
        ]  # fmt: skip
        return float(at()), np.array(gradient, float), np.array(hessian, float)


def check(kernel, likelihood, rows, theta):
    counts = 1.0 + np.arange(len(rows)) % 3
    prepared = kernel.prepare(*rows.T, counts)
    found = kernel.derivatives(prepared, np.array(theta))
    value, gradient, hessian = exact(likelihood, rows, counts, theta)
    size = max(1.0, np.abs(kernel.log_likelihood(*rows.T, *theta) * counts).sum(), np.abs(hessian).max())
    assert found.value == pytest.approx(value, rel=DIGITS, abs=DIGITS)
    np.testing.assert_allclose(found.gradient, gradient, rtol=DIGITS, atol=DIGITS * size)
    np.testing.assert_allclose(found.hessian, hessian, rtol=DIGITS, atol=DIGITS * size)
    assert np.array_equal(found.hessian, found.hessian.T)


@pytest.mark.parametrize("theta", BGNBD_THETAS)
def test_bgnbd(theta):
    check(bgnbd, formulas.log_likelihood, BGNBD_ROWS, theta)


@pytest.mark.parametrize("theta", BGNBD_THETAS)
def test_mbgnbd(theta):
    check(mbgnbd, formulas.mbg_log_likelihood, BGNBD_ROWS, theta)


@pytest.mark.parametrize("theta", BGNBD_THETAS)
def test_nbd(theta):
    check(nbd, formulas.nbd_log_likelihood, BGNBD_ROWS, theta[:2])


@pytest.mark.parametrize("theta", SPEND_THETAS)
def test_gamma_gamma(theta):
    check(gamma_gamma, formulas.spend_log_likelihood, SPEND_ROWS, theta)


@pytest.mark.parametrize("tiny", [1e-17, 1e-130])
def test_dropout_that_is_all_or_nothing_is_no_pole(tiny):
    """1 + b - 1 is 0 for such a b, and its logarithm was infinite: fits of data with this limit crashed."""
    # A customer with one repeat has left after it with probability a / (a + b) = 1/3, or stays for ever.
    a, b = tiny, 2 * tiny
    r, alpha, t_x, T = 0.5, 4.0, 3.0, 10.0
    rates = r * alpha**r
    wanted = np.log(rates * ((alpha + T) ** -(r + 1) * 2 / 3 + (alpha + t_x) ** -(r + 1) / 3))
    assert bgnbd.log_likelihood(1, t_x, T, r, alpha, a, b) == pytest.approx(wanted, rel=1e-12)
    rows = bgnbd.prepare(np.array([1.0]), np.array([t_x]), np.array([T]), np.ones(1))
    found = bgnbd.derivatives(rows, np.array([r, alpha, a, b]))
    assert found.value == pytest.approx(wanted, rel=1e-12)
    assert np.isfinite(found.hessian).all()
    assert bgnbd.counts_if_alive(0, 0.0, 30.0, 400, r, alpha, a, b).sum() == pytest.approx(1.0, abs=1e-9)
