"""Pictures of the tables that `clvmodels.evaluation` computes. Every function takes a table and returns Axes.

Without `ax` a function draws on a new pyplot figure, which a notebook shows; with it, on the Axes that are given.
Nothing is computed here and no setting of matplotlib is changed.
"""

from typing import TYPE_CHECKING, NoReturn

from clvmodels.peers import raise_missing
from clvmodels.plots.calibration import calibration
from clvmodels.plots.distributions import coverage, pit
from clvmodels.plots.frequency import by_frequency
from clvmodels.plots.grid import probability_alive, value
from clvmodels.plots.league import league
from clvmodels.plots.order import cumulative_gain, lift
from clvmodels.plots.totals import totals
from clvmodels.plots.tracking import incremental, tracking

__all__ = [
    "by_frequency", "calibration", "coverage", "cumulative_gain", "incremental", "league", "lift", "pit",
    "probability_alive", "totals", "tracking", "value",
]  # fmt: skip


# Hidden from type checkers, which would otherwise believe that every attribute exists.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> NoReturn:
        raise_missing(__name__, name, "plots", "package")
