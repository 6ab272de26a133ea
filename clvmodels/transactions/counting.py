"""The counting rule: which rows are a purchase, and what a customer's purchases come to, one road for all engines."""

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import Array
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.grouping import Aggregates, changes, collapsed, grouped
from clvmodels.transactions.log import Log
from clvmodels.transactions.moments import DAY, Moment
from clvmodels.transactions.names import AGE, AMOUNT, FREQUENCY, GAPS, ID, MONETARY, RECENCY, SPEND_PERIODS, TIME
from clvmodels.transactions.options import SummaryOptions
from clvmodels.transactions.reading import is_missing

PERIOD, COUNTED = "_clv_period", "_clv_counted"
_GROSS, _NEGATIVE, _FIRST, _LAST, _PREVIOUS = "_gross", "_negative", "_first", "_last", "_previous"
_SEEN, _SPEND, _REPEAT, _PAID = "_seen", "_spend", "_repeat", "_paid"
PURCHASES = "_clv_purchases"

# Later than any time, and far from where int64 ends, so that differences to it do not wrap.
_NEVER = 2**61
# Sums of cents carry rounding errors: a day that cancels out to 5e-17 is no purchase.
_CANCELLED = 1e-9
_MONDAY_OFFSET = 3 * DAY  # 1970-01-01 was a Thursday


@dataclass(frozen=True)
class Rule:
    """How rows become purchases.

    Attributes
    ----------
    money
        Whether there are amounts.
    signed
        Whether refunds have to be netted.
    wide
        Whether times lie so far apart that a float does not hold every microsecond between them.
    dates
        Whether times are known to be days.
    reciprocal
        Whether the engine divides by a constant as it multiplies by the reciprocal, one binary digit off (Polars); then
        divisors have to be columns.
    """

    options: SummaryOptions
    money: bool
    signed: bool
    wide: bool
    dates: bool
    reciprocal: bool

    @classmethod
    def of(cls, log: Log, options: SummaryOptions, span: int) -> "Rule":
        """The rule for a log that covers so many microseconds."""
        net = log.signed and options.refunds == "net"
        return cls(options, log.money, net, span >= 2**53, log.dates, log.frame.implementation.is_polars())

    def usable(self, rows: Frame) -> Frame:
        """The rows without those that the money policy sets aside."""
        return rows.filter(nw.col(AMOUNT) >= 0) if self.money and self.options.refunds == "ignore" else rows


def with_period(rows: Frame, rule: Rule) -> Frame:
    """The rows with PERIOD, the start in microseconds of the collapse period in which TIME lies."""
    collapse = rule.options.collapse
    if collapse is None or (collapse == "day" and rule.dates):
        return rows.with_columns(nw.col(TIME).alias(PERIOD))
    if collapse == "day":
        return engines.with_floor(rows, TIME, DAY, PERIOD)
    week = engines.with_floor(rows.with_columns((nw.col(TIME) + _MONDAY_OFFSET).alias(PERIOD)), PERIOD, 7 * DAY, PERIOD)
    return week.with_columns(nw.col(PERIOD) - _MONDAY_OFFSET)


def periods(rows: Frame, rule: Rule) -> Frame:
    """One row per customer and collapse period: ID, PERIOD, COUNTED and, with money, the sum AMOUNT."""
    rows = with_period(rule.usable(rows), rule)
    sums: tuple[str, ...] = (AMOUNT,) if rule.money else ()
    if rule.signed:
        amount = nw.col(AMOUNT)
        rows = rows.with_columns(amount.abs().alias(_GROSS), (amount < 0).cast(nw.Int64).alias(_NEGATIVE))
        sums = (*sums, _GROSS, _NEGATIVE)
    seen = (_SEEN,) if rule.options.first_seen_after is not None else ()
    if seen:
        rows = rows.with_columns(nw.col(TIME).alias(_SEEN))
    found = grouped(rows, [ID, PERIOD], Aggregates(sums, least=seen))
    if not rule.signed:
        return found.with_columns(nw.lit(True).alias(COUNTED))
    bought = (nw.col(_NEGATIVE) == 0) | (nw.col(AMOUNT) > _CANCELLED * nw.col(_GROSS))
    return found.with_columns(bought.alias(COUNTED))


def customers(counted: Frame, rule: Rule) -> Frame:
    """One row per customer: ID, PURCHASES (0 for those with refunds alone), first and last period, sums of money."""
    options, key = rule.options, nw.col(_FIRST)
    frame, new = _with_previous(_with_key(counted, rule), rule)
    repeat = nw.col(_REPEAT)
    gap = nw.when(repeat).then(key - nw.col(_PREVIOUS)).otherwise(nw.lit(options.unit))
    columns = [_in_units(gap, rule).alias(GAPS)]
    sums: tuple[str, ...] = (PURCHASES, GAPS) if rule.signed else (GAPS,)
    if rule.money:
        first = nw.col(COUNTED) & ~repeat if rule.signed else ~repeat
        frame = frame.with_columns(_averaged(first, rule).alias(_PAID))
        columns += _money(first)
        sums = (*sums, "first_value", "total_value", SPEND_PERIODS, _SPEND)
    seen = (_SEEN,) if options.first_seen_after is not None else ()
    frame = engines.with_log(frame.with_columns(*columns), GAPS)
    take = Aggregates(sums, least=(_FIRST, *seen), most=(_LAST,), rows=None if rule.signed else PURCHASES)
    return grouped(frame, [ID], take) if new is None else collapsed(frame, [ID], new, take)


def _with_key(counted: Frame, rule: Rule) -> Frame:
    """The periods with what orders them and tells the first and the last; those that are no purchase go last."""
    period = nw.col(PERIOD)
    if not rule.signed:
        return counted.with_columns(period.alias(_FIRST), period.alias(_LAST))
    purchase, never = nw.col(COUNTED), nw.lit(_NEVER)
    columns = [
        nw.when(purchase).then(period).otherwise(never).alias(_FIRST),
        nw.when(purchase).then(period).otherwise(-never).alias(_LAST),
        purchase.cast(nw.Int64).alias(PURCHASES),
    ]
    if rule.options.first_seen_after is not None:
        columns.append(nw.when(purchase).then(nw.col(_SEEN)).otherwise(never).alias(_SEEN))
    return counted.with_columns(*columns)


def _with_previous(frame: Frame, rule: Rule) -> tuple[Frame, Array | None]:
    """The frame with when the purchase before was and whether there is one, and where customers begin in sorted rows.

    In columns of their own, since engines that hold rows compute an expression wherever it stands.
    """
    if isinstance(frame, nw.LazyFrame):
        found = engines.with_previous(frame, ID, _FIRST, _PREVIOUS)
        later, new = ~nw.col(_PREVIOUS).is_null(), None
    else:
        frame = frame.sort(ID, _FIRST) if rule.signed else frame
        new, times = changes(frame[ID]), frame[_FIRST].to_numpy()
        before = {_PREVIOUS: np.concatenate([times[:1], times[:-1]]), _REPEAT: ~new}
        series = [nw.new_series(name, values, backend=frame.implementation) for name, values in before.items()]
        found, later = frame.with_columns(*series), nw.col(_REPEAT)
    return found.with_columns((nw.col(COUNTED) & later if rule.signed else later).alias(_REPEAT)), new


def _averaged(first: nw.Expr, rule: Rule) -> nw.Expr:
    """Which purchases inform the order value."""
    averaged = nw.col(_REPEAT) | first if rule.options.include_first else nw.col(_REPEAT)
    return averaged & (nw.col(AMOUNT) > 0)


def _money(first: nw.Expr) -> list[nw.Expr]:
    amount, nothing = nw.col(AMOUNT), nw.lit(0.0)
    return [
        nw.when(first).then(amount).otherwise(nothing).alias("first_value"),
        amount.alias("total_value"),
        nw.col(_PAID).cast(nw.Int64).alias(SPEND_PERIODS),
        nw.when(nw.col(_PAID)).then(amount).otherwise(nothing).alias(_SPEND),
    ]


def bought(tallied: Frame) -> Frame:
    """Customers with at least one purchase."""
    return tallied.filter(nw.col(PURCHASES) > 0)


def seen_after(tallied: Frame, moment: Moment) -> Frame:
    """Customers whose first purchase lies after the moment."""
    return tallied.filter(nw.col(_SEEN) > moment.last)


def summary_columns(tallied: Frame, rule: Rule, until: Moment) -> Frame:
    """The columns of a summary, sorted by customer."""
    options = rule.options
    end = until.end if options.collapse is None else until.day
    first, last = nw.col(_FIRST), nw.col(_LAST)
    columns = [
        nw.col(ID),
        (nw.col(PURCHASES) - 1).cast(nw.Int64).alias(FREQUENCY),
        _in_units(last - first, rule).alias(RECENCY),
        _in_units(nw.lit(end) - first, rule).alias(AGE),
    ]
    if rule.money:
        paid = nw.col(SPEND_PERIODS)
        mean = nw.when(paid > 0).then(nw.col(_SPEND) / paid.cast(nw.Float64)).alias(MONETARY)
        columns += [mean, nw.col("first_value"), nw.col("total_value"), paid.cast(nw.Int64)]
    return tallied.select(*columns, nw.col(GAPS)).sort(ID)


def _in_units(duration: nw.Expr, rule: Rule) -> nw.Expr:
    length = engines.real(duration, nw.Int64()) if rule.wide else duration.cast(nw.Float64)
    if not rule.reciprocal:
        return length / float(rule.options.unit)
    unit = nw.col(_FIRST) - nw.col(_FIRST) + rule.options.unit
    return length / unit.cast(nw.Float64)


def bought_value(counted: Frame, rule: Rule) -> Frame:
    """One row per customer: ID, purchases, revenue of counted periods and total_value with refunds."""
    columns = [nw.col(COUNTED).cast(nw.Int64).alias("purchases")]
    if rule.money:
        amount = nw.col(AMOUNT)
        columns.append(nw.when(nw.col(COUNTED)).then(amount).otherwise(nw.lit(0.0)).alias("revenue"))
        columns.append(amount.alias("total_value"))
    sums = [nw.col(name).sum() for name in ("purchases", "revenue", "total_value")[: len(columns)]]
    return counted.with_columns(*columns).group_by(ID).agg(*sums)


def attribute_values(rows: Frame, attribute: str) -> Frame:
    """The first value per customer that is not null, ties by value."""
    present = rows.select(ID, TIME, attribute).filter(~is_missing(rows, attribute))
    return present.unique([ID], keep="first", order_by=[TIME, attribute]).select(ID, attribute)


def attribute_conflicts(rows: Frame, attribute: str) -> Frame:
    """Customers with more than one value, one row each."""
    values = rows.select(ID, attribute).filter(~is_missing(rows, attribute)).unique()
    counted = values.group_by(ID).agg(nw.len().alias(PURCHASES))
    return counted.filter(nw.col(PURCHASES) > 1).select(ID)
