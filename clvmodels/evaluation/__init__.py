"""Judges: forecasts beside what happened, as tables. Nothing is drawn here."""

from clvmodels.evaluation.alive_path import alive_path
from clvmodels.evaluation.backtesting import Backtest, also_first, backtest, last_cutoffs, most_cutoffs, verdict
from clvmodels.evaluation.checks import Finding, Findings, Severity, check
from clvmodels.evaluation.compare import compare
from clvmodels.evaluation.forecast import by_frequency, forecast_errors, forecast_totals
from clvmodels.evaluation.grid import FrequencyRecencyGrid, PurchaseGrid, frequency_recency_grid, purchase_grid
from clvmodels.evaluation.heterogeneity import heterogeneity
from clvmodels.evaluation.histogram import frequency_histogram
from clvmodels.evaluation.newcomers import new_customer
from clvmodels.evaluation.recency import by_recency
from clvmodels.evaluation.selecting import Selection, select
from clvmodels.evaluation.spend_density import SpendDensity, spend_density
from clvmodels.evaluation.timelines import timelines
from clvmodels.evaluation.tracking import tracking
from clvmodels.evaluation.value_distribution import value_distribution

__all__ = [
    "Backtest", "Finding", "Findings", "FrequencyRecencyGrid", "PurchaseGrid", "Selection", "Severity",
    "SpendDensity", "alive_path", "also_first", "backtest", "by_frequency", "by_recency", "check", "compare",
    "forecast_errors", "forecast_totals", "frequency_histogram", "frequency_recency_grid", "heterogeneity",
    "last_cutoffs", "most_cutoffs", "new_customer", "purchase_grid", "select", "spend_density", "timelines", "tracking",
    "value_distribution", "verdict",
]  # fmt: skip
