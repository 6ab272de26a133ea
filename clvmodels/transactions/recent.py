"""How often each customer came back in the last days before the cut-off, which no column of a summary says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.names import FREQUENCY, ID, RECENT
from clvmodels.transactions.split import Calibration
from clvmodels.transactions.summary import Summary

_BEFORE = "_clv_before"


@dataclass(frozen=True, eq=False)
class RecentPurchases:
    """Repeat purchases in the last days before the end of observation, by customer.

    Attributes
    ----------
    frame
        A row per customer: the id, and the number of purchases under the name `column`.
    column
        Name of the column that `coded` adds to a summary.
    until
        End of the observation.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import RecentPurchases, Transactions
    >>> log = pd.DataFrame({"id": [7, 7, 7], "day": ["2024-01-01", "2024-01-04", "2024-01-09"]})
    >>> calibration, _ = Transactions(log, customer="id", time="day").split(
    ...     "2024-01-10", "1 day", time_unit="day", observed_until="2024-01-12"
    ... )
    >>> recent = RecentPurchases.of(calibration, days=5)
    >>> recent.coded(calibration.summary).column(recent.column)
    array([1.])
    """

    frame: Any
    column: str
    until: date | None

    @classmethod
    def since_first(cls, summary: Summary) -> "RecentPurchases":
        """All repeat purchases: what they are where every customer was acquired within these days."""
        column = f"{RECENT}since_first_{summary.until}"
        counts = engines.wrap(summary.frame).select(ID, nw.col(FREQUENCY).cast(nw.Float64).alias(column))
        return cls(counts.to_native(), column, summary.until)

    @classmethod
    def of(cls, calibration: Calibration, days: int) -> "RecentPurchases":
        """Count from a calibration's log, by the rule of its summary.

        Raises
        ------
        InputError
            If the log begins within these days.
        """
        summary, start = calibration.summary, calibration.cutoff - timedelta(days=days)
        keywords = calibration.options.as_dict() | {"until": start, "after_until": "drop"}
        then = calibration.transactions.summarize(**keywords)
        if not summary.is_lazy:  # a log in a database can have a summary in memory
            then = then.collected()
        column = f"{RECENT}{days}_days_until_{calibration.cutoff}"
        before = engines.wrap(then.frame).select(ID, nw.col(FREQUENCY).cast(nw.Float64).alias(_BEFORE))
        now = engines.wrap(summary.frame).select(ID, FREQUENCY).join(before, on=ID, how="left")  # type: ignore[arg-type]
        recent = nw.col(FREQUENCY).cast(nw.Float64) - nw.col(_BEFORE).fill_null(0.0)
        return cls(now.select(ID, recent.alias(column)).to_native(), column, summary.until)

    def coded(self, summary: Summary) -> Summary:
        """The summary with the column, NaN for customers who were not counted; a lazy one comes sorted by customer.

        Raises
        ------
        InputError
            If the summary ends at another time.
        """
        if summary.has(self.column):
            return summary
        if summary.until != self.until:
            raise InputError(
                f"What customers did last was counted until {self.until}, and this summary ends {summary.until}.",
                advice="Fit the rule again, on the calibration of this summary.",
            )
        frame = engines.wrap(summary.frame)
        if not isinstance(frame, nw.LazyFrame):
            counts = np.array([self._counts.get(customer, np.nan) for customer in summary.ids()])
            series = nw.new_series(self.column, counts, nw.Float64(), backend=frame.implementation)
            return replace(summary, frame=frame.with_columns(series).to_native())
        joined = frame.join(self._lazy(frame), on=ID, how="left").sort(ID)  # type: ignore[arg-type]
        return replace(summary, frame=joined.to_native())

    @cached_property
    def _counts(self) -> Mapping[object, float]:
        return {row[ID]: row[self.column] for row in engines.records(engines.wrap(self.frame))}

    def _lazy(self, like: Frame) -> Frame:
        own = engines.wrap(self.frame)
        return engines.adopt(like, own) if isinstance(own, nw.DataFrame) else own


def is_recent(column: str) -> bool:
    """Whether a column is one that `RecentPurchases.coded` adds."""
    return column.startswith(RECENT)
