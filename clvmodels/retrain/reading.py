"""The log of a configuration, read once."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from clvmodels.errors import InputError
from clvmodels.retrain.config import Config
from clvmodels.transactions import Profile, Snapshot, Summary, Transactions, read, read_query
from clvmodels.transactions.moments import date_of
from clvmodels.transactions.options import SummaryOptions
from clvmodels.units import TimeUnit

_USER, _PARAMETERS = re.compile(r"(?<=://)[^/@\s]*@"), re.compile(r"(://[^\s?]*)\?\S*")


def run_day(day: date | str | None) -> date:
    """The date of a run: a date, text of one, or None for today.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> from clvmodels.retrain.reading import run_day
    >>> run_day("2024-01-31")
    datetime.date(2024, 1, 31)
    """
    if day is None:
        return datetime.now(tz=UTC).astimezone().date()
    if isinstance(day, datetime):
        return day.date()
    try:
        return day if isinstance(day, date) else date.fromisoformat(day)
    except (TypeError, ValueError) as error:
        raise InputError(f"The date of the run, {day!r}, is no day.", advice='Write it as "2024-01-31".') from error


@dataclass(frozen=True, eq=False)
class Reading:
    """What a run knows of its log.

    Attributes
    ----------
    snapshot
        The rows, and a fingerprint of them.
    transactions
        The same, checked.
    first, until
        First day of the log, and end of observation.
    keywords
        Of `summarize`, without until.
    """

    snapshot: Snapshot
    transactions: Transactions
    first: date
    until: date
    keywords: dict[str, Any]

    @cached_property
    def summary(self) -> Summary:
        """One row per customer, in memory."""
        return self.transactions.summarize(until=self.until, **self.keywords)

    @cached_property
    def profile(self) -> Profile:
        """The log in small tables."""
        return self.transactions.profile(until=self.until, **self.keywords)


def read_log(config: Config) -> Snapshot:
    """The columns that the configuration names, in memory.

    Raises
    ------
    InputError
        If they cannot be read.
    """
    source = config.source
    columns = [source.customer, source.time, source.amount]
    if source.database is not None:
        return Snapshot.of(read_query(config.at(source.database), str(source.query)), columns)
    paths = [path if "://" in path else str(config.at(path)) for path in source.files]
    # A CSV file has no types: guessing would cut the zeros of "00123" and read 01/02/2024 in either order.
    csv = any(".csv" in Path(path).suffixes for path in paths)
    return Snapshot.of(read(paths, text=(source.customer, source.time) if csv else ()), columns)


def understood(config: Config, snapshot: Snapshot, run_date: date) -> Reading:
    """The log, checked, and where its observation ends: with its last whole day before the date of the run.

    Raises
    ------
    InputError
        If the rows cannot be used, or none lies before that date.
    """
    source, counting = config.source, config.summary
    transactions = Transactions(
        snapshot.frame, source.customer, source.time, source.amount, time_format=source.time_format
    )
    collapse = None if counting.collapse == "none" else counting.collapse
    keywords: dict[str, Any] = {
        "time_unit": counting.time_unit, "collapse": collapse, "refunds": counting.refunds,
        "missing_ids": counting.missing_ids, "timezone": source.timezone, "include_first": counting.include_first,
        "first_seen_after": counting.first_seen_after,
    }  # fmt: skip
    yesterday = run_date - timedelta(days=1)
    options = SummaryOptions(**{**keywords, "time_unit": TimeUnit.parse(counting.time_unit), "until": yesterday})
    bounds = transactions.plan(options).bounds
    first, until = date_of(bounds.low), min(bounds.last_whole_day, yesterday)
    if until < first:
        raise InputError(
            f"The log begins on {first}, and no whole day of it lies before {run_date}.",
            advice="Run for a later date: --date.",
        )
    return Reading(snapshot, transactions, first, until, keywords)


def described(config: Config) -> str:
    """Where the log comes from, without what may be a credential.

    Examples
    --------
    >>> from clvmodels.retrain.reading import redacted
    >>> redacted("s3://key:secret@bucket/log.parquet?token=1")
    's3://bucket/log.parquet'
    """
    source = config.source
    return redacted(source.database or ", ".join(source.files))


def redacted(text: str) -> str:
    """The text without user names, passwords and parameters of addresses."""
    return _PARAMETERS.sub(r"\1", _USER.sub("", text))
