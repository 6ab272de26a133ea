"""Pareto/NBD: the probability that customers who were alive at t_x have not purchased since, with derivatives.

Either the lifetime ended before a further purchase came, whenever that was, or a purchase comes first, but after T. The
one is a function of (x, t_x), the other one, given that neither happened before T, of (x, T): on a calendar these pairs
are few, and a table of each replaces an integral for every customer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.special import expit

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.kernels.derivatives import Derivatives, blocks, weighted_sum
from clvmodels.kernels.knots import Knots, resolved
from clvmodels.kernels.lomax_race import Race, Slopes, log_first, log_first_slopes

Theta: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class Pairs:
    """Distinct (x, age).

    Attributes
    ----------
    x
        Distinct numbers of purchases, shape (kinds,).
    kind, age
        Of each pair the place of its x, and the age, shape (pairs,).
    """

    x: FloatArray
    kind: IntArray
    age: FloatArray


@dataclass(frozen=True)
class Part:
    """Some of the customers.

    Attributes
    ----------
    since, until
        Pairs (x, t_x) and (x, T).
    customers, bought
        Per pair of `since`, how many customers have it, and the sum of their x.
    at_since, at_until
        Of each row, the places of its pairs.
    x, age, gap, counts
        Of each row x, t_x, T - t_x, and how many customers it is.
    """

    since: Pairs
    until: Pairs
    customers: FloatArray
    bought: FloatArray
    at_since: IntArray
    at_until: IntArray
    x: FloatArray
    age: FloatArray
    gap: FloatArray
    counts: FloatArray


def part_of(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> Part:
    """Find the pairs of rows, shape (n,) each."""
    values, kind = np.unique(x, return_inverse=True)
    (since, at_since), (until, at_until) = (_pairs(values, kind, age) for age in (t_x, T))
    customers = _by_pair(since, at_since, counts)
    bought = customers * values[since.kind]
    return Part(since, until, customers, bought, at_since, at_until, x, t_x, T - t_x, counts)


def _pairs(values: FloatArray, kind: IntArray, age: FloatArray) -> tuple[Pairs, IntArray]:
    ages, code = np.unique(age, return_inverse=True)
    distinct, at = np.unique(kind * len(ages) + code, return_inverse=True)
    return Pairs(values, distinct // len(ages), ages[distinct % len(ages)]), at


def _by_pair(pairs: Pairs, at: IntArray, weights: FloatArray) -> FloatArray:
    return np.bincount(at, weights=weights, minlength=len(pairs.age)).astype(float)


def silence(part: Part, theta: Theta) -> float:
    """Sum over customers of the log-probability of no purchase in (t_x, T], at (r, alpha, s, beta)."""
    r, alpha, s, beta = theta
    gone, back = _values(_ends, part.since, theta), _values(_returns, part.until, theta)
    total = 0.0
    columns = part.at_since, part.at_until, part.x, part.age, part.gap, part.counts
    for at_since, at_until, x, age, gap, counts in blocks(*columns):
        kept = -(r + x) * np.log1p(gap / (alpha + age)) - s * np.log1p(gap / (beta + age))
        total += weighted_sum(counts, np.logaddexp(gone[at_since], kept + back[at_until]))
    return total


def silence_derivatives(part: Part, theta: Theta) -> Derivatives:
    """The same with gradient and Hessian in the logs of (r, alpha, s, beta): of the log of a sum of two."""
    since, gone = _resolved(_gone, part.since, theta)
    until, back = _resolved(_back, part.until, theta)
    gradients = since.spread(gone[:5]), until.spread(back[:5])
    weights = np.empty((2, len(part.x)))
    total = Derivatives(0.0, np.zeros(4), np.zeros((4, 4)))
    columns = part.at_since, part.at_until, part.x, part.age, part.gap, part.counts
    for (rows,), (at_since, at_until, *row) in zip(blocks(np.arange(len(part.x))), blocks(*columns), strict=True):
        at_gone, at_back = (table[:, at] for table, at in zip(gradients, (at_since, at_until), strict=True))
        either, weights[:, rows] = _either(at_gone, at_back, tuple(row), theta)
        total += either
    total += _total(gone, since.gather(_by_pair(part.since, part.at_since, weights[0])))
    return total + _total(back, until.gather(_by_pair(part.until, part.at_until, weights[1])))


def _resolved(function: Callable[[Pairs, Theta], FloatArray], pairs: Pairs, theta: Theta) -> tuple[Knots, FloatArray]:
    """Knots between which functions of pairs can be interpolated, and the values there, shape (functions, knots)."""
    return resolved(
        lambda kind, age: function(Pairs(pairs.x, kind, age), theta), pairs.kind, pairs.age, min(theta[1], theta[3])
    )


def _values(race: Callable[[Pairs, Theta], Race], pairs: Pairs, theta: Theta) -> FloatArray:
    """Log-probability at all pairs that the first of two times is over first."""
    knots, values = _resolved(lambda *at: log_first(race(*at))[None, :], pairs, theta)
    return np.asarray(knots.spread(values)[0])


def _total(table: FloatArray, weights: FloatArray) -> Derivatives:
    """Weighted sum over knots of the derivatives alone."""
    sums = table @ weights if table.size <= 8192 else np.einsum("ij,j->i", table, weights)
    return Derivatives(0.0, sums[1:5], sums[5:].reshape(4, 4))


def _ends(pairs: Pairs, theta: Theta) -> Race:
    """That the lifetime ends before the next purchase."""
    r, alpha, s, beta = theta
    same = np.ones(len(pairs.x))
    return Race(s * same, r + pairs.x, beta * same, alpha * same, pairs.kind, pairs.age)


def _returns(pairs: Pairs, theta: Theta) -> Race:
    """That the next purchase comes before the lifetime ends."""
    ends = _ends(pairs, theta)
    return Race(ends.m, ends.s, ends.alpha, ends.beta, pairs.kind, pairs.age)


def _gone(pairs: Pairs, theta: Theta) -> FloatArray:
    r, alpha, _, beta = theta
    shares = beta / (beta + pairs.age), alpha / (alpha + pairs.age)
    one = np.ones(len(pairs.age))
    return _in_logs(log_first_slopes(_ends(pairs, theta)), one, r, shares, (2, 3, 0, 1))


def _back(pairs: Pairs, theta: Theta) -> FloatArray:
    r, alpha, s, beta = theta
    shares = alpha / (alpha + pairs.age), beta / (beta + pairs.age)
    own = (r / (r + pairs.x))[pairs.kind]
    return _in_logs(log_first_slopes(_returns(pairs, theta)), own, s, shares, (0, 1, 2, 3))


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
