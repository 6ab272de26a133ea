"""Interpolation of many smooth functions at once by Chebyshev polynomials on [0, 1]."""

import numpy as np
from numpy.polynomial import chebyshev

from clvmodels.arrays import Array, FloatArray


def unit_points(count: int) -> FloatArray:
    """The Chebyshev points of the first kind on (0, 1), shape (count,)."""
    return 0.5 * (chebyshev.chebpts1(count) + 1.0)


def coefficients(values: FloatArray) -> FloatArray:
    """Coefficients, shape (count, functions), from values at `unit_points`, shape (functions, count).

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.kernels.chebyshev import coefficients, evaluate, unit_points
    >>> table = coefficients(np.exp(unit_points(16))[None, :])
    >>> bool(abs(evaluate(table, np.array([0]), np.array([0.3]))[0] - np.exp(0.3)) < 1e-14)
    True
    """
    count = values.shape[1]
    basis = chebyshev.chebvander(chebyshev.chebpts1(count), count - 1)
    table = np.einsum("ij,jk->ki", values, basis) * (2.0 / count)
    table[0] *= 0.5
    return np.ascontiguousarray(table)


def evaluate(table: FloatArray, function: Array, at: FloatArray) -> FloatArray:
    """Values of the functions with the given numbers at places in [0, 1]; the two broadcast."""
    return np.asarray(chebyshev.chebval(2.0 * at - 1.0, table[:, function], tensor=False))
