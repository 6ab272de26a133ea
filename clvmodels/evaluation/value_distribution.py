"""How many customers will be worth how much."""

from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.evaluation.grid import terms_in_words
from clvmodels.evaluation.spreads import bounds_of
from clvmodels.fitting.problem import some_rows
from clvmodels.lifetime import LifetimeValue
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd

# Customers whose futures are drawn; of more, so many stand for all, which makes bounds a little wider than need be.
_MOST = 5_000


def value_distribution(
    value: LifetimeValue,
    summary: Summary,
    *,
    bins: int = 12,
    level: float | None = 0.9,
    draws: int = 400,
    seed: int = 0,
) -> "pd.DataFrame":
    """Customers by what they will turn out to be worth: by chance and parameters, not by their expectations.

    Expectations are all above 0, while many customers will never purchase again: this is what they will bring.

    Parameters
    ----------
    value
        A valuation by fits.
    summary
        Customers in memory.
    bins
        About how many ranges of value above 0; the last one is open.
    level
        Of the bounds of the number of customers in each (parameters and chance); None for none.
    draws, seed
        Of what customers will be worth.

    Returns
    -------
    pandas.DataFrame
        A row per range: lower and upper (money; the range holds values above lower and up to upper, and where both are
        0 just 0), customers (expected) and, with a level, customers_lower, customers_upper, level; terms (the
        valuation's horizon and discount rate, in words). There is a range below 0 if a retention cost makes values
        negative.

    Raises
    ------
    InputError
        If the summary has no customers, or a number is not possible.
    BoundaryError
        If a fit has no covariance to draw parameters from.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import value_distribution
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.LifetimeValue(clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year")
    >>> table = value_distribution(value, summary)
    >>> int(table["customers"].sum().round()), table["upper"].iloc[0]
    (2357, np.float64(0.0))
    """
    import pandas as pd

    if bins < 1 or not len(summary):
        raise InputError("There are no customers or no ranges.", advice="Give customers, and bins of at least 1.")
    coded = value.coded(summary)
    if len(coded) > _MOST:
        coded = some_rows(coded, np.sort(np.random.default_rng(seed).choice(len(coded), _MOST, replace=False)))
    sample = value.sample(coded, draws, seed)
    edges = _edges(sample, bins)
    # searchsorted on the left puts a value that is an edge below it: (lower, upper].
    place = np.searchsorted(edges, sample, side="left")
    counts = np.array([np.bincount(column, minlength=len(edges) + 1) for column in place.T])
    counts = counts * (len(summary) / len(sample))
    table: dict[str, Any] = {
        "lower": np.append(-np.inf, edges),
        "upper": np.append(edges, np.inf),
        "customers": counts.mean(axis=0),
    }
    if level is not None:
        table |= bounds_of("customers", counts, level)
    found = pd.DataFrame(table).assign(terms=terms_in_words(value))
    return _named(found, negative=bool((sample < 0).any()))


def _named(table: "pd.DataFrame", *, negative: bool) -> "pd.DataFrame":
    """The first two ranges are values below 0 and just 0; without a negative value they are one."""
    table = table.copy()
    table.loc[table.index[0], "upper"] = table.loc[table.index[1], "lower"] = 0.0
    return table if negative else table.iloc[1:].reset_index(drop=True)


def _edges(sample: FloatArray, bins: int) -> FloatArray:
    """A hair below 0, 0, and round numbers up to what 97% of the values above 0 stay below."""
    above = sample[sample > 0]
    top = float(np.quantile(above, 0.97)) if len(above) else 1.0
    power = 10.0 ** np.floor(np.log10(top / bins))
    widths = power * np.array([1.0, 2.0, 5.0, 10.0])
    width = float(widths[np.abs(np.log(top / bins / widths)).argmin()])
    steps = max(1, int(np.ceil(top / width)))
    return np.concatenate([[-np.finfo(float).tiny, 0.0], width * np.arange(1.0, steps + 1)])
