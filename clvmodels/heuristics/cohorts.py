"""Cohort curves: what customers of an age do on average, carried on."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.heuristics.base import Heuristic
from clvmodels.heuristics.formulas import annuity, ratio
from clvmodels.heuristics.past import Past
from clvmodels.heuristics.rules import PurchaseRule, SpendRule, days_of
from clvmodels.transactions import Summary
from clvmodels.units import Horizon, TimeUnit, discount_intensity

# The last part of the observed ages, whose mean goes on.
_TAIL = 0.25


@dataclass(frozen=True, eq=False)
class AgeCurve:
    """Something that happens to customers of each age, per customer and day.

    Attributes
    ----------
    daily
        Shape (days,): on the first, second, ... day after the first purchase.
    afterwards
        On every later day.
    """

    daily: FloatArray
    afterwards: float

    @classmethod
    def of(cls, customers: FloatArray, happened: FloatArray) -> "AgeCurve":
        """From customers and sums by age, shape (days + 1,); what happened on day 0 made them customers."""
        first = int((1.0 - _TAIL) * len(customers))
        tail = slice(max(first, 1), None)
        afterwards = float(ratio(happened[tail].sum(), customers[tail].sum()))
        return cls(ratio(happened, customers)[1:], afterwards)

    def ahead(self, age: ArrayLike, length: float, delta: float) -> FloatArray:
        """What happens within so many days to customers of an age in days, discounted, of the shape of `age`.

        Examples
        --------
        >>> from clvmodels.heuristics.cohorts import AgeCurve
        >>> AgeCurve(np.array([0.5, 0.25]), 0.125).ahead([0.0, 1.5], length=4.0, delta=0.0)
        array([1.   , 0.5625])
        """
        start = np.asarray(age, float)
        return np.asarray(np.exp(delta * start) * (self._until(start + length, delta) - self._until(start, delta)))

    def _until(self, age: FloatArray, delta: float) -> FloatArray:
        days = np.arange(len(self.daily) + 1.0)
        worth = np.exp(-delta * days[:-1]) * annuity(1.0, delta)
        known = np.interp(age, days, np.concatenate([[0.0], np.cumsum(self.daily * worth)]))
        later = annuity(np.maximum(age - days[-1], 0.0), delta)
        return np.asarray(known + self.afterwards * np.exp(-delta * days[-1]) * later)


@dataclass(frozen=True, eq=False, kw_only=True)
class AgedPurchases(PurchaseRule):
    """What customers of the same age do."""

    curve: AgeCurve

    def _purchases(self, summary: Summary, length: float, delta: float) -> FloatArray:
        return self.curve.ahead(days_of(summary, "T"), length, delta)

    def _chance(self, summary: Summary, length: float) -> FloatArray:
        return -np.expm1(-self._purchases(summary, length, 0.0))

    def _new_customer(self, length: float, delta: float) -> float:
        return float(self.curve.ahead(0.0, length, delta))


@dataclass(frozen=True, eq=False, kw_only=True)
class AgedOrderValue(SpendRule):
    """What purchases ahead of customers of the same age come to, over `length` days at `delta` per day."""

    purchases: AgeCurve
    revenue: AgeCurve
    length: float
    delta: float

    def expected_order_value(self, summary: Summary) -> FloatArray:
        """Revenue over purchases, 0 where there are none, shape (n,)."""
        ahead = days_of(summary, "T"), self.length, self.delta
        return ratio(self.revenue.ahead(*ahead), self.purchases.ahead(*ahead))


class CohortCurve(Heuristic):
    """Cohort curves: customers follow the average cumulative spend by customer age.

    The curves C(a) are repeat purchases, and their revenue, per customer up to age a: the sum over days of what
    customers of that age brought, divided by the customers who were observed at it. expected_purchases = C(T + h) -
    C(T), and likewise expected_revenue, at the discount rate and over the horizon that were given to the rule. Beyond
    the oldest customer the mean of the last quarter of ages goes on. Customers of one age are all expected to do the
    same. Needs the calibration with its log, and amounts.

    Parameters
    ----------
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
    >>> value = clv.heuristics.CohortCurve(horizon="39 weeks").fit(calibration)
    >>> round(float(value.predict(calibration.summary)["expected_purchases"].sum()))  # 1,882 came
    2163
    """

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        ages = past.purchases_by_age(type(self).__name__)
        purchases, revenue = (AgeCurve.of(ages.customers, sums) for sums in (ages.purchases, ages.revenue))
        length = Horizon.parse(self.horizon).in_unit(past.unit) * past.unit.days
        delta = discount_intensity(self.discount_rate, TimeUnit.DAY)
        order_value = float(ratio(revenue.ahead(0.0, length, delta), purchases.ahead(0.0, length, delta)))
        spend = AgedOrderValue(order_value, purchases=purchases, revenue=revenue, length=length, delta=delta)
        return AgedPurchases(past.unit, past.repeat_rate, curve=purchases), spend
