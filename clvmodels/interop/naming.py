"""Which of our models another package's name means, and what both kinds of sources need."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting import PurchaseFit, SpendFit
from clvmodels.models import MODELS, PurchaseModel, SpendModel
from clvmodels.units import TimeUnit

Model: TypeAlias = PurchaseModel | SpendModel

# Their names of classes, and PyMC-Marketing's names of model types, by ours.
_THEIRS: Mapping[str, str] = MappingProxyType(
    {
        "BetaGeoFitter": "BG/NBD",
        "ModifiedBetaGeoFitter": "MBG/NBD",
        "ParetoNBDFitter": "Pareto/NBD",
        "GammaGammaFitter": "Gamma-Gamma",
        "BetaGeoModel": "BG/NBD",
        "ModifiedBetaGeoModel": "MBG/NBD",
        "ParetoNBDModel": "Pareto/NBD",
        "GammaGammaModel": "Gamma-Gamma",
        "GammaGammaModelIndividual": "Gamma-Gamma",
        "Gamma-Gamma Model (Mean Transactions)": "Gamma-Gamma",
        "Gamma-Gamma Model (Individual Transactions)": "Gamma-Gamma",
    }
)


def model_named(name: str) -> Model:
    """Our model of a name: ours, that of a class of theirs, or PyMC-Marketing's model type.

    Raises
    ------
    InputError
        If there is no such model here.

    Examples
    --------
    >>> from clvmodels.interop.naming import model_named
    >>> model_named("BetaGeoFitter").name
    'BG/NBD'
    """
    ours = _THEIRS.get(name, name)
    if ours not in MODELS:
        raise InputError(f"There is no model of {name!r} here.", advice=f"There are {', '.join(MODELS)}.")
    model: Model = MODELS[ours]()
    return model


def knows(name: str) -> bool:
    """Whether a name is that of a model of theirs or ours."""
    return name in _THEIRS or name in MODELS


def kind_of(model: Model) -> type[PurchaseFit] | type[SpendFit]:
    """The class of a model's fits."""
    return PurchaseFit if isinstance(model, PurchaseModel) else SpendFit


def unit_for(model: Model, time_unit: str | None, package: str) -> TimeUnit:
    """The unit of the parameters' time, which the package does not know.

    Raises
    ------
    WrongTypeError
        If it is not given and the model has times.
    """
    if time_unit is not None:
        return TimeUnit.parse(time_unit)
    if isinstance(model, SpendModel):
        return TimeUnit.DAY  # order values have no unit of time
    raise WrongTypeError(
        f"In which unit of time is this {model.name} model? {package} does not know.",
        advice='Say in what recency and T were when it was fitted, such as time_unit="week".',
    )


def theta_of(model: Model, values: Mapping[str, object]) -> FloatArray:
    """The model's parameters, shape (..., k), from arrays of one shape by symbol.

    Raises
    ------
    InputError
        If a parameter is missing, or one is no positive finite number.
    """
    symbols = [parameter.symbol for parameter in model.parameters]
    missing = [symbol for symbol in symbols if symbol not in values]
    if missing:
        raise InputError(
            f"{model.name} has the parameters {', '.join(symbols)}; missing is {', '.join(missing)}.",
            advice=f"There were {', '.join(map(str, values)) or 'none'}.",
        )
    theta = np.stack([np.asarray(values[symbol], float) for symbol in symbols], axis=-1)
    wrong = ~(np.isfinite(theta) & (theta > 0)).all(axis=-1)
    if wrong.any():
        rows = [dict(zip(symbols, row.tolist(), strict=True)) for row in np.atleast_2d(theta[wrong])]
        raise InputError(f"The parameters of {model.name} are positive finite numbers.", rows=rows)
    return theta
