"""Times: text, types, zones, and where observation ends by default."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions import Transactions
from clvmodels.transactions.moments import DAY, EPOCH, Moment, local, ticks
from tests.transactions.conftest import Constructor, columns, sql
from tests.transactions.conftest import connection as open_connection


def recency(frame: Any, **keywords: Any) -> list[float]:
    tx = Transactions(frame, customer="id", time="t", time_format=keywords.pop("time_format", None))
    return columns(tx.summarize(**{"time_unit": "day", **keywords}).frame)["recency"]


def log(*times: Any) -> dict[str, list[Any]]:
    return {"id": [1] * len(times), "t": list(times)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-01-01", "2024-01-03"),
        (" 2024-01-01", "2024-01-03 "),
        ("2024-01-01T23:59", "2024-01-03T00:00:00"),
        ("2024-01-01 23:59:59.999999", "2024-01-03 00:00:00.001"),
    ],
)
def test_iso_text(constructor: Constructor, first: str, second: str) -> None:
    assert recency(constructor(log(first, second)), until="2024-01-05") == [2.0]


@pytest.mark.parametrize("texts", [("2024-01-01T23:30Z", "2024-01-03T23:30+00:00"), ("2024-01-02T01:30+02:00",) * 2])
def test_text_with_offsets_needs_a_zone(constructor: Constructor, texts: tuple[str, str]) -> None:
    frame = constructor(log(*texts))
    with pytest.raises(InputError, match="timezone="):
        recency(frame)
    # In Berlin all of these lie after midnight.
    summary = Transactions(frame, customer="id", time="t").summarize(
        time_unit="day", until="2024-01-05", timezone="Europe/Berlin"
    )
    assert columns(summary.frame)["T"] == [3.0]


def test_mixed_offsets() -> None:
    with pytest.raises(InputError, match="some have none"):
        recency(pd.DataFrame(log("2024-01-01", "2024-01-02T00:00Z")))


def test_other_formats_must_be_given(constructor: Constructor) -> None:
    frame = constructor(log("31.01.2024", "03.02.2024", "2024-02-05", "2024-02-06"))
    with pytest.raises(InputError, match=r"2 times in 't' cannot be read[^$]*31\.01\.2024[^$]*time_format="):
        recency(frame)
    with pytest.raises(InputError, match="2 times"):
        recency(frame, time_format="%d.%m.%Y")
    assert recency(constructor(log("31.01.2024", "03.02.2024")), time_format="%d.%m.%Y") == [3.0]


def test_numbers_as_dates(constructor: Constructor) -> None:
    frame = constructor(log(20240131, 20240203))
    with pytest.raises(InputError, match=r"Int64, not dates[^$]*time_format="):
        recency(frame)
    assert recency(frame, time_format="%Y%m%d") == [3.0]


def test_bad_rows_are_counted_and_shown(constructor: Constructor) -> None:
    frame = constructor(log("2024-01-01", *["2024-02-30"] * 4))
    with pytest.raises(InputError) as caught:
        recency(frame)
    assert caught.value.rows == ("id 1, t 2024-02-30",) * 3
    assert caught.value.what.startswith("4 times")


def test_missing_times(constructor: Constructor) -> None:
    with pytest.raises(InputError, match="1 rows have no time in 't'"):
        recency(constructor(log(datetime(2024, 1, 1), None)))
    with pytest.raises(InputError, match="1 rows have no time in 't'"):
        recency(constructor(log("2024-01-01", None)))


def test_dates(constructor: Constructor) -> None:
    assert recency(constructor(log(date(2024, 1, 1), date(2024, 1, 3)))) == [2.0]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_precision_of_the_type(constructor: Constructor, unit: str) -> None:
    times = pa.array([datetime(1969, 12, 30, 23, 59, 59), datetime(1970, 1, 1)], pa.timestamp(unit))
    assert recency(constructor({"id": [1, 1], "t": times}), until="1970-01-02") == [2.0]


@pytest.mark.parametrize(
    "values", [[date(2024, 1, 1), date(2024, 1, 3)], [pd.Timestamp(2024, 1, 1), datetime(2024, 1, 3)]]
)
def test_python_objects_in_pandas(values: list[Any]) -> None:
    assert recency(pd.DataFrame({"id": [1, 1], "t": pd.Series(values, dtype=object)})) == [2.0]


def test_categories_of_text() -> None:
    assert recency(pd.DataFrame({"id": [1, 1], "t": pd.Categorical(["2024-01-01", "2024-01-03"])})) == [2.0]


def test_a_zone_for_naive_times(constructor: Constructor) -> None:
    with pytest.raises(InputError, match="have no time zone"):
        recency(constructor(log(datetime(2024, 1, 1), datetime(2024, 1, 2))), timezone="Europe/Berlin")


def aware(*utc: datetime) -> pa.Table:
    return pa.table(
        {"id": [1] * len(utc), "t": pa.array([t.replace(tzinfo=UTC) for t in utc], pa.timestamp("us", "UTC"))}
    )


def test_aware_times_are_cut_into_the_zone_s_days(constructor: Constructor) -> None:
    frame = constructor(aware(datetime(2024, 1, 1, 22, 30), datetime(2024, 1, 1, 23, 30), datetime(2024, 1, 3, 12)))
    with pytest.raises(InputError, match="timezone="):
        recency(frame)
    assert recency(frame, until="2024-01-05", timezone="UTC") == [2.0]
    tx = Transactions(frame, customer="id", time="t")
    got = columns(tx.summarize(time_unit="day", until="2024-01-05", timezone="Europe/Berlin").frame)
    assert (got["frequency"], got["recency"], got["T"]) == ([2], [2.0], [4.0])
    got = columns(tx.summarize(time_unit="day", until="2024-01-05", timezone="America/New_York").frame)
    assert (got["frequency"], got["recency"]) == ([1], [2.0])


def test_a_day_on_which_clocks_change(constructor: Constructor) -> None:
    # In Berlin 2024-03-31 has 23 hours and 2024-10-27 has 25.
    spring = constructor(
        aware(datetime(2024, 3, 30, 23, 30), datetime(2024, 3, 31, 21, 30), datetime(2024, 3, 31, 22, 30))
    )
    tx = Transactions(spring, customer="id", time="t")
    got = columns(tx.summarize(time_unit="day", until="2024-04-01", timezone="Europe/Berlin").frame)
    assert (got["frequency"], got["recency"]) == ([1], [1.0])
    autumn = constructor(
        aware(datetime(2024, 10, 26, 22, 30), datetime(2024, 10, 27, 22, 30), datetime(2024, 10, 27, 23, 30))
    )
    tx = Transactions(autumn, customer="id", time="t")
    got = columns(tx.summarize(time_unit="day", until="2024-10-28", timezone="Europe/Berlin").frame)
    assert (got["frequency"], got["recency"]) == ([1], [1.0])


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]
)
def test_local_time_is_python_s(name: str) -> None:
    import narwhals.stable.v2 as nw

    zone = ZoneInfo(name)
    rng = np.random.default_rng(5)
    utc = np.sort(rng.integers(ticks(date(2005, 3, 4)), ticks(date(2025, 1, 1)), 3000))
    frame = nw.from_native(pl.DataFrame({"t": utc}))
    first, last = int(utc[0]) // DAY * DAY, int(utc[-1])
    for days in (range(first, last + 1, DAY), np.unique(utc // DAY * DAY).tolist()):
        got = frame.select(local(nw.col("t"), zone, days))["t"].to_list()
        for tick, found in zip(utc.tolist(), got, strict=True):
            instant = (EPOCH + timedelta(microseconds=tick)).replace(tzinfo=UTC).astimezone(zone)
            assert EPOCH + timedelta(microseconds=found) == instant.replace(tzinfo=None)


def test_duckdb_s_own_time_zone_is_no_matter() -> None:
    connection = open_connection()
    connection.execute("set timezone = 'Asia/Tokyo'")
    frame = connection.sql(
        "select 1 id, timestamptz '2024-01-01 23:30:00+00' t union all select 1, '2024-01-04 00:00:00+00'"
    )
    assert recency(frame, until="2024-01-05", timezone="Europe/Berlin") == [2.0]


def test_missing_aware_times_are_shown_in_duckdb() -> None:
    frame = sql("select 1 id, timestamptz '2024-01-01 00:00:00+00' t, 1.0 p union all select 1, null, 2")
    with pytest.raises(InputError, match=r"1 rows have no time[^$]*id 1, t None"):
        recency(frame)


def test_default_end_is_the_last_whole_day(constructor: Constructor) -> None:
    days = Transactions(constructor(log(datetime(2024, 1, 1), datetime(2024, 1, 5))), customer="id", time="t")
    assert days.summarize(time_unit="day").until == date(2024, 1, 5)
    clock = Transactions(constructor(log(datetime(2024, 1, 1, 9), datetime(2024, 1, 5))), customer="id", time="t")
    summary = clock.summarize(time_unit="day", after_until="error")  # nobody gave an end that was overstepped
    assert summary.until == date(2024, 1, 4)
    assert summary.report.partial_last_day == date(2024, 1, 5)
    assert summary.report.after_until == 1
    assert "2024-01-05" in str(summary.report)


@pytest.mark.parametrize(
    "until",
    ["2024-01-03", date(2024, 1, 3), pd.Timestamp("2024-01-03"), np.datetime64("2024-01-03"), datetime(2024, 1, 3, 23)],
)
def test_kinds_of_end(until: object) -> None:
    frame = pd.DataFrame(log(datetime(2024, 1, 1, 9), datetime(2024, 1, 3, 20), datetime(2024, 1, 4, 20)))
    tx = Transactions(frame, customer="id", time="t")
    got = columns(tx.summarize(time_unit="day", until=until).frame)
    assert (got["frequency"], got["T"]) == ([1], [2.0])


def test_an_instant_as_end() -> None:
    frame = pd.DataFrame(log(datetime(2024, 1, 1, 9), datetime(2024, 1, 3, 20)))
    tx = Transactions(frame, customer="id", time="t")
    assert columns(tx.summarize(time_unit="day", until="2024-01-03T19:59").frame)["frequency"] == [0]
    assert columns(tx.summarize(time_unit="day", until=datetime(2024, 1, 3, 20)).frame)["frequency"] == [1]
    with pytest.raises(InputError, match="timezone="):
        tx.summarize(time_unit="day", until=datetime(2024, 1, 3, tzinfo=UTC))
    for wrong in (3, pd.NaT, object(), np.datetime64("NaT")):
        with pytest.raises(WrongTypeError):
            tx.summarize(time_unit="day", until=wrong)


def test_an_aware_end_is_converted() -> None:
    tx = Transactions(aware(datetime(2024, 1, 1, 12), datetime(2024, 1, 3, 12)), customer="id", time="t")
    end = datetime(2024, 1, 3, 14, tzinfo=timezone(timedelta(hours=2)))
    summary = tx.summarize(time_unit="hour", until=end, timezone="Europe/Berlin", collapse=None)
    assert summary.until == datetime(2024, 1, 3, 13)
    assert columns(summary.frame)["T"] == [48.0]


@given(st.datetimes())
def test_ticks_count_microseconds(instant: datetime) -> None:
    assert EPOCH + timedelta(microseconds=ticks(instant)) == instant
    assert ticks(instant.date()) == ticks(instant) // DAY * DAY
    moment = Moment(instant.date())
    assert moment.end - moment.day == DAY
    assert moment.day <= ticks(instant) <= moment.last


def test_infinite_times_in_duckdb() -> None:
    frame = sql("select 1 id, unnest([timestamp 'infinity', timestamp '2024-01-01']) t")
    with pytest.raises(InputError, match="1 times are infinite"):
        recency(frame)


def test_a_log_that_reaches_into_the_future_wants_its_end_said(constructor: Constructor) -> None:
    ahead = datetime.now(tz=UTC).replace(tzinfo=None) + timedelta(days=400)
    log = {"id": [1, 1, 2], "t": [datetime(2024, 1, 1), datetime(2024, 1, 8), ahead]}
    with pytest.raises(InputError, match="reaches into the future"):
        recency(constructor(log))
    assert recency(constructor(log), until="2024-01-31") == [7.0]
