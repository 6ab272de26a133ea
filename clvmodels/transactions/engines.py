"""What differs between dataframe engines, in one place: everything else is one Narwhals expression for all of them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from clvmodels.arrays import Array, FloatArray
from clvmodels.errors import InputError, WrongTypeError

Frame: TypeAlias = nw.DataFrame[Any] | nw.LazyFrame[Any]

_KINDS = "Give a pandas, Polars, PyArrow or PySpark frame, or a DuckDB relation."


def wrap(frame: object) -> Frame:
    """The caller's frame as a Narwhals frame; a pandas index is left as it is."""
    with readable():
        try:
            wrapped: Frame = nw.from_native(frame)
            wrapped.collect_schema()
        except TypeError as error:
            raise WrongTypeError(f"A {type(frame).__name__} is no data frame.", advice=_KINDS) from error
        except DuplicateError as error:
            raise InputError(
                f"The frame has several columns named {', '.join(map(repr, _repeated(frame)))}.",
                advice="Rename or drop all but one of each.",
            ) from error
    return wrapped


def _repeated(frame: Any) -> list[object]:
    names = frame.column_names if nw.dependencies.is_pyarrow_table(frame) else list(frame.columns)
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


@contextmanager
def readable() -> Iterator[None]:
    """Turn an engine's own error about the data it reads into an InputError with the error's first line."""
    try:
        yield
    except UnicodeError as error:
        raise InputError(
            "Some text is no valid Unicode.", advice="Mend it, for example by its right encoding."
        ) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _ENGINES:
            raise
        first = next(iter(str(error).splitlines()), "")
        if "CSV Error" in first and "not utf-8" in str(error):
            raise InputError(
                "The data cannot be read: the CSV file is not written in UTF-8.",
                advice='Save it as UTF-8, or read it by pandas.read_csv(path, encoding="cp1252") and use the frame.',
            ) from error
        advice = f"That is what {type(error).__module__.partition('.')[0].strip('_')} says; mend the data or its types."
        raise InputError(
            f"The data cannot be read: {(first or type(error).__name__).rstrip('.!')}.", advice=advice
        ) from error


_ENGINES = frozenset({"_duckdb", "duckdb", "narwhals", "pandas", "polars", "py4j", "pyarrow", "pyspark"})


def require_columns(frame: Frame, names: Iterable[str]) -> None:
    """Raise an InputError that names the columns that exist if one is missing."""
    existing = frame.collect_schema().names()
    missing = [name for name in names if name not in existing]
    if missing:
        raise InputError(
            f"The frame has no column {', '.join(map(repr, missing))}.",
            advice=f"Its columns are {', '.join(map(repr, existing))}.",
        )


def collect(frame: Frame) -> nw.DataFrame[Any]:
    """The rows in memory."""
    if isinstance(frame, nw.DataFrame):
        return frame
    with readable():
        return frame.collect()


def records(frame: Frame) -> list[dict[str, Any]]:
    """The rows as Python values."""
    native = frame.to_native()
    # DuckDB's own road keeps UUID and HUGEINT, which Arrow has no plain types for.
    if frame.implementation.is_duckdb():
        with readable():
            return [dict(zip(native.columns, row, strict=True)) for row in native.fetchall()]
    return collect(frame).rows(named=True)


def single(frame: Frame, **aggregates: nw.Expr) -> dict[str, Any]:
    """The values of aggregates over the whole frame, by one query."""
    return records(frame.select(**aggregates))[0]


def shown(frame: Frame, columns: Mapping[str, str]) -> list[str]:
    """The first three rows as text; `columns` maps columns of the frame to the names to show."""
    rows = frame.select(*columns).head(3)
    if frame.implementation.is_duckdb():
        # As values, aware times would need a package that DuckDB does not install.
        rows = rows.select(*(nw.col(name).cast(nw.String) for name in columns))
    return [", ".join(f"{columns[name]} {value}" for name, value in row.items()) for row in records(rows)]


def python_values(frame: Frame, column: str) -> Iterable[object] | None:
    """The values of a pandas or Polars column of Python objects, and None for a column of any other type."""
    if isinstance(frame, nw.LazyFrame):
        return None
    series = frame[column]
    if series.dtype != nw.Object and str(getattr(series.to_native(), "dtype", "")) != "object":
        return None
    return list(series.to_list())


def native_type(frame: Frame, column: str) -> str:
    """The engine's own name for the type of a column."""
    native = frame.to_native()
    if frame.implementation.is_duckdb():
        return str(dict(zip(native.columns, native.types, strict=True))[column])
    if isinstance(frame, nw.LazyFrame):
        return str(frame.collect_schema()[column])
    series = frame[column].to_native()
    return str(getattr(series, "dtype", None) or series.type)


def real(column: nw.Expr, dtype: Any) -> nw.Expr:
    """Numbers as float64, rounded; some engines refuse to round integers of more than 53 bits."""
    if dtype not in {nw.Int64, nw.UInt64}:
        return column.cast(nw.Float64)
    step = nw.lit(2**26, dtype)
    high = column // step
    return high.cast(nw.Float64) * 2.0**26 + (column - high * step).cast(nw.Float64)


def microseconds(frame: Frame, column: str) -> Frame:
    """The frame with a Date or Datetime column as int64 microseconds since 1970-01-01, in UTC if it is aware.

    Times that engines call infinite become null, and those beyond some 100,000 years that many.
    """
    if frame.implementation.is_duckdb():
        import duckdb

        epoch = duckdb.FunctionExpression("epoch_us", duckdb.ColumnExpression(column)).alias(column)
        others = duckdb.StarExpression(exclude=[column])
        return wrap(frame.to_native().select(others, epoch))
    if frame.implementation.is_pyspark():
        return _spark_microseconds(frame, column)
    time, dtype = nw.col(column), frame.collect_schema()[column]
    if isinstance(dtype, nw.Datetime) and dtype.time_unit in _PER_TICK:
        # An engine's own way to microseconds wraps without a word.
        factor = _PER_TICK[dtype.time_unit]
        return frame.with_columns(time.cast(nw.Int64).clip(-_FARTHEST // factor, _FARTHEST // factor) * factor)
    return frame.with_columns(time.dt.timestamp("us").cast(nw.Int64))


def _spark_microseconds(frame: Frame, column: str) -> Frame:
    from pyspark.sql import functions as sf

    native = frame.to_native()
    time = native[column]
    if isinstance(frame.collect_schema()[column], nw.Datetime) and _is_aware(frame, column):
        return wrap(native.withColumn(column, sf.unix_micros(time)))
    # Not by a cast to an instant: the session's time zone would skip an hour of every spring.
    seconds = sf.hour(time) * 3_600 + sf.minute(time) * 60
    within = seconds.cast("bigint") * 1_000_000 + (sf.extract(sf.lit("SECOND"), time) * 1_000_000).cast("bigint")
    days = sf.unix_date(time.cast("date")).cast("bigint") * 86_400_000_000
    return wrap(native.withColumn(column, days if frame.collect_schema()[column] == nw.Date else days + within))


def _is_aware(frame: Frame, column: str) -> bool:
    dtype = frame.collect_schema()[column]
    return isinstance(dtype, nw.Datetime) and dtype.time_zone is not None


def with_floor(frame: Frame, column: str, step: int, name: str) -> Frame:
    """The frame with another column: the last multiple of a step at or before each int64 tick."""
    if frame.implementation.is_duckdb():
        # Narwhals' floor division asks for every number's sign; above 0 DuckDB's own does the same.
        far = _FARTHEST // step * step
        return _with_sql(frame, name, f'("{column}" + {far}) // {step} * {step} - {far}')
    # Not by the remainder, which pandas columns backed by Arrow do not have.
    return frame.with_columns((nw.col(column) // step * step).alias(name))


def with_log(frame: Frame, column: str) -> Frame:
    """The frame with the natural logarithm of a column of positive numbers in its place."""
    if frame.implementation.is_duckdb():
        # Narwhals' logarithm of DuckDB is a quotient of two, after two questions for the sign.
        return _with_sql(frame, column, f'ln("{column}")')
    return frame.with_columns(nw.col(column).log())


def with_previous(frame: nw.LazyFrame[Any], group: str, column: str, name: str) -> Frame:
    """The plan with another column: the next smaller value within the row's group, null for the smallest."""
    if frame.implementation.is_polars():
        import polars as pl

        # Sorting is quicker than its windows, which put rows back in order. Two sorts by one column each take half the
        # time of one by both, which Polars would make of them if nothing stood between.
        known = frame.to_native().sort(column).with_columns(pl.col(column).set_sorted())
        ordered = known.sort(group, maintain_order=True)
        same = pl.col(group) == pl.col(group).shift(1)
        return wrap(ordered.with_columns(pl.when(same).then(pl.col(column).shift(1)).alias(name)))
    return frame.with_columns(nw.col(column).shift(1).over(group, order_by=column).alias(name))


def _with_sql(frame: Frame, name: str, expression: str) -> Frame:
    import duckdb

    relation = frame.to_native()
    others = [duckdb.ColumnExpression(column) for column in relation.columns if column != name]
    return wrap(relation.select(*others, duckdb.SQLExpression(expression).alias(name)))


_PER_TICK = {"s": 1_000_000, "ms": 1_000}
_FARTHEST = 2**61


def adopt(like: Frame, rows: nw.DataFrame[Any]) -> Frame:
    """Rows in memory as a frame that can be joined to another: of its engine, connection and session."""
    if like.implementation.is_pyspark():
        return wrap(like.to_native().sparkSession.createDataFrame(rows.to_arrow()))
    if like.implementation.is_duckdb():
        return wrap(_relation(like.to_native(), rows.to_arrow()))
    return rows.lazy() if isinstance(like, nw.LazyFrame) else rows


def _relation(like: Any, rows: Any) -> Any:  # noqa: ARG001 - DuckDB finds `rows` by its name in this function
    # Relations of two connections cannot be joined, and a relation does not hand out its own: a query on it does.
    return like.query("clvmodels_rows", "SELECT * FROM rows")


def blocks(relation: Any, rows: int) -> Iterator[Any]:
    """A DuckDB relation as PyArrow tables: an empty one, which shows the types, and then about so many rows each."""
    import pyarrow as pa

    with readable():
        stream = getattr(relation, "to_arrow_reader", None) or relation.fetch_record_batch
        reader = stream(rows)
        # An open reader keeps its connection from running any other query.
        try:
            yield reader.schema.empty_table()
            for batch in reader:
                yield pa.Table.from_batches([batch])
        finally:
            reader.close()


def numbers(series: nw.Series[Any]) -> Array:
    """A numeric column, shape (n,), in whatever type costs no copy; null as NaN."""
    if series.dtype == nw.Float64 and series.implementation.is_polars() and series.null_count():
        # Polars' own way from null to NaN in NumPy takes five times as long.
        series = series.fill_null(float("nan"))
    if series.dtype in {nw.Int128, nw.UInt128}:
        series = series.cast(nw.Float64)  # NumPy has no integers of 128 bits
    values: Array = series.to_numpy()
    return values if values.dtype.kind in "iuf" else series.cast(nw.Float64).to_numpy()


def floats(series: nw.Series[Any]) -> FloatArray:
    """A numeric column as read-only float64, shape (n,), null as NaN, without a copy where the engine allows it."""
    view = np.asarray(numbers(series), dtype=np.float64).view()
    view.flags.writeable = False
    return view


def sealed(frame: Frame) -> Frame:
    """The frame in an object of its own, so that the caller's later assignments do not reach it; no data is copied."""
    return wrap(frame.to_native().copy(deep=False)) if frame.implementation.is_pandas() else frame
