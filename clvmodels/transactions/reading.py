"""What a column of ids, times or amounts may hold, and how it is read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any
from uuid import UUID

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.moments import reader, ticks
from clvmodels.transactions.names import AMOUNT, ID, TIME

# From here on neighbouring integers share one float.
_FIRST_INEXACT, _FIRST_INEXACT_SINGLE = 2.0**53, 2.0**24
# Sums and squares of such amounts neither overflow nor vanish.
SMALLEST_AMOUNT, LARGEST_AMOUNT = 1e-100, 1e100
_NUMBERS = 'Convert the column to numbers; docs/how-to/your-data.md shows how for "1.060,70 €" and "$1,060.70".'
_TEXT, _TICKS = "_clv_text", "_clv_ticks"


def require_plain_ids(frame: Frame, column: str) -> None:
    """Raise an InputError if ids of several types stand in one column, or have a type that cannot be grouped."""
    dtype = frame.collect_schema()[column]
    objects = dtype == nw.Object and frame.implementation.is_polars()
    if dtype.is_nested() or dtype == nw.Float16 or objects:
        raise _no_ids(str(dtype), column)
    kinds = _kinds(engines.python_values(frame, column) or ())
    if len(kinds) > 1:
        rows = [f"{kind}: {value!r}" for kind, value in sorted(kinds.items())]
        raise InputError(
            f"Ids in {column!r} are of {len(kinds)} types, so 1 and '1' would be two customers.",
            rows=rows,
            advice=f"Convert {column!r} to one type.",
        )
    unfit = [kind for kind in kinds if kind not in _KINDS]
    if unfit:
        raise _no_ids(unfit[0], column)


def _no_ids(kind: str, column: str) -> InputError:
    return InputError(f"Ids of type {kind} cannot be grouped.", advice=f"Convert {column!r} to text.")


# Of these every value can be grouped and sorted with every other one, and equal ones mean the same.
_KINDS: Mapping[str, Any] = {
    "bool": (bool, np.bool_),
    "int": Integral,
    "str": str,
    "bytes": bytes,
    "UUID": UUID,
    "Decimal": Decimal,
}


def _kinds(values: Iterable[Any]) -> dict[str, object]:
    """Kinds of the ids that are there, each with one of them."""
    first: dict[type, Any] = {}
    for value in values:
        kind: Any = type(value)
        # NaN is a missing id, and gives way to any other.
        if kind not in first or (kind is float and first[kind] != first[kind]) or (kind is Decimal and value.is_nan()):
            first[kind] = value
    return {_kind(value): value for value in first.values() if not _is_absent(value)}


def _kind(value: object) -> str:
    if isinstance(value, Decimal) and value.is_nan():
        return "Decimal NaN"  # which cannot be compared
    return next((name for name, kind in _KINDS.items() if isinstance(value, kind)), type(value).__name__)


def one_zero(frame: Frame, column: str) -> nw.Expr:
    """Ids, of which -0.0 is 0.0: some engines take them for two customers although they are equal."""
    ids = nw.col(column)
    return nw.when(ids == 0).then(ids.abs()).otherwise(ids) if frame.collect_schema()[column].is_float() else ids


def is_missing(frame: Frame, column: str) -> nw.Expr:
    """Where a column is null or NaN."""
    missing = nw.col(column).is_null()
    return missing | nw.col(column).is_nan() if frame.collect_schema()[column].is_float() else missing


def float_id_problem(frame: Frame) -> nw.Expr | None:
    """Which ids lost digits, if ids are floating point."""
    dtype = frame.collect_schema()[ID]
    if not dtype.is_float():
        return None
    ids, inexact = nw.col(ID), _FIRST_INEXACT_SINGLE if dtype == nw.Float32 else _FIRST_INEXACT
    return ~ids.is_nan() & ((ids.abs() >= inexact) | (ids != ids.floor()))


def require_rows(frame: Frame) -> None:
    """Raise an InputError if there are none."""
    if not engines.single(frame, rows=nw.len())["rows"]:
        raise InputError("The log is empty.", advice="Give a frame that has rows.")


def amounts(selected: Frame, given: Frame, column: str | None, shown: Mapping[str, str]) -> Frame:
    """The selected columns with AMOUNT as float64, if there are amounts; missing ones may be null or NaN."""
    if column is None:
        return selected
    dtype = given.collect_schema()[column]
    values = engines.python_values(given, column)
    if values is None and dtype.is_numeric():
        return selected.with_columns(engines.real(nw.col(AMOUNT), dtype))
    if values is None or not all(map(_is_amount, values)):
        require_rows(selected)  # the types of what is empty say nothing
        what = f"Amounts in {column!r} are {'mixed objects' if values else dtype}, not numbers."
        raise InputError(what, rows=engines.shown(selected, shown), advice=_NUMBERS)
    backend = selected.implementation
    return selected.with_columns(nw.new_series(AMOUNT, [*map(_float, values)], nw.Float64(), backend=backend))


def is_out_of_scale(amount: nw.Expr) -> nw.Expr:
    """Where an amount is too large or too small to be money."""
    size = amount.abs()
    return (size > LARGEST_AMOUNT) | ((size > 0) & (size < SMALLEST_AMOUNT))


def _is_amount(value: object) -> bool:
    return _is_absent(value) or (isinstance(value, (Real, Decimal)) and not isinstance(value, (bool, np.bool_)))


def _float(value: Any) -> float:
    if _is_absent(value) or (isinstance(value, Decimal) and value.is_nan()):
        return float("nan")
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _is_absent(value: object) -> bool:
    # pandas has several kinds of nothing, and not all of them compare.
    nothing = value is None or type(value).__name__ in {"NAType", "NaTType"}
    return nothing or (isinstance(value, Real) and value != value)


def time_ticks(frame: Frame, name: str, time_format: str | None, shown: Mapping[str, str]) -> tuple[Frame, bool]:
    """The frame with TIME in microseconds, and whether the times were aware (then they are in UTC)."""
    dtype = frame.collect_schema()[TIME]
    if dtype == nw.Unknown and "date64" in engines.native_type(frame, TIME):
        return time_ticks(frame.with_columns(nw.col(TIME).cast(nw.Date)), name, time_format, shown)
    if isinstance(dtype, (nw.Categorical, nw.Enum)):
        return time_ticks(frame.with_columns(nw.col(TIME).cast(nw.String)), name, time_format, shown)
    if isinstance(dtype, nw.Datetime):
        return engines.microseconds(frame, TIME), dtype.time_zone is not None
    if dtype == nw.Date:
        return engines.microseconds(frame, TIME), False
    if dtype == nw.String or (dtype.is_integer() and time_format) or _pandas_objects(frame):
        return _read_values(frame, name, time_format, shown)
    raise InputError(
        f"Times in {name!r} are {engines.native_type(frame, TIME) if dtype == nw.Unknown else dtype}, not dates.",
        rows=engines.shown(frame, shown),
        advice="Convert the column to dates, or give time_format= if it holds dates such as 20240331.",
    )


def _pandas_objects(frame: Frame) -> bool:
    return frame.implementation.is_pandas() and engines.python_values(frame, TIME) is not None


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
