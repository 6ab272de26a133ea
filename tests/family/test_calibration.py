"""Posteriors and predictions of every model are as uncertain as they say; BG/NBD's are judged in tests/calibration."""

import numpy as np
import pytest

import clvmodels as clv
from tests.calibration.bands import unevenness, unevenness_of_one
from tests.calibration.replicates import pit
from tests.calibration.test_ranks import unevenness as unevenness_of_ranks
from tests.family.cases import CASES
from tests.recovery.simulators import summary

REPLICATES = {"modest": 40, "full": 1_000}
CUSTOMERS, LOOKED_AT, DRAWS, HORIZON = {"modest": 120, "full": 300}, 60, 300, 39.0
# Some ten figures a model: with right posteriors one falls below this once in a thousand runs.
FALSE_ALARM = 2e-5
# What predictions of half the horizon must fall below, of which few replicates tell less.
SEEN = 1e-2
OTHERS = {name: case for name, case in CASES.items() if name != "BG/NBD"}


def replicate(case, seed, size):
    """Ranks of one world's parameters in their posterior, and of what came in what was predicted."""
    rng = np.random.default_rng((seed, 11))
    truth, n = case.drawn(rng), CUSTOMERS[size]
    T = rng.choice(np.arange(24.0, 61.0, 4.0), n)
    life = case.live(rng, T + HORIZON, *truth.values())
    columns = (*life.observed(T), T)
    fit = case.model(priors=case.worlds).fit(summary(*columns), clv.Laplace(draws=DRAWS, seed=seed))
    ranks = {symbol: float(pit(rng, draws, truth[symbol])) for symbol, draws in zip(truth, fit.draws.T, strict=True)}
    likelihoods = [case.kernel.log_likelihood(*columns, *theta).sum() for theta in (*fit.draws, tuple(truth.values()))]
    ranks["likelihood"] = float(pit(rng, np.array(likelihoods[:-1]), likelihoods[-1]))
    some = slice(LOOKED_AT)
    came = life.counts(T, T + HORIZON)
    sample = fit.sample_purchases(summary(*(column[some] for column in columns)), HORIZON, DRAWS, seed)
    half = fit.sample_purchases(summary(*(column[some] for column in columns)), 0.5 * HORIZON, DRAWS, seed)
    return (
        ranks,
        pit(rng, sample, came[some]),
        float(pit(rng, sample.sum(axis=0), came[some].sum())),
        pit(rng, half, came[some]),
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS)
def test_posteriors_and_predictions_are_calibrated(case, size):
    worlds = REPLICATES[size] // (case.slower if size == "modest" else 1)
    found = [replicate(case, seed, size) for seed in range(worlds)]
    chances = {name: unevenness_of_ranks(np.array([one[0][name] for one in found])) for name in found[0][0]}
    chances["purchases"] = unevenness([one[1] for one in found])
    chances["total"] = unevenness_of_one([one[2] for one in found])
    assert {name: chance for name, chance in chances.items() if chance < FALSE_ALARM} == {}
    # And the judge sees predictions of half the horizon.
    assert unevenness([one[3] for one in found]) < SEEN


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", ["MBG/NBD", "NBD"])
def test_chains_find_the_same_posterior(name, size):
    if size != "full":
        pytest.skip("chains are sampled at full size")
    pytest.importorskip("pymc")
    case = CASES[name]
    customers = case.customers(6, 500)
    chains = case.model().fit(customers, clv.NUTS(draws=500, tune=500, chains=2, cores=1, progress=False, seed=1))
    drawn = case.model().fit(customers, clv.Laplace(draws=2_000, seed=1))
    spread = np.log(drawn.draws).std(axis=0)
    off = (np.log(chains.draws).mean(axis=0) - np.log(drawn.draws).mean(axis=0)) / spread
    assert np.abs(off).max() < 0.2  # a thousand draws of chains are worth some hundreds
