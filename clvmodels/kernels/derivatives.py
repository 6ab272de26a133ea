"""A sum with its first and second derivatives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from clvmodels.arrays import Array, FloatArray


@dataclass(frozen=True)
class Derivatives:
    """Value, gradient and Hessian of a log-likelihood, the latter two in the logs of the parameters.

    Attributes
    ----------
    value
        The sum.
    gradient
        Shape (k,).
    hessian
        Shape (k, k).
    """

    value: float
    gradient: FloatArray
    hessian: FloatArray

    def __add__(self, other: "Derivatives") -> "Derivatives":
        return Derivatives(self.value + other.value, self.gradient + other.gradient, self.hessian + other.hessian)


Entries: TypeAlias = dict[tuple[int, int], float]


def symmetric(size: int, upper: Entries) -> FloatArray:
    """A symmetric matrix from its upper entries; what is not named is 0."""
    matrix = np.zeros((size, size))
    for (i, j), value in upper.items():
        matrix[i, j] = matrix[j, i] = value
    return matrix


# So many rows' temporaries stay in the processor's cache, and BLAS starts no threads for vectors of this length.
_BLOCK = 8192


def blocks(*columns: Array) -> Iterator[tuple[Array, ...]]:
    """Columns of one length in slices of 8,192 rows."""
    for start in range(0, len(columns[0]), _BLOCK):
        yield tuple(column[start : start + _BLOCK] for column in columns)


def by_draws(function: Callable[..., FloatArray], theta: FloatArray, *columns: FloatArray) -> FloatArray:
    """Sum over rows of a function at many parameters, in pieces whose temporaries stay in the processor's cache.

    Parameters
    ----------
    function
        Takes parameters, each of shape (d, 1), and columns, each of shape (rows,), and returns sums of shape (d,).
    theta
        Shape (n, k).
    columns
        Shape (rows,) each.

    Returns
    -------
    FloatArray
        Shape (n,).
    """
    total = np.zeros(len(theta))
    together = max(1, _BLOCK // max(1, len(columns[0])))
    for first in range(0, len(theta), together):
        draws = slice(first, first + together)
        parameters = theta[draws].T[:, :, None]
        for block in blocks(*columns):
            total[draws] += function(parameters, *block)
    return total


def weighted_sum(weights: FloatArray, values: FloatArray) -> float:
    """Sum of weights * values; on long vectors by einsum, as BLAS's threads would cost far more than they save."""
    return float(weights @ values if len(weights) <= _BLOCK else np.einsum("i,i->", weights, values))
