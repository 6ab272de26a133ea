"""Customer lifetime value: discounted purchases times order value times margin, less the cost of keeping a customer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.arrays import FloatArray, by_blocks
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.estimate import Estimate
from clvmodels.fitting import GroupedFit, attach, counted, gather, tails_of
from clvmodels.lifetime.cash_flow import cash_flow_table
from clvmodels.lifetime.pages import value_html
from clvmodels.lifetime.parts import parts_of
from clvmodels.lifetime.terms import Terms
from clvmodels.lifetime.uncertainty import (
    interval_names,
    new_customer_draws,
    total_draws,
    value_intervals,
    value_sample,
)
from clvmodels.predictor import Coded, PurchasePredictor, SpendPredictor, outlook
from clvmodels.transactions import Label, Summary, blocks_of
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

    def _repr_html_(self) -> str:
        return value_html(self)

    def predict(self, summary: Summary, level: float | None = None, seed: int = 0) -> Any:
        """Table of values in the caller's kind of frame, on any engine; rows as in the summary.

        Parameters
        ----------
        summary
            Customers.
        level
            Of intervals, such as 0.9; None for none.
        seed
            Of the random numbers that intervals are made of.

        Returns
        -------
        frame
            customer_id, probability_alive, expected_purchases, expected_order_value (money per purchase),
            expected_revenue (undiscounted), clv and, with an acquisition cost, clv_net. Over the whole future
            expected_purchases and expected_revenue are left out, since undiscounted sums may be infinite.

            With a level also clv_lower and clv_upper, between which the customer's value will turn out to be
            (parameters and chance), expected_clv_lower and expected_clv_upper (parameters only), the same of purchases,
            and, with an acquisition cost, probability_profitable, the probability that the value exceeds it. Most
            customers either buy again or do not, so the mean can lie outside a narrow interval of what will happen.
        """
        if level is not None:
            tails_of(level)
        return attach(self.coded(summary), lambda block: self._table(block, level, seed))

    def total(self, summary: Summary, level: float | None = None, seed: int = 0) -> Estimate:
        """Value of all customers of a summary together, with an interval of what it will turn out to be.

        Customers in DuckDB are read in blocks; of Polars plans and Spark frames only distinct rows are collected.
        """
        if level is not None:
            tails_of(level)
        mean, draws = 0.0, np.zeros(1)
        for number, some in enumerate(_filled(blocks_of(self.coded(summary)))):
            block, counts = counted(some)
            mean += float(np.sum(counts * self.customer_values(block)))
            for place, (rows, value, part) in enumerate(parts_of(self, block) if level is not None else ()):
                alike = counts if isinstance(counts, float) else counts[rows]
                draws = draws + total_draws(value, part, alike, seed + place, number)
        return Estimate(mean) if level is None else _estimate(mean, draws, level)

    def sample(self, summary: Summary, draws: object = 1_000, seed: int = 0) -> FloatArray:
        """Draw what customers will be worth, all of a column with the same draw of the parameters.

        Parameters
        ----------
        summary
            Customers in memory.
        draws
            How many.
        seed
            Of the random numbers.

        Returns
        -------
        FloatArray
            Shape (n, draws), discounted margin less retention cost; sums over rows are draws of totals.
        """
        parts = enumerate(parts_of(self, self.coded(summary)))
        return gather([(rows, value_sample(value, part, draws, seed + place)) for place, (rows, value, part) in parts])

    def customer_values(self, summary: Summary) -> FloatArray:
        """The `clv` of each customer, shape (n,)."""
        return self._values(summary, self._outlook(summary, ()), self.spend.expected_order_value(summary))

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
        return cash_flow_table(self, self.coded(summary), every)

    def new_customer(self, level: float | None = None, seed: int = 0) -> Estimate:
        """Value of a customer just acquired, first order included: the numerator of CLV:CAC.

        With a level, the interval is that of the expected value, which is what the average of many new customers comes
        to: it knows about parameters only. Where both models were fitted by one attribute the value is the average over
        its groups by their shares; `of_group` has that of one of them.
        """
        mean = self._new_customer()
        if level is None:
            return Estimate(mean)
        tails_of(level)
        if isinstance(self.purchases, GroupedFit) and isinstance(self.spend, GroupedFit):
            shares = [(self.purchases.share(label), self.of_group(label)) for label in self.purchases]
            parts = [share * new_customer_draws(value, seed + place) for place, (share, value) in enumerate(shares)]
            return _estimate(mean, np.sum(parts, axis=0), level)
        return _estimate(mean, new_customer_draws(self, seed), level)

    def _new_customer(self) -> float:
        purchases = self.purchases
        if isinstance(purchases, GroupedFit) and isinstance(self.spend, GroupedFit):
            return float(sum(purchases.share(label) * self.of_group(label).new_customer().mean for label in purchases))
        horizon, rate = self.horizon, self.discount_rate
        orders = 1.0 + self.purchases.discounted_purchases_new_customer(horizon, rate)
        value = self.margin * self.spend.population_mean * orders
        cost = self.cost_per(self.purchases.time_unit)
        if cost:
            value -= cost * self.purchases.discounted_lifetime_new_customer(horizon, rate)
        return value

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

    def revenue(self, summary: Summary, purchases: FloatArray) -> FloatArray:
        """Money for purchases, arrays of shape (n,); none are worth nothing even where the mean order is infinite."""
        return by_blocks(_money, purchases, self.spend.expected_order_value(summary))

    def coded(self, summary: Summary) -> Summary:
        """The summary with the columns of their own that predictors look for."""
        for part in (self.purchases, self.spend):
            if isinstance(part, Coded):
                summary = part.coded(summary)
        return summary

    def _table(self, summary: Summary, level: float | None, seed: int) -> dict[str, FloatArray]:
        table = self._columns(summary)
        if level is None:
            return table
        parts = [(rows, value_intervals(value, part, level, seed)) for rows, value, part in parts_of(self, summary)]
        names = parts[0][1] if parts else interval_names(self)
        return table | {name: gather([(rows, columns[name]) for rows, columns in parts]) for name in names}

    def _columns(self, summary: Summary) -> dict[str, FloatArray]:
        finite = not Horizon.parse(self.horizon).endless
        seen = self._outlook(summary, ("probability_alive", *(("expected_purchases",) if finite else ())))
        order_value = self.spend.expected_order_value(summary)
        columns = {"probability_alive": seen["probability_alive"]}
        if finite:
            columns["expected_purchases"] = seen["expected_purchases"]
        columns["expected_order_value"] = order_value
        if finite:
            columns["expected_revenue"] = by_blocks(_money, seen["expected_purchases"], order_value)
        columns["clv"] = self._values(summary, seen, order_value)
        if self.acquisition_cost is not None:
            columns["clv_net"] = columns["clv"] - self.acquisition_cost
        return columns

    def _outlook(self, summary: Summary, also: Sequence[str]) -> dict[str, FloatArray]:
        """What the value is made of, and other predictions of purchases."""
        wanted = [*also, "discounted_purchases"]
        if self.cost_per(summary.time_unit):
            wanted.append("discounted_lifetime")
        return outlook(self.purchases, summary, self.horizon, self.discount_rate, wanted)

    def _values(self, summary: Summary, seen: Mapping[str, FloatArray], order_value: FloatArray) -> FloatArray:
        bought, cost = seen["discounted_purchases"], self.cost_per(summary.time_unit)
        if not cost:
            return by_blocks(lambda *rows: self.margin * _money(*rows), bought, order_value)
        lifetime = seen["discounted_lifetime"]
        return by_blocks(lambda *rows: self.margin * _money(*rows[:2]) - cost * rows[2], bought, order_value, lifetime)


def _filled(blocks: Iterable[Summary]) -> Iterator[Summary]:
    """Those that have customers, or may have."""
    return (block for block in blocks if block.is_lazy or len(block))


def _money(purchases: FloatArray, order_value: FloatArray) -> FloatArray:
    """None are worth nothing even where the mean order is infinite."""
    return purchases * np.where(purchases > 0, order_value, 0.0)


def _estimate(mean: float, draws: FloatArray, level: float) -> Estimate:
    lower, upper = np.quantile(draws, tails_of(level))
    return Estimate(mean, float(lower), float(upper), level)


def _require(value: object, protocol: type, role: str) -> None:
    if isinstance(value, protocol):
        return
    fitted = "Fit the model first, as in BGNBD().fit(summary)." if hasattr(value, "fit") else "Give a fitted model."
    raise WrongTypeError(f"A {type(value).__name__} cannot predict {role}.", advice=fitted)
