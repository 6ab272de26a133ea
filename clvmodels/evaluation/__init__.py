"""Judges: forecasts beside what happened, as tables. Nothing is drawn here."""

from clvmodels.evaluation.compare import compare
from clvmodels.evaluation.forecast import by_frequency, forecast_errors, forecast_totals
from clvmodels.evaluation.grid import FrequencyRecencyGrid, frequency_recency_grid
from clvmodels.evaluation.tracking import tracking

__all__ = [
    "FrequencyRecencyGrid", "by_frequency", "compare", "forecast_errors", "forecast_totals", "frequency_recency_grid",
    "tracking",
]  # fmt: skip
