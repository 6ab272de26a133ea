"""What an artifact holds, as plain values, and back."""

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import WrongTypeError
from clvmodels.fitting import (
    Diagnostics,
    Fit,
    GroupedFit,
    GroupedPurchaseFit,
    GroupedSpendFit,
    Provenance,
    PurchaseFit,
    SpendFit,
)
from clvmodels.lifetime import LifetimeValue, Terms
from clvmodels.models import MODELS, PurchaseModel
from clvmodels.transactions import Groups
from clvmodels.units import CostRate, Horizon, TimeUnit

Part: TypeAlias = Fit | GroupedFit[Any]


def fits_of(model: object) -> dict[str, Part]:
    """The fits that a model consists of, by role.

    Raises
    ------
    WrongTypeError
        If the model is neither a fit nor a valuation of fits.
    """
    if isinstance(model, (Fit, GroupedFit)):
        return {"fit": model}
    if isinstance(model, LifetimeValue):
        parts = {"purchases": model.purchases, "spend": model.spend}
        fits = {role: part for role, part in parts.items() if isinstance(part, (Fit, GroupedFit))}
        if len(fits) == len(parts):
            return fits
    raise WrongTypeError(
        f"A {type(model).__name__} cannot be saved.", advice="Save a fit, or a LifetimeValue made of two fits."
    )


def by_stored_name(role: str, part: Part) -> dict[str, Fit]:
    """Fits by the names that their draws have in the file."""
    if isinstance(part, Fit):
        return {role: part}
    return {f"{role}_{place}": fit for place, fit in enumerate(part.fits)}


def describe(part: Part) -> dict[str, Any]:
    """A fit, or fits by group, as plain values without the draws."""
    if isinstance(part, Fit):
        return _entry(part)
    groups = part.groups
    return {"by": groups.by, "labels": list(groups.labels), "groups": [_entry(fit) for fit in part.fits]}


def _entry(fit: Fit) -> dict[str, Any]:
    return {
        "model": fit.model.name,
        "parameters": fit.estimates,
        "covariance": None if fit.covariance is None else fit.covariance.tolist(),
        "log_likelihood": fit.log_likelihood,
        "customers": fit.customers,
        "diagnostics": asdict(fit.diagnostics),
        "provenance": asdict(fit.provenance),
    }


def describe_terms(value: LifetimeValue) -> dict[str, Any]:
    """The terms of a valuation as plain values."""
    terms = {field.name: getattr(value, field.name) for field in fields(Terms)}
    horizon = Horizon.parse(value.horizon)
    amount = None if horizon.endless else horizon.amount
    return terms | {"horizon": amount if horizon.unit is None else f"{amount!r} {horizon.unit}s"}


def plain(value: Any) -> Any:
    """The value in what JSON has; numbers that it lacks become text."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, CostRate):
        return f"{value.amount!r} per {value.unit}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def restore(role: str, entry: Mapping[str, Any], draws: Mapping[str, FloatArray]) -> Part:
    """What `describe` described, with the draws by their stored names."""
    if "groups" not in entry:
        return _fit(entry, draws[role])
    fits = tuple(_fit(one, draws[f"{role}_{place}"]) for place, one in enumerate(entry["groups"]))
    labels = tuple(entry["labels"])
    if not fits or len(labels) != len(fits):
        raise ValueError("the groups do not fit their labels")
    groups = Groups(entry["by"], labels)
    purchases = tuple(fit for fit in fits if isinstance(fit, PurchaseFit))
    spend = tuple(fit for fit in fits if isinstance(fit, SpendFit))
    return GroupedPurchaseFit(groups, purchases) if purchases else GroupedSpendFit(groups, spend)


def _fit(entry: Mapping[str, Any], draws: FloatArray) -> Fit:
    model = MODELS[entry["model"]]()
    size = len(model.parameters)
    if draws.dtype != np.float64 or draws.ndim != 2 or draws.shape[1] != size or not (draws > 0).all():
        raise ValueError("the draws do not fit the model")
    covariance = entry["covariance"]
    origin = dict(entry["provenance"])
    provenance = origin | {"time_unit": TimeUnit.parse(origin["time_unit"]), "until": _moment(origin["until"])}
    kind = PurchaseFit if isinstance(model, PurchaseModel) else SpendFit
    return kind(
        model,
        draws,
        None if covariance is None else np.array(covariance, dtype=float).reshape(size, size),
        float(entry["log_likelihood"]),
        int(entry["customers"]),
        Diagnostics(**entry["diagnostics"]),
        Provenance(**provenance),
    )


def _moment(text: str | None) -> date | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
