"""The customers that a fit was made of, found again."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting.fit import Fit
from clvmodels.fitting.problem import (
    Problem,
    Rows,
    clean_spend,
    purchase_problem,
    read,
    require_summary,
    spend_inputs,
    spend_problem,
)
from clvmodels.fitting.spend import SpendFit
from clvmodels.transactions import Summary


@dataclass(frozen=True)
class Customers:
    """A summary, and what a model reads of it.

    Attributes
    ----------
    summary
        As it was fitted.
    inputs
        Names of the columns that the model reads.
    problem
        Their distinct rows.
    """

    summary: Summary
    inputs: tuple[str, ...]
    problem: Problem

    @cached_property
    def informing(self) -> Array:
        """Which customers inform the model, shape (n,); all do, but for order values those without any."""
        if "monetary_value" not in self.inputs:
            return np.ones(len(self.summary), dtype=bool)
        orders, _ = clean_spend(*(self.summary.column(name) for name in self.inputs))
        return orders > 0

    def columns(self) -> tuple[FloatArray, ...]:
        """The inputs of the customers that inform the model.

        Raises
        ------
        LazyFrameError
            If the frame is lazy.
        """
        return tuple(self.summary.column(name)[self.informing] for name in self.inputs)


def customers_of(fit: Fit, summary: Summary | None) -> Customers:
    """The customers of a fit, from the summary given or else the one that the fit remembers.

    Raises
    ------
    InputError
        If there is none, or the summary is not the one that was fitted.
    """
    if summary is None and fit.source is None:
        raise InputError(
            "This fit does not know its customers: it was loaded, copied to another process, or is one of a group.",
            advice="Give the summary that was fitted, summary=...",
        )
    known = require_summary(fit.source if summary is None else summary)
    inputs = inputs_of(fit, known)
    problem = problem_of(fit, read(known, inputs), known)
    require_fitted(fit, problem)
    return Customers(known, inputs, problem)


def inputs_of(fit: Fit, summary: Summary) -> tuple[str, ...]:
    """Names of the columns of a summary that the fit's model reads."""
    return spend_inputs(summary) if isinstance(fit, SpendFit) else fit.model.columns


def problem_of(fit: Fit, rows: Rows, summary: Summary) -> Problem:
    """The rows as the fit's model takes them."""
    make = spend_problem if isinstance(fit, SpendFit) else purchase_problem
    return make(fit.model, rows, summary.time_unit)


def require_fitted(fit: Fit, problem: Problem, label: str = "This fit") -> None:
    """Refuse a problem of other customers than the fit's.

    Raises
    ------
    InputError
        If fingerprints differ.
    """
    if problem.fingerprint() == fit.provenance.fingerprint:
        return
    made = f"{fit.customers:,} customers, in {fit.time_unit}s" if fit.customers else "no customers: it was given"
    here = f"{problem.customers:,} that inform the model, in {problem.scale.unit}s"
    raise InputError(
        f"{label} was made of other customers ({made}) than this summary has ({here}).",
        advice="Give the summary that was fitted, in the same unit of time.",
    )
