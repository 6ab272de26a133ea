"""Counts of purchases at a Gamma-distributed rate: probabilities, and those of so many or more.

With a rate ~ Gamma(shape, scale), N purchases within a horizon are negative binomial (Ehrenberg 1959, "The Pattern of
Consumer Purchases", Applied Statistics 8(1), 26-41). Every model whose customers purchase at a steady rate is made of
these.
"""

import numpy as np
from scipy.special import betainc

from clvmodels.arrays import ArrayLike, FloatArray, floats
from clvmodels.kernels.special import log_rising

# Terms that fall at least so fast are summed to the last digit by so many.
_FAST, _TERMS = 0.8, 165


def log_probability(n: ArrayLike, shape: ArrayLike, scale: ArrayLike, horizon: ArrayLike) -> FloatArray:
    """log P(N = n) within the horizon.

    Parameters
    ----------
    n
        Whole numbers.
    shape, scale
        Of the rate; the scale is a time, in the horizon's unit.
    horizon
        How far ahead; 0 is allowed.

    Returns
    -------
    FloatArray
        Of the broadcast shape.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.kernels.negative_binomial import log_probability
    >>> np.exp(log_probability([0, 1, 2], 1.0, 1.0, 1.0)).round(12).tolist()  # a geometric distribution
    [0.5, 0.25, 0.125]
    """
    n, shape, scale, horizon = floats(n, shape, scale, horizon)
    ways = log_rising(shape, n) - log_rising(1.0, n)
    return np.asarray(ways - shape * np.log1p(horizon / scale) + n * np.log(_share(scale, horizon)))


def at_least(n: ArrayLike, shape: ArrayLike, scale: ArrayLike, horizon: ArrayLike) -> FloatArray:
    """P(N >= n) within the horizon; far out the incomplete beta function loses digits, a series none.

    Examples
    --------
    >>> from clvmodels.kernels.negative_binomial import at_least
    >>> at_least([0, 1, 2], 1.0, 1.0, 1.0).round(12).tolist()
    [1.0, 0.5, 0.25]
    """
    n, shape, scale, horizon = np.broadcast_arrays(*floats(n, shape, scale, horizon))
    share = _share(scale, horizon)
    above = np.asarray(np.where(n > 0, betainc(np.maximum(n, 1.0), shape, share), 1.0))
    far = (n > 0) & ((shape + n) * share < _FAST * (n + 1.0)) & (share < _FAST)
    above[far] = _series(*(value[far] for value in (n, shape, scale, horizon)))
    return above


def _series(n: FloatArray, shape: FloatArray, scale: FloatArray, horizon: FloatArray) -> FloatArray:
    """P(N >= n) from P(N = n) on, term by term."""
    share, term, total = _share(scale, horizon), np.ones(len(n)), np.ones(len(n))
    for step in range(_TERMS):
        term = term * share * (shape + n + step) / (n + 1.0 + step)
        total = total + term
    return np.asarray(np.exp(log_probability(n, shape, scale, horizon)) * total)


def at_least_one(shape: ArrayLike, scale: ArrayLike, horizon: ArrayLike) -> FloatArray:
    """P(N > 0) within the horizon, with all digits also where it is small."""
    shape, scale, horizon = floats(shape, scale, horizon)
    return np.asarray(-np.expm1(-shape * np.log1p(horizon / scale)))


def _share(scale: FloatArray, horizon: FloatArray) -> FloatArray:
    """Share of the horizon in the time that the rate is then known from; above 0, so that it has a log."""
    return np.asarray(np.maximum(horizon, 1e-300) / (scale + horizon))
