"""Whether figures of replicates differ from what they should be by more than chance; worlds are the independent units.

Customers of one world share its parameters, so that their errors go together. What is judged is therefore each world's
own sum, and its spread from world to world.
"""

import numpy as np
from scipy import stats

BINS = 5


def unevenness(by_world, bins=BINS):
    """Probability that uniform numbers, in arrays by world, fall into bins so unevenly (Hotelling's test)."""
    counts = np.array([np.histogram(values, bins, (0.0, 1.0))[0] for values in by_world], float)
    off = (counts - counts.sum(axis=1, keepdims=True) / bins)[:, 1:]
    worlds, free = off.shape
    center = off.mean(axis=0)
    distance = worlds * center @ np.linalg.solve(np.cov(off, rowvar=False), center)
    return float(stats.f.sf(distance * (worlds - free) / (free * (worlds - 1)), free, worlds - free))


def gap(by_world):
    """Mean of numbers, in arrays by world, and its standard error."""
    sums = np.array([np.sum(values) for values in by_world], float)
    sizes = np.array([len(values) for values in by_world], float)
    mean = sums.sum() / sizes.sum()
    return float(mean), float(np.std(sums - mean * sizes, ddof=1) * np.sqrt(len(sums)) / sizes.sum())


def unevenness_of_one(values):
    """Probability that independent uniform numbers, one per world, are so uneven (Kolmogorov and Smirnov)."""
    return float(stats.kstest(values, "uniform").pvalue)


def coverage(values, level):
    """Share of worlds in the middle of their predictions, and the probability of a share so far from the level."""
    inside = int(np.sum(np.abs(np.asarray(values) - 0.5) <= 0.5 * level))
    return inside / len(values), float(stats.binomtest(inside, len(values), level).pvalue)
