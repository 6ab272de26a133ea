"""Which of two waiting times is over first, where the rate of each varies over customers as Gamma.

A rate ~ Gamma(k, c) makes its waiting time exceed z with probability (1 + z / c)^-k, a Lomax distribution. Of a
customer at age t the next purchase waits with (m, alpha + t) and the end of the lifetime with (s, beta + t), for as
long as neither has come. The probability that the lifetime ends first,

    integral over z > 0 of s / (beta + t) (1 + z / (beta + t))^-(s + 1) (1 + z / (alpha + t))^-m dz,

is a Gauss hypergeometric function. In y = log(1 + z / scale), with the larger of the two scales and 1 + u their ratio,
it is s times an integral of exp(-(m + s) y) (1 + u (1 - exp(-y)))^-k. Where u is moderate a continued fraction has all
its digits. Elsewhere, and for derivatives, it is computed as what it is: a mixture of exponentials whose rates begin at
m + s. Gauss-Legendre in log y, from where the fastest begins to fall to where the slowest has fallen, integrates each
of them to 1e-13. Neither subtracts anything, so nothing cancels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, IntArray
from clvmodels.kernels.gauss_fraction import fraction
from clvmodels.kernels.time_integral import gauss_legendre

# exp(-38) is below the spacing of doubles at 1.
_NEGLIGIBLE = 38.0
# Nodes needed besides and per unit of log y, measured for errors of 1e-13; in steps, as each number is another rule.
_NODES, _NODES_PER_LOG, _STEP = 9.0, 3.9, 4
# Up to here the fraction, of 66 terms at most, is quicker than the integral.
_MODERATE = 12.0
# So many numbers' temporaries stay in the processor's cache, and just so many that memory is not mapped each time.
_BLOCK = 15_000


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


def log_first(s: ArrayLike, m: ArrayLike, beta: ArrayLike, alpha: ArrayLike, t: ArrayLike) -> FloatArray:
    """Log-probability that the time of shape s is over first, at ages t.

    Parameters
    ----------
    s, m, beta, alpha, t
        Arrays that broadcast; it is quick where the first four have few distinct rows.

    Returns
    -------
    FloatArray
        Of the broadcast shape.

    Examples
    --------
    >>> from clvmodels.kernels.lomax_race import log_first
    >>> float(np.exp(log_first(2.0, 1.0, 1.0, 1.0, 5.0)).round(12))  # of equal scales: s / (s + m)
    0.666666666667
    """
    race = np.broadcast_arrays(*(np.asarray(v, float) for v in (s, m, beta, alpha)))
    age = np.asarray(t, float)
    shape = np.broadcast_shapes(race[0].shape, age.shape)
    columns = [v.reshape((1,) * (max(len(shape), 1) - v.ndim) + v.shape) for v in (*race, age)]
    out = np.empty(shape or (1,))
    # A table of the fraction's terms, or of nodes, is made of each distinct row.
    numbers = _BLOCK if len(columns[0]) == 1 else _BLOCK // 16
    step = max(1, numbers // max(1, int(np.prod(out.shape[1:]))))
    for start in range(0, len(out), step):
        rows = slice(start, start + step)
        out[rows] = _log_first(*(v[rows] if len(v) > 1 else v for v in columns))
    return out.reshape(shape)


def _log_first(s: FloatArray, m: FloatArray, beta: FloatArray, alpha: FloatArray, t: FloatArray) -> FloatArray:
    wider = beta >= alpha
    u = np.abs(beta - alpha) / (np.minimum(alpha, beta) + t)
    far = u > _MODERATE
    share = fraction(np.where(wider, m, s + 1.0), np.where(wider, s, m - 1.0), np.where(far, 0.0, u))
    value = np.log(share) + np.log1p(np.where(wider, 0.0, u)) + (np.log(s) - np.log(m + s))
    if far.any():
        every = np.broadcast_to(np.arange(s.size).reshape(s.shape), u.shape)
        kinds, kind = np.unique(every[far], return_inverse=True)
        of_kinds = s.ravel()[kinds], m.ravel()[kinds], beta.ravel()[kinds], alpha.ravel()[kinds]
        value[far] = _by_integral(Race(*of_kinds, kind, np.broadcast_to(t, u.shape)[far]))
    return np.asarray(value)


def _by_integral(race: Race) -> FloatArray:
    out = np.empty(len(race.t))
    for rows, _, integrand in integrands(race):
        out[rows] = np.log(np.einsum("ij->i", integrand.weight))
    return out + log_front(race)


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
class Grid:
    """Nodes y, 1 - exp(-y), and the log of weight times exp(-(m + s) y), shape (kinds, nodes)."""

    y: FloatArray
    risen: FloatArray
    log_weight: FloatArray


@dataclass(frozen=True)
class Integrand:
    """Parts of the integral, 1 - exp(-y), and log(1 + u (1 - exp(-y))), at each node, shape (rows, nodes)."""

    weight: FloatArray
    risen: FloatArray
    rise: FloatArray
    grid: Grid


def _grid(c: FloatArray, k: FloatArray, u: FloatArray, end: FloatArray | float = np.inf) -> Grid:
    """Nodes for rates from c, of which those up to about c + 1 + (k + 1) u matter; y goes no further than `end`."""
    fastest = c + 1.0 + (k + 1.0) * u
    length = np.log1p(fastest * np.minimum(_NEGLIGIBLE / c, end))
    count = _NODES + _NODES_PER_LOG * float(length.max())
    nodes, weights = gauss_legendre(_STEP * int(np.ceil(count / _STEP)))
    v = length[:, None] * nodes
    y = np.expm1(v) / fastest[:, None]
    log_weight = v - c[:, None] * y + np.log(weights) + np.log(length / fastest)[:, None]
    return Grid(y, -np.expm1(-y), log_weight)


def integrands(race: Race) -> Iterator[tuple[slice, FloatArray, Integrand]]:
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
        yield rows, u[rows], Integrand(weight, risen, rise, grid)


def _exponent(race: Race) -> FloatArray:
    """k, with which the smaller of the two scales outgrows the larger."""
    return np.where(race.beta >= race.alpha, race.m, race.s + 1.0)


def log_front(race: Race) -> FloatArray:
    """log s, and where beta is the smaller scale the log of how much larger the other one is."""
    excess = np.maximum(race.alpha - race.beta, 0.0)
    return np.log(race.s)[race.kind] + np.log1p(excess[race.kind] / (race.beta[race.kind] + race.t))
