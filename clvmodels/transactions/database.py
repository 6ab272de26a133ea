"""Reading a query of a DuckDB or SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from clvmodels.errors import InputError
from clvmodels.transactions import engines

_SQLITE = b"SQLite format 3\0"


def read_query(database: str | Path, query: str) -> Any:
    """The rows of a query, in memory; the file is opened for reading only.

    Parameters
    ----------
    database
        A DuckDB or SQLite file; which of both is seen from its first bytes.
    query
        One SELECT in the database's own SQL.

    Returns
    -------
    pyarrow.Table
        A column of SQLite that holds values of several types is refused; DuckDB's types are kept.

    Raises
    ------
    InputError
        If the file is missing or no database, the query fails, or its columns cannot be read.

    Examples
    --------
    >>> import pathlib, sqlite3, tempfile
    >>> from clvmodels.transactions import read_query
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "shop.sqlite")
    ...     connection = sqlite3.connect(path)
    ...     _ = connection.execute("CREATE TABLE orders AS SELECT 7 AS id, '2024-01-31' AS day")
    ...     connection.close()
    ...     read_query(path, "SELECT id, day FROM orders").to_pydict()
    {'id': [7], 'day': ['2024-01-31']}
    """
    path = Path(database)
    try:
        with path.open("rb") as file:
            sqlite = file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError) as error:
        raise InputError(f"The database {str(path)!r} cannot be opened: {error}.", advice="Mend its path.") from error
    return _of_sqlite(path, query) if sqlite else _of_duckdb(path, query)


def _of_duckdb(path: Path, query: str) -> Any:
    import duckdb

    with engines.readable(), closing(duckdb.connect(str(path), read_only=True)) as connection:
        found = connection.sql(query)
        if found is None:
            raise _no_rows(query)
        return found.to_arrow_table()


def _of_sqlite(path: Path, query: str) -> Any:
    import pyarrow as pa

    with _sqlite_says(), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        cursor = connection.execute(query)
        if cursor.description is None:
            raise _no_rows(query)
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    if len(set(names)) < len(names):
        raise InputError("The query has two columns of one name.", rows=names, advice="Name each by AS.")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    with engines.readable():
        return pa.table({name: pa.array(values) for name, values in zip(names, columns, strict=True)})


def _no_rows(query: str) -> InputError:
    return InputError(f"The query {query[:60]!r} returns no table.", advice="Write one SELECT.")


@contextmanager
def _sqlite_says() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise InputError(
            f"The data cannot be read: {error}.", advice="That is what SQLite says; mend the query or the file."
        ) from error
