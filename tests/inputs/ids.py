"""Ids of every kind."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from tests.inputs.cases import (
    ARROW,
    CUSTOMERS,
    DUCKDB,
    IDS,
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

FLOATS = [float(number) for number in IDS]
TEXT = [f"c{number}" for number in IDS]
DROPPED = Gives("rows without an id are dropped and reported", customers=CUSTOMERS, report={"missing_ids": 1})
LOST = "no whole numbers, or lost digits"
MIXED = "so 1 and '1' would be two customers"
UNFIT = "cannot be grouped"
# pandas' wrapper of Arrow cannot group dictionaries.
NOT_WRAPPED = tuple(name for name in ENGINES if name != "pandas on arrow")
NOT_PANDAS = tuple(name for name in ENGINES if name != "pandas")


def _python(name: str, values: list[Any], then: Gives | Refuses) -> Case:
    return Case(f"Python objects: {name}", pd.DataFrame(log(id=objects(values))), then, PANDAS)


def _pandas(name: str, values: Any, then: Gives | Refuses) -> Case:
    return Case(name, pd.DataFrame(log(id=values)), then, PANDAS)


def _sql(kind: str, then: Gives | Refuses) -> Case:
    query = f"select {kind} id, date '2024-01-01' + (i * 3)::int as day, 5.0 paid from range(12) r(i)"
    return Case(f"DuckDB: {kind}", lambda _: sql(query), then, DUCKDB)


CASES = [
    Case("integers above 2^63", log(id=pa.array([2**63 + number for number in IDS], pa.uint64())), USUAL),
    Case("integers of 8 bits", log(id=pa.array(IDS, pa.int8())), USUAL),
    Case("negative integers", log(id=[-number for number in IDS]), Gives(customers=CUSTOMERS)),
    Case(
        "integers of 128 bits in Polars",
        lambda _: pl.DataFrame(log()).with_columns(pl.Series("id", [2**100 + n for n in IDS], dtype=pl.Int128)),
        USUAL,
        POLARS,
    ),
    Case("whole numbers as floats", log(id=FLOATS), USUAL),
    Case("floats with NaN among them", log(id=one(FLOATS, float("nan"))), DROPPED),
    Case("floats with null among them", log(id=one(FLOATS, None)), DROPPED),
    Case(
        "floats, -0.0 and 0.0",
        log(id=[-0.0 if n == 1 and row % 2 else n - 1.0 for row, n in enumerate(IDS)]),
        USUAL,
        everywhere=True,
    ),
    Case("a float of 2^53", log(id=one(FLOATS, 2.0**53)), Refuses(LOST, rows=1)),
    Case("a float above 2^63", log(id=one(FLOATS, 2.0**64)), Refuses(LOST, rows=1)),
    Case(
        "single precision floats from 2^24",
        log(id=pa.array([2.0**24 + n for n in IDS], pa.float32())),
        Refuses(LOST, rows=3),
    ),
    Case(
        "half precision floats",
        lambda make: make(log() | {"id": pa.array(np.array(IDS, np.float16))}),
        Refuses(UNFIT),
        NOT_PANDAS[:-1],
    ),
    Case("an infinite float", log(id=one(FLOATS, float("inf"))), Refuses(LOST, rows=1)),
    Case("a fraction", log(id=one(FLOATS, 1.5)), Refuses(LOST, rows=1)),
    Case("text", log(id=TEXT), Gives(customers=CUSTOMERS)),
    Case(
        "text, one of them empty",
        log(id=["" if n == 3 else f"c{n}" for n in IDS]),
        Gives("an id like any other", customers=CUSTOMERS),
    ),
    Case("text with a space at its end", log(id=one(TEXT, "c1 ")), Gives("another id", customers=CUSTOMERS + 1)),
    Case("text in upper and lower case", log(id=one(TEXT, "C1")), Gives("another id", customers=CUSTOMERS + 1)),
    Case("text with NUL", log(id=[f"c\0{n}" for n in IDS]), Gives(customers=CUSTOMERS)),
    Case("emoji", log(id=[f"🛒{n}" for n in IDS]), Gives(customers=CUSTOMERS)),
    Case("text of 100,000 letters", log(id=["x" * 100_000 + str(n) for n in IDS]), Gives(customers=CUSTOMERS)),
    _python("text that is no Unicode", [f"\ud800{n}" for n in IDS], Refuses("no valid Unicode")),
    Case("text with nulls", log(id=one(TEXT, None)), DROPPED),
    Case("nothing but nulls", log(id=pa.nulls(ROWS, pa.int64())), Refuses("All 34 ids in 'id' are missing")),
    Case("nulls without a type", log(id=pa.nulls(ROWS)), Refuses("All 34 ids in 'id' are missing")),
    Case("booleans", log(id=[n > 6 for n in IDS]), Gives("two customers", customers=2)),
    Case("bytes", log(id=[str(n).encode() for n in IDS]), Gives(customers=CUSTOMERS)),
    Case(
        "categories (dictionaries) of text",
        log(id=pa.array(TEXT).dictionary_encode()),
        Gives(customers=CUSTOMERS),
        NOT_WRAPPED,
    ),
    Case("categories of integers", log(id=pa.array(IDS).dictionary_encode()), USUAL, NOT_WRAPPED),
    Case("categories with nulls", log(id=pa.array(one(TEXT, None)).dictionary_encode()), DROPPED, NOT_WRAPPED),
    Case(
        "dictionaries of Arrow in pandas",
        log(id=pa.array(TEXT).dictionary_encode()),
        Refuses("cannot be read"),
        ("pandas on arrow",),
    ),
    _pandas(
        "ordered categories, many unused",
        pd.Categorical(TEXT, categories=[f"c{n}" for n in range(99)], ordered=True),
        Gives(customers=CUSTOMERS),
    ),
    Case(
        "enumerations of Polars",
        lambda _: pl.DataFrame(log(id=TEXT)).with_columns(pl.col("id").cast(pl.Enum(sorted(set(TEXT))))),
        Gives(customers=CUSTOMERS),
        POLARS,
    ),
    Case("dates", log(id=[date(2000, 1, n) for n in IDS]), USUAL, NOT_PANDAS),
    Case(
        "aware datetimes",
        log(id=pa.array([datetime(2000, 1, n) for n in IDS], pa.timestamp("us", "UTC"))),
        USUAL,
        tuple(ENGINES)[:-1],
    ),
    Case("durations", log(id=[timedelta(n) for n in IDS]), USUAL),
    Case("decimals", log(id=pa.array([Decimal(n) for n in IDS], pa.decimal128(38, 0))), USUAL),
    Case("lists", log(id=[[n] for n in IDS]), Refuses(UNFIT)),
    Case("structs", log(id=[{"a": n} for n in IDS]), Refuses(UNFIT)),
    Case(
        "arrays of Polars",
        lambda _: pl.DataFrame(log()).with_columns(pl.Series("id", [[n, 1] for n in IDS], dtype=pl.Array(pl.Int64, 2))),
        Refuses(UNFIT),
        POLARS,
    ),
    Case(
        "Python objects in Polars",
        lambda _: pl.DataFrame(log()).with_columns(pl.Series("id", [uuid.UUID(int=n) for n in IDS], dtype=pl.Object)),
        Refuses(UNFIT),
        POLARS,
    ),
    Case(
        "UUIDs of Arrow",
        lambda _: pa.table(log(id=pa.array([uuid.UUID(int=n).bytes for n in IDS], pa.uuid()))),
        Refuses("cannot be read"),
        ARROW,
    ),
    _pandas("nullable integers with NA", pd.array(one(IDS, None), dtype="Int64"), DROPPED),
    _pandas(
        "intervals",
        pd.arrays.IntervalArray.from_breaks(range(ROWS + 1)),
        Gives("every one is a customer", customers=ROWS),
    ),
    _pandas(
        "periods", pd.period_range("2020-01", periods=ROWS, freq="M"), Gives("every one is a customer", customers=ROWS)
    ),
    _pandas("sparse integers", pd.arrays.SparseArray(IDS), USUAL),
    _python("integers above 2^64", [2**70 + n for n in IDS], USUAL),
    _python("UUIDs", [uuid.UUID(int=n) for n in IDS], USUAL),
    _python("decimals", [Decimal(n) for n in IDS], USUAL),
    _python("1 and '1'", one(IDS, "1"), Refuses(MIXED, rows=2)),
    _python("1 and 1.0", one(IDS, 1.0), Refuses(MIXED, rows=2)),
    _python("1 and True", one(IDS, True), Refuses(MIXED, rows=2)),
    _python("integers of Python and of NumPy", one(IDS, np.int64(2)), USUAL),
    _python(
        "None, NaN, NA and NaT among integers",
        one(IDS, None, float("nan"), pd.NA, pd.NaT),
        Gives("rows without an id are dropped and reported", report={"missing_ids": 4}),
    ),
    _python("floats", FLOATS, Refuses(UNFIT)),
    _python("a decimal NaN", one([Decimal(n) for n in IDS], Decimal("sNaN")), Refuses(UNFIT)),
    _python("tuples", [(n, 1) for n in IDS], Refuses(UNFIT)),
    _python("lists", [[n] for n in IDS], Refuses(UNFIT)),
    _python("dictionaries", [{"a": n} for n in IDS], Refuses(UNFIT)),
    _python("sets", [{n} for n in IDS], Refuses(UNFIT)),
    _python("functions", [len] * ROWS, Refuses(UNFIT)),
    _python("complex numbers", [complex(n, 1) for n in IDS], Refuses(UNFIT)),
    _sql("170141183460469231731687303715884105000::hugeint + i", Gives(customers=12)),
    _sql("md5(i::varchar)::uuid", Gives(customers=12)),
    _sql("interval (i) day", Gives(customers=12)),
    _sql("bitstring('0101', 10)", Gives(customers=1)),
    _sql("[i]", Refuses(UNFIT)),
    _sql("map([i], [1])", Refuses(UNFIT)),
    _sql("i::double / 0", Refuses(LOST, rows=3)),
]
