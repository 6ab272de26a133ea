"""Tiers by predicted value: sizes, ties, and what cannot be meant."""

from dataclasses import dataclass

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.errors import ClvError
from clvmodels.segments import tiers
from tests.recovery.simulators import summary


def ranked(worth):
    """A valuation in which customers are worth these numbers, and their summary."""

    @dataclass(frozen=True)
    class Given(clv.LifetimeValue):
        def customer_values(self, summary):  # noqa: ARG002 - whatever the summary says
            return np.array(worth, float)

    rule = clv.BGNBD().at(r=1, alpha=1, a=1, b=1, time_unit="week"), clv.GammaGamma().at(p=1, q=2, v=1)
    n = len(worth)
    return Given(*rule, horizon="1 year"), summary(np.zeros(n), np.zeros(n), np.full(n, 9.0))


def sizes(worth, shares=(0.05, 0.2, 0.5)):
    return tiers(*ranked(worth), shares).customers.tolist()


def test_sizes_are_shares_rounded_up():
    assert sizes(np.arange(100.0)) == [5, 15, 30, 50]
    assert sizes(np.arange(7.0)) == [1, 1, 2, 3]
    assert sizes(np.arange(100.0), [0.07]) == [7, 93]
    assert sizes(np.arange(1000.0), [0.001, 0.999]) == [1, 998, 1]


def test_the_best_come_first_and_names_say_it():
    segments = tiers(*ranked([1.0, 9, -3, 4]), shares=[0.25, 0.5])
    assert segments.names == ("top 25%", "25% to 50%", "rest")
    assert segments.labels.tolist() == ["rest", "top 25%", "rest", "25% to 50%"]
    named = tiers(*ranked([1.0, 9]), shares=[0.5], names=["gold", "others"])
    assert named.labels.tolist() == ["others", "gold"]


def test_customers_of_equal_value_are_in_the_tier_of_their_middle():
    # Places 1 to 4 of ten are equal: their middle, 2.5, is beyond the best 20% and within the best 50%.
    assert sizes([9, 5, 5, 5, 5, 4, 3, 2, 1, 0], [0.2, 0.5]) == [1, 4, 5]
    # Places 0 to 3: the middle is 1.5, within the best 20%.
    assert sizes([9, 9, 9, 9, 5, 4, 3, 2, 1, 0], [0.2, 0.5]) == [4, 1, 5]
    assert sizes(np.full(10, 3.0), [0.2, 0.5]) == [0, 10, 0]


@pytest.mark.parametrize("worth", [[5.0], [np.inf, 1.0, -np.inf, 0.0]])
def test_few_customers_and_extreme_values(worth):
    found = sizes(worth)
    assert sum(found) == len(worth)
    assert found[0] == 1


def test_whatever_values_customers_has_tiers(customers, known, by_channel):
    for value in (known, by_channel, clv.heuristics.PastRate(horizon="1 year").fit(customers)):
        segments = tiers(value, customers)
        worth = value.predict(customers)["clv"].to_numpy()
        lowest = [worth[segments.codes == code].min() for code in range(4)]
        assert (np.diff(lowest) <= 0).all()
        assert worth[segments.codes > 0].max() < worth[segments.codes == 0].min()


@pytest.mark.parametrize("shares", [[], [0], [1], [0.5, 0.2], [0.2, 0.2], [5, 20], ["a"], 0.2, [float("nan")]])
def test_shares_rise_between_0_and_1(shares):
    with pytest.raises(ClvError, match="shares"):
        tiers(*ranked([1.0, 2.0]), shares)


def test_what_cannot_be_ranked():
    with pytest.raises(ClvError, match=r"1 customers have no predicted value.\n  row 1"):
        sizes([1.0, np.nan])
    with pytest.raises(ClvError, match="2 shares make 3 tiers, and 2 names"):
        tiers(*ranked([1.0]), [0.2, 0.5], names=["a", "b"])
    with pytest.raises(ClvError, match="BGNBD is no valuation"):
        tiers(clv.BGNBD(), ranked([1.0])[1])
