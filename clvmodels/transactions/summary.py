"""Summary: one row per customer, which is all that a model sees of a log."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

import narwhals.stable.v2 as nw

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.checks import check_summary_frame, without_spend
from clvmodels.transactions.moments import Moment
from clvmodels.transactions.names import listed
from clvmodels.transactions.options import SummaryOptions
from clvmodels.transactions.pages import table_html
from clvmodels.transactions.report import SummaryReport
from clvmodels.transactions.table import Table
from clvmodels.units import TimeUnit

_CUSTOMERS = "_clv_customers"
_SHOWN = "Recency is the age at the last purchase, not how long ago it was. See .report for what was set aside."


@dataclass(frozen=True, eq=False, repr=False)
class Summary(Table):
    """One row per customer with the times and sums that models of customer value need.

    Made by `Transactions.summarize` or `Summary.from_frame`, which check it.

    Attributes
    ----------
    frame
        The table, of the caller's own kind: `customer_id`; `frequency` (repeat purchases); `recency` (the customer's
        age at the last purchase, not how long ago it was); `T` (age at the end of observation); with money
        `monetary_value` (mean of the repeat purchases that cost something, null if there are none), `first_value`,
        `total_value` and `spend_periods` (how many purchases `monetary_value` averages); `log_gaps` (sum of the
        logarithms of the times between purchases); the attributes.
    time_unit
        Unit of recency, T and the times in log_gaps.
    until
        End of observation: a date, a datetime, or None if it is not known.
    options
        The keywords of `summarize`; None for a table that was made elsewhere.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Summary
    >>> frame = pd.DataFrame({"customer_id": [1, 2], "frequency": [0, 2], "recency": [0.0, 5.0], "T": [9.0, 8.0]})
    >>> summary = Summary.from_frame(frame, time_unit="week")
    >>> summary
    Summary(2 customers, in weeks)
    >>> summary.column("frequency")
    array([0., 2.])
    """

    time_unit: TimeUnit
    until: date | None
    options: SummaryOptions | None
    _report: SummaryReport | Callable[[], SummaryReport]

    @classmethod
    def from_frame(cls, frame: object, time_unit: str = "week", until: object = None) -> "Summary":
        """Take a table with one row per customer, in its own row order, with its index and extra columns.

        Parameters
        ----------
        frame
            Columns customer_id, frequency, recency and T; optionally monetary_value (null, NaN or 0 where there is
            nothing to average), spend_periods, log_gaps and others.
        time_unit
            Unit of recency and T: hour, day, week, month or year.
        until
            End of observation, if it is known.

        Raises
        ------
        InputError
            If a value is impossible, such as recency above T; the message shows the rows.
        WrongTypeError
            If `frame` is no frame.

        Examples
        --------
        >>> import pandas as pd
        >>> from clvmodels.transactions import Summary
        >>> frame = pd.DataFrame({"customer_id": ["a"], "frequency": [1], "recency": [9.0], "T": [8.0]})
        >>> Summary.from_frame(frame, time_unit="day")
        Traceback (most recent call last):
        clvmodels.errors.InputError: 1 rows have a recency above T.
          customer_id a, frequency 1, recency 9.0, T 8.0
        Recency is the customer's age at the last purchase, T the age at the end of observation, in one unit.
        """
        unit = TimeUnit.parse(time_unit)
        end = None if until is None else Moment.parse(until, "until").value
        wrapped = engines.wrap(frame)
        customers = check_summary_frame(wrapped)
        kept = engines.sealed(wrapped).to_native()
        return cls(kept, unit, end, None, partial(_report_on_table, kept, customers))

    @cached_property
    def report(self) -> SummaryReport:
        """What was read, set aside and noticed; for a lazy frame this runs queries."""
        return self._report if isinstance(self._report, SummaryReport) else self._report()

    def distinct(self, columns: Iterable[str]) -> tuple[dict[str, FloatArray], IntArray]:
        """The distinct rows of some columns and how many customers have each, by one query on any engine.

        Returns
        -------
        columns
            float64, shape (m,) each, sorted.
        counts
            int64, shape (m,).

        Examples
        --------
        >>> import pandas as pd
        >>> from clvmodels.transactions import Summary
        >>> frame = pd.DataFrame({"customer_id": [1, 2], "frequency": [0, 0], "recency": [0.0, 0.0], "T": [9.0, 9.0]})
        >>> Summary.from_frame(frame).distinct(["frequency", "T"])
        ({'frequency': array([0.]), 'T': array([9.])}, array([2]))
        """
        names = listed(columns, "Columns")
        if not names:
            raise InputError("No columns are named.", advice='Name at least one, such as ["frequency"].')
        self.require(names)
        numbers = self._wrapped.select(*(nw.col(name).cast(nw.Float64) for name in names))
        rows = engines.collect(numbers.group_by(*names).agg(nw.len().alias(_CUSTOMERS)).sort(*names))
        counts: IntArray = rows[_CUSTOMERS].cast(nw.Int64).to_numpy()
        return {name: engines.floats(rows[name]) for name in names}, counts

    def __repr__(self) -> str:
        customers = "lazy" if self.is_lazy else f"{len(self):,} customers"
        until = "" if self.until is None else f" until {self.until}"
        return f"Summary({customers}, in {self.time_unit}s{until})"

    def _repr_html_(self) -> str:
        return table_html(f"{self!r}.", self.frame, _SHOWN)


def _report_on_table(frame: Any, customers: int) -> SummaryReport:
    count, shown = without_spend(engines.wrap(frame))
    examples = {"without_spend": tuple(shown)} if count else {}
    return SummaryReport(customers, customers, without_spend=count, examples=examples)
