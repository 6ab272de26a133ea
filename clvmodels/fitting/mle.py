"""Maximum likelihood: Newton in log-parameters, and the limit models when there is no maximum inside."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.fitting.newton import Optimum, maximise, resolution
from clvmodels.fitting.problem import Problem
from clvmodels.fitting.solution import Diagnostics, Solution
from clvmodels.fitting.specification import Limit
from clvmodels.kernels.derivatives import Derivatives
from clvmodels.peers import ExplainsPeerCalls

# Gradient of the log-likelihood in log-parameters, per customer. A fit converged below 1e-8; Newton's last step is
# quadratic, so asking for ten times less is nearly free and leaves the parameters exact to some 1e-7.
CONVERGED_BELOW = 1e-8
_NEWTON_STOPS_BELOW = 1e-9
# If some direction's curvature is below this (a standard error above 1 on the log scale), a limit may be in reach.
_FLAT = 1.0
# With a curvature below this (a standard error above 30 on the log scale) a climb ran off rather than up.
_LEVEL = 1e-3
# From this many rows on a sample finds the neighbourhood of the maximum first, to about the sample's own error.
_LARGE, _SAMPLE, _NEAR = 40_000, 8_000, 1e-4
_OTHER_STARTS = ((0.1, 1.0), (10.0, 1.0), (1.0, 0.1), (1.0, 10.0), (0.1, 10.0), (10.0, 0.1))


@dataclass(frozen=True)
class MLE(ExplainsPeerCalls):
    """Maximum likelihood, the default method.

    Parameters
    ----------
    max_iterations
        Newton steps per start.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> fit = clv.BGNBD().fit(summary, method=clv.MLE())
    >>> round(fit.log_likelihood, 3)
    -9582.429
    """

    max_iterations: int = 100

    def solve(self, problem: Problem) -> Solution:
        """Parameters of the highest likelihood, or of the limit model that is as good."""
        trivial = problem.specification.kernel.degenerate(*problem.data.columns)
        if trivial is not None:
            name, theta, value = trivial
            return _at_limit(np.asarray(theta, float), value, name, {"iterations": 0.0, "gradient_per_customer": 0.0})
        best = self._inside(problem)
        if _flattest(best) < _FLAT or not best.converged:
            reached = self._limit(problem, best)
            if reached is not None:
                return reached
        return _inside_solution(problem, best)

    def _inside(self, problem: Problem) -> Optimum:
        """The best maximum found from the start, or from others when that one ends badly or runs off.

        A climb can pass a maximum by and end on the lower plain beyond it, where limits lie.
        """
        first = self._climb(problem, self._start(problem))
        if first.converged and _flattest(first) > _LEVEL:
            return first
        others = [self._climb(problem, start) for start in _other_starts(problem)]
        return max([first, *others], key=lambda end: (end.at.value, end.converged))

    def _start(self, problem: Problem) -> FloatArray:
        if len(problem.data.counts) < _LARGE:
            return np.asarray(np.log(problem.specification.kernel.start(*problem.data.columns, problem.data.counts)))
        sample = problem.sample(_SAMPLE)
        near = self._climb(sample, self._start(sample), _NEAR)
        return near.u if near.converged else self._start(sample)

    def _climb(self, problem: Problem, start: FloatArray, slope: float = _NEWTON_STOPS_BELOW) -> Optimum:
        return maximise(
            problem.objective,
            start,
            tolerance=slope * problem.customers,
            max_iterations=self.max_iterations,
        )

    def _limit(self, problem: Problem, best: Optimum) -> Solution | None:
        """The simplest limit model within a hair of the best likelihood, if there is one."""
        ends = [(limit, self._climb_limit(problem, limit)) for limit in problem.specification.limits]
        highest = max([best.at.value, *(end.at.value for _, end in ends)])
        tolerance = min(1e-6 * problem.customers, 0.01)
        near = [(limit, end) for limit, end in ends if end.at.value >= highest - tolerance]
        if not near:
            return None
        # A limit may itself run off, towards a simpler one that then is as near.
        settled = [pair for pair in near if _settled(problem, pair[1])]
        limit, end = min(settled or near, key=lambda pair: (pair[0].free, -pair[1].at.value))
        theta, numbers = np.exp(limit.embed(end.u)), _numbers(problem, end, before=best.iterations)
        return _at_limit(theta, end.at.value, limit.name, numbers) if settled else _failed(theta, end.at.value, numbers)

    def _climb_limit(self, problem: Problem, limit: Limit) -> Optimum:
        start = np.log(problem.specification.kernel.start(*problem.data.columns, problem.data.counts))
        return maximise(
            lambda z: _along(problem, limit, z),
            limit.project(start),
            tolerance=_NEWTON_STOPS_BELOW * problem.customers,
            max_iterations=self.max_iterations,
        )


def _along(problem: Problem, limit: Limit, z: FloatArray) -> Derivatives:
    with np.errstate(over="ignore", invalid="ignore"):  # as in the objective itself
        return limit.restrict(problem.objective(limit.embed(z)))


def _other_starts(problem: Problem) -> Iterator[FloatArray]:
    """Starts in which the first and the last parameters are smaller or larger than in the usual one."""
    usual = np.log(problem.specification.kernel.start(*problem.data.columns, problem.data.counts))
    half = len(usual) // 2
    for first, last in _OTHER_STARTS:
        yield usual + np.log(np.where(np.arange(len(usual)) < half, first, last))


def _flattest(end: Optimum) -> float:
    return float(np.linalg.eigvalsh(-end.at.hessian).min())


def _settled(problem: Problem, end: Optimum) -> bool:
    """Whether the gradient is as good as nought, or as small as the doubles nearby let it be."""
    return _steepness(problem, end) < max(CONVERGED_BELOW, resolution(end.at) / problem.customers)


def _steepness(problem: Problem, end: Optimum) -> float:
    return float(np.abs(end.at.gradient).max(initial=0.0) / problem.customers)


def _numbers(problem: Problem, end: Optimum, before: int = 0) -> dict[str, float]:
    return {"iterations": float(before + end.iterations), "gradient_per_customer": _steepness(problem, end)}


def _inside_solution(problem: Problem, end: Optimum) -> Solution:
    theta, numbers = np.exp(end.u), _numbers(problem, end)
    if not (_settled(problem, end) and _flattest(end) > 0):
        return _failed(theta, end.at.value, numbers)
    covariance = np.outer(theta, theta) * np.linalg.inv(-end.at.hessian)
    diagnostics = Diagnostics(True, f"Converged in {end.iterations} steps.", "MLE", None, numbers)
    return Solution(theta[None, :], covariance, end.at.value, diagnostics)


def _failed(theta: FloatArray, value: float, numbers: dict[str, float]) -> Solution:
    message = (
        f"Did not converge: after {numbers['iterations']:.0f} steps the likelihood still rises "
        f"(slope {numbers['gradient_per_customer']:.1e} per customer). "
        "Look for impossible rows, observe for longer, or fit with priors (method=Laplace or MAP)."
    )
    return Solution(theta[None, :], None, value, Diagnostics(False, message, "MLE", None, numbers))


def _at_limit(theta: FloatArray, value: float, name: str, numbers: dict[str, float]) -> Solution:
    message = (
        f"At a boundary: the data are described as well by a simpler model, {name}. The parameters that it lacks "
        "have run off, so standard errors are infinite; predictions use the simpler model."
    )
    return Solution(theta[None, :], None, value, Diagnostics(True, message, "MLE", name, numbers))
