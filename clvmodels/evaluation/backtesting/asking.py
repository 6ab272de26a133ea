"""What a contender is asked after the cut-off: the same of all, by the columns of `predict`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.evaluation.backtesting.settings import Settings, fit
from clvmodels.fitting import Diagnostics
from clvmodels.lifetime import Terms
from clvmodels.predictor import PurchasePredictor
from clvmodels.transactions import Calibration, Summary
from clvmodels.transactions.table import Table

# What is judged, and in which column of a table of predictions it stands.
TARGETS: Mapping[str, str] = MappingProxyType(
    {
        "purchases": "expected_purchases",
        "revenue": "expected_revenue",
        "value": "clv",
        "activity": "probability_active",
    }
)
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Question:
    """What all contenders are asked at one cut-off.

    Attributes
    ----------
    calibration
        What was known, with a summary in memory.
    horizon
        The window's length as text, in whole days or longer units.
    settings
        Of the backtest.
    targets
        Those of `TARGETS` that the log can judge.
    """

    calibration: Calibration
    horizon: str
    settings: Settings
    targets: tuple[str, ...]

    @property
    def summary(self) -> Summary:
        """The customers who are asked about."""
        return self.calibration.summary


def fitted(contender: Any, question: Question) -> Any:
    """The contender's predictor, fitted on the calibration, for the question's horizon and terms.

    Retention and acquisition cost are taken out: nobody can observe for how long a customer was worth keeping.
    """
    settings = question.settings
    recipe = settings.apply(contender) if isinstance(contender, Terms) else contender
    predictor = _over(fit(_over(recipe, question.horizon), question.calibration), question.horizon)
    if not isinstance(predictor, Terms):
        return predictor
    return replace(settings.apply(predictor), retention_cost=None, acquisition_cost=None)


def _over(thing: Any, horizon: str) -> Any:
    return thing.over(horizon) if callable(getattr(thing, "over", None)) else thing


def means(predictor: Any, question: Question) -> dict[str, FloatArray]:
    """What is expected of each customer, by target, shape (n,) each; targets that it does not know are left out.

    Raises
    ------
    InputError
        If the table has other customers than the summary, none of the columns, or numbers that are none.
    """
    summary, horizon = question.summary, question.horizon
    if isinstance(predictor, PurchasePredictor) and not hasattr(predictor, "total"):
        found = {"purchases": np.asarray(predictor.expected_purchases(summary, horizon), dtype=float)}
    else:
        found = columns(predictor.predict(summary), question, dict(TARGETS))
        predictor = getattr(predictor, "purchases", None)
    if "activity" not in found and isinstance(predictor, PurchasePredictor):
        found["activity"] = np.asarray(predictor.probability_active(summary, horizon), dtype=float)
    if not found:
        raise InputError(
            "The predictions have none of the columns that can be judged.",
            advice=f"They are {', '.join(TARGETS.values())}.",
        )
    return {target: checked(found[target], TARGETS[target], summary) for target in question.targets if target in found}


def columns(frame: Any, question: Question, names: Mapping[str, str]) -> dict[str, FloatArray]:
    """Columns of a table of predictions that are there, under other names, once its rows are the summary's.

    Raises
    ------
    InputError
        If they are not.
    """
    table = Table(frame).collected()
    table.require(["customer_id"])
    wanted, given = question.summary.ids(), table.ids()
    if wanted != given:
        kind = "in another order" if sorted(map(str, wanted)) == sorted(map(str, given)) else "of other customers"
        raise InputError(
            f"The predictions are {kind} than the summary's rows: {len(given):,} for {len(wanted):,}.",
            rows=[f"customer {left} is answered by {right}" for left, right in _unlike(wanted, given)],
            advice="predict has to return a row per customer of the summary, in its order.",
        )
    return {target: table.column(name) for target, name in names.items() if table.has(name)}


def _unlike(wanted: list[Any], given: list[Any]) -> Iterator[tuple[Any, Any]]:
    return ((left, right) for left, right in zip(wanted, given, strict=False) if left != right)


def checked(values: FloatArray, name: str, summary: Summary) -> FloatArray:
    """The values, read-only, if they are finite numbers, one per customer, and probabilities where they claim to be.

    Raises
    ------
    InputError
        Naming the first three customers for whom they are not.
    """
    if values.shape != (len(summary),):
        raise InputError(f"{name} has shape {values.shape} for {len(summary):,} customers.")
    wrong, what = ~np.isfinite(values), "finite"
    if name == "probability_active" and not wrong.any():
        wrong, what = (values < -_ROUNDING) | (values > 1 + _ROUNDING), "between 0 and 1"
        values = np.clip(values, 0.0, 1.0) if not wrong.any() else values
    places = np.flatnonzero(wrong)
    if len(places):
        ids = summary.ids()
        raise InputError(
            f"{len(places):,} of {len(values):,} values of {name} are not {what}.",
            rows=[f"customer {ids[place]}: {values[place]:g}" for place in places[:3]],
        )
    # A view, so that the owner's array stays writeable.
    view = values.view()
    view.flags.writeable = False
    return view


def remarks(predictor: Any) -> Iterator[tuple[str, str]]:
    """What fitted models say of themselves that a reader of the scores should know, as kind and message."""
    for part in (predictor, getattr(predictor, "purchases", None), getattr(predictor, "spend", None)):
        diagnostics = getattr(part, "diagnostics", None)
        if not isinstance(diagnostics, Diagnostics):
            continue
        if not diagnostics.ok:
            yield "not converged", diagnostics.message
        elif diagnostics.boundary is not None:
            yield "at a boundary", diagnostics.message
