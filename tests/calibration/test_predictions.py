"""What came lies anywhere in what was predicted, equally often: for customers, for groups of them, and for totals."""

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.lifetime.uncertainty import total_draws
from tests.calibration.bands import coverage, gap, unevenness, unevenness_of_one
from tests.calibration.replicates import GROUPS, KINDS, Plan, pit, replicate
from tests.calibration.worlds import HEAVY, SPEND, fitted, world
from tests.conftest import chosen_size

LAPLACE, MLE = clv.Laplace(draws=1_000), clv.MLE()
# Plans and their numbers of worlds, by size.
PLANS = {
    "modest": {"Laplace, 200 customers": (Plan(200, 60, 10, LAPLACE, SPEND), 28)},
    "full": {
        "Laplace, 500 customers": (Plan(500, 100, 40, LAPLACE, SPEND), 200),
        "Laplace, 20,000 customers": (Plan(20_000, 200, 40, LAPLACE, SPEND), 200),
        "Laplace, 20,000 customers, heavy tails": (Plan(20_000, 200, 40, LAPLACE, HEAVY), 40),
        "maximum likelihood, 20,000 customers": (Plan(20_000, 200, 40, MLE, SPEND), 40),
    },
}[chosen_size()]
# Per plan nine comparisons of groups, and eight of totals: one right plan in 500 is below this somewhere.
FALSE_ALARM = 1e-4
# How far coverage may be from the probability that predictions put on the interval themselves.
POINTS = 0.02
# Where few worlds were looked at, a gap must also be no chance: this many standard errors happen once in 16,000 times.
STANDARD_ERRORS = 4.0


@pytest.fixture(scope="module", params=PLANS)
def found(request):
    plan, worlds = PLANS[request.param]
    return [replicate(plan, seed) for seed in range(worlds)]


@pytest.mark.slow
def test_what_came_is_uniform_in_what_was_predicted(found):
    chances = {
        (kind, group): unevenness([one.pit[kind][one.group(group)] for one in found])
        for kind in KINDS
        for group in GROUPS
    }
    assert {case: chance for case, chance in chances.items() if chance < FALSE_ALARM} == {}


@pytest.mark.slow
def test_intervals_cover_what_they_say(found):
    wrong = {}
    for kind in KINDS:
        for group in GROUPS:
            off = [(one.inside[kind] - one.mass[kind])[one.group(group)[: len(one.mass[kind])]] for one in found]
            mean, error = gap(off)
            if abs(mean) > max(POINTS, STANDARD_ERRORS * error):
                wrong[kind, group] = mean, error
    assert wrong == {}


@pytest.mark.slow
def test_totals_cover_what_they_say(found):
    for values in ([one.total for one in found], [one.count for one in found]):
        assert unevenness_of_one(values) > FALSE_ALARM
        for level in (0.5, 0.8, 0.9):
            share, chance = coverage(values, level)
            assert chance > FALSE_ALARM, (level, share)


@pytest.mark.slow
def test_a_prediction_of_half_the_horizon_is_rejected(found):
    assert unevenness([one.wrong for one in found]) < FALSE_ALARM


def test_the_value_of_all_is_predicted_by_its_draws():
    """Totals are judged by `total_draws`, of which the public interval is made."""
    customers = world(np.random.default_rng(3), 50).summary()
    _, _, value = fitted(customers, LAPLACE)
    for level in (0.5, 0.9):
        estimate = value.total(customers, level=level, seed=4)
        tails = np.quantile(total_draws(value, customers, 1.0, 4), [0.5 - level / 2, 0.5 + level / 2])
        np.testing.assert_allclose([estimate.lower, estimate.upper], tails, rtol=1e-12)


def uniform(rng, worlds=40, customers=30):
    return [rng.random(customers) for _ in range(worlds)]


def test_the_judges_let_right_figures_pass_and_see_wrong_ones():
    rng = np.random.default_rng(8)
    chances = np.array([unevenness(uniform(rng)) for _ in range(400)])
    assert unevenness_of_one(chances) > FALSE_ALARM  # the judge's own probabilities are uniform
    assert unevenness([values**1.3 for values in uniform(rng)]) < FALSE_ALARM
    assert unevenness([0.5 + 0.7 * (values - 0.5) for values in uniform(rng)]) < FALSE_ALARM
    # Customers who share their world's error tell less than they are many: that alone is no reason to reject.
    together = [np.clip(values + rng.normal(0.0, 0.15), 0.0, 1.0 - 1e-9) for values in uniform(rng)]
    assert unevenness(together) > FALSE_ALARM
    mean, error = gap([values - 0.5 for values in uniform(rng)])
    assert abs(mean) < STANDARD_ERRORS * error
    assert error == pytest.approx(np.sqrt(1 / 12 / 1_200), rel=0.4)
    assert coverage(rng.random(400), 0.8)[1] > FALSE_ALARM
    assert coverage(0.5 + 0.8 * (rng.random(400) - 0.5), 0.8)[1] < FALSE_ALARM


def test_the_transform_is_uniform_for_counts_too():
    rng = np.random.default_rng(2)
    sample = rng.poisson(0.4, (4_000, 200))
    assert unevenness_of_one(pit(rng, sample, rng.poisson(0.4, 4_000))) > FALSE_ALARM
    assert unevenness_of_one(pit(rng, sample, rng.poisson(0.5, 4_000))) < FALSE_ALARM
