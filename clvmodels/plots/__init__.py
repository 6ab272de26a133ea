"""Pictures of the tables that `clvmodels.evaluation` computes. Every function takes a table and returns Axes.

Without `ax` a function draws on a new pyplot figure, which a notebook shows; with it, on the Axes that are given.
Nothing is computed here and no setting of matplotlib is changed.
"""

from clvmodels.plots.frequency import by_frequency
from clvmodels.plots.grid import probability_alive, value
from clvmodels.plots.tracking import incremental, tracking

__all__ = ["by_frequency", "incremental", "probability_alive", "tracking", "value"]
