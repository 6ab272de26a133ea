"""One test body for every engine."""

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from tests.conftest import chosen_size

Constructor = Callable[[Any], Any]


def arrow(data: Any) -> pa.Table:
    return pa.Table.from_pandas(data, preserve_index=False) if isinstance(data, pd.DataFrame) else pa.table(data)


def in_pandas(data: Any) -> pd.DataFrame:
    return data.copy() if isinstance(data, pd.DataFrame) else arrow(data).to_pandas()


def in_polars(data: Any) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(arrow(data)))


def in_polars_lazy(data: Any) -> pl.LazyFrame:
    return in_polars(data).lazy()


def in_duckdb(data: Any) -> Any:
    return connection().from_arrow(arrow(data))


def sql(query: str) -> Any:
    """A DuckDB relation."""
    return connection().sql(query)


def connection() -> duckdb.DuckDBPyConnection:
    """A connection that stays open: before version 2 DuckDB's relations do not keep their own alive.

    Not the default one, since what the package makes must live on the caller's own.
    """
    _OPEN.append(duckdb.connect())
    return _OPEN[-1]


_OPEN: list[duckdb.DuckDBPyConnection] = []


def in_pandas_on_arrow(data: Any) -> pd.DataFrame:
    return arrow(data).to_pandas(types_mapper=pd.ArrowDtype)


def in_pyspark(data: Any) -> Any:
    """A Spark frame; times without a zone stay without one, and integers without a sign get a wider type."""
    from pyspark.sql import SparkSession

    session, table = SparkSession.getActiveSession(), arrow(data)
    signed = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.decimal128(20)}
    table = table.cast(pa.schema([field.with_type(signed.get(field.type, field.type)) for field in table.schema]))
    session.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    frame = session.createDataFrame(table)
    session.conf.unset("spark.sql.timestampType")
    return frame


ENGINES: dict[str, Constructor] = {
    "pandas": in_pandas,
    "pandas on arrow": in_pandas_on_arrow,
    "polars": in_polars,
    "polars lazy": in_polars_lazy,
    "pyarrow": arrow,
    "duckdb": in_duckdb,
}
# A query takes Spark a second: at modest size it has tests of its own (test_spark.py), and these only at full size.
TRIED = ENGINES | ({"pyspark": in_pyspark} if chosen_size() == "full" else {})
LAZY = ("polars lazy", "duckdb", "pyspark")


def _constructor(request: pytest.FixtureRequest) -> Constructor:
    if request.param == "pyspark":
        request.getfixturevalue("spark")
    return TRIED[request.param]


@pytest.fixture(params=TRIED)
def constructor(request: pytest.FixtureRequest) -> Constructor:
    """Makes a frame of one engine of a dict of columns or a pandas frame."""
    return _constructor(request)


@pytest.fixture(params=[name for name in TRIED if name not in LAZY])
def eager(request: pytest.FixtureRequest) -> Constructor:
    """Makes a frame of an engine that holds rows."""
    return TRIED[request.param]


@pytest.fixture(params=[name for name in TRIED if name in LAZY])
def lazy(request: pytest.FixtureRequest) -> Constructor:
    """Makes a frame of an engine that holds a plan."""
    return _constructor(request)


def columns(frame: Any) -> dict[str, list[Any]]:
    """The columns of a frame of any engine as lists, missing numbers as None."""
    if isinstance(frame, duckdb.DuckDBPyRelation):
        rows = frame.fetchall()
        return {name: [row[place] for row in rows] for place, name in enumerate(frame.columns)}
    if hasattr(frame, "sparkSession"):
        frame = frame.toArrow()
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.to_dict(as_series=False)
    if isinstance(frame, pa.Table):
        return frame.to_pydict()
    return {name: [None if pd.isna(value) else value for value in frame[name]] for name in frame}


def shuffled(frame: pd.DataFrame, seed: int = 3) -> pd.DataFrame:
    return frame.iloc[np.random.default_rng(seed).permutation(len(frame))].reset_index(drop=True)
