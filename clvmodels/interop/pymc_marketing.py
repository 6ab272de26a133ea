"""Posteriors that PyMC-Marketing sampled."""

from importlib.util import find_spec
from typing import Any

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting import Chains, Diagnostics, Provenance, PurchaseFit, SpendFit
from clvmodels.fitting.convergence import judge
from clvmodels.fitting.provenance import current_versions
from clvmodels.fitting.quiet import quiet
from clvmodels.interop.naming import Model, kind_of, model_named, theta_of, unit_for

_PACKAGE = "PyMC-Marketing"
_STATISTICS = ("lp", "energy", "diverging", "tree_depth", "n_steps", "acceptance_rate", "step_size")
_FEWEST = 4


def from_pymc_marketing(
    source: object, time_unit: str | None = None, *, model: str | None = None
) -> PurchaseFit | SpendFit:
    """A fit with the posterior's draws of a fitted model of PyMC-Marketing.

    Parameters
    ----------
    source
        A fitted `BetaGeoModel` or `GammaGammaModel` (or another whose model exists here), or its `idata`, an ArviZ
        InferenceData, also one that was read from a file.
    time_unit
        In which recency and T were when it was fitted, which PyMC-Marketing does not know; order values need none.
    model
        Which model it is, if the InferenceData does not say so: by its name here or that of PyMC-Marketing's class.

    Returns
    -------
    PurchaseFit or SpendFit
        With the draws in the order of chains, so that expectations are means over the same draws and intervals are of
        them. `diagnostics` holds R-hat, effective sizes and divergences where ArviZ is installed. A fit by
        `method="map"` is a point estimate without covariance.

    Raises
    ------
    WrongTypeError
        If it is something else, not fitted, or the unit or the model is not given.
    InputError
        If there is no such model here, parameters are missing, or differ over customers, as those with covariates do.

    Examples
    --------
    >>> import numpy as np
    >>> import xarray as xr
    >>> import clvmodels as clv
    >>> draws = {name: (("chain", "draw"), np.full((2, 50), value)) for name, value in zip("pqv", (6.25, 3.74, 15.44))}
    >>> class Idata:
    ...     attrs = {"model_type": "Gamma-Gamma Model (Mean Transactions)"}
    ...     posterior = xr.Dataset(draws)
    >>> fit = clv.interop.from_pymc_marketing(Idata())
    >>> fit.draws.shape, round(fit.population_mean, 2)
    ((100, 3), 35.22)
    """
    idata = getattr(source, "idata", source)
    posterior = getattr(idata, "posterior", None)
    if posterior is None:
        raise WrongTypeError(
            f"A {type(source).__name__} without a posterior is no fitted model of PyMC-Marketing.",
            advice="Give the fitted model, or its idata.",
        )
    known = _model(source, idata, model)
    theta = theta_of(known, _values(known, posterior))
    draws, parameters = theta.shape[0] * theta.shape[1], theta.shape[2]
    unit = unit_for(known, time_unit, _PACKAGE)
    flat = theta.reshape(draws, parameters)
    point = draws == 1
    return kind_of(known)(
        known,
        flat,
        None if point else np.cov(flat, rowvar=False),
        np.nan,
        _customers(idata),
        _diagnostics(theta, idata),
        Provenance("", None, unit, current_versions()),
        None,
        None if point else Chains(theta.shape[0], _statistics(idata)),
    )


def _model(source: object, idata: Any, name: str | None) -> Model:
    """Which model it is: as it is named, as the file says, or by the class of the object."""
    if name is not None:
        return model_named(name)
    stated = getattr(idata, "attrs", {}).get("model_type")
    if stated is None and source is not idata:
        stated = type(source).__name__
    if stated is None:
        raise WrongTypeError(
            "The InferenceData does not say of which model it is.", advice='Name it, such as model="BetaGeoModel".'
        )
    return model_named(stated)


def _values(model: Model, posterior: Any) -> dict[str, Array]:
    """Parameters by symbol, each of shape (chains, draws)."""
    values: dict[str, Array] = {}
    for name in posterior:
        if set(posterior[name].dims) == {"chain", "draw"}:
            values[str(name)] = np.asarray(posterior[name].transpose("chain", "draw").values)
    symbols = [parameter.symbol for parameter in model.parameters]
    by_customer = [symbol for symbol in symbols if symbol in posterior and symbol not in values]
    if by_customer:
        raise InputError(
            f"{', '.join(by_customer)} of this {model.name} model differ over customers: it has covariates.",
            advice="Models with covariates cannot be taken over; fit(summary, by=...) fits groups apart.",
        )
    for pair in model.pairs:
        if pair.a not in values and {"phi_dropout", "kappa_dropout"} <= set(values):
            mean, concentration = values["phi_dropout"], values["kappa_dropout"]
            values |= {pair.a: mean * concentration, pair.b: (1.0 - mean) * concentration}
    return values


def _customers(idata: Any) -> int:
    data = getattr(idata, "fit_data", None)
    return 0 if data is None or "frequency" not in data else int(data["frequency"].size)


def _statistics(idata: Any) -> dict[str, Array]:
    found = getattr(idata, "sample_stats", None)
    if found is None:
        return {}
    return {name: np.asarray(found[name].values) for name in _STATISTICS if name in found}


def _diagnostics(theta: FloatArray, idata: Any) -> Diagnostics:
    """What can be said of the draws."""
    chains, draws, _ = theta.shape
    taken = f"Draws of {_PACKAGE}, not fitted here"
    if chains * draws == 1:
        return Diagnostics(True, f"A point estimate of {_PACKAGE}, not fitted here.", _PACKAGE)
    if chains < 2 or draws < _FEWEST or find_spec("arviz") is None:
        numbers = {"chains": float(chains), "draws": float(chains * draws)}
        return Diagnostics(True, f"{taken}; whether the chains agree was not looked at.", _PACKAGE, None, numbers)
    diverging = _statistics(idata).get("diverging", np.zeros((chains, draws), dtype=bool))
    with quiet():
        found = judge(np.log(theta), diverging)
    return Diagnostics(found.ok, f"{taken}. {found.message}", _PACKAGE, None, found.numbers)
