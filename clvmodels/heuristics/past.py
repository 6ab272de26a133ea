"""What a rule may learn from: the summary at the cut-off, and the log up to there."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting import Rows, clean_spend, read, require_summary
from clvmodels.fitting.problem import spend_inputs
from clvmodels.heuristics.formulas import ratio
from clvmodels.transactions import Calibration, Earlier, PurchasesByAge, RecentPurchases, Summary, earlier
from clvmodels.transactions import purchases_by_age as by_age
from clvmodels.units import Horizon, TimeUnit

# Times that are whole days in another unit are not whole to the last binary digit.
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Past:
    """A calibration, or a summary alone, and what rules take from it; times in days.

    Attributes
    ----------
    summary
        At the cut-off.
    calibration
        None where only the summary is known.
    """

    summary: Summary
    calibration: Calibration | None

    @classmethod
    def of(cls, given: Calibration | Summary) -> "Past":
        """Take what `fit` was given."""
        if isinstance(given, Calibration):
            return cls(given.summary, given)
        return cls(require_summary(given), None)

    @property
    def unit(self) -> TimeUnit:
        """The summary's unit."""
        return self.summary.time_unit

    def sum(self, *names: str) -> list[float]:
        """Sums of columns over all customers, missing values as 0; on a lazy summary by one query."""
        rows = read(self.summary, names)
        return [float(np.sum(counts_of(rows) * np.nan_to_num(column))) for column in rows.columns]

    @cached_property
    def customers(self) -> float:
        """How many there are."""
        return float(np.sum(counts_of(read(self.summary, ("frequency",)))))

    @cached_property
    def repeat_rate(self) -> float:
        """Repeat purchases of all customers over their time, per day; 0 where there was no time."""
        purchases, time = self.sum("frequency", "T")
        return float(ratio(purchases, time * self.unit.days))

    @cached_property
    def order_rate(self) -> float:
        """Orders of all customers over their time, per day, first ones included; 0 where there was no time."""
        purchases, time = self.sum("frequency", "T")
        return float(ratio(purchases + self.customers, time * self.unit.days))

    @cached_property
    def repeat_order_value(self) -> float:
        """Mean of all repeat purchases of more than nothing; 0 where there are none."""
        rows = read(self.summary, spend_inputs(self.summary))
        number, mean = clean_spend(*rows.columns)
        counts = counts_of(rows)
        return float(ratio(np.sum(counts * number * mean), np.sum(counts * number)))

    @cached_property
    def order_value(self) -> float:
        """All money over all orders, first ones included."""
        purchases, total = self.sum("frequency", "total_value")
        return total / (purchases + self.customers)

    @cached_property
    def longest_age(self) -> float:
        """Age of the oldest customer."""
        (T,) = read(self.summary, ("T",)).columns
        return float(T.max()) * self.unit.days

    def log(self, rule: str) -> Calibration:
        """The calibration with its log.

        Raises
        ------
        WrongTypeError
            If only a summary is known.
        """
        if self.calibration is None:
            raise WrongTypeError(
                f"{rule} learns from transactions, and a Summary has none.",
                advice="Give it the calibration: calibration, holdout = transactions.split(cutoff, horizon, ...).",
            )
        return self.calibration

    def earlier(self, rule: str, window: object, horizon: object) -> Earlier:
        """The calibration cut once more, a window before its cut-off.

        Parameters
        ----------
        rule
            Who asks.
        window
            Length of the window; None for the horizon, or half the age of the oldest customer if that is shorter.
        horizon
            Of the forecast.

        Raises
        ------
        InputError
            If no customer was observed for longer than the window, or it is shorter than a day.
        """
        calibration = self.log(rule)
        wanted = horizon if window is None else window
        days = Horizon.parse(wanted).in_unit(self.unit) * self.unit.days
        if window is None:
            days = min(days, self.longest_age / 2)
        if not 1 <= days < self.longest_age:
            raise InputError(
                f"{rule} looks {days:.0f} days back, and no customer was observed for longer than "
                f"{self.longest_age:.0f} days.",
                advice='Give a window of at least a day that is shorter than that, such as window="8 weeks".',
            )
        return earlier(calibration, Horizon(days, TimeUnit.DAY))

    def recent(self, rule: str, window: float) -> RecentPurchases:
        """Repeat purchases in the last days, for which a summary is enough while all customers are younger.

        Raises
        ------
        InputError
            If that is less than a day.
        """
        days = int(window + _ROUNDING)
        if not days:
            raise InputError(f"{rule} looks {window:g} days back.", advice="Take a horizon of at least a day.")
        if self.longest_age <= days + _ROUNDING:
            return RecentPurchases.since_first(self.summary)
        return RecentPurchases.of(self.log(rule), days)

    def purchases_by_age(self, rule: str) -> PurchasesByAge:
        """What customers did at which age.

        Raises
        ------
        InputError
            If there are no amounts.
        """
        calibration = self.log(rule)
        self.summary.require(["total_value"])
        return by_age(calibration.transactions.plan(calibration.options))


class PastWithoutMoney(Past):
    """The same of a log without amounts: whoever needs money only to say what orders are worth gets nothing."""

    @cached_property
    def repeat_order_value(self) -> float:
        """Not known."""
        return np.nan

    @cached_property
    def order_value(self) -> float:
        """Not known."""
        return np.nan


def counts_of(rows: Rows) -> FloatArray:
    """Customers per row, shape (rows,)."""
    return np.ones(len(rows.columns[0])) if rows.counts is None else rows.counts
