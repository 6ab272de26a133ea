"""An exact posterior by importance sampling from its normal approximation, adapted where that is too far off."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import BoundaryError, InputError
from clvmodels.fitting.newton import Optimum
from clvmodels.fitting.posterior import Posterior
from clvmodels.fitting.problem import Problem
from clvmodels.fitting.proposals import Mixture
from clvmodels.fitting.psis import UNRELIABLE, Smoothed, smooth
from clvmodels.fitting.ridge import along_ridge
from clvmodels.fitting.solution import Diagnostics, Solution
from clvmodels.peers import ExplainsPeerCalls
from clvmodels.progress import Advance, bar

# Heavier tails than the posterior has, and hardly less efficient where it is nearly normal.
_FREEDOM = 4.0
# Below so many proposals the tail of the weights cannot be judged.
_FEWEST = 1_000
# So many of them tell whether the rest is worth the time.
_FIRST = 300
# Rounds of adapting, proposals in each, and centres of the mixture.
_ROUNDS, _PER_ROUND, _CENTRES = 8, 4_000, 250
_ADAPTED_FREEDOM = 3.0
# For as many effective draws as are wanted, no more proposals than so many times those at hand.
_MOST_TIMES = 5.0
# Above the first the variance of the weights is infinite, and spreads come out too small beside exact posteriors: then
# proposals are adapted until they are below the second. Worse than UNRELIABLE is told.
_GOOD, _BETTER = 0.5, 0.3
# Seconds after which a bar is worth looking at.
_PATIENCE = 2.0


@dataclass(frozen=True)
class Laplace(ExplainsPeerCalls):
    """Draws from the posterior, without a Markov chain.

    The posterior's mode and curvature give a multivariate t distribution; draws from it are reweighted by the exact
    posterior density with Pareto smoothing, and resampled. With few customers the posterior can be too skewed for one
    t distribution; then proposals follow its ridge, and where that is not enough are adapted to it in rounds. The
    diagnostics say which it was, with k-hat and the effective number of draws.

    Parameters
    ----------
    draws
        How many to keep.
    seed
        Of the random numbers.
    max_iterations
        Newton steps to the mode.
    progress
        Whether to show a bar; by default on terminals and in notebooks, when it takes more than two seconds.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> fit = clv.BGNBD().fit(summary, method=clv.Laplace(draws=1000, seed=1))
    >>> fit.draws.shape, fit.diagnostics.ok
    ((1000, 4), True)
    """

    draws: int = 1000
    seed: int = 0
    max_iterations: int = 100
    progress: bool | None = None

    def __post_init__(self) -> None:
        for name, least in (("draws", 2), ("seed", 0), ("max_iterations", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
                raise InputError(f"Laplace needs a whole number {name} of at least {least}; given was {value!r}.")

    def solve(self, problem: Problem) -> Solution:
        """Draws from the problem's posterior.

        Raises
        ------
        BoundaryError
            If the likelihood is unbounded, so that no prior holds the parameters.
        """
        posterior = Posterior(problem)
        with bar("Laplace", _ROUNDS + 4, self.progress, _PATIENCE) as advance:
            advance("looking for the mode")
            mode = find_mode(posterior, self.max_iterations)
            advance("weighing draws")
            rng = np.random.default_rng(self.seed)
            sample, adapted = _at_mode(posterior, mode, self.draws, rng), 0
            if not sample.smoothed.k_hat < _GOOD:
                advance("following the ridge")
                sample, adapted = _at_ridge(posterior, mode, sample, self.draws, rng), 1
            if not sample.smoothed.k_hat < _GOOD:
                sample, rounds = _adapt(posterior, sample, rng, advance)
                adapted += rounds
            advance("weighing more draws")
            sample = sample.enough(posterior, self.draws, rng)
        coordinates = posterior.coordinates
        draws = np.exp(coordinates.log_parameters(sample.resample(self.draws, rng)))
        numbers = {
            "k_hat": sample.smoothed.k_hat,
            "effective_size": sample.smoothed.effective_size,
            "proposals": float(len(sample.w)),
            "adapted_rounds": float(adapted),
            "iterations": float(mode.iterations),
        }
        ok = sample.smoothed.k_hat < UNRELIABLE
        diagnostics = Diagnostics(ok, _message(numbers, ok=ok), "Laplace", None, numbers)
        value = float(problem.log_likelihoods(coordinates.log_parameters(mode.u)[None, :])[0])
        return Solution(draws, np.cov(draws, rowvar=False), value, diagnostics, coordinates.priors)


@dataclass(frozen=True)
class MAP(ExplainsPeerCalls):
    """The most probable parameters given data and priors, with the curvature there for intervals.

    Parameters
    ----------
    max_iterations
        Newton steps.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> round(clv.BGNBD().fit(summary, method=clv.MAP())["r"], 2)
    0.24
    """

    max_iterations: int = 100

    def solve(self, problem: Problem) -> Solution:
        """The posterior's mode over its coordinates."""
        posterior = Posterior(problem)
        mode = find_mode(posterior, self.max_iterations)
        coordinates = posterior.coordinates
        covariance = (
            coordinates.covariance(mode.u, np.asarray(np.linalg.inv(-mode.at.hessian))) if mode.converged else None
        )
        steepness = float(np.abs(mode.at.gradient).max() / max(problem.customers, 1))
        numbers = {"iterations": float(mode.iterations), "gradient_per_customer": steepness}
        message = f"Converged to the posterior's mode in {mode.iterations} steps."
        if not mode.converged:
            message = f"Did not converge in {mode.iterations} steps. Give more informative priors."
        u = coordinates.log_parameters(mode.u)[None, :]
        value = float(problem.log_likelihoods(u)[0])
        diagnostics = Diagnostics(mode.converged, message, "MAP", None, numbers)
        return Solution(np.exp(u), covariance, value, diagnostics, coordinates.priors)


def find_mode(posterior: Posterior, max_iterations: int) -> Optimum:
    """The posterior's mode.

    Raises
    ------
    BoundaryError
        If the likelihood is unbounded.
    """
    problem = posterior.problem
    trivial = problem.specification.kernel.degenerate(*problem.data.columns)
    if trivial is not None and not np.isfinite(trivial[2]):
        raise BoundaryError(
            f"{problem.specification.name} has no posterior here: {trivial[0]}, so that the likelihood is unbounded.",
            advice="Fit by maximum likelihood, whose predictions use that limit.",
        )
    return posterior.mode(max_iterations)


@dataclass(frozen=True)
class _Sample:
    """Weighted draws over w, shape (n, k), and where they were drawn from."""

    proposal: Mixture
    w: FloatArray
    log_ratios: FloatArray
    smoothed: Smoothed

    @classmethod
    def draw(cls, posterior: Posterior, proposal: Mixture, size: int, rng: np.random.Generator) -> "_Sample":
        """So many draws, weighted by the posterior."""
        return cls.weighted(posterior, proposal, proposal.sample(rng, size))

    def enough(self, posterior: Posterior, wanted: int, rng: np.random.Generator) -> "_Sample":
        """With so many more draws that all are worth as many as are wanted, within reason."""
        worth = max(self.smoothed.effective_size, 1.0)
        if worth >= wanted or not self.smoothed.k_hat < UNRELIABLE:
            return self
        size = int(min(1.1 * wanted / worth, _MOST_TIMES) * len(self.w))
        return self.extended(posterior, self.proposal.sample(rng, size - len(self.w)))

    def extended(self, posterior: Posterior, w: FloatArray) -> "_Sample":
        """With further draws of the proposal."""
        more = self.weighted(posterior, self.proposal, w)
        log_ratios = np.concatenate([self.log_ratios, more.log_ratios])
        return _Sample(self.proposal, np.concatenate([self.w, w]), log_ratios, smooth(log_ratios))

    def resample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Draws of equal weight, shape (size, k), by systematic resampling, in random order."""
        places = (rng.random() + np.arange(size)) / size
        chosen = np.searchsorted(np.cumsum(self.smoothed.weights), places * (1.0 - 1e-12))
        return np.asarray(self.w[rng.permutation(np.minimum(chosen, len(self.w) - 1))])

    @classmethod
    def weighted(cls, posterior: Posterior, proposal: Mixture, w: FloatArray) -> "_Sample":
        """Draws of the proposal, weighted by the posterior."""
        log_ratios = posterior.log_density(w) - proposal.log_density(w)
        return cls(proposal, w, log_ratios, smooth(log_ratios))


def _at_mode(posterior: Posterior, mode: Optimum, draws: int, rng: np.random.Generator) -> _Sample:
    """Draws from a t distribution at the mode; only the first of them where these show that it will not do."""
    curvature, vectors = np.linalg.eigh(-mode.at.hessian)
    bend = np.maximum(curvature, 1e-3 * max(curvature.max(), 1e-12))  # where the search failed there may be a saddle
    root = np.linalg.cholesky((vectors / bend) @ vectors.T)
    proposal = Mixture(mode.u[None, :], root, _FREEDOM)
    w = proposal.sample(rng, max(_FEWEST, draws))
    first = _Sample.weighted(posterior, proposal, w[:_FIRST])
    return first.extended(posterior, w[_FIRST:]) if first.smoothed.k_hat < _GOOD else first


def _at_ridge(posterior: Posterior, mode: Optimum, sample: _Sample, draws: int, rng: np.random.Generator) -> _Sample:
    """Draws along the posterior's ridge, where their weights can be relied on more than those of the sample."""
    proposal, size = along_ridge(posterior, mode), max(_FEWEST, draws)
    if proposal is None:
        return sample.extended(posterior, sample.proposal.sample(rng, size)) if len(sample.w) < size else sample
    ridge = _Sample.draw(posterior, proposal, size, rng)
    return ridge if ridge.smoothed.k_hat < sample.smoothed.k_hat else sample


def _adapt(posterior: Posterior, sample: _Sample, rng: np.random.Generator, advance: Advance) -> tuple[_Sample, int]:
    """Proposals spread around what the last round found likely, until their weights can be relied on."""
    best, done = sample, 0
    while done < _ROUNDS and not best.smoothed.k_hat < _BETTER:
        done += 1
        advance(f"adapting proposals, round {done}")
        sample = _Sample.draw(posterior, _around(sample, rng), _PER_ROUND, rng)
        if sample.smoothed.k_hat < best.smoothed.k_hat:
            best = sample
    return best, done


def _around(sample: _Sample, rng: np.random.Generator) -> Mixture:
    """A smoothed picture of a weighted sample, as wide as so many centres leave gaps between them."""
    weights = sample.smoothed.weights
    k = sample.w.shape[1]
    mean = weights @ sample.w
    off = sample.w - mean
    spread = (weights[:, None] * off).T @ off + 1e-10 * np.eye(k)
    worth = min(sample.smoothed.effective_size, _CENTRES)
    width = max(worth, 2.0) ** (-1.0 / (k + 4))
    return Mixture(sample.resample(_CENTRES, rng), width * np.linalg.cholesky(spread), _ADAPTED_FREEDOM)


def _message(numbers: dict[str, float], *, ok: bool) -> str:
    found = f"k-hat {numbers['k_hat']:.2f}, {numbers['effective_size']:,.0f} effective of {numbers['proposals']:,.0f}"
    if not ok:
        return (
            f"The draws cannot be relied on ({found} draws): the posterior is too far from what proposals reached. "
            "Use method=NUTS(...), or give more informative priors."
        )
    if numbers["adapted_rounds"]:
        rounds = "one round" if numbers["adapted_rounds"] == 1 else f"{numbers['adapted_rounds']:.0f} rounds"
        return (
            f"The posterior is far from normal; proposals were adapted to it in {rounds} "
            f"and can be relied on ({found} draws)."
        )
    return f"Draws from the posterior by importance sampling, which can be relied on ({found} draws)."
