"""What an artifact holds, as plain values, and back."""

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.errors import WrongTypeError
from clvmodels.fitting import (
    Chains,
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
from clvmodels.priors import DISTRIBUTIONS, Prior
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
        "model_priors": describe_priors(fit.model.priors),
        "priors": None if fit.priors is None else describe_priors(fit.priors),
        "chains": None if fit.chains is None else fit.chains.count,
        "parameters": fit.estimates,
        "covariance": None if fit.covariance is None else fit.covariance.tolist(),
        "log_likelihood": fit.log_likelihood,
        "customers": fit.customers,
        "diagnostics": asdict(fit.diagnostics),
        "provenance": asdict(fit.provenance),
    }


def describe_priors(priors: Mapping[str, Prior]) -> dict[str, Any]:
    """Distributions by the names of parameters, as plain values."""
    return {name: prior.describe() for name, prior in priors.items()}


def stored_arrays(name: str, fit: Fit) -> dict[str, Array]:
    """Arrays of a fit by the names that they have in the file."""
    statistics = {} if fit.chains is None else fit.chains.statistics
    return {name: fit.draws} | {f"{name}.{statistic}": values for statistic, values in statistics.items()}


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


def restore(role: str, entry: Mapping[str, Any], arrays: Mapping[str, Array]) -> Part:
    """What `describe` described, with the arrays by their stored names."""
    if "groups" not in entry:
        return _fit(role, entry, arrays)
    fits = tuple(_fit(f"{role}_{place}", one, arrays) for place, one in enumerate(entry["groups"]))
    labels = tuple(entry["labels"])
    if not fits or len(labels) != len(fits):
        raise ValueError("the groups do not fit their labels")
    groups = Groups(entry["by"], labels)
    purchases = tuple(fit for fit in fits if isinstance(fit, PurchaseFit))
    spend = tuple(fit for fit in fits if isinstance(fit, SpendFit))
    return GroupedPurchaseFit(groups, purchases) if purchases else GroupedSpendFit(groups, spend)


def _fit(name: str, entry: Mapping[str, Any], arrays: Mapping[str, Array]) -> Fit:
    # Models without priors of their own, and fits without any, are of versions that had none.
    model = MODELS[entry["model"]](_priors(entry.get("model_priors")) or {})
    draws = arrays[name]
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
        _diagnostics(entry["diagnostics"]),
        Provenance(**provenance),
        _priors(entry.get("priors")),
        _chains(name, entry.get("chains"), draws, arrays),
    )


def _diagnostics(entry: Mapping[str, Any]) -> Diagnostics:
    numbers = {name: float(value) for name, value in entry["numbers"].items()}  # JSON has no infinity but as text
    return Diagnostics(**{**entry, "numbers": numbers})


def _priors(entry: Mapping[str, Any] | None) -> dict[str, Prior] | None:
    if entry is None:
        return None
    priors = {}
    for name, numbers in entry.items():
        kind, values = DISTRIBUTIONS[numbers["distribution"]], dict(numbers)
        del values["distribution"]
        priors[name] = kind(**values)
    return priors


def _chains(name: str, count: int | None, draws: FloatArray, arrays: Mapping[str, Array]) -> Chains | None:
    if count is None:
        return None
    statistics = {key.partition(".")[2]: values for key, values in arrays.items() if key.startswith(f"{name}.")}
    if count < 1 or any(values.shape != (count, len(draws) // count) for values in statistics.values()):
        raise ValueError("the chains do not fit what is said of them")
    if len(draws) % count:
        raise ValueError("the chains do not fit the draws")
    return Chains(count, statistics)


def _moment(text: str | None) -> date | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
