"""Opening Parquet and CSV files without reading them into memory."""

from collections.abc import Iterable
from glob import glob
from pathlib import Path
from typing import Any

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions import engines
from clvmodels.transactions.names import listed, several

_CSV, _PARQUET = (".csv", ".csv.gz"), (".parquet",)
_KINDS = (
    "Known are .parquet, .csv and .csv.gz; text with tabs or semicolons may be called .csv too. "
    "Read a workbook by pandas.read_excel."
)


def read(
    paths: "str | Path | Iterable[str | Path]",
    *,
    text: Iterable[str] = (),
    memory_limit: str | None = None,
    temp_directory: str | Path | None = None,
) -> Any:
    r"""Open Parquet or CSV files as one DuckDB relation, which reads them when it is used.

    Columns of several files are matched by name. In CSV files DuckDB guesses the types of columns: name ids such as
    "00123", or integers of more than 18 digits, in `text`.

    Parameters
    ----------
    paths
        A path or a pattern such as `log/*.parquet`, or several. They end in .parquet, .csv or .csv.gz, all alike.
    text
        Columns to read as text.
    memory_limit, temp_directory
        How much memory DuckDB may take ("3GB"; by itself it takes up to four fifths of the machine's), and where it
        puts what does not fit (by itself in a folder .tmp of the working directory).

    Returns
    -------
    duckdb.DuckDBPyRelation
        A relation on DuckDB's default connection or, with a limit or directory, on one of its own.

    Raises
    ------
    InputError
        If no file matches, the ending is another, the limit is no amount of memory, or DuckDB cannot read the files.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from clvmodels.transactions import read
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "log.csv")
    ...     _ = path.write_text("id,day\n00123,2024-01-31\n")
    ...     read(path, text=["id"]).fetchall()
    [('00123', datetime.date(2024, 1, 31))]
    """
    files = _files(paths)
    columns = list(listed(text, "Columns"))
    with engines.readable():
        connection = _connection(memory_limit, temp_directory)
        if _ending(files) in _PARQUET:
            relation = connection.read_parquet(files, union_by_name=True)
        else:
            relation = _read_csv(connection, files, columns)
        engines.require_columns(engines.wrap(relation), columns)
        return _as_text(relation, columns)


def _connection(memory_limit: str | None, temp_directory: str | Path | None) -> Any:
    import duckdb

    given = {"memory_limit": memory_limit, "temp_directory": temp_directory}
    settings: dict[str, str | bool | int | float | list[str]] = {
        name: str(value) for name, value in given.items() if value is not None
    }
    if not settings:
        return duckdb
    connection = duckdb.connect(config=settings)
    connection.execute("SET enable_progress_bar = false")  # it is drawn into log files too
    return connection


def _read_csv(connection: Any, files: list[str], text: list[str]) -> Any:
    import duckdb

    several = len(files) > 1
    if several and text and int(duckdb.__version__.partition(".")[0]) < 2:
        # Before version 2 DuckDB reads such columns as numbers first, and only then makes text of them.
        raise InputError(
            f"DuckDB {duckdb.__version__} does not keep the digits of columns read as text from several CSV files.",
            advice="Install DuckDB 2, or write the files as Parquet.",
        )
    # A column that is not there is reported by the caller, under its name.
    known = [name for name in text if name in connection.read_csv(files, union_by_name=several).columns]
    return connection.read_csv(files, dtype=dict.fromkeys(known, "VARCHAR"), union_by_name=several)


def _as_text(relation: Any, columns: list[str]) -> Any:
    import duckdb

    expressions = {name: duckdb.ColumnExpression(name) for name in relation.columns}
    texts = {name: expressions[name].cast("VARCHAR").alias(name) for name in columns}
    return relation.select(*{**expressions, **texts}.values())


def _files(paths: "str | Path | Iterable[str | Path]") -> list[str]:
    given = several(paths)
    if not all(isinstance(path, (str, Path)) for path in given):
        raise WrongTypeError("Paths are text or pathlib paths.", advice='Such as "log/*.parquet".')
    files: list[str] = []
    for path in map(str, given):
        found = _matches(path)
        if not found:
            raise InputError(f"No file matches {path!r}.", advice=f"Relative paths start at {Path.cwd()}.")
        files += found
    if not files:
        raise InputError("No paths were given.", advice='Give a path or a pattern such as "log/*.parquet".')
    return files


def _matches(path: str) -> list[str]:
    if "://" in path:
        return [path]
    try:
        # Path.glob takes no absolute patterns.
        return [path] if Path(path).is_file() else sorted(glob(path, recursive=True))  # noqa: PTH207
    except (OSError, ValueError) as error:
        raise InputError(f"No file can have the name {path[:80]!r}.", advice="Mend the name.") from error


def _ending(files: list[str]) -> str:
    endings = {_ending_of(file) for file in files}
    if len(endings) > 1:
        raise InputError("The files are of several kinds.", rows=files, advice="Open CSV and Parquet files apart.")
    return endings.pop()


def _ending_of(file: str) -> str:
    for ending in (*_CSV, *_PARQUET):
        if file.lower().endswith(ending):
            return ".csv" if ending in _CSV else ending
    raise InputError(f"{file!r} has an unknown ending.", advice=_KINDS)
