"""A caller's log in the package's own columns: ids as they are, times as int64 microseconds, amounts as float64."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

import narwhals.stable.v2 as nw

from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.moments import DAY, local
from clvmodels.transactions.names import AMOUNT, ID, PRIVATE, RESERVED, TIME
from clvmodels.transactions.reading import (
    LARGEST_AMOUNT,
    SMALLEST_AMOUNT,
    amounts,
    float_id_problem,
    is_missing,
    is_out_of_scale,
    one_zero,
    require_plain_ids,
    time_ticks,
)

_MISSING, _NO_TIME, _BAD_AMOUNT, _BAD_ID = "_missing", "_no_time", "_bad_amount", "_bad_id"
_OUT_OF_SCALE, _MISSING_SALES = "_out_of_scale", "_missing_sales"

_CENTURIES = 200 * 366 * DAY


@dataclass(frozen=True)
class Columns:
    """The caller's names of columns."""

    customer: str
    time: str
    amount: str | None
    attributes: tuple[str, ...]
    time_format: str | None

    @property
    def given(self) -> tuple[str, ...]:
        """All names that were given."""
        return (self.customer, self.time, *filter(None, [self.amount]), *self.attributes)

    @property
    def shown(self) -> Mapping[str, str]:
        """The log's columns and the names under which messages show them."""
        named = {ID: self.customer, TIME: self.time}
        return named if self.amount is None else {**named, AMOUNT: self.amount}


@dataclass(frozen=True, eq=False)
class Log:
    """Checked rows that have a customer.

    Attributes
    ----------
    frame
        Columns ID, TIME (microseconds; in UTC if `aware`), AMOUNT (if there are amounts) and the attributes.
    rows, missing_ids
        Rows read, and those among them without a customer, which are not in `frame`.
    missing_sales
        Sum of the positive amounts of the rows without a customer.
    signed
        Whether there are negative amounts.
    dates
        Whether times are known to be days, as the caller's column holds dates.
    """

    frame: Frame
    columns: Columns
    aware: bool
    signed: bool
    rows: int
    missing_ids: int
    missing_examples: tuple[str, ...]
    missing_sales: float = 0.0
    dates: bool = False

    @property
    def money(self) -> bool:
        """Whether the log has amounts."""
        return self.columns.amount is not None

    def span(self) -> tuple[int, int]:
        """First and last time."""
        time = nw.col(TIME)
        endless = time.is_null().cast(nw.Int64).sum()
        found = engines.single(self.frame, low=time.min(), high=time.max(), endless=endless)
        if found["endless"]:
            raise InputError(f"{found['endless']:,} times are infinite.", advice="Drop those rows.")
        return int(found["low"]), int(found["high"])

    def days(self) -> Sequence[int]:
        """Midnights of the days that occur, and of those between them unless there are centuries of them."""
        low, high = self.span()
        if high - low < _CENTURIES:
            return range(low // DAY * DAY, high + 1, DAY)
        # One time in the year 9999 would otherwise mean to look at three million days.
        days = self.frame.select((nw.col(TIME) // DAY).alias(TIME)).unique()
        return sorted(int(row[TIME]) * DAY for row in engines.records(days))

    def clock(self, zone: tzinfo | None) -> nw.Expr:
        """TIME on the zone's own clock."""
        if self.aware and zone is None:
            raise InputError(
                "The times have a time zone, and nothing says in which zone days begin.",
                advice='Give timezone=, such as timezone="Europe/Berlin".',
            )
        if zone is not None and not self.aware:
            raise InputError(
                f"timezone={str(zone)!r} was given and the times have no time zone.",
                advice="Leave it out, or make the times aware.",
            )
        return nw.col(TIME) if zone is None else local(nw.col(TIME), zone, self.days())

    def localised(self, zone: tzinfo | None) -> "Log":
        """The log with times of the zone's clock."""
        times = self.clock(zone).alias(TIME)
        return replace(self, frame=self.frame.with_columns(times), aware=False) if self.aware else self


def read_log(frame: object, columns: Columns) -> Log:
    """Check the caller's frame and bring it into the package's columns."""
    wrapped = nw.maybe_reset_index(engines.wrap(frame))
    engines.require_columns(wrapped, columns.given)
    # DuckDB takes names that differ only in case for the same.
    reserved = {name.lower() for name in RESERVED}
    clash = [name for name in columns.attributes if name.lower() in reserved or name.lower().startswith(PRIVATE)]
    if clash:
        raise InputError(f"The attribute {clash[0]!r} has the name of a summary column.", advice="Rename that column.")
    require_plain_ids(wrapped, columns.customer)
    selected = amounts(_select(wrapped, columns), wrapped, columns.amount, columns.shown)
    facts = _facts(selected, columns)
    present = selected.filter(~is_missing(selected, ID)) if facts[_MISSING] else selected
    frame_, aware = time_ticks(present, columns.time, columns.time_format, columns.shown)
    return Log(
        frame=frame_,
        columns=columns,
        aware=aware,
        signed=bool(facts.get("negative")),
        rows=facts["rows"],
        missing_ids=facts[_MISSING],
        missing_examples=_examples(selected, facts, columns),
        missing_sales=facts[_MISSING_SALES],
        dates=selected.collect_schema()[TIME] == nw.Date,
    )


def _select(frame: Frame, columns: Columns) -> Frame:
    given = [one_zero(frame, columns.customer).alias(ID), nw.col(columns.time).alias(TIME)]
    if columns.amount is not None:
        given.append(nw.col(columns.amount).alias(AMOUNT))
    return frame.select(*given, *columns.attributes)


def _facts(frame: Frame, columns: Columns) -> dict[str, Any]:
    """Count what is wrong in one pass, and raise on the first fault."""
    tests = {_NO_TIME: nw.col(TIME).is_null()}
    problem = float_id_problem(frame)
    if problem is not None:
        tests[_BAD_ID] = problem
    if columns.amount is not None:
        amount = nw.col(AMOUNT)
        tests[_BAD_AMOUNT] = amount.is_null() | ~amount.is_finite()
        tests[_OUT_OF_SCALE] = is_out_of_scale(amount)
        tests["negative"] = amount < 0
    missing = is_missing(frame, ID)
    found = _counts(frame, tests, missing, columns)
    sales = float(found.pop(_MISSING_SALES, None) or 0.0)
    facts: dict[str, Any] = {name: int(count or 0) for name, count in found.items()} | {_MISSING_SALES: sales}
    if not facts["rows"]:
        raise InputError("The log is empty.", advice="Give a frame that has rows.")
    if facts["rows"] == facts[_MISSING]:
        what = f"All {facts['rows']:,} ids in {columns.customer!r} are missing."
        raise InputError(what, advice="Name the column of ids.")
    for name, (what, advice) in _FAULTS.items():
        if facts.get(name):
            rows = engines.shown(frame.filter(tests[name] & ~missing), columns.shown)
            raise InputError(what.format(count=facts[name], names=columns), rows=rows, advice=advice)
    return facts


def _counts(frame: Frame, tests: Mapping[str, nw.Expr], missing: nw.Expr, columns: Columns) -> dict[str, Any]:
    """Rows, rows without a customer and their sales, and of the others those that fail each test."""
    how_many = {"rows": nw.len(), _MISSING: missing.cast(nw.Int64).sum()}
    if not isinstance(frame, nw.LazyFrame):
        # Rows in memory are quick to ask twice, and mostly nobody is missing.
        found = engines.single(frame, **how_many)
        if not found[_MISSING]:
            return found | engines.single(frame, **{name: test.cast(nw.Int64).sum() for name, test in tests.items()})
    sums = {name: (test & ~missing).cast(nw.Int64).sum() for name, test in tests.items()}
    if columns.amount is not None:
        sums[_MISSING_SALES] = _sales(nw.col(AMOUNT), missing)
    return engines.single(frame, **how_many, **sums)


def _sales(amount: nw.Expr, where: nw.Expr) -> nw.Expr:
    # Amounts of rows that will be dropped are not checked: what is no money counts as none.
    return nw.when(where & (amount > 0) & (amount <= LARGEST_AMOUNT)).then(amount).otherwise(nw.lit(0.0)).sum()


_FAULTS = {
    _BAD_ID: (
        "{count:,} ids in {names.customer!r} are no whole numbers, or lost digits when they were read as floats.",
        "Read the column as text or as integers, for example with clvmodels.read(..., text=[...]).",
    ),
    _NO_TIME: ("{count:,} rows have no time in {names.time!r}.", "Drop these rows or fill in their time."),
    _BAD_AMOUNT: (
        "{count:,} amounts in {names.amount!r} are missing or not finite.",
        "Drop these rows or fill in their amounts; a free order has amount 0.",
    ),
    _OUT_OF_SCALE: (
        f"{{count:,}} amounts in {{names.amount!r}} are not between {SMALLEST_AMOUNT:g} and {LARGEST_AMOUNT:g}.",
        "No money has such amounts: mend or drop these rows.",
    ),
}


def _examples(frame: Frame, facts: Mapping[str, int], columns: Columns) -> tuple[str, ...]:
    if not facts[_MISSING]:
        return ()
    return tuple(engines.shown(frame.filter(is_missing(frame, ID)), columns.shown))
