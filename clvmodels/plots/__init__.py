"""Pictures of the tables that `clvmodels.evaluation` computes. Every function takes a table and returns Axes.

Without `ax` a function draws on a new pyplot figure, which a notebook shows; with it, on the Axes that are given.
Nothing is computed here and no setting of matplotlib is changed.
"""

from typing import TYPE_CHECKING, NoReturn

from clvmodels.peers import raise_missing
from clvmodels.plots.calibration import calibration
from clvmodels.plots.customers import alive_path, timelines
from clvmodels.plots.distributions import coverage, pit
from clvmodels.plots.frequency import by_frequency
from clvmodels.plots.grid import expected_purchases, iso_value, probability_alive, value
from clvmodels.plots.heterogeneity import heterogeneity
from clvmodels.plots.histogram import frequency_histogram
from clvmodels.plots.league import league
from clvmodels.plots.money import spend_density, value_distribution
from clvmodels.plots.newcomers import new_customer
from clvmodels.plots.order import cumulative_gain, lift
from clvmodels.plots.recency import by_recency
from clvmodels.plots.totals import totals
from clvmodels.plots.tracking import incremental, tracking

__all__ = [
    "alive_path", "by_frequency", "by_recency", "calibration", "coverage", "cumulative_gain", "expected_purchases",
    "frequency_histogram", "heterogeneity", "incremental", "iso_value", "league", "lift", "new_customer", "pit",
    "probability_alive", "spend_density", "timelines", "totals", "tracking", "value", "value_distribution",
]  # fmt: skip


# Hidden from type checkers, which would otherwise believe that every attribute exists.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> NoReturn:
        raise_missing(__name__, name, "plots", "package")
