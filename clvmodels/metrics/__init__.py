"""Measures of forecasts: pure functions of arrays, each for the target that it is proper for.

A forecast is judged by what it claims to be. Means are judged by squared error, Poisson deviance and bias, medians by
absolute error, probabilities by the Brier score, and distributions by CRPS and log score: each of these is smallest, on
average, for whoever tells the truth. The order of customers is judged by Spearman's correlation, the Gini coefficient,
lift, and what the top of the list holds.

Weights are counts: a row of weight 3 stands for three customers like it. No function depends on the order of rows,
unless ties are to be broken by it (`Ranking.of(values, ties="first")`).
"""

from clvmodels.metrics.distributions import (
    coverage,
    crps,
    equal_tailed,
    inside,
    log_score,
    mean_width,
    pit_distance,
    randomised_pit,
)
from clvmodels.metrics.groups import Groups, calibration_by_group
from clvmodels.metrics.means import mean_absolute_error, poisson_deviance, rmse, total_bias
from clvmodels.metrics.order import cumulative_gain, lift_by_group, normalised_gini, spearman, top_capture, top_hits
from clvmodels.metrics.probabilities import auc, brier_score
from clvmodels.metrics.ranking import Ranking

__all__ = [
    "Groups",
    "Ranking",
    "auc",
    "brier_score",
    "calibration_by_group",
    "coverage",
    "crps",
    "cumulative_gain",
    "equal_tailed",
    "inside",
    "lift_by_group",
    "log_score",
    "mean_absolute_error",
    "mean_width",
    "normalised_gini",
    "pit_distance",
    "poisson_deviance",
    "randomised_pit",
    "rmse",
    "spearman",
    "top_capture",
    "top_hits",
    "total_bias",
]
