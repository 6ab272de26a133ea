"""Measures of the order that a forecast puts customers in, whatever the size of its numbers."""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.errors import InputError
from clvmodels.metrics.checks import counts, finite, same_length
from clvmodels.metrics.ranking import Ranked, Ranking


def spearman(predicted: Ranked, actual: Ranked, weights: ArrayLike | None = None) -> float:
    """Spearman's rank correlation, ties by the mean of their ranks.

    Parameters
    ----------
    predicted, actual
        Numbers, shape (n,), or rankings of them.
    weights
        Counts of customers, shape (n,).

    Returns
    -------
    float
        -1 to 1; NaN where all values of either are the same.

    Examples
    --------
    >>> from clvmodels.metrics import spearman
    >>> round(spearman([0.1, 0.2, 0.4], [0, 5, 2]), 6)
    0.5
    """
    forecast, happened = _two(predicted, actual)
    first, second = forecast.midranks(weights), happened.midranks(weights)
    number = counts(weights, len(first))
    spread = _covariance(first, first, number) * _covariance(second, second, number)
    return float(_covariance(first, second, number) / np.sqrt(spread)) if spread > 0 else np.nan


def normalised_gini(predicted: Ranked, actual: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gini coefficient of what happened, with customers in the forecast's order, over that in their own order.

    The Gini coefficient is twice the area between the curve of cumulative gain and its diagonal. With ties sharing
    their places, the ratio is cov(y, rank of the forecast) / cov(y, rank of y); for y of 0 and 1 it is 2 AUC - 1.

    Returns
    -------
    float
        1 for the right order, 0 for no order at all, negative for a wrong one; NaN where all actual values are the
        same.

    Examples
    --------
    >>> from clvmodels.metrics import normalised_gini
    >>> normalised_gini([0.1, 0.2, 0.4], [0, 2, 5]), normalised_gini([1, 1, 1], [0, 2, 5])
    (1.0, 0.0)
    """
    happened = finite(actual, "actual values")
    forecast, own = _two(predicted, happened)
    number = counts(weights, len(happened))
    perfect = _covariance(happened, own.midranks(number), number)
    return _covariance(happened, forecast.midranks(number), number) / perfect if perfect > 0 else np.nan


def cumulative_gain(
    predicted: Ranked, actual: ArrayLike, shares: ArrayLike, weights: ArrayLike | None = None
) -> FloatArray:
    """What share of the actual total the customers with the highest forecasts hold.

    Parameters
    ----------
    predicted, actual
        Shape (n,).
    shares
        Of the customers, 0 to 1, shape (k,).
    weights
        Counts of customers, shape (n,).

    Returns
    -------
    FloatArray
        Shape (k,); NaN where the actual total is 0.

    Examples
    --------
    >>> from clvmodels.metrics import cumulative_gain
    >>> cumulative_gain([3, 2, 1, 0], [5, 0, 5, 0], [0, 0.25, 0.5, 1]).tolist()
    [0.0, 0.5, 0.5, 1.0]
    """
    happened, forecast, number = _held(predicted, actual, weights)
    held = forecast.held_by_top(happened, np.asarray(shares, dtype=float) * number.sum(), number)
    return held / _total(happened, number)


def lift_by_group(
    predicted: Ranked, actual: ArrayLike, groups: int = 10, weights: ArrayLike | None = None
) -> FloatArray:
    """Mean of what happened in groups of equal size, from the highest forecasts to the lowest, over everybody's mean.

    Parameters
    ----------
    predicted, actual
        Shape (n,).
    groups
        How many; 10 for deciles. The first k groups together are ceil(k n / groups) customers, and there are at most n.
    weights
        Counts of customers, shape (n,).

    Returns
    -------
    FloatArray
        Shape (groups,); NaN where the actual total is 0.

    Examples
    --------
    >>> from clvmodels.metrics import lift_by_group
    >>> lift_by_group([3, 2, 1, 0], [5, 0, 5, 0], groups=4).tolist()
    [2.0, 0.0, 2.0, 0.0]
    """
    happened, forecast, number = _held(predicted, actual, weights)
    bounds = group_bounds(number.sum(), groups)
    means = np.diff(forecast.held_by_top(happened, bounds, number)) / np.diff(bounds)
    return np.asarray(means * number.sum() / _total(happened, number))


def top_capture(predicted: Ranked, actual: ArrayLike, share: float = 0.1, weights: ArrayLike | None = None) -> float:
    """What share of the actual total the top of the forecast holds: ceil(share n) customers.

    Examples
    --------
    >>> from clvmodels.metrics import top_capture
    >>> top_capture([3, 2, 1, 0], [6, 0, 4, 0], share=0.25)
    0.6
    """
    happened, forecast, number = _held(predicted, actual, weights)
    held = forecast.held_by_top(happened, top_size(number.sum(), share), number)
    return float(held / _total(happened, number))


def top_hits(predicted: Ranked, actual: Ranked, share: float = 0.1, weights: ArrayLike | None = None) -> float:
    """What share of the customers who turned out to be the top, ceil(share n) of them, are the forecast's top too.

    Where the top ends among customers who are tied, be it in the forecast or in what happened, each of them belongs to
    it with an equal share.

    Examples
    --------
    >>> from clvmodels.metrics import top_hits
    >>> top_hits([3, 2, 1, 0], [6, 0, 4, 0], share=0.5)
    0.5
    >>> top_hits([3, 2, 2, 0], [6, 0, 4, 0], share=0.5)
    0.75
    """
    forecast, happened = _two(predicted, actual)
    number = counts(weights, len(forecast))
    top = top_size(number.sum(), share)
    return float(forecast.held_by_top(happened.membership(top, number), top, number) / top)


def top_size(customers: float, share: float) -> float:
    """How many customers the top is, rounded up.

    Raises
    ------
    InputError
        If the share is not above 0 and at most 1.

    Examples
    --------
    >>> from clvmodels.metrics.order import top_size
    >>> top_size(2357, 0.1), top_size(30, 0.1)
    (236.0, 3.0)
    """
    if not 0 < share <= 1:
        raise InputError(f"share={share!r} is not above 0 and at most 1.", advice="0.1 is the top decile.")
    # A tenth of 30 is 3.0000000000000004 in binary, which must not become 4.
    return float(np.ceil(customers * share * (1.0 - 1e-12)))


def group_bounds(customers: float, groups: object) -> FloatArray:
    """How many customers the first 0, 1, .. groups hold, shape (groups + 1,); no group is empty.

    Raises
    ------
    InputError
        If groups is no whole number of at least 1.

    Examples
    --------
    >>> from clvmodels.metrics.order import group_bounds
    >>> group_bounds(10, 4).tolist()
    [0.0, 3.0, 5.0, 8.0, 10.0]
    """
    if isinstance(groups, bool) or not isinstance(groups, (int, np.integer)) or groups < 1:
        raise InputError(f"groups={groups!r} is no whole number of at least 1.", advice="10 makes deciles.")
    number = int(min(groups, max(customers, 1)))
    return np.asarray(np.ceil(customers * np.arange(number + 1) / number * (1.0 - 1e-12)))


def _covariance(first: FloatArray, second: FloatArray, number: FloatArray) -> float:
    total = number.sum()
    off = first - np.einsum("i,i->", number, first) / total
    return float(np.einsum("i,i,i->", number, off, second - np.einsum("i,i->", number, second) / total) / total)


def _two(predicted: Ranked, actual: Ranked) -> tuple[Ranking, Ranking]:
    forecast, happened = Ranking.of(predicted), Ranking.of(actual)
    same_length(len(forecast), len(happened))
    return forecast, happened


def _held(predicted: Ranked, actual: ArrayLike, weights: ArrayLike | None) -> tuple[FloatArray, Ranking, FloatArray]:
    happened, forecast = finite(actual, "actual values"), Ranking.of(predicted)
    same_length(len(forecast), len(happened))
    return happened, forecast, counts(weights, len(happened))


def _total(happened: FloatArray, number: FloatArray) -> float:
    total = float(np.einsum("i,i->", number, happened))
    return total if total > 0 else np.nan
