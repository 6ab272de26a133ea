"""Sums of a log by week, counted back from the end of observation: what drift is looked for in."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.counting import COUNTED, PERIOD
from clvmodels.transactions.moments import DAY, date_of
from clvmodels.transactions.names import AMOUNT, TIME
from clvmodels.transactions.options import SummaryOptions
from clvmodels.transactions.summarizing import Plan

if TYPE_CHECKING:
    from clvmodels.transactions.transactions import Transactions

_WEEK, _COUNT, _REFUND = "_clv_week", "_clv_count", "_clv_refund"


@dataclass(frozen=True, eq=False)
class WeeklySums:
    """Rows and orders by week, shape (weeks,) each.

    Attributes
    ----------
    until
        The last week ends with this day; every week has seven.
    rows, refund_rows
        Rows with a customer, and those among them with a negative amount.
    orders, order_total
        Purchases of more than nothing, after refunds of the same period, and their sum.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Transactions, weekly_sums
    >>> log = pd.DataFrame({"id": [7, 7, 8], "day": ["2024-01-01", "2024-01-15", "2024-01-15"], "paid": [20, 30, -5]})
    >>> transactions = Transactions(log, customer="id", time="day", amount="paid")
    >>> sums = weekly_sums(transactions, transactions.summarize(time_unit="week").options)
    >>> sums.rows, sums.refund_rows, sums.orders
    (array([1., 0., 2.]), array([0., 0., 1.]), array([1., 0., 1.]))
    """

    until: date
    rows: FloatArray
    refund_rows: FloatArray
    orders: FloatArray
    order_total: FloatArray


def weekly_sums(transactions: "Transactions", options: SummaryOptions) -> WeeklySums:
    """Rows, refunds and orders of a log with amounts, week by week up to the end of observation.

    Parameters
    ----------
    transactions
        The log.
    options
        The counting rule, such as the `options` of a summary.

    Raises
    ------
    InputError
        If there are no amounts, or the options do not fit the log.
    """
    plan = transactions.plan(options)
    if not plan.log.money:
        raise InputError("There are no amounts to add up.", advice="Name them: amount=.")
    with engines.readable():
        return _by_week(plan)


def _by_week(plan: Plan) -> WeeklySums:
    last = plan.until.day // DAY
    amount, ordered = nw.col(AMOUNT), nw.col(COUNTED) & (nw.col(AMOUNT) > 0)
    rows = plan.rows.select(_week(TIME, last), (amount < 0).cast(nw.Int64).alias(_REFUND), nw.lit(1).alias(_COUNT))
    orders = plan.periods.filter(ordered).select(_week(PERIOD, last), amount, nw.lit(1).alias(_COUNT))
    weeks = (last - plan.bounds.low // DAY) // 7 + 1
    count, refunds = _sums(rows, (_COUNT, _REFUND), weeks)
    number, total = _sums(orders, (_COUNT, AMOUNT), weeks)
    return WeeklySums(date_of(plan.until.day), count, refunds, number, total)


def _week(column: str, last: int) -> nw.Expr:
    """Weeks before the last one."""
    return ((last - nw.col(column) // DAY) // 7).cast(nw.Int64).alias(_WEEK)


def _sums(frame: engines.Frame, names: tuple[str, ...], weeks: int) -> list[FloatArray]:
    rows = engines.collect(frame.group_by(_WEEK).agg(*(nw.col(name).sum() for name in names)))
    place = weeks - 1 - engines.numbers(rows[_WEEK]).astype(np.int64)
    found = [np.zeros(weeks) for _ in names]
    for name, column in zip(names, found, strict=True):
        column[place] = engines.floats(rows[name])
    return found
