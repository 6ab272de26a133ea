"""NBD: purchases at a Gamma(r, alpha) rate, and nobody ever drops out.

Ehrenberg (1959), "The Pattern of Consumer Purchases", Applied Statistics 8(1), 26-41. The likelihood is that of the
purchases' times, as in models with dropout, so that AIC compares; x and T are all it depends on. Symbols are those of
`bgnbd`: x repeat purchases, the last at age t_x, observed to age T. All functions take arrays that broadcast, as there,
parameters included. Times share one unit, which is also alpha's.
"""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, floats
from clvmodels.kernels.derivatives import Derivatives, blocks, by_draws, symmetric, weighted_sum
from clvmodels.kernels.futures import Lives, purchase_while_alive
from clvmodels.kernels.gamma_rate import waiting, waiting_derivatives
from clvmodels.kernels.negative_binomial import at_least_one, log_probability
from clvmodels.kernels.special import log_rising, log_rising_slopes
from clvmodels.kernels.time_integral import discounted_time


@dataclass(frozen=True)
class Rows:
    """Customers in the form that `derivatives` reads.

    Attributes
    ----------
    purchases, purchase_counts
        Distinct x and the number of customers that have it.
    ages, customers, bought
        Distinct T, how many customers have it, and the sum of their x.
    """

    purchases: FloatArray
    purchase_counts: FloatArray
    ages: FloatArray
    customers: FloatArray
    bought: FloatArray


def log_likelihood(x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike) -> FloatArray:
    """Log-likelihood of each customer: Gamma(r + x) / Gamma(r) alpha^r / (alpha + T)^(r + x).

    Parameters
    ----------
    x, t_x, T
        Repeat purchases, age at the last one (which plays no part), age at the end of observation.
    r, alpha
        Parameters.

    Returns
    -------
    FloatArray
        Of the broadcast shape.

    Examples
    --------
    >>> from clvmodels.kernels import nbd
    >>> round(float(nbd.log_likelihood(0, 0.0, 3.0, 2.0, 1.0)), 9)  # 2 log(1 / 4)
    -2.772588722
    """
    x, t_x, T, r, alpha = floats(x, t_x, T, r, alpha)
    return np.asarray(log_rising(r, x) - x * np.log(alpha + T) - r * np.log1p(T / alpha) + np.zeros_like(t_x))


def probability_alive(x: ArrayLike, t_x: ArrayLike, T: ArrayLike, r: ArrayLike, alpha: ArrayLike) -> FloatArray:
    """Probability that a customer has not dropped out by T, which is 1, of the broadcast shape."""
    return np.ones(np.broadcast_shapes(*(np.shape(value) for value in (x, t_x, T, r, alpha))))


def purchases_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, r: ArrayLike, alpha: ArrayLike
) -> FloatArray:
    """Expected purchases in (T, T + horizon], discounted at the continuous rate delta.

    Examples
    --------
    >>> from clvmodels.kernels import nbd
    >>> float(nbd.purchases_if_alive(1, 10.0, 22.0, 0.0, 0.5, 12.0))  # 1.5 / 22 per unit of time
    1.5
    """
    x, T, r, alpha = floats(x, T, r, alpha)
    return np.asarray((r + x) / (alpha + T) * discounted_time(horizon, delta))


def lifetime_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, r: ArrayLike, alpha: ArrayLike
) -> FloatArray:
    """Time spent alive in (T, T + horizon], all of it, discounted at the rate delta."""
    return np.broadcast_arrays(discounted_time(horizon, delta), *floats(x, T, r, alpha))[0].copy()


def purchases_if_changed(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, rate: float, dropout: float,
    r: ArrayLike, alpha: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected discounted purchases of a customer whose purchase rate is multiplied by `rate` from T on."""
    return rate * purchases_if_alive(x, T, horizon, delta, r, alpha)


def lifetime_if_changed(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, rate: float, dropout: float,
    r: ArrayLike, alpha: ArrayLike,
) -> FloatArray:  # fmt: skip
    """As `lifetime_if_alive`: there is no dropout that could change."""
    return lifetime_if_alive(x, T, horizon, delta, r, alpha)


def active_if_alive(x: ArrayLike, T: ArrayLike, horizon: ArrayLike, r: ArrayLike, alpha: ArrayLike) -> FloatArray:
    """Probability of at least one purchase in (T, T + horizon]."""
    x, T, r, alpha = floats(x, T, r, alpha)
    return at_least_one(r + x, alpha + T, horizon)


def counts_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: float, most: int, r: ArrayLike, alpha: ArrayLike
) -> FloatArray:
    """Probabilities of 0 .. most purchases in (T, T + horizon], on one axis more."""
    x, T, r, alpha = (value[..., None] for value in np.broadcast_arrays(*floats(x, T, r, alpha)))
    return np.exp(log_probability(np.arange(most + 1.0), r + x, alpha + T, horizon))


def simulate_if_alive(
    rng: np.random.Generator, x: FloatArray, T: FloatArray, horizon: float, r: FloatArray, alpha: FloatArray
) -> Lives:
    """Draw the purchases in (T, T + horizon], of customers with a rate of their own, Gamma(r + x, alpha + T)."""
    rate = rng.standard_gamma(r + x) / (alpha + T)
    return purchase_while_alive(rng, rate, np.full(len(rate), np.inf), horizon)


def prepare(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> Rows:
    """Arrange columns of shape (n,) for `derivatives`: distinct x and distinct T are all that matters."""
    histogram = np.bincount(x.astype(np.int64), weights=counts).astype(float, copy=False)
    purchases = np.flatnonzero(histogram)
    ages, place = np.unique(T, return_inverse=True)
    customers, bought = (np.bincount(place, weights=weights).astype(float) for weights in (counts, counts * x))
    return Rows(purchases.astype(float), histogram[purchases], ages, customers, bought)


def log_likelihoods(rows: Rows, theta: FloatArray) -> FloatArray:
    """Sum over customers of `log_likelihood` at many parameters, shape (n,), of theta of shape (n, 2)."""
    total = by_draws(lambda at, x, counts: log_rising(at[0], x) @ counts, theta, rows.purchases, rows.purchase_counts)
    return total + by_draws(waiting, theta, rows.ages, rows.customers, rows.bought)


def derivatives(rows: Rows, theta: FloatArray) -> Derivatives:
    """Sum over customers of `log_likelihood`, with gradient and Hessian in the logs of (r, alpha)."""
    r = float(theta[0])
    first, second = (weighted_sum(rows.purchase_counts, each) for each in log_rising_slopes(r, rows.purchases))
    value = weighted_sum(rows.purchase_counts, log_rising(r, rows.purchases))
    total = Derivatives(value, np.array([r * first, 0.0]), symmetric(2, {(0, 0): r * first + r * (r * second)}))
    for waits in blocks(rows.ages, rows.customers, rows.bought):
        total += waiting_derivatives(theta, *waits)
    return total


def start(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> FloatArray:
    """Parameters to start a search from: the purchase rate as observed, and customers as different as exponentials."""
    bought = weighted_sum(counts, x)
    return np.array([1.0, weighted_sum(counts, T) / bought if bought else 1.0])


def degenerate(x: FloatArray, t_x: FloatArray, T: FloatArray) -> tuple[str, FloatArray, float] | None:
    """Name, parameters and log-likelihood of the limit that data without any repeat purchase lead to, or None."""
    return None if x.any() else ("nobody repeats", np.array([1e-130, max(float(T.max()), 1.0)]), 0.0)
