"""Which model of purchases: candidates fitted, compared, and the choice explained."""

from clvmodels.evaluation.selecting.run import select
from clvmodels.evaluation.selecting.selection import Selection

__all__ = ["Selection", "select"]
