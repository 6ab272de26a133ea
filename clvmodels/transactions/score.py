"""Attaching predictions to a frame of any engine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

from clvmodels.arrays import FloatArray
from clvmodels.errors import WrongTypeError
from clvmodels.transactions import engines
from clvmodels.transactions.names import ID
from clvmodels.transactions.spark import score_in_spark
from clvmodels.transactions.table import Table

Scorer: TypeAlias = Callable[[dict[str, FloatArray]], Mapping[str, FloatArray]]

ROWS_PER_BATCH = 1_000_000


def score(summary_or_frame: object, inputs: Sequence[str], function: Scorer, keep: Sequence[str] = (ID,)) -> Any:
    """The kept columns of a frame and, beside them, what a function makes of its rows.

    Parameters
    ----------
    summary_or_frame
        A Summary or a frame of any engine.
    inputs
        Names of numeric columns.
    function
        Takes the inputs as float64 arrays of shape (n,), null as NaN, for all rows of a frame in memory or for a block
        of rows, of which the first may be empty, of DuckDB and Spark, and returns arrays of shape (n,) by name.
    keep
        Names of columns to keep.

    Returns
    -------
    frame
        A frame of the caller's kind with the rows in the same order and, in pandas, under the same index. A Polars lazy
        frame is collected, once, and returned as a lazy frame; a DuckDB relation is read in blocks, and the result is a
        relation over a table in memory. A Spark frame stays a plan, whose workers call the function, which travels to
        them by pickle; its rows are in no order.

    Raises
    ------
    InputError
        If a column is missing.
    WrongTypeError
        If the engine is not supported.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import score
    >>> frame = pd.DataFrame({"customer_id": [8, 9], "T": [1.0, 2.0]}, index=["p", "q"])
    >>> score(frame, ["T"], lambda block: {"double": 2 * block["T"]})
       customer_id  double
    p            8     2.0
    q            9     4.0
    """
    native = summary_or_frame.frame if isinstance(summary_or_frame, Table) else summary_or_frame
    frame = engines.wrap(native)
    engines.require_columns(frame, [*inputs, *keep])
    if frame.implementation.is_duckdb():
        return _score_relation(frame.to_native(), inputs, function, keep)
    if frame.implementation.is_pyspark():
        return score_in_spark(frame.to_native(), inputs, function, keep)
    if isinstance(frame, nw.DataFrame):
        return _score_rows(frame, inputs, function, keep).to_native()
    if frame.implementation.is_polars():
        needed = frame.select(*dict.fromkeys([*keep, *inputs]))
        return _score_rows(engines.collect(needed), inputs, function, keep).lazy().to_native()
    raise WrongTypeError(f"Frames of {frame.implementation} cannot be scored.", advice="Collect the frame first.")


def _score_rows(
    frame: nw.DataFrame[Any], inputs: Sequence[str], function: Scorer, keep: Sequence[str]
) -> nw.DataFrame[Any]:
    made = function({name: engines.floats(frame[name]) for name in inputs})
    backend = frame.implementation
    columns = [nw.new_series(name, values, nw.Float64(), backend=backend) for name, values in made.items()]
    return frame.select(*keep).with_columns(*columns)


def _score_relation(relation: Any, inputs: Sequence[str], function: Scorer, keep: Sequence[str]) -> Any:
    import pyarrow as pa

    types = dict(zip(relation.columns, relation.types, strict=True))
    kept = {name: f"keep_{place}" for place, name in enumerate(keep)}
    selected = [carried(name, types[name]).alias(alias) for name, alias in kept.items()]
    read = relation.select(*selected, *_numbers(inputs))
    tables = []
    for block in engines.blocks(read, ROWS_PER_BATCH):
        numbers = nw.from_native(block, eager_only=True)
        made = function({name: engines.floats(numbers[f"input_{place}"]) for place, name in enumerate(inputs)})
        tables.append(pa.table({**{alias: block[alias] for alias in kept.values()}, **made}))
    rows = nw.from_native(pa.concat_tables(tables), eager_only=True)
    scored = engines.adopt(engines.wrap(relation), rows)
    return _restored(scored.to_native(), {alias: (name, types[name]) for name, alias in kept.items()})


def _restored(scored: Any, kept: Mapping[str, tuple[str, Any]]) -> Any:
    from duckdb import ColumnExpression

    columns = []
    for column in scored.columns:
        name, dtype = kept.get(column, (column, "DOUBLE"))
        columns.append(ColumnExpression(column).cast(dtype).alias(name))
    return scored.select(*columns)


def _numbers(inputs: Sequence[str]) -> list[Any]:
    from duckdb import ColumnExpression

    return [ColumnExpression(name).cast("DOUBLE").alias(f"input_{place}") for place, name in enumerate(inputs)]


def carried(name: str, dtype: Any) -> Any:
    """A column of a DuckDB relation as it goes into an Arrow table, which has no integers of 128 bits."""
    from duckdb import ColumnExpression

    column = ColumnExpression(name)
    return column.cast("VARCHAR").alias(name) if "hugeint" in dtype.id else column


def restored(table: Any, types: Mapping[str, Any]) -> Any:
    """An Arrow table with integers of 128 bits as decimals of 38 digits, as which files keep them."""
    import pyarrow as pa

    for place, name in enumerate(table.column_names):
        if name in types and "hugeint" in types[name].id:
            table = table.set_column(place, name, table[name].cast(pa.decimal128(38)))
    return table
