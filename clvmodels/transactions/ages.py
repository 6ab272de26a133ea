"""Purchases by the age at which customers made them: the cohort curve."""

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.transactions import engines
from clvmodels.transactions.counting import PERIOD
from clvmodels.transactions.daily import FIRST, counted_purchases
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.moments import DAY
from clvmodels.transactions.names import AMOUNT
from clvmodels.transactions.summarizing import Plan

_AGE, _COUNT = "_clv_age", "_clv_count"


@dataclass(frozen=True, eq=False)
class PurchasesByAge:
    """What customers did on each day of their age, shape (days,); day 0 is that of the first purchase.

    Attributes
    ----------
    customers
        Those who were observed at that age.
    purchases
        Their purchases at that age.
    revenue
        What these came to; 0 if the log has no amounts.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.transactions import purchases_by_age
    >>> log = {"id": [7, 7, 8], "day": ["2024-01-01", "2024-01-03", "2024-01-02"], "paid": [5.0, 7.0, 9.0]}
    >>> import pandas as pd
    >>> tx = clv.Transactions(pd.DataFrame(log), customer="id", time="day", amount="paid")
    >>> ages = purchases_by_age(tx.plan(tx.summarize(time_unit="day").options))
    >>> ages.customers, ages.purchases, ages.revenue
    (array([2., 2., 1.]), array([2., 0., 1.]), array([14.,  0.,  7.]))
    """

    customers: FloatArray
    purchases: FloatArray
    revenue: FloatArray


def purchases_by_age(plan: Plan) -> PurchasesByAge:
    """The purchases of a summary's customers by their age, by two queries on any engine."""
    purchases = counted_purchases(plan)
    end = plan.until.end if plan.options.collapse is None else plan.until.day
    oldest = ((nw.lit(end) - nw.col(FIRST)) // DAY).alias(_AGE)
    at_end = _sums(purchases.filter(nw.col(PERIOD) == nw.col(FIRST)).select(oldest), ())
    age = ((nw.col(PERIOD) - nw.col(FIRST)) // DAY).alias(_AGE)
    money = (AMOUNT,) if plan.rule.money else ()
    sums = _sums(purchases.select(age, *money), money)
    days = int(at_end[_AGE].max()) + 1
    # Observed at an age were those who are that old at the end, or older.
    customers = np.cumsum(_spread(at_end[_AGE], at_end[_COUNT], days)[::-1])[::-1]
    revenue = _spread(sums[_AGE], sums[AMOUNT], days) if money else np.zeros(days)
    return PurchasesByAge(customers, _spread(sums[_AGE], sums[_COUNT], days), revenue)


def _sums(frame: Frame, columns: tuple[str, ...]) -> dict[str, FloatArray]:
    counted = frame.with_columns(nw.lit(1).alias(_COUNT))
    rows = engines.collect(counted.group_by(_AGE).agg(*(nw.col(name).sum() for name in (_COUNT, *columns))))
    return {name: engines.floats(rows[name]) for name in (_AGE, _COUNT, *columns)}


def _spread(days: FloatArray, values: FloatArray, size: int) -> FloatArray:
    return np.bincount(days.astype(np.int64), weights=values, minlength=size).astype(np.float64)
