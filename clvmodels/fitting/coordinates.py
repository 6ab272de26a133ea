"""Coordinates in which posteriors are worked with: one number without bounds per parameter, and a prior of each.

A parameter is its prior's lower bound plus exp(w). Two parameters of a Beta distribution may be given by its mean,
a share expit(w), and its concentration a + b: there data and priors are nearly independent, in a and b they are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, log_expit

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting.specification import Specification
from clvmodels.kernels.derivatives import Derivatives
from clvmodels.parameters import Parameter
from clvmodels.priors import Prior, unit_of
from clvmodels.units import TimeUnit

# A start below a prior's lower bound is moved to so much above it, relative to the bound.
_INSIDE = 0.1


@dataclass(frozen=True)
class Scale:
    """The data's own scale, in which priors with the unit "data" are meant.

    Attributes
    ----------
    unit
        Of time.
    time
        Mean age of the customers.
    money
        Mean order value.
    """

    unit: TimeUnit
    time: float = 1.0
    money: float = 1.0


@dataclass(frozen=True)
class Coordinates:
    """A model's coordinates w with their priors, whose numbers are in the data's units.

    Attributes
    ----------
    priors
        By name, in the order of the model's parameters.
    pairs
        Places of the pairs that are given by mean and concentration: the mean stands at the first's place.
    """

    priors: Mapping[str, Prior]
    pairs: tuple[int, ...]

    @cached_property
    def lower(self) -> FloatArray:
        """Lower bounds, shape (k,)."""
        return np.array([prior.lower for prior in self.priors.values()])

    def log_parameters(self, w: FloatArray) -> FloatArray:
        """Logs of the model's parameters, shape (..., k), of w of that shape."""
        with np.errstate(divide="ignore"):
            u = np.logaddexp(np.log(self.lower), w)
        for place in self.pairs:
            mean, log_concentration = w[..., place], u[..., place + 1].copy()
            u[..., place] = log_concentration + log_expit(mean)
            u[..., place + 1] = log_concentration + log_expit(-mean)
        return np.asarray(u)

    def values(self, w: FloatArray) -> dict[str, FloatArray]:
        """The parameters that priors name, each of shape (...), of w of shape (..., k)."""
        with np.errstate(divide="ignore"):
            z = np.exp(np.logaddexp(np.log(self.lower), w))
        for place in self.pairs:
            z[..., place] = expit(w[..., place])
        return {name: z[..., place] for place, name in enumerate(self.priors)}

    def of_values(self, values: Mapping[str, FloatArray]) -> FloatArray:
        """Coordinates, shape (n, k), of parameters by the names of the priors, each of shape (n,)."""
        z = np.stack([np.asarray(values[name], float) for name in self.priors], axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            w = np.log(z - self.lower)
            for place in self.pairs:
                w[..., place] = np.log(z[..., place]) - np.log1p(-z[..., place])
        return np.asarray(w)

    def near(self, theta: FloatArray) -> FloatArray:
        """Coordinates of parameters, shape (k,), moved inside the priors' bounds."""
        z = np.array(theta, float)
        for place in self.pairs:
            a, b = theta[place], theta[place + 1]
            z[place], z[place + 1] = np.log(a) - np.log(b), a + b
        above = np.maximum(z - self.lower, np.maximum(_INSIDE * self.lower, 1e-300))
        w = np.log(above)
        for place in self.pairs:
            w[place] = z[place]
        return np.asarray(w)

    def log_prior(self, w: FloatArray) -> FloatArray:
        """Log-density of the priors over w, shape (...), of w of shape (..., k)."""
        parts = [prior.log_density(w[..., place])[0] for place, prior in enumerate(self.priors.values())]
        return np.asarray(np.sum(parts, axis=0))

    def pull(self, w: FloatArray, likelihood: Derivatives) -> Derivatives:
        """Log-posterior over w, shape (k,), with its derivatives, from the likelihood's in log-parameters."""
        first, second = self._slopes(w)
        value, slope, bend = (np.array(part) for part in zip(*self._prior_slopes(w), strict=True))
        hessian = first.T @ likelihood.hessian @ first + np.diag(likelihood.gradient @ second + bend)
        return Derivatives(likelihood.value + float(value.sum()), first.T @ likelihood.gradient + slope, hessian)

    def covariance(self, w: FloatArray, over_w: FloatArray) -> FloatArray:
        """Covariance of the model's parameters, shape (k, k), from that of w, near w."""
        first, _ = self._slopes(w)
        steps = np.exp(self.log_parameters(w))[:, None] * first
        return np.asarray(steps @ over_w @ steps.T)

    def _prior_slopes(self, w: FloatArray) -> list[tuple[float, float, float]]:
        slopes = []
        for place, prior in enumerate(self.priors.values()):
            value, first, second = prior.log_density(np.asarray(w[place]))
            slopes.append((float(value), float(first), float(second)))
        return slopes

    def _slopes(self, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        """First and second derivatives of the log-parameters by w, [i, j] of the i-th by the j-th; none are mixed."""
        with np.errstate(divide="ignore"):
            share = expit(w - np.log(self.lower))
        first, second = np.diag(share), np.diag(share * (1.0 - share))
        for place in self.pairs:
            mean, rows = expit(w[place]), slice(place, place + 2)
            first[rows, place], second[rows, place] = (1.0 - mean, -mean), -mean * (1.0 - mean)
            first[rows, place + 1], second[rows, place + 1] = first[place + 1, place + 1], second[place + 1, place + 1]
        return first, second


def merge_priors(model: Specification, defaults: Mapping[str, Prior], given: Mapping[str, Prior]) -> dict[str, Prior]:
    """The given priors, and defaults for the parameters that they leave out.

    Raises
    ------
    InputError
        If a name is unknown, one of a pair is missing, or a distribution does not fit what it is for.
    WrongTypeError
        If they are no mapping.
    """
    if not isinstance(given, Mapping):
        raise WrongTypeError(
            f"Priors are a mapping of distributions by parameter, and this is a {type(given).__name__}.",
            advice='Such as priors={"r": clv.priors.LogNormal(0.0, 1.5)}; data are given to fit.',
        )
    merged = dict(defaults)
    for pair in model.pairs:
        both, mixed = {pair.a, pair.b} & set(given), {pair.mean.symbol, pair.concentration.symbol} & set(given)
        if both and (mixed or len(both) < 2):
            raise InputError(
                f"Priors of {pair.a} and {pair.b} go together, and so do those of {pair.mean.symbol} and "
                f"{pair.concentration.symbol}; given were {', '.join(given)}."
            )
        if both:
            merged = {
                name: prior
                for name, prior in merged.items()
                if name not in (pair.mean.symbol, pair.concentration.symbol)
            }
            merged |= {pair.a: given[pair.a], pair.b: given[pair.b]}
    known = _named(model)
    for name, prior in given.items():
        if name not in known:
            raise InputError(f"{model.name} has no parameter {name!r}.", advice=f"Priors can name {', '.join(known)}.")
        _check(name, prior, known[name], is_share=any(pair.mean.symbol == name for pair in model.pairs))
    merged |= given
    return {name: merged[name] for name in known if name in merged}


def resolve(model: Specification, scale: Scale) -> Coordinates:
    """The model's coordinates, with priors whose numbers are in the units of the data."""
    parameters = _named(model)
    priors = {name: _resolved(prior, parameters[name], scale) for name, prior in model.priors.items()}
    symbols = [parameter.symbol for parameter in model.parameters]
    return Coordinates(priors, tuple(symbols.index(pair.a) for pair in model.pairs if pair.mean.symbol in priors))


def _named(model: Specification) -> dict[str, Parameter]:
    """Everything that a prior can name; a pair's mean stands before its first parameter."""
    named: dict[str, Parameter] = {}
    for parameter in model.parameters:
        for pair in model.pairs:
            if parameter.symbol == pair.a:
                named |= {pair.mean.symbol: pair.mean, pair.concentration.symbol: pair.concentration}
        named[parameter.symbol] = parameter
    return named


def _check(name: str, prior: object, parameter: Parameter, *, is_share: bool) -> None:
    if not isinstance(prior, Prior):
        raise WrongTypeError(
            f"The prior of {name} is a {type(prior).__name__}.",
            advice="Use one of clvmodels.priors, such as LogNormal.",
        )
    if (prior.support == "share") != is_share:
        kind = "a share between 0 and 1: use Beta" if is_share else "a positive number: use LogNormal, Gamma, ..."
        raise InputError(f"{prior} cannot be the prior of {name}, which is {kind}.")
    unit = unit_of(prior)
    if unit == "data" and not (parameter.time_power or parameter.money_power):
        raise InputError(f"{name} has no unit, and so its prior cannot have the unit {unit!r}.")
    if unit not in {None, "data"} and not parameter.time_power:
        raise InputError(f"{name} is no time, and so its prior cannot have the unit {unit!r}.")


def _resolved(prior: Prior, parameter: Parameter, scale: Scale) -> Prior:
    unit = unit_of(prior)
    if unit is None:
        return prior
    if unit == "data":
        return prior.scaled(scale.time**parameter.time_power * scale.money**parameter.money_power)
    return prior.scaled((TimeUnit.parse(unit).days / scale.unit.days) ** parameter.time_power)
