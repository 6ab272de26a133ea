"""Values in several futures beside each other: tables with intervals of their differences."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.fitting import tails_of
from clvmodels.segments.segmentation import Segments, everybody
from clvmodels.segments.worlds import Worlds

if TYPE_CHECKING:
    import pandas as pd

SIDES = ("baseline", "changed", "difference")


@dataclass(frozen=True)
class Outcome:
    """Values of segments in several futures, and their draws.

    Attributes
    ----------
    segments
        Whose customers are valued.
    means
        Shape (1 + changes, segments); the first are those without a change.
    draws
        Shape (1 + changes, segments, draws), or None without a level.
    level
        Of intervals, or None.
    """

    segments: Segments
    means: FloatArray
    draws: FloatArray | None
    level: float | None

    @classmethod
    def of(cls, worlds: Worlds, level: float | None, seed: int) -> "Outcome":
        """Value the worlds; draws are made for a level only."""
        if level is None:
            return cls(worlds.segments, worlds.means(), None, None)
        tails_of(level)
        return cls(worlds.segments, worlds.means(), worlds.draws(seed), level)

    def together(self) -> "Outcome":
        """The same of all customers as one segment."""
        draws = None if self.draws is None else self.draws.sum(axis=1, keepdims=True)
        whole = everybody(len(self.segments.codes))
        return replace(self, segments=whole, means=self.means.sum(axis=1, keepdims=True), draws=draws)

    def table(self, place: int) -> "pd.DataFrame":
        """Baseline, changed and difference of each segment, for the change at this place; `Scenario` describes it."""
        import pandas as pd

        columns: dict[str, object] = {"segment": list(self.segments.names), "customers": self.segments.customers}
        means = _sides(self.means, place)
        draws = {} if self.draws is None else _sides(self.draws, place)
        for side in SIDES:
            columns[side] = means[side]
            if side in draws:
                lower, upper = np.quantile(draws[side], tails_of(self.level), axis=-1)
                columns |= {f"{side}_lower": lower, f"{side}_upper": upper}
        return pd.DataFrame(columns | {"relative": _relative(means["difference"], means["baseline"])})


def _sides(worth: FloatArray, place: int) -> dict[str, FloatArray]:
    baseline, changed = worth[0], worth[1 + place]
    return dict(zip(SIDES, (baseline, changed, changed - baseline), strict=True))


def _relative(difference: FloatArray, baseline: FloatArray) -> FloatArray:
    """Differences as shares of the baseline, missing unless that is positive."""
    missing = np.full(len(baseline), np.nan)
    return np.asarray(np.divide(difference, baseline, out=missing, where=baseline > 0))
