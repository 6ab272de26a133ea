"""What chance alone does to counts and to weekly figures: the statistics behind every alarm."""

import math
from collections.abc import Callable

import numpy as np
from scipy import special

from clvmodels.arrays import FloatArray

# From so many weeks on the dispersion of weekly counts is learnt; of fewer it would be guessed.
FEWEST_WEEKS = 8


def dispersion(counts: FloatArray) -> float:
    """Variance of weekly counts around a slow change, over that of a Poisson process; 1 if it is less or not known.

    From second differences d of neighbouring weeks, which no straight line enters: E d^2 = 6 x dispersion x mean.

    Parameters
    ----------
    counts
        Purchases by week, shape (weeks,).

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.retrain.chance import dispersion
    >>> rng = np.random.default_rng(1)
    >>> steady, rough = rng.poisson(90, 4000), rng.negative_binomial(30, 0.25, 4000)
    >>> round(dispersion(steady), 1), round(dispersion(rough), 1)  # the variance of the second is 4 times its mean
    (1.0, 4.0)
    """
    counts = np.asarray(counts, dtype=float)
    if len(counts) < FEWEST_WEEKS:
        return 1.0
    apart = counts[:-2] - 2 * counts[1:-1] + counts[2:]
    around = counts[:-2] + 4 * counts[1:-1] + counts[2:]
    return max(float(np.sum(apart**2) / np.sum(around)), 1.0) if around.any() else 1.0


def count_probability(actual: float, expected: float, variance: float) -> float:
    """Two-sided probability of a count at least so far out, by the negative binomial of this mean and variance.

    Where the variance is not above the mean it is the Poisson distribution.

    Examples
    --------
    >>> from clvmodels.retrain.chance import count_probability
    >>> round(count_probability(70, 100, 100), 4), round(count_probability(70, 100, 300), 2)
    (0.0019, 0.07)
    """
    below = _distribution(expected, variance)
    return float(min(1.0, 2.0 * min(below(actual), 1.0 - below(actual - 1))))


def count_interval(expected: float, variance: float, level: float) -> tuple[float, float]:
    """Smallest and largest count of the central interval of that distribution.

    Examples
    --------
    >>> from clvmodels.retrain.chance import count_interval
    >>> count_interval(100, 100, 0.95)
    (81.0, 120.0)
    """
    below, tail = _distribution(expected, variance), 0.5 - 0.5 * level
    return _quantile(below, tail), _quantile(below, 1.0 - tail)


def _distribution(expected: float, variance: float) -> Callable[[float], float]:
    """P(N <= count) as a function of the count."""
    if not expected > 0:
        return lambda count: float(count >= 0)
    if variance <= expected * (1 + 1e-9):
        return lambda count: float(special.pdtr(count, expected)) if count >= 0 else 0.0
    size = expected**2 / (variance - expected)
    return lambda count: float(special.betainc(size, count + 1, size / (size + expected))) if count >= 0 else 0.0


def _quantile(below: Callable[[float], float], probability: float) -> float:
    """The least count at or below which so much of the probability lies."""
    low, high = -1, 1
    while below(high) < probability:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if below(middle) >= probability else (middle, high)
    return float(high)


def rate_probability(recent: tuple[float, float], reference: tuple[FloatArray, FloatArray], spread: float) -> float:
    """Two-sided probability that counts per exposure differ so much between a recent window and the weeks before it.

    Parameters
    ----------
    recent
        Count and exposure of the window.
    reference
        Counts and exposures by week, shape (weeks,) each.
    spread
        Variance of a week's count over its mean, at least 1.

    Returns
    -------
    float
        By Student's t of weeks - 1 degrees of freedom; 1 where nothing is expected.
    """
    counts, exposures = reference
    total = float(exposures.sum())
    expected = float(counts.sum()) / total * recent[1] if total > 0 else 0.0
    if not expected > 0:
        return 1.0
    error = math.sqrt(spread * expected * (1.0 + recent[1] / total))
    return t_probability((recent[0] - expected) / error, len(counts) - 1)


def pearson(counts: FloatArray, exposures: FloatArray) -> float:
    """Variance of counts around one common rate over that of a Poisson process, at least 1.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.retrain.chance import pearson
    >>> pearson(np.array([4.0, 16.0]), np.array([10.0, 10.0]))
    7.2
    """
    expected = exposures * counts.sum() / exposures.sum() if exposures.sum() > 0 else exposures
    known = expected > 0
    if known.sum() < 2:
        return 1.0
    return max(float(np.sum((counts - expected)[known] ** 2 / expected[known]) / (known.sum() - 1)), 1.0)


def mean_probability(recent: FloatArray, reference: FloatArray) -> float:
    """Two-sided probability that the mean of some weeks is so far from the mean of those before, by Student's t.

    The spread is that between the weeks before, so that it has whatever makes weeks differ. 1 if there is none.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.retrain.chance import mean_probability
    >>> round(mean_probability(np.array([3.0, 3.2]), np.array([1.0, 1.4, 1.2, 0.8, 1.1])), 4)
    0.0004
    """
    weeks = len(reference)
    error = float(np.std(reference, ddof=1)) * math.sqrt(1 / len(recent) + 1 / weeks) if weeks > 1 else 0.0
    if not error > 0:
        return 1.0
    return t_probability(float(recent.mean() - reference.mean()) / error, weeks - 1)


def t_probability(t: float, freedom: float) -> float:
    """Two-sided probability of Student's t.

    Examples
    --------
    >>> from clvmodels.retrain.chance import t_probability
    >>> round(t_probability(2.0, 1e9), 4)
    0.0455
    """
    return float(2 * special.stdtr(freedom, -abs(t)))
