"""Writing a frame of any engine to a file, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions import engines

_ENDINGS = (".parquet", ".csv")


def write(frame: object, path: str | Path) -> Path:
    r"""Write a frame to a Parquet or CSV file, which appears under its name only when it is complete.

    Parameters
    ----------
    frame
        Of any engine; a lazy one is computed as it is written.
    path
        Ends in .parquet or .csv. A file that is there already is replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If the ending is another, the folder does not exist, or the frame cannot be computed.
    WrongTypeError
        If the frame is one of Spark, whose workers write on their own.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import pandas as pd
    >>> from clvmodels.transactions import write
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(pd.DataFrame({"clv": [1.5]}), pathlib.Path(folder, "scores.csv")).read_text()
    'clv\n1.5\n'
    """
    target = check_target(path)
    with replaced(target) as beside, engines.readable():
        _write(engines.wrap(frame), beside)
    return target


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """A file to write to, which takes the target's name if all goes well and is removed if not."""
    beside = target.with_name(f".{target.name}.part")
    try:
        yield beside
        beside.replace(target)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def check_target(path: str | Path) -> Path:
    """The path, if a table can be written there: asked before long work begins."""
    target = Path(path)
    if target.suffix not in _ENDINGS:
        raise InputError(f"{str(path)!r} has an unknown ending.", advice=f"Known are {' and '.join(_ENDINGS)}.")
    if not target.parent.is_dir():
        raise InputError(f"The folder {str(target.parent)!r} does not exist.", advice="Make it first.")
    return target


def _write(frame: engines.Frame, path: Path) -> None:
    if frame.implementation.is_pyspark():
        raise WrongTypeError("Spark writes folders, not files.", advice='Use frame.write.parquet("folder").')
    if frame.implementation.is_duckdb():
        _write_relation(frame.to_native(), path)
    elif ".csv" in path.suffixes:
        engines.collect(frame).write_csv(path)
    elif isinstance(frame, nw.LazyFrame):
        frame.sink_parquet(path)
    else:
        frame.write_parquet(path)


def _write_relation(relation: Any, path: Path) -> None:
    from duckdb import ColumnExpression

    columns = []
    for name, dtype in zip(relation.columns, relation.types, strict=True):
        column = ColumnExpression(name)
        # DuckDB writes integers of 128 bits to Parquet as doubles, which lose digits.
        columns.append(column.cast("DECIMAL(38, 0)").alias(name) if "hugeint" in dtype.id else column)
    exact = relation.select(*columns)
    if ".csv" in path.suffixes:
        exact.write_csv(str(path))
    else:
        exact.write_parquet(str(path))
