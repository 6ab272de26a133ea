"""Sums by group: one road for plans, and a quick one for rows in memory."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import Array, IntArray
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.moments import DAY

_LARGEST = 2**63
_COUNT = "_clv_count"


@dataclass(frozen=True)
class Aggregates:
    """Columns of which to take sums, minima and maxima, and the name under which to count rows."""

    sums: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    most: tuple[str, ...] = ()
    rows: str | None = None

    def expressions(self) -> list[nw.Expr]:
        """For a group_by."""
        taken = [nw.col(name).sum() for name in self.sums]
        taken += [nw.col(name).min() for name in self.least] + [nw.col(name).max() for name in self.most]
        if self.rows is not None or not taken:
            taken.append(nw.len().alias(self.rows or _COUNT))
        return taken


def grouped(frame: Frame, keys: Sequence[str], take: Aggregates) -> Frame:
    """One row per combination of keys, with aggregates under their columns' names; rows in memory come sorted by keys.

    Neither keys nor aggregated columns have missing values.

    Examples
    --------
    >>> import narwhals.stable.v2 as nw
    >>> import pandas as pd
    >>> from clvmodels.transactions.grouping import Aggregates, grouped
    >>> frame = nw.from_native(pd.DataFrame({"id": [2, 1, 2], "paid": [5.0, 7.0, 1.0]}))
    >>> grouped(frame, ["id"], Aggregates(sums=("paid",))).to_native()
       id  paid
    0   1   7.0
    1   2   6.0
    """
    if isinstance(frame, nw.LazyFrame):
        return frame.group_by(*keys).agg(*take.expressions())
    key = _packed([_codes(frame[name]) for name in keys]) if len(frame) else None
    if key is None:
        return frame.group_by(*keys).agg(*take.expressions()).sort(*keys)
    order, starts = _sorted_runs(key)
    return _aggregated(frame, keys, take, order, starts)


def collapsed(frame: Frame, keys: Sequence[str], new: Array, take: Aggregates) -> Frame:
    """The same for rows in memory that are sorted by the keys; `new`, shape (n,), says where groups begin."""
    return _aggregated(engines.collect(frame), keys, take, None, np.flatnonzero(new))


def changes(series: nw.Series[Any]) -> Array:
    """Where a column without missing values differs from the row before, shape (n,); the first row does."""
    differs = np.ones(len(series), dtype=bool)
    if series.dtype == nw.String:
        import pyarrow.compute as pc

        text = series.to_arrow()
        differs[1:] = pc.not_equal(text.slice(1), text.slice(0, max(len(text) - 1, 0))).to_numpy(zero_copy_only=False)
        return differs
    values = series.to_numpy() if series.dtype in _PLAIN else _objects(series)
    differs[1:] = values[1:] != values[:-1]
    return differs


_PLAIN = frozenset({nw.Int8, nw.Int16, nw.Int32, nw.Int64, nw.UInt8, nw.UInt16, nw.UInt32, nw.UInt64, nw.Float64})


def _objects(series: nw.Series[Any]) -> Array:
    values = np.empty(len(series), dtype=object)
    values[:] = series.to_list()
    return values


def _codes(series: nw.Series[Any]) -> tuple[IntArray, int] | None:
    """Whole numbers from 0 in the order of the values, and one more than their largest; None if that is not quick."""
    if series.dtype == nw.String:
        return _codes_of_text(series)
    if not series.dtype.is_integer() or series.dtype not in _PLAIN:
        return None
    values = series.to_numpy()
    low, high = int(values.min()), int(values.max())
    if values.dtype.kind not in "iu" or high - low >= _LARGEST:
        return None
    # Narrow integers do not hold the distance of two of them, and int64 not the largest without a sign.
    codes = (values - np.uint64(low)).astype(np.int64) if values.dtype == np.uint64 else values.astype(np.int64) - low
    days = codes // DAY
    if high - low >= DAY and bool((days * DAY == codes).all()):
        return days, (high - low) // DAY + 1
    return codes, high - low + 1


def _codes_of_text(series: nw.Series[Any]) -> tuple[IntArray, int]:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = series.to_arrow()
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    encoded = text.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[encoded.indices.to_numpy()], len(order)


def _packed(codes: list[tuple[IntArray, int] | None]) -> IntArray | None:
    """One whole number per row that sorts as all codes together, or None if there is none."""
    known = [code for code in codes if code is not None]
    if len(known) < len(codes) or math.prod(size for _, size in known) >= _LARGEST:
        return None
    key = known[0][0]
    for code, size in known[1:]:
        key = key * size + code
    return key


def _sorted_runs(key: IntArray) -> tuple[IntArray | None, IntArray]:
    """The order that sorts the keys (None: as they are), and where runs of equal ones begin."""
    if bool((key[1:] >= key[:-1]).all()):
        return None, _starts(key)
    bits = (len(key) - 1).bit_length()
    if int(key.max()) >> (63 - bits):
        order = np.argsort(key, kind="stable")
        return order, _starts(key[order])
    # Numbers that carry their row are sorted in a third of the time of an argsort.
    both = (key << bits) | np.arange(len(key))
    both.sort()
    return both & ((1 << bits) - 1), _starts(both >> bits)


def _starts(key: IntArray) -> IntArray:
    return np.concatenate([[0], np.flatnonzero(key[1:] != key[:-1]) + 1])


def _aggregated(
    frame: nw.DataFrame[Any], keys: Sequence[str], take: Aggregates, order: IntArray | None, starts: IntArray
) -> Frame:
    firsts = starts if order is None else order[starts]
    made = nw.maybe_reset_index(frame.select(*keys)[firsts])
    sizes = np.diff(starts, append=len(frame))
    member = np.repeat(np.arange(len(starts)), sizes)

    def total(values: Array) -> Array:  # in half the time of np.add.reduceat
        return np.bincount(member, weights=values).astype(np.result_type(values, np.int64), copy=False)

    def least(values: Array) -> Array:
        return np.minimum.reduceat(values, starts)

    def most(values: Array) -> Array:
        return np.maximum.reduceat(values, starts)

    columns = [] if take.rows is None else [nw.new_series(take.rows, sizes, backend=frame.implementation)]
    for how, names in ((total, take.sums), (least, take.least), (most, take.most)):
        for name in names:
            values = frame[name].to_numpy()
            made_of = how(values if order is None else values[order])
            columns.append(nw.new_series(name, made_of, backend=frame.implementation))
    return made.with_columns(*columns)
