"""Rules of thumb on logs without amounts: their purchases are those that they expect with amounts."""

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from tests.heuristics.test_rules import RULES

LEARN_FROM_MONEY = {"cohort curve", "RFM cells"}
CUTOFF, HORIZON = "1997-09-30", "26 weeks"


def split(**amount):
    log = clv.datasets.cdnow()
    tx = clv.Transactions(log[log["customer_id"] <= 300], customer="customer_id", time="date", **amount)
    return tx.split(CUTOFF, HORIZON, time_unit="week")[0]


@pytest.fixture(scope="module")
def bare():
    return split()


@pytest.fixture(scope="module")
def full():
    return split(amount="amount")


@pytest.mark.parametrize("name", [name for name in RULES if "RFM" not in name and name not in LEARN_FROM_MONEY])
def test_purchases_are_those_with_amounts(name, bare, full):
    rule = RULES[name].over(HORIZON)
    with_money = rule.fit(full).purchases
    found = rule.purchases_only().fit(bare)
    for question in ("expected_purchases", "probability_active"):
        expected = getattr(with_money, question)(full.summary, HORIZON)
        np.testing.assert_array_equal(getattr(found, question)(bare.summary, HORIZON), expected)


@pytest.mark.parametrize("rule", [clv.heuristics.RFMCells(), clv.heuristics.CohortCurve()])
def test_rules_that_learn_purchases_from_money_say_so(rule, bare):
    with pytest.raises(InputError, match="total_value"):
        rule.purchases_only().over(HORIZON).fit(bare)


def test_with_amounts_the_money_is_not_asked(full):
    rule = clv.heuristics.PastRate().purchases_only()
    assert not hasattr(rule.fit(full), "total")


def test_without_amounts_a_whole_rule_still_names_the_column(bare):
    with pytest.raises(InputError, match="monetary_value"):
        clv.heuristics.PastRate().fit(bare)
