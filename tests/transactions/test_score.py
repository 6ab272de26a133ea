"""Attaching predictions in any engine."""

from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions import Summary, Transactions, score
from tests.transactions.conftest import Constructor, columns, sql
from tests.transactions.conftest import connection as open_connection

TABLE = {
    "customer_id": ["b", "a", "c"],
    "frequency": [0, 2, 1],
    "recency": [0.0, 3.5, 8.0],
    "T": [4.0, 4.0, 8.0],
    "monetary_value": [None, 7.5, 2.0],
    "segment": ["x", None, "y"],
}


def both(block: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    assert {name: values.dtype for name, values in block.items()} == dict.fromkeys(block, np.dtype("float64"))
    return {"share": block["frequency"] / block["T"], "T": np.nan_to_num(block["monetary_value"], nan=-1.0)}


def test_predictions_stand_beside_the_kept_columns(constructor: Constructor) -> None:
    frame = constructor(TABLE)
    for given in (frame, Summary.from_frame(frame)):
        got = score(given, ["frequency", "T", "monetary_value"], both, keep=["customer_id", "segment"])
        assert type(got) is type(frame)
        assert columns(got) == {
            "customer_id": ["b", "a", "c"],
            "segment": ["x", None, "y"],
            "share": [0.0, 0.5, 0.125],
            "T": [-1.0, 7.5, 2.0],
        }
    assert columns(frame) == TABLE


def test_an_index_survives() -> None:
    frame = pd.DataFrame(TABLE, index=pd.Index([9, 9, 1], name="row"))
    got = score(frame, ["T"], lambda block: {"twice": 2 * block["T"]})
    pd.testing.assert_index_equal(got.index, frame.index)
    assert got["twice"].tolist() == [8.0, 8.0, 16.0]


def test_a_relation_is_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("clvmodels.transactions.score"), "ROWS_PER_BATCH", 2048)
    sizes = []

    def count(block: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        sizes.append(len(block["T"]))
        return {"twice": 2 * block["T"]}

    connection = open_connection()
    frame = connection.sql(
        f"select range + {2**70}::hugeint customer_id, range::int t_, range::double T from range(10000)"
    )
    got = score(frame, ["T"], count, keep=["customer_id", "t_"])
    assert [str(kind) for kind in got.types] == ["HUGEINT", "INTEGER", "DOUBLE"]
    rows = got.fetchall()
    assert rows == [(2**70 + row, row, 2.0 * row) for row in range(10000)]
    assert max(sizes) < 10000
    # The result lives on the caller's connection and can be joined there, and read twice.
    assert got.set_alias("a").join(frame.set_alias("b"), "customer_id").count("*").fetchall() == [(10000,)]
    assert got.count("*").fetchall() == [(10000,)]


def test_an_empty_relation() -> None:
    frame = sql("select 1 customer_id, 2.0 T where false")
    got = score(frame, ["T"], lambda block: {"twice": 2 * block["T"]})
    assert (got.columns, got.fetchall()) == (["customer_id", "twice"], [])


def test_a_failing_function_leaves_the_connection_usable() -> None:
    connection = open_connection()
    frame = connection.sql("select range customer_id, range::double T from range(5)")

    def fail(_: dict[str, Any]) -> dict[str, Any]:
        raise ArithmeticError("no")

    with pytest.raises(ArithmeticError):
        score(frame, ["T"], fail)
    assert connection.sql("select 1").fetchall() == [(1,)]


def test_missing_columns(constructor: Constructor) -> None:
    with pytest.raises(InputError, match="no column 'x'"):
        score(constructor(TABLE), ["x"], both)
    with pytest.raises(InputError, match="no column 'y'"):
        score(constructor(TABLE), ["T"], both, keep=["y"])


def test_no_frame() -> None:
    with pytest.raises(WrongTypeError):
        score([1], ["T"], both)


def test_a_lazy_summary_of_a_log_can_be_scored(lazy: Constructor) -> None:
    frame = lazy({"id": [2, 1, 1], "t": ["2024-01-01", "2024-01-01", "2024-01-03"]})
    summary = Transactions(frame, customer="id", time="t").summarize(time_unit="day")
    got = score(summary, ["frequency"], lambda block: {"purchases": block["frequency"] + 1})
    assert columns(got) == {"customer_id": [1, 2], "purchases": [2.0, 1.0]}
