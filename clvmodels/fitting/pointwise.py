"""The log-likelihood of every row of customers at every draw of the parameters."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray

# Numbers whose temporaries stay in the processor's cache.
_TOGETHER = 32_768


def blocks_by_row(kernel: Any, columns: Sequence[FloatArray], draws: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
    """Log-likelihoods of some rows at a time.

    Parameters
    ----------
    kernel
        The model's formulas.
    columns
        As they take them, each of shape (rows,).
    draws
        Shape (d, k).

    Yields
    ------
    slice
        The rows.
    FloatArray
        Their log-likelihoods, shape (rows, d).
    """
    step = max(1, _TOGETHER // len(draws))
    for start in range(0, len(columns[0]), step):
        rows = slice(start, start + step)
        with np.errstate(over="ignore"):
            yield rows, kernel.log_likelihood(*(column[rows, None] for column in columns), *draws.T[:, None, :])


def log_likelihood_by_row(kernel: Any, columns: Sequence[FloatArray], draws: FloatArray) -> FloatArray:
    """The same of all rows together, shape (rows, d)."""
    values = np.empty((len(columns[0]), len(draws)))
    for rows, block in blocks_by_row(kernel, columns, draws):
        values[rows] = block
    return values
