"""Posteriors summed up on dense grids, with an error that a coarser grid shows.

Smooth densities that vanish at both ends are integrated by equal steps with an error that falls geometrically. BG/NBD's
four dimensions are two pairs: apart from one sum over customers the pairs do not meet.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline, RegularGridInterpolator
from scipy.special import betaln, gammaln

from tests.calibration.independent import log_prior, value_of

# Of a density, what is this far below its top in logs is left out: e^-18 is 1.5e-8.
NEGLIGIBLE = 18.0
# Points of the passes that find where the density is, and of the last one, per axis.
SEARCH, PAIRS, TRIPLES = (40, 40), 72, 80
# Standard deviations of a prior, or logits, to look at first.
REACH, LOGITS = 5.0, 20.0


@dataclass(frozen=True)
class Marginal:
    """One coordinate's posterior: points w in equal steps and the log-density there, up to a constant."""

    w: np.ndarray
    log_density: np.ndarray

    def mean(self, function=lambda w: w):
        """Expected value of a function of the coordinate."""
        return float(self._weights @ function(self.w))

    def quantile(self, share):
        fine = np.linspace(self.w[0], self.w[-1], 20_001)
        top = self.log_density.max()
        density = np.exp(CubicSpline(self.w, np.maximum(self.log_density - top, -3.0 * NEGLIGIBLE))(fine))
        below = np.cumsum(density)
        return np.interp(share, below / below[-1], fine)

    @property
    def _weights(self):
        weights = np.exp(self.log_density - self.log_density.max())
        return weights / weights.sum()


def purchases_posterior(columns, priors, points=PAIRS):
    """Marginals by name of the posterior of BG/NBD.

    Parameters
    ----------
    columns
        x, t_x, T, shape (n,) each.
    priors
        Of r, alpha, mean_dropout and dropout_concentration, in this order, in the data's units.
    points
        Per axis.
    """
    names = list(priors)
    terms = PairTerms(columns, priors)
    boxes = [_start(prior) for prior in priors.values()]
    guides = (None, None)
    for size in (*SEARCH, points):
        axes = [np.linspace(*box, size) for box in boxes]
        guides = terms.marginals(axes, guides)
        marginals = [
            Marginal(axes[2 * pair + place], _log_sum(guides[pair][1], 1 - place))
            for pair in (0, 1)
            for place in (0, 1)
        ]
        boxes = [_box(marginal) for marginal in marginals]
    return dict(zip(names, marginals, strict=True))


def spend_posterior(columns, priors, points=TRIPLES):
    """Marginals by name of the posterior of Gamma-Gamma, as above; columns are x and m, priors of p, q and v."""
    x, m = columns
    boxes = [_start(prior) for prior in priors.values()]
    for size in (*SEARCH, points):
        axes = [np.linspace(*box, size) for box in boxes]
        p, q, v = (value_of(prior, w) for prior, w in zip(priors.values(), axes, strict=True))
        orders, counts = np.unique(x, return_counts=True)
        px, shape = p[:, None, None] * orders, q[:, None]
        shapes = (gammaln(px + shape) - gammaln(px) - gammaln(shape)) @ counts.astype(float)
        grown = np.log1p(v[:, None] / (x * m)) @ x, np.log1p((x * m) / v[:, None]).sum(axis=1)
        total = shapes[:, :, None] - p[:, None, None] * grown[0] - q[:, None] * grown[1] - np.log(m).sum()
        for place, (prior, w) in enumerate(zip(priors.values(), axes, strict=True)):
            total += np.expand_dims(log_prior(prior, w), tuple(axis for axis in range(3) if axis != place))
        marginals = [
            Marginal(axes[place], _log_sum(total, tuple(axis for axis in range(3) if axis != place)))
            for place in range(3)
        ]
        boxes = [_box(marginal) for marginal in marginals]
    return dict(zip(priors, marginals, strict=True))


class PairTerms:
    """The log-posterior of BG/NBD on a grid of (r, alpha) by (mean, concentration)."""

    def __init__(self, columns, priors):
        self.x, self.t_x, self.T = columns
        self.priors = list(priors.values())

    def joint(self, first, second):
        """The log-posterior at (r, alpha) by (mean, concentration), coordinates of shape (2, i) and (2, j): (i, j)."""
        (rates, kept), (dropouts, lost) = self._rates(*first), self._dropouts(*second)
        return rates[:, None] + dropouts + _log_of_sums(kept, lost)

    def marginals(self, axes, guides):
        """Of each pair its axes and its log marginal, shape (points, points)."""
        first, second = (self._kept(axes[2 * pair : 2 * pair + 2], guides[pair]) for pair in (0, 1))
        rates, kept = self._rates(*_mesh(axes[:2], first))
        dropouts, lost = self._dropouts(*_mesh(axes[2:], second))
        of_first, of_second = np.empty(len(rates)), np.full(len(dropouts), -np.inf)
        for rows in np.array_split(np.arange(len(rates)), max(1, len(rates) // 64)):
            total = rates[rows, None] + dropouts + _log_of_sums(kept[rows], lost)
            of_first[rows] = _log_sum(total, 1)
            of_second = np.logaddexp(of_second, _log_sum(total, 0))
        return [(axes[:2], _filled(first, of_first)), (axes[2:], _filled(second, of_second))]

    def _kept(self, axes, guide):
        """Which points of a pair's grid matter, from the marginal of the pass before."""
        shape = tuple(len(axis) for axis in axes)
        if guide is None:
            return np.ones(shape, dtype=bool)
        before, marginal = guide
        look = RegularGridInterpolator(before, np.maximum(marginal, marginal.max() - 1e3))
        inside = [np.clip(axis, old[0], old[-1]) for axis, old in zip(axes, before, strict=True)]
        return look(np.stack(np.meshgrid(*inside, indexing="ij"), axis=-1)) > marginal.max() - 2.0 * NEGLIGIBLE

    def _rates(self, w_r, w_alpha):
        r, alpha = value_of(self.priors[0], w_r), value_of(self.priors[1], w_alpha)
        total = log_prior(self.priors[0], w_r) + log_prior(self.priors[1], w_alpha)
        until = np.where(self.x > 0, self.t_x, self.T)
        for x, t in zip(self.x, until, strict=True):
            total = total + gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + t)
        again = self.x > 0
        x, t_x, T = self.x[again], self.t_x[again], self.T[again]
        return total, np.exp((r[:, None] + x) * np.log((alpha[:, None] + t_x) / (alpha[:, None] + T)))

    def _dropouts(self, w_mean, w_concentration):
        mean, concentration = value_of(self.priors[2], w_mean), value_of(self.priors[3], w_concentration)
        a, b = mean * concentration, (1.0 - mean) * concentration
        total = log_prior(self.priors[2], w_mean) + log_prior(self.priors[3], w_concentration)
        x = self.x[self.x > 0]
        stays = betaln(a[:, None], b[:, None] + x)
        total = total + stays.sum(axis=1) - len(x) * betaln(a, b)
        return total, np.exp(betaln(a[:, None] + 1.0, b[:, None] + x - 1.0) - stays)


def _log_of_sums(kept, lost):
    """Sum over customers of log(kept + lost), shape (i, j); eight at a time before a logarithm is taken."""
    total = np.zeros((len(kept), len(lost)))
    for start in range(0, kept.shape[1], 8):
        product = 1.0
        for k in range(start, min(start + 8, kept.shape[1])):
            product = product * (kept[:, None, k] + lost[:, k])
        total += np.log(product)
    return total


def _start(prior):
    if prior.support == "share":
        return -LOGITS, LOGITS
    return prior.mu - REACH * prior.sigma, prior.mu + REACH * prior.sigma


def _box(marginal):
    """A step beyond where the density is not negligible."""
    inside = np.flatnonzero(marginal.log_density > marginal.log_density.max() - NEGLIGIBLE)
    step = marginal.w[1] - marginal.w[0]
    return marginal.w[inside[0]] - step, marginal.w[inside[-1]] + step


def _mesh(axes, kept):
    return [values[kept] for values in np.meshgrid(*axes, indexing="ij")]


def _filled(kept, values):
    full = np.full(kept.shape, -np.inf)
    full[kept] = values
    return full


def _log_sum(values, axis):
    top = values.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.squeeze(top, axis) + np.log(np.exp(values - top).sum(axis=axis))
