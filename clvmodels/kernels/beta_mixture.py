"""Expectations over a Beta-distributed dropout probability, integrated over time, without special functions.

The one quantity behind every expectation of the BG/NBD family is

    G(u) = E[(1 + p u)^-m],  p ~ Beta(a, b),

which is 2F1(m, a; a + b; -u). Library routines for 2F1 lose all digits for large m, at integer parameter differences
and when a and b have run off. As an integral over y = logit(p) the integrand is positive, smooth and exponential in
both tails, and the trapezoidal rule on it converges geometrically; beyond the ends of the grid the sums are geometric
series and are added in closed form. G depends on a customer only through m, so it is tabulated once per distinct m
(at Chebyshev points of log time) and integrated over time by Gauss-Legendre for every customer.
"""

from functools import cache

import numpy as np
from numpy.polynomial import legendre
from scipy.special import expit

from clvmodels.arrays import ArrayLike, FloatArray, IntArray
from clvmodels.kernels.chebyshev import coefficients, evaluate, unit_points

# exp(-38) is below the spacing of doubles at 1: tails are cut, or taken as purely exponential, from there on.
_NEGLIGIBLE = 38.0
# The integrand is analytic within pi/2 of the real axis and about Gaussian near its peak: a step of .26 and of the
# peak's width over 2.2 put the trapezoidal error near 1e-14 (measured against 50-digit hypergeometric functions).
_WIDEST_STEP = 0.26
_STEPS_PER_WIDTH = 2.2
# Nodes needed per unit of log time, and besides, by both the table and the time integral.
_NODES, _NODES_PER_LOG = 20, 5.0
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
    >>> from clvmodels.kernels.beta_mixture import discounted_integral
    >>> float(discounted_integral(0.0, 1.0, 1.0, 1.0, 2.0).round(12))  # nothing decays
    2.0
    """
    m, a, b, scale, horizon = np.broadcast_arrays(*(np.asarray(v, float) for v in (m, a, b, scale, horizon)))
    shape = m.shape
    m, a, b, scale, horizon = (v.ravel() for v in (m, a, b, scale, horizon))
    if not m.size:
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
    count = _node_count(span.max())
    u = np.expm1(span[:, None] * unit_points(count)) / stretch[:, None]
    table = coefficients(log_mixture(m, a, b, u))
    nodes, weights = _gauss_legendre(count)
    out = np.empty(len(member))
    step = max(1, _BLOCK // len(nodes))
    for start in range(0, len(member), step):
        rows = slice(start, start + step)
        g, length = member[rows], reach[rows, None]
        v = length * nodes
        unit = scale[rows] / stretch[g]
        log_rate = evaluate(table, g[:, None], v / span[g, None]) + v - delta * np.expm1(v) * unit[:, None]
        out[rows] = np.einsum("ij,j->i", np.exp(log_rate), weights) * length[:, 0] * unit
    return out


def log_mixture(m: FloatArray, a: FloatArray, b: FloatArray, u: FloatArray) -> FloatArray:
    """log E[(1 + p u)^-m] with p ~ Beta(a, b).

    Parameters
    ----------
    m, a, b
        Shape (n,); m >= 0, a and b positive.
    u
        Shape (n, k), not negative.

    Returns
    -------
    FloatArray
        Shape (n, k).

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.kernels.beta_mixture import log_mixture
    >>> one = np.ones(1)
    >>> float(np.exp(log_mixture(one, one, one, np.ones((1, 1))))[0, 0].round(13)) == round(float(np.log(2)), 13)
    True
    """
    low, high, step = _window(m, a, b, u)
    points = np.ceil((high - low) / step).astype(int) + 1
    out = np.empty(u.shape)
    order = np.argsort(points)
    start = 0
    while start < len(order):
        # Rows of similar length share a grid, so that one wide row does not make all others dense.
        most = max(1, _BLOCK // (int(points[order[start]]) * u.shape[1] * 2))
        rows = order[start : start + most]
        rows = rows[points[rows] <= 2 * points[rows[0]]]
        grid = np.linspace(low[rows], high[rows], int(points[rows].max()), axis=1)
        out[rows] = _trapezoid(m[rows], a[rows], b[rows], u[rows], grid)
        start += len(rows)
    return out


def _trapezoid(m: FloatArray, a: FloatArray, b: FloatArray, u: FloatArray, grid: FloatArray) -> FloatArray:
    """Self-normalised trapezoidal sums over the grid of y = logit(p), shape (n, points)."""
    log_weight = _log_beta_density(a, b, grid)
    p = expit(grid)
    terms = log_weight[:, None, :] - m[:, None, None] * np.log1p(u[:, :, None] * p[:, None, :])
    top = terms.max(axis=2)
    sums = np.exp(terms - top[:, :, None]).sum(axis=2)
    total = np.exp(log_weight).sum(axis=1)  # the density's peak is 1 on the grid, so this cannot underflow
    return np.asarray(top + np.log(sums) - np.log(total)[:, None])


def _log_beta_density(a: FloatArray, b: FloatArray, grid: FloatArray) -> FloatArray:
    """Log density of logit(p), 0 at its peak; the end points carry the geometric sums of all points beyond them."""
    a, b = a[:, None], b[:, None]
    mean = a / (a + b)
    ahead = grid - np.log(a / b)
    near = np.minimum(ahead, 30.0)  # further out expm1 would overflow; there the sum is a plain exponential
    far = np.log(mean) + ahead + np.log1p((b / a) * np.exp(-np.maximum(ahead, 30.0)))
    tilt = mean * np.expm1(near)
    # Near 0 log1p keeps the digits; towards -1 the share of b does, which 1 + tilt would lose (b may be 1e-130).
    low = np.log(b / (a + b) + mean * np.exp(near))
    log_sum = np.where(ahead < 30.0, np.where(tilt > -0.5, np.log1p(np.maximum(tilt, -0.5)), low), far)
    density = a * ahead - (a + b) * log_sum
    step = grid[:, 1] - grid[:, 0]
    density[:, 0] -= np.log(-np.expm1(-a[:, 0] * step))
    density[:, -1] -= np.log(-np.expm1(-b[:, 0] * step))
    return np.asarray(density)


def _window(m: FloatArray, a: FloatArray, b: FloatArray, u: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Ends and step of a grid in y that holds the peaks of the integrand at every u, and at u = 0."""
    m, a, b = m[:, None], a[:, None], b[:, None]
    every_u = np.concatenate([np.zeros_like(a), u], axis=1)
    y, width = _peak(m, a, b, every_u)
    rows = np.arange(len(y))
    lowest, highest = y.argmin(axis=1), y.argmax(axis=1)
    # Either the integrand is negligible beyond the ends, or it is a pure exponential there, which is summed exactly.
    flat = _NEGLIGIBLE + np.log1p((a + b + m)[:, 0])
    low = y[rows, lowest] - 9.0 * width[rows, lowest] - _NEGLIGIBLE / a[:, 0]
    low = np.maximum(low, np.minimum(-flat - np.log1p(u.max(axis=1)), y[rows, lowest] - _NEGLIGIBLE))
    high = y[rows, highest] + 9.0 * width[rows, highest] + _NEGLIGIBLE / b[:, 0]
    high = np.minimum(high, np.maximum(flat, y[rows, highest] + _NEGLIGIBLE))
    return low, high, np.minimum(_WIDEST_STEP, width.min(axis=1) / _STEPS_PER_WIDTH)


def _peak(m: FloatArray, a: FloatArray, b: FloatArray, u: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Place and width of the peak of p^a (1 - p)^b (1 + p u)^-m over y = logit(p): a root of a quadratic in p."""
    square, linear = u * (m - a - b), a * (u - 1.0) - b - m * u
    p = _root(square, linear, a)
    q = _root(square, -(2.0 * square + linear), -b * (1.0 + u))  # 1 - p, with its own digits
    grown = 1.0 + p * u
    curvature = p * q * (a + b + m * u * (q - p * grown) / grown**2)  # at u = 0 also exact where a + b is tiny
    return np.log(p) - np.log(q), 1.0 / np.sqrt(curvature)


def _root(square: FloatArray, linear: FloatArray, constant: FloatArray) -> FloatArray:
    """The root in (0, 1) of a quadratic whose values at 0 and 1 have different signs, without cancellation."""
    root = np.sqrt(np.maximum(linear * linear - 4.0 * square * constant, 0.0))
    sign = np.where(constant > 0, 1.0, -1.0)
    helper = -linear * sign
    small = 2.0 * np.abs(constant) / np.where(helper >= 0, helper + root, 1.0)
    other = (-linear - sign * root) / (2.0 * np.where(square == 0, 1.0, square))
    return np.clip(np.where(helper >= 0, small, other), 1e-300, 1.0)


def _node_count(span: float) -> int:
    return int(np.ceil(_NODES + _NODES_PER_LOG * span))


@cache
def _gauss_legendre(count: int) -> tuple[FloatArray, FloatArray]:
    nodes, weights = legendre.leggauss(count)
    return 0.5 * (nodes + 1.0), 0.5 * weights
