"""Fits as ArviZ's InferenceData (its 0.x line)."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, TypeAlias

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.errors import InputError, MissingPackageError
from clvmodels.fitting.compress import group
from clvmodels.fitting.coordinates import Coordinates
from clvmodels.fitting.customers import Customers, customers_of
from clvmodels.fitting.fit import Fit
from clvmodels.fitting.pointwise import log_likelihood_by_row
from clvmodels.fitting.quiet import quiet
from clvmodels.priors import Prior
from clvmodels.transactions import Summary

_CUSTOMER = "customer_id"
# What a model explains; the other columns that it reads are constants to it.
_OBSERVED = frozenset({"frequency", "recency", "monetary_value"})
# Numbers of a pointwise log-likelihood: a gigabyte.
_MOST = 125_000_000

_Variables: TypeAlias = dict[str, Array]


@dataclass(frozen=True)
class Wanted:
    """What `Fit.to_inference_data` is asked for; see there."""

    summary: Summary | None = None
    log_likelihood: bool = False
    prior_draws: int = 1000
    seed: int = 0


def inference_data(fit: Fit, wanted: Wanted) -> Any:
    """An `arviz.InferenceData` of a fit's draws.

    Raises
    ------
    MissingPackageError
        If ArviZ is missing, or of another line.
    InputError
        If the fit has no draws or no priors, the summary is another one, or the log-likelihood would be too large.
    """
    az = _arviz()
    if fit.priors is None and len(fit.draws) > 1:
        raise InputError(
            f"This fit has draws and no priors: {fit.diagnostics.message}",
            advice="Use the InferenceData that it was made from, or fit by method=clv.Laplace(...).",
        )
    if fit.priors is None or len(fit.draws) < 2:
        raise InputError(
            f"A fit by {fit.diagnostics.method} has no draws of a posterior.",
            advice="Fit by method=clv.Laplace(...) or clv.NUTS(...).",
        )
    coordinates = _coordinates(fit, fit.priors)
    groups = {"posterior": _posterior(fit, coordinates), "sample_stats": _statistics(fit, coordinates)}
    if all(prior.proper for prior in fit.priors.values()):
        groups["prior"] = _prior(fit, coordinates, wanted)
    ids: dict[str, Array] = {}
    customers = _customers(fit, wanted)
    if customers is not None:
        ids = {_CUSTOMER: _ids(customers)}
        groups |= _of_customers(fit, customers, log_likelihood=wanted.log_likelihood)
    dims = {
        name: [_CUSTOMER]
        for group in ("observed_data", "constant_data", "log_likelihood")
        for name in groups.get(group, ())
    }
    with quiet():
        data = az.from_dict(**groups, coords=ids, dims=dims)
    _describe(fit, data)
    return data


def _arviz() -> Any:
    if find_spec("arviz") is None:
        raise MissingPackageError("ArviZ is not installed.", advice='pip install "clvmodels[bayes]"')
    with quiet():
        import arviz as az
    if not str(az.__version__).startswith("0."):
        raise MissingPackageError(
            f"ArviZ {az.__version__} is installed, and InferenceData belongs to its 0.x line.",
            advice='pip install "arviz<1"',
        )
    return az


def _posterior(fit: Fit, coordinates: Coordinates) -> _Variables:
    """The model's parameters, and those that priors name, each of shape (chains, draws)."""
    count = 1 if fit.chains is None else fit.chains.count
    return _named(fit, coordinates, fit.draws.reshape(count, -1, fit.draws.shape[1]))


def _named(fit: Fit, coordinates: Coordinates, theta: FloatArray) -> _Variables:
    values = {parameter.symbol: theta[..., place] for place, parameter in enumerate(fit.model.parameters)}
    return values | _prior_values(coordinates, theta)


def _coordinates(fit: Fit, priors: Mapping[str, Prior]) -> Coordinates:
    symbols = [parameter.symbol for parameter in fit.model.parameters]
    pairs = [symbols.index(pair.a) for pair in fit.model.pairs if pair.mean.symbol in priors]
    return Coordinates(priors, tuple(pairs))


def _prior_values(coordinates: Coordinates, theta: FloatArray) -> _Variables:
    """What priors name, each of shape (...), from the model's parameters, shape (..., k)."""
    values = np.moveaxis(theta, -1, 0).copy()
    for place in coordinates.pairs:
        both = values[place] + values[place + 1]
        values[place], values[place + 1] = values[place] / both, both
    return dict(zip(coordinates.priors, values, strict=True))


def _statistics(fit: Fit, coordinates: Coordinates) -> _Variables:
    """What the sampler said of each draw; draws without a sampler have the log-density of their prior."""
    if fit.chains is not None and fit.chains.statistics:
        return dict(fit.chains.statistics)
    w = coordinates.of_values(_prior_values(coordinates, fit.draws))
    return {"log_prior": coordinates.log_prior(w)[None, :]}


def _prior(fit: Fit, coordinates: Coordinates, wanted: Wanted) -> _Variables:
    rng = np.random.default_rng(wanted.seed)
    drawn = {name: prior.sample(rng, wanted.prior_draws) for name, prior in coordinates.priors.items()}
    theta = np.exp(coordinates.log_parameters(coordinates.of_values(drawn)))
    return _named(fit, coordinates, theta[None]) | {name: values[None] for name, values in drawn.items()}


def _customers(fit: Fit, wanted: Wanted) -> Customers | None:
    """The customers that inform the model, if they are asked for or known."""
    if wanted.summary is None and not wanted.log_likelihood and (fit.source is None or fit.source.is_lazy):
        return None
    customers = customers_of(fit, wanted.summary)
    _ = customers.summary.n_customers  # a lazy frame refuses
    return customers


def _ids(customers: Customers) -> Array:
    ids = np.asarray(customers.summary.customer_ids())[customers.informing]
    return ids if ids.dtype.kind in "iu" else ids.astype(str)


def _of_customers(fit: Fit, customers: Customers, *, log_likelihood: bool) -> dict[str, _Variables]:
    columns = dict(zip(customers.inputs, customers.columns(), strict=True))
    groups = {
        "observed_data": {name: column for name, column in columns.items() if name in _OBSERVED},
        "constant_data": {name: column for name, column in columns.items() if name not in _OBSERVED},
    }
    if log_likelihood:
        groups["log_likelihood"] = {"customer": _log_likelihood(fit, tuple(columns.values()))}
    return groups


def _log_likelihood(fit: Fit, columns: tuple[FloatArray, ...]) -> FloatArray:
    """Of each customer at each draw, shape (chains, draws, customers)."""
    size = len(columns[0]) * len(fit.draws)
    if size > _MOST:
        raise InputError(
            f"{len(columns[0]):,} customers at {len(fit.draws):,} draws take {8e-9 * size:,.1f} GB of log-likelihoods.",
            advice="clv.compare computes PSIS-LOO without holding it; or take a sample of the customers.",
        )
    rows, member = group(columns)
    values = log_likelihood_by_row(fit.model.kernel, rows, fit.draws).T[:, member]
    count = 1 if fit.chains is None else fit.chains.count
    return values.reshape(count, -1, len(member))


def _describe(fit: Fit, data: Any) -> None:
    """Attributes that every group carries, as plain text and numbers."""
    about = {
        "model": fit.model.name,
        "method": fit.diagnostics.method,
        "ok": int(fit.diagnostics.ok),
        "message": fit.diagnostics.message,
        "time_unit": str(fit.time_unit),
        "fingerprint": fit.provenance.fingerprint,
    }
    for name in data.groups():
        data[name].attrs.update(about, inference_library="clvmodels")
    data.sample_stats.attrs.update(fit.diagnostics.numbers)
