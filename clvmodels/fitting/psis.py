"""Pareto-smoothed importance sampling.

Vehtari, Simpson, Gelman, Yao and Gabry (2024), "Pareto Smoothed Importance Sampling", Journal of Machine Learning
Research 25(72); the tail is fitted as Zhang and Stephens (2009) do, "A New and Efficient Estimation Method for the
Generalized Pareto Distribution", Technometrics 51(3), with the prior on k that the first paper adds.
"""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray

# Above it, importance sampling cannot be relied on (Vehtari et al., section 3.2.4).
UNRELIABLE = 0.7
_SMALLEST_TAIL = 5


@dataclass(frozen=True)
class Smoothed:
    """Weights whose largest values were replaced by what a Pareto tail expects of them.

    Attributes
    ----------
    log_weights
        Normalised, shape (n,).
    k_hat
        Shape of the tail: below .5 all is well, above .7 the weights cannot be relied on.
    """

    log_weights: FloatArray
    k_hat: float

    @property
    def weights(self) -> FloatArray:
        """They sum to 1."""
        return np.exp(self.log_weights)

    @property
    def effective_size(self) -> float:
        """How many independent draws the weighted ones are worth, 1 over the sum of squared weights."""
        return float(1.0 / np.sum(np.exp(2.0 * self.log_weights)))


def smooth(log_ratios: FloatArray) -> Smoothed:
    """Smooth importance ratios given as logs, shape (n,)."""
    centred = log_ratios - log_ratios.max()
    size = len(centred)
    tail = int(np.ceil(min(0.2 * size, 3.0 * np.sqrt(size))))
    order = np.argsort(centred)
    largest, threshold = order[size - tail :], centred[order[size - tail - 1]] if tail < size else -np.inf
    cutoff = np.exp(max(threshold, np.log(np.finfo(float).tiny)))
    excess = np.exp(centred[largest]) - cutoff
    k_hat = np.inf
    if tail >= _SMALLEST_TAIL and _quarter(excess) > 0:
        k_hat, sigma = fit_pareto(excess)
        if np.isfinite(k_hat):
            ranks = (np.arange(tail) + 0.5) / tail
            centred = centred.copy()
            centred[largest] = np.minimum(np.log(cutoff + quantile(ranks, k_hat, sigma)), 0.0)
    elif tail >= _SMALLEST_TAIL and excess[-1] == 0:
        k_hat = -np.inf  # all ratios of the tail are equal; where only some are, a few outweigh all others
    return Smoothed(centred - _log_sum(centred), float(k_hat))


def fit_pareto(excess: FloatArray) -> tuple[float, float]:
    """Shape k and scale sigma of a generalised Pareto distribution of excesses, shape (n,), ascending.

    At least three quarters of them are above 0.
    """
    n = len(excess)
    grid = 30 + int(np.sqrt(n))
    b = 1.0 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))
    b = b / (3.0 * _quarter(excess)) + 1.0 / excess[-1]
    shapes = np.log1p(-b[:, None] * excess).mean(axis=1)
    profile = n * (np.log(-b / shapes) - shapes - 1.0)
    weights = np.exp(profile - profile.max())
    best = float(np.sum(b * weights) / weights.sum())
    k = float(np.log1p(-best * excess).mean())
    # The prior on k is worth ten observations at a half.
    return (n * k + 10 * 0.5) / (n + 10), -k / best


def _quarter(excess: FloatArray) -> float:
    return float(excess[int(len(excess) / 4 + 0.5) - 1])


def quantile(share: FloatArray, k: float, sigma: float) -> FloatArray:
    """Excess that a share of a generalised Pareto distribution lies below."""
    if abs(k) < 1e-12:
        return -sigma * np.log1p(-share)
    return np.asarray(sigma * np.expm1(-k * np.log1p(-share)) / k)


def _log_sum(values: FloatArray) -> float:
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()))
