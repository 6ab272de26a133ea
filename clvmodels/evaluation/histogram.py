"""How many customers made how many repeat purchases: counted, and as a model has it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.evaluation.spreads import bounds_of, draws_of, present_at, require_purchase_fit
from clvmodels.fitting import PurchaseFit, counted
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd

# Beyond so many different ages, customers of like age are taken together at their mean age.
_MOST_AGES = 300


def frequency_histogram(
    summary: Summary, fit: PurchaseFit, most: int = 10, *, level: float | None = 0.9, seed: int = 0
) -> "pd.DataFrame":
    """Customers by their number of repeat purchases, beside what the model expects of customers of these ages.

    The model knows of each customer only for how long they have been observed. It is a look at the fit, not a forecast:
    the same purchases may have made the parameters.

    Parameters
    ----------
    summary
        Customers, on any engine.
    fit
        Of any model of purchases.
    most
        So many purchases or more are one group.
    level
        Of the bounds between which the counts of such customers would fall (parameters and chance), or None for none.
    seed
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        A row per number of purchases: purchases (text, such as "3" or "10+"), actual, expected (customers) and, with a
        level, expected_lower, expected_upper, level; these are left out where nothing is known of the parameters'
        spread.

    Raises
    ------
    InputError
        If `most` is below 1.
    WrongTypeError
        If it is no fit of purchases.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import frequency_histogram
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> frequency_histogram(summary, clv.BGNBD().fit(summary), most=3, level=None).round(1)
      purchases  actual  expected
    0         0    1411    1407.7
    1         1     439     460.3
    2         2     214     192.5
    3        3+     293     296.5
    """
    import pandas as pd

    fit = require_purchase_fit(fit)
    if most < 1:
        raise InputError(f"most={most!r} leaves no groups.", advice="At least 1.")
    block, counts = counted(summary)
    x, _, T = fit.times(block)
    weights = counts * np.ones(len(x))
    groups = np.minimum(x, most).astype(np.int64)
    ages, customers = _ages(T, weights)
    by_age = _probabilities(fit, ages, fit.draws, most).mean(axis=1)
    table: dict[str, Any] = {
        "purchases": [*map(str, range(most)), f"{most}+"],
        "actual": np.rint(np.bincount(groups, weights=weights, minlength=most + 1)).astype(np.int64),
        "expected": customers @ by_age,
    }
    theta = None if level is None else draws_of(fit, seed)
    if theta is not None and level is not None:
        rng = np.random.default_rng(seed)
        sample = _sample(rng, customers, _probabilities(fit, ages, theta, most))
        table |= bounds_of("expected", sample, level)
    return pd.DataFrame(table)


def _ages(T: FloatArray, weights: FloatArray) -> tuple[FloatArray, IntArray]:
    """Different ages and how many customers have each."""
    ages, which = np.unique(np.round(T, 9), return_inverse=True)
    customers = np.bincount(which, weights=weights)
    if len(ages) > _MOST_AGES:
        part = np.minimum(_MOST_AGES * np.cumsum(customers) / customers.sum(), _MOST_AGES - 1).astype(np.int64)
        sums, many = np.bincount(part, weights=ages * customers), np.bincount(part, weights=customers)
        ages, customers = sums[many > 0] / many[many > 0], many[many > 0]
    return ages, np.rint(customers).astype(np.int64)


def _probabilities(fit: PurchaseFit, ages: FloatArray, theta: FloatArray, most: int) -> FloatArray:
    """Of 0 .. most - 1 and of more repeat purchases up to each age, at each theta, shape (ages, d, most + 1)."""
    present = present_at(fit, theta)[:, None]
    table = np.empty((len(ages), len(theta), most + 1))
    for place, age in enumerate(ages):
        counts = fit.model.kernel.counts_if_alive(0.0, 0.0, float(age), most - 1, *theta.T)
        table[place, :, :most] = present * counts
    table[:, :, 0] += 1.0 - present[:, 0]
    table[:, :, most] = np.maximum(1.0 - table[:, :, :most].sum(axis=-1), 0.0)
    return table


def _sample(rng: np.random.Generator, customers: IntArray, probabilities: FloatArray) -> FloatArray:
    """Counts that would be seen at each theta, shape (d, most + 1)."""
    total = probabilities.sum(axis=-1, keepdims=True)
    return np.asarray(rng.multinomial(customers[:, None], probabilities / total).sum(axis=0), float)
