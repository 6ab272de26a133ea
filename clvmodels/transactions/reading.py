"""What a column of ids, times or amounts may hold, and how it is read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import narwhals.stable.v2 as nw

from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.moments import reader, ticks
from clvmodels.transactions.names import ID, TIME

# From here on neighbouring integers share one float.
_FIRST_INEXACT = 2.0**53
_TEXT, _TICKS = "_clv_text", "_clv_ticks"


def require_plain_ids(frame: Frame, column: str) -> None:
    """Raise an InputError if ids of several types stand in one column, or have a type that cannot be grouped."""
    dtype = frame.collect_schema()[column]
    if dtype.is_nested() or (dtype == nw.Object and frame.implementation.is_polars()):
        raise InputError(f"Ids of type {dtype} cannot be grouped.", advice=f"Convert {column!r} to text.")
    values = engines.python_values(frame, column)
    kinds: dict[str, object] = {}
    for value in values or ():
        kinds.setdefault("int" if isinstance(value, Integral) else type(value).__name__, value)
    if len(kinds) > 1:
        rows = [f"{kind}: {value!r}" for kind, value in sorted(kinds.items())]
        raise InputError(
            f"Ids in {column!r} are of {len(kinds)} types, so 1 and '1' would be two customers.",
            rows=rows,
            advice=f"Convert {column!r} to one type.",
        )


def is_missing(frame: Frame, column: str) -> nw.Expr:
    """Where a column is null or NaN."""
    missing = nw.col(column).is_null()
    return missing | nw.col(column).is_nan() if frame.collect_schema()[column].is_float() else missing


def float_id_problem(frame: Frame) -> nw.Expr | None:
    """Which ids lost digits, if ids are floating point."""
    if not frame.collect_schema()[ID].is_float():
        return None
    ids = nw.col(ID)
    return ~ids.is_nan() & ((ids.abs() >= _FIRST_INEXACT) | (ids != ids.floor()))


def amount_problem(frame: Frame, column: str) -> str | None:
    """Why a column cannot be read as amounts, or None."""
    dtype = frame.collect_schema()[column]
    values = engines.python_values(frame, column)
    if values is None:
        numeric = dtype.is_numeric()
    else:
        numeric = all(isinstance(value, (Real, Decimal)) and not isinstance(value, bool) for value in values)
    return None if numeric else f"Amounts in {column!r} are {'mixed objects' if values else dtype}, not numbers."


def time_ticks(frame: Frame, name: str, time_format: str | None, shown: Mapping[str, str]) -> tuple[Frame, bool]:
    """The frame with TIME in microseconds, and whether the times were aware (then they are in UTC)."""
    dtype = frame.collect_schema()[TIME]
    if isinstance(dtype, (nw.Categorical, nw.Enum)):
        return time_ticks(frame.with_columns(nw.col(TIME).cast(nw.String)), name, time_format, shown)
    if isinstance(dtype, nw.Datetime):
        return engines.microseconds(frame, TIME), dtype.time_zone is not None
    if dtype == nw.Date:
        return engines.microseconds(frame, TIME), False
    if dtype == nw.String or (dtype.is_integer() and time_format) or engines.python_values(frame, TIME) is not None:
        return _read_values(frame, name, time_format, shown)
    raise InputError(
        f"Times in {name!r} are {dtype}, not dates.",
        rows=engines.shown(frame, shown),
        advice="Convert the column to dates, or give time_format= if it holds dates such as 20240331.",
    )


def _read_values(frame: Frame, name: str, time_format: str | None, shown: Mapping[str, str]) -> tuple[Frame, bool]:
    # Each distinct value is read once, by Python: engines disagree on what ISO 8601 is and on what their formats mean.
    distinct = engines.collect(frame.select(nw.col(TIME).alias(_TEXT)).unique())
    values = distinct[_TEXT].to_list()
    read, bad = _try_each(values, time_format)
    if bad:
        _raise_unreadable(frame, name, bad, shown)
    aware = {isinstance(found, datetime) and found.tzinfo is not None for found in read.values()}
    if len(aware) > 1:
        raise InputError(f"Some times in {name!r} have an offset and some have none.", advice="Give all or none one.")
    found = [ticks(read[value]) for value in values]
    column = nw.new_series(_TICKS, found, nw.Int64(), backend=distinct.implementation)
    table = engines.adopt(frame, distinct.with_columns(column))
    joined = frame.rename({TIME: _TEXT}).join(table, on=_TEXT, how="left")  # type: ignore[arg-type]
    return joined.rename({_TICKS: TIME}).drop(_TEXT), aware.pop()


def _try_each(values: Iterable[Any], time_format: str | None) -> tuple[dict[Any, date], list[Any]]:
    read, good, bad = reader(time_format), {}, []
    for value in values:
        try:
            good[value] = read(value)
        except (ValueError, TypeError, OverflowError):
            bad.append(value)
    return good, bad


def _raise_unreadable(frame: Frame, name: str, bad: list[Any], shown: Mapping[str, str]) -> None:
    wrong = frame.filter(nw.col(TIME).is_in(bad))
    count = engines.single(wrong, rows=nw.len())["rows"]
    raise InputError(
        f"{count:,} times in {name!r} cannot be read.",
        rows=engines.shown(wrong, shown),
        advice='Dates as text are ISO 8601 ("2024-03-31"); for others give time_format=, such as "%d.%m.%Y".',
    )
