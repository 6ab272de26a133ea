"""From a model, a summary and a method to a fit."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, TypeVar, cast

import numpy as np

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting.fit import GIVEN, Fit
from clvmodels.fitting.grouped import GroupedPurchaseFit, GroupedSpendFit
from clvmodels.fitting.mle import MLE
from clvmodels.fitting.problem import (
    Problem,
    Rows,
    purchase_problem,
    read,
    require_summary,
    spend_inputs,
    spend_problem,
)
from clvmodels.fitting.provenance import Provenance, current_versions
from clvmodels.fitting.purchases import PurchaseFit
from clvmodels.fitting.solution import Diagnostics, Solution
from clvmodels.fitting.specification import Specification
from clvmodels.fitting.spend import SpendFit
from clvmodels.transactions import Groups, Summary
from clvmodels.units import TimeUnit, non_negative

_AnyFit = TypeVar("_AnyFit", bound=Fit)


class Method(Protocol):
    """A way to fit: frozen configuration with one method."""

    def solve(self, problem: Problem) -> Solution:
        """Parameters for the problem."""


def fit_purchases(model: Specification, summary: Summary, method: Method | None = None) -> PurchaseFit:
    """Fit a model of purchases to a summary."""
    return _fit(PurchaseFit, model, require_summary(summary), method)


def fit_spend(model: Specification, summary: Summary, method: Method | None = None) -> SpendFit:
    """Fit a model of order values to a summary."""
    return _fit(SpendFit, model, require_summary(summary), method)


def fit_purchases_by(
    by: str, model: Specification, summary: Summary, method: Method | None = None
) -> GroupedPurchaseFit:
    """Fit a model of purchases to each group of customers by itself."""
    return GroupedPurchaseFit(*_fit_groups(PurchaseFit, by, model, require_summary(summary), method))


def fit_spend_by(by: str, model: Specification, summary: Summary, method: Method | None = None) -> GroupedSpendFit:
    """Fit a model of order values to each group of customers by itself."""
    return GroupedSpendFit(*_fit_groups(SpendFit, by, model, require_summary(summary), method))


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
    diagnostics = Diagnostics(True, "Parameters were given, not fitted.", GIVEN)
    provenance = Provenance("", None, TimeUnit.parse(time_unit), current_versions())
    return kind(model, theta, None, np.nan, 0, diagnostics, provenance)


def _fit(kind: type[_AnyFit], model: Specification, summary: Summary, method: Method | None) -> _AnyFit:
    return _solve(kind, model, read(summary, _inputs(kind, model, summary)), summary, method, source=summary)


def _fit_groups(
    kind: type[_AnyFit], by: str, model: Specification, summary: Summary, method: Method | None
) -> tuple[Groups, tuple[_AnyFit, ...]]:
    """The groups of a summary and a fit for each; on lazy frames all their rows come from one query."""
    groups = Groups.of(summary, by)
    rows = read(groups.coded(summary), (*_inputs(kind, model, summary), groups.column))
    *columns, code = rows.columns
    everybody = Rows(tuple(columns), rows.counts)
    fits = []
    for place, label in enumerate(groups.labels):
        try:
            fits.append(_solve(kind, model, everybody.where(code == place), summary, method))
        except InputError as error:
            raise InputError(f"{by} {label!r}: {error.what}", rows=error.rows, advice=error.advice) from error
    return groups, tuple(fits)


def _require_method(method: object) -> Method:
    if isinstance(method, type) or not callable(getattr(method, "solve", None)):
        shown = f"the class {method.__name__}" if isinstance(method, type) else repr(method)
        raise WrongTypeError(
            f"A method is needed, and this is {shown}.",
            advice="Give clv.MLE(), clv.MAP(), clv.Laplace() or clv.NUTS(), with brackets.",
        )
    return cast(Method, method)


def _inputs(kind: type[Fit], model: Specification, summary: Summary) -> tuple[str, ...]:
    return spend_inputs(summary) if issubclass(kind, SpendFit) else model.columns


def _solve(
    kind: type[_AnyFit],
    model: Specification,
    rows: Rows,
    summary: Summary,
    method: Method | None,
    source: Summary | None = None,
) -> _AnyFit:
    way = MLE() if method is None else _require_method(method)
    started = time.perf_counter()
    problem = (spend_problem if issubclass(kind, SpendFit) else purchase_problem)(model, rows, summary.time_unit)
    solution = way.solve(problem)
    provenance = Provenance(
        problem.fingerprint(),
        summary.until,
        summary.time_unit,
        current_versions(),
        getattr(method, "seed", None),
        time.perf_counter() - started,
    )
    fit = kind(
        model,
        solution.draws,
        solution.covariance,
        solution.log_likelihood,
        problem.customers,
        solution.diagnostics,
        provenance,
        solution.priors,
        solution.chains,
        source,
    )
    endless = isinstance(fit, SpendFit) and not np.isfinite(fit.population_mean)
    return replace(fit, diagnostics=_with_note(fit.diagnostics)) if endless else fit


def _with_note(diagnostics: Diagnostics) -> Diagnostics:
    note = (
        "The mean order value over customers is infinite: a few customers dominate it. Customers without a repeat "
        "purchase have no finite expected order value."
    )
    return replace(diagnostics, message=f"{diagnostics.message} {note}")
