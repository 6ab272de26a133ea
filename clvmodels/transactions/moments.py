"""Points in time: dates, instants and texts as int64 microseconds since 1970-01-01."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from numbers import Number
from typing import Any
from zoneinfo import ZoneInfo

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.errors import InputError, WrongTypeError

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1)
_FIRST = (date.min.toordinal() - EPOCH.toordinal() + 2) * DAY
_LAST = (date.max.toordinal() - EPOCH.toordinal() - 2) * DAY

_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Moment:
    """A day, which lasts until its end, or an instant.

    Attributes
    ----------
    value
        A date, or a naive datetime for an instant.
    """

    value: date | datetime

    @property
    def last(self) -> int:
        """The last microsecond that belongs to it."""
        return self.end if isinstance(self.value, datetime) else self.end - 1

    @property
    def end(self) -> int:
        """Where the time since an earlier instant stops."""
        return ticks(self.value) if isinstance(self.value, datetime) else self.day + DAY

    @property
    def day(self) -> int:
        """Midnight at which its day starts."""
        return ticks(self.value) // DAY * DAY

    def __str__(self) -> str:
        return self.value.isoformat()

    @classmethod
    def at(cls, tick: int) -> "Moment":
        """The day that starts at a tick, or the instant."""
        instant = EPOCH + timedelta(microseconds=int(tick))
        return cls(instant if tick % DAY else instant.date())

    @classmethod
    def parse(cls, value: object, name: str, zone: tzinfo | None = None) -> "Moment":
        """Read a date, a datetime, a pandas Timestamp (at midnight: that day), a numpy datetime64, or ISO 8601 text."""
        if isinstance(value, cls):
            return value
        found = _from_text(value, name) if isinstance(value, str) else _from_object(value, name)
        if not isinstance(found, datetime) or found.tzinfo is None:
            return cls(found)
        if zone is None:
            raise InputError(f"{name}={value} has a time zone.", advice="Say with timezone= in which zone days begin.")
        try:
            return cls(found.astimezone(zone).replace(tzinfo=None))
        except OverflowError as error:
            raise InputError(
                f"{name}={value} lies outside the years 1 to 9999 in {zone}.", advice="Take another day."
            ) from error


def _from_text(text: str, name: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if _DATE_ONLY.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{name}={text!r} is no date.", advice='Write it as "2024-03-31".') from error


def _from_object(value: Any, name: str) -> date | datetime:
    # pandas has no type for days: a Timestamp at midnight, such as log["date"].max(), is how its users write one.
    if isinstance(value, np.datetime64):
        day = value.astype("datetime64[D]")
        instant = value.astype("datetime64[us]")
        # NumPy wraps what does not fit.
        fits = instant.astype("datetime64[D]") == day
        value = (day if np.datetime_data(value.dtype)[0] == "D" else instant).item() if fits else value
    if isinstance(value, date) and value == value:
        if not hasattr(value, "to_pydatetime"):
            return value
        moment: datetime = value.to_pydatetime(warn=False)
        return moment.date() if moment.tzinfo is None and ticks(moment) % DAY == 0 else moment
    raise WrongTypeError(f"{name}={value!r} is no date.", advice='Give a date or text such as "2024-03-31".')


def ticks(value: date) -> int:
    """Microseconds since 1970-01-01 of a date or datetime; of an aware one in UTC.

    Examples
    --------
    >>> from datetime import UTC, date
    >>> from clvmodels.transactions.moments import DAY, ticks
    >>> ticks(date(1970, 1, 3)) // DAY
    2
    """
    if not isinstance(value, datetime):
        return (value.toordinal() - EPOCH.toordinal()) * DAY
    # Not by astimezone, which cannot leave the years 1 to 9999.
    offset = value.utcoffset() or timedelta()
    return (value.replace(tzinfo=None) - EPOCH - offset) // timedelta(microseconds=1)


def date_of(tick: int) -> date:
    """The day in which a tick lies."""
    return (EPOCH + timedelta(days=tick // DAY)).date()


def reader(time_format: str | None) -> Callable[[object], date]:
    """The function that reads one value of a column of texts, dates or datetimes; it raises ValueError."""

    def read(value: object) -> date:
        if isinstance(value, date):
            return value
        if isinstance(value, Number) and not time_format:
            raise ValueError("a number is no date without a format")
        text = str(value).strip()
        return datetime.strptime(text, time_format) if time_format else datetime.fromisoformat(text)

    return read


def require_format(time_format: object) -> None:
    """Raise an InputError or WrongTypeError if nothing can be read by such a format."""
    advice = 'Such as "%d.%m.%Y".'
    if time_format is not None and not isinstance(time_format, str):
        raise WrongTypeError(f"time_format={time_format!r} is no text.", advice=advice)
    try:
        datetime.strptime("", time_format or "")
    except re.error as error:
        raise InputError(f"time_format={time_format!r} names a part of the time twice.", advice=advice) from error
    except ValueError:
        return  # the empty text does not fit the format, which says nothing about the format


def zone_of(name: str | None) -> tzinfo | None:
    """The time zone of that name."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise InputError(f"timezone={name!r} is no time zone.", advice='Use a name such as "Europe/Berlin".') from error


def local(utc: nw.Expr, zone: tzinfo, days: Sequence[int]) -> nw.Expr:
    """Ticks of the zone's own clock for ticks in UTC that lie on the given days (midnights in UTC, ascending).

    The zone's rules come from Python alone, since engines carry time zone tables of different years, or none.
    """
    expression = utc + nw.lit(_offset(zone, days[0]))
    for at, change in _changes(zone, days):
        expression = expression + nw.when(utc >= at).then(nw.lit(change)).otherwise(nw.lit(0))
    return expression


def _offset(zone: tzinfo, tick: int) -> int:
    # Python has no instants beyond, and no zone changes its clocks within two days of there.
    instant = (EPOCH + timedelta(microseconds=min(max(tick, _FIRST), _LAST))).replace(tzinfo=UTC)
    return (instant.astimezone(zone).utcoffset() or timedelta()) // timedelta(microseconds=1)


def _changes(zone: tzinfo, days: Sequence[int]) -> list[tuple[int, int]]:
    changes, offset = [], _offset(zone, days[0])
    for day in days:
        before, after = _offset(zone, day), _offset(zone, day + DAY)
        if before != offset:  # between this day and the one before
            changes.append((day, before - offset))
        if after != before:
            changes.append((_first_after(zone, day, day + DAY), after - before))
        offset = after
    return changes


def _first_after(zone: tzinfo, low: int, high: int) -> int:
    old = _offset(zone, low)
    while high - low > SECOND:
        middle = (low + high) // (2 * SECOND) * SECOND
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high
