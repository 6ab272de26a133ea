"""clvmodels: summaries of transaction logs, and the command line."""

import sys
from pathlib import Path
from typing import Any

from benchmarks.adapters.process import peak_of
from benchmarks.adapters.sums import UNTIL, duckdb_sums, pandas_sums, polars_sums
from benchmarks.interfaces import Work

_COLUMNS = {"customer": "customer_id", "time": "date", "amount": "amount"}


def from_pandas(data: Path) -> Work:
    """A pandas frame in memory."""
    import pandas as pd

    log = pd.read_parquet(data)
    return lambda: _summarize(log).frame, pandas_sums


def from_polars(data: Path) -> Work:
    """A Polars frame in memory."""
    import polars as pl

    log = pl.read_parquet(data)
    return lambda: _summarize(log).frame, polars_sums


def from_polars_lazy(data: Path) -> Work:
    """A Polars plan over a frame in memory, collected."""
    import polars as pl

    log = pl.read_parquet(data).lazy()

    def work() -> Any:
        return _summarize(log).frame.collect()

    return work, polars_sums


def from_duckdb(data: Path) -> Work:
    """A DuckDB relation over the file, until the summary stands in a table of DuckDB."""
    import duckdb

    def work() -> Any:
        _summarize(duckdb.read_parquet(str(data))).frame.create("summary")
        return duckdb.table("summary")

    return work, duckdb_sums


def _summarize(log: Any) -> Any:
    from clvmodels import Transactions

    return Transactions(log, **_COLUMNS).summarize(time_unit="week", until=UNTIL)


def command_fit(data: Path) -> Work:
    """`clvmodels fit` in a process of its own."""
    model = data.with_suffix(".model")
    return lambda: _run(_fit(data, model)), dict


def command_score(data: Path) -> Work:
    """`clvmodels score` in a process of its own, to a Parquet file, with a model that was fitted before."""
    model, scores = data.with_suffix(".model"), data.with_suffix(".scores.parquet")
    if not model.exists():
        _run(_fit(data, model))
    words = ["score", model, data, "--until", UNTIL, "--output", scores]
    return lambda: _run(words), lambda peak: peak | {"answer": _scored(scores)}


def _fit(data: Path, model: Path) -> list[object]:
    columns = [word for name, column in _COLUMNS.items() for word in (f"--{name}", column)]
    terms = ["--time-unit", "week", "--until", UNTIL, "--horizon", "1 year", "--discount-rate", "0.1"]
    return ["fit", data, *columns, *terms, "--output", model]


def _run(words: list[object]) -> dict[str, int]:
    return peak_of([sys.executable, "-c", "from clvmodels.cli import main; main()", *map(str, words)])


def _scored(path: Path) -> dict[str, float]:
    import duckdb

    rows, clv = duckdb.sql(f"SELECT count(*), sum(clv) FROM '{path}'").fetchall()[0]
    return {"customers": float(rows), "clv": float(clv)}
