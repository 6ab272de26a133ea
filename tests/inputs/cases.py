"""A valid log and a valid table, and the words in which a case says what is wrong with one and what then happens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from clvmodels.errors import ClvError, InputError
from tests.transactions.conftest import ENGINES, Constructor

LOG = {"customer": "id", "time": "day", "amount": "paid"}
PANDAS, DUCKDB, POLARS, ARROW = ("pandas",), ("duckdb",), ("polars",), ("pyarrow",)


def _rows() -> list[tuple[int, datetime, float]]:
    rng = np.random.default_rng(11)
    rows = []
    for customer in range(1, 13):
        days = np.sort(rng.choice(120, size=int(rng.integers(1, 6)), replace=False))
        rows += [(customer, datetime(2024, 1, 1) + timedelta(int(day)), float(rng.integers(5, 60))) for day in days]
    return [*rows, (12, datetime(2024, 5, 1), 20.0)]


IDS, DAYS, PAID = (list(column) for column in zip(*_rows(), strict=True))
ROWS, CUSTOMERS = len(IDS), len(set(IDS))
ISO = [day.date().isoformat() for day in DAYS]

TABLE = {
    "customer_id": [5, 3, 9, 7, 1, 2],
    "frequency": [0, 2, 1, 3, 2, 5],
    "recency": [0.0, 3.5, 8.0, 1.0, 6.0, 20.0],
    "T": [4.0, 4.0, 8.0, 1.25, 9.0, 30.0],
    "monetary_value": [None, 7.5, 2.0, None, 30.0, 11.0],
}


def log(**changes: Any) -> dict[str, Any]:
    """The columns of the valid log, some of them replaced."""
    return {"id": IDS, "day": DAYS, "paid": PAID} | changes


def table(**changes: Any) -> dict[str, Any]:
    """The columns of the valid table, some of them replaced."""
    return TABLE | changes


def one(values: list[Any], *odd: Any, at: int = 2) -> list[Any]:
    """The values, some in their midst replaced."""
    return [*values[:at], *odd, *values[at + len(odd) :]]


def objects(values: list[Any]) -> pd.Series:
    """A pandas column of Python objects."""
    return pd.Series(values, dtype=object)


@dataclass(frozen=True)
class Gives:
    """A result.

    Attributes
    ----------
    text
        What happens, for the page.
    same
        Whether the summary is, but for the ids, that of the valid log.
    customers, report, column
        Their number, counts of the report, and values of columns of the summary.
    """

    text: str = "counted as usual"
    same: bool = False
    customers: int | None = None
    report: Mapping[str, int] = field(default_factory=dict)
    column: Mapping[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Refuses:
    """An error of the package, whose message holds the words and shows so many of the bad rows."""

    words: str
    rows: int = 0
    kind: type[ClvError] = InputError


USUAL = Gives(same=True)


@dataclass(frozen=True)
class Case:
    """One hostile input: a frame made with the constructor of an engine, or columns that it is made of.

    At modest size models are fitted to it with `fit`, and it is tried on all its engines with `everywhere`.
    """

    name: str
    data: Callable[[Constructor], Any] | dict[str, Any] | pd.DataFrame
    then: Gives | Refuses
    engines: tuple[str, ...] = tuple(ENGINES)
    columns: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    fit: bool = False
    everywhere: bool = False

    def frame(self, engine: str) -> Any:
        """The frame in one engine."""
        constructor = ENGINES[engine]
        return self.data(constructor) if callable(self.data) else constructor(self.data)


@dataclass(frozen=True)
class Call:
    """One hostile setting: a call with it, and what happens."""

    name: str
    do: Callable[[], object]
    then: Gives | Refuses
