"""Settings: names of columns, units, ends, policies, horizons, rates, levels and paths."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

import clvmodels as clv
from clvmodels.errors import ClvError, WrongTypeError
from tests.inputs.cases import LOG, Call, Gives, Refuses, log
from tests.inputs.harness import PURCHASES, SPEND

FRAME = pd.DataFrame(log())
TRANSACTIONS = clv.Transactions(FRAME, **LOG)
SUMMARY = TRANSACTIONS.summarize(time_unit="day")
AWARE = clv.Transactions(FRAME.assign(day=FRAME["day"].dt.tz_localize("UTC")), **LOG)
NO_DATE, NO_TEXT, NO_NUMBER, NO_UNIT = "is no date", "named by text", "is no number", "is no time unit"
CANNOT_READ, POSSIBLE = "cannot be read", "is not possible"


def _summarize(
    keyword: str, value: object, then: Gives | Refuses, transactions: clv.Transactions = TRANSACTIONS
) -> Call:
    keywords = {"time_unit": "day", keyword: value}
    return Call(f"{keyword}={value!r}", partial(transactions.summarize, **keywords), then)


def _log(keyword: str, value: object, then: Refuses) -> Call:
    return Call(f"{keyword}={value!r}", partial(clv.Transactions, FRAME, **{**LOG, keyword: value}), then)


def _horizon(value: object, then: Gives | Refuses) -> Call:
    return Call(f"a horizon {value!r}", partial(PURCHASES.predict, SUMMARY, value), then)


def _value(keyword: str, value: object, then: Gives | Refuses) -> Call:
    def predict() -> Any:
        terms = {"horizon": "1 year", keyword: value}
        return clv.LifetimeValue(PURCHASES, SPEND, **terms).predict(SUMMARY)

    return Call(f"a value with {keyword}={value!r}", predict, then)


def _split(cutoff: object, horizon: object, then: Refuses) -> Call:
    do = partial(TRANSACTIONS.split, cutoff, horizon, time_unit="day")
    return Call(f"split at {cutoff!r} for {horizon!r}", do, then)


WRONG = {"kind": WrongTypeError}
CASES = [
    _log("customer", "", Refuses("names no column")),
    _log("customer", None, Refuses(NO_TEXT, **WRONG)),
    _log("time", 3, Refuses(NO_TEXT, **WRONG)),
    _log("amount", ["paid"], Refuses(NO_TEXT, **WRONG)),
    _log("attributes", 3, Refuses(NO_TEXT, **WRONG)),
    _log("attributes", [None], Refuses(NO_TEXT, **WRONG)),
    _log("attributes", ["day", "day"], Refuses("named twice")),
    _log("time_format", 3, Refuses("is no text", **WRONG)),
    _log("time_format", "%Y%Y", Refuses("names a part of the time twice")),
    _summarize("time_unit", "weeks", Gives("weeks")),
    _summarize("time_unit", "W", Refuses(NO_UNIT)),
    _summarize("time_unit", None, Refuses("A time unit is text", **WRONG)),
    _summarize("until", "2023-12-31", Refuses("No row lies at or before until=2023-12-31")),
    _summarize("until", "2030-01-01", Gives("nobody has bought since")),
    _summarize("until", "9999-12-31", Gives("nobody has bought since")),
    _summarize("until", "0001-01-01", Refuses("No row lies at or before")),
    _summarize("until", "2024-02-30", Refuses(NO_DATE)),
    _summarize("until", "yesterday", Refuses(NO_DATE)),
    _summarize("until", 20240331, Refuses(NO_DATE, **WRONG)),
    _summarize("until", pd.NaT, Refuses(NO_DATE, **WRONG)),
    _summarize("until", np.datetime64("NaT"), Refuses(NO_DATE, **WRONG)),
    _summarize("until", np.datetime64(10**18, "s"), Refuses(NO_DATE, **WRONG)),
    _summarize("until", pd.Series([1]), Refuses(NO_DATE, **WRONG)),
    _summarize("until", datetime(2024, 3, 31, tzinfo=UTC), Refuses("has a time zone")),
    _summarize("until", pd.Timestamp("2024-03-31"), Gives("that day")),
    _summarize("collapse", "month", Refuses(POSSIBLE)),
    _summarize("collapse", np.array([1.0, 2.0]), Refuses(POSSIBLE)),
    _summarize("refunds", None, Refuses(POSSIBLE)),
    _summarize("missing_ids", "keep", Refuses(POSSIBLE)),
    _summarize("after_until", pd.NA, Refuses(POSSIBLE)),
    _summarize("include_first", "yes", Refuses("is no truth value", **WRONG)),
    _summarize("first_seen_after", "2024-13-01", Refuses(NO_DATE)),
    _summarize("first_seen_after", "2024-12-31", Refuses("No customer is left", rows=2)),
    _summarize("timezone", "Europe/Bremen", Refuses("is no time zone"), AWARE),
    _summarize("timezone", "", Refuses("is no time zone"), AWARE),
    _summarize("timezone", "../etc/passwd", Refuses("is no time zone"), AWARE),
    _summarize("timezone", 3, Refuses("is no time zone"), AWARE),
    _split("2024-03-01", "10 years", Refuses("and the log reaches up to")),
    _split("2024-03-01", "999999 years", Refuses("after the year 9999")),
    _split("2024-03-01", "1 hour", Refuses("shorter than a day")),
    _split("2024-03-01", None, Refuses("A holdout has an end")),
    _split("2023-01-01", "1 week", Refuses("No row lies at or before")),
    _split("2024-03-01T12:00", "1 week", Refuses("is not a day")),
    _split(None, "1 week", Refuses(NO_DATE, **WRONG)),
    Call("columns counted: none", partial(SUMMARY.distinct, []), Refuses("No columns are named")),
    Call("columns counted: 3", partial(SUMMARY.distinct, 3), Refuses(NO_TEXT, **WRONG)),
    Call("a column ['T']", partial(SUMMARY.column, ["T"]), Refuses(NO_TEXT, **WRONG)),
    Call("a column 'customer'", partial(SUMMARY.column, "customer"), Refuses("has no column 'customer'")),
    _horizon("39 weeks", Gives("39 weeks")),
    _horizon(39, Gives("in the summary's unit")),
    _horizon(timedelta(weeks=39), Gives("39 weeks")),
    _horizon("0 days", Gives("nothing happens within it")),
    _horizon("39", Refuses(CANNOT_READ)),
    _horizon("", Refuses(CANNOT_READ)),
    _horizon("1 fortnight", Refuses(NO_UNIT)),
    _horizon("-1 week", Refuses("not a finite length of at least 0")),
    _horizon("1e999 days", Refuses("not a finite length of at least 0")),
    _horizon("2000000 years", Refuses("longer than a million years")),
    _horizon(float("nan"), Refuses("not a finite length of at least 0")),
    _horizon(float("inf"), Refuses("not a finite length of at least 0")),
    _horizon(timedelta(days=-1), Refuses("not a finite length of at least 0")),
    _horizon(None, Refuses("The whole future is no horizon")),
    _horizon(True, Refuses(NO_NUMBER, **WRONG)),
    _horizon([1], Refuses(NO_NUMBER, **WRONG)),
    _horizon(10**400, Refuses("too large for a number")),
    _horizon(Decimal("sNaN"), Refuses(NO_NUMBER, **WRONG)),
    _horizon(np.timedelta64(3, "D"), Refuses(NO_NUMBER, **WRONG)),
    _horizon(date(2024, 1, 1), Refuses(NO_NUMBER, **WRONG)),
    _horizon(pd.NaT, Refuses("horizon", kind=ClvError)),
    _value("discount_rate", 10, Refuses("is above 1")),
    _value("discount_rate", -0.1, Refuses("not a finite number of at least 0")),
    _value("discount_rate", float("nan"), Refuses("not a finite number of at least 0")),
    _value("discount_rate", "10%", Refuses(NO_NUMBER, **WRONG)),
    _value("discount_rate", 1e-300, Refuses("too small to tell from none")),
    _value("margin", 35, Refuses("is above 1")),
    _value("margin", None, Refuses(NO_NUMBER, **WRONG)),
    _value("retention_cost", 0.5, Refuses("has no unit of time")),
    _value("retention_cost", "0.5", Refuses("has no unit of time")),
    _value("retention_cost", "-1 per year", Refuses("not a finite number of at least 0")),
    _value("acquisition_cost", -1, Refuses("not a finite number of at least 0")),
    _value("acquisition_cost", "12", Refuses(NO_NUMBER, **WRONG)),
    Call("a bare frame to fit", partial(clv.BGNBD().fit, SUMMARY.frame), Refuses("Summary", **WRONG)),
    Call("None to fit", partial(clv.BGNBD().fit, None), Refuses("Summary", **WRONG)),
    Call("no files", partial(clv.read, []), Refuses("No paths were given")),
    Call("a file that does not exist", partial(clv.read, "no such log.csv"), Refuses("No file matches")),
    Call("a name of a file with 9,999 letters", partial(clv.read, "x" * 9999), Refuses("No file can have the name")),
    Call("a path 3", partial(clv.read, 3), Refuses("Paths are text", **WRONG)),
]
