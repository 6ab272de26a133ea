"""The continued fraction against closed forms, mpmath, and its own bound; and what is built on it, at its edges."""

import mpmath as mp
import numpy as np
import pytest

from clvmodels.kernels import gauss_fraction, lomax_race
from clvmodels.kernels.gauss_fraction import fraction
from clvmodels.kernels.lomax_race import log_first

# Each of some tens of terms rounds a few times, and hands on a part of what it was handed.
DIGITS = 1e-15
U = np.array([0.0, 1e-20, 1e-8, 0.01, 0.5, 3.0, 12.0])


def by_series(k, rest, u):
    """2F1(1, rest + 1; c + 1; z) / (1 + u) at z = u / (1 + u), whose terms all have one sign."""
    with mp.workdps(40):
        k, rest, u = (mp.mpf(float(v)) for v in (k, rest, u))
        term = total = 1 / (1 + u)
        z, n = u / (1 + u), 0
        while term > mp.mpf(10) ** -30 * total:
            term *= z * (rest + 1 + n) / (k + rest + 1 + n)
            total += term
            n += 1
        return float(total)


@pytest.mark.parametrize("u", U[1:])
@pytest.mark.parametrize(
    ("k", "rest"), [(0.553, 0.606), (1e-6, 3.0), (30.0, -0.999), (26.5, 0.01), (1e9, 1e9), (1e-100, 0.5)]
)
def test_it_is_the_hypergeometric_function(k, rest, u):
    wanted = by_series(k, rest, u)
    assert fraction(np.array(k), np.array(rest), np.array([u]))[0] == pytest.approx(wanted, rel=DIGITS)


def test_closed_forms_and_shapes():
    """2F1(1, 1; 2; -u) = log(1 + u) / u, and 2F1(2, 1; 3; -u) = 2 (u - log(1 + u)) / u^2."""
    u = np.array([[0.5, 1.0], [4.0, 9.0], [12.0, 2.0]])
    found = fraction(np.array([1.0, 2.0]), np.zeros(2), u)
    one, two = u.T
    np.testing.assert_allclose(found[:, 0], np.log1p(one) / one, rtol=DIGITS)
    np.testing.assert_allclose(found[:, 1], 2 * (two - np.log1p(two)) / two**2, rtol=10 * DIGITS)  # which cancels
    assert (fraction(np.array(0.5), np.array(0.5), np.zeros(3)) == 1.0).all()


@pytest.mark.parametrize("u", [1e-3, 0.5, 12.0, 300.0])
def test_what_is_cut_off_is_less_than_the_bound(u, monkeypatch):
    """At an error that rounding does not hide: with the terms that it asks for, and with half of them."""
    shapes = np.array([0.5, 2.0, 40.0]), np.array([0.6, 30.0, 0.1])
    exact = fraction(*shapes, np.full(3, u))
    monkeypatch.setattr(gauss_fraction, "_ERROR", 1e-6)
    off = np.abs(fraction(*shapes, np.full(3, u)) / exact - 1)
    assert off.max() < 1e-6
    few = gauss_fraction._count(u) // 2
    monkeypatch.setattr(gauss_fraction, "_count", lambda _: few)
    assert few == 0 or np.abs(fraction(*shapes, np.full(3, u)) / exact - 1).max() > off.max()


@pytest.mark.parametrize(("beta", "alpha"), [(20.0, 1.5), (1.5, 20.0)])
def test_it_meets_the_integral_where_that_takes_over(beta, alpha, monkeypatch):
    t = np.linspace(0.0, 2.0, 50)  # u from 12.3 down
    x = np.arange(6.0)[:, None]
    found = log_first(0.6, 0.5 + x, beta, alpha, t)
    monkeypatch.setattr(lomax_race, "_MODERATE", -1.0)
    np.testing.assert_allclose(found, log_first(0.6, 0.5 + x, beta, alpha, t), rtol=0, atol=1e-12)


def test_blocks_and_broadcasting_change_nothing(monkeypatch):
    rng = np.random.default_rng(2)
    s, m, beta, alpha = np.exp(rng.normal(0.0, 1.5, (4, 300)))
    t = rng.uniform(0.0, 3.0, (70, 1))
    found = log_first(s, m, beta, alpha, t)
    monkeypatch.setattr(lomax_race, "_BLOCK", 900)
    np.testing.assert_allclose(log_first(s, m, beta, alpha, t), found, atol=1e-12)
    one_by_one = [log_first(s[i], m[i], beta[i], alpha[i], float(t[j, 0])) for i, j in ((0, 0), (7, 3), (299, 69))]
    np.testing.assert_allclose(one_by_one, [found[0, 0], found[3, 7], found[69, 299]], atol=1e-12)
    assert log_first(s, m, beta, alpha, np.empty((0, 1))).shape == (0, 300)
