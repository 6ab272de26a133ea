"""Measures of forecasts of a mean, such as expected purchases, and of a median."""

import numpy as np

from clvmodels.arrays import ArrayLike
from clvmodels.metrics.checks import mean, pair


def total_bias(predicted: ArrayLike, actual: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Predicted total over actual total, less 1: negative for a forecast that was too low.

    Parameters
    ----------
    predicted, actual
        Shape (n,), in one unit. Proper for means, whose sum is the expected total; medians do not add up.
    weights
        Counts of customers, shape (n,).

    Returns
    -------
    float
        NaN where the actual total is 0.

    Raises
    ------
    InputError
        If shapes differ, there is no row, or a number is not finite; so in all measures of this package.

    Examples
    --------
    >>> from clvmodels.metrics import total_bias
    >>> total_bias([1.0, 2.0], [0, 4])
    -0.25
    """
    forecast, happened = pair(predicted, actual)
    total = mean(happened, weights)
    return mean(forecast, weights) / total - 1.0 if total else np.nan


def rmse(predicted: ArrayLike, actual: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Root of the mean squared error over customers, in the unit of the values.

    Proper for means: the mean of what may happen is the number with the least expected squared error. A few very large
    customers can decide it.

    Examples
    --------
    >>> from clvmodels.metrics import rmse
    >>> rmse([1.0, 3.0], [2, 2])
    1.0
    """
    forecast, happened = pair(predicted, actual)
    return float(np.sqrt(mean((forecast - happened) ** 2, weights)))


def poisson_deviance(predicted: ArrayLike, actual: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean Poisson deviance of counts, 2 (y log(y / m) - y + m) with y log y = 0 at y = 0.

    Proper for means of counts, whatever their distribution; relative errors matter, so that light buyers weigh more
    than in the squared error. McCullagh and Nelder (1989), "Generalized Linear Models", section 2.3.

    Parameters
    ----------
    predicted, actual
        Expected and actual counts, shape (n,).
    weights
        Counts of customers, shape (n,).

    Returns
    -------
    float
        Infinite where somebody of whom nothing was expected purchased, which is what a forecast of 0 rules out, and
        where a mean is negative. So a rule that says 0 has to be right about it.

    Examples
    --------
    >>> from clvmodels.metrics import poisson_deviance
    >>> round(poisson_deviance([1.0, 2.0], [0, 2]), 6)
    1.0
    >>> poisson_deviance([0.0, 0.0], [0, 1])
    inf
    """
    forecast, happened = pair(predicted, actual)
    impossible = (forecast < 0) | ((forecast == 0) & (happened != 0)) | (happened < 0)
    usable = np.where(forecast > 0, forecast, 1.0)
    logs = happened * np.log(np.where(happened > 0, happened, usable) / usable)
    deviance = 2.0 * (logs - happened + forecast)
    return mean(np.where(impossible, np.inf, deviance), weights)


def mean_absolute_error(predicted: ArrayLike, actual: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean absolute error over customers, in the unit of the values.

    Proper for medians. Of means it is reported because others report it, but it rewards whoever expects too little:
    where more than half of the customers purchase nothing, nothing beats the forecast 0 for everybody.

    Examples
    --------
    >>> from clvmodels.metrics import mean_absolute_error
    >>> mean_absolute_error([1.0, 3.0], [2, 2])
    1.0
    """
    forecast, happened = pair(predicted, actual)
    return mean(np.abs(forecast - happened), weights)
