"""Expected money of a customer base, period by period."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting import counted
from clvmodels.transactions import Summary
from clvmodels.units import Horizon, TimeUnit

if TYPE_CHECKING:
    import pandas as pd

    from clvmodels.lifetime.value import LifetimeValue

_MOST_PERIODS = 2_000


def cash_flow_table(value: "LifetimeValue", summary: Summary, every: str) -> "pd.DataFrame":
    """The table that `LifetimeValue.cash_flow` describes."""
    import pandas as pd

    rows, counts = counted(summary)
    ends = period_ends(value.horizon, every, summary.time_unit)
    cumulative = np.array([_totals_until(value, rows, counts, float(end)) for end in ends])
    purchases, revenue, cost, discounted = np.diff(cumulative, axis=0, prepend=np.zeros((1, 4))).T
    starts = np.concatenate([[0.0], ends[:-1]])
    table = {
        "start": _moments(starts, summary),
        "end": _moments(ends, summary),
        "expected_purchases": purchases,
        "expected_revenue": revenue,
        "retention_cost": cost,
        "cash_flow": value.margin * revenue - cost,
        "discounted_cash_flow": discounted,
        "cumulative_value": cumulative[:, 3],
    }
    return pd.DataFrame(table, index=pd.RangeIndex(1, len(ends) + 1, name="period"))


def period_ends(horizon: object, every: str, unit: TimeUnit) -> FloatArray:
    """Ends of the periods in `unit`, the last one at the horizon.

    Raises
    ------
    InputError
        If there are no periods, or too many.

    Examples
    --------
    >>> from clvmodels.lifetime.cash_flow import period_ends
    >>> from clvmodels.units import TimeUnit
    >>> period_ends("5 weeks", "2 weeks", TimeUnit.WEEK).tolist()
    [2.0, 4.0, 5.0]
    """
    until = Horizon.parse(horizon)
    if until.endless:
        raise InputError(
            "The cash flow of the whole future has no last period.",
            advice='Give the valuation a finite horizon, such as "5 years".',
        )
    length = Horizon.parse_period(every).in_unit(unit)
    total = until.in_unit(unit)
    if length == 0 or total == 0 or total / length > _MOST_PERIODS:
        raise InputError(f"{until} in periods of {every!r} is not between 1 and {_MOST_PERIODS} periods.")
    # A horizon of twelve months is twelve months although the division may leave 12.0000001.
    count = int(np.ceil(round(total / length, 9)))
    return np.asarray(np.minimum(length * np.arange(1, count + 1), total))


def _totals_until(value: "LifetimeValue", rows: Summary, counts: FloatArray | float, end: float) -> list[float]:
    """Purchases, revenue and retention cost, undiscounted, and value, of all customers up to `end`."""
    part = value.over(end)
    bought = value.purchases.expected_purchases(rows, end)
    unit_cost = value.cost_per(rows.time_unit)
    alive = value.purchases.discounted_lifetime(rows, end, 0.0) if unit_cost else np.zeros(1)
    sums = (bought, part.revenue(rows, bought), unit_cost * alive, part.customer_values(rows))
    return [float(np.sum(counts * column)) for column in sums]


def _moments(times: FloatArray, summary: Summary) -> list[date] | FloatArray:
    """Dates where the end of observation is known; a period starts on the day after the one before ended."""
    if summary.until is None:
        return times
    whole_day = not isinstance(summary.until, datetime)
    first = summary.until + timedelta(days=1) if whole_day else summary.until
    return [first + timedelta(days=round(float(t) * summary.time_unit.days, 6)) for t in times]
