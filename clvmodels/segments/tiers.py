"""Customers by rank of their predicted value."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting import require_summary
from clvmodels.lifetime import LifetimeValue
from clvmodels.segments.inputs import require_value
from clvmodels.segments.segmentation import Segments
from clvmodels.transactions import Summary

# So that 0.07 x 100 customers are 7.
_ROUNDING = 1e-9


def tiers(
    value: LifetimeValue, summary: Summary, shares: Sequence[float] = (0.05, 0.2, 0.5), names: Sequence[str] = ()
) -> Segments:
    """Cut customers into tiers by predicted value, the most valuable first.

    Parameters
    ----------
    value
        A valuation, by fitted models or by rules of thumb.
    summary
        Customers in memory.
    shares
        Where tiers end, as rising shares of the customers: with the default the best 5%, those up to 20%, those up to
        50%, and the rest. A tier's end is rounded up to whole customers.
    names
        Of the tiers, one more than shares; by default "top 5%", "5% to 20%", "20% to 50%", "rest".

    Returns
    -------
    Segments
        Customers of equal value are in one tier: that of the middle one among them. A tier may therefore be larger or
        smaller than its share, or empty.

    Raises
    ------
    InputError
        If shares do not rise from above 0 to below 1, or a value is missing.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.LifetimeValue(clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year")
    >>> segments = clv.segments.tiers(value, summary)
    >>> dict(zip(segments.names, segments.customers.tolist()))
    {'top 5%': 118, '5% to 20%': 354, '20% to 50%': 697, 'rest': 1188}
    """
    ends = _ends(shares)
    names = tuple(names) or _names(ends)
    if len(names) != len(ends) + 1:
        raise InputError(f"{len(ends)} shares make {len(ends) + 1} tiers, and {len(names)} names are given.")
    worth = _values(require_value(value), require_summary(summary))
    borders = np.array(ends) * len(worth) - _ROUNDING
    return Segments("predicted value", names, np.searchsorted(borders, _middle_rank(worth), side="right"))


def _middle_rank(values: FloatArray) -> FloatArray:
    """Place of each customer among all, from 0 for the highest; of equal ones the middle of theirs."""
    distinct, which, counts = np.unique(-values, return_inverse=True, return_counts=True)
    after = np.cumsum(counts)
    return np.asarray((after - 0.5 * (counts + 1))[which.reshape(-1)]) if len(distinct) else np.empty(0)


def _values(value: LifetimeValue, summary: Summary) -> FloatArray:
    worth = value.customer_values(value.coded(summary))
    missing = np.flatnonzero(np.isnan(worth))
    if len(missing):
        raise InputError(f"{len(missing):,} customers have no predicted value.", rows=[f"row {i}" for i in missing[:3]])
    return worth


def _ends(shares: Any) -> tuple[float, ...]:
    try:
        ends = tuple(float(share) for share in shares)
    except (TypeError, ValueError) as error:
        raise WrongTypeError(f"shares={shares!r} are no shares.", advice="Such as (0.05, 0.2, 0.5).") from error
    if not ends or not all(low < high for low, high in zip((0.0, *ends), (*ends, 1.0), strict=True)):
        raise InputError(
            f"The shares {ends} do not rise from above 0 to below 1.",
            advice="They say where tiers end, such as (0.05, 0.2, 0.5) for the best 5%, 20% and 50%.",
        )
    return ends


def _names(ends: tuple[float, ...]) -> tuple[str, ...]:
    texts = [f"{100 * end:g}%" for end in ends]
    between = [f"{low} to {high}" for low, high in pairwise(texts)]
    return (f"top {texts[0]}", *between, "rest")
