"""Data that leave a rule little to learn from, and settings that cannot be meant."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels import heuristics
from clvmodels.errors import ClvError, InputError, WrongTypeError
from tests.heuristics.test_rules import RULES

rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
# Rules for which a summary is not enough, as some customers are older than the horizon.
NEED_LOG = {"last period", "tuned hiatus", "RFM cells", "cohort curve"}


@cache
def calibration_of(*rows):
    frame = pd.DataFrame(rows, columns=["who", "day", "paid"])
    log = clv.Transactions(frame, customer="who", time="day", amount="paid")
    return log.split("2024-02-10", "1 day", time_unit="day", observed_until="2024-02-11")[0]


@rules
def test_nobody_repeats(rule):
    calibration = calibration_of(*[(who, f"2024-01-{1 + who:02}", 10.0 + who) for who in range(20)])
    value = rule.fit(calibration)
    table = value.predict(calibration.summary)
    assert np.isfinite(table.drop(columns="customer_id")).all().all()
    assert np.isfinite(float(value.new_customer()))
    if not isinstance(rule, (heuristics.HistoricalValue, heuristics.TotalOrders, heuristics.SimpleCLV)):
        assert (table["expected_purchases"] == 0).all()


@rules
def test_one_customer(rule):
    calibration = calibration_of(("a", "2024-01-01", 10.0), ("a", "2024-02-05", 20.0))
    table = rule.fit(calibration).predict(calibration.summary)
    assert len(table) == 1
    assert np.isfinite(table.drop(columns="customer_id")).all().all()


@rules
def test_customers_acquired_on_the_last_day(rule):
    calibration = calibration_of(("a", "2024-01-01", 10.0), ("a", "2024-02-05", 20.0), ("new", "2024-02-10", 30.0))
    table = rule.fit(calibration).predict(calibration.summary).set_index("customer_id")
    assert np.isfinite(table).all().all()
    assert calibration.summary.column("T")[1] == 0


@pytest.mark.parametrize("name", sorted(set(RULES) - NEED_LOG))
def test_everybody_was_acquired_on_the_last_day(name):
    calibration = calibration_of(("a", "2024-02-10", 10.0), ("b", "2024-02-10", 30.0))
    table = RULES[name].fit(calibration).predict(calibration.summary)
    assert np.isfinite(table.drop(columns="customer_id")).all().all()


@pytest.mark.parametrize("name", ["tuned hiatus", "RFM cells"])
def test_a_window_needs_time_before_it(name, small):
    young = calibration_of(("a", "2024-02-10", 10.0), ("b", "2024-02-09", 30.0))
    with pytest.raises(InputError, match="no customer was observed for longer than 1 days"):
        RULES[name].fit(young)
    with pytest.raises(InputError, match="looks 400 days back"):
        type(RULES[name])(window="400 days").fit(small)


def test_by_default_the_window_is_half_the_time_that_was_observed(small):
    """40 days: from January 21 on, when all but d were there."""
    cells = heuristics.RFMCells(bins=2, horizon="1 year").fit(small).purchases.cells
    assert cells.window == 20.0
    assert heuristics.RFMCells(bins=2, horizon="7 days").fit(small).purchases.cells.window == 7.0


def test_a_log_whose_last_days_are_empty_or_cut_off_can_be_cut_once_more():
    """Its own last row lies before the cut-off, and its times of day would make the last day a partial one."""
    rows = [("a", "2024-01-01 10:00", 10.0), ("a", "2024-02-03 11:00", 20.0), ("b", "2024-01-05 09:00", 5.0)]
    calibration = calibration_of(*rows)
    assert heuristics.Hiatus(window="10 days").fit(calibration).predict(calibration.summary)["clv"].notna().all()


@pytest.mark.parametrize("name", RULES)
def test_a_summary_is_enough_or_the_log_is_asked_for(name, small):
    if name in NEED_LOG:
        with pytest.raises(WrongTypeError, match="learns from transactions"):
            RULES[name].fit(small.summary)
        return
    found = RULES[name].fit(small.summary).predict(small.summary)
    pd.testing.assert_frame_equal(found, RULES[name].fit(small).predict(small.summary))


def test_the_last_period_needs_no_log_of_customers_who_are_younger(small):
    rule = heuristics.RepeatLastPeriod(horizon="40 days")
    found = rule.fit(small.summary).predict(small.summary)["expected_purchases"]
    assert found.tolist() == [3, 0, 2, 0]
    assert rule.fit(small).predict(small.summary)["expected_purchases"].tolist() == [3, 0, 2, 0]


@pytest.mark.parametrize(
    ("name", "column"),
    [(name, "monetary_value") for name in ("past rate", "population mean", "retention", "hiatus", "revenue less cost")]
    + [(name, "total_value") for name in ("historical value", "total orders", "simple CLV", "yearly value")],
)
def test_a_missing_column_is_named(name, column, small):
    frame = small.summary.frame[["customer_id", "frequency", "recency", "T"]]
    with pytest.raises(InputError, match=f"no column '{column}'"):
        RULES[name].fit(clv.Summary.from_frame(frame, "day"))


@pytest.mark.parametrize("name", ["RFM cells", "cohort curve", "last period"])
def test_a_log_without_amounts(name, small_log):
    log = clv.Transactions(small_log, customer="who", time="day")
    calibration = log.split("2024-02-10", "5 days", time_unit="day")[0]
    with pytest.raises(InputError, match="amount="):
        RULES[name].fit(calibration)


def test_a_table_made_elsewhere(small):
    """Without spend_periods, and with zeros for what has no mean."""
    frame = small.summary.frame[["customer_id", "frequency", "recency", "T", "monetary_value"]].fillna(0.0)
    summary = clv.Summary.from_frame(frame, "day")
    for name in ("past rate", "hiatus", "retention", "population mean"):
        found = RULES[name].fit(summary).predict(summary)
        pd.testing.assert_frame_equal(found, RULES[name].fit(small).predict(small.summary))


def test_a_month_of_daily_data(small):
    """30.4375 days, of which whole ones are counted: from January 12 on a came twice and c once."""
    table = heuristics.RepeatLastPeriod(horizon="1 month").fit(small).predict(small.summary)
    np.testing.assert_allclose(table["expected_purchases"], [2, 0, 1, 0], rtol=1e-12)
    rate = heuristics.PastRate(horizon="1 month").fit(small).predict(small.summary)
    np.testing.assert_allclose(rate["expected_purchases"], [3 / 40 * 30.4375, 0, 2 / 35 * 30.4375, 0], rtol=1e-12)


@pytest.mark.parametrize("keywords", [{"collapse": "week"}, {"collapse": None}, {"include_first": True}])
def test_other_ways_to_count(keywords, small_log):
    log = clv.Transactions(small_log, customer="who", time="day", amount="paid")
    calibration = log.split("2024-02-10", "5 days", time_unit="week", **keywords)[0]
    for rule in RULES.values():
        table = rule.fit(calibration).predict(calibration.summary)
        assert np.isfinite(table.drop(columns="customer_id")).all().all()


@rules
def test_refunds_and_free_orders(rule):
    rows = [("a", "2024-01-01", 10.0), ("a", "2024-01-20", 0.0), ("a", "2024-02-05", 20.0), ("a", "2024-02-06", -25.0)]
    calibration = calibration_of(*rows, ("b", "2024-01-02", 5.0), ("b", "2024-01-03", -9.0))
    table = rule.fit(calibration).predict(calibration.summary)
    assert np.isfinite(table.drop(columns="customer_id")).all().all()


def test_the_last_period_is_known_of_its_own_customers_only(small, small_log):
    value = heuristics.RepeatLastPeriod(horizon="10 days").fit(small)
    later = clv.Transactions(small_log, customer="who", time="day", amount="paid").summarize(time_unit="day")
    with pytest.raises(InputError, match="counted until 2024-02-10"):
        value.predict(later)
    stranger = small.summary.frame.assign(customer_id=["a", "b", "c", "x"])
    with pytest.raises(InputError, match="Of 1 customers"):
        value.predict(clv.Summary.from_frame(stranger, "day", until="2024-02-10"))


def test_a_bare_frame_is_refused(small):
    with pytest.raises(WrongTypeError, match="Summary is needed"):
        heuristics.PastRate().fit(small.summary.frame)


def test_a_calibration_of_two_sources_is_refused(small):
    table = clv.Summary.from_frame(small.summary.frame, "day", until="2024-02-10")
    strange = type(small)(small.transactions, table, small.cutoff)
    for name in NEED_LOG:
        with pytest.raises(InputError, match="not made from its log"):
            RULES[name].fit(strange)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: heuristics.Hiatus("8"), "horizon '8'"),
        (lambda: heuristics.Hiatus("0 weeks"), "no length of time"),
        (lambda: heuristics.Hiatus("-1 weeks"), "horizon"),
        (lambda: heuristics.Hiatus(window=np.inf), "horizon inf"),
        (lambda: heuristics.SimpleCLV(None), "no length of time"),
        (lambda: heuristics.YearlyValue("3 fortnights"), "time unit"),
        (lambda: heuristics.Retention(80), "share"),
        (lambda: heuristics.Retention(float("nan")), "retention nan"),
        (lambda: heuristics.Retention("80%"), "retention '80%'"),
        (lambda: heuristics.Retention(0.5, period=0), "no length of time"),
        (heuristics.RevenueLessCost, "no cost"),
        (lambda: heuristics.PastRate(horizon=None), "whole future"),
        (lambda: heuristics.PastRate(margin=35), "share"),
    ],
)
def test_settings_that_cannot_be_meant(make, message):
    with pytest.raises(ClvError, match=message):
        make()


@pytest.mark.parametrize("rule", [heuristics.HistoricalValue, heuristics.RepeatLastPeriod])
def test_rules_of_a_period_need_its_end(rule, small):
    with pytest.raises(InputError, match="within a horizon"):
        rule(horizon=None, discount_rate=0.1).fit(small)
    with pytest.raises(InputError, match="within a horizon"):
        rule(horizon=0).fit(small)


def test_less_than_a_day_is_no_period(small):
    with pytest.raises(InputError, match="at least a day"):
        heuristics.RepeatLastPeriod(horizon="5 hours").fit(small)


@pytest.mark.parametrize("bins", [1, 10, 2.5, "5", None, True])
def test_scores_that_cannot_be(bins, small):
    with pytest.raises(InputError, match="bins="):
        heuristics.RFMCells(bins=bins).fit(small)


def test_the_whole_future_has_no_undiscounted_purchases(small):
    purchases = heuristics.PastRate().fit(small).purchases
    with pytest.raises(InputError, match="whole future"):
        purchases.expected_purchases(small.summary, None)
    with pytest.raises(InputError, match="whole future"):
        purchases.probability_active(small.summary, None)
