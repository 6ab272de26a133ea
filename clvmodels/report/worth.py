"""What a page says of the value of customers, computed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import ClvError
from clvmodels.estimate import Estimate
from clvmodels.fitting import Fit, GroupedFit
from clvmodels.lifetime import LifetimeValue
from clvmodels.report.options import Options
from clvmodels.segments import Levers, UnitEconomics, levers, rfm, tiers, unit_economics
from clvmodels.segments import table as segment_table
from clvmodels.transactions import Summary
from clvmodels.units import Horizon

if TYPE_CHECKING:
    import pandas as pd

_Answer = TypeVar("_Answer")

CHANGE = "+10%"

_RULE = "a rule of thumb does not say how sure it is."


@dataclass(frozen=True, eq=False)
class Worth:
    """Everything that a page shows of a valuation.

    Attributes
    ----------
    value, summary
        The valuation and its customers, in memory.
    total, doubt
        Value of all customers, with an interval or the reason why there is none.
    values
        Of each customer, shape (n,).
    active, purchases
        How many customers are expected to buy at least once and how often all of them, within the horizon; None for the
        whole future.
    new
        Value of a customer just acquired.
    tiers, segments
        Tables by rank of value and by RFM, the latter with intervals.
    levers, economics
        What changes are worth, and CLV:CAC; or the reason why that is not known, empty if nobody asked.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.report import Options
    >>> from clvmodels.report.worth import Worth
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.LifetimeValue(clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year")
    >>> worth = Worth.of(value, summary, Options())
    >>> round(worth.total.mean), round(worth.active)
    (75915, 688)
    """

    value: LifetimeValue
    summary: Summary
    total: Estimate
    doubt: str
    values: FloatArray
    active: float | None
    purchases: float | None
    new: Estimate
    tiers: "pd.DataFrame"
    segments: "pd.DataFrame"
    levers: Levers | str
    economics: UnitEconomics | str

    @classmethod
    def of(cls, value: LifetimeValue, summary: Summary, options: Options) -> "Worth":
        """Value the customers."""
        known = summary.collected()
        coded = value.coded(known)
        total, doubt = _total(value, known, options)
        level = None if doubt else options.level
        ahead = None if Horizon.parse(value.horizon).endless else value.horizon
        active, purchases = (
            None if ahead is None else float(np.sum(ask(coded, ahead)))
            for ask in (value.purchases.probability_active, value.purchases.expected_purchases)
        )
        return cls(
            value=value,
            summary=known,
            total=total,
            doubt=doubt,
            values=value.customer_values(coded),
            active=active,
            purchases=purchases,
            new=value.new_customer(),
            tiers=segment_table(value, known, tiers(value, known)),
            segments=segment_table(value, known, rfm(known), level, options.seed),
            levers=_levers(value, known),
            economics=_economics(value, options, level),
        )


def attempt(question: Callable[[], _Answer]) -> tuple[_Answer | None, str]:
    """The answer, or in words why there is none, for a page that says so in its place.

    Examples
    --------
    >>> from clvmodels.errors import InputError
    >>> from clvmodels.report.worth import attempt
    >>> def ask():
    ...     raise InputError("There are no amounts.", advice="Name them.")
    >>> attempt(ask)
    (None, 'There are no amounts. Name them.')
    """
    try:
        return question(), ""
    except ClvError as error:
        # Without the rows that it quotes: customers' ids are on a page only if somebody asked for them.
        return None, f"{error.what} {error.advice}".strip()


def _total(value: LifetimeValue, summary: Summary, options: Options) -> tuple[Estimate, str]:
    found, doubt = attempt(lambda: value.total(summary, options.level, options.seed))
    # Its own words name the class of the rule and an argument, for those who write code.
    if doubt and not all(isinstance(one, Fit | GroupedFit) for one in (value.purchases, value.spend)):
        doubt = _RULE
    return (found, "") if found is not None else (value.total(summary), doubt)


def _levers(value: LifetimeValue, summary: Summary) -> Levers | str:
    if not isinstance(value.purchases, (Fit, GroupedFit)):
        return ""
    found, doubt = attempt(lambda: levers(value, summary, CHANGE))
    return found or doubt


def _economics(value: LifetimeValue, options: Options, level: float | None) -> UnitEconomics | str:
    if value.acquisition_cost is None:
        return ""
    found, doubt = attempt(lambda: unit_economics(value, level=level, seed=options.seed))
    return found or doubt
