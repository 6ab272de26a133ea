"""A frame of any engine whose columns can be read as arrays."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import narwhals.stable.v2 as nw

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError, LazyFrameError, WrongTypeError
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.names import ID, MONEY

_MONEY_ADVICE = "Name the amounts, Transactions(..., amount=...); a table of your own needs at least monetary_value."
_OTHER_ADVICE = "Make the summary from a log, or add the column to your table."


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """One row per customer in a frame of the caller's own kind.

    Attributes
    ----------
    frame
        The native frame.
    """

    frame: Any
    _columns: dict[str, FloatArray] = field(default_factory=dict, init=False)

    @cached_property
    def _wrapped(self) -> Frame:
        return engines.wrap(self.frame)

    @property
    def is_lazy(self) -> bool:
        """Whether the frame is a plan without rows: Polars lazy, DuckDB."""
        return isinstance(self._wrapped, nw.LazyFrame)

    @property
    def n_customers(self) -> int:
        """Number of customers.

        Raises
        ------
        LazyFrameError
            If the frame is lazy.
        """
        return len(self._eager("The number of customers"))

    def __len__(self) -> int:
        return self.n_customers

    def __bool__(self) -> bool:
        # Without this, `if summary:` would count the rows, which a lazy frame refuses.
        return True

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return self._wrapped.collect_schema().names()

    def has(self, column: object) -> bool:
        """Whether the column exists."""
        return isinstance(column, str) and column in self.names

    def require(self, columns: Iterable[str]) -> None:
        """Raise an InputError that names the columns that are missing."""
        missing = [name for name in columns if not self.has(name)]
        if missing:
            raise InputError(
                f"The {type(self).__name__.lower()} has no column {', '.join(map(repr, missing))}.",
                advice=_MONEY_ADVICE if set(missing) & {*MONEY, "revenue"} else _OTHER_ADVICE,
            )

    def column(self, name: str) -> FloatArray:
        """A column as read-only float64, shape (n,), in row order, null as NaN.

        Raises
        ------
        InputError
            If the column is missing or not numeric.
        LazyFrameError
            If the frame is lazy.
        """
        if not isinstance(name, str):
            raise WrongTypeError(f"A column is named by text, not {name!r}.", advice='Such as "frequency".')
        if name not in self._columns:
            self.require([name])
            series = self._eager(f"The column {name!r}")[name]
            if not (series.dtype.is_numeric() or series.dtype == nw.Boolean):
                raise InputError(
                    f"The column {name!r} is {series.dtype}, not numbers.", advice="Convert it to numbers."
                )
            self._columns[name] = engines.floats(series)
        return self._columns[name]

    def customer_ids(self) -> Any:
        """The customers, as a column of the frame's own kind and in row order.

        Raises
        ------
        LazyFrameError
            If the frame is lazy.
        """
        return self._eager("The list of customers")[ID].to_native()

    def ids(self) -> list[Any]:
        """The customers as Python values, in row order.

        Raises
        ------
        LazyFrameError
            If the frame is lazy.
        """
        return self._eager("The list of customers")[ID].to_list()

    def collected(self) -> Self:
        """The same with its rows in memory; a table that has them is returned as it is."""
        if not self.is_lazy:
            return self
        return replace(self, frame=engines.collect(self._wrapped).to_native())

    def _eager(self, what: str) -> nw.DataFrame[Any]:
        if isinstance(self._wrapped, nw.LazyFrame):
            raise LazyFrameError(
                f"{what} of a lazy frame would have to be computed.",
                advice="Use predict, which works on any engine, or collect the frame and use Summary.from_frame.",
            )
        return self._wrapped
