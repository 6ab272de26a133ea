"""Customers sorted so that those who share what a computation needs stand together, in blocks that fit the cache."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray, IntArray

# Numbers that are held of a group of pairs (x, T), and most pairs of one; rows and pairs of a block.
_NUMBERS, _PAIRS_TOGETHER = 4_096_000, 4_096
_ROWS, _PAIRS = 512, 128


@dataclass(frozen=True)
class Block:
    """Some distinct rows.

    Attributes
    ----------
    rows
        Their places among all distinct rows.
    pairs
        Places of their pairs (x, T) among those of the group.
    pair
        Of each row, the place of its pair within the block, shape (rows,).
    """

    rows: slice
    pairs: slice
    pair: IntArray


@dataclass(frozen=True)
class Group:
    """Distinct pairs (x, T) in blocks.

    Attributes
    ----------
    x, T
        Shape (pairs,).
    blocks
        Of the rows that have these pairs.
    """

    x: FloatArray
    T: FloatArray
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Arranged:
    """Distinct rows, sorted by x, T and the other columns.

    Attributes
    ----------
    columns
        x, T and others, shape (rows,) each.
    counts
        Customers per row, shape (rows,).
    member
        Of each customer, the place of the row, shape (n,).
    """

    columns: tuple[FloatArray, ...]
    counts: FloatArray
    member: IntArray

    @classmethod
    def of(cls, *columns: FloatArray, counts: FloatArray | float = 1.0) -> "Arranged":
        """Arrange customers by columns x, T and others, shape (n,) each, n at least 1."""
        order = np.lexsort(columns[::-1])
        by_row = [column[order] for column in columns]
        starts = _changes(by_row)
        member = np.empty(len(order), dtype=np.int64)
        member[order] = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(order)))
        weights = np.broadcast_to(np.asarray(counts, float), order.shape)[order]
        return cls(tuple(column[starts] for column in by_row), np.add.reduceat(weights, starts), member)

    def groups(self, width: int) -> Iterator[Group]:
        """All rows, some thousand pairs at a time, or fewer where `width` numbers are held of each."""
        together = max(16, min(_PAIRS_TOGETHER, _NUMBERS // width))
        x, T = self.columns[:2]
        starts = _changes([x, T])
        ends = np.append(starts[1:], len(x))
        for first in range(0, len(starts), together):
            mine = slice(first, first + together)
            yield Group(x[starts[mine]], T[starts[mine]], tuple(_blocks(starts[mine], ends[mine])))


def _blocks(starts: IntArray, ends: IntArray) -> Iterator[Block]:
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(ends, starts[first] + _ROWS, side="right"))
        last = min(max(last, first + 1), first + _PAIRS)
        yield from _pieces(starts, ends, slice(first, last))
        first = last


def _pieces(starts: IntArray, ends: IntArray, pairs: slice) -> Iterator[Block]:
    """Usually one block; a pair with more rows than a block holds is cut into several."""
    pair = np.repeat(np.arange(pairs.stop - pairs.start), (ends - starts)[pairs])
    begin = int(starts[pairs.start])
    for offset in range(0, len(pair), 2 * _ROWS):
        piece = pair[offset : offset + 2 * _ROWS]
        yield Block(slice(begin + offset, begin + offset + len(piece)), pairs, piece)


def runs(*columns: FloatArray) -> tuple[IntArray, IntArray]:
    """Where runs of equal rows begin, and of each row the number of its run.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.fitting.arranged import runs
    >>> [places.tolist() for places in runs(np.array([7.0, 7.0, 8.0]), np.array([1.0, 1.0, 1.0]))]
    [[0, 2], [0, 0, 1]]
    """
    starts = _changes(list(columns))
    return starts, np.repeat(np.arange(len(starts)), np.diff(starts, append=len(columns[0])))


def _changes(columns: list[FloatArray]) -> IntArray:
    """Where rows differ from the one before, and 0."""
    differs = np.zeros(len(columns[0]), dtype=bool)
    differs[:1] = True
    for column in columns:
        differs[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(differs)
