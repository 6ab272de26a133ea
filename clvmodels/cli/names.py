"""Names of contenders on the command line; what they stand for is in `clvmodels.cli.contenders`."""

MODEL = "BG/NBD"
OTHER_MODELS = ("MBG/NBD", "Pareto/NBD", "NBD")
METHOD = "MLE"
OTHER_METHODS = ("MAP", "Laplace", "NUTS")
# Revenue less cost is not among them: backtests take costs out, and what is left is the past rate.
RULES = {
    "past rate": "PastRate",
    "hiatus": "Hiatus",
    "repeat last period": "RepeatLastPeriod",
    "total orders": "TotalOrders",
    "population mean": "PopulationMean",
    "historical value": "HistoricalValue",
    "simple CLV": "SimpleCLV",
    "yearly value": "YearlyValue",
    "retention": "Retention",
    "RFM cells": "RFMCells",
    "cohort curve": "CohortCurve",
}
# Learnt from money, also where only purchases are asked for.
WITH_MONEY = ("RFM cells", "cohort curve")
NAMES = f'{", ".join((MODEL, *OTHER_MODELS, *RULES))}, or "hiatus 13 weeks" and other lengths'
