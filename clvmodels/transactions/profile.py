"""What a log looks like as a whole: the small tables that checks of it need, each made by one query on any engine."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.transactions import counting, engines
from clvmodels.transactions.counting import COUNTED, PERIOD
from clvmodels.transactions.daily import FIRST, counted_purchases
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.moments import DAY, date_of
from clvmodels.transactions.names import AMOUNT, ID, TIME
from clvmodels.transactions.options import SummaryOptions
from clvmodels.transactions.report import SummaryReport
from clvmodels.transactions.summarizing import Plan, report

# Order values are counted in bins of a twentieth of a factor of ten: 12% wide.
BINS_PER_DECADE = 20
_BIN = BINS_PER_DECADE / math.log(10.0)
_KEY, _COUNT, _WEEK, _COHORT = "_clv_key", "_clv_count", "_clv_week", "_clv_cohort"


@dataclass(frozen=True, eq=False)
class CohortWeeks:
    """Purchases by the week in which the customer was acquired and the week in which they were made.

    Attributes
    ----------
    start
        First day of week 0. Weeks have seven days, and the last one ends with the end of observation.
    weeks
        How many there are.
    cohort, week
        Index of the week of the first purchase and of the purchase, int64, shape (m,) each; cells without purchases
        are left out.
    new, repeat
        First and repeat purchases in the cell, int64, shape (m,) each.
    """

    start: date
    weeks: int
    cohort: IntArray
    week: IntArray
    new: IntArray
    repeat: IntArray

    def acquired(self) -> FloatArray:
        """New customers by week, shape (weeks,)."""
        return np.bincount(self.week, weights=self.new, minlength=self.weeks).astype(np.float64)

    def day(self, week: float) -> date:
        """The first day of a week."""
        return self.start + timedelta(days=round(7 * week))


@dataclass(frozen=True, eq=False)
class RowsByDay:
    """Rows by day, int64, shape (n,) each; days without rows are left out.

    Attributes
    ----------
    day
        Days since 1970-01-01, ascending.
    rows
        Rows with a customer.
    distinct
        Those that differ in customer, time or amount; as `rows` if there are no amounts.
    """

    day: IntArray
    rows: IntArray
    distinct: IntArray


@dataclass(frozen=True)
class Money:
    """Sums of money up to the end of observation.

    Attributes
    ----------
    sales, refunds
        Sums of the positive and of the negative amounts, the latter as a positive number.
    unmatched_refunds
        The part of the refunds' net sums that falls in periods which are no purchase, and so lowers no order value.
    missing_sales
        Positive amounts of the rows without a customer, of the whole log.
    orders, order_total, largest_order
        Purchases of more than nothing, after refunds of the same period: count, sum and the largest.
    """

    sales: float
    refunds: float
    unmatched_refunds: float
    missing_sales: float
    orders: int
    order_total: float
    largest_order: float


@dataclass(frozen=True, eq=False)
class OrderSizes:
    """Purchases of more than nothing by size, shape (bins,) each; bins without purchases are left out.

    Attributes
    ----------
    bin
        The purchase's value is from 10^(bin / 20) up to 10^((bin + 1) / 20); int64, ascending.
    orders
        How many, int64.
    total
        Their sum, float64.
    """

    bin: IntArray
    orders: IntArray
    total: FloatArray


@dataclass(frozen=True, eq=False)
class Profile:
    """A log in small tables.

    Attributes
    ----------
    options, until, report
        The keywords of `summarize`, the end of observation, and what was read, set aside and noticed.
    first_row, last_row
        Days of the first and last row that has a customer, also after the end of observation.
    customers
        The numeric columns of the summary, one value per customer, by name.
    weeks, days
        Purchases by week, rows by day.
    money, sizes
        Sums of money and sizes of orders; None if the log has no amounts.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Transactions
    >>> log = pd.DataFrame({"id": [7, 7, 8], "day": ["2024-01-01", "2024-01-15", "2024-01-08"], "paid": [20, 30, 10]})
    >>> profile = Transactions(log, customer="id", time="day", amount="paid").profile(time_unit="week")
    >>> profile.weeks.weeks, profile.weeks.acquired(), profile.money.sales
    (3, array([1., 1., 0.]), 60.0)
    """

    options: SummaryOptions
    until: date
    report: SummaryReport
    first_row: date
    last_row: date
    customers: Mapping[str, FloatArray]
    weeks: CohortWeeks
    days: RowsByDay
    money: Money | None
    sizes: OrderSizes | None

    @classmethod
    def of(cls, plan: Plan) -> "Profile":
        """Query a log; rows are not taken into memory where they are not there already."""
        made = report(plan)
        if not made.customers:
            raise InputError("No customer is left.", rows=str(made).splitlines(), advice="See what was set aside.")
        return cls(
            options=plan.options,
            until=date_of(plan.until.day),
            report=made,
            first_row=date_of(plan.bounds.low),
            last_row=date_of(plan.bounds.high),
            customers=_customers(plan),
            weeks=_weeks(plan),
            days=_rows_by_day(plan),
            money=_money(plan) if plan.rule.money else None,
            sizes=_sizes(plan) if plan.rule.money else None,
        )


def _customers(plan: Plan) -> dict[str, FloatArray]:
    frame = counting.summary_columns(plan.kept, plan.rule, plan.until)
    numbers = engines.collect(frame.drop(ID))
    return {name: engines.floats(numbers[name]) for name in numbers.columns}


def _weeks(plan: Plan) -> CohortWeeks:
    end = plan.until.day // DAY + 1
    # Counted back from the end, so that the last week is a whole one, and kept positive for `//`.
    age = {name: (end - 1 - nw.col(column) // DAY) // 7 for name, column in ((_WEEK, PERIOD), (_COHORT, FIRST))}
    new = (nw.col(PERIOD) == nw.col(FIRST)).cast(nw.Int64)
    cells = counted_purchases(plan).select(
        *(weeks.cast(nw.Int64).alias(name) for name, weeks in age.items()), new.alias(_KEY), (1 - new).alias(_COUNT)
    )
    week, cohort, first, repeat = _table(cells, (_WEEK, _COHORT), (_KEY, _COUNT))
    weeks = int(cohort.max()) + 1
    start = date_of((end - 7 * weeks) * DAY)
    return CohortWeeks(start, weeks, weeks - 1 - cohort, weeks - 1 - week, first, repeat)


def _rows_by_day(plan: Plan) -> RowsByDay:
    day = (nw.col(TIME) // DAY).cast(nw.Int64).alias(_WEEK)
    one = nw.lit(1).alias(_COUNT)
    if not plan.log.money:
        day_, rows = _table(plan.rows.select(day, one), (_WEEK,), (_COUNT,))
        return RowsByDay(day_, rows, rows)
    alike = plan.rows.select(ID, TIME, AMOUNT, one).group_by(ID, TIME, AMOUNT).agg(nw.col(_COUNT).sum())
    day_, rows, distinct = _table(alike.select(day, one.alias(_KEY), _COUNT), (_WEEK,), (_COUNT, _KEY))
    return RowsByDay(day_, rows, distinct)


def _money(plan: Plan) -> Money:
    amount, nothing = nw.col(AMOUNT), nw.lit(0.0)
    sums = engines.single(
        plan.rows,
        sales=nw.when(amount > 0).then(amount).otherwise(nothing).sum(),
        refunds=nw.when(amount < 0).then(-amount).otherwise(nothing).sum(),
    )
    counted = nw.col(COUNTED)
    order = nw.when(counted & (amount > 0)).then(amount).otherwise(nothing)
    periods = engines.single(
        plan.periods,
        unmatched=nw.when(~counted).then(-amount).otherwise(nothing).sum(),
        orders=(counted & (amount > 0)).cast(nw.Int64).sum(),
        total=order.sum(),
        largest=order.max(),
    )
    return Money(
        sales=float(sums["sales"]),
        refunds=float(sums["refunds"]),
        unmatched_refunds=max(float(periods["unmatched"]), 0.0),
        missing_sales=plan.log.missing_sales,
        orders=int(periods["orders"]),
        order_total=float(periods["total"]),
        largest_order=float(periods["largest"]),
    )


def _sizes(plan: Plan) -> OrderSizes:
    amount = nw.col(AMOUNT)
    orders = plan.periods.filter(nw.col(COUNTED) & (amount > 0))
    size = (amount.log() * _BIN).floor().cast(nw.Int64)
    binned = orders.select(size.alias(_KEY), amount, nw.lit(1).alias(_COUNT))
    rows = engines.collect(binned.group_by(_KEY).agg(nw.col(_COUNT).sum(), nw.col(AMOUNT).sum()).sort(_KEY))
    return OrderSizes(_integers(rows[_KEY]), _integers(rows[_COUNT]), engines.floats(rows[AMOUNT]))


def _table(frame: Frame, keys: tuple[str, ...], counts: tuple[str, ...]) -> list[IntArray]:
    """Sums of counts by keys, sorted by these; a column each."""
    grouped = frame.group_by(*keys).agg(*(nw.col(name).sum() for name in counts))
    rows = engines.collect(grouped.sort(*keys))
    return [_integers(rows[name]) for name in (*keys, *counts)]


def _integers(series: nw.Series[Any]) -> IntArray:
    values: IntArray = engines.numbers(series).astype(np.int64)
    return values
