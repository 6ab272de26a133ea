"""What a change of customers' future behaviour is worth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clvmodels.estimate import Estimate
from clvmodels.lifetime import LifetimeValue
from clvmodels.segments.changes import PER_PURCHASE, Change, change_of
from clvmodels.segments.inputs import customers_of, require_value
from clvmodels.segments.outcome import SIDES, Outcome
from clvmodels.segments.printing import as_html, as_text, percent
from clvmodels.segments.segmentation import AnySegments, segments_of
from clvmodels.segments.worlds import Worlds
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """The value of customers as things are and after a change, by segment.

    Attributes
    ----------
    table
        A row per segment: segment, customers, baseline, changed, difference and relative (difference / baseline,
        missing unless the baseline is positive); with a level baseline_lower, baseline_upper and so forth.
    baseline, changed, difference
        Of all customers together.
    order_value, frequency, churn
        The changes, as shares: 0.1 for 10% more.
    hold
        What stays as it is while customers buy more or less often.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.LifetimeValue(clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year")
    >>> print(clv.scenario(value, summary, order_value="+10%"))
    order value +10% for all customers: worth 7,591.47
          segment customers  baseline   changed difference relative
    all customers     2,357 75,914.68 83,506.15   7,591.47   +10.0%
    """

    table: "pd.DataFrame"
    baseline: Estimate
    changed: Estimate
    difference: Estimate
    order_value: float
    frequency: float
    churn: float
    hold: str

    @property
    def title(self) -> str:
        """The changes in words, and what they are worth."""
        levers = {"order value": self.order_value, "frequency": self.frequency, "churn": self.churn}
        named = [f"{name} {percent(change)}" for name, change in levers.items() if change]
        held = f" (held: {self.hold})" if self.frequency else ""
        level = "" if self.difference.level is None else f", {100 * self.difference.level:g}% intervals"
        return f"{', '.join(named) or 'no change'}{held} for all customers: worth {self.difference}{level}"

    def __str__(self) -> str:
        return f"{self.title}\n{as_text(self.table)}"

    def __repr__(self) -> str:
        return f"<Scenario: {self.title}>"

    def _repr_html_(self) -> str:
        return as_html(self.title, self.table)


def scenario(  # noqa: PLR0913 - the question's keywords, turned into a value at once
    value: LifetimeValue,
    summary: Summary | None = None,
    *,
    order_value: object = 0.0,
    frequency: object = 0.0,
    churn: object = 0.0,
    segments: AnySegments = None,
    hold: str = PER_PURCHASE,
    level: float | None = None,
    seed: int = 0,
) -> Scenario:
    """What a change of future behaviour would be worth, if it came about, given what is known of customers today.

    Nothing changes about the past: P(alive) and what it says of a customer's own purchase rate, dropout probability and
    mean order value. From the end of observation on, every order is worth `order_value` more; while alive, customers
    buy at a rate that is `frequency` higher; and their probability of dropping out after a purchase is `churn` higher,
    as far as 1. Whether a campaign brings about such a change is a question for an experiment, not for this function.

    Parameters
    ----------
    value
        Fitted models with their terms: the values are discounted margin less retention cost over its horizon.
    summary
        Customers in memory; by default those that the models were fitted to.
    order_value, frequency, churn
        Changes, as "+10%", "-5%", or as shares (0.1).
    segments
        From `segments.rfm` or `segments.tiers`, the name of an attribute of the summary, or a label per customer.
    hold
        What stays as it is while the frequency changes: "dropout per purchase", the model's own number, so that who
        buys more often also leaves earlier; or "churn per time", so that who buys more often is as likely to be there
        a year from now, and the dropout probability per purchase falls (or, if the frequency falls, rises as far as 1).
    level
        Of intervals, such as 0.9; None for none.
    seed
        Of the draws of the parameters that intervals are made of.

    Returns
    -------
    Scenario
        With a level, intervals are of expected values: they know about parameters only. Both futures are valued at the
        same draws, so that the interval of the difference is much narrower than those of its two sides suggest. No
        customer lives both futures, so there is no interval of what the difference will turn out to be.

    Raises
    ------
    InputError
        If a change cannot be read or takes away more than all, the expected value is infinite, or frequency, churn or
        intervals are asked of rules of thumb.
    BoundaryError
        If intervals are asked of a fit without covariance.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.LifetimeValue(clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year")
    >>> loyal = clv.scenario(value, summary, churn="-20%", segments=clv.segments.tiers(value, summary, shares=[0.2]))
    >>> loyal.table[["segment", "difference", "relative"]].round(3)
       segment  difference  relative
    0  top 20%    2619.197     0.048
    1     rest     699.533     0.032
    """
    levers = {"order value": order_value, "frequency": frequency, "churn": churn}
    by_order, by_rate, by_churn = (change_of(given, name) for name, given in levers.items())
    known = customers_of(require_value(value), summary)
    factors = Change.of(by_order, by_rate, by_churn, hold)
    outcome = Outcome.of(Worlds(value, value.coded(known), segments_of(segments, known), (factors,)), level, seed)
    row = outcome.together().table(0).iloc[0]
    baseline, changed, difference = (_estimate(row, side, level) for side in SIDES)
    return Scenario(outcome.table(0), baseline, changed, difference, by_order, by_rate, by_churn, hold)


def _estimate(row: "pd.Series[Any]", side: str, level: float | None) -> Estimate:
    bounds = () if level is None else (float(row[f"{side}_lower"]), float(row[f"{side}_upper"]), level)
    return Estimate(float(row[side]), *bounds)
