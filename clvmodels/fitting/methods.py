"""From a model, a summary and a method to a fit."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np

from clvmodels.errors import InputError
from clvmodels.fitting.fit import Fit
from clvmodels.fitting.mle import MLE
from clvmodels.fitting.problem import Problem, read_purchases, read_spend, require_summary
from clvmodels.fitting.provenance import Provenance, current_versions
from clvmodels.fitting.purchases import PurchaseFit
from clvmodels.fitting.solution import Diagnostics, Solution
from clvmodels.fitting.specification import Specification
from clvmodels.fitting.spend import SpendFit
from clvmodels.transactions import Summary
from clvmodels.units import TimeUnit, non_negative

_AnyFit = TypeVar("_AnyFit", bound=Fit)


class Method(Protocol):
    """A way to fit: frozen configuration with one method."""

    def solve(self, problem: Problem) -> Solution:
        """Parameters for the problem."""


def fit_purchases(model: Specification, summary: Summary, method: Method | None = None) -> PurchaseFit:
    """Fit a model of purchases to a summary."""
    started = time.perf_counter()
    problem = read_purchases(model, require_summary(summary))
    return _finish(PurchaseFit, problem, method or MLE(), summary, started)


def fit_spend(model: Specification, summary: Summary, method: Method | None = None) -> SpendFit:
    """Fit a model of order values to a summary."""
    started = time.perf_counter()
    problem = read_spend(model, require_summary(summary))
    fit = _finish(SpendFit, problem, method or MLE(), summary, started)
    return fit if np.isfinite(fit.population_mean) else replace(fit, diagnostics=_with_note(fit.diagnostics))


def fit_at(kind: type[_AnyFit], model: Specification, values: Mapping[str, float], time_unit: object) -> _AnyFit:
    """A fit at given parameters, without covariance and data.

    Raises
    ------
    InputError
        If a parameter is missing, unknown, or not a positive finite number.
    """
    symbols = [parameter.symbol for parameter in model.parameters]
    if set(values) != set(symbols):
        raise InputError(
            f"{model.name} has the parameters {', '.join(symbols)}; given were {', '.join(values) or 'none'}."
        )
    theta = np.array([[non_negative(values[symbol], f"parameter {symbol}") for symbol in symbols]])
    if not (theta > 0).all():
        raise InputError(f"The parameters of {model.name} are positive numbers.", rows=[dict(values)])
    diagnostics = Diagnostics(True, "Parameters were given, not fitted.", "given")
    provenance = Provenance("", None, TimeUnit.parse(time_unit), current_versions())
    return kind(model, theta, None, np.nan, 0, diagnostics, provenance)


def _with_note(diagnostics: Diagnostics) -> Diagnostics:
    note = (
        "The mean order value over customers is infinite: a few customers dominate it. Customers without a repeat "
        "purchase have no finite expected order value."
    )
    return replace(diagnostics, message=f"{diagnostics.message} {note}")


def _finish(kind: type[_AnyFit], problem: Problem, method: Method, summary: Summary, started: float) -> _AnyFit:
    solution = method.solve(problem)
    provenance = Provenance(
        problem.fingerprint(),
        summary.until,
        summary.time_unit,
        current_versions(),
        getattr(method, "seed", None),
        time.perf_counter() - started,
    )
    return kind(
        problem.specification,
        solution.draws,
        solution.covariance,
        solution.log_likelihood,
        problem.customers,
        solution.diagnostics,
        provenance,
    )
