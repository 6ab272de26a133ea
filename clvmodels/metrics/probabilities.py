"""Measures of forecasts that say how probable something is, such as at least one purchase."""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.errors import InputError
from clvmodels.metrics.checks import counts, finite, mean, same_length
from clvmodels.metrics.ranking import Ranked, Ranking


def auc(predicted: Ranked, happened: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Area under the ROC curve: the probability that of a customer who did and one who did not the former is higher.

    Mann and Whitney's statistic, with ties counted one half. It judges the order alone. Proper for the probability of
    being active within the horizon; the probability of being alive is another quantity.

    Parameters
    ----------
    predicted
        Numbers, shape (n,), or a ranking of them.
    happened
        0 or 1, shape (n,).
    weights
        Counts of customers, shape (n,).

    Returns
    -------
    float
        0 to 1; NaN where all did or nobody did.

    Examples
    --------
    >>> from clvmodels.metrics import auc
    >>> auc([0.1, 0.4, 0.4, 0.9], [0, 0, 1, 1])
    0.875
    """
    forecast, did = Ranking.of(predicted), _events(happened)
    same_length(len(forecast), len(did))
    number = counts(weights, len(did))
    yes = float(np.einsum("i,i->", number, did))
    no = float(number.sum()) - yes
    if not (yes and no):
        return np.nan
    ranks = float(np.einsum("i,i,i->", number, did, forecast.midranks(number)))
    return (ranks - 0.5 * yes * (yes + 1.0)) / (yes * no)


def brier_score(probability: ArrayLike, happened: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean squared error of probabilities, 0 to 1, less is better.

    Proper for probabilities. Brier (1950), "Verification of forecasts expressed in terms of probability", Monthly
    Weather Review 78.

    Parameters
    ----------
    probability
        0 to 1, shape (n,).
    happened
        0 or 1, shape (n,).
    weights
        Counts of customers, shape (n,).

    Raises
    ------
    InputError
        If a probability is not between 0 and 1.

    Examples
    --------
    >>> from clvmodels.metrics import brier_score
    >>> brier_score([0.5, 1.0], [0, 1])
    0.125
    """
    forecast, did = finite(probability, "probabilities"), _events(happened)
    same_length(len(forecast), len(did))
    wrong = np.flatnonzero((forecast < 0) | (forecast > 1))
    if len(wrong):
        rows = [f"row {row}: {forecast[row]:g}" for row in wrong[:3]]
        raise InputError(f"{len(wrong):,} probabilities are not between 0 and 1.", rows=rows)
    return mean((forecast - did) ** 2, weights)


def _events(happened: ArrayLike) -> FloatArray:
    did = finite(happened, "actual values")
    if not np.isin(did, (0.0, 1.0)).all():
        raise InputError("What happened is not 0 or 1 for every customer.", advice="Such as purchases > 0.")
    return did
