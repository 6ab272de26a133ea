"""Frames: how many rows, which columns, what they are called, and what is no frame."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from clvmodels.errors import ClvError, WrongTypeError
from tests.inputs.cases import (
    ARROW,
    CUSTOMERS,
    DAYS,
    DUCKDB,
    IDS,
    PAID,
    PANDAS,
    ROWS,
    USUAL,
    Case,
    Gives,
    Refuses,
    log,
    one,
)  # fmt: skip
from tests.transactions.conftest import ENGINES, connection, sql

FRAME = pd.DataFrame(log())
EMPTY, TWICE, NO_FRAME = "The log is empty", "several columns named", "is no data frame"
NOT_DUCKDB = tuple(name for name in ENGINES if name != "duckdb")
DAILY = {
    "id": np.repeat(np.arange(20), 60),
    "day": [datetime(2024, 1, 1) + timedelta(day) for day in range(60)] * 20,
    "paid": [5.0] * 1200,
}
# Reserved words, code, wild cards, and names that the package uses for columns of its own.
NAMES = [
    "select",
    "group",
    "two words",
    'a "quote"',
    "o'clock",
    '"; drop table log; --',
    "naïve 日本",
    "*",
    "^.*$",
    "a.b",
    "{0} %s",
    "customer_id",
    "frequency",
    "T",
    "_clv_time",
    "_clv_amount",
    "_gross",
    "_key",
    "_first",
    "_missing",
    "keep_0",
    "input_0",
    "rows",
    "clvmodels_rows",
    "index",
    "len",
]


def _named(place: int) -> Case:
    """A log in which each of four names is the ids', the times', the amounts' or an attribute's."""
    ids, times, amounts, attribute = (NAMES[(place + step) % len(NAMES)] for step in range(4))
    then = Refuses("names no column") if {ids, times, amounts, attribute} & {"*", "^.*$"} else _attribute(attribute)
    data = {ids: IDS, times: DAYS, amounts: PAID, attribute: IDS}
    roles = {"customer": ids, "time": times, "amount": amounts, "attributes": [attribute]}
    shown = ", ".join(f"`{name}`" for name in data)
    return Case(f"columns named {shown}, the last an attribute", data, then, columns=roles)


def _attribute(name: str) -> Gives | Refuses:
    if name in {"customer_id", "frequency", "T"} or name.startswith("_clv_"):
        return Refuses("Rename that column")
    return Gives(same=True, column={name: sorted(set(IDS))})


def _relation_of_a_closed_connection(_: Any) -> Any:
    closed = connection()
    relation = closed.from_arrow(pa.table(log()))
    closed.close()
    return relation


def _relation_over_a_table_that_is_gone(_: Any) -> Any:
    own = connection()
    own.execute("create table log as select 1 id, date '2024-01-01' as day, 5.0 paid")
    relation = own.table("log")
    own.execute("drop table log")
    return relation


def _read_only(_: Any) -> pd.DataFrame:
    arrays = {name: np.array(values) for name, values in log(day=np.array(DAYS, "datetime64[us]")).items()}
    for values in arrays.values():
        values.setflags(write=False)
    return pd.DataFrame(arrays, copy=False)


CASES = [
    Case("a frame without columns", {}, Refuses("The frame has no column 'id', 'day', 'paid'"), NOT_DUCKDB),
    Case("columns without rows", FRAME[:0], Refuses(EMPTY)),
    Case("one row", FRAME[:1], Gives("one customer", customers=1), fit=True),
    Case("one customer", log(id=[1] * ROWS), Gives("one customer", customers=1), fit=True),
    Case(
        "nobody repeats", log(id=list(range(ROWS))), Gives(customers=ROWS, column={"frequency": [0] * ROWS}), fit=True
    ),
    Case("everybody repeats daily", DAILY, Gives(customers=20, column={"frequency": [59] * 20}), fit=True),
    Case(
        "one day for all",
        log(day=[DAYS[0]] * ROWS),
        Gives(customers=CUSTOMERS, column={"T": [0.0] * CUSTOMERS}),
        fit=True,
    ),
    Case("one instant for all", log(day=[datetime(2024, 1, 1, 5)] * ROWS), Refuses("may be cut off", kind=ClvError)),
    Case("unsorted rows", FRAME.sample(frac=1, random_state=3), USUAL),
    Case(
        "every row twice",
        pd.concat([FRAME, FRAME]),
        Gives(
            "purchases of one day count once, their amounts add",
            customers=CUSTOMERS,
            column={"total_value": (2 * FRAME.groupby("id")["paid"].sum()).tolist()},
        ),
    ),
    Case("a missing column", {"id": IDS, "day": DAYS}, Refuses("The frame has no column 'paid'")),
    Case("an index in which labels repeat", lambda _: FRAME.set_index(pd.Index([7] * ROWS)), USUAL, PANDAS),
    Case(
        "an index of several levels", lambda _: FRAME.set_index(pd.MultiIndex.from_arrays([IDS, DAYS])), USUAL, PANDAS
    ),
    Case(
        "an index that bears the name of a column",
        lambda _: FRAME.set_index(pd.Index([7] * ROWS, name="id")),
        USUAL,
        PANDAS,
    ),
    Case("ids in the index", lambda _: FRAME.set_index("id"), Refuses("The frame has no column 'id'"), PANDAS),
    Case("every other row of a frame", lambda _: pd.concat([FRAME, FRAME]).sort_index()[::2], USUAL, PANDAS),
    Case("arrays that cannot be written to", _read_only, USUAL, PANDAS),
    Case(
        "1,000 further columns",
        lambda make: make(pd.concat([FRAME, pd.DataFrame(0.0, FRAME.index, [f"c{n}" for n in range(1000)])], axis=1)),
        USUAL,
        ("pandas", "polars", "pyarrow"),
    ),
    Case("numbers as names of other columns", lambda _: FRAME.assign(x=1).rename(columns={"x": 3}), USUAL, PANDAS),
    Case(
        "names of columns in several levels",
        lambda _: pd.concat({"a": FRAME}, axis=1),
        Refuses("The frame has no column"),
        PANDAS,
    ),
    Case("two columns of one name", lambda _: pd.concat([FRAME, FRAME[["paid"]]], axis=1), Refuses(TWICE), PANDAS),
    Case(
        "two other columns of one name",
        lambda _: pa.table([IDS, DAYS, PAID, IDS, IDS], names=["id", "day", "paid", "x", "x"]),
        Refuses(TWICE),
        ARROW,
    ),
    Case("names that differ in case", {**log(), "ID": DAYS}, USUAL),
    Case("one column for two roles", log(), Refuses("one column cannot be two of them"), columns={"amount": "id"}),
    *(_named(place) for place in range(len(NAMES))),
    Case(
        "an attribute of nulls",
        {**log(), "x": pa.nulls(ROWS, pa.string())},
        Gives("kept as null", same=True, column={"x": [None] * CUSTOMERS}),
        columns={"attributes": ["x"]},
    ),
    Case(
        "an attribute that is null in places",
        {**log(), "x": one(["a"] * ROWS, None)},
        Gives("the first that is there", same=True, column={"x": ["a"] * CUSTOMERS}),
        columns={"attributes": ["x"]},
    ),
    Case(
        "an attribute that changes",
        {**log(), "x": one(["a"] * ROWS, "b")},
        Gives("the first is kept, the conflict reported", same=True, report={"attribute_conflicts": 1}),
        columns={"attributes": ["x"]},
    ),
    Case("an attribute that is missing", log(), Refuses("The frame has no column 'x'"), columns={"attributes": ["x"]}),
    Case(
        "a relation of a closed connection",
        _relation_of_a_closed_connection,
        Refuses("The data cannot be read"),
        DUCKDB,
    ),
    Case(
        "a relation over a table that is gone",
        _relation_over_a_table_that_is_gone,
        Refuses("The data cannot be read"),
        DUCKDB,
    ),
    Case(
        "a relation without rows",
        lambda _: sql("select 1 id, date '2024-01-01' as day, 5.0 paid where false"),
        Refuses(EMPTY),
        DUCKDB,
    ),
    Case("a list", lambda _: [1, 2], Refuses(NO_FRAME, kind=WrongTypeError), PANDAS),
    Case("None", lambda _: None, Refuses(NO_FRAME, kind=WrongTypeError), PANDAS),
    Case("text", lambda _: "log.csv", Refuses(NO_FRAME, kind=WrongTypeError), PANDAS),
    Case("a dictionary", lambda _: log(), Refuses(NO_FRAME, kind=WrongTypeError), PANDAS),
    Case("an array of NumPy", lambda _: np.zeros((3, 3)), Refuses(NO_FRAME, kind=WrongTypeError), PANDAS),
    Case("a pandas Series", lambda _: FRAME["id"], Refuses(NO_FRAME, kind=WrongTypeError), PANDAS),
    Case("a DuckDB connection", lambda _: connection(), Refuses(NO_FRAME, kind=WrongTypeError), DUCKDB),
]
