"""From a summary that is larger than memory to a file of predictions, block by block."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from clvmodels.errors import WrongTypeError
from clvmodels.transactions import engines
from clvmodels.transactions.score import carried, restored
from clvmodels.transactions.summary import Summary
from clvmodels.transactions.writing import check_target, replaced, write

ROWS_PER_BLOCK = 500_000


def blocks_of(summary: Summary) -> Iterator[Summary]:
    """The customers of a summary in DuckDB, some at a time in memory; any other summary as it is.

    The first block is empty where there are others: it has the columns' types.

    Examples
    --------
    >>> import duckdb
    >>> from clvmodels.transactions import Summary, blocks_of
    >>> frame = duckdb.sql("SELECT range AS customer_id, 0 AS frequency, 0.0 AS recency, 9.0 AS T FROM range(700000)")
    >>> [len(block) for block in blocks_of(Summary.from_frame(frame))]
    [0, 500000, 200000]
    """
    frame = engines.wrap(summary.frame)
    if not frame.implementation.is_duckdb():
        yield summary
        return
    relation = frame.to_native()
    read = relation.select(*(carried(*column) for column in zip(relation.columns, relation.types, strict=True)))
    for block in engines.blocks(read, ROWS_PER_BLOCK):
        yield replace(summary, frame=block)


def stored(summary: Summary, folder: Path) -> Summary:
    """A summary in DuckDB, computed once and kept in a file in a folder; any other summary as it is.

    A relation is a plan: whoever asks the summary five things would read and group the log five times.
    """
    frame = engines.wrap(summary.frame)
    if not frame.implementation.is_duckdb():
        return summary
    path = write(summary.frame, folder / "summary.parquet")
    name = str(path).replace("'", "''")
    return replace(summary, frame=summary.frame.query("clvmodels_summary", f"SELECT * FROM read_parquet('{name}')"))


def write_predictions(
    summary: Summary, predict: Callable[[Summary], Any], path: str | Path, done: Callable[[int], None] | None = None
) -> Path:
    """Write what is predicted of each customer to a Parquet or CSV file, of a summary in DuckDB block by block.

    Parameters
    ----------
    summary
        Customers.
    predict
        From a summary to a table of the same kind, such as `lambda block: value.predict(block, level=0.9)`.
    path
        Ends in .parquet or .csv. It appears when it is complete.
    done
        Called after each block with the number of its customers.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If the file cannot be written or the summary cannot be computed.
    WrongTypeError
        If the summary is one of Spark, whose workers write on their own.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import duckdb
    >>> import clvmodels as clv
    >>> from clvmodels.transactions import write_predictions
    >>> log = duckdb.sql("SELECT 7 AS id, DATE '2024-01-01' + 9 * range::INT AS day FROM range(3)")
    >>> summary = clv.Transactions(log, customer="id", time="day").summarize(time_unit="week")
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "scores.parquet")
    ...     written = write_predictions(summary, lambda block: fit.predict(block, "1 week"), path)
    ...     duckdb.read_parquet(str(written)).columns
    ['customer_id', 'probability_alive', 'probability_active', 'expected_purchases']
    """
    target, frame = check_target(path), engines.wrap(summary.frame)
    if frame.implementation.is_pyspark():
        raise WrongTypeError("Spark writes folders, not files.", advice='Use predict(summary).write.parquet("folder").')
    if not frame.implementation.is_duckdb():
        return write(predict(summary), target)
    types = dict(zip(summary.frame.columns, summary.frame.types, strict=True))
    with replaced(target) as beside, engines.readable():
        _append(_predicted(summary, predict, done), types, target, beside)
    return target


def _predicted(
    summary: Summary, predict: Callable[[Summary], Any], done: Callable[[int], None] | None
) -> Iterator[Any]:
    for block in blocks_of(summary):
        yield predict(block)
        if done is not None:
            done(len(block))


def _append(tables: Iterator[Any], types: dict[str, Any], target: Path, beside: Path) -> None:
    import pyarrow.csv
    import pyarrow.parquet

    first = restored(next(tables), types)
    kind = pyarrow.csv.CSVWriter if target.suffix == ".csv" else pyarrow.parquet.ParquetWriter
    with kind(str(beside), first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(restored(table, types))
