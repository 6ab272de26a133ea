"""The shape of the times between purchases."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from clvmodels.evaluation.checks.timing import expected_log_gaps, gap_shape, regularity

# Three standard errors of the shapes below, of some 1,500 customers each.
WITHIN = 0.12


def gaps(rng, shape, customers, mean, span):
    """Gaps of Gamma shape, rates unlike, and which are seen: cut off at the span, and for half of them by dropout."""
    rate = rng.gamma(2.0, 0.5, customers) / mean
    steps = rng.gamma(shape, 1.0, (customers, 300)) / (shape * rate[:, None])
    leaves = np.where(rng.random(customers) < 0.5, rng.geometric(0.2, customers), 300)
    seen = (np.cumsum(steps, axis=1) <= span) & (np.arange(300) < leaves[:, None])
    return np.where(seen, steps, 1.0), seen


def continuous(rng, shape, customers=1500, mean=8.0, span=120.0):
    """x, sum of gaps and sum of their logs, of customers with two and more."""
    steps, seen = gaps(rng, shape, customers, mean, span)
    several = seen.sum(axis=1) > 1
    sums = (seen.sum(axis=1), (steps * seen).sum(axis=1), np.log(steps).sum(axis=1))
    return tuple(column[several].astype(float) for column in sums)


def by_days(rng, shape, customers=1500, mean=8.0, span=120.0):
    """The same with purchases counted once a day."""
    steps, seen = gaps(rng, shape, customers, mean, span)
    start = rng.random(customers)
    rows = []
    for first, own, here in zip(start, steps, seen, strict=True):
        days = np.unique(np.floor(first + np.append(0.0, np.cumsum(own[here]))))
        if len(days) > 2:
            whole = np.diff(days)
            rows.append((len(whole), whole.sum(), np.log(whole).sum()))
    return tuple(np.array(rows).T)


@pytest.mark.parametrize("shape", [0.4, 1.0, 2.0, 5.0])
def test_known_shapes_of_unlike_customers_are_recovered(shape):
    found, error = gap_shape(*continuous(np.random.default_rng(3), shape), whole=False)
    assert found == pytest.approx(shape, rel=WITHIN)
    assert abs(np.log(found / shape)) < 3.5 * error
    assert 0.005 < error < 0.05


@pytest.mark.parametrize(("shape", "mean"), [(1.0, 3.0), (1.0, 8.0), (1.0, 30.0), (2.0, 8.0), (2.0, 30.0), (0.7, 30.0)])
def test_days_do_not_make_purchases_regular(shape, mean):
    """Counted by days, random purchases every 8 days would seem to have a shape of 1.5."""
    rng = np.random.default_rng(4)
    data = by_days(rng, shape, customers=900, mean=mean, span=20 * mean)
    assert gap_shape(*data, whole=True)[0] == pytest.approx(shape, rel=WITHIN)
    if mean == 8.0 and shape == 1.0:
        assert gap_shape(*data, whole=False)[0] > 1.35


@pytest.mark.parametrize(("x", "total"), [(2, 3), (3, 9), (5, 5), (4, 12)])
def test_the_mean_over_random_days_by_enumeration(x, total):
    """At k = 1 the days of the purchases between first and last are any, all sets of them alike."""
    sums = [
        sum(np.log(after - before) for before, after in pairwise((0, *days, total)))
        for days in combinations(range(1, total), x - 1)
    ]
    got = expected_log_gaps(1.0, np.array([float(x)]), np.array([float(total)]), whole=True)
    assert got == pytest.approx(np.mean(sums), rel=1e-12)


def test_wheat_and_morrison_of_two_gaps():
    """The mean of log(M (1 - M)) with M ~ Beta(k, k), by quadrature."""
    k, m = 2.5, (np.arange(200_000) + 0.5) / 200_000
    weight = (m * (1 - m)) ** (k - 1)
    mean = np.sum(weight * np.log(m * (1 - m))) / weight.sum()
    got = expected_log_gaps(k, np.array([2.0]), np.array([7.0]), whole=False)
    assert got[0] == pytest.approx(mean + 2 * np.log(7.0), rel=1e-6)


def test_the_discrete_mean_nears_the_continuous_one_where_it_takes_over():
    x, total = np.array([3.0, 3.0]), np.array([599.0, 600.0])
    below, above = expected_log_gaps(2.0, x, total, whole=True)
    # Between neighbouring sums, one on either side of the change, the mean moves by 0.2%.
    assert above == pytest.approx(below, abs=0.02)


def test_clockwork_and_one_burst_are_at_the_edges():
    x, total = np.full(50, 4.0), np.full(50, 28.0)
    assert gap_shape(x, total, 4 * np.full(50, np.log(7.0)), whole=True)[0] == 50.0
    burst = np.full(50, 3 * np.log(1e-9) + np.log(28.0))
    assert gap_shape(x, total, burst, whole=False)[0] == 0.05
    assert regularity(x, total, 4 * np.full(50, np.log(7.0)), whole=True).severity == "serious"


@pytest.mark.parametrize(("shape", "severity", "word"), [(2.0, "warning", "regularly"), (0.5, "warning", "in clumps")])
def test_a_rhythm_is_found(shape, severity, word):
    finding = regularity(*continuous(np.random.default_rng(5), shape), whole=False)
    assert finding.severity == severity
    assert word in finding.sentence
    assert finding.figure == pytest.approx(shape, rel=WITHIN)


@pytest.mark.parametrize("shape", [0.9, 1.0, 1.1])
def test_random_purchases_are_left(shape):
    assert regularity(*continuous(np.random.default_rng(6), shape), whole=False) is None


def test_a_dozen_customers_say_nothing():
    x, total, log_gaps = (column[:12] for column in continuous(np.random.default_rng(5), 3.0))
    assert regularity(x, total, log_gaps, whole=False) is None


def test_many_customers_are_sampled_and_say_the_same():
    data = continuous(np.random.default_rng(8), 2.0, customers=9000)
    finding = regularity(*data, whole=False)
    assert finding.figures["customers"] <= 3000
    assert finding.figure == pytest.approx(gap_shape(*data, whole=False)[0], rel=0.05)
