"""Gauss's continued fraction of 2F1(k, 1; c + 1; -u), whose terms are all positive, so that nothing cancels.

The function is the mean of 1 / (1 + u t) over t ~ Beta(k, c + 1 - k). Cut after N terms, the fraction is the rule of
Gauss or Radau for this mean that is exact for polynomials of degree N. So it is off by at most twice what the best such
polynomial is off 1 / (1 + u t) on [0, 1], which is known exactly: relative to the value by u rho^N at most, with
rho = (w - 1) / (w + 1) and w the root of 1 + u.
"""

import numpy as np

from clvmodels.arrays import FloatArray

# Half the spacing of doubles at 1.
_ERROR = 1.1e-16


def fraction(k: FloatArray, rest: FloatArray, u: FloatArray) -> FloatArray:
    """2F1(k, 1; c + 1; -u) where c = k + rest, as many terms for all as the largest u needs.

    Parameters
    ----------
    k, rest
        Of one shape, k positive and rest above -1.
    u
        Not negative, of a shape that k's broadcasts to.

    Returns
    -------
    FloatArray
        Of u's shape.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.kernels.gauss_fraction import fraction
    >>> found = fraction(np.array(1.0), np.array(0.0), np.array([2.0, 5.0]))
    >>> found.round(12), (np.log([3, 6]) / [2, 5]).round(12)
    (array([0.54930614, 0.35835189]), array([0.54930614, 0.35835189]))
    """
    below = np.ones(u.shape)
    for term in _terms(k, rest, _count(float(u.max(initial=0.0)))):
        np.divide(u, below, out=below)
        below *= term
        below += 1.0
    return np.asarray(1.0 / below)


def _count(u: float) -> int:
    """How many terms are enough, by the bound."""
    if u <= _ERROR:
        return 1
    root = np.sqrt(1.0 + u)
    return max(1, int(np.ceil(np.log(u / _ERROR) / (2.0 * np.log((root + 1.0) / np.sqrt(u))))))


def _terms(k: FloatArray, rest: FloatArray, size: int) -> FloatArray:
    """What u is multiplied by in each term, the last one first, shape (size, ...)."""
    c = k + rest
    j = np.arange(size // 2 + 1.0).reshape(-1, *(1,) * c.ndim)
    between = c + (2.0 * j + 1.0)
    table = np.empty((2 * len(j), *c.shape))
    table[0::2] = (k + j) / between * ((c + j) / (c + 2.0 * j))
    table[1::2] = (j + 1.0) / between * ((rest + (j + 1.0)) / (between + 1.0))
    return table[size - 1 :: -1]
