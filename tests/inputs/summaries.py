"""Tables with one row per customer, made elsewhere."""

import uuid
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from clvmodels.errors import WrongTypeError
from tests.inputs.cases import ARROW, PANDAS, POLARS, Case, Gives, Refuses, objects, one, table
from tests.transactions.conftest import ENGINES

FRAME = pd.DataFrame(table())
N = len(FRAME)
NAN, INF = float("nan"), float("inf")
KEPT = Gives("kept as it is")
NUMBERS = {name: [0.0 if value is None else float(value) for value in values] for name, values in table().items()}
NO_NUMBERS = "not numbers"
NOT_PANDAS = tuple(name for name in ENGINES if name != "pandas")
ABSENT = "that is missing or not finite"


def _bad(column: str, what: str, value: float | None, words: str) -> Case:
    return Case(f"{column} {what}", table(**{column: one(NUMBERS[column], value, at=1)}), Refuses(words, rows=1))


def _kinds(column: str) -> list[Case]:
    """One column in types that are no numbers, and in odd types of numbers."""
    values, halves = NUMBERS[column], np.array(NUMBERS[column], np.float16)
    exact = [Decimal(str(value)) for value in values]
    return [
        Case(f"{column} as text", table(**{column: [str(value) for value in values]}), Refuses(NO_NUMBERS)),
        Case(f"{column} as booleans", table(**{column: [True] * N}), Refuses(NO_NUMBERS)),
        Case(f"{column} as lists", table(**{column: [[1.0]] * N}), Refuses(NO_NUMBERS)),
        Case(
            f"{column} as categories",
            table(**{column: pa.array([str(v) for v in values]).dictionary_encode()}),
            Refuses(NO_NUMBERS),
        ),
        Case(
            f"{column} as Python objects", pd.DataFrame(table(**{column: objects(exact)})), Refuses(NO_NUMBERS), PANDAS
        ),
        Case(f"{column} as decimals", table(**{column: pa.array(exact, pa.decimal128(20, 4))}), KEPT, NOT_PANDAS),
        Case(f"{column} in single precision", table(**{column: pa.array(values, pa.float32())}), KEPT),
        Case(
            f"{column} in half precision",
            lambda make: make({**table(), column: pa.array(halves)}),
            KEPT,
            ("pandas", "polars", "pyarrow"),
        ),
        Case(
            f"{column} as nullable floats",
            pd.DataFrame(table(**{column: pd.array(values, dtype="Float64")})),
            KEPT,
            PANDAS,
        ),
        Case(
            f"{column} as integers of 128 bits",
            lambda _: (
                pl.DataFrame(table()).with_columns(pl.col(column).fill_null(0).ceil().cast(pl.Int128))
                if column == "frequency"
                else pl.DataFrame(table())
            ),
            KEPT,
            POLARS,
        ),
    ]


def _indexed(name: str, index: pd.Index) -> Case:
    return Case(name, lambda _: FRAME.set_index(index), KEPT, PANDAS)


def _python_ids(name: str, ids: list[Any], then: Gives | Refuses) -> Case:
    return Case(f"ids as Python objects: {name}", pd.DataFrame(table(customer_id=objects(ids))), then, PANDAS)


CASES = [
    Case("a valid table", table(), KEPT, fit=True),
    _bad("frequency", "3.9", 3.9, "a frequency that is negative or no whole number"),
    _bad("frequency", "-1", -1.0, "a frequency that is negative or no whole number"),
    _bad("frequency", "NaN", NAN, f"a frequency {ABSENT}"),
    _bad("frequency", "null", None, f"a frequency {ABSENT}"),
    _bad("frequency", "infinite", INF, f"a frequency {ABSENT}"),
    _bad("frequency", "1e300", 1e300, "a frequency above 10,000,000"),
    _bad("recency", "-0.0 of a repeat buyer", -0.0, "repeat purchases and a recency of 0"),
    _bad("recency", "negative", -1.0, "a negative recency or T"),
    _bad("recency", "NaN", NAN, f"a recency {ABSENT}"),
    _bad("recency", "infinite", INF, f"a recency {ABSENT}"),
    _bad("recency", "above T", 4.5, "a recency above T"),
    Case("recency -0.0 of a one-time buyer", table(recency=one(table()["recency"], -0.0, at=0)), KEPT),
    Case("recency 5e-324", table(recency=one(table()["recency"], 5e-324, at=1)), KEPT, fit=True),
    Case(
        "recency above 0 of a one-time buyer",
        table(recency=one(table()["recency"], 1.0, at=0)),
        Refuses("a recency above 0 without a repeat purchase", rows=1),
    ),
    _bad("T", "NaN", NAN, f"a T {ABSENT}"),
    _bad("T", "infinite", INF, f"a T {ABSENT}"),
    _bad("T", "negative", -1.0, "a negative recency or T"),
    _bad("T", "1e300", 1e300, "a T above 10,000,000,000"),
    _bad("monetary_value", "negative", -1.0, "a monetary_value that is negative or not finite"),
    _bad("monetary_value", "infinite", INF, "a monetary_value that is negative or not finite"),
    _bad("monetary_value", "1e300", 1e300, "a monetary_value that is not between"),
    _bad("monetary_value", "5e-324", 5e-324, "a monetary_value that is not between"),
    *(
        Case(
            f"monetary_value {value}",
            table(monetary_value=one(NUMBERS["monetary_value"], value, at=1)),
            Gives("nothing is known of their spend"),
        )
        for value in (NAN, None, 0.0, -0.0)
    ),
    Case(
        "monetary_value of a one-time buyer",
        table(monetary_value=[5.0, *table()["monetary_value"][1:]]),
        Refuses("a monetary_value without a repeat purchase", rows=1),
    ),
    Case(
        "no monetary_value",
        {name: values for name, values in table().items() if name != "monetary_value"},
        Gives("kept; models of spend ask for it"),
    ),
    Case(
        "spend_periods NaN",
        table(spend_periods=[0, 2, 1, NAN, 2, 5]),
        Refuses("a spend_periods that is no count", rows=1),
    ),
    Case("total_value as text", table(total_value=["a"] * N), Refuses(NO_NUMBERS)),
    *(case for column in ("frequency", "recency", "T", "monetary_value") for case in _kinds(column)),
    Case(
        "no T",
        {name: values for name, values in table().items() if name != "T"},
        Refuses("The frame has no column 'T'"),
    ),
    Case(
        "no rows",
        lambda make: make({name: pa.array([], pa.float64()) for name in table()}),
        Refuses("The summary has no rows"),
    ),
    Case("one row", lambda make: make(FRAME[1:2]), KEPT, fit=True),
    Case("nobody repeats", table(frequency=[0] * N, recency=[0.0] * N, monetary_value=[0.0] * N), KEPT, fit=True),
    Case(
        "everybody came today",
        table(frequency=[0] * N, recency=[0.0] * N, T=[0.0] * N, monetary_value=[0.0] * N),
        KEPT,
        fit=True,
    ),
    Case("ids that repeat", table(customer_id=[5, 5, 9, 7, 1, 2]), Refuses("1 ids stand in several rows", rows=1)),
    Case(
        "ids -0.0 and 0.0",
        table(customer_id=[-0.0, 0.0, 9.0, 7.0, 1.0, 2.0]),
        Refuses("1 ids stand in several rows", rows=1),
        everywhere=True,
    ),
    Case("an id NaN", table(customer_id=[5.0, NAN, 9.0, 7.0, 1.0, 2.0]), Refuses("1 rows have no customer_id", rows=1)),
    Case(
        "an id null", table(customer_id=["a", None, "b", "c", "d", "e"]), Refuses("1 rows have no customer_id", rows=1)
    ),
    Case(
        "single precision ids from 2^24",
        table(customer_id=pa.array([5, 2**24, 9, 7, 1, 2], pa.float32())),
        Refuses("lost digits", rows=1),
    ),
    Case("ids as lists", table(customer_id=[[n] for n in range(N)]), Refuses("cannot be grouped")),
    _python_ids("1 and '1'", [1, "1", 9, 7, 3, 2], Refuses("would be two customers", rows=2)),
    _python_ids("integers above 2^64", [2**70 + n for n in range(N)], KEPT),
    _python_ids("UUIDs", [uuid.UUID(int=n) for n in range(N)], KEPT),
    _python_ids("tuples", [(n,) for n in range(N)], Refuses("cannot be grouped")),
    _python_ids("NaT", [5, pd.NaT, 9, 7, 1, 2], Refuses("1 rows have no customer_id", rows=1)),
    _indexed("an index in which labels repeat", pd.Index([1] * N)),
    _indexed("an index of several levels", pd.MultiIndex.from_product([[1, 2], [1, 2, 3]])),
    _indexed("an index that bears the name of a column", pd.Index([1] * N, name="T")),
    Case(
        "ids in the index",
        lambda _: FRAME.set_index("customer_id"),
        Refuses("The frame has no column 'customer_id'"),
        PANDAS,
    ),
    Case(
        "numbers, None and tuples as names of other columns",
        lambda _: FRAME.assign(x=1, y=2, z=3).rename(columns={"x": 3, "y": None, "z": (1, 2)}),
        KEPT,
        PANDAS,
    ),
    Case(
        "two columns of one name",
        lambda _: pd.concat([FRAME, FRAME[["T"]]], axis=1),
        Refuses("several columns named 'T'"),
        PANDAS,
    ),
    Case(
        "two other columns of one name",
        lambda _: pa.table([*map(list, table().values()), [1] * N, [2] * N], names=[*table(), "x", "x"]),
        Refuses("several columns named 'x'"),
        ARROW,
    ),
    Case(
        "columns with names that the package uses",
        {
            **table(),
            **dict.fromkeys(("_clv_customers", "rows", "keep_0", "input_0", "check_0", "probability_alive"), [1] * N),
        },
        KEPT,
    ),
    Case("rows in reverse", lambda _: FRAME[::-1], KEPT, PANDAS),
    Case("a dictionary", lambda _: table(), Refuses("is no data frame", kind=WrongTypeError), PANDAS),
]
