"""Customer lifetime value: discounted purchases times order value times margin, less the cost of keeping a customer."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.estimate import Estimate
from clvmodels.fitting import GroupedFit, attach, counted, refuse_level
from clvmodels.lifetime.cash_flow import cash_flow_table
from clvmodels.lifetime.terms import Terms
from clvmodels.predictor import PurchasePredictor, SpendPredictor
from clvmodels.transactions import Label, Summary
from clvmodels.units import Horizon

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LifetimeValue(Terms):
    """Value of customers over a horizon, from the end of observation on.

    The value of a customer is margin x order value x discounted purchases, less the retention cost for as long as the
    customer is alive. Money is discounted continuously from the moment at which it is expected, by integration, not by
    adding up months. Under BG/NBD a one-time buyer is alive with probability one until the next purchase, so that a
    retention cost is charged in full for customers who may never come back: their value can be negative.

    Parameters
    ----------
    purchases, spend
        Fitted models, or rules of thumb that can predict the same.
    horizon
        Text with a unit ("1 year"), a number in the summary's unit, or None for the whole future, which needs a
        positive discount rate.
    discount_rate
        Effective rate per year: money in s years counts (1 + rate)^-s.
    margin
        Share of revenue that is kept, 0 to 1; with the default 1, value is revenue.
    retention_cost
        Cost of keeping a customer, as text with a unit ("0.5 per year"), charged while the customer is alive.
    acquisition_cost
        Money spent to win a customer. It is sunk and never part of `clv`; with it the column `clv_net` appears.

    Raises
    ------
    InputError
        If a setting is out of its range; the message says what was likely meant.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.LifetimeValue(
    ...     clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year", discount_rate=0.10
    ... )
    >>> print(value.total(summary))
    72,693.72
    """

    purchases: PurchasePredictor
    spend: SpendPredictor

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(self.purchases, PurchasePredictor, "purchases")
        _require(self.spend, SpendPredictor, "spend")

    def predict(self, summary: Summary, level: float | None = None) -> Any:
        """Table of values in the caller's kind of frame, on any engine; rows as in the summary.

        Parameters
        ----------
        summary
            Customers.
        level
            Intervals are not available yet; None gives point predictions.

        Returns
        -------
        frame
            customer_id, probability_alive, expected_purchases, expected_order_value (money per purchase),
            expected_revenue (undiscounted), clv and, with an acquisition cost, clv_net. Over the whole future
            expected_purchases and expected_revenue are left out, since undiscounted sums may be infinite.
        """
        refuse_level(level)
        return attach(self._coded(summary), self._columns)

    def total(self, summary: Summary, level: float | None = None) -> Estimate:
        """Value of all customers of a summary together."""
        refuse_level(level)
        block, counts = counted(self._coded(summary))
        return Estimate(float(np.sum(counts * self.customer_values(block))))

    def customer_values(self, summary: Summary) -> FloatArray:
        """The `clv` of each customer, shape (n,)."""
        bought = self.purchases.discounted_purchases(summary, self.horizon, self.discount_rate)
        value = self.margin * self.revenue(summary, bought)
        cost = self.cost_per(summary.time_unit)
        if not cost:
            return value
        return value - cost * self.purchases.discounted_lifetime(summary, self.horizon, self.discount_rate)

    def cash_flow(self, summary: Summary, every: str = "month") -> "pd.DataFrame":
        """Expected money of all customers together, period by period over the horizon.

        Parameters
        ----------
        summary
            Customers.
        every
            Length of a period, such as "month" or "2 weeks"; the last one may be shorter.

        Returns
        -------
        pandas.DataFrame
            A row per period: start and end, which is the next one's start (dates where the end of observation is known,
            else time in the summary's unit), expected_purchases, expected_revenue, retention_cost, cash_flow (margin
            less cost, undiscounted), discounted_cash_flow, and cumulative_value, whose last entry is the total value.

        Raises
        ------
        InputError
            If the horizon is the whole future.
        """
        return cash_flow_table(self, self._coded(summary), every)

    def new_customer(self) -> Estimate:
        """Value of a customer just acquired, first order included: the numerator of CLV:CAC.

        Where both models were fitted by one attribute it is the average over its groups by their shares; `of_group`
        has the value for one of them.
        """
        purchases = self.purchases
        if isinstance(purchases, GroupedFit) and isinstance(self.spend, GroupedFit):
            means = [purchases.share(label) * self.of_group(label).new_customer().mean for label in purchases]
            return Estimate(float(sum(means)))
        horizon, rate = self.horizon, self.discount_rate
        orders = 1.0 + self.purchases.discounted_purchases_new_customer(horizon, rate)
        value = self.margin * self.spend.population_mean * orders
        cost = self.cost_per(self.purchases.time_unit)
        if cost:
            value -= cost * self.purchases.discounted_lifetime_new_customer(horizon, rate)
        return Estimate(value)

    def of_group(self, label: Label) -> "LifetimeValue":
        """The valuation of one group's customers, where models were fitted by an attribute.

        Raises
        ------
        InputError
            If no model was fitted by an attribute, or there is no such group.
        """
        parts = {
            role: part[label]
            for role, part in (("purchases", self.purchases), ("spend", self.spend))
            if isinstance(part, GroupedFit)
        }
        if not parts:
            raise InputError(
                "The models of this valuation were not fitted by an attribute.", advice='Fit them with by="channel".'
            )
        return replace(self, **parts)

    def over(self, horizon: object) -> "LifetimeValue":
        """The same over another horizon."""
        return replace(self, horizon=horizon)

    def revenue(self, summary: Summary, purchases: FloatArray) -> FloatArray:
        """Money for purchases, arrays of shape (n,); none are worth nothing even where the mean order is infinite."""
        return np.asarray(purchases * np.where(purchases > 0, self.spend.expected_order_value(summary), 0.0))

    def _coded(self, summary: Summary) -> Summary:
        """The summary with the groups that predictors look for."""
        for part in (self.purchases, self.spend):
            if isinstance(part, GroupedFit):
                summary = part.coded(summary)
        return summary

    def _columns(self, summary: Summary) -> dict[str, FloatArray]:
        columns = {"probability_alive": self.purchases.probability_alive(summary)}
        finite = not Horizon.parse(self.horizon).endless
        if finite:
            columns["expected_purchases"] = self.purchases.expected_purchases(summary, self.horizon)
        columns["expected_order_value"] = self.spend.expected_order_value(summary)
        if finite:
            columns["expected_revenue"] = self.revenue(summary, columns["expected_purchases"])
        columns["clv"] = self.customer_values(summary)
        if self.acquisition_cost is not None:
            columns["clv_net"] = columns["clv"] - self.acquisition_cost
        return columns


def _require(value: object, protocol: type, role: str) -> None:
    if isinstance(value, protocol):
        return
    fitted = "Fit the model first, as in BGNBD().fit(summary)." if hasattr(value, "fit") else "Give a fitted model."
    raise WrongTypeError(f"A {type(value).__name__} cannot predict {role}.", advice=fitted)
