"""How a search ends: at a maximum, at a limit that was climbed to its own top, or with a word that it did not."""

from dataclasses import replace

import numpy as np
import pytest

import clvmodels as clv
from tests.fitting.test_degenerate import same_dropout
from tests.recovery import designs
from tests.recovery.outcomes import end_faults, tolerance
from tests.recovery.rivals import limits
from tests.recovery.simulators import observed, summary

THETA = (0.243, 4.414, 0.793, 2.426)
# In logs; and the share of what a limit may give away.
FURTHER, NOTHING = 1.05, 0.01
# A set of the design, for which this happens.
PASSED_BY = 865


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(5)
    T = rng.uniform(20.0, 52.0, 500)
    return summary(*observed(rng, 500, THETA, T), T)


def test_enough_newton_steps_converge(customers):
    assert list(end_faults(clv.BGNBD().fit(customers))) == []
    assert clv.BGNBD().fit(customers).diagnostics.converged


def test_one_newton_step_is_not_enough_and_the_fit_says_so(customers):
    fit = clv.BGNBD().fit(customers, method=clv.MLE(max_iterations=1))
    assert not fit.diagnostics.ok
    assert not fit.diagnostics.converged
    assert "priors" in fit.diagnostics.message
    assert fit.covariance is None
    assert np.isnan(fit.parameters()["std_error"]).all()


def test_a_limit_that_was_not_climbed_to_its_top_is_not_named():
    customers = same_dropout()
    whole = clv.BGNBD().fit(customers)
    assert whole.diagnostics.boundary
    ends = [clv.BGNBD().fit(customers, method=clv.MLE(max_iterations=steps)) for steps in range(20)]
    assert {end.diagnostics.ok for end in ends} == {True, False}
    assert [fault for end in ends if end.diagnostics.ok for fault in end_faults(end)] == []


@pytest.mark.parametrize(
    ("model", "limit"),
    [(model, limit) for model in (clv.BGNBD(), clv.GammaGamma()) for limit in model.limits],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_limit_lies_so_far_out_that_going_further_changes_nothing(model, limit):
    rng = np.random.default_rng(1)
    T = rng.uniform(20.0, 52.0, 300)
    # Of one repeat purchase at most, or dropping out at the first would be impossible.
    x, t_x = observed(rng, 300, THETA, T)
    data = (np.minimum(x, 1.0), t_x, T) if model.name == "BG/NBD" else (1 + x, 10 * (1 + T))
    z = limit.project(np.log(model.kernel.start(*data, np.ones(300))))
    here, further = (
        model.kernel.log_likelihood(*data, *np.exp(end.embed(z))).sum()
        for end in (limit, replace(limit, far=tuple(FURTHER * place for place in limit.far)))
    )
    assert abs(further - here) < NOTHING * tolerance(300)


def test_a_maximum_that_the_first_climb_passes_by_is_found():
    case = designs.purchases(PASSED_BY)
    fit = case.model.fit(case.customers)
    assert fit.diagnostics.converged
    # The first climb runs off to where nobody drops out, which is worse by seven times what a limit may be.
    assert fit.log_likelihood - max(value for _, value in limits(case, fit)) > tolerance(case.n)


@pytest.mark.parametrize("spread", [0.1, 0.01, 0.001])
def test_order_values_that_hardly_differ_still_end(spread):
    # Of such a likelihood the terms are a million times larger than their sum, whose last steps rounding hides.
    rng = np.random.default_rng(3)
    x = 1.0 + rng.poisson(1.5, 30)
    m = 20.0 * (1.0 + spread * rng.normal(size=30))
    fit = clv.GammaGamma().fit(summary(x, np.full(30, 5.0), np.full(30, 9.0), m))
    assert list(end_faults(fit)) == []
    assert fit.population_mean == pytest.approx(20.0, rel=spread)
