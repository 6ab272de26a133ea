"""Calibration and holdout: one log cut in two at the end of a day, with no row on both sides."""

import math
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.transactions import counting, engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.log import Log
from clvmodels.transactions.moments import DAY, Moment
from clvmodels.transactions.names import AMOUNT, ID, TIME
from clvmodels.transactions.options import SummaryOptions
from clvmodels.transactions.pages import table_html
from clvmodels.transactions.summarizing import Plan, count_of
from clvmodels.transactions.summary import Summary
from clvmodels.transactions.table import Table
from clvmodels.units import Horizon, TimeUnit, discount_intensity

if TYPE_CHECKING:
    from clvmodels.transactions.transactions import Transactions

# 39 weeks in days must not become 272 because of the last binary digit.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Calibration:
    """What was known at the end of the cut-off day.

    Attributes
    ----------
    transactions
        The rows up to the cut-off.
    summary
        Their summary.
    cutoff
        The last day that belongs to it.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Transactions
    >>> log = pd.DataFrame({"id": [7, 7], "day": ["2024-01-01", "2024-01-31"]})
    >>> calibration, _ = Transactions(log, customer="id", time="day").split("2024-01-10", "1 week", time_unit="week")
    >>> calibration.cutoff, calibration.summary
    (datetime.date(2024, 1, 10), Summary(1 customers, in weeks until 2024-01-10))
    """

    transactions: "Transactions"
    summary: Summary
    cutoff: date

    @property
    def options(self) -> SummaryOptions:
        """The keywords of the summary.

        Raises
        ------
        InputError
            If it was made elsewhere, so that the log cannot be counted by its rule.
        """
        if self.summary.options is None:
            raise InputError(
                "The calibration's summary was not made from its log.", advice="Make both by Transactions.split."
            )
        return self.summary.options


@dataclass(frozen=True, eq=False, repr=False)
class Holdout(Table):
    """What the customers of a calibration did afterwards.

    Attributes
    ----------
    frame
        One row per customer of the calibration's summary and in its order: `customer_id`, `purchases` (counted by the
        calibration's rule), and with money `revenue` (their amounts) and `total_value` (all amounts, also refunds that
        are no purchase). Zero where nothing happened.
    horizon
        Length of the window in whole days; the one to predict for.
    time_unit
        Unit of the calibration's summary.
    cutoff, until
        The day before the window and its last day.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Transactions
    >>> log = pd.DataFrame({"id": [7, 7], "day": ["2024-01-01", "2024-01-15"]})
    >>> _, holdout = Transactions(log, customer="id", time="day").split("2024-01-10", "5 days", time_unit="week")
    >>> holdout
    Holdout(5 days after 2024-01-10, until 2024-01-15)
    >>> holdout.column("purchases")
    array([1.])
    """

    horizon: Horizon
    time_unit: TimeUnit
    cutoff: date
    until: date
    # Purchases one by one, and the instant from which the time until them counts.
    _purchases: Frame | None = field(default=None)
    _end: int = field(default=0)

    def __repr__(self) -> str:
        return f"Holdout({self.horizon} after {self.cutoff}, until {self.until})"

    def _repr_html_(self) -> str:
        return table_html(f"{self!r}.", self.frame)

    def discounted_revenue(self, discount_rate: float) -> FloatArray:
        """Revenue of each customer, every purchase discounted to the cut-off from when it was made, shape (n,).

        Parameters
        ----------
        discount_rate
            Effective rate per year, applied continuously: money in s years counts (1 + rate)^-s. A purchase has the
            day, or the start of another collapse period, that it is counted at.

        Raises
        ------
        InputError
            If the log has no amounts, or the rate is negative.
        LazyFrameError
            If the frame is lazy: `collected()` brings it into memory.

        Examples
        --------
        >>> import pandas as pd
        >>> from clvmodels.transactions import Transactions
        >>> log = pd.DataFrame({"id": [7, 7], "day": ["2023-01-01", "2024-01-01"], "paid": [5.0, 110.0]})
        >>> tx = Transactions(log, customer="id", time="day", amount="paid")
        >>> _, holdout = tx.split("2023-01-01", "1 year", time_unit="week")
        >>> holdout.discounted_revenue(0.10).round(2)
        array([100.01])
        """
        delta = discount_intensity(discount_rate, TimeUnit.DAY)
        revenue = self.column("revenue")
        if not delta or self._purchases is None:
            return revenue
        ahead = (nw.col(counting.PERIOD) - self._end).cast(nw.Float64) / DAY
        # A week that the cut-off divides began before it.
        worth = nw.col(AMOUNT) * (ahead.clip(lower_bound=0.0) * -delta).exp()
        found = self._purchases.with_columns(worth.alias(AMOUNT)).group_by(ID).agg(nw.col(AMOUNT).sum())
        rows = engines.collect(found)
        worths = dict(zip(rows[ID].to_list(), engines.floats(rows[AMOUNT]).tolist(), strict=True))
        return np.array([worths.get(customer, 0.0) for customer in self.ids()])


@dataclass(frozen=True, eq=False)
class Cut:
    """A log cut in two: the rows before, their summary's options, and the holdout."""

    before: Log
    summary_options: SummaryOptions
    cutoff: date
    whole: Plan
    horizon: Horizon

    @classmethod
    def of(
        cls, log: Log, cutoff: object, horizon: object, options: SummaryOptions, observed_until: object = None
    ) -> "Cut":
        """Check that the log covers the window and cut it."""
        day = _day(cutoff, options)
        # What lies after the window is not the caller's mistake here, whatever after_until says.
        options = replace(options, until=day, after_until="drop")
        plan = Plan.of(log, options)
        length = whole_days(horizon, options.time_unit)
        last, days = _last_day(plan, observed_until), round(length.in_unit(TimeUnit.DAY))
        if days > (last - day).days:
            end = f"on {day + timedelta(days)}" if days <= (date.max - day).days else "after the year 9999"
            raise InputError(
                f"The window of {length} after {day} ends {end}, and the log reaches up to {last}.",
                advice="Take an earlier cut-off or a shorter horizon.",
            )
        before = log.frame.filter(log.clock(options.zone) <= plan.until.last)
        cut = replace(log, frame=before, rows=count_of(before), missing_ids=0, missing_examples=(), missing_sales=0.0)
        return cls(cut, options, day, plan, length)

    def holdout(self, summary: Summary) -> Holdout:
        """What the summary's customers did in the window."""
        until = self.cutoff + timedelta(days=round(self.horizon.in_unit(TimeUnit.DAY)))
        window = (nw.col(TIME) > Moment(self.cutoff).last) & (nw.col(TIME) <= Moment(until).last)
        rows = self.whole.log.frame.filter(window)
        counted = counting.periods(rows, self.whole.rule)
        bought = counting.bought_value(counted, self.whole.rule)
        customers = engines.wrap(summary.frame).select(ID)
        frame = customers.join(bought, on=ID, how="left").sort(ID)  # type: ignore[arg-type]
        values = [nw.col(name).fill_null(0) for name in bought.collect_schema().names() if name != ID]
        frame = frame.with_columns(*values).with_columns(nw.col("purchases").cast(nw.Int64))
        end = Moment(self.cutoff).end if self.whole.options.collapse is None else Moment(self.cutoff).day
        purchases = counted.filter(nw.col(counting.COUNTED))
        return Holdout(frame.to_native(), self.horizon, summary.time_unit, self.cutoff, until, purchases, end)


def _last_day(plan: Plan, observed_until: object) -> date:
    return (
        plan.bounds.last_whole_day if observed_until is None else _day(observed_until, plan.options, "observed_until")
    )


def _day(cutoff: object, options: SummaryOptions, name: str = "cutoff") -> date:
    moment = Moment.parse(cutoff, name, options.zone)
    if moment.last % DAY and moment.last % DAY != DAY - 1:
        raise InputError(f"{name}={cutoff} is not a day.", advice='Give a day, such as "1997-09-30".')
    return Moment.at(moment.day).value


def whole_days(horizon: object, unit: TimeUnit) -> Horizon:
    """The length of a window, rounded down to whole days; a bare number is in `unit`.

    Raises
    ------
    InputError
        If it has no end, or is shorter than a day.
    """
    length = Horizon.parse(horizon)
    if length.endless:
        raise InputError("A holdout has an end; horizon=None is the whole future.", advice='Such as "39 weeks".')
    length = replace(length, unit=length.unit or unit)
    days = length.in_unit(TimeUnit.DAY)
    whole = math.floor(days + _ROUNDING)
    if whole < 1:
        raise InputError(f"The horizon {length} is shorter than a day.", advice="Take a longer horizon.")
    return length if abs(days - whole) < _ROUNDING else Horizon(float(whole), TimeUnit.DAY)
