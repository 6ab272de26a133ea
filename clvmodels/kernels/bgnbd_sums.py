"""BG/NBD: the log-likelihood of all customers together, with derivatives; `bgnbd` has the formulas of one customer.

MBG/NBD's is the same, with one more chance to drop out.
"""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.kernels.derivatives import Derivatives, blocks, by_draws, symmetric, weighted_sum
from clvmodels.kernels.gamma_rate import waiting, waiting_derivatives
from clvmodels.kernels.special import log_rising, log_rising_slopes


@dataclass(frozen=True)
class Rows:
    """Customers in the form that `derivatives` reads.

    Attributes
    ----------
    purchases, chances, purchase_counts
        Distinct x, how often customers of it could have dropped out, and the number of customers that have it.
    observed_to, customers, bought
        Ages up to which customers are known to be alive (t_x, or T for those who never had a chance to drop out), how
        many, and the sum of their x.
    x, survived, since, gap, counts
        Of customers who had a chance to drop out: x, how many of the chances they certainly survived, t_x, T - t_x and
        how many customers have these.
    """

    purchases: FloatArray
    chances: FloatArray
    purchase_counts: FloatArray
    observed_to: FloatArray
    customers: FloatArray
    bought: FloatArray
    x: FloatArray
    survived: FloatArray
    since: FloatArray
    gap: FloatArray
    counts: FloatArray


def prepare(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray, *, at_zero: int = 0) -> Rows:
    """Arrange columns of shape (n,) for `derivatives`; in sorted rows, those that differ in T alone share terms.

    With `at_zero`, customers can drop out so often before the first repeat purchase, as in `bgnbd.log_likelihood`.
    """
    histogram = np.bincount(x.astype(np.int64), weights=counts).astype(float, copy=False)
    purchases = np.flatnonzero(histogram)
    more = x + at_zero > 0
    observed_to = np.where(more, t_x, T)
    differs = (x[1:] != x[:-1]) | (observed_to[1:] != observed_to[:-1])
    runs = np.concatenate([[0], np.flatnonzero(differs) + 1])
    customers = np.add.reduceat(counts, runs)
    since = t_x[more]
    return Rows(
        purchases.astype(float),
        purchases.astype(float) + at_zero,
        histogram[purchases],
        observed_to[runs],
        customers,
        customers * x[runs],
        x[more],
        x[more] + (at_zero - 1.0),
        since,
        T[more] - since,
        counts[more],
    )


def log_likelihoods(rows: Rows, theta: FloatArray) -> FloatArray:
    """Sum over customers of `log_likelihood` at many parameters.

    Parameters
    ----------
    rows
        From `prepare`.
    theta
        r, alpha, a, b, shape (n, 4).

    Returns
    -------
    FloatArray
        Shape (n,).
    """
    total = by_draws(_counting, theta, rows.purchases, rows.chances, rows.purchase_counts)
    total += by_draws(waiting, theta, rows.observed_to, rows.customers, rows.bought)
    return total + by_draws(_dropout, theta, rows.x, rows.survived, rows.since, rows.gap, rows.counts)


def derivatives(rows: Rows, theta: FloatArray) -> Derivatives:
    """Sum over customers of `log_likelihood`, with gradient and Hessian in the logs of (r, alpha, a, b).

    Parameters
    ----------
    rows
        From `prepare`.
    theta
        r, alpha, a, b.
    """
    r, _, a, b = (float(v) for v in theta)
    total = _counting_derivatives(rows, r, a, b)
    for waits in blocks(rows.observed_to, rows.customers, rows.bought):
        total += waiting_derivatives(theta, *waits)
    for columns in blocks(rows.x, rows.survived, rows.since, rows.gap, rows.counts):
        total += _dropout_derivatives(columns, theta)
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


def _counting(theta: FloatArray, values: FloatArray, chances: FloatArray, weights: FloatArray) -> FloatArray:
    r, _, a, b = theta
    return (log_rising(r, values) + log_rising(b, chances) - log_rising(a + b, chances)) @ weights


def _dropout(
    theta: FloatArray, x: FloatArray, survived: FloatArray, t_x: FloatArray, gap: FloatArray, counts: FloatArray
) -> FloatArray:
    r, alpha, a, b = theta
    lost = (a / b) * (b / (b + survived))
    return np.asarray(np.log(lost + np.exp(-(r + x) * np.log1p(gap / (alpha + t_x)))) @ counts)


def _counting_derivatives(rows: Rows, r: float, a: float, b: float) -> Derivatives:
    """Gamma-function terms, which need only the distinct x."""
    z, weights = np.array([[r], [b], [a + b]]), rows.purchase_counts
    values = np.stack([rows.purchases, rows.chances, rows.chances])
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


def _dropout_derivatives(columns: tuple[FloatArray, ...], theta: FloatArray) -> Derivatives:
    """log[a / (b + survived) + ((alpha + t_x) / (alpha + T))^(r + x)]: log of (lost + kept)."""
    x, survived, t_x, gap, counts = columns
    r, alpha, a, b = (float(v) for v in theta)
    later = alpha + t_x
    stretch = gap / later
    since = alpha / later
    until = since / (1.0 + stretch)
    slope = until * stretch  # since - until
    shape = r + x
    waited = np.log1p(stretch)
    ahead = b / (b + survived)  # of whole numbers, or a tiny b would be lost where it is 0
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
