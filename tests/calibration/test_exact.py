"""Draws by Laplace are those of the exact posterior at n = 200, which dense grids give."""

import numpy as np
import pytest

import clvmodels as clv
from tests.calibration.brute_force import PAIRS, TRIPLES, PairTerms, purchases_posterior, spend_posterior
from tests.calibration.independent import purchases_log_posterior
from tests.calibration.small_sets import SHARES, deviations, small_set

DRAWS = 20_000
# Names say for which sets the first proposals were too far off, so that others were adapted.
SETS = {
    "modest": {
        "BG/NBD 1": (clv.BGNBD(), 1),
        "BG/NBD 9, adapted": (clv.BGNBD(), 9),
        "BG/NBD 10, adapted": (clv.BGNBD(), 10),
        "Gamma-Gamma 1": (clv.GammaGamma(), 1),
        "Gamma-Gamma 19, adapted": (clv.GammaGamma(), 19),
    },
    "full": {
        "BG/NBD 3": (clv.BGNBD(), 3),
        "BG/NBD 4, adapted": (clv.BGNBD(), 4),
        "BG/NBD 6, adapted": (clv.BGNBD(), 6),
        "BG/NBD 31, adapted": (clv.BGNBD(), 31),
        "BG/NBD 38, adapted": (clv.BGNBD(), 38),
        "BG/NBD 48, adapted": (clv.BGNBD(), 48),
        "BG/NBD 58, adapted": (clv.BGNBD(), 58),
        "Gamma-Gamma 2": (clv.GammaGamma(), 2),
        "Gamma-Gamma 6, adapted": (clv.GammaGamma(), 6),
        "Gamma-Gamma 7, adapted": (clv.GammaGamma(), 7),
        "Gamma-Gamma 32": (clv.GammaGamma(), 32),
        "Gamma-Gamma 56, adapted": (clv.GammaGamma(), 56),
    },
}
# Nine figures of each of three or four parameters: with right draws one of the 500 of the full size is beyond this once
# in 300 runs, and with the seed that stands here none is.
MOST_ERRORS = 4.5
# Grids with fewer points per axis agree so far, in standard deviations: a seventieth of the error of 20,000 draws.
GRID, FEWER = 1e-4, 8


def the_same(one, other):
    for name, marginal in one.items():
        mean = marginal.mean()
        sd = np.sqrt(marginal.mean(lambda w, mean=mean: (w - mean) ** 2))
        coarse = other[name]
        assert abs(coarse.mean() - mean) < GRID * sd
        assert abs(np.sqrt(coarse.mean(lambda w, mean=mean: (w - mean) ** 2)) - sd) < GRID * sd
        # Between points a spline goes on, which is less exact than the sum.
        np.testing.assert_allclose(coarse.quantile(SHARES), marginal.quantile(SHARES), atol=2e-3 * sd)


def test_grids_are_fine_enough():
    data = small_set(10)
    priors = clv.BGNBD().fit(data.customers, method=clv.MAP()).priors
    fine, coarse = (purchases_posterior(data.purchases, priors, points) for points in (PAIRS, PAIRS - FEWER))
    the_same(fine, coarse)
    priors = clv.GammaGamma().fit(data.customers, method=clv.MAP()).priors
    fine, coarse = (spend_posterior(data.spend, priors, points) for points in (TRIPLES, TRIPLES - FEWER))
    the_same(fine, coarse)


def test_grids_are_those_of_the_papers_formula():
    """What is summed over pairs of coordinates is the plain log-posterior of all four."""
    data = small_set(2)
    priors = clv.BGNBD().fit(data.customers, method=clv.MAP()).priors
    w = np.random.default_rng(0).normal(0.0, 1.0, (4, 6))
    of_pairs = PairTerms(data.purchases, priors).joint(w[:2], w[2:])
    plain = [
        [purchases_log_posterior(data.purchases, priors, [*w[:2, i], *w[2:, j]]) for j in range(6)] for i in range(6)
    ]
    np.testing.assert_allclose(of_pairs, plain, rtol=1e-12)


def compared(name, model, seed, method):
    data = small_set(seed)
    fit = model.fit(data.customers, method=method)
    assert fit.diagnostics.ok
    assert ("adapted" in name) == (fit.diagnostics.numbers["adapted_rounds"] > 0)
    return deviations(fit, data.posterior(fit), fit.diagnostics.numbers["effective_size"])


@pytest.mark.slow
def test_laplace_draws_from_the_exact_posterior(size):
    sets = SETS["modest"] | (SETS["full"] if size == "full" else {})
    found = {
        name: compared(name, model, seed, clv.Laplace(draws=DRAWS, seed=1)) for name, (model, seed) in sets.items()
    }
    worst = {name: max(errors.items(), key=lambda item: abs(item[1])) for name, errors in found.items()}
    assert {name: figure for name, figure in worst.items() if abs(figure[1]) > MOST_ERRORS} == {}
    # No Monte Carlo error is twice what it is said to be either.
    squares = [error**2 for errors in found.values() for error in errors.values()]
    assert np.mean(squares) < 2.0
