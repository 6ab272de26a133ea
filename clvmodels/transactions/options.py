"""The keywords of `summarize`, checked once and kept as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import tzinfo
from typing import Any

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions.moments import DAY, Moment, zone_of
from clvmodels.units import TimeUnit

_CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "collapse": ("day", "week", None),
    "refunds": ("net", "ignore", "error"),
    "missing_ids": ("drop", "error"),
    "after_until": ("drop", "error"),
}


@dataclass(frozen=True, kw_only=True)
class SummaryOptions:
    """The keywords with which a log was summarised.

    Attributes
    ----------
    time_unit
        Unit of recency and T.
    until
        End of observation as it was given; None for the log's last whole day.
    collapse, refunds, missing_ids, after_until, timezone, include_first, first_seen_after
        As given to `Transactions.summarize`.

    Examples
    --------
    >>> from clvmodels.transactions.options import SummaryOptions
    >>> from clvmodels.units import TimeUnit
    >>> SummaryOptions(time_unit=TimeUnit.WEEK).unit
    604800000000
    """

    time_unit: TimeUnit
    until: object = None
    collapse: str | None = "day"
    refunds: str = "net"
    missing_ids: str = "drop"
    after_until: str = "drop"
    timezone: str | None = None
    include_first: bool = False
    first_seen_after: object = None

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if not (value is None or isinstance(value, str)) or value not in choices:
                listed = ", ".join(map(repr, choices))
                raise InputError(f"{name}={value!r} is not possible.", advice=f"Use one of {listed}.")
        if not isinstance(self.include_first, bool):
            raise WrongTypeError(
                f"include_first={self.include_first!r} is no truth value.", advice="Give True or False."
            )

    @property
    def zone(self) -> tzinfo | None:
        """The time zone in which days begin."""
        return zone_of(self.timezone)

    @property
    def unit(self) -> int:
        """Microseconds in a time unit: a whole number for every unit, which keeps the times exact."""
        return round(self.time_unit.days * DAY)

    @property
    def seen_after(self) -> Moment | None:
        """The day after which first purchases must lie."""
        if self.first_seen_after is None:
            return None
        return Moment.parse(self.first_seen_after, "first_seen_after", self.zone)

    def as_dict(self) -> dict[str, Any]:
        """The keywords, to call `summarize` with them again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
