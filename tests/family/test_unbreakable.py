"""Every model ends well whatever the data: converged or at a named limit, never below a rival, predictions finite."""

import numpy as np
import pytest

from tests.family.cases import CASES
from tests.fitting.test_degenerate import LIMITS
from tests.recovery import designs
from tests.recovery.outcomes import end_faults, judge, prediction_faults
from tests.recovery.simulators import summary

OTHERS = {name: case for name, case in CASES.items() if name != "BG/NBD"}
SETS, STARTS = {"modest": 12, "full": 300}, {"modest": 2, "full": 20}
# What a model says of data that are made to be at its limits.
NAMED = {
    ("NBD", "nobody repeats"): "nobody repeats",
    ("NBD", "one customer"): "everyone has the same purchase rate",
    ("NBD", "daily"): "everyone has the same purchase rate",
    ("MBG/NBD", "nobody repeats"): "nobody repeats",
    ("MBG/NBD", "daily"): "everyone has the same purchase rate and nobody drops out",
    ("Twins", "daily"): "nobody leaves",
}

# Of these the likelihood rises towards a limit that has no place in Pareto/NBD's parameters (docs/models.md): some
# leave at once and all others stay. The fit says that it did not converge, and what to do.
UNREACHED = {("Pareto/NBD", name) for name in ("all seen just now", "seconds, in years", "millennia, in hours")}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS)
def test_data_that_determine_nothing_are_no_problem(case, name):
    make, _ = LIMITS[name]
    customers = make()
    fit = case.model().fit(customers)
    assert list(prediction_faults(fit, customers)) == []
    if (case.model.name, name) in UNREACHED:
        assert not fit.diagnostics.ok
        assert "Laplace" in fit.diagnostics.message
        return
    assert list(end_faults(fit)) == []
    if (case.model.name, name) in NAMED:
        assert fit.diagnostics.boundary == NAMED[case.model.name, name]


def design(case, k):
    """Set k of a model: few or many customers, parameters up to tenfold off the everyday ones, any unit of time."""
    seed = (designs.SEED, 7, k)
    rng = np.random.default_rng(seed)
    n, unit = round(designs._log_uniform(rng, 30, 1_500)), list(designs.DAYS)[k % len(designs.DAYS)]
    weeks = designs.DAYS["week"] / designs.DAYS[unit]
    theta = np.array(list(case.theta.values())) * np.exp(rng.uniform(-2.3, 2.3, len(case.theta)) * 0.6)
    T = rng.uniform(20.0, 60.0, n) * designs._log_uniform(rng, 0.5, 3.0)
    x, t_x = case.live(rng, T, *theta).observed(T)
    powers = np.array([parameter.time_power for parameter in case.model.parameters])
    truth = dict(zip(case.theta, theta * weeks**powers, strict=True))
    columns = (x, t_x * weeks, T * weeks)
    customers = summary(*columns, unit=unit)
    return designs.Case(f"{case.model.name} {k}", seed, case.model(), case.kernel, truth, columns, customers, unit)


@pytest.mark.slow
@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS)
def test_no_rival_and_no_limit_is_better(case, size):
    ends = [judge(design(case, k), STARTS[size]) for k in range(SETS[size])]
    assert [(end.name, end.faults) for end in ends if end.faults] == []
    assert sum(end.end == "converged" for end in ends) > len(ends) / 4
