"""Points in time: dates, instants and texts as int64 microseconds since 1970-01-01."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import narwhals.stable.v2 as nw

from clvmodels.errors import InputError, WrongTypeError

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1)

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
        return cls(found.astimezone(zone).replace(tzinfo=None))


def _from_text(text: str, name: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if _DATE_ONLY.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{name}={text!r} is no date.", advice='Write it as "2024-03-31".') from error


def _from_object(value: Any, name: str) -> date | datetime:
    # pandas has no type for days: a Timestamp at midnight, such as log["date"].max(), is how its users write one.
    if hasattr(value, "to_pydatetime") and value == value:
        instant: datetime = value.to_pydatetime(warn=False)
        return instant.date() if instant.tzinfo is None and ticks(instant) % DAY == 0 else instant
    if hasattr(value, "astype") and hasattr(value, "dtype") and value == value:
        value = value.astype("datetime64[D]" if value.dtype == "datetime64[D]" else "datetime64[us]").item()
    if isinstance(value, date) and value == value:
        return value
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
    naive = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return (naive - EPOCH) // timedelta(microseconds=1)


def floor_to(ticks_: nw.Expr, step: int) -> nw.Expr:
    """The last multiple of a step at or before each tick."""
    # Not by the remainder, which pandas columns backed by Arrow do not have.
    return ticks_ // step * step


def date_of(tick: int) -> date:
    """The day in which a tick lies."""
    return (EPOCH + timedelta(days=tick // DAY)).date()


def reader(time_format: str | None) -> Callable[[object], date]:
    """The function that reads one value of a column of texts, dates or datetimes; it raises ValueError."""

    def read(value: object) -> date:
        if isinstance(value, date):
            return value
        text = str(value).strip()
        return datetime.strptime(text, time_format) if time_format else datetime.fromisoformat(text)

    return read


def zone_of(name: str | None) -> tzinfo | None:
    """The time zone of that name."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise InputError(f"timezone={name!r} is no time zone.", advice='Use a name such as "Europe/Berlin".') from error


def local(utc: nw.Expr, zone: tzinfo, low: int, high: int) -> nw.Expr:
    """Ticks of the zone's own clock for ticks in UTC that lie between `low` and `high`.

    The zone's rules come from Python alone, since engines carry time zone tables of different years, or none.
    """
    start = low // DAY * DAY
    expression = utc + nw.lit(_offset(zone, start))
    for at, change in _changes(zone, start, high):
        expression = expression + nw.when(utc >= at).then(nw.lit(change)).otherwise(nw.lit(0))
    return expression


def _offset(zone: tzinfo, tick: int) -> int:
    instant = (EPOCH + timedelta(microseconds=tick)).replace(tzinfo=UTC)
    return (instant.astimezone(zone).utcoffset() or timedelta()) // timedelta(microseconds=1)


def _changes(zone: tzinfo, start: int, high: int) -> list[tuple[int, int]]:
    changes = []
    for day in range(start, high + 1, DAY):
        before, after = _offset(zone, day), _offset(zone, day + DAY)
        if before != after:
            changes.append((_first_after(zone, day, day + DAY), after - before))
    return changes


def _first_after(zone: tzinfo, low: int, high: int) -> int:
    old = _offset(zone, low)
    while high - low > SECOND:
        middle = (low + high) // (2 * SECOND) * SECOND
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high
