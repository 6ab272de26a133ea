"""Pareto/NBD: the probability that customers who were alive at t_x have not purchased since, with derivatives.

Either the lifetime ended before a further purchase came, whenever that was, or a purchase comes first, but after T. The
one is a function of (x, t_x), the other one, given that neither happened before T, of (x, T): on a calendar these pairs
are few, and a table of each replaces an integral for every customer.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from scipy.special import expit

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.kernels.derivatives import Derivatives, blocks, weighted_sum
from clvmodels.kernels.knots import Knots, resolved
from clvmodels.kernels.lomax_race import Race, log_first
from clvmodels.kernels.lomax_slopes import Slopes, log_first_slopes
from clvmodels.kernels.pareto_nbd_pairs import Pairs, Part, by_pair

Theta: TypeAlias = tuple[float, float, float, float]
Four: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, FloatArray]

# So many numbers' temporaries stay in the processor's cache, and so many numbers of rows at draws are held at once.
_BLOCK, _TOGETHER = 8192, 262_144


def silence(part: Part, theta: FloatArray) -> FloatArray:
    """Sums over customers of the log-probability of no purchase in (t_x, T], shape (n,), at theta of shape (n, 4)."""
    total = np.zeros(len(theta))
    for draws, rows, values in silence_blocks(part, theta):
        total[draws] += values @ part.counts[rows]
    return total


def silence_blocks(part: Part, theta: FloatArray) -> Iterator[tuple[IntArray, slice, FloatArray]]:
    """Places of some parameters, some rows, and the log-probability at each, in pieces that stay in the cache."""
    apart = np.abs(np.log(theta[:, 1]) - np.log(theta[:, 3]))
    order = np.argsort(apart)  # where scales are near, few terms are enough
    together = max(1, _TOGETHER // len(part.x))
    step = max(1, _BLOCK // len(part.x))
    for start in range(0, len(theta), together):
        draws = order[start : start + together]
        gone, back = _values(_ends, part.since, theta[draws]), _values(_returns, part.until, theta[draws])
        for first in range(0, len(draws), step):
            some = slice(first, first + step)
            for begin in range(0, len(part.x), _BLOCK):
                rows = slice(begin, begin + _BLOCK)
                yield draws[some], rows, _silence(part, rows, theta[draws[some]], gone[some], back[some])


def _silence(part: Part, rows: slice, theta: FloatArray, gone: FloatArray, back: FloatArray) -> FloatArray:
    """Of some rows, from the tables of all pairs."""
    r, alpha, s, beta = theta.T[:, :, None]
    age, gap = part.age[rows], part.gap[rows]
    kept = -(r + part.x[rows]) * np.log1p(gap / (alpha + age)) - s * np.log1p(gap / (beta + age))
    kept += np.take(back, part.at_until[rows], axis=1)
    return np.asarray(np.logaddexp(np.take(gone, part.at_since[rows], axis=1), kept))


def silence_derivatives(part: Part, theta: Theta) -> Derivatives:
    """The same with gradient and Hessian in the logs of (r, alpha, s, beta): of the log of a sum of two."""
    (since, gone), (until, back) = _resolved(_gone, part.since, theta), _resolved(_back, part.until, theta)
    gradients = since.spread(gone[:5]), until.spread(back[:5])
    weights = np.empty((2, len(part.x)))
    total = Derivatives(0.0, np.zeros(4), np.zeros((4, 4)))
    columns = part.at_since, part.at_until, part.x, part.age, part.gap, part.counts
    for (rows,), (at_since, at_until, *row) in zip(blocks(np.arange(len(part.x))), blocks(*columns), strict=True):
        at_gone, at_back = (
            np.take(table, at, axis=1) for table, at in zip(gradients, (at_since, at_until), strict=True)
        )
        either, weights[:, rows] = _either(at_gone, at_back, tuple(row), theta)
        total += either
    total += _total(gone, since.gather(by_pair(part.since, part.at_since, weights[0])))
    return total + _total(back, until.gather(by_pair(part.until, part.at_until, weights[1])))


def _resolved(function: Callable[[Pairs, Theta], FloatArray], pairs: Pairs, theta: Theta) -> tuple[Knots, FloatArray]:
    """Knots between which functions of pairs can be interpolated, and the values there, shape (functions, knots)."""
    return resolved(
        lambda kind, age: function(Pairs(pairs.x, kind, age), theta), pairs.kind, pairs.age, min(theta[1], theta[3])
    )


def _values(race: Callable[[FloatArray, float], Four], pairs: Pairs, theta: FloatArray) -> FloatArray:
    """Log-probability at all pairs that the first of two times is over first, shape (n, pairs)."""

    def by_kind(kind: IntArray, age: FloatArray) -> FloatArray:
        out = np.empty((len(theta), len(age)))
        begins = np.flatnonzero(np.diff(kind, prepend=-1))
        for first, last in zip(begins, [*begins[1:], len(kind)], strict=True):
            out[:, first:last] = _first(race(theta, pairs.x[kind[first]]), age[first:last])
        return out

    knots, values = resolved(by_kind, pairs.kind, pairs.age, float(theta[:, [1, 3]].min()), len(theta))
    return np.asarray(knots.spread(values))


def _first(race: Four, age: FloatArray) -> FloatArray:
    """At n parameters and some ages, shape (n, ages)."""
    s, m, beta, alpha = race
    return log_first(s, m, beta, alpha, age[:, None]).T


def _total(table: FloatArray, weights: FloatArray) -> Derivatives:
    """Weighted sum over knots of the derivatives alone."""
    sums = table @ weights if table.size <= 8192 else np.einsum("ij,j->i", table, weights)
    return Derivatives(0.0, sums[1:5], sums[5:].reshape(4, 4))


def _ends(theta: FloatArray, x: float) -> Four:
    """That the lifetime ends before the next purchase: s, m, beta and alpha at theta, shape (n, 4)."""
    r, alpha, s, beta = theta.T
    return s, r + x, beta, alpha


def _returns(theta: FloatArray, x: float) -> Four:
    """That the next purchase comes before the lifetime ends."""
    s, m, beta, alpha = _ends(theta, x)
    return m, s, alpha, beta


def _gone(pairs: Pairs, theta: Theta) -> FloatArray:
    r, alpha, s, beta = theta
    shares = beta / (beta + pairs.age), alpha / (alpha + pairs.age)
    one, same = np.ones(len(pairs.age)), np.ones(len(pairs.x))
    race = Race(s * same, r + pairs.x, beta * same, alpha * same, pairs.kind, pairs.age)
    return _in_logs(log_first_slopes(race), one, r, shares, (2, 3, 0, 1))


def _back(pairs: Pairs, theta: Theta) -> FloatArray:
    r, alpha, s, beta = theta
    shares = alpha / (alpha + pairs.age), beta / (beta + pairs.age)
    own = (r / (r + pairs.x))[pairs.kind]
    same = np.ones(len(pairs.x))
    race = Race(r + pairs.x, s * same, alpha * same, beta * same, pairs.kind, pairs.age)
    return _in_logs(log_first_slopes(race), own, s, shares, (0, 1, 2, 3))


def _in_logs(
    at: Slopes, own: FloatArray, other: float, shares: tuple[FloatArray, FloatArray], places: tuple[int, ...]
) -> FloatArray:
    """Value, gradient and Hessian in the logs of the parameters, by the chain rule, shape (21, pairs).

    Parameters
    ----------
    at
        Derivatives in the shapes and the log ratio of scales.
    own, other
        How the log of the one shape, and how the other shape, grow with the log of their parameters.
    shares
        How the logs of the two scales grow with those of their parameters.
    places
        Of shape and scale of the one, and of the other, among the four parameters.
    """
    mine, its = shares
    gradient = {0: own * at.s, 1: mine * at.ratio, 2: other * at.m, 3: -its * at.ratio}
    hessian = {
        (0, 0): own * own * at.s_s + own * (1.0 - own) * at.s,
        (0, 1): own * mine * at.s_ratio,
        (0, 2): own * other * at.m_s,
        (0, 3): -own * its * at.s_ratio,
        (1, 1): mine * mine * at.ratio_ratio + mine * (1.0 - mine) * at.ratio,
        (1, 2): mine * other * at.m_ratio,
        (1, 3): -mine * its * at.ratio_ratio,
        (2, 2): other * (other * at.m_m + at.m),
        (2, 3): -other * its * at.m_ratio,
        (3, 3): its * its * at.ratio_ratio - its * (1.0 - its) * at.ratio,
    }
    table = np.empty((21, len(at.value)))
    table[0] = at.value
    for place, slope in gradient.items():
        table[1 + places[place]] = slope
    for (i, j), bend in hessian.items():
        table[5 + 4 * places[i] + places[j]] = table[5 + 4 * places[j] + places[i]] = bend
    return table


def _either(
    gone: FloatArray, back: FloatArray, row: tuple[FloatArray, ...], theta: Theta
) -> tuple[Derivatives, FloatArray]:
    """Rows' log(gone + kept * back) without the tables' own derivatives, and the weights of these, shape (2, rows)."""
    r, alpha, s, beta = theta
    x, age, gap, counts = row
    slow, slow_bend = _drift(alpha, age, gap)
    die, die_bend = _drift(beta, age, gap)
    m = r + x
    waited, lasted = np.log1p(gap / (alpha + age)), np.log1p(gap / (beta + age))
    log_odds = back[0] - m * waited - s * lasted - gone[0]
    value = weighted_sum(counts, gone[0] + np.maximum(log_odds, 0.0) + np.log1p(np.exp(-np.abs(log_odds))))
    is_gone = expit(-log_odds)
    alive = counts * expit(log_odds)
    kept = np.stack([-r * waited, m * slow, -s * lasted, s * die])
    apart = back[1:] + kept - gone[1:]
    mixed = np.einsum("ik,jk->ij", apart * (alive * is_gone), apart)
    r_r, r_alpha, s_s, s_beta = (weighted_sum(alive, v) for v in (kept[0], r * slow, kept[2], kept[3]))
    bends = weighted_sum(alive, m * slow_bend), weighted_sum(alive, s * die_bend)
    of_kept = np.zeros((4, 4))
    of_kept[0, 0], of_kept[1, 1], of_kept[2, 2], of_kept[3, 3] = r_r, bends[0], s_s, bends[1]
    of_kept[0, 1] = of_kept[1, 0] = r_alpha
    of_kept[2, 3] = of_kept[3, 2] = s_beta
    gradient = np.einsum("ik,k->i", kept, alive)
    return Derivatives(value, gradient, of_kept + mixed), np.stack([counts * is_gone, alive])


def _drift(scale: float, age: FloatArray, gap: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Minus the first and second derivative of log((scale + age + gap) / (scale + age)) in the log of scale."""
    since, until = scale / (scale + age), scale / (scale + (age + gap))
    slope = until * (gap / (scale + age))
    return slope, slope * (1.0 - since - until)
