"""A posterior by Markov chains."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting.convergence import judge
from clvmodels.fitting.laplace import find_mode
from clvmodels.fitting.newton import Optimum
from clvmodels.fitting.nuts import require_pymc, sample
from clvmodels.fitting.posterior import Posterior
from clvmodels.fitting.problem import Problem
from clvmodels.fitting.quiet import quiet
from clvmodels.fitting.solution import Chains, Solution
from clvmodels.peers import ExplainsPeerCalls

_ITERATIONS = 100
# Directions flatter than this share of the steepest are taken to be so steep.
_FLATTEST = 1e-3


@dataclass(frozen=True)
class NUTS(ExplainsPeerCalls):
    """Draws from the posterior by the No-U-Turn sampler, of the model as PyMC holds it (`fit.pymc_model()`).

    Chains start near the posterior's mode, with the curvature there as mass matrix. They are sampled by nutpie where
    it is installed, and else by PyMC's own sampler. The diagnostics hold R-hat, effective sizes and divergences, and
    say what to do where the draws cannot be relied on. `Laplace` gives the same posterior in a fraction of the time;
    this is the second opinion, and the way to models of one's own.

    Hoffman and Gelman (2014), "The No-U-Turn Sampler", Journal of Machine Learning Research 15, 1593-1623.

    Parameters
    ----------
    draws, tune
        Of each chain: those that are kept, and those before that adapt the sampler.
    chains
        At least 2, as they are compared with each other.
    target_accept
        Higher makes smaller steps, which is slower and avoids divergences.
    seed
        Of the random numbers; draws repeat for the same seed, versions and sampler.
    cores
        Chains at a time. By default nutpie takes as many as there are processors; PyMC's sampler takes one, as it
        would fork this process for more.
    progress
        Whether to show a bar; by default on terminals and in notebooks.

    Raises
    ------
    MissingPackageError
        When fitting, if PyMC is not installed.

    Examples
    --------
    >>> import clvmodels as clv
    >>> method = clv.NUTS(draws=500, chains=4, seed=1)
    >>> method.target_accept
    0.8
    """

    draws: int = 1000
    tune: int = 1000
    chains: int = 4
    target_accept: float = 0.8
    seed: int = 0
    cores: int | None = None
    progress: bool | None = None

    def __post_init__(self) -> None:
        least = {"draws": 4, "tune": 1, "chains": 2, "seed": 0} | ({} if self.cores is None else {"cores": 1})
        for name, smallest in least.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < smallest:
                raise InputError(f"{name}={value!r} is no whole number of at least {smallest}.")
        if not 0.0 < self.target_accept < 1.0:
            raise InputError(f"target_accept={self.target_accept!r} is not between 0 and 1.")

    def solve(self, problem: Problem) -> Solution:
        """Draws from the problem's posterior.

        Raises
        ------
        MissingPackageError
            If PyMC is not installed.
        BoundaryError
            If the likelihood is unbounded, so that no prior holds the parameters.
        """
        require_pymc()
        posterior = Posterior(problem)
        coordinates = posterior.coordinates
        mode = find_mode(posterior, _ITERATIONS)
        w, statistics = sample(problem, coordinates, Start.at(mode), self)
        u = coordinates.log_parameters(w)
        with quiet():
            diagnostics = judge(np.concatenate([w, u], axis=-1), statistics["diverging"])
        draws = np.exp(u).reshape(-1, u.shape[-1])
        value = float(problem.log_likelihoods(coordinates.log_parameters(mode.u)[None, :])[0])
        chains = Chains(self.chains, statistics)
        return Solution(draws, np.cov(draws, rowvar=False), value, diagnostics, coordinates.priors, chains)


@dataclass(frozen=True)
class Start:
    """Where chains begin: w = mode + root z, with z a standard normal as far as the curvature tells."""

    mode: FloatArray
    root: FloatArray

    @classmethod
    def at(cls, mode: Optimum) -> "Start":
        """At the mode; where the search for it failed there may be a saddle, which is taken for a peak."""
        curvature, vectors = np.linalg.eigh(-mode.at.hessian)
        bend = np.maximum(curvature, _FLATTEST * max(curvature.max(), 1e-12))
        return cls(mode.u, np.linalg.cholesky((vectors / bend) @ vectors.T))

    def near(self, rng: np.random.Generator, size: int) -> FloatArray:
        """Points to start from, shape (size, k)."""
        return self.mode + rng.standard_normal((size, len(self.mode))) @ self.root.T
