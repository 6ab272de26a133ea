"""Rules of thumb as contenders: what the business uses already, asked the same questions as the models.

Each is a frozen recipe with the settings of `LifetimeValue`; `fit` learns from a calibration, or a summary where the
rule needs no more, and returns a `LifetimeValue`. Nothing is learnt from what comes after the cut-off.

Examples
--------
>>> import clvmodels as clv
>>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
>>> calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
>>> value = clv.heuristics.Hiatus("13 weeks", horizon="39 weeks").fit(calibration)
>>> print(value.predict(calibration.summary)["expected_revenue"].sum() / holdout.column("revenue").sum())
0.959...
"""

from clvmodels.heuristics.cells import RFMCells
from clvmodels.heuristics.cohorts import CohortCurve
from clvmodels.heuristics.extrapolation import HistoricalValue, PastRate, PopulationMean, RepeatLastPeriod, TotalOrders
from clvmodels.heuristics.hiatus import Hiatus
from clvmodels.heuristics.lifetimes import Retention, RevenueLessCost, SimpleCLV, YearlyValue

__all__ = [
    "CohortCurve", "Hiatus", "HistoricalValue", "PastRate", "PopulationMean", "RFMCells", "RepeatLastPeriod",
    "Retention", "RevenueLessCost", "SimpleCLV", "TotalOrders", "YearlyValue",
]  # fmt: skip
