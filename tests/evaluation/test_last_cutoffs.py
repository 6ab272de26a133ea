"""Cut-offs of the last windows of a log."""

from datetime import date, timedelta

import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from clvmodels.evaluation import last_cutoffs, most_cutoffs

FIRST = date(2024, 1, 1)


def log_of(days, hour=0):
    times = [pd.Timestamp(FIRST), pd.Timestamp(FIRST) + pd.Timedelta(days=days - 1, hours=hour)]
    return clv.Transactions(pd.DataFrame({"id": [1, 2], "time": times}), customer="id", time="time")


def test_windows_follow_one_another_up_to_the_end():
    found = last_cutoffs(log_of(100), 3, "2 weeks", time_unit="week")
    last = FIRST + timedelta(days=99)
    assert found == tuple(last - timedelta(days=days) for days in (42, 28, 14))
    backtest = clv.backtest(log_of(100), {"a": clv.heuristics.PastRate().purchases_only()},
                            cutoffs=found, horizon="2 weeks", time_unit="week")  # fmt: skip
    table = backtest.cutoffs
    assert table["until"].tolist() == [*found[1:], last]


def test_a_last_day_that_may_be_cut_off_belongs_to_no_window():
    whole, cut = (last_cutoffs(log_of(100, hour), 1, 2, time_unit="week")[0] for hour in (0, 9))
    assert whole - cut == timedelta(days=1)


def test_the_last_day_is_that_of_the_time_zone():
    log = pd.DataFrame({"id": [1, 2], "time": pd.to_datetime(["2024-01-01 12:00Z", "2024-03-31 23:30Z"])})
    tx = clv.Transactions(log, customer="id", time="time")
    found = [last_cutoffs(tx, 1, "30 days", time_unit="day", timezone=zone)[0] for zone in ("UTC", "Asia/Tokyo")]
    assert found[1] - found[0] == timedelta(days=1)


def test_a_month_is_rounded_down_to_whole_days_as_by_split():
    (found,) = last_cutoffs(log_of(100), 1, "1 month", time_unit="month")
    assert FIRST + timedelta(days=99) - found == timedelta(days=30)


@pytest.mark.parametrize(("days", "enough"), [(29, True), (28, False)])
def test_there_has_to_be_a_day_to_learn_from(days, enough):
    if enough:
        assert last_cutoffs(log_of(days), 2, "2 weeks", time_unit="week")[0] == FIRST
        return
    with pytest.raises(InputError, match=r"2 x 2 weeks \(28 days\).*from 2024-01-01 to 2024-01-28 \(28 days\)"):
        last_cutoffs(log_of(days), 2, "2 weeks", time_unit="week")


@pytest.mark.parametrize(
    ("number", "horizon", "match"),
    [
        (0, "1 week", "number of cut-offs=0"),
        (1, None, "has an end"),
        (1, "1 hour", "shorter than a day"),
        (1.5, 1, "1.5"),
    ],
)
def test_impossible_windows_are_refused(number, horizon, match):
    with pytest.raises(InputError, match=match):
        last_cutoffs(log_of(100), number, horizon, time_unit="week")


@pytest.mark.parametrize(("days", "most"), [(29, 2), (28, 1), (14, 0)])
def test_so_many_windows_have_room(days, most):
    log = log_of(days)
    assert most_cutoffs(log, "2 weeks", time_unit="week") == most
    if most:
        assert len(last_cutoffs(log, most, "2 weeks", time_unit="week")) == most
    with pytest.raises(InputError):
        last_cutoffs(log, most + 1, "2 weeks", time_unit="week")
    assert most_cutoffs(log, "2 weeks", time_unit="week", until=FIRST + timedelta(days=14)) == 1
