"""What a customer just acquired is worth beside what it cost to win one: CLV:CAC and payback, per channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clvmodels.fitting import tails_of
from clvmodels.lifetime import LifetimeValue
from clvmodels.segments.inputs import require_value
from clvmodels.segments.offers import offers_of
from clvmodels.segments.printing import as_html, as_text
from clvmodels.transactions import Label
from clvmodels.units import Horizon, non_negative

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class UnitEconomics:
    """CLV:CAC and payback of customers just acquired, first order included.

    Attributes
    ----------
    table
        A row per channel: channel, customers (that the models were fitted to), cac, clv, ratio (clv / cac; infinite
        where customers cost nothing), payback_months (the age at which the expected discounted margin, less retention
        cost, has paid for the acquisition; missing if it never does within the horizon); with a level clv_lower,
        clv_upper, ratio_lower, ratio_upper and probability_above_target.
    target
        Of the ratio.
    level
        Of intervals, or None.
    horizon
        Over which customers are valued, in words.

    Examples
    --------
    >>> import clvmodels as clv
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> value = clv.LifetimeValue(purchases, spend, horizon="1 year", discount_rate=0.1, margin=0.3)
    >>> print(clv.unit_economics(value, acquisition_cost=12.0))
    CLV:CAC with a target of 3:1, over 1 year
         channel customers   cac   clv ratio payback_months
    all channels         0 12.00 25.29  2.11           0.62
    """

    table: "pd.DataFrame"
    target: float
    level: float | None
    horizon: str

    @property
    def title(self) -> str:
        """What the table is about."""
        interval = "" if self.level is None else f", {100 * self.level:g}% intervals of the expected value"
        return f"CLV:CAC with a target of {self.target:g}:1, over {self.horizon}{interval}"

    def __str__(self) -> str:
        return f"{self.title}\n{as_text(self.table)}"

    def __repr__(self) -> str:
        return f"<UnitEconomics: {self.title}, {len(self.table)} rows>"

    def _repr_html_(self) -> str:
        return as_html(self.title, self.table)


def unit_economics(
    value: LifetimeValue,
    acquisition_cost: float | Mapping[Label, float] | None = None,
    target: float = 3.0,
    level: float | None = None,
    seed: int = 0,
) -> UnitEconomics:
    """Set what a customer just acquired is worth against what acquiring one costs.

    The value is that of `LifetimeValue.new_customer`: the margin of the first order and of all that is expected to
    follow over the horizon, less retention cost. Where models were fitted by an attribute there is a row for each of
    its values, and one for all together in the proportions of the customers that were fitted.

    Parameters
    ----------
    value
        Fitted models with their terms; fit them with by="channel" for a row per channel.
    acquisition_cost
        Per customer: one number, or one for each channel; by default that of the valuation.
    target
        Of the ratio, such as 3 for 3:1.
    level
        Of intervals, such as 0.9; None for none.
    seed
        Of the draws of the parameters that intervals are made of.

    Returns
    -------
    UnitEconomics
        With a level, intervals and probability_above_target are of the expected value, which is what the average of
        many new customers comes to: they know about parameters only.

    Raises
    ------
    InputError
        If there is no acquisition cost, it is negative, or channels are missing or unknown; or intervals are asked of
        rules of thumb.
    BoundaryError
        If intervals are asked of a fit without covariance.

    Examples
    --------
    >>> import clvmodels as clv
    >>> log = clv.datasets.cdnow().assign(channel=lambda log: log["customer_id"].mod(2).map({0: "web", 1: "shop"}))
    >>> tx = clv.Transactions(log, customer="customer_id", time="date", amount="amount", attributes=["channel"])
    >>> recipe = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), by="channel", horizon="1 year", margin=0.3)
    >>> value = recipe.fit(tx.summarize(time_unit="week", until="1997-09-30"))
    >>> found = clv.unit_economics(value, {"web": 8.0, "shop": 14.0}, level=0.9)
    >>> found.table[["channel", "clv", "ratio", "probability_above_target"]].round(2)
            channel    clv  ratio  probability_above_target
    0          shop  26.02   1.86                       0.0
    1           web  25.61   3.20                       0.9
    2  all channels  25.81   2.35                       0.0
    """
    import pandas as pd

    goal = non_negative(target, "target")
    if level is not None:
        tails_of(level)
    offers = offers_of(require_value(value), acquisition_cost)
    table = pd.DataFrame([offer.row(goal, level, seed) for offer in offers])
    return UnitEconomics(table, goal, level, str(Horizon.parse(value.horizon)))
