"""A smooth function of parameters at many draws, from its exact values at some of them.

Expectations are smooth in the parameters and cost milliseconds per draw. They are computed at a few dozen draws, inner
and outer ones, interpolated by radial basis functions in the whitened logs of the parameters, and compared with exact
values at draws that were left out. Where the comparison fails, more draws are used, and in the end all.
"""

from collections.abc import Callable

import numpy as np
from scipy.interpolate import RBFInterpolator

from clvmodels.arrays import FloatArray, IntArray

# Draws from which to interpolate, in rounds, and others to compare with.
_KNOTS, _COMPARED = (50, 150), 25
# An interpolation is good enough when it is off by this share of how much the draws differ: it widens intervals by the
# half of its square, a fiftieth of a percent after the first round, half a percent after the last.
_TOLERANCE = {50: 0.02, 150: 0.1}


def over_draws(function: Callable[[FloatArray], FloatArray], theta: FloatArray) -> FloatArray:
    """Values of a positive function, shape (m,), at every row of theta, shape (d, k).

    Returns
    -------
    FloatArray
        Shape (d, m).
    """
    distinct, places = np.unique(theta, axis=0, return_inverse=True)  # resampled draws repeat
    return _over_distinct(function, distinct)[places.reshape(-1)]


def _over_distinct(function: Callable[[FloatArray], FloatArray], theta: FloatArray) -> FloatArray:
    if len(theta) == 1:
        return function(theta[0])[None, :]
    order = _from_inside_out(theta)
    known: dict[int, FloatArray] = {}
    found: dict[int, FloatArray] = {}
    for knots in _KNOTS:
        if len(theta) <= 2 * knots:
            break
        chosen, compared = _split(order, knots)
        values = _exact(function, theta, known, chosen)
        # Each column is judged by itself, so that a customer's numbers do not depend on who else is looked at.
        smooth = [int(m) for m in np.flatnonzero((np.isfinite(values) & (values > 0)).all(axis=0)) if m not in found]
        if not smooth:
            break
        try:
            guess = _interpolator(theta, chosen, values[:, smooth])
        except np.linalg.LinAlgError:  # draws too near to each other, or on a line
            break
        held_out = np.log(_exact(function, theta, known, compared)[:, smooth])
        off = np.sqrt(np.mean((guess(compared) - held_out) ** 2, axis=0))
        good = off <= _TOLERANCE[knots] * np.log(values[:, smooth]).std(axis=0) + 1e-9
        everywhere = np.exp(guess(np.arange(len(theta))))
        found |= {m: everywhere[:, place] for place, m in enumerate(smooth) if good[place]}
        if len(found) == values.shape[1]:
            return everywhere if good.all() and len(smooth) == len(found) else _in_order(found)
    exact = _exact(function, theta, known, np.arange(len(theta)))
    for m, column in found.items():
        exact[:, m] = column
    return exact


def _in_order(columns: dict[int, FloatArray]) -> FloatArray:
    return np.stack([columns[m] for m in range(len(columns))], axis=1)


def _from_inside_out(theta: FloatArray) -> IntArray:
    return np.argsort((_whitened(theta) ** 2).sum(axis=1))


def _split(order: IntArray, knots: int) -> tuple[IntArray, IntArray]:
    """Draws to interpolate from, the outermost among them, and an even sample of the others to compare with."""
    chosen = np.unique(np.linspace(0, len(order) - 1, knots).astype(int))
    others = np.setdiff1d(np.arange(len(order)), chosen)
    between = others[((np.arange(_COMPARED) + 0.5) * (len(others) / _COMPARED)).astype(int)]
    return order[chosen], order[between]


def _exact(
    function: Callable[[FloatArray], FloatArray], theta: FloatArray, known: dict[int, FloatArray], rows: IntArray
) -> FloatArray:
    for row in rows:
        if int(row) not in known:
            known[int(row)] = function(theta[row])
    return np.stack([known[int(row)] for row in rows])


def _interpolator(theta: FloatArray, chosen: IntArray, values: FloatArray) -> Callable[[IntArray], FloatArray]:
    w = _whitened(theta)
    degree = 2 if len(chosen) > (w.shape[1] + 1) * (w.shape[1] + 2) // 2 else 1
    fitted = RBFInterpolator(w[chosen], np.log(values), kernel="quintic", degree=degree)
    return lambda rows: np.asarray(fitted(w[rows]))


def _whitened(theta: FloatArray) -> FloatArray:
    """Logs of the draws, turned and stretched to have no correlation and unit variance."""
    u = np.log(theta)
    u = u - u.mean(axis=0)
    variance, vectors = np.linalg.eigh(np.cov(u, rowvar=False).reshape(u.shape[1], u.shape[1]))
    return np.asarray(u @ vectors / np.sqrt(np.maximum(variance, 1e-300)))
