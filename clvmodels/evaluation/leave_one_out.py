"""Leave-one-out cross-validation by Pareto-smoothed importance sampling, over distinct rows.

Vehtari, Gelman and Gabry (2017), "Practical Bayesian Model Evaluation Using Leave-One-Out Cross-Validation and WAIC",
Statistics and Computing 27(5), 1413-1432.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.fitting import blocks_by_row, smooth

# Of a row whose log-density differs by less than this over all draws, the weights have no tail to be smoothed. It would
# change elpd by some 1e-6, and is left out from so many rows on, as it takes most of the time.
_EVEN, _MANY = 0.1, 5_000


@dataclass(frozen=True)
class LeftOut:
    """How well each row is predicted by a fit to all others.

    Attributes
    ----------
    elpd
        Expected log predictive density of a customer of the row, shape (rows,).
    k_hat
        Shape of the importance weights' tail, shape (rows,); 0 where they are many and nearly equal.
    penalty
        By how much the row's log-density falls when it is left out, shape (rows,); its sum is p_loo.
    """

    elpd: FloatArray
    k_hat: FloatArray
    penalty: FloatArray


def leave_one_out(kernel: Any, columns: Sequence[FloatArray], draws: FloatArray) -> LeftOut:
    """Leave out one customer of each row.

    Parameters
    ----------
    kernel
        The model's formulas.
    columns
        As they take them, each of shape (rows,).
    draws
        Of the posterior, shape (d, k), taken as independent of each other.
    """
    rows = len(columns[0])
    elpd, k_hat, whole = np.empty(rows), np.empty(rows), np.empty(rows)
    for places, values in blocks_by_row(kernel, columns, draws):
        whole[places] = _log_mean(values)
        even = (np.ptp(values, axis=1) < _EVEN) & (rows >= _MANY)
        # With weights as they are, the density is the harmonic mean over draws.
        elpd[places][even], k_hat[places][even] = -_log_mean(-values[even]), 0.0
        for row in np.flatnonzero(~even):
            elpd[places.start + row], k_hat[places.start + row] = _smoothed(values[row])
    return LeftOut(elpd, k_hat, whole - elpd)


def _smoothed(of_row: FloatArray) -> tuple[float, float]:
    """elpd and k-hat of one row, from its log-density at each draw."""
    weights = smooth(-of_row)
    sums = weights.log_weights + of_row
    return float(_log_mean(sums[None, :])[0] + np.log(len(sums))), weights.k_hat


def _log_mean(values: FloatArray) -> FloatArray:
    """Log of the mean of exp(values) over the last axis."""
    top = values.max(axis=1)
    return np.asarray(top + np.log(np.exp(values - top[:, None]).mean(axis=1)))


def good_k(draws: int) -> float:
    """Above it, a k-hat from so many draws cannot be relied on (Vehtari et al., 2024, section 3.2.4)."""
    return min(1.0 - 1.0 / float(np.log10(draws)), 0.7)
