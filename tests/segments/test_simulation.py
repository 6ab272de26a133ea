"""Scenarios against futures that are simulated customer by customer, with habits changed from one day to the next."""

import numpy as np
import pytest

import clvmodels as clv
from tests.recovery.simulators import individuals, purchase_times, summary

PURCHASES = {"r": 0.9, "alpha": 5.0, "a": 1.1, "b": 2.0}
SPEND = {"p": 4.0, "q": 5.0, "v": 20.0}
CUSTOMERS = {"modest": 40_000, "full": 600_000}
AGE, HORIZON, RATE, MARGIN, COST = 30.0, 52.0, 0.25, 0.4, 0.3
DELTA = np.log1p(RATE) / (365.25 / 7)
# A dozen comparisons of means with their own standard errors: 4.5 of those happen once in 10,000 runs.
STANDARD_ERRORS = 4.5


@pytest.fixture(scope="module")
def world(size):
    """Customers observed to an age: their summary, their own habits, and who is still there."""
    rng = np.random.default_rng(2027)
    n = CUSTOMERS[size]
    rate, dropout = individuals(rng, n, **PURCHASES)
    who, when, alive = purchase_times(rng, rate, dropout, np.full(n, AGE))
    t_x = np.zeros(n)
    np.maximum.at(t_x, who, when)
    x = np.bincount(who, minlength=n).astype(float)
    nu = rng.gamma(SPEND["q"], 1 / SPEND["v"], n)
    spent = np.bincount(who, weights=rng.gamma(SPEND["p"], 1 / nu[who]), minlength=n) / np.maximum(x, 1)
    return summary(x, t_x, np.full(n, AGE), spent), (rate, dropout, nu, alive)


def lived(habits, order_value, rate, dropout, seed):
    """What each customer turns out to be worth from now on."""
    rng = np.random.default_rng(seed)
    own_rate, own_dropout, nu, alive = habits
    here = np.flatnonzero(alive)
    leaves = np.minimum(1.0, dropout * own_dropout[here])
    who, when, stayed = purchase_times(rng, rate * own_rate[here], leaves, np.full(len(here), HORIZON))
    money = order_value * rng.gamma(SPEND["p"], 1 / nu[here][who])
    margin = np.bincount(who, weights=MARGIN * money * np.exp(-DELTA * when), minlength=len(here))
    last = np.zeros(len(here))
    np.maximum.at(last, who, when)
    time = -np.expm1(-DELTA * np.where(stayed, HORIZON, last)) / DELTA
    worth = np.zeros(len(alive))
    worth[here] = margin - COST * time
    return worth


# Keywords, and the factors of order value, rate and dropout that they mean.
CHANGES = [
    ({"frequency": "+50%"}, (1.0, 1.5, 1.0)),
    ({"churn": "-40%"}, (1.0, 1.0, 0.6)),
    ({"churn": "+90%"}, (1.0, 1.0, 1.9)),
    ({"frequency": "+50%", "hold": "churn per time"}, (1.0, 1.5, 1 / 1.5)),
    ({"order_value": "+20%", "frequency": "-40%", "churn": "+10%", "hold": "churn per time"}, (1.2, 0.6, 1.1 / 0.6)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("change", "factors"), CHANGES, ids=lambda part: str(part) if isinstance(part, dict) else "")
def test_changed_futures_are_worth_what_is_expected_of_them(world, change, factors):
    customers, habits = world
    x = customers.column("frequency")
    value = clv.LifetimeValue(
        clv.BGNBD().at(**PURCHASES, time_unit="week"), clv.GammaGamma().at(**SPEND),
        horizon=HORIZON, discount_rate=RATE, margin=MARGIN, retention_cost=f"{COST} per week",
    )  # fmt: skip
    segments = np.select([x == 0, x < 4], ["none", "few"], "many")
    table = clv.scenario(value, customers, **change, segments=segments).table.set_index("segment")
    worth = lived(habits, *factors, seed=11)
    for segment, row in table.iterrows():
        mine = worth[segments == segment]
        error = mine.std() * np.sqrt(len(mine))
        assert abs(mine.sum() - row["changed"]) < STANDARD_ERRORS * error
    # The negative control: the future as it would have been is another one.
    assert abs(worth.sum() - table["baseline"].sum()) > STANDARD_ERRORS * worth.std() * np.sqrt(len(worth))
