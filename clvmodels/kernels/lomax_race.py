"""Which of two waiting times is over first, where the rate of each varies over customers as Gamma.

A rate ~ Gamma(k, c) makes its waiting time exceed z with probability (1 + z / c)^-k, a Lomax distribution. Of a
customer at age t the next purchase waits with (m, alpha + t) and the end of the lifetime with (s, beta + t), for as
long as neither has come. The probability that the lifetime ends first,

    integral over z > 0 of s / (beta + t) (1 + z / (beta + t))^-(s + 1) (1 + z / (alpha + t))^-m dz,

is a Gauss hypergeometric function, computed as what it is. In y = log(1 + z / scale), with the larger of the two scales
and 1 + u their ratio, it is s times an integral of exp(-(m + s) y) (1 + u (1 - exp(-y)))^-k: a mixture of exponentials
whose rates begin at m + s. Gauss-Legendre in log y, from where the fastest begins to fall to where the slowest has
fallen, integrates each of them to 1e-13; nothing is subtracted, so nothing cancels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, IntArray
from clvmodels.kernels.time_integral import gauss_legendre

# exp(-38) is below the spacing of doubles at 1.
_NEGLIGIBLE = 38.0
# Nodes needed besides and per unit of log y, measured for errors of 1e-13; in steps, as each number is another rule.
_NODES, _NODES_PER_LOG, _STEP = 9.0, 3.9, 4
# So many numbers' temporaries stay in the processor's cache.
_BLOCK = 32_768


@dataclass(frozen=True)
class Race:
    """Two waiting times of customers of some kinds.

    Attributes
    ----------
    s, m
        Shapes of the time that is to be first, and of the other one, by kind, shape (kinds,).
    beta, alpha
        Their scales at age 0, by kind.
    kind, t
        Of each customer the kind, and the age that adds to both scales, shape (n,).
    """

    s: FloatArray
    m: FloatArray
    beta: FloatArray
    alpha: FloatArray
    kind: IntArray
    t: FloatArray


@dataclass(frozen=True)
class Slopes:
    """Log-probability of being first, with derivatives in m, log s and the log of (beta + t) / (alpha + t).

    All are of shape (n,); `m_ratio` is the second derivative in m and that log, and so on.
    """

    value: FloatArray
    m: FloatArray
    s: FloatArray
    ratio: FloatArray
    m_m: FloatArray
    m_s: FloatArray
    s_s: FloatArray
    m_ratio: FloatArray
    s_ratio: FloatArray
    ratio_ratio: FloatArray


def log_first(race: Race) -> FloatArray:
    """Log-probability that the time of shape s is over first, shape (n,).

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.kernels.lomax_race import Race, log_first
    >>> two, one = np.array([2.0]), np.array([1.0])
    >>> race = Race(s=two, m=one, beta=one, alpha=one, kind=np.array([0]), t=np.array([5.0]))
    >>> float(np.exp(log_first(race))[0].round(12))  # of equal scales: s / (s + m)
    0.666666666667
    """
    out = np.empty(len(race.t))
    for rows, _, integrand in _integrands(race):
        out[rows] = np.log(np.einsum("ij->i", integrand.weight))
    return out + _log_front(race)


def log_first_slopes(race: Race) -> Slopes:
    """The same with its derivatives, at the same nodes."""
    parts = [_slopes(race, rows, integrand, ratio) for rows, ratio, integrand in _integrands(race)]
    value, *slopes = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Slopes(value + _log_front(race), *slopes)


def first_within(s: ArrayLike, m: ArrayLike, beta: ArrayLike, alpha: ArrayLike, horizon: ArrayLike) -> FloatArray:
    """Probability that a time of shape s and scale beta is over before one of shape m and scale alpha, and before long.

    Parameters
    ----------
    s, m, beta, alpha, horizon
        Arrays that broadcast.

    Returns
    -------
    FloatArray
        Of the broadcast shape.

    Examples
    --------
    >>> from clvmodels.kernels.lomax_race import first_within
    >>> round(float(first_within(1.0, 1.0, 1.0, 1.0, 1.0)), 12)  # (1 - 1 / (1 + 1)^2) / 2
    0.375
    """
    arrays = np.broadcast_arrays(*(np.asarray(v, float) for v in (s, m, beta, alpha, horizon)))
    s, m, beta, alpha, horizon = (v.ravel() for v in arrays)
    out = np.empty(len(s))
    for start in range(0, len(s), _BLOCK // 32):
        rows = slice(start, start + _BLOCK // 32)
        out[rows] = _within(*(v[rows] for v in (s, m, beta, alpha, horizon)))
    return out.reshape(arrays[0].shape)


def _within(s: FloatArray, m: FloatArray, beta: FloatArray, alpha: FloatArray, horizon: FloatArray) -> FloatArray:
    larger = np.maximum(alpha, beta)
    u = np.abs(beta - alpha) / np.minimum(alpha, beta)
    k = np.where(beta >= alpha, m, s + 1.0)
    grid = _grid(m + s, k, u, np.log1p(horizon / larger))
    rise = np.log1p(u[:, None] * grid.risen)
    share = np.exp(grid.log_weight - k[:, None] * rise).sum(axis=1)
    return np.asarray(s * share * np.where(beta >= alpha, 1.0, 1.0 + u))


@dataclass(frozen=True)
class _Grid:
    """Nodes y, 1 - exp(-y), and the log of weight times exp(-(m + s) y), shape (kinds, nodes)."""

    y: FloatArray
    risen: FloatArray
    log_weight: FloatArray


@dataclass(frozen=True)
class _Integrand:
    """Parts of the integral, 1 - exp(-y), and log(1 + u (1 - exp(-y))), at each node, shape (rows, nodes)."""

    weight: FloatArray
    risen: FloatArray
    rise: FloatArray
    grid: _Grid


def _grid(c: FloatArray, k: FloatArray, u: FloatArray, end: FloatArray | float = np.inf) -> _Grid:
    """Nodes for rates from c, of which those up to about c + 1 + (k + 1) u matter; y goes no further than `end`."""
    fastest = c + 1.0 + (k + 1.0) * u
    length = np.log1p(fastest * np.minimum(_NEGLIGIBLE / c, end))
    count = _NODES + _NODES_PER_LOG * float(length.max())
    nodes, weights = gauss_legendre(_STEP * int(np.ceil(count / _STEP)))
    v = length[:, None] * nodes
    y = np.expm1(v) / fastest[:, None]
    log_weight = v - c[:, None] * y + np.log(weights) + np.log(length / fastest)[:, None]
    return _Grid(y, -np.expm1(-y), log_weight)


def _integrands(race: Race) -> Iterator[tuple[slice, FloatArray, _Integrand]]:
    """Blocks of rows, the u of each row, and what is summed over nodes."""
    k = _exponent(race)
    u = np.abs(race.beta - race.alpha)[race.kind] / (np.minimum(race.alpha, race.beta)[race.kind] + race.t)
    largest = np.zeros(len(k))
    np.maximum.at(largest, race.kind, u)
    grid = _grid(race.m + race.s, k, largest)
    step = max(1, _BLOCK // grid.y.shape[1])
    for start in range(0, len(u), step):
        rows = slice(start, start + step)
        kind = race.kind[rows]
        risen = grid.risen[kind]
        rise = np.log1p(u[rows, None] * risen)
        weight = np.exp(grid.log_weight[kind] - k[kind, None] * rise)
        yield rows, u[rows], _Integrand(weight, risen, rise, grid)


def _exponent(race: Race) -> FloatArray:
    """k, with which the smaller of the two scales outgrows the larger."""
    return np.where(race.beta >= race.alpha, race.m, race.s + 1.0)


def _log_front(race: Race) -> FloatArray:
    """log s, and where beta is the smaller scale the log of how much larger the other one is."""
    excess = np.maximum(race.alpha - race.beta, 0.0)
    return np.log(race.s)[race.kind] + np.log1p(excess[race.kind] / (race.beta[race.kind] + race.t))


def _slopes(race: Race, rows: slice, at: _Integrand, u: FloatArray) -> tuple[FloatArray, ...]:
    """The columns of `Slopes`, but for the front.

    The log of the integrand falls by P = log(1 + z / (alpha + t)) per m and Q = log(1 + z / (beta + t)) per s, and by D
    per k and log of the ratio of scales.
    """
    kind = race.kind[rows]
    wider = (race.beta >= race.alpha)[kind]
    total = at.weight.sum(axis=1)
    weight = at.weight / total[:, None]
    y = at.grid.y[kind]
    both = y + at.rise
    by_m, by_s = (np.where(wider[:, None], *pair) for pair in ((both, y), (y, both)))
    by_ratio = (1.0 + u)[:, None] * at.risen * np.exp(-at.rise)
    m, s, ratio, m_m, m_s, s_s, m_ratio, s_ratio, ratio_ratio = _moments(weight, by_m, by_s, by_ratio)
    shape = race.s[kind]
    # The power of the ratio's term, with the sign that the ratio has in it.
    power = np.where(wider, -race.m[kind], shape + 1.0)
    by_power = np.where(wider, -1.0, 0.0), np.where(wider, 0.0, shape)
    return (
        np.log(total),
        -m,
        1.0 - shape * s,
        np.where(wider, 0.0, -1.0) + power * ratio,
        m_m,
        shape * m_s,
        shape * (shape * s_s - s),
        by_power[0] * ratio - power * m_ratio,
        by_power[1] * ratio - shape * power * s_ratio,
        power * (power * ratio_ratio) - np.abs(power) * (ratio - ratio_ratio - ratio * ratio),
    )


def _moments(weight: FloatArray, *values: FloatArray) -> list[FloatArray]:
    """Means of three values, and their variances and covariances, over the last axis."""
    weighted = [weight * value for value in values]
    means = [product.sum(axis=1) for product in weighted]
    pairs = ((0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2))
    joint = [np.einsum("ij,ij->i", weighted[i], values[j]) - means[i] * means[j] for i, j in pairs]
    return [*means, *joint]
