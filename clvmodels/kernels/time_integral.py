"""Expectations over the dropout probability, integrated over time.

G(u) = E[(1 + p u)^-m] depends on a customer only through m, so its log is tabulated once per distinct m, at Chebyshev
points of log time, and integrated over time by Gauss-Legendre. The result is smooth in the customer's time scale, so
that for many customers of equal m it is computed at a few scales and interpolated.
"""

from functools import cache

import numpy as np
from numpy.polynomial import legendre
from scipy.special import expit

from clvmodels.arrays import Array, ArrayLike, FloatArray, IntArray
from clvmodels.kernels.beta_mixture import log_logit_density, log_mixture, window
from clvmodels.kernels.chebyshev import coefficients, evaluate, unit_points

# exp(-38) is below the spacing of doubles at 1: what is discounted by more does not count.
_NEGLIGIBLE = 38.0
# Nodes needed per unit of log time, and besides, by both the table and the time integral.
_NODES, _NODES_PER_LOG = 20, 5.0
# The last coefficients of a resolved function are rounding, which is below this share of the largest.
_RESOLVED = 1e-11
_BLOCK = 1_500_000
# With this many rows per group, values at some scales are interpolated instead of integrating for every row.
_MANY, _ROWS = 40, 65_536


def discounted_integral(
    m: ArrayLike, a: ArrayLike, b: ArrayLike, scale: ArrayLike, horizon: ArrayLike, delta: float = 0.0
) -> FloatArray:
    """Integral over s from 0 to `horizon` of exp(-delta s) E[(1 + p s / scale)^-m], p ~ Beta(a, b).

    Parameters
    ----------
    m, a, b, scale, horizon
        Positive arrays that broadcast to one shape; the horizon may be 0, or infinite when delta > 0.
    delta
        Continuous discount rate per unit of time.

    Returns
    -------
    FloatArray
        Of the broadcast shape, in units of time.

    Examples
    --------
    >>> from clvmodels.kernels.time_integral import discounted_integral
    >>> float(discounted_integral(0.0, 1.0, 1.0, 1.0, 2.0).round(12))  # nothing decays
    2.0
    """
    m, a, b, scale, horizon = np.broadcast_arrays(*(np.asarray(v, float) for v in (m, a, b, scale, horizon)))
    shape = m.shape
    m, a, b, scale, horizon = (v.ravel() for v in (m, a, b, scale, horizon))
    if not m.size or not horizon.any():
        return np.zeros(shape)
    if delta > 0:
        horizon = np.asarray(np.minimum(horizon, _NEGLIGIBLE / delta), float)
    groups, member = _groups(m, a, b)
    if len(member) < _MANY * groups.shape[1] or horizon.min() < horizon.max():
        return _integrate(groups, member, scale, horizon, delta).reshape(shape)
    return _interpolate(groups, member, scale, float(horizon[0]), delta).reshape(shape)


def _groups(m: FloatArray, a: FloatArray, b: FloatArray) -> tuple[FloatArray, IntArray]:
    """Distinct (m, a, b), shape (3, groups), and each row's group; in most calls m alone tells them apart."""
    distinct, first, member = np.unique(m, return_index=True, return_inverse=True)
    groups = np.stack([distinct, a[first], b[first]])
    if np.array_equal(groups[1, member], a) and np.array_equal(groups[2, member], b):
        return groups, member
    groups, member = np.unique(np.stack([m, a, b]), axis=1, return_inverse=True)
    return groups, member.ravel()


def _interpolate(groups: FloatArray, member: IntArray, scale: FloatArray, horizon: float, delta: float) -> FloatArray:
    """The time integral per row, from its values at a few scales per group: its log is smooth in log scale."""
    log_scale = np.log(scale)
    low, high = np.full(groups.shape[1], np.inf), np.full(groups.shape[1], -np.inf)
    np.minimum.at(low, member, log_scale)
    np.maximum.at(high, member, log_scale)
    span = np.maximum(high - low, 1e-300)
    count = _node_count(span.max())
    scales = np.exp(low[:, None] + span[:, None] * unit_points(count))
    which = np.repeat(np.arange(groups.shape[1]), count)
    values = _integrate(groups, which, scales.ravel(), np.full(scales.size, horizon), delta)
    table = coefficients(np.log(np.maximum(values, 1e-300)).reshape(-1, count))
    out = np.empty(len(member))
    for start in range(0, len(member), _ROWS):
        rows = slice(start, start + _ROWS)
        g = member[rows]
        out[rows] = np.exp(evaluate(table, g, (log_scale[rows] - low[g]) / span[g]))
    rough = _rough(table)[member]
    if rough.any():
        out[rough] = _integrate(groups, member[rough], scale[rough], np.full(rough.sum(), horizon), delta)
    return out


def _integrate(
    groups: FloatArray, member: IntArray, scale: FloatArray, horizon: FloatArray, delta: float
) -> FloatArray:
    """The time integral per row; rows of one group share their table of log G."""
    m, a, b = groups
    stretch = 1.0 + m * a / (a + b)  # log time starts where G starts to decay
    reach = np.log1p(stretch[member] * horizon / scale)
    span = np.full(len(m), 1e-300)
    np.maximum.at(span, member, reach)
    span, values = _log_mixture_in_time(groups, span, stretch)
    reach = np.minimum(reach, span[member])
    count = values.shape[1]
    table = coefficients(values)
    nodes, weights = gauss_legendre(count)
    out = np.empty(len(member))
    step = max(1, _BLOCK // count)
    for start in range(0, len(member), step):
        rows = slice(start, start + step)
        g, length = member[rows], reach[rows, None]
        v = length * nodes
        unit = scale[rows] / stretch[g]
        log_rate = evaluate(table, g[:, None], v / span[g, None]) + v - delta * np.expm1(v) * unit[:, None]
        out[rows] = np.einsum("ij,j->i", np.exp(log_rate), weights) * length[:, 0] * unit
    for row in np.flatnonzero(_rough(table)[member]):
        out[row] = _integrate_each(groups[:, member[row]], scale[row], horizon[row], delta)
    return out


def _log_mixture_in_time(groups: FloatArray, span: FloatArray, stretch: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Log G at the Chebyshev points of each group's span of log time, and the spans, cut where G is negligible.

    A polynomial is as good as its largest value allows: where nobody stays for millions of purchases, log G beyond
    would cost as many digits. G falls, so that what is cut is below G times the end of time.
    """
    m, a, b = groups
    while True:
        points = unit_points(_node_count(span.max()))
        values = log_mixture(m, a, b, np.expm1(span[:, None] * points) / stretch[:, None])
        enough = -(_NEGLIGIBLE + span)
        far = values.min(axis=1) < 4.0 * enough
        if not far.any():
            return span, values
        first = (values < enough[:, None]).argmax(axis=1)
        span = np.where(far, span * points[first], span)


def _rough(table: FloatArray) -> Array:
    """Which functions the polynomials do not resolve: log G has a kink where a few customers outlast all others."""
    size = np.abs(table)
    return np.asarray(size[-3:].max(axis=0) > _RESOLVED * np.maximum(size.max(axis=0), 1.0))


def _integrate_each(group: FloatArray, scale: float, horizon: float, delta: float) -> float:
    """The same for one row by integrating over time at every p, where each has a smooth integrand of its own."""
    furthest = horizon / scale
    m, a, b = group[:, None]
    low, high, points = window(m, a, b, np.geomspace(1e-3 * min(furthest, 1.0), furthest, 24)[None, :])
    grid = np.linspace(low, high, int(points[0]), axis=1)
    weight = np.exp(log_logit_density(a, b, grid))[0]
    p = expit(grid[0])
    given = certain_integral(m, p, scale, horizon, delta)
    return float(np.einsum("i,i->", weight, given) / weight.sum())


def certain_integral(m: ArrayLike, p: ArrayLike, scale: ArrayLike, horizon: ArrayLike, delta: float) -> FloatArray:
    """Integral over s from 0 to `horizon` of exp(-delta s) (1 + p s / scale)^-m: `discounted_integral` at a given p.

    Parameters
    ----------
    m, p, scale, horizon, delta
        As there; p may be above 1.

    Returns
    -------
    FloatArray
        Of the broadcast shape, in units of time.

    Examples
    --------
    >>> from clvmodels.kernels.time_integral import certain_integral
    >>> float(certain_integral(2.0, 1.0, 1.0, 3.0, 0.0).round(12))  # 1 - 1 / (1 + 3)
    0.75
    """
    m, p, scale, horizon = np.broadcast_arrays(*(np.asarray(v, float) for v in (m, p, scale, horizon)))
    shape = m.shape
    m, p, scale, horizon = (v.reshape(-1, 1) for v in (m, p, scale, horizon))
    if delta > 0:
        horizon = np.minimum(horizon, _NEGLIGIBLE / delta)
    stretch = 1.0 + m * p
    length = np.log1p(stretch * (horizon / scale))
    nodes, weights = gauss_legendre(_node_count(length.max(initial=0.0)))
    out = np.empty(len(m))
    step = max(1, _BLOCK // len(nodes))
    for start in range(0, len(m), step):
        rows = slice(start, start + step)
        v = length[rows] * nodes
        u = np.expm1(v) / stretch[rows]
        log_rate = v - m[rows] * np.log1p(p[rows] * u) - delta * scale[rows] * u
        out[rows] = np.einsum("ij,j->i", np.exp(log_rate), weights)
    return np.asarray(out * (scale * length / stretch)[:, 0]).reshape(shape)


def discounted_time(horizon: ArrayLike, delta: float) -> FloatArray:
    """Integral over s from 0 to `horizon` of exp(-delta s): what all is worth of which nothing is lost.

    Examples
    --------
    >>> from clvmodels.kernels.time_integral import discounted_time
    >>> float(discounted_time(3.0, 0.0)), float(discounted_time(float("inf"), 0.5))
    (3.0, 2.0)
    """
    length = np.asarray(horizon, float)
    return length if delta == 0 else np.asarray(-np.expm1(-delta * length) / delta)


def _node_count(span: float) -> int:
    return int(np.ceil(_NODES + _NODES_PER_LOG * span))


@cache
def gauss_legendre(count: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of an integral from 0 to 1."""
    nodes, weights = legendre.leggauss(count)
    return 0.5 * (nodes + 1.0), 0.5 * weights
