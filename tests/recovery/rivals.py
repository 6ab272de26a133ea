"""Other optimisers on the same likelihood, and the limit models by themselves, without the package's own search."""

import numpy as np
from scipy.optimize import minimize

# A rival stops at this slope per customer or after so many steps.
_SLOPE, _STEPS = 1e-8, 60
# It stays within this distance of its start in logs, which is about as far as limits lie: beyond is a wall, as is a
# likelihood that is no number.
_FURTHEST, _WALL = 30.0, 1e10
# One start in so many is climbed by Nelder-Mead, which knows no derivatives.
_WITHOUT_DERIVATIVES = 20
# Standard deviation of starts in logs: two of three lie within a factor of seven or of fifty.
_NEAR, _WIDE = 2.0, 4.0


def starts(case, count):
    """Log-parameters: half about the truth, half about a typical age or amount and about one."""
    rng = np.random.default_rng([*case.seed, count])
    truth = np.log(list(case.truth.values()))
    scale = np.log(np.mean(case.columns[-1]))
    centre = np.array([scale if name in {"alpha", "v"} else 0.0 for name in case.truth])
    return [
        (truth if i % 2 else centre) + rng.normal(0.0, _WIDE if i % 4 == 3 else _NEAR, len(truth)) for i in range(count)
    ]


def best_of_random_starts(case, count):
    """The highest log-likelihood that SciPy's optimisers find."""
    rows = case.kernel.prepare(*case.columns, np.ones(case.n))
    return max(
        _without_derivatives(case, start)
        if i % _WITHOUT_DERIVATIVES == 0
        else _climb(lambda u: case.kernel.derivatives(rows, np.exp(u)), start, case.n)
        for i, start in enumerate(starts(case, count))
    )


def limits(case, fit):
    """Every limit model with its log-likelihood, climbed from the fit."""
    rows, u = case.kernel.prepare(*case.columns, np.ones(case.n)), np.log(fit.draws[0])

    def highest(limit):
        along = lambda z: limit.restrict(case.kernel.derivatives(rows, np.exp(limit.embed(z))))  # noqa: E731
        return _climb(along, limit.project(u), case.n)

    return [(limit, highest(limit)) for limit in case.model.limits]


def _climb(function, start, n):
    """SciPy's trust region method; value, gradient and Hessian of a place are computed once."""
    seen = {}

    def at(u):
        if u.tobytes() not in seen:
            found = function(u)
            parts = found.value, found.gradient, found.hessian
            fine = all(np.isfinite(part).all() for part in parts) and np.abs(u - start).max() < _FURTHEST
            wall = -_WALL, np.zeros(len(u)), -np.eye(len(u))
            seen[u.tobytes()] = parts if fine else wall
        return seen[u.tobytes()]

    options = {"maxiter": _STEPS, "gtol": _SLOPE * n}
    with np.errstate(all="ignore"):
        end = minimize(
            lambda u: -at(u)[0], start, jac=lambda u: -at(u)[1], hess=lambda u: -at(u)[2],
            method="trust-exact", options=options,
        )  # fmt: skip
    return -end.fun


def _without_derivatives(case, start):
    """Nelder-Mead on the sum of every customer's log-likelihood."""

    def loss(u):
        value = -case.kernel.log_likelihood(*case.columns, *np.exp(np.clip(u, -60, 60))).sum()
        return value if np.isfinite(value) else _WALL

    with np.errstate(all="ignore"):
        return -minimize(loss, start, method="Nelder-Mead", options={"maxiter": 10 * _STEPS}).fun
