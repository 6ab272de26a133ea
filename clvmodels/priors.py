"""Prior distributions of a model's parameters: small frozen values with the parametrisation that PyMC uses.

Every distribution is worked with in a coordinate w that runs over all numbers: the logarithm of a positive value above
its lower bound, or the logit of a share. A positive one may carry a unit, in which its numbers are meant:

- none: the unit of the summary that is fitted;
- "week" or another unit of time, for parameters that are times;
- "data": the data's own scale, which is the customers' mean age for times and their mean order value for money, so that
  a prior says the same whatever units the data come in.

A fit resolves units into plain numbers and keeps them (`fit.priors`).
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from scipy.special import betaln, expit, gammaln

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.units import TimeUnit, non_negative

# Value, first and second derivative of a log-density.
Slopes: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]

_DATA = "data"


@dataclass(frozen=True)
class Prior:
    """A distribution of one parameter.

    Examples
    --------
    >>> from clvmodels import priors
    >>> priors.Weibull(alpha=2, beta=10, unit="week").scaled(7).beta
    70
    """

    support: ClassVar[Literal["positive", "share"]] = "positive"
    proper: ClassVar[bool] = True

    @property
    def lower(self) -> float:
        """Values lie above it."""
        return 0.0

    def log_density(self, w: FloatArray) -> Slopes:
        """Log-density over w, with its first and second derivatives, of w's shape."""
        raise NotImplementedError

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """Draws of the parameter, shape (size,)."""
        raise NotImplementedError

    def scaled(self, factor: float) -> "Prior":
        """The distribution of the parameter times a factor, without unit."""
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """Name and numbers, as plain values."""
        return {"distribution": type(self).__name__} | {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True)
class _Positive(Prior):
    """A distribution above its lower bound."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "unit":
                _check_unit(value)
            elif field.name not in {"mu", "lower_bound"} and non_negative(value, field.name) == 0:
                raise InputError(f"{type(self).__name__} needs a positive {field.name}; given was {value!r}.")


@dataclass(frozen=True)
class LogNormal(_Positive):
    """The logarithm of the value, less the lower bound, is normal with mean mu and standard deviation sigma."""

    mu: float
    sigma: float
    lower_bound: float = 0.0
    unit: str | None = None

    @property
    def lower(self) -> float:
        """Values lie above it."""
        return self.lower_bound

    def log_density(self, w: FloatArray) -> Slopes:
        """As in `Prior`."""
        off = (w - self.mu) / self.sigma
        value = -0.5 * off * off - np.log(self.sigma) - 0.5 * np.log(2 * np.pi)
        return value, -off / self.sigma, np.full_like(off, -1.0 / self.sigma**2)

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """As in `Prior`."""
        return self.lower_bound + rng.lognormal(self.mu, self.sigma, size)

    def scaled(self, factor: float) -> Prior:
        """As in `Prior`."""
        return LogNormal(self.mu + float(np.log(factor)), self.sigma, self.lower_bound * factor)


@dataclass(frozen=True)
class Gamma(_Positive):
    """Gamma with shape alpha and rate beta: its mean is alpha / beta."""

    alpha: float
    beta: float
    unit: str | None = None

    def log_density(self, w: FloatArray) -> Slopes:
        """As in `Prior`."""
        y = self.beta * np.exp(w)
        value = self.alpha * (np.log(self.beta) + w) - y - gammaln(self.alpha)
        return value, self.alpha - y, -y

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """As in `Prior`."""
        return rng.gamma(self.alpha, 1.0 / self.beta, size)

    def scaled(self, factor: float) -> Prior:
        """As in `Prior`."""
        return Gamma(self.alpha, self.beta / factor)


@dataclass(frozen=True)
class InverseGamma(_Positive):
    """One over a Gamma with shape alpha and rate beta: its mean is beta / (alpha - 1)."""

    alpha: float
    beta: float
    unit: str | None = None

    def log_density(self, w: FloatArray) -> Slopes:
        """As in `Prior`."""
        y = self.beta * np.exp(-w)
        value = self.alpha * (np.log(self.beta) - w) - y - gammaln(self.alpha)
        return value, y - self.alpha, -y

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """As in `Prior`."""
        return self.beta / rng.gamma(self.alpha, 1.0, size)

    def scaled(self, factor: float) -> Prior:
        """As in `Prior`."""
        return InverseGamma(self.alpha, self.beta * factor)


@dataclass(frozen=True)
class Weibull(_Positive):
    """Weibull with shape alpha and scale beta."""

    alpha: float
    beta: float
    unit: str | None = None

    def log_density(self, w: FloatArray) -> Slopes:
        """As in `Prior`."""
        reach = self.alpha * (w - np.log(self.beta))
        y = np.exp(reach)
        return np.log(self.alpha) + reach - y, self.alpha * (1.0 - y), -(self.alpha**2) * y

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """As in `Prior`."""
        return self.beta * rng.weibull(self.alpha, size)

    def scaled(self, factor: float) -> Prior:
        """As in `Prior`."""
        return Weibull(self.alpha, self.beta * factor)


@dataclass(frozen=True)
class HalfNormal(_Positive):
    """The size of a normal value with mean 0 and standard deviation sigma."""

    sigma: float
    unit: str | None = None

    def log_density(self, w: FloatArray) -> Slopes:
        """As in `Prior`."""
        y = np.exp(2.0 * w) / self.sigma**2
        return w - 0.5 * y - np.log(self.sigma) + 0.5 * np.log(2 / np.pi), 1.0 - y, -2.0 * y

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """As in `Prior`."""
        return np.abs(rng.normal(0.0, self.sigma, size))

    def scaled(self, factor: float) -> Prior:
        """As in `Prior`."""
        return HalfNormal(self.sigma * factor)


@dataclass(frozen=True)
class Pareto(_Positive):
    """Values above m whose chance to exceed z is (m / z)^alpha."""

    alpha: float
    m: float
    unit: str | None = None

    @property
    def lower(self) -> float:
        """Values lie above it."""
        return self.m

    def log_density(self, w: FloatArray) -> Slopes:
        """As in `Prior`."""
        share = expit(w - np.log(self.m))  # (z - m) / z
        log_z = np.logaddexp(np.log(self.m), w)
        value = np.log(self.alpha) + self.alpha * np.log(self.m) - (self.alpha + 1.0) * log_z + w
        return value, 1.0 - (self.alpha + 1.0) * share, -(self.alpha + 1.0) * share * (1.0 - share)

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """As in `Prior`."""
        return self.m * (1.0 + rng.pareto(self.alpha, size))

    def scaled(self, factor: float) -> Prior:
        """As in `Prior`."""
        return Pareto(self.alpha, self.m * factor)


@dataclass(frozen=True)
class HalfFlat(_Positive):
    """All positive values alike: no distribution, so that nothing can be drawn from it; the data must rein it in."""

    proper: ClassVar[bool] = False

    def log_density(self, w: FloatArray) -> Slopes:
        """As in `Prior`."""
        return w + 0.0, np.ones_like(w), np.zeros_like(w)

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:  # noqa: ARG002 - there is no such draw
        """Refused.

        Raises
        ------
        InputError
            Always.
        """
        raise InputError("Nothing can be drawn from HalfFlat.", advice="Give a prior such as LogNormal.")

    def scaled(self, factor: float) -> Prior:  # noqa: ARG002 - all values stay alike
        """As in `Prior`."""
        return self


@dataclass(frozen=True)
class Beta(Prior):
    """A share between 0 and 1; Beta(1, 1) is uniform."""

    support: ClassVar[Literal["positive", "share"]] = "share"

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        for field in fields(self):
            if non_negative(getattr(self, field.name), field.name) == 0:
                raise InputError(f"Beta needs positive numbers; given were {self.alpha!r} and {self.beta!r}.")

    def log_density(self, w: FloatArray) -> Slopes:
        """As in `Prior`."""
        share = expit(w)
        value = self.alpha * -np.logaddexp(0.0, -w) - self.beta * np.logaddexp(0.0, w) - betaln(self.alpha, self.beta)
        slope = self.alpha * (1.0 - share) - self.beta * share
        return value, slope, -(self.alpha + self.beta) * share * (1.0 - share)

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """As in `Prior`."""
        return rng.beta(self.alpha, self.beta, size)

    def scaled(self, factor: float) -> Prior:
        """A share has no unit."""
        if factor != 1.0:
            raise InputError("A share has no unit in which it could be given.")
        return self


DISTRIBUTIONS: dict[str, type[Prior]] = {
    kind.__name__: kind for kind in (Beta, Gamma, HalfFlat, HalfNormal, InverseGamma, LogNormal, Pareto, Weibull)
}


def unit_of(prior: Prior) -> str | None:
    """The unit in which a prior's numbers are given, if it names one."""
    unit: str | None = getattr(prior, "unit", None)
    return unit


def _check_unit(unit: object) -> None:
    if unit is not None and unit != _DATA:
        TimeUnit.parse(unit)
