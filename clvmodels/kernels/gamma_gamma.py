"""Gamma-Gamma: a customer's orders vary around a mean of their own, and the means vary over customers.

Fader, Hardie and Lee (2005), "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", Journal of Marketing
Research 42(4), 415-430, and Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value". Symbols are the
paper's: m the mean of x orders; an order is Gamma(p, nu), and nu is Gamma(q, v). Money is in v's unit.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import polygamma

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.kernels.derivatives import Derivatives, blocks, by_draws, symmetric, weighted_sum
from clvmodels.kernels.special import log_beta, log_beta_odds, log_beta_odds_slopes, log_rising_slopes

# From here on sums of terms of p x and of q lose more digits than a gradient of 1e-8 per customer can spare.
_CANCELLING = 1e5


def log_likelihood(x: ArrayLike, m: ArrayLike, p: ArrayLike, q: ArrayLike, v: ArrayLike) -> FloatArray:
    """Log density of the mean m > 0 of x > 0 orders (Fader and Hardie 2013, equation 1a).

    Parameters
    ----------
    x, m
        Number and mean value of orders.
    p, q, v
        Parameters.

    Returns
    -------
    FloatArray
        Of the broadcast shape.

    Examples
    --------
    >>> from clvmodels.kernels import gamma_gamma
    >>> round(float(gamma_gamma.log_likelihood(2, 22.345, 6.25, 3.74, 15.44)), 6)
    -3.551189
    """
    x, m, p, q, v = (np.asarray(value, float) for value in (x, m, p, q, v))
    total = x * m
    return np.asarray(log_beta_odds(p * x, q, total, v) - np.log(m))


@dataclass(frozen=True)
class Rows:
    """Repeat buyers in the form that `derivatives` reads.

    Attributes
    ----------
    orders, order_counts
        Distinct x and the number of customers that have it.
    x, total, counts
        Every customer's x, x times m, and count.
    log_means
        Sum of log m.
    """

    orders: FloatArray
    order_counts: FloatArray
    x: FloatArray
    total: FloatArray
    counts: FloatArray
    log_means: float


def prepare(x: FloatArray, m: FloatArray, counts: FloatArray) -> Rows:
    """Arrange columns of shape (n,) for `derivatives`."""
    histogram = np.bincount(x.astype(np.int64), weights=counts).astype(float, copy=False)
    orders = np.flatnonzero(histogram)
    log_means = sum(weighted_sum(weights, np.log(means)) for means, weights in blocks(m, counts))
    return Rows(orders.astype(float), histogram[orders], x, x * m, counts, log_means)


def derivatives(rows: Rows, theta: FloatArray) -> Derivatives:
    """Sum over customers of `log_likelihood`, with gradient and Hessian in the logs of (p, q, v).

    Parameters
    ----------
    rows
        From `prepare`.
    theta
        p, q, v.
    """
    p, q, v = (float(value) for value in theta)
    total = _shape_derivatives(rows, p, q) + _scale_derivatives(rows, p, q, v)
    return _without_cancellation(total, rows, theta) if max(p, q) > _CANCELLING else total


def _without_cancellation(total: Derivatives, rows: Rows, theta: FloatArray) -> Derivatives:
    """Value and gradient anew, customer by customer: huge p and q make terms that are equal in most of their digits."""
    p, q, v = theta
    terms = p * rows.x, q, rows.total, v
    by_px, by_q, by_v = log_beta_odds_slopes(*terms)
    value = weighted_sum(rows.counts, log_beta_odds(*terms)) - rows.log_means
    gradient = np.array([weighted_sum(rows.counts, slope) for slope in (p * rows.x * by_px, q * by_q, by_v)])
    return replace(total, value=value, gradient=gradient)


def log_likelihoods(rows: Rows, theta: FloatArray) -> FloatArray:
    """Sum over customers of `log_likelihood` at many parameters.

    Parameters
    ----------
    rows
        From `prepare`.
    theta
        p, q, v, shape (n, 3).

    Returns
    -------
    FloatArray
        Shape (n,).
    """
    total = by_draws(_shape, theta, rows.orders, rows.order_counts)
    return total + by_draws(_spread, theta, rows.x, rows.total, rows.counts) - rows.log_means


def start(x: FloatArray, m: FloatArray, counts: FloatArray) -> FloatArray:
    """Parameters to start a search from, with the observed mean order value."""
    return np.array([2.0, 3.0, weighted_sum(counts, m) / counts.sum()])


def degenerate(x: FloatArray, m: FloatArray) -> tuple[str, FloatArray, float] | None:
    """Name, parameters and log-likelihood of the limit that equal amounts lead to, or None.

    When every mean is the same amount the density grows without bound as p and q do. Amounts that differ by less than
    a millionth count as the same: they would need p and q beyond 1e12.
    """
    if m.max() - m.min() > 1e-6 * m.max():
        return None
    return "every purchase is the same amount", np.array([1e12, 1e12, float(m.mean())]), np.inf


def expected_order_value(x: ArrayLike, m: ArrayLike, p: ArrayLike, q: ArrayLike, v: ArrayLike) -> FloatArray:
    """Expected mean order value of a customer whose x orders averaged m (Fader, Hardie and Lee 2005, equation 5).

    Without orders (x = 0) it is the mean of the population, p v / (q - 1). Where p x + q <= 1 the mean is infinite.

    Examples
    --------
    >>> from clvmodels.kernels import gamma_gamma
    >>> round(float(gamma_gamma.expected_order_value(3, 35.0, 6.25, 3.74, 15.44)), 5)
    35.02792
    """
    x, m, p, q, v = (np.asarray(value, float) for value in (x, m, p, q, v))
    constant, slope = _line(x, p, q, v)
    return np.asarray(constant + slope * np.where(x > 0, x * m, 0.0))


def average_order_value(x: FloatArray, m: FloatArray, theta: FloatArray) -> FloatArray:
    """Mean of `expected_order_value` over draws of the parameters.

    Parameters
    ----------
    x, m
        Number and mean value of orders, shape (n,); 0 where there are none.
    theta
        p, q, v, shape (d, 3).

    Returns
    -------
    FloatArray
        Shape (n,).
    """
    distinct, which = np.unique(x, return_inverse=True)
    lines = np.array([[part.mean() for part in _line(orders, *theta.T)] for orders in distinct])
    constant, slope = lines.reshape(-1, 2)[which].T
    return np.asarray(constant + slope * x * m)


def order_values_by_draw(x: FloatArray, m: FloatArray, theta: FloatArray) -> FloatArray:
    """`expected_order_value` at each draw of the parameters, arguments as above, shape (n, d)."""
    distinct, which = np.unique(x, return_inverse=True)
    constant, slope = _line(distinct[:, None], *theta.T)
    values = slope[which]
    values *= (x * m)[:, None]
    values += constant[which]
    return values


def _line(x: FloatArray, p: FloatArray, q: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Constant and slope of the expected order value in the sum of a customer's orders."""
    weight = p * x + (q - 1.0)  # in this order: q - 1 is exact near 1, where the rest may be small
    finite = weight > 0
    slope = p / np.where(finite, weight, 1.0)
    return np.where(finite, slope * v, np.inf), slope


def simulate_rate(
    rng: np.random.Generator, x: FloatArray, m: FloatArray, p: FloatArray, q: FloatArray, v: FloatArray
) -> FloatArray:
    """Draw nu, the customer's own: given x orders that averaged m it is Gamma(p x + q, v + x m).

    Orders are Gamma(p, nu): their mean is p / nu.
    """
    total = x * np.where(x > 0, m, 0.0)
    return np.asarray(rng.standard_gamma(p * x + q) / (v + total))


def simulate_order_value(
    rng: np.random.Generator, x: FloatArray, m: FloatArray, p: FloatArray, q: FloatArray, v: FloatArray
) -> FloatArray:
    """Draw the customer's own mean order value, p / nu; arguments broadcast."""
    return np.asarray(p / np.maximum(simulate_rate(rng, x, m, p, q, v), 1e-300))


def _shape(theta: FloatArray, orders: FloatArray, weights: FloatArray) -> FloatArray:
    p, q, _ = theta
    return np.asarray(-log_beta(p * orders, q) @ weights)


def _spread(theta: FloatArray, x: FloatArray, total: FloatArray, counts: FloatArray) -> FloatArray:
    p, q, v = theta
    return np.asarray(-(p * x * np.log1p(v / total) + q * np.log1p(total / v)) @ counts)


def _shape_derivatives(rows: Rows, p: float, q: float) -> Derivatives:
    """-log B(p x, q), which needs only the distinct x, and -log m."""
    px, weights = p * rows.orders, rows.order_counts
    value = -weighted_sum(weights, log_beta(px, q)) - rows.log_means
    by_px, bend_px = log_rising_slopes(px, q)
    by_q, bend_q = log_rising_slopes(q, px)
    gradient = np.array([weighted_sum(weights, px * by_px), q * weighted_sum(weights, by_q), 0.0])
    mixed = q * weighted_sum(weights, px * polygamma(1, px + q))
    upper = {
        (0, 0): gradient[0] + weighted_sum(weights, px * (px * bend_px)),
        (0, 1): mixed,
        (1, 1): gradient[1] + q * (q * weighted_sum(weights, bend_q)),
    }
    return Derivatives(value, gradient, symmetric(3, upper))


def _scale_derivatives(rows: Rows, p: float, q: float, v: float) -> Derivatives:
    """-p x log(1 + v / s) - q log(1 + s / v), with s the sum of a customer's orders."""
    by_p = by_q = p_v = q_v = bend = 0.0
    for x, total, counts in blocks(rows.x, rows.total, rows.counts):
        orders, beyond = counts * x, total + v
        share, rest = v / beyond, total / beyond
        by_p -= p * weighted_sum(orders, np.log1p(v / total))
        by_q -= q * weighted_sum(counts, np.log1p(total / v))
        p_v -= p * weighted_sum(orders, share)
        q_v += q * weighted_sum(counts, rest)
        bend += weighted_sum(share * rest, p * orders + q * counts)
    gradient = np.array([by_p, by_q, p_v + q_v])
    upper = {(0, 0): by_p, (0, 2): p_v, (1, 1): by_q, (1, 2): q_v, (2, 2): -bend}
    return Derivatives(by_p + by_q, gradient, symmetric(3, upper))
