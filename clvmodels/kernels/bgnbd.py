"""BG/NBD: purchases at a Gamma(r, alpha) rate until a Beta(a, b) dropout that can follow any purchase.

Fader, Hardie and Lee (2005), '"Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model',
Marketing Science 24(2), 275-284. Symbols are the paper's: x repeat purchases, the last at age t_x, observed to age T.
All functions take arrays that broadcast, parameters included. Times share one unit, which is also alpha's.
"""

import numpy as np
from scipy.special import betainc

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.kernels.bgnbd_changed import lifetime_if_changed, purchases_if_changed
from clvmodels.kernels.bgnbd_sums import degenerate, derivatives, log_likelihoods, prepare, start
from clvmodels.kernels.futures import Record, purchase_until_dropout
from clvmodels.kernels.special import log_rising
from clvmodels.kernels.time_integral import discounted_integral

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

# Terms that fall at least so fast are summed to the last digit by so many.
_FAST, _TERMS = 0.8, 165


def log_likelihood(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike
) -> FloatArray:
    """Log-likelihood of each customer (equation 6 in logs, arranged so that nothing overflows).

    Parameters
    ----------
    x, t_x, T
        Repeat purchases, age at the last one, age at the end of observation.
    r, alpha, a, b
        Parameters.

    Returns
    -------
    FloatArray
        Of the broadcast shape.

    Examples
    --------
    >>> from clvmodels.kernels import bgnbd
    >>> round(float(bgnbd.log_likelihood(0, 0.0, 40.0, 0.25, 4.0, 0.8, 2.5)), 8)
    -0.59947382
    """
    x, t_x, T, r, alpha, a, b = _floats(x, t_x, T, r, alpha, a, b)
    observed_to = np.where(x > 0, t_x, T)
    counts = log_rising(r, x) + log_rising(b, x) - log_rising(a + b, x)
    purchases = -x * np.log(alpha + observed_to) - r * np.log1p(observed_to / alpha)
    lost, log_odds = _log_odds_alive(x, t_x, T, r, alpha, a, b)
    return np.asarray(counts + purchases + np.where(x > 0, lost + _softplus(log_odds), 0.0))


def probability_alive(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike
) -> FloatArray:
    """Probability that a customer has not dropped out by T (Fader and Hardie, note 021); 1 before a first repeat.

    Examples
    --------
    >>> from clvmodels.kernels import bgnbd
    >>> round(float(bgnbd.probability_alive(2, 30.43, 38.86, 0.243, 4.414, 0.793, 2.426)), 11)
    0.72657857008
    """
    x, t_x, T, r, alpha, a, b = _floats(x, t_x, T, r, alpha, a, b)
    _, log_odds = _log_odds_alive(x, t_x, T, r, alpha, a, b)
    with np.errstate(over="ignore"):  # against odds of exp(-710), 1 / inf is right
        return np.asarray(1.0 / (1.0 + np.where(x > 0, np.exp(-log_odds), 0.0)))


def purchases_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected purchases in (T, T + horizon], discounted at the continuous rate delta, of a customer alive at T.

    The purchase rate at s ahead is (r + x) / (alpha + T) E[(1 + p s / (alpha + T))^-(r + x + 1)] with
    p ~ Beta(a, b + x). With delta = 0, times P(alive), this is equation 10; the discounted form has no published
    counterpart.

    Examples
    --------
    >>> from clvmodels.kernels import bgnbd
    >>> round(float(bgnbd.purchases_if_alive(0, 0.0, 52.0, 0.0, 0.243, 4.414, 0.793, 2.426)), 9)
    1.446050595
    """
    x, T, r, alpha, a, b = _floats(x, T, r, alpha, a, b)
    shape, scale = r + x, alpha + T
    return np.asarray(shape / scale * discounted_integral(shape + 1.0, a, b + x, scale, horizon, delta))


def lifetime_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected time spent alive in (T, T + horizon], discounted at the rate delta, of a customer alive at T.

    A customer is alive until dropping out, which in this model happens at a purchase: the survival function s ahead is
    E[(1 + p s / (alpha + T))^-(r + x)] with p ~ Beta(a, b + x).
    """
    x, T, r, alpha, a, b = _floats(x, T, r, alpha, a, b)
    return discounted_integral(r + x, a, b + x, alpha + T, horizon, delta)


def active_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike
) -> FloatArray:
    """Probability of at least one purchase in (T, T + horizon] of a customer alive at T (a and b play no part)."""
    x, T, horizon, r, alpha = _floats(x, T, horizon, r, alpha)
    return np.asarray(-np.expm1(-(r + x) * np.log1p(horizon / (alpha + T))))


def counts_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: float, most: int,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Probabilities of 0 .. most purchases in (T, T + horizon] of a customer alive at T.

    Alive at T, a customer is as new, with parameters r + x, alpha + T, a, b + x: equation 8 with its sum written as an
    incomplete beta function.

    Returns
    -------
    FloatArray
        One axis more than the broadcast of the arguments, of length most + 1.
    """
    columns = (v[..., None] for v in np.broadcast_arrays(*_floats(x, T, r, alpha, a, b)))
    x, T, r, alpha, a, b = columns
    shape, scale, b = r + x, alpha + T, b + x
    n = np.arange(most + 1.0)
    survived = log_rising(b, n) - log_rising(a + b, n)
    share = max(horizon, 1e-300) / (scale + horizon)
    log_count = log_rising(shape, n) - log_rising(1.0, n) - shape * np.log1p(horizon / scale) + n * np.log(share)
    exactly = np.exp(survived + log_count)
    left_at_n = a / (b + (np.maximum(n, 1.0) - 1.0)) * np.exp(survived)
    reached = _at_least(n, shape, share, np.exp(log_count))
    return np.asarray(exactly + np.where(n > 0, left_at_n * reached, 0.0))


def _at_least(n: FloatArray, shape: FloatArray, share: FloatArray, exactly: FloatArray) -> FloatArray:
    """P(N >= n) of a negative binomial with P(N = n) = exactly, n > 0; far out betainc loses digits, a series none."""
    n, shape, share, exactly = np.broadcast_arrays(np.maximum(n, 1.0), shape, share, exactly)
    above = betainc(n, shape, share)
    far = ((shape + n) * share < _FAST * (n + 1.0)) & (share < _FAST)
    n, shape, share = n[far], shape[far], share[far]
    term, total = np.ones(len(n)), np.ones(len(n))
    for step in range(_TERMS):
        term = term * share * (shape + n + step) / (n + 1.0 + step)
        total = total + term
    above[far] = exactly[far] * total
    return np.asarray(above)


def simulate_if_alive(
    rng: np.random.Generator, x: FloatArray, T: FloatArray, horizon: float,
    r: FloatArray, alpha: FloatArray, a: FloatArray, b: FloatArray, record: Record,
) -> FloatArray:  # fmt: skip
    """Draw the purchases in (T, T + horizon] of customers alive at T, each with a rate and dropout of their own.

    Given x, T and being alive, the rate is Gamma(r + x, alpha + T) and the dropout probability Beta(a, b + x).

    Parameters
    ----------
    rng
        Random numbers.
    x, T, r, alpha, a, b
        Shape (n,).
    horizon
        How far ahead.
    record
        As in `kernels.futures`.

    Returns
    -------
    FloatArray
        Time until dropout, at most the horizon, shape (n,).
    """
    rate = rng.standard_gamma(r + x) / (alpha + T)
    return purchase_until_dropout(rng, rate, rng.beta(a, b + x), horizon, record)


def _floats(*values: ArrayLike) -> tuple[FloatArray, ...]:
    return tuple(np.asarray(v, float) for v in values)


def _softplus(value: FloatArray) -> FloatArray:
    return np.maximum(value, 0.0) + np.log(1.0 + np.exp(-np.abs(value)))


def _log_odds_alive(
    x: FloatArray, t_x: FloatArray, T: FloatArray, r: FloatArray, alpha: FloatArray, a: FloatArray, b: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """log a / (b + x - 1), the term of dropping out at t_x, and the log odds of being alive at T; both for x > 0."""
    lost = np.log(a) - np.log(b + (np.maximum(x, 1.0) - 1.0))  # in this order: b may be 1e-130
    return lost, -(r + x) * np.log1p((T - t_x) / (alpha + t_x)) - lost
