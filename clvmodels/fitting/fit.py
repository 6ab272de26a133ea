"""A fitted model: frozen, and the same whatever method made it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from clvmodels.arrays import FloatArray
from clvmodels.errors import BoundaryError, InputError
from clvmodels.fitting.pages import fit_html
from clvmodels.fitting.provenance import Provenance
from clvmodels.fitting.solution import Chains, Diagnostics
from clvmodels.fitting.specification import Specification
from clvmodels.peers import ExplainsPeerCalls, ExplainsPeerNames
from clvmodels.priors import Prior
from clvmodels.transactions import Summary
from clvmodels.units import TimeUnit

if TYPE_CHECKING:
    import pandas as pd

_DRAWS = 1000
# The method of parameters that were given.
GIVEN = "given"


@dataclass(frozen=True, eq=False, repr=False)
class Fit(ExplainsPeerCalls, ExplainsPeerNames):
    """Parameters of a model, with their uncertainty and origin.

    Attributes
    ----------
    model
        The model that was fitted.
    draws
        Shape (d, k), in the order of the model's parameters; d is 1 for a point estimate.
    covariance
        Shape (k, k), or None where it does not exist.
    log_likelihood
        Of the data in their own units, at the mode; NaN for parameters that were not fitted.
    customers
        Number of customers that inform the model.
    diagnostics, provenance
        How the fit ended, and where it comes from.
    priors
        What was believed of the parameters beforehand, in the fit's units; None if the method asks for no priors.
    chains
        How draws belong to Markov chains; None for others.
    source
        The summary that was fitted, as long as the fit stays in this process: it is neither saved nor pickled.

    Examples
    --------
    >>> import clvmodels as clv
    >>> fit = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> fit["q"]
    3.74
    """

    model: Specification
    draws: FloatArray
    covariance: FloatArray | None
    log_likelihood: float
    customers: int
    diagnostics: Diagnostics
    provenance: Provenance
    priors: Mapping[str, Prior] | None = None
    chains: Chains | None = None
    source: Summary | None = None

    def __post_init__(self) -> None:
        for name in ("draws", "covariance"):
            if getattr(self, name) is not None:
                array = np.array(getattr(self, name), dtype=float)  # a copy: the caller's array stays writeable
                array.flags.writeable = False
                object.__setattr__(self, name, array)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"source": None}  # customers' data do not travel with a model

    @property
    def time_unit(self) -> TimeUnit:
        """Unit of the fit's time."""
        return self.provenance.time_unit

    @property
    def estimates(self) -> dict[str, float]:
        """Parameters by symbol: the point estimate, or the mean over draws."""
        return dict(zip(self._symbols, self.draws.mean(axis=0).tolist(), strict=True))

    def __getitem__(self, symbol: str) -> float:
        """One parameter by its symbol.

        Raises
        ------
        KeyError
            If the model has no such parameter; it names those that it has.
        """
        if symbol not in self._symbols:
            raise KeyError(f"{self.model.name} has no parameter {symbol!r}, but {', '.join(self._symbols)}")
        return self.estimates[symbol]

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 k - 2 log-likelihood; NaN where the likelihood is unbounded."""
        return criterion(self.log_likelihood, len(self.model.parameters), 2.0)

    @property
    def bic(self) -> float:
        """Bayesian (Schwarz) criterion, k log(n) - 2 log-likelihood, with n the customers that inform the model."""
        weight = math.log(self.customers) if self.customers else math.nan
        return criterion(self.log_likelihood, len(self.model.parameters), weight)

    def parameters(self, level: float = 0.95) -> "pd.DataFrame":
        """Table of the parameters.

        Parameters
        ----------
        level
            Of the interval: quantiles of the draws or, for a point estimate, a normal one on the log scale.

        Returns
        -------
        pandas.DataFrame
            Columns parameter, estimate, std_error, lower, upper, meaning. At a boundary standard errors are infinite;
            for parameters that were set, not fitted, they are missing.
        """
        import pandas as pd

        if not (isinstance(level, Real) and 0 < level < 1):
            raise InputError(f"The level {level!r} is not between 0 and 1.")
        table = {"parameter": self._symbols, "estimate": self.draws.mean(axis=0), "std_error": self._standard_errors()}
        lower, upper = self._interval(level)
        table |= {"lower": lower, "upper": upper}
        return pd.DataFrame(table | {"meaning": [parameter.meaning for parameter in self.model.parameters]})

    def parameter_draws(self, n: object = None, seed: int = 0) -> FloatArray:
        """Draws of the parameters, for intervals.

        Parameters
        ----------
        n
            How many; by default as many as are stored, or 1,000 from the covariance of a point estimate.
        seed
            Of the random numbers.

        Returns
        -------
        FloatArray
            Shape (n, k): the stored draws, resampled if n differs, or log-normal draws from the covariance. Parameters
            that were given, not fitted, are the same in all draws.

        Raises
        ------
        BoundaryError
            If there is no covariance.
        InputError
            If n is no whole number of at least 1.
        """
        if n is not None and (isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1):
            raise InputError(f"The number of draws {n!r} is no whole number of at least 1.")
        rng = np.random.default_rng(seed)
        if len(self.draws) > 1:
            return self.draws if n in (None, len(self.draws)) else rng.choice(self.draws, size=n, axis=0)
        if self.diagnostics.method == GIVEN:
            return np.repeat(self.draws, n or _DRAWS, axis=0)
        if self.covariance is None:
            raise BoundaryError(
                f"The covariance of this {self.model.name} fit does not exist: {self.diagnostics.message}",
                advice="Fit with priors to get draws: method=clv.Laplace(), on the command line --method Laplace.",
            )
        theta = self.draws[0]
        spread = self.covariance / np.outer(theta, theta)
        return np.asarray(np.exp(rng.multivariate_normal(np.log(theta), spread, size=n or _DRAWS)))

    def pymc_model(self, summary: Summary | None = None) -> Any:
        """The model with its priors and customers as a `pymc.Model`, to look at, to change and to sample.

        Priors are variables of their own names, what follows from them is `Deterministic`, and the likelihood is a
        `Potential` of one operation: this package's formula on the distinct rows, with its gradient.

        Parameters
        ----------
        summary
            What was fitted; needed only by a fit that was loaded, or is one of a group.

        Raises
        ------
        MissingPackageError
            If PyMC is not installed.
        InputError
            If the customers are not known, or are others than those that were fitted.
        """
        from clvmodels.fitting.customers import customers_of
        from clvmodels.fitting.nuts import pymc_model

        return pymc_model(customers_of(self, summary).problem)

    def to_inference_data(
        self,
        summary: Summary | None = None,
        *,
        log_likelihood: bool = False,
        prior_draws: int = _DRAWS,
        seed: int = 0,
    ) -> Any:
        """The draws of a Bayesian fit as an `arviz.InferenceData` (ArviZ 0.20 to 0.23).

        Groups are posterior, sample_stats (of draws without a sampler: the log-density of their priors), prior (unless
        one is improper), and, where customers are known, observed_data and constant_data with the coordinate
        customer_id. Attributes of sample_stats are the diagnostics' numbers.

        Parameters
        ----------
        summary
            What was fitted; a fit that was loaded, or is one of a group, has customers only if it is given.
        log_likelihood
            Whether to add that of each customer at each draw, which `arviz.loo` needs: 8 bytes per customer and draw.
        prior_draws, seed
            Of the prior group.

        Raises
        ------
        MissingPackageError
            If ArviZ is not installed.
        InputError
            If the fit has no draws, the summary is not what was fitted, or the log-likelihood is above a gigabyte.
        LazyFrameError
            If the summary's customers would have to be computed.
        """
        from clvmodels.fitting.inference_data import Wanted, inference_data

        return inference_data(self, Wanted(summary, log_likelihood, prior_draws, seed))

    def __repr__(self) -> str:
        values = ", ".join(f"{symbol}={value:.6g}" for symbol, value in self.estimates.items())
        return f"<{self.model.name} fit: {values}; {self.diagnostics.message}>"

    def _repr_html_(self) -> str:
        return fit_html(self)

    @property
    def _symbols(self) -> list[str]:
        return [parameter.symbol for parameter in self.model.parameters]

    def _interval(self, level: float) -> tuple[FloatArray, FloatArray]:
        tail = 0.5 - 0.5 * level
        if len(self.draws) > 1:
            return np.quantile(self.draws, tail, axis=0), np.quantile(self.draws, 1.0 - tail, axis=0)
        estimate = self.draws[0]
        reach = -float(ndtri(tail)) * self._standard_errors() / estimate
        with np.errstate(over="ignore"):
            return estimate * np.exp(-reach), estimate * np.exp(reach)

    def _standard_errors(self) -> FloatArray:
        if self.covariance is not None:
            return np.asarray(np.sqrt(np.diag(self.covariance)))
        return np.full(self.draws.shape[1], math.inf if self.diagnostics.boundary else math.nan)


def criterion(log_likelihood: float, parameters: int, weight: float) -> float:
    """An information criterion, weight x parameters - 2 log-likelihood; NaN where the likelihood is unbounded."""
    return weight * parameters - 2.0 * log_likelihood if math.isfinite(log_likelihood) else math.nan
