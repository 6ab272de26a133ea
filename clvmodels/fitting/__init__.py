"""Estimation: methods, fits and the predictions that fits make."""

from clvmodels.fitting.fit import Fit
from clvmodels.fitting.methods import Method, fit_at, fit_purchases, fit_spend
from clvmodels.fitting.mle import MLE
from clvmodels.fitting.problem import attach, counted, require_summary
from clvmodels.fitting.provenance import Provenance
from clvmodels.fitting.purchases import PurchaseFit, refuse_level
from clvmodels.fitting.solution import Diagnostics, Solution
from clvmodels.fitting.specification import Limit, PurchaseKernel, Specification, SpendKernel
from clvmodels.fitting.spend import SpendFit

__all__ = [
    "MLE",
    "Diagnostics",
    "Fit",
    "Limit",
    "Method",
    "Provenance",
    "PurchaseFit",
    "PurchaseKernel",
    "Solution",
    "Specification",
    "SpendFit",
    "SpendKernel",
    "attach",
    "counted",
    "fit_at",
    "fit_purchases",
    "fit_spend",
    "refuse_level",
    "require_summary",
]
