"""Amounts of every kind."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from tests.inputs.cases import (
    CUSTOMERS,
    DAYS,
    PAID,
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
from tests.transactions.conftest import ENGINES

EXACT = [Decimal(str(paid)) for paid in PAID]
# pandas' wrapper of Arrow has no division of integers above 2^63.
NOT_WRAPPED = tuple(name for name in ENGINES if name != "pandas on arrow")
NAN, INF = float("nan"), float("inf")
ABSENT, SCALE, NO_NUMBERS = (
    "1 amounts in 'paid' are missing or not finite",
    "not between 1e-100 and 1e+100",
    "not numbers",
)
FREE = Gives("a free order, which is a purchase", customers=CUSTOMERS, report={"free_orders": 1})
CANCELLED = {"id": [1, 1, 1, 2], "day": [DAYS[0], DAYS[1], DAYS[1], DAYS[0]], "paid": [5.0, 7.0, -7.0, 3.0]}


def _python(name: str, values: list[Any], then: Gives | Refuses) -> Case:
    return Case(f"Python objects: {name}", pd.DataFrame(log(paid=objects(values))), then, PANDAS)


def _pandas(name: str, values: Any, then: Gives | Refuses) -> Case:
    return Case(name, pd.DataFrame(log(paid=values)), then, PANDAS)


CASES = [
    Case("NaN", log(paid=one(PAID, NAN)), Refuses(ABSENT, rows=1)),
    Case("null", log(paid=one(PAID, None)), Refuses(ABSENT, rows=1)),
    Case("infinite", log(paid=one(PAID, INF)), Refuses(ABSENT, rows=1)),
    Case("minus infinite", log(paid=one(PAID, -INF)), Refuses(ABSENT, rows=1)),
    Case(
        "nothing but nulls", log(paid=pa.nulls(ROWS, pa.float64())), Refuses("34 amounts in 'paid' are missing", rows=3)
    ),
    Case("zero", log(paid=one(PAID, 0.0)), FREE),
    Case("-0.0", log(paid=one(PAID, -0.0)), FREE),
    Case(
        "nothing but zero",
        log(paid=[0.0] * ROWS),
        Gives("free orders, which are purchases", customers=CUSTOMERS, report={"free_orders": ROWS}),
        fit=True,
    ),
    Case("1e308", log(paid=[1e308] * ROWS), Refuses(SCALE, rows=3)),
    Case("-1e308", log(paid=one(PAID, -1e308)), Refuses(SCALE, rows=1)),
    Case("5e-324", log(paid=one(PAID, 5e-324)), Refuses(SCALE, rows=1)),
    Case("1e90", log(paid=[1e90] * ROWS), Gives(customers=CUSTOMERS), fit=True),
    Case(
        "a refund",
        log(paid=one(PAID, -5.0)),
        Gives("netted within its day; no purchase if nothing is left", report={"refunds": 1, "refund_periods": 1}),
    ),
    Case(
        "a refund before the first purchase",
        log(paid=one(PAID, -5.0, at=1)),
        Gives("netted within its day; no purchase if nothing is left", report={"refunds": 1, "refund_periods": 1}),
    ),
    Case(
        "refunds that net to nothing",
        CANCELLED,
        Gives("no purchase", customers=2, column={"frequency": [0, 0], "total_value": [5.0, 3.0]}),
    ),
    Case(
        "refunds alone",
        log(paid=[-1.0] * ROWS),
        Gives("nobody is left: eager frames refuse, lazy ones give a table without rows", customers=0),
        ("polars lazy", "duckdb"),
    ),
    Case(
        "refunds alone, in memory",
        log(paid=[-1.0] * ROWS),
        Refuses("No customer is left", rows=3),
        ("pandas", "pandas on arrow", "polars", "pyarrow"),
    ),
    Case(
        'refunds with refunds="ignore"',
        log(paid=one(PAID, -5.0)),
        Gives("set aside", report={"refunds": 1, "refund_periods": 0}),
        options={"refunds": "ignore"},
    ),
    Case(
        'refunds with refunds="error"',
        log(paid=one(PAID, -5.0)),
        Refuses("1 rows have a negative amount", rows=1),
        options={"refunds": "error"},
    ),
    Case("text", log(paid=[str(paid) for paid in PAID]), Refuses(NO_NUMBERS, rows=3)),
    Case("booleans", log(paid=[True] * ROWS), Refuses(NO_NUMBERS, rows=3)),
    Case("dates", log(paid=DAYS), Refuses(NO_NUMBERS, rows=3)),
    Case("lists", log(paid=[[1.0]] * ROWS), Refuses(NO_NUMBERS, rows=3)),
    Case(
        "categories (dictionaries)",
        log(paid=pa.array(PAID).dictionary_encode()),
        Refuses(NO_NUMBERS, rows=3),
        ("pandas", "pandas on arrow", "pyarrow"),
    ),
    Case("decimals", log(paid=pa.array(EXACT, pa.decimal128(20, 4))), USUAL),
    Case("decimals with null", log(paid=pa.array(one(EXACT, None), pa.decimal128(20, 4))), Refuses(ABSENT, rows=1)),
    Case("integers of 8 bits", log(paid=pa.array([int(paid) for paid in PAID], pa.int8())), USUAL),
    Case(
        "integers up to 2^63",
        log(paid=pa.array([2**63 - 1] * ROWS, pa.int64())),
        Gives("rounded to floats", customers=CUSTOMERS),
        fit=True,
        everywhere=True,
    ),
    Case(
        "integers up to 2^64",
        log(paid=pa.array([2**64 - 1] * ROWS, pa.uint64())),
        Gives("rounded to floats", customers=CUSTOMERS),
        NOT_WRAPPED,
    ),
    Case(
        "integers up to 2^64 of Arrow in pandas",
        log(paid=pa.array([2**64 - 1] * ROWS, pa.uint64())),
        Refuses("cannot be read"),
        ("pandas on arrow",),
    ),
    Case("single precision floats", log(paid=pa.array(PAID, pa.float32())), USUAL),
    Case(
        "integers of 128 bits in Polars",
        lambda _: pl.DataFrame(log()).with_columns(pl.Series("paid", [2**100] * ROWS, dtype=pl.Int128)),
        Gives("rounded to floats", customers=CUSTOMERS),
        POLARS,
    ),
    Case(
        "Python objects in Polars",
        lambda _: pl.DataFrame(log()).with_columns(pl.Series("paid", EXACT, dtype=pl.Object)),
        USUAL,
        POLARS,
    ),
    _python("decimals", EXACT, USUAL),
    _python("decimals, floats, fractions and integers", one(PAID, EXACT[2], Fraction(PAID[3]), int(PAID[4])), USUAL),
    _python("a decimal NaN", one(EXACT, Decimal("NaN")), Refuses(ABSENT, rows=1)),
    _python("a signalling decimal NaN", one(EXACT, Decimal("sNaN")), Refuses(ABSENT, rows=1)),
    _python("a decimal infinity", one(EXACT, Decimal("Infinity")), Refuses(ABSENT, rows=1)),
    _python("an integer of 400 digits", one(PAID, 10**400), Refuses(ABSENT, rows=1)),
    _python("None", one(PAID, None), Refuses(ABSENT, rows=1)),
    _python("NA", one(PAID, pd.NA), Refuses(ABSENT, rows=1)),
    _python("NaT", one(PAID, pd.NaT), Refuses(ABSENT, rows=1)),
    _python("text among numbers", one(PAID, "5"), Refuses(NO_NUMBERS, rows=3)),
    _python("True among numbers", one(PAID, True), Refuses(NO_NUMBERS, rows=3)),
    _python("a complex number", one(PAID, 1j), Refuses(NO_NUMBERS, rows=3)),
    _python("a list", one(PAID, [1]), Refuses(NO_NUMBERS, rows=3)),
    _python("a date", one(PAID, DAYS[0]), Refuses(NO_NUMBERS, rows=3)),
    _pandas(
        "nullable integers with NA",
        pd.array(one([int(paid) for paid in PAID], None), dtype="Int64"),
        Refuses(ABSENT, rows=1),
    ),
    _pandas("nullable booleans", pd.array([True] * ROWS, dtype="boolean"), Refuses(NO_NUMBERS, rows=3)),
    _pandas("categories of pandas", pd.Categorical(PAID), Refuses(NO_NUMBERS, rows=3)),
    _pandas("complex", np.array(PAID, complex), Refuses(NO_NUMBERS, rows=3)),
]
