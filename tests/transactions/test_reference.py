"""Summaries against a slow reference in plain Python, on small random logs."""

import math
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clvmodels.errors import InputError
from clvmodels.transactions import Transactions
from tests.transactions.conftest import ENGINES, columns

DAY = timedelta(days=1)
START = datetime(2023, 12, 30)
END = datetime(2024, 1, 12)

# Quarters add up exactly, in any order.
amounts = st.integers(-6, 12).map(lambda quarters: max(quarters, -4) / 4)
times = st.integers(0, 14 * 24).map(lambda hours: START + timedelta(hours=hours))
rows = st.lists(st.tuples(st.integers(1, 4), times, amounts), min_size=1, max_size=25)
settings_of_summary = st.fixed_dictionaries(
    {
        "collapse": st.sampled_from(["day", "week", None]),
        "refunds": st.sampled_from(["net", "ignore"]),
        "include_first": st.booleans(),
        "first_seen_after": st.sampled_from([None, date(2023, 12, 31)]),
    }
)


def period(time: datetime, collapse: str | None) -> datetime:
    if collapse is None:
        return time
    day = datetime(time.year, time.month, time.day)
    return day - DAY * day.weekday() if collapse == "week" else day


def reference(log: list[tuple[int, datetime, float]], options: dict[str, Any]) -> dict[int, dict[str, Any]]:
    periods: dict[int, dict[datetime, list[tuple[datetime, float]]]] = defaultdict(lambda: defaultdict(list))
    for customer, time, amount in log:
        if time < END + DAY and not (options["refunds"] == "ignore" and amount < 0):
            periods[customer][period(time, options["collapse"])].append((time, amount))
    found = {customer: reference_row(of, options) for customer, of in sorted(periods.items())}
    return {customer: row for customer, row in found.items() if row}


def reference_row(periods: dict[datetime, list[tuple[datetime, float]]], options: dict[str, Any]) -> dict[str, Any]:
    total = {start: sum(amount for _, amount in rows) for start, rows in periods.items()}
    counted = sorted(start for start, rows in periods.items() if total[start] > 0 or all(a >= 0 for _, a in rows))
    if not counted:
        return {}
    after = options["first_seen_after"]
    if after and min(time for time, _ in periods[counted[0]]) < datetime(after.year, after.month, after.day) + DAY:
        return {}
    paid = [total[start] for start in (counted if options["include_first"] else counted[1:]) if total[start] > 0]
    end = END if options["collapse"] else END + DAY
    gaps = [(later - earlier) / DAY for earlier, later in pairwise(counted)]
    return {
        "frequency": len(counted) - 1,
        "recency": (counted[-1] - counted[0]) / DAY,
        "T": (end - counted[0]) / DAY,
        "monetary_value": pytest.approx(sum(paid) / len(paid)) if paid else None,
        "first_value": total[counted[0]],
        "total_value": sum(total.values()),
        "spend_periods": len(paid),
        "log_gaps": pytest.approx(sum(map(math.log, gaps)), abs=1e-12),
    }


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=30)
@given(log=rows, options=settings_of_summary)
def test_summaries_are_the_reference_s(
    engine: str, log: list[tuple[int, datetime, float]], options: dict[str, Any]
) -> None:
    expected = reference(log, options)
    frame = ENGINES[engine]({name: [row[place] for row in log] for place, name in enumerate(["id", "t", "paid"])})
    tx = Transactions(frame, customer="id", time="t", amount="paid")
    try:
        got = columns(tx.summarize(time_unit="day", until=END.date(), **options).frame)
    except InputError:
        assert not expected
        return
    assert got["customer_id"] == list(expected)
    for place, row in enumerate(expected.values()):
        assert {name: got[name][place] for name in row} == row


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=15)
@given(log=rows, options=settings_of_summary, cutoff=st.integers(0, 6), days=st.integers(1, 6))
def test_holdouts_are_the_reference_s(
    engine: str, log: list[tuple[int, datetime, float]], options: dict[str, Any], cutoff: int, days: int
) -> None:
    cut = (START + cutoff * DAY).date()
    boundary = START + (cutoff + 1) * DAY
    # A row at midnight of the last day of all says up to where the log reaches.
    log = [*log, (9, START, 1.0), (9, END + 5 * DAY, 1.0)]
    frame = ENGINES[engine]({name: [row[place] for row in log] for place, name in enumerate(["id", "t", "paid"])})
    tx = Transactions(frame, customer="id", time="t", amount="paid")
    try:
        calibration, holdout = tx.split(cut, days, time_unit="day", **options)
    except InputError:
        assert options["first_seen_after"]
        return
    until = tx.summarize(time_unit="day", until=cut, **options)
    before, again = columns(calibration.summary.frame), columns(until.frame)
    # Polars adds in whatever order its threads finish.
    assert before.pop("log_gaps") == pytest.approx(again.pop("log_gaps"), abs=1e-12)
    assert before == again
    got = columns(holdout.frame)
    assert got["customer_id"] == columns(until.frame)["customer_id"]
    for place, customer in enumerate(got["customer_id"]):
        window = [row for row in log if row[0] == customer and boundary <= row[1] < boundary + days * DAY]
        wanted = holdout_row(window, options)
        assert {name: got[name][place] for name in wanted} == wanted


def holdout_row(rows: list[tuple[int, datetime, float]], options: dict[str, Any]) -> dict[str, Any]:
    periods: dict[datetime, list[float]] = defaultdict(list)
    for _, time, amount in rows:
        if amount >= 0 or options["refunds"] == "net":
            periods[period(time, options["collapse"])].append(amount)
    counted = [sum(of) for of in periods.values() if sum(of) > 0 or min(of) >= 0]
    return {"purchases": len(counted), "revenue": sum(counted), "total_value": sum(map(sum, periods.values()))}
