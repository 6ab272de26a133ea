"""Parameters are found again in simulated customers, and a wrong formula is found out."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.kernels import bgnbd
from tests.recovery.simulators import mean_orders, observed, summary

PURCHASES = {"r": 0.6, "alpha": 5.0, "a": 0.9, "b": 2.5}
SPEND = {"p": 6.25, "q": 3.74, "v": 15.44}
SEEDS = {"modest": 10, "full": 100}
CUSTOMERS = 20_000
# With the right formula the squared distance from the truth, in units of the covariance, is chi-squared with 4 degrees
# of freedom: 4 standard errors in one parameter happen once in 16,000 times, 40 in the squared distance once in 2e7.
STANDARD_ERRORS, DISTANCE = 4.0, 40.0


def simulated(seed, n=CUSTOMERS):
    rng = np.random.default_rng(seed)
    T = rng.uniform(20.0, 60.0, n)
    x, t_x = observed(rng, n, tuple(PURCHASES.values()), T)
    return summary(x, t_x, T, mean_orders(rng, x, **SPEND))


def errors(fit, truth):
    """Deviations in standard errors on the log scale, which is nearer to normal, and the squared distance."""
    theta = fit.draws[0]
    off = np.log(theta) - np.log(list(truth.values()))
    covariance = fit.covariance / np.outer(theta, theta)
    return off / np.sqrt(np.diag(covariance)), off @ np.linalg.solve(covariance, off)


@pytest.mark.slow
def test_parameters_are_recovered_within_their_standard_errors(size):
    distances = []
    for seed in range(SEEDS[size]):
        customers = simulated(seed)
        for model, truth in ((clv.BGNBD(), PURCHASES), (clv.GammaGamma(), SPEND)):
            fit = model.fit(customers)
            assert fit.diagnostics.converged
            off, distance = errors(fit, truth)
            assert np.abs(off).max() < STANDARD_ERRORS
            distances.append(distance / len(truth))
    # Standard errors that are twice too large would pass above: on average the distance is 1 per parameter.
    spread = np.sqrt(2 / 3.5 / len(distances))
    assert abs(np.mean(distances) - 1) < STANDARD_ERRORS * spread


@dataclass(frozen=True)
class Forgetful(clv.BGNBD):
    """BG/NBD with a mistake in its data: the last purchase one week late."""

    kernel = SimpleNamespace(
        prepare=lambda x, t_x, T, counts: bgnbd.prepare(x, np.minimum(t_x + 1.0, T), T, counts),
        derivatives=bgnbd.derivatives,
        start=bgnbd.start,
        degenerate=bgnbd.degenerate,
        log_likelihood=bgnbd.log_likelihood,
    )


@pytest.mark.slow
def test_a_likelihood_with_a_mistake_is_rejected():
    fit = Forgetful().fit(simulated(0))
    assert fit.diagnostics.converged
    off, distance = errors(fit, PURCHASES)
    assert np.abs(off).max() > STANDARD_ERRORS
    assert distance > DISTANCE
