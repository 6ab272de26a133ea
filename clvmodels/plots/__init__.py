"""Pictures of the tables that `clvmodels.evaluation` computes. Every function takes a table and returns Axes.

Without `ax` a function draws on a new pyplot figure, which a notebook shows; with it, on the Axes that are given.
Nothing is computed here and no setting of matplotlib is changed.
"""

from clvmodels.plots.calibration import calibration
from clvmodels.plots.distributions import coverage, pit
from clvmodels.plots.frequency import by_frequency
from clvmodels.plots.grid import probability_alive, value
from clvmodels.plots.histogram import frequency_histogram
from clvmodels.plots.league import league
from clvmodels.plots.order import cumulative_gain, lift
from clvmodels.plots.totals import totals
from clvmodels.plots.tracking import incremental, tracking

__all__ = [
    "by_frequency", "calibration", "coverage", "cumulative_gain", "frequency_histogram", "incremental", "league",
    "lift", "pit", "probability_alive", "totals", "tracking", "value",
]  # fmt: skip
