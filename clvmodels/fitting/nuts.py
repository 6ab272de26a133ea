"""A problem as a model of PyMC, and its posterior sampled by nutpie or by PyMC. The one file that imports them."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.errors import MissingPackageError
from clvmodels.fitting.coordinates import Coordinates
from clvmodels.fitting.posterior import Posterior
from clvmodels.fitting.problem import Problem
from clvmodels.fitting.quiet import quiet
from clvmodels.priors import LogNormal, Prior
from clvmodels.progress import interactive

if TYPE_CHECKING:
    from clvmodels.fitting.chains import NUTS, Start

# ArviZ's names of what the two samplers say of each draw.
_NUTPIE = {
    "lp": "logp", "energy": "energy", "diverging": "diverging", "tree_depth": "depth", "n_steps": "n_steps",
    "acceptance_rate": "mean_tree_accept", "step_size": "step_size",
}  # fmt: skip
_PYMC = {
    "lp": "lp", "energy": "energy", "diverging": "diverging", "tree_depth": "tree_depth", "n_steps": "n_steps",
    "acceptance_rate": "acceptance_rate", "step_size": "step_size",
}  # fmt: skip
_NOT_PYMC = frozenset({"distribution", "unit", "lower_bound"})
# Beyond it the exponential function leaves the numbers.
_FARTHEST = 700.0
# Weight, in draws, of the curvature at the mode when PyMC adapts its mass matrix.
_CURVATURE_IS_WORTH = 10

# Draws over w, shape (chains, draws, k), and what the sampler says of each.
Drawn: TypeAlias = tuple[FloatArray, dict[str, Array]]


def require_pymc() -> None:
    """Refuse where PyMC or ArviZ is missing.

    Raises
    ------
    MissingPackageError
        Saying how to install them.
    """
    missing = [name for name in ("pymc", "arviz") if find_spec(name) is None]
    if missing:
        raise MissingPackageError(
            f"NUTS needs {' and '.join(missing)}, which are not installed.",
            advice='pip install "clvmodels[bayes]", or use method=clv.Laplace(...), which needs nothing more.',
        )


def pymc_model(problem: Problem) -> Any:
    """The problem as a `pymc.Model`: a variable per prior, `Deterministic`s for what follows, and the likelihood.

    Raises
    ------
    MissingPackageError
        If PyMC is not installed.
    """
    require_pymc()
    with quiet():
        import pymc as pm
        import pytensor.tensor as pt

        coordinates = Posterior(problem).coordinates
        symbols = [parameter.symbol for parameter in problem.specification.parameters]
        with pm.Model() as model:
            values = [_variable(pm, name, prior) for name, prior in coordinates.priors.items()]
            logs = [pt.log(value) for value in values]
            for place in coordinates.pairs:
                mean, concentration = values[place : place + 2]
                pm.Deterministic(symbols[place], mean * concentration)
                pm.Deterministic(symbols[place + 1], (1.0 - mean) * concentration)
                # Not the logs of these: where the mean is 1 to all digits, PyTensor still knows log1p(-mean).
                logs[place], logs[place + 1] = logs[place] + logs[place + 1], pt.log1p(-mean) + logs[place + 1]
            value, _ = _likelihood_op()(problem)(pt.stack(logs))
            pm.Potential("log_likelihood", value)
        return model


def sample(problem: Problem, coordinates: Coordinates, start: "Start", method: "NUTS") -> Drawn:
    """Chains over w, by nutpie where it is installed, and else by PyMC."""
    by = _by_nutpie if find_spec("nutpie") else _by_pymc
    with quiet():
        return by(method, pymc_model(problem), coordinates, start)


def _variable(pm: ModuleType, name: str, prior: Prior) -> Any:
    """A PyMC variable of a prior of ours, which has PyMC's name and parametrisation."""
    if isinstance(prior, LogNormal) and prior.lower_bound:
        lower = prior.lower_bound

        def shifted(mu: Any, sigma: Any, size: Any) -> Any:
            return lower + pm.LogNormal.dist(mu, sigma, size=size)

        above = pm.distributions.transforms.Interval(lower, None)
        return pm.CustomDist(name, prior.mu, prior.sigma, dist=shifted, transform=above)
    numbers = {key: value for key, value in prior.describe().items() if key not in _NOT_PYMC}
    return getattr(pm, type(prior).__name__)(name, **numbers)


@cache
def _likelihood_op() -> Any:
    """The class of the likelihood as PyTensor's operation; made when first needed, as PyTensor takes seconds."""
    import pytensor.tensor as pt
    from pytensor.graph.basic import Apply
    from pytensor.graph.op import Op

    class LogLikelihood(Op):  # type: ignore[misc]
        """From log-parameters, shape (k,), to the log-likelihood of all customers and its gradient, shape (k,)."""

        def __init__(self, problem: Problem) -> None:
            self.problem = problem

        def make_node(self, u: Any) -> Any:
            return Apply(self, [pt.as_tensor_variable(u)], [pt.dscalar(), pt.dvector()])

        def perform(self, node: Any, inputs: Any, outputs: Any) -> None:  # noqa: ARG002 - as PyTensor calls it
            value, gradient = _value_and_gradient(self.problem, np.asarray(inputs[0], float))
            outputs[0][0], outputs[1][0] = np.asarray(value), gradient

        def infer_shape(self, fgraph: Any, node: Any, shapes: Any) -> Any:  # noqa: ARG002 - as PyTensor calls it
            return [(), shapes[0]]

        # The gradient is the other output of the same node: a point is computed once for both.
        def L_op(self, inputs: Any, outputs: Any, output_grads: Any) -> Any:  # noqa: ARG002, N802 - PyTensor's name
            return [output_grads[0] * outputs[1]]

    return LogLikelihood


def _value_and_gradient(problem: Problem, u: FloatArray) -> tuple[float, FloatArray]:
    """Log-likelihood and its gradient; minus infinity where parameters are no numbers above 0 any more."""
    if not (np.abs(u) < _FARTHEST).all():
        return -np.inf, np.zeros_like(u)
    found = problem.objective(u)
    return found.value, found.gradient


class _Outside(Exception):  # noqa: N818 - nothing goes wrong: the sampler steps back
    """The density has no value there."""

    is_recoverable = True


def _by_nutpie(method: "NUTS", model: Any, _: Coordinates, start: "Start") -> Drawn:
    """Chains over z, in which the posterior is about as wide in every direction; so nutpie needs no mass matrix."""
    import nutpie
    from nutpie.compiled_pyfunc import from_pyfunc

    density, mode, root = _compiled(model), start.mode, start.root

    def make_density() -> Callable[[FloatArray], tuple[float, FloatArray]]:
        own = density.copy()  # a compiled function keeps its values: one for every chain

        def at(z: FloatArray) -> tuple[float, FloatArray]:
            value, gradient = own(*(mode + root @ z))
            if not (np.isfinite(value) and np.isfinite(gradient).all()):
                raise _Outside
            return float(value), np.ascontiguousarray(root.T @ gradient)

        return at

    size = len(mode)
    compiled = from_pyfunc(
        size,
        make_density,
        lambda *_: lambda z: {"w": mode + root @ z},
        [np.dtype("float64")],
        [(size,)],
        ["w"],
        make_initial_point_fn=lambda seed: np.random.default_rng(seed).standard_normal(size),
    )
    sampler = nutpie.sample(
        compiled,
        draws=method.draws,
        tune=method.tune,
        chains=method.chains,
        cores=method.cores or min(method.chains, os.cpu_count() or 1),
        seed=method.seed,
        target_accept=method.target_accept,
        progress_bar=_shown(method),
        save_warmup=False,
        blocking=False,
    )
    try:
        trace = sampler.wait()
    except BaseException:
        with suppress(BaseException):  # after an error inside, nutpie's own end fails too
            sampler.cancel()
        raise  # nutpie.sample would return what it has so far, as if it were all
    return np.asarray(trace.posterior["w"].values), _statistics(trace.sample_stats, _NUTPIE)


def _by_pymc(method: "NUTS", model: Any, coordinates: Coordinates, start: "Start") -> Drawn:
    """Chains by PyMC's own sampler, whose unbounded values of the variables are w."""
    import pymc as pm
    from pymc.step_methods.hmc.quadpotential import QuadPotentialFullAdapt

    points = start.near(np.random.default_rng(method.seed), method.chains)
    with model:
        potential = QuadPotentialFullAdapt(
            len(start.mode), start.mode, start.root @ start.root.T, _CURVATURE_IS_WORTH, rng=method.seed
        )
        trace = pm.sample(
            draws=method.draws,
            tune=method.tune,
            chains=method.chains,
            cores=method.cores or 1,
            step=pm.NUTS(potential=potential, target_accept=method.target_accept),
            initvals=[coordinates.values(point) for point in points],
            random_seed=method.seed,
            progressbar=_shown(method),
            compute_convergence_checks=False,
        )
    w = coordinates.of_values({name: trace.posterior[name].values for name in coordinates.priors})
    return w, _statistics(trace.sample_stats, _PYMC)


def _compiled(model: Any) -> Any:
    """From a value per variable to the log-density and its gradient."""
    import pytensor.tensor as pt
    from pytensor.gradient import grad

    density = model.logp()  # once: model.dlogp() would bring a likelihood of its own
    slopes = pt.stack(grad(density, model.value_vars))
    return model.compile_fn([density, slopes], inputs=model.value_vars, point_fn=False)


def _shown(method: "NUTS") -> bool:
    return interactive() if method.progress is None else method.progress


def _statistics(found: Any, names: Mapping[str, str]) -> dict[str, Array]:
    return {ours: np.asarray(found[theirs].values) for ours, theirs in names.items()}
