"""Expectations over a dropout probability that is raised by a factor and stays a probability.

With p ~ Beta(a, b) and a factor above 1, min(1, factor p) is no Beta variable. Its expectations are those of factor p,
for which only the scale of time changes, less what they count too much of customers with p above 1 / factor. There an
expectation is a smooth function of factor p on [1, factor]: it is interpolated at a few Chebyshev points, whose weights
are integrals over the upper tail of the Beta distribution.
"""

import numpy as np
from scipy.special import expit

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.kernels.beta_mixture import log_density, log_logit_density, window
from clvmodels.kernels.chebyshev import unit_points
from clvmodels.kernels.time_integral import certain_integral, discounted_integral, gauss_legendre

# Interpolation points, and more per unit of the factor's log; nodes on each piece of the tail, and steps of the grid
# that a piece is as long as. Errors against mpmath stay below 1e-11.
_POINTS, _POINTS_PER_LOG = 9, 10.0
_NODES, _STEPS = 14, 4.0
# Beta distributions whose tails are integrated together.
_SHAPES = 64


def capped_integral(
    m: ArrayLike, a: ArrayLike, b: ArrayLike, scale: ArrayLike, horizon: ArrayLike, delta: float, factor: float
) -> FloatArray:
    """Integral over s from 0 to `horizon` of exp(-delta s) E[(1 + min(1, factor p) s / scale)^-m], p ~ Beta(a, b).

    Parameters
    ----------
    m, a, b, scale, horizon, delta
        As in `time_integral.discounted_integral`, which this is for a factor of 1.
    factor
        Of the dropout probability, above 0.

    Returns
    -------
    FloatArray
        Of the broadcast shape, in units of time.

    Examples
    --------
    >>> from clvmodels.kernels.capped_dropout import capped_integral
    >>> float(capped_integral(2.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1e6).round(5))  # nearly all p are 1: 1 - 1 / (1 + 1)
    0.5
    """
    m, a, b, scale, horizon = np.broadcast_arrays(*(np.asarray(v, float) for v in (m, a, b, scale, horizon)))
    whole = discounted_integral(m, a, b, scale / factor, horizon, delta)
    if factor <= 1:
        return whole
    shapes, member = np.unique(np.stack([a.ravel(), b.ravel()]), axis=1, return_inverse=True)
    points, weights = _tail(shapes[0], shapes[1], factor)
    sure = certain_integral(m, 1.0, scale, horizon, delta)
    for point, weight in zip(points, weights[:, member.ravel()], strict=True):
        beyond = certain_integral(m, point, scale, horizon, delta)
        whole = whole + weight.reshape(whole.shape) * (sure - beyond)
    return whole


def _tail(a: FloatArray, b: FloatArray, factor: float) -> tuple[FloatArray, FloatArray]:
    """Points on [1, factor], shape (k,), and weights, shape (k, n): sums over them are E[f(factor p); factor p > 1]."""
    spread = np.log(factor)
    count = int(np.ceil(_POINTS + _POINTS_PER_LOG * spread))
    points = np.exp(spread * unit_points(count))
    weights = np.empty((count, len(a)))
    for begin in range(0, len(a), _SHAPES):
        some = slice(begin, begin + _SHAPES)
        p, mass = _beyond(a[some], b[some], factor)
        weights[:, some] = np.einsum("knj,nj->kn", _lagrange(np.log(factor * p) / spread, count), mass)
    return points, weights


def _beyond(a: FloatArray, b: FloatArray, factor: float) -> tuple[FloatArray, FloatArray]:
    """Nodes p above 1 / factor and the probability that each stands for, shape (n, nodes), over y = logit(p)."""
    none = np.zeros(len(a))
    low, high, points = window(none, a, b, none[:, None])
    grid = np.linspace(low, high, int(points.max()), axis=1)
    step = grid[:, 1] - grid[:, 0]
    total = step * np.exp(log_logit_density(a, b, grid)).sum(axis=1)
    start = np.minimum(np.maximum(-np.log(factor - 1.0), low), high)
    pieces = max(1, int(np.ceil(((high - start) / (_STEPS * step)).max())))
    length = ((high - start) / pieces)[:, None]
    nodes, weights = gauss_legendre(_NODES)
    y = start[:, None] + length * (np.arange(pieces)[:, None] + nodes).ravel()
    density = np.exp(log_density(a, b, np.column_stack([y, high])))
    # Beyond the end the density is an exponential, or nothing.
    mass = np.column_stack([density[:, :-1] * length * np.tile(weights, pieces), density[:, -1] / b])
    return np.column_stack([expit(y), np.ones(len(a))]), mass / total[:, None]


def _lagrange(at: FloatArray, count: int) -> FloatArray:
    """Values, shape (count, ...), at places in [0, 1] of the polynomials that are 1 at one of `unit_points`."""
    around = (-1, *[1] * at.ndim)
    angles = np.pi * (np.arange(count) + 0.5) / count
    barycentric = ((-1.0) ** np.arange(count) * np.sin(angles)).reshape(around)
    away = at - unit_points(count).reshape(around)
    hit = away == 0
    terms = np.where(hit.any(axis=0), hit, barycentric / np.where(hit, 1.0, away))
    return np.asarray(terms / terms.sum(axis=0))
