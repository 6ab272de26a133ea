"""Rules that multiply a yearly value by a lifetime, or charge for it."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting import read
from clvmodels.heuristics.base import Heuristic, positive_length
from clvmodels.heuristics.extrapolation import CommonRate, OrderRate, OwnRate, PastRate
from clvmodels.heuristics.formulas import churn_rate, retained_activity, retained_time
from clvmodels.heuristics.past import Past, counts_of
from clvmodels.heuristics.rules import CommonMean, OrderMean, PurchaseRule, RepeatMean, SpendRule
from clvmodels.lifetime.terms import share
from clvmodels.transactions import Summary
from clvmodels.units import Horizon


@dataclass(frozen=True, eq=False, kw_only=True)
class RetainedRate(OwnRate):
    """The customer's own rate for the periods of so many days that they stay; a share goes on into each next one."""

    retention: float
    period: float

    def _time(self, length: float, delta: float) -> float:
        return retained_time(length, self.period, self.retention, delta)

    def _chance(self, summary: Summary, length: float) -> FloatArray:
        return retained_activity(self.rate(summary), length, self.period, self.retention)


@dataclass(frozen=True)
class SimpleCLV(Heuristic):
    """Average order value x purchase frequency x expected lifetime x margin, the formula of most textbooks.

    The first two are the customer's own: total_value / (x + 1), and (x + 1) / T, where an age below one day counts as
    one day. The expected lifetime is everybody's: 1 / churn. Churn is customers lost over the time that all customers
    were not yet lost, where a customer is lost as soon as the last purchase is longer ago than `lost_after`. Within a
    horizon h that leaves (1 - exp(-churn h)) / churn of the lifetime; the longer the horizon, the nearer the value
    comes to the formula. It does not ask who is lost already: everybody begins a whole lifetime today.

    Parameters
    ----------
    lost_after
        Text with a unit, or a number in the summary's unit.
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.heuristics.SimpleCLV(horizon=None, discount_rate=0.1, margin=0.35).fit(summary)
    >>> print(f"expected lifetime {1 / value.purchases.churn / 7:.1f} weeks, in total {value.total(summary)}")
    expected lifetime 41.0 weeks, in total 71,128.66
    """

    lost_after: object = "26 weeks"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive_length(self.lost_after, "lost_after")

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        churn = daily_churn(past, self.lost_after)
        return OrderRate(past.unit, past.repeat_rate, churn), OrderMean(past.order_value)


@dataclass(frozen=True)
class YearlyValue(Heuristic):
    """Yearly value x average lifetime: one number for everybody.

    Yearly value = all money / all customers' time; average lifetime = mean time between a customer's first and last
    purchase, one-time buyers as 0, unless it is given. Lifetimes are exponential: within a horizon h that leaves
    lifetime x (1 - exp(-h / lifetime)), and the longer the horizon, the nearer the value comes to the product.

    Parameters
    ----------
    lifetime
        Text with a unit, or a number in the summary's unit; None to observe it.
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> clv.heuristics.YearlyValue("3 years").fit(summary).predict(summary)["clv"].round(2).unique()
    array([99.62])
    """

    lifetime: object = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lifetime is not None:
            positive_length(self.lifetime, "lifetime")

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        if self.lifetime is None:
            lifetime = past.sum("recency")[0] / past.customers
        else:
            lifetime = Horizon.parse(self.lifetime).in_unit(past.unit)
        churn = 1.0 / (lifetime * past.unit.days) if lifetime else np.inf
        return CommonRate(past.unit, past.order_rate, churn), CommonMean(past.order_value)


class RevenueLessCost(PastRate):
    """Revenue minus the cost of keeping the customer: the past rate, less what it costs to keep everybody.

    clv = margin x (x / T * h) x mean repeat purchase - retention_cost x h, both discounted. Nobody is ever gone, so
    everybody is charged for the whole horizon, and whoever never came back is worth less than nothing.

    Parameters
    ----------
    retention_cost
        Cost of keeping a customer, as text with a unit ("0.5 per month"); it has to be given.
    horizon, discount_rate, margin, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.heuristics.RevenueLessCost(retention_cost="0.5 per month").fit(summary)
    >>> float(value.predict(summary)["clv"].min())
    -6.0
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.retention_cost is None:
            raise InputError(
                "RevenueLessCost has no cost to deduct.", advice='Give retention_cost="0.5 per month", or use PastRate.'
            )


@dataclass(frozen=True)
class Retention(Heuristic):
    """The retention formula, margin x r / (1 + d - r): a share r of customers goes on into each next period.

    The margin per period is that of the past rate, x / T x period x mean repeat purchase x margin; what falls into a
    period is paid at its end, d being the discount rate per period. A finite horizon adds up the whole periods, and the
    last one by the part that lies within.

    Parameters
    ----------
    retention
        Share per period, 0 to 1; None for exp(-churn x period), with churn as in `SimpleCLV`.
    period
        Text with a unit, or a number in the summary's unit.
    lost_after
        As in `SimpleCLV`; not used where the retention is given.
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.heuristics.Retention(0.8, horizon=None, discount_rate=0.1).fit(summary)
    >>> yearly = clv.heuristics.PastRate(horizon="1 year").fit(summary)
    >>> round(value.total(summary).mean / yearly.total(summary).mean, 6)  # 0.8 / (1 + 0.1 - 0.8)
    2.666667
    """

    retention: float | None = None
    period: object = "1 year"
    lost_after: object = "26 weeks"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive_length(self.period, "period")
        positive_length(self.lost_after, "lost_after")
        if self.retention is not None:
            share(self.retention, "retention")

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        period = Horizon.parse(self.period).in_unit(past.unit) * past.unit.days
        kept = self.retention
        if kept is None:
            kept = float(np.exp(-daily_churn(past, self.lost_after) * period))
        rule = RetainedRate(past.unit, past.repeat_rate, retention=kept, period=period)
        return rule, RepeatMean(past.repeat_order_value)


def daily_churn(past: Past, lost_after: object) -> float:
    """Customers lost per customer and day."""
    rows = read(past.summary, ("recency", "T"))
    recency, T = rows.columns
    silence = Horizon.parse(lost_after).in_unit(past.unit)
    return churn_rate(T - recency, T, silence, counts_of(rows)) / past.unit.days
