"""A log taken into memory once, so that every step of a job sees the same rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from clvmodels.transactions import engines
from clvmodels.transactions.names import listed


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Some columns of a log, in memory.

    Attributes
    ----------
    frame
        A PyArrow table of these columns.
    schema
        All columns of the source and their types, by name.
    fingerprint
        Hash of the columns' names, types and rows, whatever order these are in.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Snapshot
    >>> first = Snapshot.of(pd.DataFrame({"id": [7, 8], "note": ["a", "b"]}), ["id"])
    >>> first.schema["note"], first.frame.column_names
    ('VARCHAR', ['id'])
    >>> first.fingerprint == Snapshot.of(pd.DataFrame({"id": [8, 7], "note": ["b", "a"]}), ["id"]).fingerprint
    True
    """

    frame: Any
    schema: Mapping[str, str]
    fingerprint: str

    @classmethod
    def of(cls, source: Any, columns: Iterable[str]) -> "Snapshot":
        """Read the columns of a DuckDB relation, or of a pandas or PyArrow frame.

        Raises
        ------
        InputError
            If a column is missing or the data cannot be read.
        """
        import duckdb

        names = list(listed(columns, "Columns"))
        engines.require_columns(engines.wrap(source), names)
        with engines.readable():
            relation = source if isinstance(source, duckdb.DuckDBPyRelation) else _relation(source)
            schema = dict(zip(relation.columns, map(str, relation.types), strict=True))
            chosen = relation.select(*(duckdb.ColumnExpression(name) for name in names))
            frame = chosen.to_arrow_table()
            return cls(frame, schema, _fingerprint(_relation(frame), {name: schema[name] for name in names}))


def _relation(frame: Any) -> Any:
    import duckdb

    return duckdb.from_arrow(frame) if hasattr(frame, "column_names") else duckdb.from_df(frame)


def _fingerprint(relation: Any, types: Mapping[str, str]) -> str:
    import duckdb

    columns = (duckdb.ColumnExpression(name) for name in types)
    # Sums of whole numbers do not depend on the order of rows, nor on how many threads add them up.
    row = duckdb.FunctionExpression("hash", *columns).cast("HUGEINT").alias("row")
    total = relation.select(row).aggregate("count(*), sum(row), bit_xor(row)").fetchall()
    return sha256(repr((sorted(types.items()), total)).encode()).hexdigest()
