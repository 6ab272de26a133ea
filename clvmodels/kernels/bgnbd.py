"""BG/NBD: purchases at a Gamma(r, alpha) rate until a Beta(a, b) dropout that can follow any purchase.

Fader, Hardie and Lee (2005), '"Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model',
Marketing Science 24(2), 275-284. Symbols are the paper's: x repeat purchases, the last at age t_x, observed to age T.
All functions take arrays that broadcast, parameters included. Times share one unit, which is also alpha's.
"""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, floats
from clvmodels.kernels.bgnbd_changed import lifetime_if_changed, purchases_if_changed
from clvmodels.kernels.bgnbd_sums import degenerate, derivatives, log_likelihoods, prepare, start
from clvmodels.kernels.futures import Lives, purchase_until_dropout
from clvmodels.kernels.negative_binomial import at_least, at_least_one, log_probability
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


def log_likelihood(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
    *, at_zero: int = 0,
) -> FloatArray:  # fmt: skip
    """Log-likelihood of each customer (equation 6 in logs, arranged so that nothing overflows).

    Parameters
    ----------
    x, t_x, T
        Repeat purchases, age at the last one, age at the end of observation.
    r, alpha, a, b
        Parameters.
    at_zero
        How often a customer can drop out before the first repeat purchase: never, or once in MBG/NBD.

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
    x, t_x, T, r, alpha, a, b = floats(x, t_x, T, r, alpha, a, b)
    chances = x + at_zero
    observed_to = np.where(chances > 0, t_x, T)
    counts = log_rising(r, x) + log_rising(b, chances) - log_rising(a + b, chances)
    purchases = -x * np.log(alpha + observed_to) - r * np.log1p(observed_to / alpha)
    lost, log_odds = _log_odds_alive((x, t_x, T), chances, r, alpha, a, b)
    return np.asarray(counts + purchases + np.where(chances > 0, lost + _softplus(log_odds), 0.0))


def probability_alive(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
    *, at_zero: int = 0,
) -> FloatArray:  # fmt: skip
    """Probability that a customer has not dropped out by T (Fader and Hardie, note 021); 1 before a first chance to.

    Examples
    --------
    >>> from clvmodels.kernels import bgnbd
    >>> round(float(bgnbd.probability_alive(2, 30.43, 38.86, 0.243, 4.414, 0.793, 2.426)), 11)
    0.72657857008
    """
    x, t_x, T, r, alpha, a, b = floats(x, t_x, T, r, alpha, a, b)
    chances = x + at_zero
    _, log_odds = _log_odds_alive((x, t_x, T), chances, r, alpha, a, b)
    with np.errstate(over="ignore"):  # against odds of exp(-710), 1 / inf is right
        return np.asarray(1.0 / (1.0 + np.where(chances > 0, np.exp(-log_odds), 0.0)))


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
    x, T, r, alpha, a, b = floats(x, T, r, alpha, a, b)
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
    x, T, r, alpha, a, b = floats(x, T, r, alpha, a, b)
    return discounted_integral(r + x, a, b + x, alpha + T, horizon, delta)


def active_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike
) -> FloatArray:
    """Probability of at least one purchase in (T, T + horizon] of a customer alive at T (a and b play no part)."""
    x, T, r, alpha = floats(x, T, r, alpha)
    return at_least_one(r + x, alpha + T, horizon)


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
    columns = (v[..., None] for v in np.broadcast_arrays(*floats(x, T, r, alpha, a, b)))
    x, T, r, alpha, a, b = columns
    shape, scale, b = r + x, alpha + T, b + x
    n = np.arange(most + 1.0)
    survived = log_rising(b, n) - log_rising(a + b, n)
    exactly = np.exp(survived + log_probability(n, shape, scale, horizon))
    left_at_n = a / (b + (np.maximum(n, 1.0) - 1.0)) * np.exp(survived)
    return np.asarray(exactly + np.where(n > 0, left_at_n * at_least(n, shape, scale, horizon), 0.0))


def simulate_if_alive(
    rng: np.random.Generator, x: FloatArray, T: FloatArray, horizon: float,
    r: FloatArray, alpha: FloatArray, a: FloatArray, b: FloatArray,
) -> Lives:  # fmt: skip
    """Draw the purchases in (T, T + horizon] of customers alive at T, each with a rate and dropout of their own.

    Given x, T and being alive, the rate is Gamma(r + x, alpha + T) and the dropout probability Beta(a, b + x).

    Parameters
    ----------
    rng
        Random numbers.
    x, T, r, alpha, a, b
        Shape (n,).
    horizon
        How far ahead, finite.
    """
    rate = rng.standard_gamma(r + x) / (alpha + T)
    return purchase_until_dropout(rng, rate, rng.beta(a, b + x), horizon)


def _softplus(value: FloatArray) -> FloatArray:
    return np.maximum(value, 0.0) + np.log(1.0 + np.exp(-np.abs(value)))


def _log_odds_alive(
    observed: tuple[FloatArray, ...], chances: FloatArray,
    r: FloatArray, alpha: FloatArray, a: FloatArray, b: FloatArray,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """log a / (b + chances - 1), the term of dropping out at t_x, and the log odds of being alive at T.

    Both are of customers who had a chance to drop out, the last at t_x.
    """
    x, t_x, T = observed
    lost = np.log(a) - np.log(b + (np.maximum(chances, 1.0) - 1.0))  # in this order: b may be 1e-130
    return lost, -(r + x) * np.log1p((T - t_x) / (alpha + t_x)) - lost
