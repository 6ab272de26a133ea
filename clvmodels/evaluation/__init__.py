"""Judges: forecasts beside what happened, as tables. Nothing is drawn here."""

from clvmodels.evaluation.backtesting import Backtest, also_first, backtest, last_cutoffs, verdict
from clvmodels.evaluation.checks import Finding, Findings, Severity, check
from clvmodels.evaluation.compare import compare
from clvmodels.evaluation.forecast import by_frequency, forecast_errors, forecast_totals
from clvmodels.evaluation.grid import FrequencyRecencyGrid, frequency_recency_grid
from clvmodels.evaluation.histogram import frequency_histogram
from clvmodels.evaluation.selecting import Selection, select
from clvmodels.evaluation.tracking import tracking

__all__ = [
    "Backtest", "Finding", "Findings", "FrequencyRecencyGrid", "Selection", "Severity", "also_first", "backtest",
    "by_frequency", "check", "compare", "forecast_errors", "forecast_totals", "frequency_histogram",
    "frequency_recency_grid", "last_cutoffs", "select", "tracking", "verdict",
]  # fmt: skip
