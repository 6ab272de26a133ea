"""Predictions against futures that are simulated customer by customer, discounted purchase by purchase."""

import numpy as np
import pytest

import clvmodels as clv
from tests.recovery.simulators import individuals, purchase_times, summary

PURCHASES = {"r": 0.9, "alpha": 5.0, "a": 1.1, "b": 3.0}
SPEND = {"p": 4.0, "q": 5.0, "v": 20.0}
CUSTOMERS = {"modest": 40_000, "full": 1_500_000}
AGE, HORIZON, RATE, MARGIN = 30.0, 52.0, 0.25, 0.4
DELTA = np.log1p(RATE) / (365.25 / 7)
# Twenty comparisons per seed, each of a mean with its own standard error: 4.5 of those happen once in 7,000 runs.
STANDARD_ERRORS = 4.5


def within(sample, wanted):
    """How many standard errors of its mean a sample, shape (n,), is from what is expected of each, shape (n,)."""
    off = sample - wanted
    return abs(off.mean()) / (off.std(ddof=1) / np.sqrt(len(off)))


@pytest.fixture(scope="module")
def world(size):
    """Customers observed to an age, and what they did afterwards."""
    rng = np.random.default_rng(2026)
    n = CUSTOMERS[size]
    rate, dropout = individuals(rng, n, **PURCHASES)
    who, when, _ = purchase_times(rng, rate, dropout, np.full(n, AGE + HORIZON))
    seen = when <= AGE
    t_x = np.zeros(n)
    np.maximum.at(t_x, who[seen], when[seen])
    x = np.bincount(who[seen], minlength=n).astype(float)
    nu = rng.gamma(SPEND["q"], 1 / SPEND["v"], n)
    orders = rng.gamma(SPEND["p"], 1 / nu[who])
    spent = np.bincount(who[seen], weights=orders[seen], minlength=n) / np.maximum(x, 1)
    later, ahead = who[~seen], when[~seen] - AGE
    future = {
        "count": np.bincount(later, minlength=n),
        "discounted": np.bincount(later, weights=np.exp(-DELTA * ahead), minlength=n),
        "value": np.bincount(later, weights=MARGIN * orders[~seen] * np.exp(-DELTA * ahead), minlength=n),
        "orders": np.bincount(later, weights=orders[~seen], minlength=n),
    }
    return summary(x, t_x, np.full(n, AGE), spent), future, (rate, dropout)


@pytest.fixture(scope="module")
def fits():
    return clv.BGNBD().at(**PURCHASES, time_unit="week"), clv.GammaGamma().at(**SPEND)


def groups(customers):
    """Everybody, and customers of one history: only together could two wrong predictions cancel."""
    x, t_x = customers.column("frequency"), customers.column("recency")
    late = t_x > 20
    return [np.ones(len(x), bool), x == 0, (x > 0) & (x < 4) & ~late, (x > 0) & (x < 4) & late, x >= 4]


@pytest.mark.slow
def test_purchases_and_value(world, fits):
    customers, future, _ = world
    purchases, spend = fits
    value = clv.LifetimeValue(purchases, spend, horizon=HORIZON, discount_rate=RATE, margin=MARGIN)
    table = value.predict(customers)
    wanted = {
        "count": table["expected_purchases"].to_numpy(),
        "discounted": purchases.discounted_purchases(customers, HORIZON, RATE),
        "value": table["clv"].to_numpy(),
        "orders": table["expected_revenue"].to_numpy(),
    }
    for group in groups(customers):
        for name, expected in wanted.items():
            assert within(future[name][group], expected[group]) < STANDARD_ERRORS, name


@pytest.mark.slow
def test_a_wrong_discount_rate_is_seen(world, fits):
    """The negative control: discounted at the end of the horizon instead of when purchases fall."""
    customers, future, _ = world
    wrong = fits[0].expected_purchases(customers, HORIZON) * np.exp(-DELTA * HORIZON)
    assert within(future["discounted"], wrong) > STANDARD_ERRORS


@pytest.mark.slow
def test_distribution_of_counts(world, fits):
    customers, future, _ = world
    probabilities = fits[0].purchase_distribution(customers, HORIZON, 5)
    active = fits[0].probability_active(customers, HORIZON)
    for group in groups(customers):
        for n in range(6):
            assert within((future["count"] == n)[group] * 1.0, probabilities[group, n]) < STANDARD_ERRORS
        assert within((future["count"] > 0)[group] * 1.0, active[group]) < STANDARD_ERRORS


@pytest.mark.slow
def test_time_alive(size, fits):
    """Of new customers: who leaves, leaves at a purchase; the cost of keeping is charged until then."""
    rng = np.random.default_rng(77)
    n = CUSTOMERS[size]
    rate, dropout = individuals(rng, n, **PURCHASES)
    # The number of purchases until dropout is geometric, and the time that they take Gamma.
    last = rng.gamma(rng.geometric(np.maximum(dropout, 1e-12)).astype(float)) / np.maximum(rate, 1e-300)
    lived = -np.expm1(-DELTA * np.minimum(last, HORIZON)) / DELTA
    wanted = fits[0].discounted_lifetime_new_customer(HORIZON, RATE)
    assert within(lived, np.full(n, wanted)) < STANDARD_ERRORS
    assert within(lived, np.full(n, 1.05 * wanted)) > STANDARD_ERRORS


@pytest.mark.slow
def test_probability_alive(size, fits):
    rng = np.random.default_rng(5)
    n = CUSTOMERS[size]
    who, when, alive = purchase_times(rng, *individuals(rng, n, **PURCHASES), np.full(n, AGE))
    t_x = np.zeros(n)
    np.maximum.at(t_x, who, when)
    customers = summary(np.bincount(who, minlength=n).astype(float), t_x, np.full(n, AGE))
    predicted = fits[0].probability_alive(customers)
    for group in groups(customers)[2:]:
        assert within(alive[group] * 1.0, predicted[group]) < STANDARD_ERRORS
        assert within(alive[group] * 1.0, 1 - (1 - predicted[group]) * 1.2) > STANDARD_ERRORS
