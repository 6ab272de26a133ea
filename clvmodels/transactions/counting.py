"""The counting rule: which rows are a purchase, and what a customer's purchases come to, one road for all engines."""

from dataclasses import dataclass

import narwhals.stable.v2 as nw

from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.log import Log
from clvmodels.transactions.moments import DAY, Moment, floor_to
from clvmodels.transactions.names import AGE, AMOUNT, FREQUENCY, GAPS, ID, MONETARY, RECENCY, SPEND_PERIODS, TIME
from clvmodels.transactions.options import SummaryOptions
from clvmodels.transactions.reading import is_missing

PERIOD, COUNTED = "_clv_period", "_clv_counted"
_GROSS, _NEGATIVE, _KEY, _FIRST, _LAST, _PREVIOUS = "_gross", "_negative", "_key", "_first", "_last", "_previous"
_SEEN, _SPEND = "_seen", "_spend"
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
    """

    options: SummaryOptions
    money: bool
    signed: bool
    wide: bool

    @classmethod
    def of(cls, log: Log, options: SummaryOptions, span: int) -> "Rule":
        """The rule for a log that covers so many microseconds."""
        return cls(options, log.money, log.signed and options.refunds == "net", span >= 2**53)

    def usable(self, rows: Frame) -> Frame:
        """The rows without those that the money policy sets aside."""
        return rows.filter(nw.col(AMOUNT) >= 0) if self.money and self.options.refunds == "ignore" else rows


def period_start(collapse: str | None) -> nw.Expr:
    """Start of the collapse period in which TIME lies, in microseconds."""
    time = nw.col(TIME)
    if collapse is None:
        return time
    if collapse == "day":
        return floor_to(time, DAY)
    return floor_to(time + _MONDAY_OFFSET, 7 * DAY) - _MONDAY_OFFSET


def periods(rows: Frame, rule: Rule) -> Frame:
    """One row per customer and collapse period: ID, PERIOD, COUNTED and, with money, the sum AMOUNT."""
    rows = rule.usable(rows).with_columns(period_start(rule.options.collapse).alias(PERIOD))
    sums = [nw.col(AMOUNT).sum()] if rule.money else []
    if rule.signed:
        amount = nw.col(AMOUNT)
        rows = rows.with_columns(amount.abs().alias(_GROSS), (amount < 0).cast(nw.Int64).alias(_NEGATIVE))
        sums += [nw.col(_GROSS).sum(), nw.col(_NEGATIVE).sum()]
    if rule.options.first_seen_after is not None:
        rows = rows.with_columns(nw.col(TIME).alias(_SEEN))
        sums.append(nw.col(_SEEN).min())
    grouped = rows.group_by(ID, PERIOD).agg(*(sums or [nw.len().alias(_NEGATIVE)]))
    if not rule.signed:
        return grouped.with_columns(nw.lit(True).alias(COUNTED))
    bought = (nw.col(_NEGATIVE) == 0) | (nw.col(AMOUNT) > _CANCELLED * nw.col(_GROSS))
    return grouped.with_columns(bought.alias(COUNTED))


def customers(counted: Frame, rule: Rule) -> Frame:
    """One row per customer: ID, PURCHASES (0 for those with refunds alone), first and last period, sums of money."""
    options = rule.options
    is_counted, key = nw.col(COUNTED), nw.col(_KEY)
    frame = _with_previous(_with_first(counted.with_columns(_KEY_EXPR)))
    repeat = is_counted & (key > nw.col(_FIRST))
    gap = nw.when(repeat).then(key - nw.col(_PREVIOUS)).otherwise(nw.lit(options.unit))
    columns = [
        is_counted.cast(nw.Int64).alias(PURCHASES),
        nw.when(is_counted).then(nw.col(PERIOD)).otherwise(nw.lit(-_NEVER)).alias(_LAST),
        _in_units(gap, rule).log().alias(GAPS),
    ]
    aggregates = [nw.col(_FIRST).min(), nw.col(_LAST).max(), nw.col(PURCHASES).sum(), nw.col(GAPS).sum()]
    if rule.money:
        columns += _money(repeat | is_counted if options.include_first else repeat)
        aggregates += [nw.col(name).sum() for name in ("first_value", "total_value", SPEND_PERIODS, _SPEND)]
    if options.first_seen_after is not None:
        columns.append(nw.when(is_counted).then(nw.col(_SEEN)).otherwise(nw.lit(_NEVER)).alias(_SEEN))
        aggregates.append(nw.col(_SEEN).min())
    return frame.with_columns(*columns).group_by(ID).agg(*aggregates)


def _with_first(frame: Frame) -> Frame:
    first = nw.col(_KEY).min()
    if not frame.implementation.is_pyarrow():
        return frame.with_columns(first.over(ID).alias(_FIRST))
    # PyArrow's joins, of which windows are made, keep no order of rows where there are many and threads differ: the
    # window's column would then stand beside rows of other customers. A join of whole rows does not care.
    return frame.join(frame.group_by(ID).agg(first.alias(_FIRST)), on=ID, how="left")  # type: ignore[arg-type]


def _with_previous(frame: Frame) -> Frame:
    previous = nw.col(_KEY).shift(1)
    if isinstance(frame, nw.LazyFrame):
        return frame.with_columns(previous.over(order_by=[ID, _KEY]).alias(_PREVIOUS))
    # Rows that stay sorted make every later grouping several times faster than a window, which puts them back.
    return frame.sort(ID, _KEY).with_columns(previous.alias(_PREVIOUS))


_KEY_EXPR = nw.when(nw.col(COUNTED)).then(nw.col(PERIOD)).otherwise(nw.lit(_NEVER)).alias(_KEY)


def _money(averaged: nw.Expr) -> list[nw.Expr]:
    amount, nothing = nw.col(AMOUNT), nw.lit(0.0)
    paid = averaged & (amount > 0)
    first = nw.col(COUNTED) & (nw.col(_KEY) == nw.col(_FIRST))
    return [
        nw.when(first).then(amount).otherwise(nothing).alias("first_value"),
        amount.alias("total_value"),
        paid.cast(nw.Int64).alias(SPEND_PERIODS),
        nw.when(paid).then(amount).otherwise(nothing).alias(_SPEND),
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
    # Polars divides by a constant as it multiplies by the reciprocal, one binary digit off; so the divisor is a column.
    unit = nw.col(_FIRST) - nw.col(_FIRST) + rule.options.unit
    length = engines.real(duration, nw.Int64()) if rule.wide else duration.cast(nw.Float64)
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
