"""Every simulated data set, of few customers and many, ends as promised; and the judge of that sees faults."""

from dataclasses import replace

import numpy as np
import pytest

from tests.recovery import designs
from tests.recovery.designs import SETS
from tests.recovery.outcomes import covered, judge

# Both sizes are cut into as many tests, so that they spread over processes.
PARTS = 20
STARTS = {"modest": 6, "full": 20}
# From so many customers and repeat purchases on, coverage is to be near 95%: the theory is one of large samples.
MANY, BUSY = 1_000, 1_000
# Of coverage from 95%, in standard errors of a share; parameters of one fit are counted as if they were one.
STANDARD_ERRORS = 4.0
AT_A_BOUNDARY = 1  # a set of purchases


def part_of(kind, part, size):
    return range(part, SETS[size][kind], PARTS)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", ["purchases", "spend"])
def test_fits_are_the_best_or_a_named_limit(kind, part, size):
    for k in part_of(kind, part, size):
        outcome = judge(getattr(designs, kind)(k), STARTS[size])
        assert outcome.faults == (), f"{outcome.name} of {outcome.n} customers, {outcome.end}"


def busy(case):
    return case.n >= MANY and case.columns[0].sum() >= BUSY


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["purchases", "spend"])
def test_intervals_of_many_customers_hold_the_truth_as_often_as_they_say(kind, size):
    cases = (getattr(designs, kind)(k) for k in range(SETS[size][kind]))
    held = [covered(case.model.fit(case.customers), case.truth) for case in cases if busy(case)]
    shares = [np.mean(parameters) for parameters in held if parameters]
    spread = np.sqrt(0.95 * 0.05 / len(shares))
    assert abs(np.mean(shares) - 0.95) < STANDARD_ERRORS * spread


@pytest.fixture(scope="module")
def case():
    return designs.purchases(0)


@pytest.fixture(scope="module")
def fit(case):
    return case.model.fit(case.customers)


def faults(case, fit):
    return " ".join(judge(case, 2, fit).faults)


def test_the_judge_finds_no_fault_in_a_good_fit(case, fit):
    assert faults(case, fit) == ""


def test_the_judge_sees_a_fit_that_is_not_the_best(case, fit):
    theta = fit.draws * [[1.0, 1.2, 1.0, 1.0]]
    worse = replace(fit, draws=theta, log_likelihood=case.kernel.log_likelihood(*case.columns, *theta[0]).sum())
    assert "below a random start" in faults(case, worse)


def test_the_judge_sees_a_fit_worse_than_the_truth(case, fit):
    assert "below the truth" in faults(case, replace(fit, log_likelihood=fit.log_likelihood - 50))


def test_the_judge_sees_a_likelihood_of_other_parameters(case, fit):
    assert "log-likelihood:" in faults(case, replace(fit, log_likelihood=fit.log_likelihood + 1e-3))


def test_the_judge_sees_a_limit_that_should_have_been_named():
    case = designs.purchases(AT_A_BOUNDARY)
    fit = case.model.fit(case.customers)
    assert fit.diagnostics.boundary
    inside = replace(fit.diagnostics, boundary=None, numbers={"gradient_per_customer": 0.0})
    said = replace(fit, diagnostics=inside, covariance=np.eye(4))
    assert "limit as good and not named" in faults(case, said)


def test_the_judge_sees_an_end_without_covariance(case, fit):
    assert "end: a standard error is not finite" in faults(case, replace(fit, covariance=np.full((4, 4), np.nan)))
    assert "end: no covariance matrix" in faults(case, replace(fit, covariance=2.0 - np.eye(4)))


def test_the_judge_sees_a_prediction_that_is_no_number(case, fit):
    class Broken(type(fit)):
        def discounted_purchases(self, summary, horizon, rate):
            return super().discounted_purchases(summary, horizon, rate) * (np.nan if horizon is None else 1.0)

    broken = Broken(**{name: getattr(fit, name) for name in fit.__dataclass_fields__})
    assert "discounted purchases of the whole future" in faults(case, broken)


def test_an_interval_that_misses_the_truth_is_counted(case, fit):
    assert len(covered(fit, case.truth)) == 4
    assert not any(covered(fit, {symbol: 100 * value for symbol, value in fit.estimates.items()}))
