"""One test body for every engine."""

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

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


ENGINES: dict[str, Constructor] = {
    "pandas": in_pandas,
    "pandas on arrow": in_pandas_on_arrow,
    "polars": in_polars,
    "polars lazy": in_polars_lazy,
    "pyarrow": arrow,
    "duckdb": in_duckdb,
}


@pytest.fixture(params=ENGINES)
def constructor(request: pytest.FixtureRequest) -> Constructor:
    """Makes a frame of one engine of a dict of columns or a pandas frame."""
    return ENGINES[request.param]


@pytest.fixture(params=[name for name in ENGINES if name not in {"polars lazy", "duckdb"}])
def eager(request: pytest.FixtureRequest) -> Constructor:
    """Makes a frame of an engine that holds rows."""
    return ENGINES[request.param]


@pytest.fixture(params=["polars lazy", "duckdb"])
def lazy(request: pytest.FixtureRequest) -> Constructor:
    """Makes a frame of an engine that holds a plan."""
    return ENGINES[request.param]


def columns(frame: Any) -> dict[str, list[Any]]:
    """The columns of a frame of any engine as lists, missing numbers as None."""
    if isinstance(frame, duckdb.DuckDBPyRelation):
        rows = frame.fetchall()
        return {name: [row[place] for row in rows] for place, name in enumerate(frame.columns)}
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.to_dict(as_series=False)
    if isinstance(frame, pa.Table):
        return frame.to_pydict()
    return {name: [None if pd.isna(value) else value for value in frame[name]] for name in frame}


def shuffled(frame: pd.DataFrame, seed: int = 3) -> pd.DataFrame:
    return frame.iloc[np.random.default_rng(seed).permutation(len(frame))].reset_index(drop=True)
