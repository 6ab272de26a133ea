"""BG/NBD: what is expected of customers whose future differs from their past; `bgnbd` has the formulas of no change.

What a customer's past says of their purchase rate and dropout probability stays as it is. From now on the rate is
multiplied by one factor, and the dropout probability p after each purchase by another, as far as p = 1. Given both, a
customer is alive s ahead with probability exp(-rate p s), with the changed numbers: time runs faster by the product of
the factors, and purchases are more by the first.
"""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.kernels.capped_dropout import capped_integral
from clvmodels.kernels.time_integral import discounted_time


def purchases_if_changed(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, rate: float, dropout: float,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected purchases in (T, T + horizon], discounted at the rate delta, of a customer alive at T who changes.

    With k the factor of the rate and c that of the dropout probability, the purchase rate at s ahead is
    k (r + x) / (alpha + T) E[(1 + min(1, c p) k s / (alpha + T))^-(r + x + 1)] with p ~ Beta(a, b + x).

    Parameters
    ----------
    x, T, horizon, delta, r, alpha, a, b
        As in `bgnbd.purchases_if_alive`.
    rate, dropout
        Factors of a customer's purchase rate and dropout probability from T on, not negative.

    Returns
    -------
    FloatArray
        Of the broadcast shape.

    Examples
    --------
    >>> from clvmodels.kernels.bgnbd_changed import purchases_if_changed
    >>> theta = 0.243, 4.414, 0.793, 2.426
    >>> [
    ...     round(float(purchases_if_changed(0, 0.0, 52.0, 0.0, k, c, *theta)), 4)
    ...     for k, c in ((1, 1), (1.1, 1), (1, 0.8))
    ... ]
    [1.4461, 1.5366, 1.562]
    """
    x, T, r, alpha, a, b = (np.asarray(value, float) for value in (x, T, r, alpha, a, b))
    integral = _integral(r + x + 1.0, alpha + T, a, b + x, horizon, delta, rate, dropout)
    return np.asarray(rate * (r + x) / (alpha + T) * integral)


def lifetime_if_changed(
    x: ArrayLike, T: ArrayLike, horizon: ArrayLike, delta: float, rate: float, dropout: float,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Expected time spent alive in (T, T + horizon], discounted likewise, of a customer alive at T who changes.

    Survival s ahead is E[(1 + min(1, c p) k s / (alpha + T))^-(r + x)], with k, c and p as above.
    """
    x, T, r, alpha, a, b = (np.asarray(value, float) for value in (x, T, r, alpha, a, b))
    return _integral(r + x, alpha + T, a, b + x, horizon, delta, rate, dropout)


def _integral(
    m: FloatArray, scale: FloatArray, a: FloatArray, b: FloatArray,
    horizon: ArrayLike, delta: float, rate: float, dropout: float,
) -> FloatArray:  # fmt: skip
    """Integral over time of E[(1 + min(1, c p) k s / scale)^-m], p ~ Beta(a, b), discounted."""
    if rate * dropout > 0:
        return capped_integral(m, a, b, scale / rate, horizon, delta, dropout)
    forever = discounted_time(horizon, delta)  # nobody leaves any more
    return np.broadcast_arrays(forever, m, scale, a, b)[0].copy()
