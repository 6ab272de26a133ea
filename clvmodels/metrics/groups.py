"""Whether a forecast means what it says: customers of like forecasts together."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.metrics.checks import counts, pair
from clvmodels.metrics.order import group_bounds
from clvmodels.metrics.ranking import Ranking


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of customers by forecast, from the lowest to the highest; arrays of shape (groups,).

    Attributes
    ----------
    customers
        In each group.
    predicted, actual
        Means over its customers.
    standard_error
        Of the actual mean, for a bar: the standard deviation within the group over the root of its size.

    Examples
    --------
    >>> from clvmodels.metrics import calibration_by_group
    >>> calibration_by_group([0.1, 0.9], [0, 1], groups=1)
    Groups(customers=array([2.]), predicted=array([0.5]), actual=array([0.5]), standard_error=array([0.35355339]))
    """

    customers: FloatArray
    predicted: FloatArray
    actual: FloatArray
    standard_error: FloatArray


def calibration_by_group(
    predicted: ArrayLike, actual: ArrayLike, groups: int = 10, weights: ArrayLike | None = None
) -> Groups:
    """Mean forecast and mean of what happened in groups of customers of like forecasts.

    Proper for means and probabilities. The groups are those of `lift_by_group`, lowest first; customers with equal
    forecasts where two groups meet belong to both in parts, so that the result does not depend on the order of rows.

    Parameters
    ----------
    predicted, actual
        Shape (n,).
    groups
        How many; at most n.
    weights
        Counts of customers, shape (n,).

    Examples
    --------
    >>> from clvmodels.metrics import calibration_by_group
    >>> table = calibration_by_group([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 2], groups=2)
    >>> table.predicted.round(2).tolist(), table.actual.tolist()
    ([0.15, 0.85], [0.0, 1.5])
    """
    forecast, happened = pair(predicted, actual)
    number, order = counts(weights, len(forecast)), Ranking.of(forecast)
    bounds = group_bounds(number.sum(), groups)
    sizes = np.diff(bounds)
    sums = [np.diff(order.held_by_top(values, bounds, number)) for values in (forecast, happened, happened**2)]
    means, actual_means, squares = (held / sizes for held in sums)
    deviation = np.sqrt(np.maximum(squares - actual_means**2, 0.0))
    columns = (sizes, means, actual_means, deviation / np.sqrt(sizes))
    return Groups(*(column[::-1] for column in columns))
