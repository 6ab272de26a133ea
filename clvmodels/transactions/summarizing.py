"""From a checked log to a Summary: the end of observation, the counting rule, the report."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial

import narwhals.stable.v2 as nw

from clvmodels.errors import ClvError, InputError
from clvmodels.transactions import counting, engines
from clvmodels.transactions.counting import COUNTED, Rule
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.log import Log
from clvmodels.transactions.moments import DAY, EPOCH, Moment, date_of
from clvmodels.transactions.names import AMOUNT, ID, TIME
from clvmodels.transactions.options import SummaryOptions
from clvmodels.transactions.report import SummaryReport
from clvmodels.transactions.summary import Summary

_EARLIEST = (date.min.toordinal() - EPOCH.toordinal()) * DAY
_MIDNIGHT = "_clv_midnight"
_LATEST = (date.max.toordinal() - EPOCH.toordinal() + 1) * DAY


@dataclass(frozen=True)
class Bounds:
    """First and last time of a log on its own clock, and the last day that it covers as a whole."""

    low: int
    high: int
    partial: bool

    @classmethod
    def of(cls, log: Log) -> "Bounds":
        """Look at a log, by one query."""
        time, midnight = nw.col(TIME), nw.col(_MIDNIGHT)
        days = log.frame.select(TIME)
        days = days.with_columns(time.alias(_MIDNIGHT)) if log.dates else engines.with_floor(days, TIME, DAY, _MIDNIGHT)
        clock = (time != midnight).cast(nw.Int64).max()
        endless = time.is_null().cast(nw.Int64).sum()
        found = engines.single(days, low=time.min(), high=time.max(), clock=clock, endless=endless)
        if found["endless"]:
            raise InputError(f"{found['endless']:,} times are infinite.", advice="Drop those rows.")
        if not _EARLIEST <= found["low"] <= found["high"] < _LATEST:
            raise InputError("There are times before the year 1 or after the year 9999.", advice="Drop those rows.")
        return cls(int(found["low"]), int(found["high"]), bool(found["clock"]))

    @property
    def last_whole_day(self) -> date:
        """The last day, or the day before it if the log has times of day."""
        return date_of(self.high) - timedelta(days=int(self.partial))

    def until(self, options: SummaryOptions) -> Moment:
        """The end of observation that was given, or by default the last whole day."""
        if options.until is not None:
            return Moment.parse(options.until, "until", options.zone)
        if self.last_whole_day > datetime.now(tz=UTC).date() + timedelta(days=1):  # it is tomorrow already in the east
            raise InputError(
                f"The log reaches into the future, to {date_of(self.high)}: every customer would seem long silent.",
                advice="Mend or drop those rows, or say by until= where observation ends.",
            )
        until = Moment(self.last_whole_day)
        if until.last < self.low:
            raise ClvError(
                f"The log holds one day, {date_of(self.high)}, and has times of day, so that day may be cut off.",
                advice=f'Say where observation ends, such as until="{date_of(self.high)}".',
            )
        return until


@dataclass(frozen=True, eq=False)
class Plan:
    """A log on its own clock, the rows to use, and the frames that are made of them."""

    log: Log
    rule: Rule
    bounds: Bounds
    until: Moment

    @classmethod
    def of(cls, log: Log, options: SummaryOptions) -> "Plan":
        """Decide the end of observation and check the policies that refuse rows."""
        if options.missing_ids == "error" and log.missing_ids:
            raise InputError(
                f"{log.missing_ids:,} rows have no customer.", rows=log.missing_examples, advice='missing_ids="drop".'
            )
        log = log.localised(options.zone)
        bounds = Bounds.of(log)
        until = bounds.until(options)
        span = max(until.end, bounds.high) - min(until.day, bounds.low)
        plan = cls(log, Rule.of(log, options, span), bounds, until)
        plan._refuse()
        return plan

    @property
    def options(self) -> SummaryOptions:
        """The keywords."""
        return self.rule.options

    @cached_property
    def rows(self) -> Frame:
        """Rows up to the end of observation."""
        if self.until.last >= self.bounds.high:
            return self.log.frame
        return self.log.frame.filter(nw.col(TIME) <= self.until.last)

    @cached_property
    def periods(self) -> Frame:
        """One row per customer and period."""
        return counting.periods(self.rows, self.rule)

    @cached_property
    def tallied(self) -> Frame:
        """One row per customer, also of those without a purchase."""
        return counting.customers(self.periods, self.rule)

    @cached_property
    def buyers(self) -> Frame:
        """One row per customer with a purchase."""
        return counting.bought(self.tallied) if self.rule.signed else self.tallied

    def without_purchase(self) -> Frame:
        """Customers that have rows and no purchase."""
        return self.rows.select(ID).unique().join(self.buyers.select(ID), on=ID, how="anti")  # type: ignore[arg-type]

    @cached_property
    def kept(self) -> Frame:
        """One row per customer of the summary."""
        moment = self.options.seen_after
        return self.buyers if moment is None else counting.seen_after(self.buyers, moment)

    def frame(self) -> Frame:
        """The summary's frame."""
        frame = counting.summary_columns(self.kept, self.rule, self.until)
        attributes = self.log.columns.attributes
        for name in attributes:
            frame = frame.join(counting.attribute_values(self.rows, name), on=ID, how="left")  # type: ignore[arg-type]
        return frame.sort(ID) if attributes else frame

    def _refuse(self) -> None:
        if self.until.last < self.bounds.low:
            raise InputError(
                f"No row lies at or before until={self.until}; the log begins on {date_of(self.bounds.low)}.",
                advice="Give a later until=.",
            )
        if self.options.after_until == "error" and self.options.until is not None:
            self._refuse_rows(self.after, f"lie after until={self.until}", 'after_until="drop" drops them.')
        if self.options.refunds == "error" and self.log.signed:
            negative = self.rows.filter(nw.col(AMOUNT) < 0)
            self._refuse_rows(negative, "have a negative amount", 'refunds="net" or "ignore" says what to do.')

    @property
    def after(self) -> Frame:
        """Rows after the end of observation."""
        return self.log.frame.filter(nw.col(TIME) > self.until.last)

    def _refuse_rows(self, rows: Frame, what: str, advice: str) -> None:
        count = count_of(rows)
        if count:
            raise InputError(f"{count:,} rows {what}.", rows=self.shown(rows), advice=advice)

    def shown(self, rows: Frame) -> list[str]:
        """The first three rows, with times as people write them."""
        return shown_rows(rows, self.log)


def summarize(log: Log, options: SummaryOptions) -> Summary:
    """The summary of a log."""
    plan = Plan.of(log, options)
    frame = plan.frame()
    summary = Summary(
        frame.to_native(),
        time_unit=options.time_unit,
        until=plan.until.value,
        options=options,
        _report=partial(report, plan),
    )
    if summary.is_lazy:
        return summary
    # The report of an eager frame is made now, so that the log's rows are not kept alive by the summary.
    made = report(plan)
    if not made.customers:
        raise InputError("No customer is left.", rows=str(made).splitlines(), advice="See what was set aside above.")
    return replace(summary, _report=made)


def count_of(frame: Frame) -> int:
    """Number of rows."""
    return int(engines.single(frame, rows=nw.len())["rows"]) if isinstance(frame, nw.LazyFrame) else len(frame)


def shown_rows(rows: Frame, log: Log) -> list[str]:
    """The first three rows under the caller's names, with times as people write them."""
    lines = []
    for row in engines.records(rows.select(*log.columns.shown).head(3)):
        row[TIME] = Moment.at(row[TIME])
        lines.append(", ".join(f"{name} {row[column]}" for column, name in log.columns.shown.items()))
    return lines


def report(plan: Plan) -> SummaryReport:
    """Count what was read, set aside and noticed."""
    found: dict[str, tuple[int, list[str]]] = {}
    if plan.until.last < plan.bounds.high:
        found["after_until"] = _rows(plan, plan.after)
    if plan.rule.money:
        found["free_orders"] = _rows(plan, plan.rows.filter(nw.col(AMOUNT) == 0))
    if plan.log.signed:
        found["refunds"] = _rows(plan, plan.rows.filter(nw.col(AMOUNT) < 0))
    if plan.rule.signed:
        found["refund_periods"] = _customers(plan, plan.periods.filter(~nw.col(COUNTED)))
    if plan.log.signed:
        found["without_purchase"] = _customers(plan, plan.without_purchase())
    if plan.options.seen_after is not None:
        found["seen_before"] = count_of(plan.buyers) - count_of(plan.kept), []
    for attribute in plan.log.columns.attributes:
        count, shown = _customers(plan, counting.attribute_conflicts(plan.rows, attribute))
        so_far = found.get("attribute_conflicts", (0, []))
        found["attribute_conflicts"] = so_far[0] + count, [*so_far[1], *(f"{attribute} of {row}" for row in shown)][:3]
    return SummaryReport(
        rows=plan.log.rows,
        customers=_customer_count(plan),
        missing_ids=plan.log.missing_ids,
        partial_last_day=date_of(plan.bounds.high) if plan.options.until is None and plan.bounds.partial else None,
        examples={"missing_ids": plan.log.missing_examples, **{name: tuple(rows) for name, (_, rows) in found.items()}},
        **{name: count for name, (count, _) in found.items()},
    )


def _customer_count(plan: Plan) -> int:
    """Number of customers; in a plan where each with a row is one, without counting their purchases."""
    plain = plan.options.seen_after is None and not plan.rule.signed
    if plain and isinstance(plan.log.frame, nw.LazyFrame):
        return count_of(plan.rule.usable(plan.rows).select(ID).unique())
    return count_of(plan.kept)


def _rows(plan: Plan, rows: Frame) -> tuple[int, list[str]]:
    count = count_of(rows)
    return count, plan.shown(rows) if count else []


def _customers(plan: Plan, rows: Frame) -> tuple[int, list[str]]:
    count = count_of(rows)
    return count, engines.shown(rows.sort(ID), {ID: plan.log.columns.customer}) if count else []
