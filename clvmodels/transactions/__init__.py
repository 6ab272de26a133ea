"""Frames: from a transaction log of any engine to one row per customer, and predictions back into any engine."""

from clvmodels.transactions.files import read
from clvmodels.transactions.report import SummaryReport
from clvmodels.transactions.score import score
from clvmodels.transactions.split import Calibration, Holdout
from clvmodels.transactions.summary import Summary
from clvmodels.transactions.transactions import Transactions
from clvmodels.transactions.writing import check_target, write

__all__ = [
    "Calibration",
    "Holdout",
    "Summary",
    "SummaryReport",
    "Transactions",
    "check_target",
    "read",
    "score",
    "write",
]
