"""Forecasts made at several cut-offs by several contenders, beside what happened after each."""

from clvmodels.evaluation.backtesting.cutoffs import last_cutoffs, most_cutoffs
from clvmodels.evaluation.backtesting.result import Backtest
from clvmodels.evaluation.backtesting.run import backtest
from clvmodels.evaluation.backtesting.verdict import also_first, verdict

__all__ = ["Backtest", "also_first", "backtest", "last_cutoffs", "most_cutoffs", "verdict"]
