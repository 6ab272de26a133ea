"""Simulation-based calibration: parameters drawn from the prior lie anywhere in their posteriors, equally often.

Talts, Betancourt, Simpson, Vehtari and Gelman (2018), "Validating Bayesian Inference Algorithms with Simulation-Based
Calibration"; the likelihood as one more quantity is from Modrak et al. (2023).
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from scipy import stats

import clvmodels as clv
from clvmodels.kernels import bgnbd, gamma_gamma
from tests.calibration.independent import purchases_log_likelihood, spend_log_likelihood
from tests.calibration.replicates import pit
from tests.calibration.worlds import PURCHASES, SPEND, drawn, of_dropout
from tests.recovery.simulators import mean_orders, observed, summary

REPLICATES = {"modest": 120, "full": 1_000}
# Chains are slow: so few replicates that only gross faults would show; `test_nuts` compares their draws with Laplace's.
BY_CHAINS = 40
CUSTOMERS, DRAWS = 150, 500
# Two tests of each of at most seven quantities and two models: 28 figures, of which with right posteriors one falls
# below once in 3,500 runs.
FALSE_ALARM = 1e-5
BINS = 10


def purchases(rng, method, model=clv.BGNBD):
    """Ranks, as shares, of one world's parameters among the draws of their posterior."""
    truth = drawn(rng, PURCHASES)
    T = rng.uniform(20.0, 60.0, CUSTOMERS)
    columns = (*observed(rng, CUSTOMERS, of_dropout(truth), T), T)
    fit = model(priors=PURCHASES).fit(summary(*columns), method=method)
    return shares(rng, of_purchases(columns, fit.draws.T), of_purchases(columns, np.array(of_dropout(truth))))


def of_purchases(columns, theta):
    """The quantities that are ranked, of parameters of shape (4, ...)."""
    r, alpha, a, b = theta
    likelihood = purchases_log_likelihood(*(column[:, None] for column in columns), *theta.reshape(4, 1, -1))
    names = ("r", "alpha", "rate", "a", "mean dropout", "concentration", "likelihood")
    return dict(zip(names, (r, alpha, r / alpha, a, a / (a + b), a + b, likelihood.sum(axis=0)), strict=True))


def spend(rng, method, model=clv.GammaGamma):
    """The same of Gamma-Gamma."""
    truth = drawn(rng, SPEND)
    x = 1.0 + rng.poisson(rng.gamma(1.0, 2.0, CUSTOMERS))
    m = mean_orders(rng, x, **truth)
    customers = summary(x, np.full(CUSTOMERS, 5.0), np.full(CUSTOMERS, 9.0), m)
    fit = model(priors=SPEND).fit(customers, method=method)
    return shares(rng, of_spend((x, m), fit.draws.T), of_spend((x, m), np.array(list(truth.values()))))


def of_spend(columns, theta):
    p, q, v = theta
    likelihood = spend_log_likelihood(*(column[:, None] for column in columns), *theta.reshape(3, 1, -1))
    return {"p": p, "q": q, "v": v, "mean": p * v / (q - 1.0), "likelihood": likelihood.sum(axis=0)}


def shares(rng, draws, truth):
    return {name: float(np.squeeze(pit(rng, np.asarray(draws[name]), truth[name]))) for name in draws}


def chances(one, replicates, method, **options):
    """By quantity, the lower of the probabilities that two tests give to so uneven ranks."""
    ranks = [one(np.random.default_rng((77, seed)), method, **options) for seed in range(replicates)]
    columns = {name: np.array([rank[name] for rank in ranks]) for name in ranks[0]}
    return {name: unevenness(values) for name, values in columns.items()}


def unevenness(values):
    counts = np.histogram(values, BINS, (0.0, 1.0))[0]
    return min(stats.kstest(values, "uniform").pvalue, stats.chisquare(counts).pvalue)


@pytest.mark.slow
@pytest.mark.parametrize("one", [purchases, spend], ids=["BG/NBD", "Gamma-Gamma"])
def test_ranks_are_uniform(one, size):
    found = chances(one, REPLICATES[size], clv.Laplace(draws=DRAWS))
    assert {name: chance for name, chance in found.items() if chance < FALSE_ALARM} == {}


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("one", [purchases, spend], ids=["BG/NBD", "Gamma-Gamma"])
def test_ranks_by_chains_are_uniform(one, size):
    if size != "full":
        pytest.skip("chains are sampled at full size")
    pytest.importorskip("pymc")
    method = clv.NUTS(draws=250, tune=300, chains=2, cores=1, progress=False)
    found = chances(one, BY_CHAINS, method)
    assert {name: chance for name, chance in found.items() if chance < FALSE_ALARM} == {}


def wrong(kernel, **changes):
    return SimpleNamespace(**{name: getattr(kernel, name) for name in kernel.__dict__ if name[0] != "_"} | changes)


@dataclass(frozen=True)
class Late(clv.BGNBD):
    """The last purchase one week late."""

    kernel: ClassVar = wrong(
        bgnbd,
        prepare=lambda x, t_x, T, counts: bgnbd.prepare(x, np.where(x > 0, np.minimum(t_x + 1.0, T), 0.0), T, counts),
    )


ONE_B = np.array([0.0, 0.0, 0.0, 1.0])


@dataclass(frozen=True)
class OneMoreStay(clv.BGNBD):
    """Dropout is Beta(a, b + 1)."""

    kernel: ClassVar = wrong(bgnbd, log_likelihoods=lambda rows, theta: bgnbd.log_likelihoods(rows, theta + ONE_B))


@dataclass(frozen=True)
class FirstToo(clv.GammaGamma):
    """The mean is taken to be of one more order than it is of."""

    kernel: ClassVar = wrong(gamma_gamma, prepare=lambda x, m, counts: gamma_gamma.prepare(x + 1.0, m, counts))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "model"),
    [(purchases, Late), (purchases, OneMoreStay), (spend, FirstToo)],
    ids=["last purchase late", "Beta(a, b + 1)", "one more order"],
)
def test_a_wrong_likelihood_is_rejected(one, model):
    found = chances(one, REPLICATES["modest"], clv.Laplace(draws=DRAWS), model=model)
    assert min(found.values()) < FALSE_ALARM, found


@pytest.mark.slow
def test_posteriors_of_another_width_are_rejected():
    """Draws pulled half way to their mean: intervals would be half as long."""

    class Narrow:
        def solve(self, problem):
            solution = clv.Laplace(draws=DRAWS).solve(problem)
            logs = np.log(solution.draws)
            object.__setattr__(solution, "draws", np.exp(0.5 * logs + 0.5 * logs.mean(axis=0)))
            return solution

    assert min(chances(spend, REPLICATES["modest"], Narrow()).values()) < FALSE_ALARM
