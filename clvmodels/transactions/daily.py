"""Purchases of a cohort day by day: what a forecast of their running total is compared with."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from clvmodels.transactions import engines
from clvmodels.transactions.counting import COUNTED, PERIOD
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.moments import DAY, Moment, date_of
from clvmodels.transactions.names import AMOUNT, ID
from clvmodels.transactions.summarizing import Plan

if TYPE_CHECKING:
    import pandas as pd

FIRST = "_clv_first"
_NEW, _REPEAT = "first_purchases", "repeat_purchases"


def purchases_by_day(plan: Plan, acquired_until: date | None) -> "pd.DataFrame":
    """The table that `Transactions.purchases_by_day` describes."""
    import pandas as pd

    purchases = counted_purchases(plan, acquired_until)
    new = (nw.col(PERIOD) == nw.col(FIRST)).cast(nw.Int64)
    day = (nw.col(PERIOD) // DAY).alias(PERIOD)
    tallied = purchases.select(day, new.alias(_NEW), (1 - new).alias(_REPEAT)).group_by(PERIOD)
    rows = engines.records(tallied.agg(nw.col(_NEW).sum(), nw.col(_REPEAT).sum()))
    counts = {date_of(int(row[PERIOD]) * DAY): (int(row[_NEW]), int(row[_REPEAT])) for row in rows}
    days = _days(min(counts), plan.until.value) if counts else []
    table = [(day, *counts.get(day, (0, 0))) for day in days]
    frame = pd.DataFrame(table, columns=["day", _NEW, _REPEAT])
    return frame.assign(day=pd.to_datetime(frame["day"]))


def counted_purchases(plan: Plan, acquired_until: date | None = None) -> Frame:
    """One row per purchase of the summary's customers: ID, PERIOD, with money AMOUNT, and FIRST, their first period."""
    counted = plan.periods.filter(nw.col(COUNTED))
    starts = counted.group_by(ID).agg(nw.col(PERIOD).min().alias(FIRST))
    if plan.options.seen_after is not None:
        starts = starts.join(plan.kept.select(ID), on=ID, how="semi")  # type: ignore[arg-type]
    if acquired_until is not None:
        starts = starts.filter(nw.col(FIRST) <= Moment(acquired_until).last)
    columns = (ID, PERIOD, AMOUNT) if plan.rule.money else (ID, PERIOD)
    return counted.select(*columns).join(starts, on=ID, how="inner")  # type: ignore[arg-type]


def _days(first: date, last: date) -> list[date]:
    end = last.date() if isinstance(last, datetime) else last
    return [first + timedelta(days=passed) for passed in range((end - first).days + 1)]
