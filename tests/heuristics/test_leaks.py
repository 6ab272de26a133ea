"""Nothing that comes after the cut-off changes what a rule says at the cut-off."""

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.transactions import Calibration
from tests.heuristics.test_rules import RULES

CUTOFF = "2024-02-10"
AFTER = pd.Timestamp("2024-02-11")


def logs():
    """A log, and others whose rows after the cut-off are different."""
    rng = np.random.default_rng(4)
    start = rng.integers(0, 30, 40)
    rows = [
        (f"c{who}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(day)), float(paid))
        for who in range(40)
        for day, paid in zip(
            start[who] + np.r_[0, np.cumsum(rng.integers(1, 25, 6))], rng.integers(1, 90, 7), strict=True
        )
    ]
    log = pd.DataFrame(rows, columns=["who", "day", "paid"])
    late = log["day"] >= AFTER
    last = pd.DataFrame({"who": ["z"], "day": [pd.Timestamp("2024-06-30")], "paid": [5.0]})
    yield pd.concat([log, last])
    yield pd.concat([log[~late], last])
    yield pd.concat([log.assign(paid=log["paid"].where(~late, 1e6)), last])
    yield pd.concat([log, log[late].assign(paid=-3.0), last])
    yield pd.concat([log, pd.DataFrame({"who": [f"c{i}" for i in range(40)], "day": AFTER, "paid": 99.0}), last])


@pytest.fixture(scope="module")
def transactions():
    return [clv.Transactions(log, customer="who", time="day", amount="paid") for log in logs()]


@pytest.fixture(scope="module")
def calibrations(transactions):
    return [log.split(CUTOFF, "10 days", time_unit="day")[0] for log in transactions]


rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@rules
def test_what_comes_after_the_cutoff_is_not_seen(rule, calibrations):
    values = [(rule.fit(calibration), calibration.summary) for calibration in calibrations]
    first, *others = [value.predict(summary).assign(new=float(value.new_customer())) for value, summary in values]
    for table in others:
        pd.testing.assert_frame_equal(table, first, check_exact=True)
    assert first["clv"].any()


@rules
def test_a_calibration_that_carries_the_whole_log_shows_no_more(rule, transactions, calibrations):
    log, calibration = transactions[0], calibrations[0]
    whole = Calibration(log, calibration.summary, calibration.cutoff)
    summary = calibration.summary
    pd.testing.assert_frame_equal(rule.fit(whole).predict(summary), rule.fit(calibration).predict(summary))


def test_the_logs_differ_after_the_cutoff(transactions):
    later = [log.summarize(time_unit="day", until="2024-03-31") for log in transactions]
    assert len({clv.heuristics.HistoricalValue().fit(summary).total(summary).mean for summary in later}) == len(later)
