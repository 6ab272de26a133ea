"""Which of the three levers of customer value is worth the most: order value, purchase frequency or churn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clvmodels.errors import InputError
from clvmodels.lifetime import LifetimeValue
from clvmodels.segments.changes import PER_PURCHASE, Change, change_of
from clvmodels.segments.inputs import customers_of, require_value
from clvmodels.segments.outcome import Outcome
from clvmodels.segments.printing import as_html, as_text
from clvmodels.segments.segmentation import AnySegments, segments_of
from clvmodels.segments.worlds import Worlds
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Levers:
    """What a change of each lever by itself is worth.

    Attributes
    ----------
    table
        A row per lever for all customers together: lever, change (as a share), baseline, changed, difference,
        relative, elasticity (the share by which the value changes per share of change of the lever: -0.5 of churn
        means that 1% more of it costs 0.5% of the value); with a level difference_lower, difference_upper and so forth.
    by_segment
        The same with a row per segment and lever.
    hold
        What stays as it is while the frequency changes.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> value = clv.LifetimeValue(clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year")
    >>> found = clv.levers(value, summary, "+10%")
    >>> found.best
    'order value'
    >>> found.table[["lever", "change", "difference", "elasticity"]].round(2)
             lever  change  difference  elasticity
    0  order value     0.1     7591.47        1.00
    1    frequency     0.1     5934.29        0.78
    2        churn    -0.1     1604.46       -0.21
    """

    table: "pd.DataFrame"
    by_segment: "pd.DataFrame"
    hold: str

    @property
    def best(self) -> str:
        """The lever that is worth the most; of equal ones the first."""
        return str(self.table["lever"].iloc[int(self.table["difference"].argmax())])

    @property
    def title(self) -> str:
        """The verdict, and what was held."""
        return f"{self.best} is worth the most (held while the frequency changes: {self.hold})"

    def __str__(self) -> str:
        return f"{self.title}\n{as_text(self.table)}"

    def __repr__(self) -> str:
        return f"<Levers: {self.title}>"

    def _repr_html_(self) -> str:
        return as_html(self.title, self.table)


def levers(  # noqa: PLR0913 - the question's keywords, turned into a value at once
    value: LifetimeValue,
    summary: Summary | None = None,
    change: object = "+10%",
    *,
    segments: AnySegments = None,
    hold: str = PER_PURCHASE,
    level: float | None = None,
    seed: int = 0,
) -> Levers:
    """Compare the three levers, each moved by itself and by the same share, in the direction that is good for value.

    Parameters
    ----------
    value, summary, segments, hold, level, seed
        As in `scenario`.
    change
        Of order value and frequency; churn changes by as much in the opposite direction.

    Raises
    ------
    InputError
        As `scenario`, and if nothing shall change.

    Examples
    --------
    >>> import clvmodels as clv
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> value = clv.LifetimeValue(purchases, clv.GammaGamma().at(p=6.25, q=3.74, v=15.44), horizon="1 year")
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> clv.levers(value, summary, "+5%", hold="churn per time").table["elasticity"].round(2).tolist()
    [1.0, 1.0, -0.21]
    """
    import pandas as pd

    share = change_of(change, "every lever")
    if not share:
        raise InputError("Levers that do not move are worth nothing.", advice='Give a change such as "+10%".')
    known = customers_of(require_value(value), summary)
    changes = {"order value": (share, 0.0, 0.0), "frequency": (0.0, share, 0.0), "churn": (0.0, 0.0, -share)}
    factors = tuple(Change.of(*moved, hold) for moved in changes.values())
    outcome = Outcome.of(Worlds(value, value.coded(known), segments_of(segments, known), factors), level, seed)
    together = outcome.together()
    by_lever = [(lever, place, sum(moved)) for place, (lever, moved) in enumerate(changes.items())]
    tables = [_with_elasticity(outcome.table(place), lever, moved) for lever, place, moved in by_lever]
    totals = [_with_elasticity(together.table(place), lever, moved) for lever, place, moved in by_lever]
    by_segment = pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)
    return Levers(pd.concat(totals, ignore_index=True).drop(columns=["segment", "customers"]), by_segment, hold)


def _with_elasticity(table: "pd.DataFrame", lever: str, change: float) -> "pd.DataFrame":
    table.insert(2, "lever", lever)
    table.insert(3, "change", change)
    return table.assign(elasticity=table["relative"] / change)
