"""Amounts of every type, and those that are none."""

from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from clvmodels.errors import InputError
from clvmodels.transactions import Transactions
from tests.transactions.conftest import Constructor, columns

DAYS = [pd.Timestamp(2024, 1, day) for day in (1, 2, 3)]


def total(frame: Any) -> list[float]:
    summary = Transactions(frame, customer="id", time="t", amount="paid").summarize(time_unit="day")
    return columns(summary.frame)["total_value"]


def log(amounts: Any) -> dict[str, Any]:
    return {"id": [1, 1, 1], "t": DAYS, "paid": amounts}


@pytest.mark.parametrize("kind", [pa.int32(), pa.uint8(), pa.float32(), pa.float64(), pa.decimal128(12, 2)])
def test_numbers(constructor: Constructor, kind: pa.DataType) -> None:
    assert total(constructor(log(pa.array([1, 2, 4], pa.int32()).cast(kind)))) == [7.0]


@pytest.mark.parametrize("values", [[Decimal("1.25"), Decimal(2), Decimal(4)], [1, 2.25, Decimal(4)]])
def test_python_objects_in_pandas(values: list[Any]) -> None:
    assert total(pd.DataFrame(log(pd.Series(values, dtype=object)))) == [7.25]


@pytest.mark.parametrize("bad", [None, float("nan"), float("inf"), -float("inf")])
def test_missing_and_infinite(constructor: Constructor, bad: float | None) -> None:
    with pytest.raises(InputError, match=r"1 amounts in 'paid' are missing or not finite[^$]*id 1, t 2024-01-02"):
        total(constructor(log([1.0, bad, 2.0])))


@pytest.mark.parametrize("values", [["1", "2", "x"], [True, False, True]])
def test_what_is_no_number(constructor: Constructor, values: list[Any]) -> None:
    with pytest.raises(InputError, match=r"Amounts in 'paid' are (String|Boolean), not numbers[^$]*paid (1|True|true)"):
        total(constructor(log(values)))


@pytest.mark.parametrize("values", [[1, "2", 3], [1, True, 2], [1.0, [2], 3]])
def test_mixed_objects_in_pandas(values: list[Any]) -> None:
    with pytest.raises(InputError, match="mixed objects, not numbers"):
        total(pd.DataFrame(log(pd.Series(values, dtype=object))))


def test_missing_columns(constructor: Constructor) -> None:
    with pytest.raises(InputError, match=r"no column 'price'[^$]*'id', 't', 'paid'"):
        Transactions(constructor(log([1, 2, 3])), customer="id", time="t", amount="price")


def test_rows_without_a_customer_may_lack_the_rest(constructor: Constructor) -> None:
    frame = constructor({"id": [1, None], "t": ["2024-01-01", "no date"], "paid": [2.0, None]})
    assert total(frame) == [2.0]


def test_reports_are_readable(constructor: Constructor) -> None:
    frame = constructor({"id": [1, None, 2], "t": DAYS, "paid": [2.0, 3.0, 0.0]})
    report = Transactions(frame, customer="id", time="t", amount="paid").summarize(time_unit="day").report
    assert str(report).splitlines()[0] == "3 rows, 2 customers"
    assert "1 row without a customer dropped" in str(report)
    assert "1 free order counted as a purchase (id 2" in str(report)
    assert report.as_dict()["free_orders"] == 1
    with pytest.raises(AttributeError):
        report.rows = 4  # type: ignore[misc]
