"""Types of arrays, and numbers as arrays."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Array: TypeAlias = NDArray[Any]

__all__ = ["Array", "ArrayLike", "FloatArray", "IntArray", "floats"]


def floats(*values: ArrayLike) -> tuple[FloatArray, ...]:
    """The values as arrays of doubles."""
    return tuple(np.asarray(value, float) for value in values)
