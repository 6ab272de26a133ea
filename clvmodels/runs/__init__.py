"""What a scheduled retrain found, as frozen values: retrain makes them, report draws them, run.json keeps them."""

from clvmodels.runs.forecast import Account, Forecast, Outlook
from clvmodels.runs.outcome import (
    Candidate,
    Gate,
    Previous,
    RetrainRun,
    Score,
    Totals,
    Verdict,
)
from clvmodels.runs.plain import from_plain, to_plain

__all__ = [
    "Account", "Candidate", "Forecast", "Gate", "Outlook", "Previous", "RetrainRun", "Score", "Totals", "Verdict",
    "from_plain", "to_plain",
]  # fmt: skip
