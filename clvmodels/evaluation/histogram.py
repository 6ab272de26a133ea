"""How many customers made how many purchases, and how many a model expects."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.evaluation.backtesting.settings import whole
from clvmodels.fitting import PurchaseFit, require_summary
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd

# With more different ages than these, as many typical ones stand for all: probabilities are smooth in age.
_AGES = 200


def frequency_histogram(summary: Summary, fit: PurchaseFit, most: int = 10) -> "pd.DataFrame":
    """Customers by their number of repeat purchases, actual and expected.

    The expectation knows of each customer only the age: it is the sum over customers of the probability that a new
    customer makes so many repeat purchases up to that age.

    Parameters
    ----------
    summary
        Customers, on any engine.
    fit
        Of any model of purchases.
    most
        So many purchases or more are one group.

    Returns
    -------
    pandas.DataFrame
        A row per number: purchases (text, such as "3" or "10+"), actual and expected (customers).

    Raises
    ------
    InputError
        If `most` is not at least 1.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import frequency_histogram
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> frequency_histogram(summary, clv.BGNBD().fit(summary), most=3).round(1)
      purchases  actual  expected
    0         0    1411    1407.7
    1         1     439     460.3
    2         2     214     192.5
    3        3+     293     296.5
    """
    import pandas as pd

    most = whole(most, "most", 1)
    columns, customers = require_summary(summary).distinct(["frequency", "T"])
    x, T = columns["frequency"], columns["T"]
    actual = np.bincount(np.minimum(x, most).astype(np.int64), weights=customers, minlength=most + 1)
    ages, counts = _typical(T, customers.astype(float))
    exactly = fit.purchase_distribution_new_customer(ages * summary.time_unit.days / fit.time_unit.days, most - 1)
    expected = counts @ exactly
    labels = [*map(str, range(most)), f"{most}+"]
    return pd.DataFrame(
        {"purchases": labels, "actual": actual.astype(np.int64), "expected": [*expected, counts.sum() - expected.sum()]}
    )


def _typical(T: FloatArray, customers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distinct ages and how many customers have each; where there are very many, means of customers of like age."""
    ages, place = np.unique(T, return_inverse=True)
    counts = np.bincount(place, weights=customers).astype(float)
    if len(ages) <= _AGES:
        return ages, counts
    group = np.minimum((np.cumsum(counts) - 0.5 * counts) / counts.sum() * _AGES, _AGES - 1).astype(np.int64)
    together = np.bincount(group, weights=counts, minlength=_AGES).astype(float)
    means = np.bincount(group, weights=counts * ages, minlength=_AGES) / np.maximum(together, 1.0)
    return means[together > 0], together[together > 0]
