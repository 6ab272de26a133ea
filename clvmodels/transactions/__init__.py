"""Frames: from a transaction log of any engine to one row per customer, and predictions back into any engine."""

from clvmodels.transactions.ages import PurchasesByAge, purchases_by_age
from clvmodels.transactions.database import read_query
from clvmodels.transactions.earlier import Earlier, earlier
from clvmodels.transactions.files import read
from clvmodels.transactions.groups import Groups, Label, is_group_code
from clvmodels.transactions.histories import purchase_histories
from clvmodels.transactions.profile import CohortWeeks, Money, OrderSizes, Profile, RowsByDay
from clvmodels.transactions.recent import RecentPurchases, is_recent
from clvmodels.transactions.report import SummaryReport
from clvmodels.transactions.score import score
from clvmodels.transactions.snapshot import Snapshot
from clvmodels.transactions.split import Calibration, Holdout, whole_days
from clvmodels.transactions.streaming import blocks_of, stored, write_predictions
from clvmodels.transactions.summary import Summary
from clvmodels.transactions.transactions import Transactions
from clvmodels.transactions.weekly import WeeklySums, weekly_sums
from clvmodels.transactions.writing import check_target, write

__all__ = [
    "Calibration",
    "CohortWeeks",
    "Earlier",
    "Groups",
    "Holdout",
    "Label",
    "Money",
    "OrderSizes",
    "Profile",
    "PurchasesByAge",
    "RecentPurchases",
    "RowsByDay",
    "Snapshot",
    "Summary",
    "SummaryReport",
    "Transactions",
    "WeeklySums",
    "blocks_of",
    "check_target",
    "earlier",
    "is_group_code",
    "is_recent",
    "purchase_histories",
    "purchases_by_age",
    "read",
    "read_query",
    "score",
    "stored",
    "weekly_sums",
    "whole_days",
    "write",
    "write_predictions",
]
