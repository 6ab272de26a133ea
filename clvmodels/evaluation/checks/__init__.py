"""Checks of a log, before the numbers that models make of it are believed."""

from clvmodels.evaluation.checks.check import check
from clvmodels.evaluation.checks.finding import Finding, Findings, Severity

__all__ = ["Finding", "Findings", "Severity", "check"]
