"""What rules of thumb predict, in the form in which fitted models predict it. Inside, times are in days."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.fitting.tables import finite
from clvmodels.heuristics.formulas import annuity
from clvmodels.transactions import Summary
from clvmodels.units import Horizon, TimeUnit, discount_intensity


@dataclass(frozen=True, eq=False)
class PurchaseRule(ABC):
    """A rule of when customers purchase.

    Attributes
    ----------
    time_unit
        Of bare numbers that are asked of new customers.
    new_customer_rate
        Repeat purchases per day of a customer of whom nothing is known.
    """

    time_unit: TimeUnit
    new_customer_rate: float

    @abstractmethod
    def _purchases(self, summary: Summary, length: float, delta: float) -> FloatArray:
        """Purchases of active customers within so many days, discounted at delta per day, shape (n,)."""

    @abstractmethod
    def _chance(self, summary: Summary, length: float) -> FloatArray:
        """Probability that an active customer purchases within so many days, shape (n,)."""

    def _time(self, length: float, delta: float) -> float:
        """Days that an active customer stays within `length`, discounted."""
        return float(annuity(length, delta))

    def _new_customer(self, length: float, delta: float) -> float:
        """Repeat purchases of a customer just acquired within so many days, discounted."""
        return self.new_customer_rate * self._time(length, delta)

    def probability_alive(self, summary: Summary) -> FloatArray:
        """One for everybody, unless the rule says who is gone, shape (n,)."""
        return np.ones(len(summary))

    def probability_active(self, summary: Summary, horizon: object) -> FloatArray:
        """Probability of at least one purchase within the horizon, shape (n,)."""
        length, _ = _ahead(horizon, summary.time_unit, 0.0)
        return self.probability_alive(summary) * self._chance(summary, length)

    def expected_purchases(self, summary: Summary, horizon: object) -> FloatArray:
        """Expected purchases within the horizon, shape (n,)."""
        return self.discounted_purchases(summary, horizon, 0.0)

    def discounted_purchases(self, summary: Summary, horizon: object, discount_rate: float) -> FloatArray:
        """Expected purchases within the horizon, each discounted to today, shape (n,)."""
        ahead = _ahead(horizon, summary.time_unit, discount_rate)
        return self.probability_alive(summary) * self._purchases(summary, *ahead)

    def discounted_lifetime(self, summary: Summary, horizon: object, discount_rate: float) -> FloatArray:
        """Expected time alive within the horizon, discounted likewise, in the summary's unit, shape (n,)."""
        time = self._time(*_ahead(horizon, summary.time_unit, discount_rate))
        return self.probability_alive(summary) * (time / summary.time_unit.days)

    def discounted_purchases_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted repeat purchases of a customer just acquired; a bare number is in `time_unit`."""
        return self._new_customer(*_ahead(horizon, self.time_unit, discount_rate))

    def discounted_lifetime_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted time alive of a customer just acquired, in `time_unit`."""
        return self._time(*_ahead(horizon, self.time_unit, discount_rate)) / self.time_unit.days


@dataclass(frozen=True, eq=False)
class RateRule(PurchaseRule):
    """Everybody purchases at a rate of their own, evenly, and leaves at a common one.

    Expected purchases are rate x time that the customer stays within the horizon. For probabilities they count as
    random: without churn, that of a purchase is 1 - exp(-expected).

    Attributes
    ----------
    churn
        Customers lost per customer and day; the expected lifetime is its inverse.
    """

    churn: float = 0.0

    @abstractmethod
    def rate(self, summary: Summary) -> FloatArray:
        """Purchases per day, while active, shape (n,)."""

    def _purchases(self, summary: Summary, length: float, delta: float) -> FloatArray:
        return self.rate(summary) * self._time(length, delta)

    def _chance(self, summary: Summary, length: float) -> FloatArray:
        rate = self.rate(summary)
        return rate * annuity(length, rate + self.churn)

    def _time(self, length: float, delta: float) -> float:
        return float(annuity(length, delta + self.churn))


@dataclass(frozen=True, eq=False)
class SpendRule(ABC):
    """A rule of what customers spend.

    Attributes
    ----------
    population_mean
        Money per purchase of a customer of whom nothing is known.
    """

    population_mean: float

    @abstractmethod
    def expected_order_value(self, summary: Summary) -> FloatArray:
        """Money per purchase, shape (n,)."""


class RepeatMean(SpendRule):
    """The customer's own mean of repeat purchases."""

    def expected_order_value(self, summary: Summary) -> FloatArray:
        """The column monetary_value, 0 where there is none, shape (n,)."""
        return np.nan_to_num(summary.column("monetary_value"))


class OrderMean(SpendRule):
    """The customer's own average order value, the first order included."""

    def expected_order_value(self, summary: Summary) -> FloatArray:
        """All money over all orders, shape (n,)."""
        return summary.column("total_value") / (summary.column("frequency") + 1.0)


class CommonMean(SpendRule):
    """Everybody's orders are worth the same."""

    def expected_order_value(self, summary: Summary) -> FloatArray:
        """The population's mean, shape (n,)."""
        return np.full(len(summary), self.population_mean)


def days_of(summary: Summary, column: str) -> FloatArray:
    """A column of times in days, shape (n,)."""
    return summary.column(column) * summary.time_unit.days


def _ahead(horizon: object, unit: TimeUnit, discount_rate: float) -> tuple[float, float]:
    """Length in days and continuous discount rate per day; the whole future needs a positive rate."""
    delta = discount_intensity(discount_rate, TimeUnit.DAY)
    length = Horizon.parse(horizon).in_unit(unit) * unit.days
    return (length if delta > 0 else finite(length)), delta
