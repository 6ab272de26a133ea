"""Pareto/NBD: purchases at a Gamma(r, alpha) rate for a lifetime that ends at a Gamma(s, beta) rate, seen or not.

Schmittlein, Morrison and Colombo (1987), "Counting Your Customers: Who Are They and What Will They Do Next?",
Management Science 33(1), 1-24. Symbols are those of Fader and Hardie (2005), "A Note on Deriving the Pareto/NBD Model
and Related Expressions" (Hardie's note 009): x repeat purchases, the last at age t_x, observed to age T. All functions
take arrays that broadcast, parameters included. Times share one unit, which is also alpha's and beta's.

Given that a customer is alive at T, the purchase rate is Gamma(r + x, alpha + T) and the dropout rate
Gamma(s, beta + T), one whatever the other is.
"""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, floats
from clvmodels.kernels.futures import Lives, purchase_while_alive
from clvmodels.kernels.lomax_race import first_within, log_first
from clvmodels.kernels.pareto_nbd_counts import counts_if_alive
from clvmodels.kernels.pareto_nbd_sums import (
    degenerate,
    derivatives,
    log_likelihood_by_row,
    log_likelihoods,
    prepare,
    start,
)
from clvmodels.kernels.special import log_rising
from clvmodels.kernels.survival import survival_integral

__all__ = [
    "active_if_alive",
    "counts_if_alive",
    "degenerate",
    "derivatives",
    "lifetime_if_alive",
    "lifetime_if_changed",
    "log_likelihood",
    "log_likelihood_by_row",
    "log_likelihoods",
    "prepare",
    "probability_alive",
    "purchases_if_alive",
    "purchases_if_changed",
    "simulate_if_alive",
    "start",
]

# A lifetime that a rate of 0 would make infinite.
_SLOWEST = 1e-300


def log_likelihood(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike, s: ArrayLike, beta: ArrayLike
) -> FloatArray:
    """Log-likelihood of each customer (note 009, with integrals instead of 2F1).

    Parameters
    ----------
    x, t_x, T
        Repeat purchases, age at the last one, age at the end of observation.
    r, alpha, s, beta
        Parameters.

    Returns
    -------
    FloatArray
        Of the broadcast shape.

    Examples
    --------
    >>> from clvmodels.kernels import pareto_nbd
    >>> round(float(pareto_nbd.log_likelihood(2, 30.43, 38.86, 0.553, 10.578, 0.606, 11.669)), 6)
    -9.554283
    """
    x, t_x, T, r, alpha, s, beta = floats(x, t_x, T, r, alpha, s, beta)
    t_x = np.where(x > 0, t_x, 0.0)
    seen = log_rising(r, x) - x * np.log(alpha + t_x) - r * np.log1p(t_x / alpha) - s * np.log1p(t_x / beta)
    gone, back, kept = _silence(x, t_x, T, r, alpha, s, beta)
    return np.asarray(seen + np.logaddexp(gone, kept + back))


def probability_alive(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike, s: ArrayLike, beta: ArrayLike
) -> FloatArray:
    """Probability that a customer has not dropped out by T.

    Examples
    --------
    >>> from clvmodels.kernels import pareto_nbd
    >>> round(float(pareto_nbd.probability_alive(26, 30.86, 31, 0.553, 10.578, 0.606, 11.669)), 6)
    0.997919
    """
    x, t_x, T, r, alpha, s, beta = floats(x, t_x, T, r, alpha, s, beta)
    gone, back, kept = _silence(x, np.where(x > 0, t_x, 0.0), T, r, alpha, s, beta)
    return np.asarray(np.exp(-np.maximum(np.logaddexp(gone - kept, back), 0.0)))  # rounding could leave more than 1


def purchases_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float,
    r: ArrayLike, alpha: ArrayLike, s: ArrayLike, beta: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected purchases in (T, T + horizon], discounted at the continuous rate delta, of a customer alive at T.

    The purchase rate at h ahead is (r + x) / (alpha + T) (1 + h / (beta + T))^-s. Times P(alive), with delta = 0, this
    is the conditional expectation of note 009, and with an endless horizon DERT of Fader, Hardie and Lee (2005), "RFM
    and CLV", Journal of Marketing Research 42(4), 415-430, without its singularity at s = 1.

    Examples
    --------
    >>> from clvmodels.kernels import pareto_nbd
    >>> round(float(pareto_nbd.purchases_if_alive(0, 0.0, 52.0, 0.0, 0.553, 10.578, 0.606, 11.669)), 4)
    1.473
    """
    return purchases_if_changed(x, T, horizon, delta, 1.0, 1.0, r, alpha, s, beta)


def lifetime_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float,
    r: ArrayLike, alpha: ArrayLike, s: ArrayLike, beta: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected time spent alive in (T, T + horizon], discounted at the rate delta, of a customer alive at T.

    Survival h ahead is (1 + h / (beta + T))^-s, however often the customer purchased.
    """
    return lifetime_if_changed(x, T, horizon, delta, 1.0, 1.0, r, alpha, s, beta)


def purchases_if_changed(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, rate: float, dropout: float,
    r: ArrayLike, alpha: ArrayLike, s: ArrayLike, beta: ArrayLike,
) -> FloatArray:  # fmt: skip
    """As `purchases_if_alive`, of a customer whose rates change from T on.

    Parameters
    ----------
    x, T, horizon, delta, r, alpha, s, beta
        As there.
    rate, dropout
        Factors of a customer's purchase rate and dropout rate, not negative. Lifetimes do not depend on purchases, so
        that purchasing more often does not make them shorter.

    Examples
    --------
    >>> from clvmodels.kernels import pareto_nbd
    >>> theta = 0.553, 10.578, 0.606, 11.669
    >>> [
    ...     round(float(pareto_nbd.purchases_if_changed(0, 0.0, 52.0, 0.0, k, c, *theta)), 4)
    ...     for k, c in ((1, 1), (1.1, 1), (1, 0.8))
    ... ]
    [1.473, 1.6203, 1.585]
    """
    x, T, r, alpha, s, beta = floats(x, T, r, alpha, s, beta)
    alive = lifetime_if_changed(x, T, horizon, delta, rate, dropout, r, alpha, s, beta)
    return np.asarray(rate * (r + x) / (alpha + T) * alive)


def lifetime_if_changed(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, rate: float, dropout: float,
    r: ArrayLike, alpha: ArrayLike, s: ArrayLike, beta: ArrayLike,
) -> FloatArray:  # fmt: skip
    """As `lifetime_if_alive`, of a customer whose rates change from T on; that of purchases plays no part."""
    x, T, horizon, r, alpha, s, beta = floats(x, T, horizon, r, alpha, s, beta)
    shape = np.broadcast_shapes(*(v.shape for v in (x, T, horizon, r, alpha, s, beta)))
    return np.asarray(np.broadcast_to(survival_integral(s, beta + T, dropout, horizon, delta), shape)).copy()


def active_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, r: ArrayLike, alpha: ArrayLike, s: ArrayLike, beta: ArrayLike
) -> FloatArray:
    """Probability of at least one purchase in (T, T + horizon] of a customer alive at T: before the lifetime ends.

    Examples
    --------
    >>> from clvmodels.kernels import pareto_nbd
    >>> round(float(1 - pareto_nbd.active_if_alive(0, 0.0, 39.0, 0.55, 10.56, 0.61, 11.64)), 8)
    0.59593807
    """
    x, T, r, alpha, s, beta = floats(x, T, r, alpha, s, beta)
    return np.minimum(first_within(r + x, s, alpha + T, beta + T, horizon), 1.0)  # as above


def simulate_if_alive(
    rng: np.random.Generator, x: FloatArray, T: FloatArray, horizon: float,
    r: FloatArray, alpha: FloatArray, s: FloatArray, beta: FloatArray,
) -> Lives:  # fmt: skip
    """Draw the purchases in (T, T + horizon] of customers alive at T, each with a rate and lifetime of their own.

    Parameters
    ----------
    rng
        Random numbers.
    x, T, r, alpha, s, beta
        Shape (n,).
    horizon
        How far ahead, finite.
    """
    rate = rng.standard_gamma(r + x) / (alpha + T)
    dropout = rng.standard_gamma(s) / (beta + T)
    lifetime = rng.standard_exponential(len(dropout)) / np.maximum(dropout, _SLOWEST)
    return purchase_while_alive(rng, rate, lifetime, horizon)


def _silence(
    x: FloatArray, t_x: FloatArray, T: FloatArray, r: FloatArray, alpha: FloatArray, s: FloatArray, beta: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Logs of the probabilities that explain no purchase since t_x: as in `pareto_nbd_silence`, gone, back and kept."""
    m, gap = r + x, T - t_x
    kept = -m * np.log1p(gap / (alpha + t_x)) - s * np.log1p(gap / (beta + t_x))
    return log_first(s, m, beta, alpha, t_x), log_first(m, s, alpha, beta, T), kept
