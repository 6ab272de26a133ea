"""Estimation: methods, fits and the predictions that fits make."""

from clvmodels.fitting.chains import NUTS
from clvmodels.fitting.compress import group
from clvmodels.fitting.coordinates import merge_priors
from clvmodels.fitting.customers import inputs_of, problem_of, require_fitted
from clvmodels.fitting.fit import Fit
from clvmodels.fitting.grouped import GroupedFit, GroupedPurchaseFit, GroupedSpendFit, gather
from clvmodels.fitting.intervals import tails_of
from clvmodels.fitting.laplace import MAP, Laplace
from clvmodels.fitting.methods import (
    Method,
    fit_at,
    fit_purchases,
    fit_purchases_by,
    fit_spend,
    fit_spend_by,
)
from clvmodels.fitting.mle import MLE
from clvmodels.fitting.pointwise import blocks_by_row
from clvmodels.fitting.prior_predictive import purchases_before_data, spend_before_data
from clvmodels.fitting.problem import Rows, attach, clean_spend, counted, read, require_summary
from clvmodels.fitting.provenance import Provenance
from clvmodels.fitting.psis import smooth
from clvmodels.fitting.purchases import PurchaseFit
from clvmodels.fitting.solution import Chains, Diagnostics, Solution
from clvmodels.fitting.specification import Limit, PurchaseKernel, Specification, SpendKernel, formulas_of
from clvmodels.fitting.spend import SpendFit

__all__ = [
    "MAP",
    "MLE",
    "NUTS",
    "Chains",
    "Diagnostics",
    "Fit",
    "GroupedFit",
    "GroupedPurchaseFit",
    "GroupedSpendFit",
    "Laplace",
    "Limit",
    "Method",
    "Provenance",
    "PurchaseFit",
    "PurchaseKernel",
    "Rows",
    "Solution",
    "Specification",
    "SpendFit",
    "SpendKernel",
    "attach",
    "blocks_by_row",
    "clean_spend",
    "counted",
    "fit_at",
    "fit_purchases",
    "fit_purchases_by",
    "fit_spend",
    "fit_spend_by",
    "formulas_of",
    "gather",
    "group",
    "inputs_of",
    "merge_priors",
    "problem_of",
    "purchases_before_data",
    "read",
    "require_fitted",
    "require_summary",
    "smooth",
    "spend_before_data",
    "tails_of",
]
