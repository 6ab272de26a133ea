"""Expectations over a Beta-distributed dropout probability, without special functions.

The one quantity behind every expectation of the BG/NBD family is

    G(u) = E[(1 + p u)^-m],  p ~ Beta(a, b),

which is 2F1(m, a; a + b; -u). Library routines for 2F1 lose all digits for large m, at integer parameter differences
and when a and b have run off. As an integral over y = logit(p) the integrand is positive, smooth and exponential in
both tails, and the trapezoidal rule on it converges geometrically; beyond the ends of the grid the sums are geometric
series and are added in closed form.
"""

import numpy as np
from scipy.special import expit

from clvmodels.arrays import FloatArray, IntArray

# exp(-38) is below the spacing of doubles at 1: tails are cut, or taken as purely exponential, from there on.
_NEGLIGIBLE = 38.0
# The integrand is analytic within pi/2 of the real axis and about Gaussian near its peak: a step of .26 and of the
# peak's width over 2.2 put the trapezoidal error near 1e-14 (measured against 50-digit hypergeometric functions).
_WIDEST_STEP = 0.26
_STEPS_PER_WIDTH = 2.2
_BLOCK = 1_500_000


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
    low, high, points = window(m, a, b, u)
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
    log_weight = log_logit_density(a, b, grid)
    p = expit(grid)
    terms = log_weight[:, None, :] - m[:, None, None] * np.log1p(u[:, :, None] * p[:, None, :])
    top = terms.max(axis=2)
    sums = np.exp(terms - top[:, :, None]).sum(axis=2)
    total = np.exp(log_weight).sum(axis=1)  # the density's peak is 1 on the grid, so this cannot underflow
    return np.asarray(top + np.log(sums) - np.log(total)[:, None])


def log_logit_density(a: FloatArray, b: FloatArray, grid: FloatArray) -> FloatArray:
    """`log_density` on an even grid; the end points carry the geometric sums of all points beyond them."""
    density = log_density(a, b, grid)
    step = grid[:, 1] - grid[:, 0]
    density[:, 0] -= np.log(-np.expm1(-a * step))
    density[:, -1] -= np.log(-np.expm1(-b * step))
    return density


def log_density(a: FloatArray, b: FloatArray, y: FloatArray) -> FloatArray:
    """Log density of logit(p) at y, shape (n, k), 0 at its peak; p ~ Beta(a, b) with a and b of shape (n,)."""
    a, b = a[:, None], b[:, None]
    mean = a / (a + b)
    ahead = y - np.log(a / b)
    near = np.minimum(ahead, 30.0)  # further out expm1 would overflow; there the sum is a plain exponential
    far = np.log(mean) + ahead + np.log1p((b / a) * np.exp(-np.maximum(ahead, 30.0)))
    tilt = mean * np.expm1(near)
    # Near 0 log1p keeps the digits; towards -1 the share of b does, which 1 + tilt would lose (b may be 1e-130).
    low = np.log(b / (a + b) + mean * np.exp(near))
    log_sum = np.where(ahead < 30.0, np.where(tilt > -0.5, np.log1p(np.maximum(tilt, -0.5)), low), far)
    return np.asarray(a * ahead - (a + b) * log_sum)


def window(m: FloatArray, a: FloatArray, b: FloatArray, u: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Ends and number of points of a grid in y that holds the peaks of the integrand at every u, and at u = 0."""
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
    step = np.minimum(_WIDEST_STEP, width.min(axis=1) / _STEPS_PER_WIDTH)
    return low, high, np.ceil((high - low) / step).astype(np.int64) + 1


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
