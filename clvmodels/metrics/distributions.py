"""Measures of forecasts that are whole distributions, given as draws or as probabilities of counts.

Gneiting and Raftery (2007), "Strictly Proper Scoring Rules, Prediction, and Estimation", Journal of the American
Statistical Association 102. Scores are losses here: less is better.
"""

from numbers import Real

import numpy as np

from clvmodels.arrays import Array, ArrayLike, FloatArray
from clvmodels.errors import InputError
from clvmodels.metrics.checks import counts, finite, mean, pair, same_length


def crps(draws: ArrayLike, actual: ArrayLike) -> FloatArray:
    """Continuous ranked probability score of each customer, E|X - y| - E|X - X'| / 2, in the unit of the values.

    Proper for distributions. It is the absolute error spread over a distribution, and estimated without bias, so that
    forecasts with different numbers of draws can be compared. Ferro (2014), "Fair scores for ensemble forecasts",
    Quarterly Journal of the Royal Meteorological Society 140.

    Parameters
    ----------
    draws
        Of what each customer may do, shape (n, m) with m of at least 2.
    actual
        Shape (n,).

    Returns
    -------
    FloatArray
        Shape (n,); single ones can be below 0, their mean is not but by chance.

    Examples
    --------
    >>> from clvmodels.metrics import crps
    >>> crps([[0, 1, 2], [3, 3, 3]], [1, 5]).round(4).tolist()
    [0.0, 2.0]
    """
    drawn, happened = _drawn(draws, actual)
    m = drawn.shape[1]
    if m < 2:
        raise InputError("One draw per customer is no distribution.", advice="Draw at least 2, better 1,000.")
    ordered = np.sort(drawn, axis=1)
    from_actual = np.abs(ordered - happened[:, None]).mean(axis=1)
    apart = np.einsum("ij,j->i", ordered, 2.0 * np.arange(1, m + 1) - m - 1.0) / (m * (m - 1.0))
    return np.asarray(from_actual - apart)


def log_score(probabilities: ArrayLike, actual: ArrayLike) -> FloatArray:
    """Minus the log of the probability that was given to what happened, of each customer.

    Proper for distributions of counts; the only such score that looks at nothing but what happened.

    Parameters
    ----------
    probabilities
        Of 0, 1, .. k purchases, shape (n, k + 1).
    actual
        Purchases, shape (n,), whole numbers of at most k.

    Returns
    -------
    FloatArray
        Shape (n,); infinite where something happened that was said to be impossible.

    Raises
    ------
    InputError
        If somebody purchased more often than the table tells, or a number is no probability.

    Examples
    --------
    >>> from clvmodels.metrics import log_score
    >>> log_score([[0.5, 0.25], [0.5, 0.25]], [0, 1]).round(3).tolist()
    [0.693, 1.386]
    """
    happened = finite(actual, "actual values")
    table = np.asarray(probabilities, dtype=float)
    if table.ndim != 2:
        raise InputError(f"The probabilities have shape {table.shape}.", advice="Give a row per customer.")
    same_length(len(table), len(happened))
    if not (happened >= 0).all() or (happened % 1 != 0).any() or happened.max() >= table.shape[1]:
        raise InputError(f"Not all of what happened is a whole number from 0 to {table.shape[1] - 1}.")
    given = table[np.arange(len(table)), happened.astype(np.int64)]
    # Rounding may bring a probability a hair below 0 or above 1.
    if not ((given >= -1e-9) & (given <= 1.0 + 1e-9)).all():
        raise InputError("Not all probabilities are between 0 and 1.")
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(np.clip(given, 0.0, 1.0)) + 0.0)


def randomised_pit(draws: ArrayLike, actual: ArrayLike, rng: np.random.Generator) -> FloatArray:
    """Where in its predictive distribution each customer's outcome fell, between 0 and 1.

    Uniform over customers if the forecasts are right. For counts, and for amounts that are often 0, the distribution
    has steps, and the outcome is put at random within its step; without that, right forecasts would look wrong.
    Czado, Gneiting and Held (2009), "Predictive Model Assessment for Count Data", Biometrics 65.

    Parameters
    ----------
    draws
        Shape (n, m).
    actual
        Shape (n,).
    rng
        Random numbers.

    Returns
    -------
    FloatArray
        Shape (n,): the rank of the outcome among draws and outcome, ties at random, made continuous. It is exactly
        uniform if draws and outcome have one distribution, however few the draws are.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.metrics import randomised_pit
    >>> pit = randomised_pit([[0, 0, 0, 5]], [0], np.random.default_rng(1))
    >>> bool(0 < pit[0] < 0.8)
    True
    """
    drawn, happened = _drawn(draws, actual)
    below = (drawn < happened[:, None]).sum(axis=1)
    tied = (drawn == happened[:, None]).sum(axis=1)
    return np.asarray((below + (tied + 1.0) * rng.random(len(happened))) / (drawn.shape[1] + 1.0))


def pit_distance(pit: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Largest distance between the distribution of `randomised_pit` and the uniform one (Kolmogorov and Smirnov).

    0 to 1, less is better. By chance alone it comes to about 0.87 / sqrt(n) for n customers who are right.

    Examples
    --------
    >>> from clvmodels.metrics import pit_distance
    >>> round(pit_distance([0.1, 0.3, 0.5, 0.7, 0.9]), 6)
    0.1
    """
    values = finite(pit, "values")
    order = np.argsort(values)
    number = counts(weights, len(values))[order]
    reached = np.cumsum(number) / number.sum()
    before = reached - number / number.sum()
    present = number > 0
    return float(np.maximum(reached - values[order], values[order] - before)[present].max())


def equal_tailed(draws: ArrayLike, level: float) -> tuple[FloatArray, FloatArray]:
    """Lower and upper bound with equal tails, each of them one of the draws, shape (n,).

    Parameters
    ----------
    draws
        Shape (n, m).
    level
        Between 0 and 1: at least this share of the draws lies within the bounds. Of counts it is often more.

    Raises
    ------
    InputError
        If the level is not between 0 and 1.

    Examples
    --------
    >>> from clvmodels.metrics import equal_tailed
    >>> equal_tailed([[4, 1, 3, 2, 5]], 0.6)
    (array([1.]), array([4.]))
    """
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < float(level) < 1:
        raise InputError(f"The level {level!r} is not between 0 and 1.", advice="Such as 0.9 for 90%.")
    drawn = np.asarray(draws, dtype=float)
    tail = 0.5 - 0.5 * float(level)
    lower, upper = np.quantile(drawn, (tail, 1.0 - tail), axis=1, method="inverted_cdf")
    return lower, upper


def inside(lower: ArrayLike, upper: ArrayLike, actual: ArrayLike) -> Array:
    """Whether each outcome lies within its bounds, which belong to the interval, shape (n,).

    Examples
    --------
    >>> from clvmodels.metrics import inside
    >>> inside([0, 2], [1, 3], [1, 1]).tolist()
    [True, False]
    """
    low, happened = pair(lower, actual)
    high, _ = pair(upper, actual)
    return np.asarray((low <= happened) & (happened <= high))


def coverage(lower: ArrayLike, upper: ArrayLike, actual: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Share of customers whose outcome lies within its bounds.

    Compare it with the probability that the forecast itself puts on the interval: counts have steps, so that an
    interval of 80% may hold 95% with full right. It says nothing about width; CRPS judges both at once.

    Examples
    --------
    >>> from clvmodels.metrics import coverage
    >>> coverage([0, 2], [1, 3], [1, 1])
    0.5
    """
    return mean(inside(lower, upper, actual).astype(float), weights)


def mean_width(lower: ArrayLike, upper: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean width of intervals, in the unit of the values.

    Examples
    --------
    >>> from clvmodels.metrics import mean_width
    >>> mean_width([0, 2], [1, 5])
    2.0
    """
    low, high = pair(lower, upper)
    return mean(high - low, weights)


def _drawn(draws: ArrayLike, actual: ArrayLike) -> tuple[FloatArray, FloatArray]:
    drawn, happened = np.asarray(draws, dtype=float), finite(actual, "actual values")
    if drawn.ndim != 2 or not drawn.shape[1]:
        raise InputError(f"The draws have shape {drawn.shape}.", advice="Give a row per customer, a column per draw.")
    same_length(len(drawn), len(happened))
    if not np.isfinite(drawn).all():
        raise InputError(f"{np.sum(~np.isfinite(drawn)):,} draws are not finite.")
    return drawn, happened
