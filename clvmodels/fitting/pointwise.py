"""The log-likelihood of every row of customers at every draw of the parameters."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray

# Numbers whose temporaries stay in the processor's cache, and numbers that a kernel gets which makes its own blocks.
_TOGETHER, _MANY = 32_768, 2_048_000


def blocks_by_row(kernel: Any, columns: Sequence[FloatArray], draws: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
    """Log-likelihoods of some rows at a time.

    Parameters
    ----------
    kernel
        The model's formulas; `log_likelihood_by_row` is used where there is one.
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
    together = getattr(kernel, "log_likelihood_by_row", None)
    step = max(1, (_MANY if together else _TOGETHER) // len(draws))
    for start in range(0, len(columns[0]), step):
        rows = slice(start, start + step)
        some = [column[rows] for column in columns]
        with np.errstate(over="ignore"):
            if together:
                yield rows, together(*some, draws)
            else:
                values = kernel.log_likelihood(*(_narrow(column)[:, None] for column in some), *draws.T[:, None, :])
                yield rows, np.broadcast_to(values, (len(some[0]), len(draws)))


def _narrow(column: FloatArray) -> FloatArray:
    """One number where all are equal: in sorted rows x mostly is, and terms of it alone are then computed once."""
    return column[:1] if (column == column[0]).all() else column


def log_likelihood_by_row(kernel: Any, columns: Sequence[FloatArray], draws: FloatArray) -> FloatArray:
    """The same of all rows together, shape (rows, d)."""
    values = np.empty((len(columns[0]), len(draws)))
    for rows, block in blocks_by_row(kernel, columns, draws):
        values[rows] = block
    return values
