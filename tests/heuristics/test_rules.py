"""Each rule on four customers by hand, and what holds of all of them."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels import heuristics
from clvmodels.predictor import Contender, PurchasePredictor, SpendPredictor, ValuePredictor
from clvmodels.units import YEAR_IN_DAYS

# The same products in another order.
ROUNDING = 1e-12

RULES = {
    "historical value": heuristics.HistoricalValue(horizon="10 days"),
    "past rate": heuristics.PastRate(horizon="10 days"),
    "last period": heuristics.RepeatLastPeriod(horizon="10 days"),
    "population mean": heuristics.PopulationMean(horizon="10 days"),
    "total orders": heuristics.TotalOrders(horizon="10 days"),
    "simple CLV": heuristics.SimpleCLV("20 days", horizon="10 days"),
    "yearly value": heuristics.YearlyValue(horizon="10 days"),
    "revenue less cost": heuristics.RevenueLessCost(horizon="10 days", retention_cost="0.1 per day"),
    "retention": heuristics.Retention(0.5, period="4 days", horizon="10 days"),
    "hiatus": heuristics.Hiatus("10 days", horizon="10 days"),
    "tuned hiatus": heuristics.Hiatus(window="10 days", horizon="10 days"),
    "RFM cells": heuristics.RFMCells(bins=2, window="10 days", horizon="10 days"),
    "cohort curve": heuristics.CohortCurve(horizon="10 days"),
}
rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def test_every_rule_is_here():
    assert {type(rule).__name__ for rule in RULES.values()} == set(heuristics.__all__)


# Customers a, b, c, d: ages 40, 40, 35, 10; repeat purchases 3, 0, 2, 0, of 100/3 and 2.5; totals 110, 8, 11, 12.
BY_HAND = {
    "historical value": ([4, 1, 3, 1], [110, 8, 11, 12]),
    "past rate": ([30 / 40, 0, 20 / 35, 0], [30 / 40 * 100 / 3, 0, 20 / 35 * 2.5, 0]),
    # From January 31 on: a once, c once.
    "last period": ([1, 0, 1, 0], [100 / 3, 0, 2.5, 0]),
    "population mean": ([50 / 125] * 4, [50 / 125 * 105 / 5] * 4),
    "total orders": ([40 / 40, 10 / 40, 30 / 35, 10 / 10], [110 / 4, 8 / 4, 110 / 35, 12]),
    # b is lost 20 days after the first purchase: one of four in 105 days.
    "simple CLV": (
        105 * -np.expm1(-10 / 105) * np.array([4 / 40, 1 / 40, 3 / 35, 1 / 10]),
        105 * -np.expm1(-10 / 105) * np.array([110 / 40, 8 / 40, 11 / 35, 12 / 10]),
    ),
    # From first to last purchase: 36, 0, 32 and 0 days.
    "yearly value": ([17 * -np.expm1(-10 / 17) * 9 / 125] * 4, [17 * -np.expm1(-10 / 17) * 141 / 125] * 4),
    "revenue less cost": ([30 / 40, 0, 20 / 35, 0], [30 / 40 * 100 / 3, 0, 20 / 35 * 2.5, 0]),
    # Half stay for the first four days, a quarter for the next four, an eighth for two of the last.
    "retention": (3.25 * np.array([3 / 40, 0, 2 / 35, 0]), 3.25 * np.array([100 / 40, 0, 5 / 35, 0])),
    "hiatus": ([30 / 40, 0, 20 / 35, 0], [30 / 40 * 100 / 3, 0, 20 / 35 * 2.5, 0]),
    # On January 31 a, c, d and b were silent for 10, 23, 0 and 30 days; then a and c bought: best is up to 23.
    "tuned hiatus": ([30 / 40, 0, 20 / 35, 0], [30 / 40 * 100 / 3, 0, 20 / 35 * 2.5, 0]),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_rule_by_hand(name, small):
    table = RULES[name].fit(small).predict(small.summary)
    purchases, revenue = BY_HAND[name]
    assert table["customer_id"].tolist() == ["a", "b", "c", "d"]
    np.testing.assert_allclose(table["expected_purchases"], purchases, rtol=ROUNDING)
    np.testing.assert_allclose(table["expected_revenue"], revenue, rtol=ROUNDING)


def test_who_is_active_by_the_hiatus_rule(small):
    tuned = RULES["tuned hiatus"].fit(small).purchases
    assert str(tuned.threshold) == "23 days"
    assert tuned.probability_alive(small.summary).tolist() == [1, 0, 1, 1]
    given = heuristics.Hiatus("3 days", horizon="10 days").fit(small).purchases
    assert given.probability_alive(small.summary).tolist() == [0, 0, 1, 0]
    assert given.probability_active(small.summary, "10 days") == pytest.approx([0, 0, -np.expm1(-20 / 35), 0])


def test_cells_by_hand(small):
    """On January 31, halves: a 222, b 111, c 121 and d 212; then a and c bought once, for 20 and 1."""
    fitted = heuristics.RFMCells(bins=2, window="10 days", horizon="10 days").fit(small)
    table = fitted.predict(small.summary)
    cells = fitted.purchases.cells
    assert cells.of(small.summary).tolist() == [222, 111, 221, 112]
    # Nobody was in 221, so that the mean of 22* is taken, nor in 112, so that of 11*.
    assert table["expected_purchases"].tolist() == [1, 0, 1, 0]
    assert table["expected_revenue"].tolist() == [20, 0, 20, 0]
    assert fitted.purchases.probability_active(small.summary, "10 days").tolist() == [1, 0, 1, 0]
    # A length of half the window: 1 - sqrt(1 - share).
    assert cells.buyers[100] == pytest.approx(0.5)


def test_the_cohort_curve_by_hand(small):
    """Repeat purchases at ages 10, 20 and 36 (a), 2 and 32 (c); four customers up to age 10, three to 35, two to 40."""
    table = RULES["cohort curve"].fit(small).predict(small.summary)
    # The last quarter of 41 ages: days 30 to 40.
    tail = 2 / (6 * 3 + 5 * 2)
    money = (1 + 20) / (6 * 3 + 5 * 2)
    ahead_of_c = 1 / 2 + 5 * tail
    ahead_of_d = 1 / 3
    np.testing.assert_allclose(
        table["expected_purchases"], [10 * tail, 10 * tail, ahead_of_c, ahead_of_d], rtol=ROUNDING
    )
    np.testing.assert_allclose(
        table["expected_revenue"], [10 * money, 10 * money, 20 / 2 + 5 * money, 50 / 3], rtol=ROUNDING
    )


def test_textbook_formulas_are_the_limit_of_long_horizons(small):
    simple = heuristics.SimpleCLV("20 days", horizon="3000 years", margin=0.25).fit(small).predict(small.summary)
    order_value, frequency = np.array([110 / 4, 8, 11 / 3, 12]), np.array([4 / 40, 1 / 40, 3 / 35, 1 / 10])
    np.testing.assert_allclose(simple["clv"], order_value * frequency * 105 * 0.25, rtol=1e-9)
    yearly = heuristics.YearlyValue("3 years", horizon="3000 years").fit(small).predict(small.summary)
    np.testing.assert_allclose(yearly["clv"], 141 / 125 * YEAR_IN_DAYS * 3, rtol=1e-9)


def test_the_retention_formula_over_the_whole_future(small):
    rule = heuristics.Retention(0.75, horizon=None, discount_rate=0.1, margin=0.4)
    yearly = np.array([100 / 40, 0, 5 / 35, 0]) * YEAR_IN_DAYS
    clv_ = rule.fit(small).predict(small.summary)["clv"]
    np.testing.assert_allclose(clv_, 0.4 * yearly * 0.75 / (1 + 0.1 - 0.75), rtol=1e-9)


def test_retention_is_observed_where_it_is_not_given(small):
    observed = heuristics.Retention(period="30 days", lost_after="20 days").fit(small).purchases
    assert observed.retention == pytest.approx(np.exp(-30 / 105), rel=ROUNDING)


def test_the_cost_of_keeping_a_customer_is_deducted(small):
    table = RULES["revenue less cost"].fit(small).predict(small.summary)
    np.testing.assert_allclose(table["clv"], table["expected_revenue"] - 0.1 * 10, rtol=ROUNDING)
    assert table["clv"].min() == pytest.approx(-1.0)


@rules
def test_a_rule_is_a_contender(rule, small):
    assert isinstance(rule, Contender)
    value = rule.fit(small)
    assert isinstance(value, ValuePredictor)
    assert isinstance(value.purchases, PurchasePredictor)
    assert isinstance(value.spend, SpendPredictor)
    assert rule.over("3 days") == replace(rule, horizon="3 days")
    assert value.terms() == rule.terms()
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301 - its own bytes


@rules
def test_a_rule_says_nothing_impossible(rule, small):
    value = rule.fit(small)
    summary, purchases = small.summary, value.purchases
    expected, active, alive = (
        purchases.expected_purchases(summary, "10 days"),
        purchases.probability_active(summary, "10 days"),
        purchases.probability_alive(summary),
    )
    assert (expected >= 0).all()
    assert ((active >= 0) & (active <= np.minimum(alive, expected + ROUNDING))).all()
    assert (purchases.expected_purchases(summary, 0) == 0).all()
    assert (purchases.probability_active(summary, 0) == 0).all()
    assert (purchases.expected_purchases(summary, "20 days") >= expected).all()
    assert (purchases.discounted_purchases(summary, "10 days", 0.2) <= expected).all()
    assert np.isfinite(purchases.discounted_purchases(summary, None, 0.2)).all()
    assert np.isfinite(purchases.discounted_lifetime(summary, None, 0.2)).all()
    assert np.isfinite(float(value.new_customer()))


@rules
def test_totals_and_cash_flows_are_sums(rule, small):
    value = replace(rule, discount_rate=0.2, margin=0.5, retention_cost="0.1 per day").fit(small)
    table, flow = value.predict(small.summary), value.cash_flow(small.summary, "3 days")
    assert value.total(small.summary).mean == pytest.approx(table["clv"].sum(), rel=1e-9)
    assert flow["discounted_cash_flow"].sum() == pytest.approx(table["clv"].sum(), rel=1e-9)
    assert flow["expected_purchases"].sum() == pytest.approx(table["expected_purchases"].sum(), rel=1e-9)


@pytest.fixture(scope="module")
def weeks(small_log):
    log = clv.Transactions(small_log, customer="who", time="day", amount="paid")
    return log.split("2024-02-10", "5 days", time_unit="week")[0]


@rules
def test_the_unit_of_time_does_not_matter(rule, small, weeks):
    days = rule.fit(small).predict(small.summary).drop(columns="customer_id")
    same = rule.fit(weeks).predict(weeks.summary).drop(columns="customer_id")
    np.testing.assert_allclose(same, days, rtol=1e-9)
    # A rule that was learnt in weeks, asked in days.
    mixed = replace(rule.fit(weeks)).predict(small.summary).drop(columns="customer_id")
    np.testing.assert_allclose(mixed, days, rtol=1e-9)


def test_intervals_are_refused(small):
    with pytest.raises(clv.ClvError, match="how sure"):
        RULES["past rate"].fit(small).predict(small.summary, level=0.9)


def test_the_callers_frame_stays_as_it_is(small, small_log):
    before, table = small_log.copy(), small.summary.frame.copy()
    for rule in RULES.values():
        rule.fit(small).predict(small.summary)
    pd.testing.assert_frame_equal(small_log, before)
    pd.testing.assert_frame_equal(small.summary.frame, table)


def test_a_customer_just_acquired(small):
    """5 repeat purchases in 125 days, of 21 each."""
    value = heuristics.PastRate(horizon="10 days").fit(small)
    assert value.new_customer().mean == pytest.approx(21 * (1 + 50 / 125), rel=ROUNDING)
    curve = heuristics.CohortCurve(horizon="10 days").fit(small)
    # At ages 2 and 10 four customers were there, who spent 4 and 30.
    assert curve.purchases.discounted_purchases_new_customer("10 days", 0.0) == pytest.approx(2 / 4)
    assert curve.new_customer().mean == pytest.approx(17 * (1 + 2 / 4), rel=ROUNDING)


def test_the_index_of_pandas_survives(small):
    frame = small.summary.frame.set_index(pd.Index([7, 3, 9, 1]))
    summary = replace(small.summary, frame=frame)
    assert RULES["last period"].fit(small).predict(summary).index.tolist() == [7, 3, 9, 1]
