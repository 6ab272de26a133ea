"""Leave-one-out cross-validation by Pareto-smoothed importance sampling, over distinct rows.

Vehtari, Gelman and Gabry (2017), "Practical Bayesian Model Evaluation Using Leave-One-Out Cross-Validation and WAIC",
Statistics and Computing 27(5), 1413-1432.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logsumexp

from clvmodels.arrays import FloatArray
from clvmodels.fitting import blocks_by_row, smooth


@dataclass(frozen=True)
class LeftOut:
    """How well each row is predicted by a fit to all others.

    Attributes
    ----------
    elpd
        Expected log predictive density of a customer of the row, shape (rows,).
    k_hat
        Shape of the importance weights' tail, shape (rows,).
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
        whole[places] = logsumexp(values, axis=1) - np.log(len(draws))
        for place, of_row in enumerate(values, start=places.start):
            smoothed = smooth(-of_row)
            elpd[place], k_hat[place] = logsumexp(smoothed.log_weights + of_row), smoothed.k_hat
    return LeftOut(elpd, k_hat, whole - elpd)


def good_k(draws: int) -> float:
    """Above it, a k-hat from so many draws cannot be relied on (Vehtari et al., 2024, section 3.2.4)."""
    return min(1.0 - 1.0 / float(np.log10(draws)), 0.7)
