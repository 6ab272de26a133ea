"""Frames: from a transaction log of any engine to one row per customer, and predictions back into any engine."""

from clvmodels.transactions.files import read
from clvmodels.transactions.groups import Groups, Label, is_group_code
from clvmodels.transactions.report import SummaryReport
from clvmodels.transactions.score import score
from clvmodels.transactions.split import Calibration, Holdout
from clvmodels.transactions.summary import Summary
from clvmodels.transactions.transactions import Transactions
from clvmodels.transactions.writing import check_target, write

__all__ = [
    "Calibration",
    "Groups",
    "Holdout",
    "Label",
    "Summary",
    "SummaryReport",
    "Transactions",
    "check_target",
    "is_group_code",
    "read",
    "score",
    "write",
]
