"""The judge: how one fit ended, and everything that is wrong with it."""

from dataclasses import dataclass

import numpy as np

from clvmodels.fitting.mle import CONVERGED_BELOW
from tests.recovery.rivals import best_of_random_starts, limits

# Two sums of the same terms in another order agree to this share of themselves.
ROUNDING = 1e-10
LEVEL = 0.95
HORIZONS = ("1 hour", "39 weeks", "100 years")


@dataclass(frozen=True)
class Outcome:
    """What became of one data set.

    Attributes
    ----------
    name, n
        Of the data set.
    end
        "converged", the name of a boundary, or "failed".
    faults
        Sentences; the first word or two say of what kind.
    covered
        For every parameter whether its 95% interval holds the truth; empty unless the fit converged.
    """

    name: str
    n: int
    end: str
    faults: tuple[str, ...]
    covered: tuple[bool, ...]


def tolerance(n):
    """How much of the log-likelihood a limit may give away."""
    return min(1e-6 * n, 0.01)


def end_of(fit):
    return fit.diagnostics.boundary or ("converged" if fit.diagnostics.ok else "failed")


def judge(case, starts, fit=None):
    """Fit a case, unless a fit of it is given, and look for faults."""
    fit = case.model.fit(case.customers) if fit is None else fit
    faults = [*end_faults(fit), *_likelihood_faults(case, fit, starts), *prediction_faults(fit, case.customers)]
    return Outcome(case.name, case.n, end_of(fit), tuple(faults), covered(fit, case.truth))


def covered(fit, truth):
    if not fit.diagnostics.converged:
        return ()
    table = fit.parameters(LEVEL)
    true = np.array(list(truth.values()))
    return tuple(((table["lower"] <= true) & (true <= table["upper"])).tolist())


def end_faults(fit):
    """What contradicts the definition of an end: converged, or at a named boundary."""
    numbers, table = fit.diagnostics.numbers, fit.parameters()
    estimate, error = table["estimate"], table["std_error"]
    yield from _unless(fit.diagnostics.ok, f"failed: {fit.diagnostics.message}")
    yield from _unless(np.isfinite(estimate).all() and (estimate > 0).all(), "end: an estimate is no positive number")
    yield from _unless(numbers["gradient_per_customer"] < CONVERGED_BELOW, "end: not at a maximum")
    if fit.diagnostics.converged:
        yield from _unless(np.isfinite(error).all(), "end: a standard error is not finite")
        yield from _unless(_positive_definite(fit), "end: no covariance matrix")
    elif fit.diagnostics.ok:
        yield from _unless(fit.diagnostics.boundary in fit.diagnostics.message, "end: the message hides the boundary")
        yield from _unless(np.isposinf(error).all() and fit.covariance is None, "end: an error at a boundary is finite")


def _positive_definite(fit):
    """Of logs: beside the variance of an alpha of 1e6 hours rounding hides that of r."""
    relative = fit.covariance / np.outer(fit.draws[0], fit.draws[0])
    return np.isfinite(relative).all() and (np.linalg.eigvalsh(relative) > 0).all()


def prediction_faults(fit, customers):
    """What is not finite, negative, or no probability."""
    return (
        _purchase_faults(fit, customers) if hasattr(fit, "expected_purchases") else _order_value_faults(fit, customers)
    )


def _purchase_faults(fit, customers):
    amounts = {f"expected purchases in {h}": fit.expected_purchases(customers, h) for h in HORIZONS}
    amounts["discounted purchases of the whole future"] = fit.discounted_purchases(customers, None, 0.1)
    amounts["discounted lifetime"] = fit.discounted_lifetime(customers, "1 year", 0.1)
    amounts["purchases of a new customer"] = fit.expected_purchases_new_customer(list(HORIZONS))
    for name, values in amounts.items():
        yield from _unless((np.isfinite(values) & (values >= 0)).all(), f"prediction: {name}")
    shares = {f"active within {h}": fit.probability_active(customers, h) for h in HORIZONS}
    shares["alive"] = fit.probability_alive(customers)
    shares["numbers of purchases"] = fit.purchase_distribution(customers, "4 weeks", 3)
    for name, values in shares.items():
        yield from _unless(((values >= 0) & (values <= 1)).all(), f"prediction: probability of {name}")


def _order_value_faults(fit, customers):
    """An infinite mean is right where the model says so: p x + q <= 1."""
    x, values = customers.column("frequency"), fit.expected_order_value(customers)
    finite = fit["p"] * x + fit["q"] > 1
    yield from _unless((np.isfinite(values) == finite).all() and (values > 0).all(), "prediction: order values")
    mean = fit.population_mean
    yield from _unless(np.isfinite(mean) == (fit["q"] > 1) and mean > 0, "prediction: the population's mean")


def _likelihood_faults(case, fit, starts):
    """Where the truth, another optimiser or a limit is better than the fit, or a limit as good and not named."""
    value, allowed = fit.log_likelihood, tolerance(case.n) + ROUNDING * abs(fit.log_likelihood)
    own = case.kernel.log_likelihood(*case.columns, *fit.draws[0]).sum()
    yield from _unless(
        abs(own - value) <= ROUNDING * max(1.0, abs(value)), f"log-likelihood: {value} of parameters with {own}"
    )
    truth = case.kernel.log_likelihood(*case.columns, **case.truth).sum()
    yield from _unless(value >= truth - allowed, f"below the truth, by {truth - value}")
    rival = best_of_random_starts(case, starts)
    yield from _unless(value >= rival - allowed, f"below a random start, by {rival - value}")
    if case.kernel.degenerate(*case.columns) is not None:
        return  # no search leads there
    ends = limits(case, fit)
    best = max(value, *(end for _, end in ends))
    yield from _unless(value >= best - allowed, f"below a limit, by {best - value}")
    named = [limit.free for limit, _ in ends if limit.name == fit.diagnostics.boundary]
    free = min(named, default=len(case.truth))
    near = [limit.name for limit, end in ends if end >= best - tolerance(case.n) and limit.free < free]
    yield from _unless(not near, f"limit as good and not named: {', '.join(near)}")


def _unless(fine, fault):
    return () if fine else (fault,)
