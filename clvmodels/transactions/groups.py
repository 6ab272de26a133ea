"""Which group of an attribute each customer belongs to, on any engine."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import IntArray
from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.names import GROUP, RESERVED
from clvmodels.transactions.summary import Summary

Label: TypeAlias = str | float | bool | None

# A column with more values than this is a number or a name of customers, and no attribute that groups them.
_MOST = 1_000


@dataclass(frozen=True)
class Groups:
    """The values of an attribute, in order.

    Attributes
    ----------
    by
        Name of the attribute's column.
    labels
        Its values, sorted: text, numbers or booleans as they are, anything else as text, None for missing ones.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Groups, Summary
    >>> frame = pd.DataFrame({"customer_id": [1, 2, 3], "frequency": 0, "recency": 0.0, "T": 9.0})
    >>> summary = Summary.from_frame(frame.assign(channel=["web", "shop", None]))
    >>> groups = Groups.of(summary, "channel")
    >>> groups.labels
    ('shop', 'web', None)
    >>> groups.codes(summary)
    array([1, 0, 2])
    """

    by: str
    labels: tuple[Label, ...]

    @classmethod
    def of(cls, summary: Summary, by: str) -> "Groups":
        """The groups that a summary has; on a lazy frame by one query.

        Raises
        ------
        InputError
            If there is no such attribute, or it has too many values to be one.
        """
        if not isinstance(by, str):
            raise InputError(f"by={by!r} is no name of a column.", advice='Name one attribute, such as by="channel".')
        summary.require([by])
        if by in RESERVED:
            raise InputError(f"Customers cannot be grouped by {by!r}.", advice="Name an attribute, such as a channel.")
        found = _labels(summary, by)
        if len(found) > _MOST:
            raise InputError(
                f"{by!r} has {len(found):,} values, and every group needs customers enough for a fit of its own.",
                rows=found,
                advice=f"Use an attribute of at most {_MOST:,} values.",
            )
        return cls(by, tuple(sorted(found, key=_order)))

    @property
    def column(self) -> str:
        """Name of the column of codes that `coded` adds; two different groupings have different names."""
        return GROUP + sha256(repr((self.by, self.labels)).encode()).hexdigest()[:8]

    def coded(self, summary: Summary) -> Summary:
        """The summary with a column of each customer's place among the labels.

        Raises
        ------
        InputError
            If there are customers of other groups.
        """
        if summary.has(self.column):
            return summary
        summary.require([self.by])
        unknown = [label for label in _labels(summary, self.by) if label not in self.labels]
        if unknown:
            raise InputError(
                f"There are customers of {len(unknown):,} groups that were not fitted.",
                rows=[f"{self.by} {label!r}" for label in unknown],
                advice=f"Fitted were {', '.join(map(repr, self.labels[:10]))}. Fit again, or leave these out.",
            )
        frame = engines.wrap(summary.frame)
        return replace(summary, frame=self._with_codes(frame).to_native())

    def codes(self, summary: Summary) -> IntArray:
        """Each customer's place among the labels, shape (n,), of a summary in memory."""
        return self.coded(summary).column(self.column).astype(np.int64)

    def _with_codes(self, frame: Frame) -> Frame:
        if isinstance(frame, nw.LazyFrame):
            return frame.with_columns(_case(_comparable(frame, self.by), self.labels).alias(self.column))
        places = {label: place for place, label in enumerate(self.labels)}
        codes = np.array([places[label] for label in _values(frame, self.by)], dtype=np.int64)
        return frame.with_columns(nw.new_series(self.column, codes, nw.Int64(), backend=frame.implementation))


def is_group_code(column: str) -> bool:
    """Whether a column is one that `Groups.coded` adds."""
    return column.startswith(GROUP)


def _labels(summary: Summary, by: str) -> list[Label]:
    frame = engines.wrap(summary.frame)
    if isinstance(frame, nw.DataFrame):
        return list(dict.fromkeys(_values(frame, by)))
    distinct = frame.select(_comparable(frame, by)).unique().head(_MOST + 2)
    return list(dict.fromkeys(_label(row[by]) for row in engines.records(distinct)))


def _values(frame: nw.DataFrame[Any], by: str) -> Iterable[Label]:
    column = frame.select(_comparable(frame, by))[by]
    missing = column.is_null().to_numpy()
    return [None if gone else _label(value) for value, gone in zip(column.to_list(), missing, strict=True)]


def _comparable(frame: Frame, by: str) -> nw.Expr:
    """The attribute as text, unless it is a number, a boolean or made of Python objects."""
    dtype = frame.collect_schema()[by]
    plain = dtype.is_numeric() and not dtype.is_decimal()
    return nw.col(by) if plain or dtype in {nw.Boolean, nw.Object, nw.String} else nw.col(by).cast(nw.String)


def _label(value: Any) -> Label:
    if value is None or (isinstance(value, float) and value != value):
        return None
    return value if isinstance(value, (str, int, float)) else str(value)


def _case(value: nw.Expr, labels: Iterable[Label]) -> nw.Expr:
    """The place of the value among the labels, as one expression of a plan; missing values are the last label."""
    known = [label for label in labels if label is not None]
    place = nw.lit(len(known), nw.Int64)
    for code, label in enumerate(known):
        place = nw.when(value == label).then(nw.lit(code, nw.Int64)).otherwise(place)
    return place


def _order(label: Label) -> tuple[bool, str, Any]:
    """Sorts labels of one kind by value and the missing one last."""
    kind = "number" if isinstance(label, (int, float)) else "text"
    return label is None, kind, 0 if label is None else label
