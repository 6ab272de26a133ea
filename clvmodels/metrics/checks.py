"""What is asked of the arrays that measures are made of."""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.errors import InputError


def finite(values: ArrayLike, name: str) -> FloatArray:
    """The values as float64, shape (n,) with n of at least 1.

    Raises
    ------
    InputError
        If there is none, they are no row of numbers, or one is missing or infinite.

    Examples
    --------
    >>> from clvmodels.metrics.checks import finite
    >>> finite([1, 2], "forecasts")
    array([1., 2.])
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError(f"The {name} are no numbers: {error}.") from error
    if array.ndim != 1:
        raise InputError(f"The {name} have shape {array.shape}.", advice="Give one number per customer.")
    if not len(array):
        raise InputError(f"There are no {name}.", advice="A measure needs at least one customer.")
    wrong = np.flatnonzero(~np.isfinite(array))
    if len(wrong):
        rows = [f"row {row}: {array[row]}" for row in wrong[:3]]
        raise InputError(f"{len(wrong):,} {name} are not finite.", rows=rows, advice="Mend or drop these rows.")
    return array


def pair(first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """A forecast and what happened, of one shape (n,).

    Raises
    ------
    InputError
        If they differ in length, or as for `finite`.

    Examples
    --------
    >>> from clvmodels.metrics.checks import pair
    >>> pair([0.5, 1.5], [0, 2])
    (array([0.5, 1.5]), array([0., 2.]))
    """
    forecast, actual = finite(first, "forecasts"), finite(second, "actual values")
    same_length(len(forecast), len(actual))
    return forecast, actual


def same_length(forecasts: int, actual: int) -> None:
    """Refuse forecasts of other customers than those of whom is known what happened.

    Raises
    ------
    InputError
        If the numbers differ.
    """
    if forecasts != actual:
        raise InputError(f"There are {forecasts:,} forecasts and {actual:,} actual values.", advice="One each.")


def counts(weights: ArrayLike | None, n: int) -> FloatArray:
    """Weights as float64, shape (n,); 1 each where none are given.

    Raises
    ------
    InputError
        If one is negative or not finite, all are 0, or their number is not n.

    Examples
    --------
    >>> from clvmodels.metrics.checks import counts
    >>> counts(None, 2)
    array([1., 1.])
    """
    if weights is None:
        return np.ones(n)
    array = finite(weights, "weights")
    if len(array) != n:
        raise InputError(f"There are {len(array):,} weights for {n:,} rows.", advice="Give one per row.")
    if array.min() < 0 or not array.any():
        raise InputError("Weights are negative, or all of them are 0.", advice="They are counts of customers.")
    return array


def mean(values: FloatArray, weights: ArrayLike | None) -> float:
    """Mean over customers of values, shape (n,).

    Examples
    --------
    >>> from clvmodels.metrics.checks import mean
    >>> import numpy as np
    >>> mean(np.array([1.0, 4.0]), [2, 1])
    2.0
    """
    if weights is None:
        return float(values.mean())
    number = counts(weights, len(values))
    # A row that stands for nobody must not turn an infinite value into NaN.
    present = number > 0
    return float(np.einsum("i,i->", number[present], values[present]) / number.sum())
