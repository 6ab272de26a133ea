"""What a page says of a backtest, computed: who came nearest, and how far off that was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clvmodels.evaluation import Backtest
from clvmodels.report.numbers import Writer, about, count, listed, off_by

if TYPE_CHECKING:
    import pandas as pd

# In the order in which a page tells of them.
NOUNS: Mapping[str, str] = {
    "purchases": "purchases", "revenue": "revenue", "value": "value", "activity": "who buys at all",
}  # fmt: skip
_MONEY = ("revenue", "value")
_MOST_NAMES = 3


@dataclass(frozen=True, eq=False)
class Judged:
    """One target of a backtest.

    Attributes
    ----------
    target
        "purchases", "revenue", "value" or "activity".
    league
        As `Backtest.league` returns it.
    comparison
        As `Backtest.compare` returns it for the best; None where predictions were not kept, or nobody else contends.
    totals
        As `Backtest.tracking` returns it.
    """

    target: str
    league: "pd.DataFrame"
    comparison: "pd.DataFrame | None"
    totals: "pd.DataFrame"

    @property
    def best(self) -> str:
        """Who stands first."""
        return str(self.league["contender"].iloc[0])

    @property
    def ranked(self) -> bool:
        """Whether anybody forecast this at every cut-off."""
        return bool(self.league["rank"].notna().any())

    def verdicts(self) -> dict[str, str]:
        """By contender: "best", or "tie", "worse", "better" and "not available" as `Backtest.compare` has it."""
        found = {} if self.comparison is None else dict(zip(*self._columns("contender", "verdict"), strict=True))
        return {self.best: "best"} | found

    def names(self, word: str) -> list[str]:
        """Contenders of one verdict."""
        return [name for name, verdict in self.verdicts().items() if verdict == word]

    def headline(self) -> str:
        """Who forecast best, in a sentence."""
        what = NOUNS[self.target]
        if not self.ranked:
            return f"Nobody forecast {what} at every cut-off."
        ties, rivals = self.names("tie"), [*self.names("tie"), *self.names("worse"), *self.names("better")]
        if not rivals:
            alone = (
                "the only forecast" if self.league["rank"].notna().sum() == 1 else "the forecast with the least error"
            )
            return f"{self.best} is {alone} of {what}."
        if self.names("better"):
            return f"Customer by customer {self.best} forecast {what} best of those that did so at every cut-off."
        if not ties:
            return f"Customer by customer {self.best} forecast {what} best, and the lead is more than chance."
        shown = ties if len(ties) <= _MOST_NAMES else [f"{len(ties)} others"]
        return (
            f"Customer by customer {listed([self.best, *shown])} forecast {what} equally well, as far as can be told."
        )

    def total(self, writer: Writer) -> str:
        """How far off the best one's total was, in a sentence."""
        rows = self.totals[self.totals["contender"] == self.best]
        if not len(rows) or self.target == "activity":
            return ""
        expected, actual = float(rows["expected"].sum()), float(rows["actual"].sum())
        error = expected / actual - 1.0 if actual else float("nan")
        money = self.target in _MONEY
        said = writer.said(expected) if money else f"{about(expected)} purchases"
        came = writer.came(actual) if money else count(actual)
        windows = "In total" if len(rows) == 1 else f"Over {len(rows)} windows in total"
        unit = " of revenue" if self.target == "revenue" else ""
        return f"{windows} {self.best} expected {said}{unit} and {came} came: {off_by(error)}."

    def _columns(self, *names: str) -> list[list[Any]]:
        table = self.comparison
        return [] if table is None else [list(table[name]) for name in names]


def judge_targets(
    backtest: Backtest, seed: int = 0, differences: Mapping[str, "pd.DataFrame"] | None = None
) -> tuple[Judged, ...]:
    """Every target of a backtest; value only where it is not revenue once more.

    Parameters
    ----------
    backtest
        With or without predictions of every customer.
    seed
        Of the resamples that tell ties.
    differences
        What `Backtest.compare` returned for its best, by target, if that is known already.
    """
    kept = all(origin.ids for origin in backtest.origins) and len(backtest.contenders) > 1
    found = []
    for target in backtest.targets:
        if target == "value" and backtest.settings.value_is_revenue:
            continue
        league, comparison = backtest.league(target), (differences or {}).get(target)
        if comparison is None and kept and league["rank"].notna().any():
            comparison = backtest.compare(target=target, seed=seed)
        found.append(Judged(target, league, comparison, backtest.tracking(target)))
    return tuple(found)
