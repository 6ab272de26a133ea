"""Estimation: methods, fits and the predictions that fits make."""

from clvmodels.fitting.fit import Fit
from clvmodels.fitting.grouped import GroupedFit, GroupedPurchaseFit, GroupedSpendFit
from clvmodels.fitting.methods import (
    Method,
    fit_at,
    fit_purchases,
    fit_purchases_by,
    fit_spend,
    fit_spend_by,
)
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
    "GroupedFit",
    "GroupedPurchaseFit",
    "GroupedSpendFit",
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
    "fit_purchases_by",
    "fit_spend",
    "fit_spend_by",
    "refuse_level",
    "require_summary",
]
