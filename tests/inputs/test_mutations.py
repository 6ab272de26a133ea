"""Valid logs and tables, generated and then damaged: a result or an error of the package, the same on every engine."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clvmodels as clv
from clvmodels.errors import ClvError
from tests.inputs.cases import LOG, table
from tests.inputs.harness import NUMBERS, PURCHASES, SPEND, assert_unchanged, assert_well_formed, snapshot, summarized
from tests.inputs.settings import FRAME, SUMMARY, TRANSACTIONS
from tests.transactions.conftest import ENGINES, columns

FULL = os.environ.get("CLVMODELS_TEST_SIZE") == "full"
EXAMPLES = settings(max_examples=120 if FULL else 20)
MANY = settings(max_examples=500 if FULL else 60)
# Sums in another order differ in their last digits.
TOLERANCE = 1e-12

Columns = dict[str, list[Any]]
NAN, INF = float("nan"), float("inf")

rows = st.tuples(st.integers(1, 4), st.integers(0, 90), st.sampled_from([0.0, 1.0, 2.5, 19.99, -3.0]))


def as_columns(drawn: list[tuple[int, int, float]]) -> Columns:
    ids, passed, paid = (list(column) for column in zip(*drawn, strict=True))
    return {"id": ids, "day": [datetime(2024, 1, 1) + timedelta(days) for days in passed], "paid": paid}


logs = st.lists(rows, min_size=1, max_size=12).map(as_columns)
# One type per value, so that Arrow can hold the column beside nulls.
BAD_CELLS: dict[str, list[Any]] = {
    "id": [None, -1, 0, 2**62],
    "day": [None, datetime(1, 1, 1), datetime(1969, 12, 31, 23, 59, 59), datetime(9999, 12, 31), datetime(2300, 1, 1)],
    "paid": [None, NAN, INF, -INF, -0.0, 1e308, -1e308, 5e-324, -19.99],
}
NEW_TYPES: dict[str, list[Callable[[Any], Any]]] = {
    "id": [
        str,
        float,
        Decimal,
        lambda v: "é" * (v % 9),
        lambda v: v + 0.5,
        lambda v: v % 2 == 0,
        lambda v: [v],
        lambda v: str(v).encode(),
        lambda v: float(2**53 + v),
    ],
    "day": [
        str,
        datetime.date,
        datetime.time,
        datetime.toordinal,
        lambda v: v.isoformat() + "Z",
        lambda v: v.strftime("%d/%m/%Y"),
        lambda v: float(v.toordinal()),
        lambda v: v + timedelta(hours=7),
        lambda v: v.year > 0,
    ],
    "paid": [str, int, lambda v: Decimal(str(round(v, 2))), lambda v: v > 0, lambda v: [v], lambda v: v * 1e308],
}


@st.composite
def damaged_logs(draw: Any) -> Columns:
    """A log with up to three cells replaced and up to one column of another type, sorted in no way."""
    data: Columns = {name: list(values) for name, values in draw(logs).items()}
    for _ in range(draw(st.integers(0, 3))):
        column = draw(st.sampled_from(list(data)))
        data[column][draw(st.integers(0, len(data[column]) - 1))] = draw(st.sampled_from(BAD_CELLS[column]))
    if draw(st.booleans()):
        column = draw(st.sampled_from(list(data)))
        change = draw(st.sampled_from(NEW_TYPES[column]))
        sound = all(value is not None and value == value and abs(value) < 1e300 for value in data["paid"])
        if column != "paid" or sound:
            data[column] = [None if value is None else change(value) for value in data[column]]
    return data


options = st.fixed_dictionaries(
    {},
    optional={
        "until": st.sampled_from(["2024-02-15", "2024-02-15T12:00", "2024-04-30"]),
        "collapse": st.sampled_from([None, "day", "week"]),
        "refunds": st.sampled_from(["net", "ignore", "error"]),
        "missing_ids": st.sampled_from(["drop", "error"]),
        "after_until": st.sampled_from(["drop", "error"]),
        "timezone": st.sampled_from([None, "America/New_York"]),
        "include_first": st.booleans(),
        "first_seen_after": st.sampled_from([None, "2024-01-20"]),
    },
)


def outcome(make: Callable[[Any], clv.Summary], frame: Any) -> Any:
    """The numbers of a summary, or the class and the first words of an error."""
    before = snapshot(frame)
    try:
        summary = make(frame)
        found = columns(summary.frame)
    except ClvError as error:
        assert_well_formed(error)
        found = type(error)
    assert_unchanged(before, frame)
    if isinstance(found, type):
        return found
    # A lazy frame without customers is found out when it is used.
    numbers = {name: [NAN if v is None else float(v) for v in found[name]] for name in NUMBERS if name in found}
    return numbers if numbers["T"] else clv.errors.InputError


def agree(make: Callable[[Any], clv.Summary], data: Columns, engines: Any = tuple(ENGINES)) -> None:
    """The outcome is one and the same on every engine."""
    first, *others = (outcome(make, ENGINES[engine](data)) for engine in engines)
    for other in others:
        if isinstance(first, type) or isinstance(other, type):
            assert other is first
        else:
            assert other.keys() == first.keys()
            for name, values in first.items():
                assert other[name] == pytest.approx(values, rel=TOLERANCE, abs=TOLERANCE, nan_ok=True), name


@EXAMPLES
@given(damaged_logs(), options)
def test_damaged_logs(data: Columns, keywords: dict[str, Any]) -> None:
    agree(lambda frame: summarized(frame, LOG, keywords), data)


BAD_NUMBERS = [None, NAN, INF, -1.0, -0.0, 0.0, 3.9, 1e300, 5e-324, 2.0**53, 7.0]
TABLE = {name: [0.0 if v is None else float(v) for v in values] for name, values in table().items()}


@st.composite
def damaged_tables(draw: Any) -> Columns:
    """A table of customers with up to two cells replaced and up to one column of another type."""
    data = {name: list(values) for name, values in TABLE.items()}
    if draw(st.booleans()):
        data["spend_periods"] = list(data["frequency"])
    for _ in range(draw(st.integers(0, 2))):
        column = draw(st.sampled_from(list(data)))
        data[column][draw(st.integers(0, 5))] = draw(st.sampled_from(BAD_NUMBERS))
    kind = draw(st.sampled_from([None, None, pa.float32(), pa.string(), pa.bool_(), pa.int16(), pa.uint64()]))
    if kind is not None:
        column = draw(st.sampled_from(list(data)))
        try:
            data[column] = pa.array(data[column], pa.float64()).cast(kind)
        except pa.ArrowInvalid:  # it does not hold these numbers
            data.pop(column)
    return data


@EXAMPLES
@given(damaged_tables())
def test_damaged_tables(data: Columns) -> None:
    agree(lambda frame: clv.Summary.from_frame(frame, time_unit="week"), data)


def check(do: Callable[[], Any]) -> None:
    """A result or an error of the package."""
    try:
        assert do() is not None
    except ClvError as error:
        assert_well_formed(error)


numbers = st.one_of(st.floats(), st.integers(), st.decimals(), st.fractions(), st.booleans(), st.none())
lengths = st.one_of(
    numbers,
    st.text(),
    st.timedeltas(),
    st.builds(
        "{}{}{}".format, st.one_of(st.floats(), st.integers()), st.sampled_from(["", " ", "\t"]),
        st.sampled_from(["day", "weeks", "Months", "year", "hours", "W", "fortnight", ""]),
    ),
)  # fmt: skip
days = st.one_of(
    numbers,
    st.text(),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.timezones()),
    st.dates().map(date.isoformat),
    st.datetimes().map(datetime.isoformat),
    st.datetimes(pd.Timestamp.min, pd.Timestamp.max).map(pd.Timestamp),
)


@MANY
@given(lengths)
def test_horizons(length: object) -> None:
    check(lambda: PURCHASES.expected_purchases(SUMMARY, length))
    check(lambda: PURCHASES.probability_active(SUMMARY, length))
    check(lambda: clv.LifetimeValue(PURCHASES, SPEND, horizon=length, discount_rate=0.1).total(SUMMARY))


@MANY
@given(numbers | st.text())
def test_numbers_of_a_value(number: object) -> None:
    for name in ("discount_rate", "retention_cost"):
        check(
            lambda name=name: clv.LifetimeValue(PURCHASES, SPEND, **{"horizon": "1 year", name: number}).total(SUMMARY)
        )


@MANY
@given(st.text())
def test_costs(unit: str) -> None:
    check(
        lambda: clv.LifetimeValue(PURCHASES, SPEND, horizon="1 year", retention_cost=f"0.5 per {unit}").total(SUMMARY)
    )


@EXAMPLES
@given(days)
def test_ends(day: object) -> None:
    check(lambda: TRANSACTIONS.summarize(time_unit="day", until=day))
    check(lambda: TRANSACTIONS.summarize(time_unit="day", first_seen_after=day))
    check(lambda: TRANSACTIONS.split(day, "3 days", time_unit="day"))


@EXAMPLES
@given(lengths)
def test_windows(length: object) -> None:
    check(lambda: TRANSACTIONS.split("2024-03-01", length, time_unit="day"))


@EXAMPLES
@given(st.text(), st.text())
def test_text_where_a_word_is_meant(word: str, zone: str) -> None:
    check(lambda: TRANSACTIONS.summarize(time_unit=word))
    for name in ("collapse", "refunds", "missing_ids", "after_until"):
        check(lambda name=name: TRANSACTIONS.summarize(**{"time_unit": "day", name: word}))
    aware = clv.Transactions(FRAME.assign(day=FRAME["day"].dt.tz_localize("UTC")), **LOG)
    check(lambda: aware.summarize(time_unit="day", timezone=zone))


formats = st.one_of(
    st.text(), st.lists(st.sampled_from(["%Y", "%m", "%d", "%", "-", "%H", "%z", "%j", "x"])).map("".join)
)


@EXAMPLES
@given(formats)
def test_formats_of_time(time_format: str) -> None:
    texts = FRAME.astype({"day": str})
    check(lambda: clv.Transactions(texts, **LOG, time_format=time_format).summarize(time_unit="day"))


@EXAMPLES
@given(st.text(min_size=1).filter(lambda name: name.isprintable()))
def test_names_of_columns(name: str) -> None:
    data = {name: TABLE["customer_id"], name + "2": [datetime(2024, 1, 1)] * 6, name + "3": [1.0] * 6}
    keywords = {"customer": name, "time": name + "2", "amount": name + "3"}
    engine = ("pandas", "polars lazy", "duckdb")[len(name) % 3]
    check(lambda: clv.Transactions(ENGINES[engine](data), **keywords).summarize(time_unit="day"))
