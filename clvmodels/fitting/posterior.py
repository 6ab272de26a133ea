"""The posterior of one problem over its coordinates: its mode, and its density at many draws."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.fitting.coordinates import Coordinates, resolve
from clvmodels.fitting.newton import Optimum, maximise
from clvmodels.fitting.problem import Problem
from clvmodels.kernels.derivatives import Derivatives

# The mode only has to be near: draws are reweighted by the exact density.
_SLOPE = 1e-8
_LARGE, _SAMPLE = 40_000, 8_000


@dataclass(frozen=True)
class Posterior:
    """Likelihood times priors."""

    problem: Problem

    @cached_property
    def coordinates(self) -> Coordinates:
        """Coordinates with priors in the data's units."""
        return resolve(self.problem.specification, self.problem.scale)

    def objective(self, w: FloatArray) -> Derivatives:
        """Log-posterior up to a constant, with derivatives, at w, shape (k,)."""
        return self.coordinates.pull(w, self.problem.objective(self.coordinates.log_parameters(w)))

    def log_density(self, w: FloatArray) -> FloatArray:
        """Log-posterior up to a constant, shape (n,), at w of shape (n, k)."""
        return self.coordinates.log_prior(w) + self.problem.log_likelihoods(self.coordinates.log_parameters(w))

    def mode(self, max_iterations: int) -> Optimum:
        """Where the density over w is highest; large data are looked for in a sample first."""
        start = self._start(self.problem)
        if len(self.problem.data.counts) >= _LARGE:
            sample = Posterior(self.problem.sample(_SAMPLE))
            near = maximise(sample.objective, start, tolerance=1.0, max_iterations=max_iterations)
            start = near.u
        tolerance = _SLOPE * max(self.problem.customers, 1)
        return maximise(self.objective, start, tolerance=tolerance, max_iterations=max_iterations)

    def _start(self, problem: Problem) -> FloatArray:
        data = problem.data
        return self.coordinates.near(np.asarray(problem.specification.kernel.start(*data.columns, data.counts)))
