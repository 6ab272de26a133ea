"""What segments are worth, and how likely their customers are gone."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.estimate import Estimate
from clvmodels.fitting import require_summary, tails_of
from clvmodels.fitting.problem import some_rows
from clvmodels.lifetime import LifetimeValue
from clvmodels.segments.inputs import require_value
from clvmodels.segments.segmentation import AnySegments, Segments, segments_of
from clvmodels.transactions import Summary
from clvmodels.units import Horizon

if TYPE_CHECKING:
    import pandas as pd


def table(
    value: LifetimeValue, summary: Summary, segments: AnySegments, level: float | None = None, seed: int = 0
) -> "pd.DataFrame":
    """Customers, money to date, expected value and churn of each segment.

    Parameters
    ----------
    value
        A valuation.
    summary
        Customers in memory.
    segments
        From `segments.rfm` or `segments.tiers`, the name of an attribute of the summary, or a label per customer.
    level
        Of intervals, such as 0.9; None for none.
    seed
        Of the random numbers that intervals are made of.

    Returns
    -------
    pandas.DataFrame
        A row per segment, also for empty ones: segment, customers, customer_share; revenue_to_date and revenue_share
        (refunds subtracted; only where the summary has total_value); clv, clv_share and clv_per_customer (over the
        horizon of the valuation); churn_inactive, the mean probability of no purchase within the horizon (not for the
        whole future), and churn_dropped_out, the mean of 1 - P(alive) today, which under BG/NBD is 0 for one-time
        buyers. With a level clv_lower and clv_upper, between which the sum over the segment's customers will turn out
        to be (parameters and chance). Shares are of the whole, and missing where that is 0.

    Raises
    ------
    InputError
        If segments are of other customers, or intervals are asked of rules that do not say how sure they are.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.LifetimeValue(clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year")
    >>> segments = clv.segments.table(value, summary, clv.segments.rfm(summary))
    >>> segments.loc[[0, 7], ["segment", "customers", "clv_share", "churn_inactive"]].round(2)
         segment  customers  clv_share  churn_inactive
    0  Champions        481       0.68            0.43
    7       Lost        458       0.06            0.82
    """
    import pandas as pd

    require_value(value)
    if level is not None:
        tails_of(level)
    parts = segments_of(segments, require_summary(summary))
    coded = value.coded(summary)
    columns = {"segment": list(parts.names), "customers": parts.customers}
    columns |= {"customer_share": _shares(parts.customers.astype(float))} | _money(parts, coded, value)
    if level is not None:
        totals = [_total(value, coded, parts, place, level, seed) for place in range(len(parts))]
        columns |= {"clv_lower": [total.lower for total in totals], "clv_upper": [total.upper for total in totals]}
    return pd.DataFrame(columns | _churn(parts, coded, value))


def _money(parts: Segments, summary: Summary, value: LifetimeValue) -> dict[str, FloatArray]:
    columns = {}
    if summary.has("total_value"):
        revenue = parts.sums(summary.column("total_value"))
        columns = {"revenue_to_date": revenue, "revenue_share": _shares(revenue)}
    clv = parts.sums(value.customer_values(summary))
    return columns | {"clv": clv, "clv_share": _shares(clv), "clv_per_customer": _means(clv, parts)}


def _churn(parts: Segments, summary: Summary, value: LifetimeValue) -> dict[str, FloatArray]:
    gone = {"churn_dropped_out": 1.0 - value.purchases.probability_alive(summary)}
    if not Horizon.parse(value.horizon).endless:
        active = value.purchases.probability_active(summary, value.horizon)
        gone = {"churn_inactive": 1.0 - active} | gone
    return {name: _means(parts.sums(column), parts) for name, column in gone.items()}


def _total(value: LifetimeValue, summary: Summary, parts: Segments, place: int, level: float, seed: int) -> Estimate:
    rows = np.flatnonzero(parts.codes == place)
    if not len(rows):
        return Estimate(0.0, 0.0, 0.0, level)
    return value.total(some_rows(summary, rows), level, seed)


def _shares(sums: FloatArray) -> FloatArray:
    whole = float(np.sum(sums))
    return np.asarray(sums / whole) if whole else np.full(len(sums), np.nan)


def _means(sums: FloatArray, parts: Segments) -> FloatArray:
    missing = np.full(len(sums), np.nan)
    return np.asarray(np.divide(sums, parts.customers, out=missing, where=parts.customers > 0))
