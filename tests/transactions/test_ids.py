"""Ids of every kind survive, and those that lost digits or are mixed are refused."""

import uuid
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from clvmodels.errors import InputError
from clvmodels.transactions import Summary, Transactions, score
from tests.transactions.conftest import ENGINES, Constructor, columns, sql

DAYS = [pd.Timestamp(2024, 1, day) for day in (1, 2, 3)]
HUGE = 2**63 + 5
UUIDS = [uuid.UUID(int=number) for number in (7, 2, 7)]


def ids_of(frame: Any) -> list[Any]:
    summary = Transactions(frame, customer="id", time="t").summarize(time_unit="day")
    scored = columns(score(summary, ["T"], lambda block: {"twice": 2 * block["T"]}))
    got = columns(summary.frame)
    assert scored["customer_id"] == got["customer_id"]
    assert scored["twice"] == [2 * age for age in got["T"]]
    return got["customer_id"]


@pytest.mark.parametrize("width", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
def test_integers(constructor: Constructor, width: str) -> None:
    large = HUGE if width == "uint64" else 7
    frame = constructor({"id": pa.array([large, 2, large], pa.type_for_alias(width)), "t": DAYS})
    assert ids_of(frame) == [2, large]


def test_text(constructor: Constructor) -> None:
    assert ids_of(constructor({"id": ["Ärger", "00123", "00123"], "t": DAYS})) == ["00123", "Ärger"]
    assert ids_of(constructor({"id": pa.array(["b", "a", "b"], pa.large_string()), "t": DAYS})) == ["a", "b"]


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "pandas on arrow"])
def test_categories(engine: str) -> None:
    assert ids_of(ENGINES[engine]({"id": pa.array(["a", "b", "a"]).dictionary_encode(), "t": DAYS})) == ["a", "b"]


def test_what_an_engine_cannot_do_is_an_error_of_ours() -> None:
    ids = pa.array(["a", "b", "a"]).dictionary_encode()
    frame = pa.table({"id": ids, "t": DAYS}).to_pandas(types_mapper=pd.ArrowDtype)
    with pytest.raises(InputError, match="That is what pyarrow says"):
        Transactions(frame, customer="id", time="t").summarize(time_unit="day")


@pytest.mark.parametrize("values", [[HUGE, 2, HUGE], [2**70, 2, 2**70], UUIDS, [b"b", b"a", b"b"]])
def test_python_objects_in_pandas(values: list[Any]) -> None:
    frame = pd.DataFrame({"id": pd.Series(values, dtype=object), "t": DAYS})
    assert ids_of(frame) == [values[1], values[0]]


def test_missing_objects_in_pandas() -> None:
    frame = pd.DataFrame({"id": pd.Series([UUIDS[0], None, float("nan")], dtype=object), "t": DAYS})
    assert ids_of(frame) == [UUIDS[0]]


def test_nullable_integers_in_pandas() -> None:
    frame = pd.DataFrame({"id": pd.array([7, None, 2], dtype="Int64"), "t": DAYS})
    assert ids_of(frame) == [2, 7]


@pytest.mark.parametrize(
    ("kind", "values"),
    [("HUGEINT", [2**100, 2, 2**100]), ("UBIGINT", [HUGE, 2, HUGE]), ("UHUGEINT", [2**100, 2, 2]), ("UUID", UUIDS)],
)
def test_wide_types_in_duckdb(kind: str, values: list[Any]) -> None:
    rows = ", ".join(f"('{value}'::{kind}, date '2024-01-0{day}')" for day, value in enumerate(values, 1))
    assert ids_of(sql(f"select * from (values {rows}) log(id, t)")) == [values[1], values[0]]


def test_enumerations_in_duckdb() -> None:
    frame = sql("select unnest(['y', 'x'])::enum('y', 'x') id, date '2024-01-01' t")
    assert sorted(ids_of(frame)) == ["x", "y"]


def test_wide_types_in_polars() -> None:
    assert ids_of(pl.DataFrame({"id": pl.Series([2**100, 2, 2], dtype=pl.Int128), "t": DAYS})) == [2, 2**100]


def test_decimals_in_arrow() -> None:
    frame = pa.table({"id": pa.array([Decimal(HUGE), Decimal(2), Decimal(2)], pa.decimal128(38, 0)), "t": DAYS})
    assert ids_of(frame) == [2, HUGE]


def test_floats_that_are_whole_numbers(constructor: Constructor) -> None:
    frame = constructor({"id": [7.0, None, 2.0], "t": DAYS})
    assert ids_of(frame) == [2.0, 7.0]
    assert Transactions(frame, customer="id", time="t").summarize(time_unit="day").report.missing_ids == 1
    assert ids_of(constructor({"id": [7.0, float("nan"), 2.0], "t": DAYS})) == [2.0, 7.0]


@pytest.mark.parametrize("wrong", [2.5, float(2**53), -float(2**53), float("inf")])
def test_floats_that_lost_digits(constructor: Constructor, wrong: float) -> None:
    with pytest.raises(InputError, match=r"1 ids in 'id'[^$]*as text or as integers"):
        Transactions(constructor({"id": [7.0, wrong, 2.0], "t": DAYS}), customer="id", time="t")


@pytest.mark.parametrize("values", [[1, "1", 2], [1, 2.5, 3], [UUIDS[0], "x", "y"], ["x"] * 200 + [3]])
def test_mixed_ids(values: list[Any]) -> None:
    frame = pd.DataFrame({"id": pd.Series(values, dtype=object), "t": DAYS[0]})
    with pytest.raises(InputError, match=r"types, so 1 and '1' would be two customers"):
        Transactions(frame, customer="id", time="t")


def test_numpy_and_python_integers_are_one_kind() -> None:
    frame = pd.DataFrame({"id": pd.Series([1, np.int64(1), 2], dtype=object), "t": DAYS})
    assert ids_of(frame) == [1, 2]


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"id": [[1], [2], [3]], "t": DAYS}),
        pa.table({"id": [[1], [2], [3]], "t": DAYS}),
        pl.DataFrame({"id": pl.Series(UUIDS, dtype=pl.Object), "t": DAYS}),
    ],
)
def test_ids_that_cannot_be_grouped(frame: Any) -> None:
    with pytest.raises(InputError, match="cannot be grouped"):
        Transactions(frame, customer="id", time="t")


def test_nobody(constructor: Constructor) -> None:
    with pytest.raises(InputError, match="All 2 ids in 'id' are missing"):
        Transactions(constructor({"id": pa.array([None, None], pa.string()), "t": DAYS[:2]}), customer="id", time="t")
    with pytest.raises(InputError, match="The log is empty"):
        Transactions(
            constructor({"id": pa.array([], pa.int64()), "t": pa.array([], pa.date32())}), customer="id", time="t"
        )


def test_ids_of_any_kind_in_a_table(constructor: Constructor) -> None:
    table = {"frequency": [0, 0, 0], "recency": [0.0, 0.0, 0.0], "T": [1.0, 2.0, 3.0]}
    for ids in ([3, 1, 2], ["c", "a", "b"]):
        assert columns(Summary.from_frame(constructor({"customer_id": ids, **table})).frame)["customer_id"] == ids
