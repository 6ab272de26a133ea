"""Rules that expect more of the same: what was bought so far goes on at the same pace."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.heuristics.base import Heuristic
from clvmodels.heuristics.formulas import order_rate, ratio
from clvmodels.heuristics.past import Past
from clvmodels.heuristics.rules import CommonMean, OrderMean, PurchaseRule, RateRule, RepeatMean, SpendRule, days_of
from clvmodels.transactions import RecentPurchases, Summary

# In days; the day of the first order is observed too, and an order per nothing would be infinitely many.
SHORTEST_AGE = 1.0


class OwnRate(RateRule):
    """The customer's own rate of repeat purchases."""

    def rate(self, summary: Summary) -> FloatArray:
        """x / T per day, shape (n,)."""
        return ratio(summary.column("frequency"), days_of(summary, "T"))


class OrderRate(RateRule):
    """The customer's own rate of orders, the first included."""

    def rate(self, summary: Summary) -> FloatArray:
        """(x + 1) / T per day, shape (n,)."""
        return order_rate(summary.column("frequency"), days_of(summary, "T"), SHORTEST_AGE)


class CommonRate(RateRule):
    """One rate for everybody."""

    def rate(self, summary: Summary) -> FloatArray:
        """That of a customer of whom nothing is known, shape (n,)."""
        return np.full(len(summary), self.new_customer_rate)


@dataclass(frozen=True, eq=False, kw_only=True)
class OrdersAgain(RateRule):
    """As many orders within `window` days as there were to date."""

    window: float

    def rate(self, summary: Summary) -> FloatArray:
        """(x + 1) / window, shape (n,)."""
        return (summary.column("frequency") + 1.0) / self.window


@dataclass(frozen=True, eq=False, kw_only=True)
class RecentRate(RateRule):
    """As many repeat purchases within `window` days as there were in the last ones."""

    window: float
    recent: RecentPurchases

    def coded(self, summary: Summary) -> Summary:
        """The summary with the column that says how many these were."""
        return self.recent.coded(summary)

    def rate(self, summary: Summary) -> FloatArray:
        """Recent repeat purchases over the window, shape (n,)."""
        counts = self.coded(summary).column(self.recent.column)
        unknown = int(np.isnan(counts).sum())
        if unknown:
            raise InputError(
                f"Of {unknown:,} customers it is not known what they did last: they were not in the calibration.",
                advice="Fit the rule on the calibration of this summary.",
            )
        return counts / self.window


class HistoricalValue(Heuristic):
    """Historical value: over the horizon customers bring as much again as they brought to date.

    expected_purchases = x + 1 and expected_revenue = total_value, refunds deducted, however long they took. As a
    forecast it is naive; as an order of customers it is what "best customers so far" means.

    Parameters
    ----------
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`; the horizon has an end.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> print(clv.heuristics.HistoricalValue(horizon="39 weeks").fit(summary).total(summary))
    173,115.55
    """

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        window = self._window(past.unit)
        return OrdersAgain(past.unit, past.repeat_rate, window=window), OrderMean(past.order_value)


class PastRate(Heuristic):
    """Past rate: repeat purchases go on at the customer's own pace.

    expected_purchases = x / T * h, and 0 at T = 0; expected_order_value = the customer's mean repeat purchase, 0 where
    there is none. Nobody is ever gone.

    Parameters
    ----------
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.heuristics.PastRate(horizon="39 weeks").fit(summary)
    >>> round(float(value.predict(summary)["expected_purchases"].sum()))  # 1,882 came
    2930
    """

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        return OwnRate(past.unit, past.repeat_rate), RepeatMean(past.repeat_order_value)


class TotalOrders(Heuristic):
    """Total orders: all orders, the first included, go on at the customer's own pace.

    expected_purchases = (x + 1) / T * h, where an age below one day counts as one day; expected_order_value =
    total_value / (x + 1), so that expected_revenue = total_value / T * h. The first order made somebody a customer
    and says nothing of coming back: on young customers this rule errs by a multiple.

    Parameters
    ----------
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.heuristics.TotalOrders(horizon="39 weeks").fit(summary)
    >>> round(float(value.predict(summary)["expected_purchases"].sum()))  # 1,882 came
    5769
    """

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        return OrderRate(past.unit, past.repeat_rate), OrderMean(past.order_value)


class RepeatLastPeriod(Heuristic):
    """Repeat of the last period: in the horizon customers do what they did in the last window of its length.

    expected_purchases = repeat purchases in the last h; expected_order_value = the customer's mean repeat purchase.
    Needs the calibration with its log, or a summary of customers who are all younger than the horizon, and predicts
    these customers only. A lazy table comes sorted by customer.

    Parameters
    ----------
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`; the horizon has an end.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> calibration, holdout = tx.split("1997-09-30", "26 weeks", time_unit="week")
    >>> value = clv.heuristics.RepeatLastPeriod(horizon="26 weeks").fit(calibration)
    >>> round(float(value.predict(calibration.summary)["expected_purchases"].sum()))
    1629
    """

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        window = self._window(past.unit)
        recent = past.recent(type(self).__name__, window)
        return (
            RecentRate(past.unit, past.repeat_rate, window=window, recent=recent),
            RepeatMean(past.repeat_order_value),
        )


class PopulationMean(Heuristic):
    """Population mean: everybody is expected to do what customers do on average.

    expected_purchases = h * sum x / sum T; expected_order_value = mean of all repeat purchases. It puts customers in no
    order, and is what an order of customers has to be better than.

    Parameters
    ----------
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.heuristics.PopulationMean(horizon="39 weeks").fit(summary)
    >>> value.predict(summary)["expected_purchases"].round(3).unique()
    array([1.243])
    """

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        return CommonRate(past.unit, past.repeat_rate), CommonMean(past.repeat_order_value)
