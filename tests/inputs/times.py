"""Times of every kind."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from tests.inputs.cases import (
    CUSTOMERS,
    DAYS,
    DUCKDB,
    IDS,
    ISO,
    PANDAS,
    POLARS,
    ROWS,
    USUAL,
    Case,
    Gives,
    Refuses,
    log,
    objects,
    one,
)  # fmt: skip
from tests.transactions.conftest import ENGINES, sql

END = {"until": "2024-05-02"}
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
IN_BERLIN, IN_UTC = {"timezone": "Europe/Berlin", **END}, {"timezone": "UTC", **END}
NUMBERS = [int(day.strftime("%Y%m%d")) for day in DAYS]
SECONDS = [int(day.replace(tzinfo=UTC).timestamp()) for day in DAYS]
MISSING, UNREADABLE, NO_DATES = "rows have no time in 'day'", "cannot be read", "not dates"
OUTSIDE, BOTH = "before the year 1 or after the year 9999", "have an offset and some have none"
ALL = Gives(customers=CUSTOMERS)
# Polars wraps seconds that do not fit before anybody else sees them, and DuckDB does not read them.
KEEPS_SECONDS = ("pandas", "pyarrow")
NOT_PANDAS = tuple(name for name in ENGINES if name != "pandas")


def _python(name: str, values: list[Any], then: Gives | Refuses, **options: Any) -> Case:
    return Case(f"Python objects: {name}", pd.DataFrame(log(day=objects(values))), then, PANDAS, options=options)


def _pandas(name: str, values: Any, then: Gives | Refuses, **options: Any) -> Case:
    return Case(name, pd.DataFrame(log(day=values)), then, PANDAS, options=options)


def _sql(kind: str, then: Gives | Refuses, **options: Any) -> Case:
    query = f"select i % 4 id, case when i = 3 then {kind} else '2024-01-01' end as day, 5.0 paid from range(12) r(i)"
    return Case(f"DuckDB: {kind}", lambda _: sql(query), then, DUCKDB, options=options)


def _at(*times: str) -> dict[str, Any]:
    """A log of customer 1 at instants in UTC."""
    instants = [datetime.fromisoformat(time) for time in times]
    return {"id": [1] * len(times), "day": pa.array(instants, pa.timestamp("us", "UTC")), "paid": [5.0] * len(times)}


def _year(year: str) -> list[Case]:
    """One row in that year, in the types that hold it."""
    day = datetime.fromisoformat(year)
    then = Gives("counted as it is", customers=CUSTOMERS)
    return [
        Case(f"{year} as text", log(day=one(ISO, year)), then, options=END),
        Case(f"{year} as a date", log(day=[d.date() for d in one(DAYS, day)]), then, options=END),
        Case(
            f"{year} as a time stamp in seconds",
            log(day=pa.array(one(DAYS, day), pa.timestamp("s"))),
            then,
            options=END,
        ),
    ]


def _one_day(zone: str, until: str, frequency: int, recency: float, *times: str) -> Case:
    return Case(
        f"a day on which clocks change: {until[:10]} in {zone}",
        _at(*times),
        Gives("cut by the zone's clock", column={"frequency": [frequency], "recency": [recency]}),
        options={"timezone": zone, "until": until},
    )


CASES = [
    Case("null", log(day=one(DAYS, None)), Refuses("1 " + MISSING, rows=1)),
    Case("null among text", log(day=one(ISO, None)), Refuses("1 " + MISSING, rows=1)),
    Case("nothing but nulls", log(day=pa.nulls(ROWS, pa.timestamp("us"))), Refuses("34 " + MISSING, rows=3)),
    Case("ISO 8601 text", log(day=ISO), USUAL),
    Case("compact ISO 8601 text, 20240331", log(day=[text.replace("-", "") for text in ISO]), USUAL),
    Case("text with spaces around", log(day=[f" {text} " for text in ISO]), USUAL),
    Case("empty text", log(day=one(ISO, "")), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    Case('the text "NaT"', log(day=one(ISO, "NaT")), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    Case(
        "text that is not ISO 8601",
        log(day=[d.strftime("%d.%m.%Y") for d in DAYS]),
        Refuses("34 times in 'day' " + UNREADABLE, rows=3),
    ),
    Case(
        "31.03.2024 with time_format",
        log(day=[d.strftime("%d.%m.%Y") for d in DAYS]),
        USUAL,
        columns={"time_format": "%d.%m.%Y"},
    ),
    Case("mixed formats", log(day=one(ISO, "3/4/2024")), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    Case("31 February", log(day=one(ISO, "2024-02-31")), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    Case("29 February", log(day=one(ISO, "2024-02-29")), ALL),
    Case(
        "text with mixed offsets",
        log(day=[f"{text}T12:00{'+02:00' if row % 2 else '-05:00'}" for row, text in enumerate(ISO)]),
        ALL,
        options=IN_BERLIN,
    ),
    Case("text with offsets and without", log(day=one([f"{text}T12:00Z" for text in ISO], ISO[2])), Refuses(BOTH)),
    Case(
        "text with offsets, no timezone=",
        log(day=[f"{text}T12:00Z" for text in ISO]),
        Refuses("nothing says in which zone"),
    ),
    Case(
        "text in the year 1, with an offset",
        log(day=one([f"{text}T12:00Z" for text in ISO], "0001-01-01T00:00+10:00")),
        Refuses(OUTSIDE),
        options=IN_UTC,
    ),
    Case(
        "text in the year 9999, with an offset",
        log(day=one([f"{text}T12:00Z" for text in ISO], "9999-12-31T23:00-10:00")),
        Refuses(OUTSIDE),
        options=IN_UTC,
    ),
    Case("categories (dictionaries) of text", log(day=pa.array(ISO).dictionary_encode()), USUAL),
    *(case for year in ("0001-01-01", "1677-01-01", "1900-01-01", "1960-02-29", "1970-01-01") for case in _year(year)),
    *(case for year in ("2262-04-12", "9999-12-31") for case in _year(year)),
    Case(
        "9999-12-31, without until=",
        log(day=one(DAYS, datetime(9999, 12, 31))),
        Refuses("reaches into the future, to 9999-12-31"),
    ),
    Case("9999-12-31, weeks", log(day=one(DAYS, datetime(9999, 12, 31))), ALL, options={**END, "collapse": "week"}),
    Case(
        "9999-12-31 as a time of a zone",
        log(day=pa.array(one(SECONDS, 253402214400), pa.timestamp("s", "UTC"))),
        Gives("dropped after until=", report={"after_until": 1}),
        options=IN_BERLIN,
    ),
    Case(
        "0001-01-03 as a time of a zone",
        log(day=pa.array(one(SECONDS, -62135424000), pa.timestamp("s", "UTC"))),
        ALL,
        options=IN_BERLIN,
        everywhere=True,
    ),
    Case(
        "beyond the year 9999",
        log(day=pa.array([253402300800 + 86400 * row for row in range(ROWS)], pa.timestamp("s"))),
        Refuses(OUTSIDE),
        options=END,
    ),
    Case(
        "before the year 1",
        log(day=pa.array(one(SECONDS, -62135596800 - 86400 * 400), pa.timestamp("s"))),
        Refuses(OUTSIDE),
        options=END,
    ),
    Case(
        "seconds that do not fit into microseconds",
        log(day=pa.array([2**62 + row for row in range(ROWS)], pa.timestamp("s"))),
        Refuses(OUTSIDE),
        KEEPS_SECONDS,
        options=END,
    ),
    Case(
        "the same of a zone",
        log(day=pa.array(one(SECONDS, 2**45), pa.timestamp("s", "UTC"))),
        Refuses(OUTSIDE),
        KEEPS_SECONDS,
        options=IN_BERLIN,
    ),
    Case("in the future", log(day=one(DAYS, datetime(2222, 1, 1))), Refuses("reaches into the future, to 2222-01-01")),
    Case(
        "in the future, with until=",
        log(day=one(DAYS, datetime(2222, 1, 1))),
        Gives("dropped after until=", report={"after_until": 1}),
        options=END,
    ),
    Case(
        'in the future, with after_until="error"',
        log(day=one(DAYS, datetime(2222, 1, 1))),
        Refuses("1 rows lie after until=", rows=1),
        options={**END, "after_until": "error"},
    ),
    Case(
        "times of day",
        log(day=[day + timedelta(hours=7) for day in DAYS]),
        Gives("the last day is taken to be cut off", report={"after_until": 1}),
    ),
    Case("time stamps in nanoseconds", log(day=pa.array(DAYS, pa.timestamp("ns"))), USUAL),
    Case("time stamps in milliseconds", log(day=pa.array(DAYS, pa.timestamp("ms"))), USUAL),
    Case("dates", log(day=[day.date() for day in DAYS]), USUAL),
    Case("dates in milliseconds (date64)", log(day=pa.array(DAYS).cast(pa.date64())), USUAL),
    Case("seconds since 1970 as integers", log(day=SECONDS), Refuses(NO_DATES, rows=3)),
    Case("seconds since 1970 as floats", log(day=[float(s) for s in SECONDS]), Refuses(NO_DATES, rows=3)),
    Case("numbers such as 20240331", log(day=NUMBERS), Refuses(NO_DATES, rows=3)),
    Case("20240331 with time_format", log(day=NUMBERS), USUAL, columns={"time_format": "%Y%m%d"}),
    Case(
        "20240231 with time_format",
        log(day=one(NUMBERS, 20240231)),
        Refuses("1 times in 'day' " + UNREADABLE, rows=1),
        columns={"time_format": "%Y%m%d"},
    ),
    Case("booleans", log(day=[True] * ROWS), Refuses(NO_DATES, rows=3)),
    Case("times of day alone", log(day=[time(3)] * ROWS), Refuses(NO_DATES, rows=3), NOT_PANDAS),
    Case("durations", log(day=[timedelta(3)] * ROWS), Refuses(NO_DATES, rows=3)),
    Case("lists", log(day=[[1]] * ROWS), Refuses(NO_DATES, rows=3), NOT_PANDAS),
    Case(
        "a time of a zone, no timezone=",
        _at("2024-01-01T10:00+00:00", "2024-01-02T10:00+00:00"),
        Refuses("nothing says in which zone"),
    ),
    Case(
        "times without a zone, with timezone=",
        log(),
        Refuses("the times have no time zone"),
        options={"timezone": "Europe/Berlin"},
    ),
    # 23 hours
    _one_day(
        "Europe/Berlin",
        "2024-03-31",
        1,
        1.0,
        "2024-03-30T22:59+00:00",
        "2024-03-30T23:00+00:00",
        "2024-03-31T21:59+00:00",
        "2024-03-31T22:00+00:00",
    ),
    _one_day(
        "America/New_York",
        "2024-03-10",
        1,
        1.0,
        "2024-03-10T04:59+00:00",
        "2024-03-10T05:00+00:00",
        "2024-03-11T03:59+00:00",
        "2024-03-11T04:00+00:00",
    ),
    # 25 hours
    _one_day(
        "Europe/Berlin",
        "2024-10-27",
        1,
        1.0,
        "2024-10-26T21:59+00:00",
        "2024-10-26T22:00+00:00",
        "2024-10-27T22:59+00:00",
        "2024-10-27T23:00+00:00",
    ),
    _one_day(
        "America/New_York",
        "2024-11-03",
        1,
        1.0,
        "2024-11-03T03:59+00:00",
        "2024-11-03T04:00+00:00",
        "2024-11-04T04:59+00:00",
        "2024-11-04T05:00+00:00",
    ),
    # days that begin at one o'clock
    _one_day(
        "America/Sao_Paulo",
        "2018-11-04",
        1,
        1.0,
        "2018-11-04T02:59+00:00",
        "2018-11-04T03:00+00:00",
        "2018-11-05T01:59+00:00",
        "2018-11-05T02:00+00:00",
    ),
    _one_day(
        "Asia/Beirut",
        "2024-03-31",
        1,
        1.0,
        "2024-03-30T21:59+00:00",
        "2024-03-30T22:00+00:00",
        "2024-03-31T20:59+00:00",
        "2024-03-31T21:00+00:00",
    ),
    # a day that did not take place
    _one_day(
        "Pacific/Apia",
        "2011-12-31",
        1,
        2.0,
        "2011-12-30T09:59+00:00",
        "2011-12-30T10:00+00:00",
        "2011-12-31T09:59+00:00",
        "2011-12-31T10:00+00:00",
    ),
    _python(
        "dates, datetimes, time stamps, datetime64 and text",
        [
            (d.date(), d, pd.Timestamp(d), np.datetime64(d, "us"), np.datetime64(d, "D"), d.isoformat())[row % 6]
            for row, d in enumerate(DAYS)
        ],
        USUAL,
    ),
    _python("None", one(DAYS, None), Refuses("1 " + MISSING, rows=1)),
    _python("NaT", one(DAYS, pd.NaT), Refuses("1 " + MISSING, rows=1)),
    _python("NA", one(DAYS, pd.NA), Refuses("1 " + MISSING, rows=1)),
    _python(
        "times of several zones",
        [d.replace(tzinfo=BERLIN if row % 2 else NEW_YORK) for row, d in enumerate(DAYS)],
        ALL,
        **IN_BERLIN,
    ),
    _python("times with a zone and without", one(DAYS, datetime(2024, 1, 1, tzinfo=BERLIN)), Refuses(BOTH)),
    _python(
        "dates among times of a zone",
        one([d.replace(tzinfo=BERLIN) for d in DAYS], date(2024, 1, 1)),
        Refuses(BOTH),
        **IN_BERLIN,
    ),
    _python("periods", [pd.Period(d, "D") for d in DAYS], USUAL),
    _python("a number among dates", one(DAYS, 20240101), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    _python("a decimal among dates", one(DAYS, Decimal(20240101)), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    _python("True among dates", one(DAYS, True), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    _python("a list among dates", one(DAYS, [1]), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    _python("a duration among dates", one(DAYS, timedelta(1)), Refuses("1 times in 'day' " + UNREADABLE, rows=1)),
    _python("times of day", [time(3)] * ROWS, Refuses("34 times in 'day' " + UNREADABLE, rows=3)),
    Case(
        "Python objects in Polars",
        lambda _: pl.DataFrame(log()).with_columns(pl.Series("day", DAYS, dtype=pl.Object)),
        Refuses(NO_DATES, rows=3),
        POLARS,
    ),
    _pandas("periods", pd.PeriodIndex(DAYS, freq="D"), Refuses(NO_DATES, rows=3)),
    _pandas("categories of dates", pd.Categorical(pd.to_datetime(DAYS)), USUAL),
    _pandas("categories of integers", pd.Categorical(IDS), Refuses(UNREADABLE, rows=3)),
    _pandas(
        "intervals",
        pd.arrays.IntervalArray.from_breaks(pd.date_range("2024-01-01", periods=ROWS + 1)),
        Refuses(NO_DATES, rows=3),
    ),
    _sql("timestamp 'infinity'", Refuses("1 times are infinite"), **END),
    _sql("timestamptz '-infinity'", Refuses("1 times are infinite"), **IN_UTC),
    _sql("date 'infinity'", Refuses("1 times are infinite"), **END),
    _sql("date '5000-01-01 (BC)'", Refuses(OUTSIDE), **END),
    _sql("date '20000-01-01'", Refuses(OUTSIDE), **END),
    _sql("timestamp_s '2024-01-01 05:00:00'", Gives(customers=4), **END),
    _sql("timestamp_ns '2024-01-01 05:00:00'", Gives(customers=4), **END),
]
