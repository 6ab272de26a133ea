"""Newton's method for a smooth function to be maximised, with exact derivatives."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.kernels.derivatives import Derivatives

# A step of 3 multiplies a parameter by twenty: further, the quadratic model says nothing.
_LONGEST_STEP = 3.0
# Log-parameters beyond this have run off: exp(40) is 2e17.
_FAR = 40.0
_HALVINGS = 30
# Where a step promises less than this, rounding may hide the gain: terms of a likelihood that nearly cancel can be a
# million times larger than their sum. The gradient tells whether such a step is good.
_HIDDEN_GAIN = 1e-6
# Logs of parameters are up to 28, so that rounding them changes parameters by as many roundings.
_ROUNDINGS = 64 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Optimum:
    """Where Newton's method stopped.

    Attributes
    ----------
    u
        Shape (k,).
    at
        Value, gradient and Hessian there.
    iterations
        Newton steps taken.
    converged
        Whether the largest entry of the gradient is below the tolerance, or below what doubles can resolve.
    """

    u: FloatArray
    at: Derivatives
    iterations: int
    converged: bool


def maximise(
    function: Callable[[FloatArray], Derivatives], start: FloatArray, *, tolerance: float, max_iterations: int
) -> Optimum:
    """Climb from `start` until every entry of the gradient is below `tolerance`, or no step gains anything.

    Parameters
    ----------
    function
        Value and derivatives at u, shape (k,).
    tolerance
        On the gradient, in units of the function.
    """
    state = Optimum(start, function(start), 0, converged=False)
    for iteration in range(max_iterations + 1):
        if np.abs(state.at.gradient).max(initial=0.0) < max(tolerance, resolution(state.at)):
            return replace(state, converged=True)
        if not (np.isfinite(state.at.value) and np.isfinite(state.at.hessian).all()):
            break  # the start itself is out of reach
        if iteration == max_iterations or np.abs(state.u).max() > _FAR + np.abs(start).max():
            break
        following = _climb(function, state)
        if following is None:
            break
        state = following
    return state


def resolution(at: Derivatives) -> float:
    """The gradient that rounding of the parameters alone makes: no parameters that doubles can hold have a smaller one.

    It matters where the curvature is 1e6 per customer and more. What is left to gain there is its square over the
    curvature, 1e-27 of the latter.
    """
    return _ROUNDINGS * float(np.abs(at.hessian).sum(axis=1).max(initial=0.0))


def _climb(function: Callable[[FloatArray], Derivatives], state: Optimum) -> Optimum | None:
    """One Newton step, halved until it is a good one; None when no length will do."""
    step, before = _newton_step(state.at), state.at
    # Near the top a good step changes the value by less than rounding does.
    slack = 1e-13 * max(1.0, abs(before.value))
    for _ in range(_HALVINGS):
        at = function(state.u + step)
        if np.isfinite(at.value) and np.isfinite(at.hessian).all():
            fall = before.value - at.value
            flatter = np.abs(at.gradient).max() < np.abs(before.gradient).max()
            hidden = _HIDDEN_GAIN if before.gradient @ step < _HIDDEN_GAIN else 0.0
            if fall < 0 or (flatter and fall <= max(slack, hidden)):
                return Optimum(state.u + step, at, state.iterations + 1, converged=False)
            if fall <= slack:
                return None  # only rounding is left
        step = 0.5 * step
    return None


def _newton_step(at: Derivatives) -> FloatArray:
    """Along each eigenvector uphill by slope over curvature, also where the function is not concave."""
    curvature, vectors = np.linalg.eigh(-at.hessian)
    bend = np.maximum(np.abs(curvature), 1e-12 * max(np.abs(curvature).max(), 1e-300))
    step = vectors @ ((vectors.T @ at.gradient) / bend)
    return np.asarray(step * min(1.0, _LONGEST_STEP / max(np.abs(step).max(), 1e-300)))
