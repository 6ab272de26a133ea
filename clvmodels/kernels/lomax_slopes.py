"""Derivatives of the log-probability that one of two waiting times is over first: see `lomax_race`."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.kernels.lomax_race import Integrand, Race, integrands, log_front


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


def log_first_slopes(race: Race) -> Slopes:
    """`log_first` with its derivatives, at the nodes of one integral."""
    parts = [_slopes(race, rows, integrand, ratio) for rows, ratio, integrand in integrands(race)]
    value, *slopes = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Slopes(value + log_front(race), *slopes)


def _slopes(race: Race, rows: slice, at: Integrand, u: FloatArray) -> tuple[FloatArray, ...]:
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
    by_m, by_s = both, y
    if not wider.all():
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
    means = [np.einsum("ij->i", product) for product in weighted]
    pairs = ((0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2))
    joint = [np.einsum("ij,ij->i", weighted[i], values[j]) - means[i] * means[j] for i, j in pairs]
    return [*means, *joint]
