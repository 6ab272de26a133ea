"""MBG/NBD: BG/NBD in which a customer can drop out at time zero too, right after the first purchase.

Batislam, Denizel and Filiztekin (2007), "Empirical Validation and Comparison of Models for Customer Base Analysis",
International Journal of Research in Marketing 24(3), 201-209. With x repeat purchases a customer has had x + 1 chances
to drop out, one more than in BG/NBD: its formulas are used with that number. A customer who is alive has survived all
of them: the dropout probability then is Beta(a, b + x + 1), and what is ahead is as in BG/NBD with b + 1 for b.
Symbols, shapes and units are as in `bgnbd`.
"""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.kernels import bgnbd
from clvmodels.kernels.bgnbd_sums import Rows, degenerate, derivatives, log_likelihoods, start
from clvmodels.kernels.futures import Lives

__all__ = [
    "active_if_alive",
    "counts_if_alive",
    "degenerate",
    "derivatives",
    "lifetime_if_alive",
    "lifetime_if_changed",
    "log_likelihood",
    "log_likelihoods",
    "prepare",
    "probability_alive",
    "purchases_if_alive",
    "purchases_if_changed",
    "simulate_if_alive",
    "start",
]


def log_likelihood(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike
) -> FloatArray:
    """Log-likelihood of each customer.

    Examples
    --------
    >>> from clvmodels.kernels import mbgnbd
    >>> round(float(mbgnbd.log_likelihood(0, 0.0, 40.0, 0.25, 4.0, 0.8, 2.5)), 8)
    -0.41792826
    """
    return bgnbd.log_likelihood(x, t_x, T, r, alpha, a, b, at_zero=1)


def probability_alive(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike
) -> FloatArray:
    """Probability that a customer has not dropped out by T; b / (a + b) of one just acquired.

    Examples
    --------
    >>> from clvmodels.kernels import mbgnbd
    >>> round(float(mbgnbd.probability_alive(0, 0.0, 0.0, 0.525, 6.183, 0.891, 1.614)), 6) == round(1.614 / 2.505, 6)
    True
    """
    return bgnbd.probability_alive(x, t_x, T, r, alpha, a, b, at_zero=1)


def prepare(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> Rows:
    """Arrange columns of shape (n,) for `derivatives`."""
    return bgnbd.prepare(x, t_x, T, counts, at_zero=1)


def purchases_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected purchases in (T, T + horizon], discounted at the continuous rate delta, of a customer alive at T.

    The discounted form has no published counterpart.

    Examples
    --------
    >>> from clvmodels.kernels import mbgnbd
    >>> theta = 0.525, 6.183, 0.891, 1.614
    >>> alive = mbgnbd.probability_alive(2, 30.43, 38.86, *theta)
    >>> round(float(alive * mbgnbd.purchases_if_alive(2, 38.86, 39.0, 0.0, *theta)), 3)
    1.263
    """
    return bgnbd.purchases_if_alive(x, T, horizon, delta, r, alpha, a, _one_more(b))


def lifetime_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected time spent alive in (T, T + horizon], discounted at the rate delta, of a customer alive at T."""
    return bgnbd.lifetime_if_alive(x, T, horizon, delta, r, alpha, a, _one_more(b))


def purchases_if_changed(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, rate: float, dropout: float,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected discounted purchases of a customer alive at T whose future changes, as in `bgnbd_changed`."""
    return bgnbd.purchases_if_changed(x, T, horizon, delta, rate, dropout, r, alpha, a, _one_more(b))


def lifetime_if_changed(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, rate: float, dropout: float,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected discounted time spent alive of a customer alive at T whose future changes."""
    return bgnbd.lifetime_if_changed(x, T, horizon, delta, rate, dropout, r, alpha, a, _one_more(b))


def active_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike
) -> FloatArray:
    """Probability of at least one purchase in (T, T + horizon] of a customer alive at T (a and b play no part)."""
    return bgnbd.active_if_alive(x, T, horizon, r, alpha, a, b)


def counts_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: float, most: int,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Probabilities of 0 .. most purchases in (T, T + horizon] of a customer alive at T, on one axis more."""
    return bgnbd.counts_if_alive(x, T, horizon, most, r, alpha, a, _one_more(b))


def simulate_if_alive(
    rng: np.random.Generator, x: FloatArray, T: FloatArray, horizon: float,
    r: FloatArray, alpha: FloatArray, a: FloatArray, b: FloatArray,
) -> Lives:  # fmt: skip
    """Draw the purchases in (T, T + horizon] of customers alive at T, as `bgnbd.simulate_if_alive` does."""
    return bgnbd.simulate_if_alive(rng, x, T, horizon, r, alpha, a, b + 1.0)


def _one_more(b: ArrayLike) -> FloatArray:
    """Parameter b of a customer who has survived time zero."""
    return np.asarray(b, float) + 1.0
