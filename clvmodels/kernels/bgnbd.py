"""BG/NBD: purchases at a Gamma(r, alpha) rate until a Beta(a, b) dropout that can follow any purchase.

Fader, Hardie and Lee (2005), '"Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model',
Marketing Science 24(2), 275-284. Symbols are the paper's: x repeat purchases, the last at age t_x, observed to age T.
All functions take arrays that broadcast, parameters included. Times share one unit, which is also alpha's.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, expit

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.kernels.derivatives import Derivatives, blocks, symmetric, weighted_sum
from clvmodels.kernels.special import log_rising, log_rising_slopes
from clvmodels.kernels.time_integral import discounted_integral


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


@dataclass(frozen=True)
class Rows:
    """Customers in the form that `derivatives` reads.

    Attributes
    ----------
    purchases, purchase_counts
        Distinct x and the number of customers that have it.
    observed_to, customers, bought
        Ages up to which customers are known to be alive (t_x, or T where x is 0), how many, and the sum of their x.
    x, since, gap, counts
        Repeaters' x, t_x, T - t_x and how many customers have these.
    """

    purchases: FloatArray
    purchase_counts: FloatArray
    observed_to: FloatArray
    customers: FloatArray
    bought: FloatArray
    x: FloatArray
    since: FloatArray
    gap: FloatArray
    counts: FloatArray


def prepare(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> Rows:
    """Arrange columns of shape (n,) for `derivatives`; in sorted rows, those that differ in T alone share terms."""
    histogram = np.bincount(x.astype(np.int64), weights=counts).astype(float, copy=False)
    purchases = np.flatnonzero(histogram)
    more = x > 0
    observed_to = np.where(more, t_x, T)
    differs = (x[1:] != x[:-1]) | (observed_to[1:] != observed_to[:-1])
    runs = np.concatenate([[0], np.flatnonzero(differs) + 1])
    customers = np.add.reduceat(counts, runs)
    since = t_x[more]
    return Rows(
        purchases.astype(float),
        histogram[purchases],
        observed_to[runs],
        customers,
        customers * x[runs],
        x[more],
        since,
        T[more] - since,
        counts[more],
    )


def derivatives(rows: Rows, theta: FloatArray) -> Derivatives:
    """Sum over customers of `log_likelihood`, with gradient and Hessian in the logs of (r, alpha, a, b).

    Parameters
    ----------
    rows
        From `prepare`.
    theta
        r, alpha, a, b.
    """
    r, alpha, a, b = (float(v) for v in theta)
    total = _counting_derivatives(rows.purchases, rows.purchase_counts, r, a, b)
    for observed_to, customers, bought in blocks(rows.observed_to, rows.customers, rows.bought):
        total += _timing_derivatives(observed_to, customers, bought, r, alpha)
    for x, t_x, gap, counts in blocks(rows.x, rows.since, rows.gap, rows.counts):
        total += _dropout_derivatives(x, t_x, gap, counts, theta)
    return total


def start(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> FloatArray:
    """Parameters to start a search from: purchase rates as observed, and a third dropping out."""
    age = weighted_sum(counts, T) / counts.sum()
    rate = weighted_sum(counts, x) / max(weighted_sum(counts, T), 1e-300)
    return np.array([1.0, min(0.5 * age, 1.0 / rate) if rate > 0 else 0.5 * age, 1.0, 2.0])


def degenerate(x: FloatArray, t_x: FloatArray, T: FloatArray) -> tuple[str, FloatArray, float] | None:
    """Name, parameters and log-likelihood of the limit that data without any repeat purchase lead to, or None."""
    if x.any():
        return None
    return "nobody repeats", np.array([1e-130, max(float(T.max()), 1.0), 1.0, 1.0]), 0.0


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
    return np.asarray(np.where(x > 0, expit(log_odds), 1.0))


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
    log_fewer = log_rising(shape, n) - log_rising(1.0, n) - shape * np.log1p(horizon / scale)
    exactly = np.exp(survived + log_fewer + n * np.log(max(horizon, 1e-300) / (scale + horizon)))
    left_at_n = a / (b + (np.maximum(n, 1.0) - 1.0)) * np.exp(survived)
    reached = betainc(np.maximum(n, 1.0), shape, horizon / (scale + horizon))
    return np.asarray(exactly + np.where(n > 0, left_at_n * reached, 0.0))


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


def _counting_derivatives(values: FloatArray, weights: FloatArray, r: float, a: float, b: float) -> Derivatives:
    """Gamma-function terms, which need only the distinct x."""
    z = np.array([[r], [b], [a + b]])
    first, second = log_rising_slopes(z, values)
    value_r, value_b, value_ab = log_rising(z, values) @ weights
    first_r, first_b, first_ab = first @ weights
    second_r, second_b, second_ab = second @ weights
    gradient = np.array([r * first_r, 0.0, -a * first_ab, b * (first_b - first_ab)])
    upper = {
        (0, 0): gradient[0] + r * (r * second_r),
        (2, 2): gradient[2] - a * (a * second_ab),
        (2, 3): -a * (b * second_ab),
        (3, 3): gradient[3] + b * (b * (second_b - second_ab)),
    }
    return Derivatives(float(value_r + value_b - value_ab), gradient, symmetric(4, upper))


def _timing_derivatives(
    observed_to: FloatArray, customers: FloatArray, bought: FloatArray, r: float, alpha: float
) -> Derivatives:
    """-x log(alpha + t) - r log(1 + t / alpha), where t is the age up to which the customer is known to be alive."""
    later = alpha + observed_to
    remaining = alpha / later
    share = observed_to / later
    grown = r * weighted_sum(customers, np.log1p(observed_to / alpha))
    sum_share = r * weighted_sum(customers, share)
    value = -weighted_sum(bought, np.log(later)) - grown
    gradient = np.array([-grown, sum_share - weighted_sum(bought, remaining), 0.0, 0.0])
    bend = weighted_sum(bought + r * customers, share * remaining)
    return Derivatives(value, gradient, symmetric(4, {(0, 0): -grown, (0, 1): sum_share, (1, 1): -bend}))


def _dropout_derivatives(
    x: FloatArray, t_x: FloatArray, gap: FloatArray, counts: FloatArray, theta: FloatArray
) -> Derivatives:
    """log[a / (b + x - 1) + ((alpha + t_x) / (alpha + T))^(r + x)] for x > 0: log of (lost + kept)."""
    r, alpha, a, b = (float(v) for v in theta)
    later = alpha + t_x
    stretch = gap / later
    since = alpha / later
    until = since / (1.0 + stretch)
    slope = until * stretch  # since - until
    shape = r + x
    waited = np.log1p(stretch)
    ahead = b / (b + (x - 1.0))  # in this order, or a tiny b is lost at x = 1
    lost = (a / b) * ahead
    kept = np.exp(-shape * waited)
    either = lost + kept
    value = weighted_sum(counts, np.log(either))
    weight = counts / either
    gone, alive = weight * lost, weight * kept
    both = gone * (kept / either)
    rate, decay = shape * slope, -r * waited  # slopes of the alive term's log in log alpha and log r
    by_decay, by_rate, by_ahead = both * decay, both * rate, both * ahead
    sum_decay, sum_rate, sum_ahead = weighted_sum(alive, decay), weighted_sum(alive, rate), weighted_sum(gone, ahead)
    gradient = np.array([sum_decay, sum_rate, gone.sum(), -sum_ahead])
    upper = {
        (0, 0): sum_decay + weighted_sum(by_decay, decay),
        (0, 1): r * weighted_sum(alive, slope) + weighted_sum(by_decay, rate),
        (0, 2): -float(by_decay.sum()),
        (0, 3): weighted_sum(by_decay, ahead),
        (1, 1): sum_rate + weighted_sum(by_rate, rate) - weighted_sum(alive, rate * (since + until)),
        (1, 2): -float(by_rate.sum()),
        (1, 3): weighted_sum(by_rate, ahead),
        (2, 2): float(both.sum()),
        (2, 3): -float(by_ahead.sum()),
        (3, 3): weighted_sum(by_ahead, ahead) - weighted_sum(gone, ahead * (1.0 - ahead)),
    }
    return Derivatives(value, gradient, symmetric(4, upper))
