"""Pareto/NBD: the log-likelihood of all customers together, with derivatives; `pareto_nbd` has that of one customer."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.kernels.derivatives import Derivatives, blocks, by_draws, symmetric, weighted_sum
from clvmodels.kernels.gamma_rate import waiting, waiting_derivatives
from clvmodels.kernels.pareto_nbd_pairs import Part, part_of
from clvmodels.kernels.pareto_nbd_silence import silence, silence_blocks, silence_derivatives
from clvmodels.kernels.special import log_rising, log_rising_slopes

# Rows that are worked on together; of each pair of theirs some forty numbers are held.
_PART = 65_536


@dataclass(frozen=True)
class Rows:
    """Customers in the form that `derivatives` reads.

    Attributes
    ----------
    purchases, purchase_counts
        Distinct x and the number of customers that have it.
    parts
        All rows, some at a time.
    """

    purchases: FloatArray
    purchase_counts: FloatArray
    parts: tuple[Part, ...]


def prepare(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> Rows:
    """Arrange columns of shape (n,) for `derivatives`."""
    histogram = np.bincount(x.astype(np.int64), weights=counts).astype(float, copy=False)
    purchases = np.flatnonzero(histogram)
    t_x = np.where(x > 0, t_x, 0.0)
    columns = x, t_x, T, counts
    parts = [part_of(*(v[i : i + _PART] for v in columns)) for i in range(0, len(x), _PART)]
    return Rows(purchases.astype(float), histogram[purchases], tuple(parts))


def log_likelihoods(rows: Rows, theta: FloatArray) -> FloatArray:
    """Sum over customers of `log_likelihood` at many parameters.

    Parameters
    ----------
    rows
        From `prepare`.
    theta
        r, alpha, s, beta, shape (n, 4).

    Returns
    -------
    FloatArray
        Shape (n,).
    """
    total = by_draws(_counting, theta, rows.purchases, rows.purchase_counts)
    for part in rows.parts:
        total += by_draws(waiting, theta, part.since.age, part.customers, part.bought)
        total += by_draws(waiting, theta[:, 2:], part.since.age, part.customers, np.zeros(len(part.customers)))
        total += silence(part, theta)
    return total


def log_likelihood_by_row(x: FloatArray, t_x: FloatArray, T: FloatArray, theta: FloatArray) -> FloatArray:
    """`log_likelihood` of each row at many parameters, with tables that the rows share.

    Parameters
    ----------
    x, t_x, T
        Shape (rows,).
    theta
        r, alpha, s, beta, shape (n, 4).

    Returns
    -------
    FloatArray
        Shape (rows, n).
    """
    t_x = np.where(x > 0, t_x, 0.0)
    part = part_of(x, t_x, T, np.ones(len(x)))
    by_draw = np.empty((len(theta), len(x)))
    for draws, rows, values in silence_blocks(part, theta):
        r, alpha, s, beta = theta[draws].T[:, :, None]
        age, count = part.age[rows], part.x[rows]
        waited = count * np.log(alpha + age) + r * np.log1p(age / alpha) + s * np.log1p(age / beta)
        by_draw[draws, rows] = values - waited
    purchases, kind = np.unique(x, return_inverse=True)
    by_draw += log_rising(theta[:, :1], purchases)[:, kind]
    return by_draw.T


def derivatives(rows: Rows, theta: FloatArray) -> Derivatives:
    """Sum over customers of `log_likelihood`, with gradient and Hessian in the logs of (r, alpha, s, beta).

    Parameters
    ----------
    rows
        From `prepare`.
    theta
        r, alpha, s, beta.
    """
    r, alpha, s, beta = (float(v) for v in theta)
    total = _counting_derivatives(rows, r)
    for part in rows.parts:
        for age, customers, bought in blocks(part.since.age, part.customers, part.bought):
            total += waiting_derivatives(np.array([r, alpha, s, beta]), age, customers, bought)
            total += _exchanged(waiting_derivatives(np.array([s, beta, r, alpha]), age, customers, 0.0 * bought))
        total += silence_derivatives(part, (r, alpha, s, beta))
    return total


def start(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> FloatArray:
    """Parameters to start a search from: purchase rates as observed, lifetimes as long as the data."""
    age = weighted_sum(counts, T) / counts.sum()
    rate = weighted_sum(counts, x) / max(weighted_sum(counts, T), 1e-300)
    return np.array([1.0, min(0.5 * age, 1.0 / rate) if rate > 0 else 0.5 * age, 1.0, age])


def degenerate(x: FloatArray, t_x: FloatArray, T: FloatArray) -> tuple[str, FloatArray, float] | None:
    """Name, parameters and log-likelihood of the limit that data without any repeat purchase lead to, or None."""
    if x.any():
        return None
    age = max(float(T.max()), 1.0)
    return "nobody repeats", np.array([1e-130, age, 1.0, age]), 0.0


def _counting(theta: FloatArray, values: FloatArray, weights: FloatArray) -> FloatArray:
    return np.asarray(log_rising(theta[0], values) @ weights)


def _counting_derivatives(rows: Rows, r: float) -> Derivatives:
    first, second = log_rising_slopes(r, rows.purchases)
    value = weighted_sum(rows.purchase_counts, log_rising(r, rows.purchases))
    slope = r * weighted_sum(rows.purchase_counts, first)
    bend = slope + r * (r * weighted_sum(rows.purchase_counts, second))
    return Derivatives(value, np.array([slope, 0.0, 0.0, 0.0]), symmetric(4, {(0, 0): bend}))


def _exchanged(derivatives: Derivatives) -> Derivatives:
    """Of a sum in (s, beta, r, alpha), that in (r, alpha, s, beta)."""
    order = [2, 3, 0, 1]
    return Derivatives(derivatives.value, derivatives.gradient[order], derivatives.hessian[np.ix_(order, order)])
