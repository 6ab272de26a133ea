"""Checks of the rows: what was dropped, given back, given away, or came twice, and where the log ends."""

from datetime import date, timedelta

import numpy as np

from clvmodels.evaluation.checks.finding import Finding, Severity, graded, percent
from clvmodels.transactions import Money, RowsByDay, SummaryReport

# Thresholds without a published source are judgements: a forecast of totals is seldom better than within 5 to 10%.
_MISSING_WARNS, _MISSING_IS_SERIOUS = 0.05, 0.25
_REFUNDED_ROWS_WARN, _REFUNDED_MONEY_WARNS, _REFUNDED_MONEY_IS_SERIOUS = 0.05, 0.02, 0.25
_FREE_NOTED, _FREE_WARNS = 0.01, 0.10
_REPEATED_NOTED, _FEWER_DISTINCT, _ROWS_OF_A_DAY = 0.01, 0.60, 50
_LATE_ROWS, _DAYS_TO_LEARN_FROM, _LOW_DAY, _USUAL_DAY = 10, 14, 0.25, 20


def missing_ids(report: SummaryReport, money: Money | None) -> Finding | None:
    """Rows without a customer.

    A warning from 5% of the rows or of the sales on, serious from 25% (a judgement: such a share is missing from every
    total). Without amounts rows alone decide.
    """
    if not report.missing_ids:
        return None
    rows = report.missing_ids / report.rows
    figures = {"share_of_rows": rows}
    what = f"{percent(rows)} of the rows name no customer"
    if money is not None and money.sales + money.missing_sales > 0:
        figures["share_of_sales"] = money.missing_sales / (money.sales + money.missing_sales)
        what = f"{percent(rows)} of the rows, with {percent(figures['share_of_sales'])} of the sales, name no customer"
    return Finding(
        "missing_ids",
        graded(max(figures.values()), _MISSING_WARNS, _MISSING_IS_SERIOUS),
        figures,
        f"{what} and are left out: totals lack what such buyers will bring, and customers who sometimes buy without "
        "being named seem to buy less often than they do.",
        "Ask why (guest orders, shops without a till for members), name them if you can, and compare a forecast with "
        "the sales of named customers only.",
    )


def refunds(report: SummaryReport, money: Money | None) -> Finding | None:
    """Negative amounts.

    A warning from 2% of the sales or 5% of the rows on, serious from 25% of the sales (a judgement). Those that fall on
    days of their own leave the purchase that they undo standing, which is why order values come out too high.
    """
    if not report.refunds or money is None:
        return None
    rows, value = report.refunds / report.rows, money.refunds / money.sales if money.sales else 1.0
    alone = money.unmatched_refunds / money.order_total if money.order_total else 1.0
    severity = graded(value, _REFUNDED_MONEY_WARNS, _REFUNDED_MONEY_IS_SERIOUS)
    if severity is Severity.NOTE and rows >= _REFUNDED_ROWS_WARN:
        severity = Severity.WARNING
    return Finding(
        "refunds",
        severity,
        {"share_of_sales": value, "share_of_rows": rows, "above_order_values": alone},
        f"{percent(rows)} of the rows are refunds, and {percent(value)} of the sales were given back. Refunds on a day "
        "with purchases are netted; those on days of their own undo no purchase, so that order values stand "
        f"{percent(alone)} above what customers paid in the end.",
        "Book a refund on the day of its purchase where the log allows it, or take the share off the margin; "
        "total_value in the summary is net of all refunds.",
    )


def free_orders(report: SummaryReport) -> Finding | None:
    """Purchases that cost nothing: a note from 1% of the rows on, a warning from 10% (a judgement)."""
    share = report.free_orders / report.rows
    if share < _FREE_NOTED:
        return None
    return Finding(
        "free_orders",
        graded(share, _FREE_WARNS),
        {"share_of_rows": share, "rows": report.free_orders},
        f"{percent(share)} of the rows ({report.free_orders:,}) cost nothing. They count as purchases and not in order "
        "values, so that value is expected orders, some of them free, times what a paid order is worth.",
        "Drop rows that are no purchases, such as samples and adjustments; keep those by which customers show that "
        "they are active.",
    )


def repeated_rows(days: RowsByDay) -> Finding | None:
    """Rows alike in customer, time and amount.

    Several lines of one order may be alike by right, so their share alone is a note (from 1% on). What gives a double
    import away is that it doubles some days and not others: on days of at least 50 rows, a share of distinct rows at or
    below 0.6 of the median day's (a day imported twice has 0.5 of it), or every row of the log as often as every other.
    Both are serious: money counts twice.
    """
    rows, distinct = int(days.rows.sum()), int(days.distinct.sum())
    share = 1 - distinct / rows
    if distinct < rows and _all_alike(days):
        times = rows // distinct
        what = f"Every row stands in the log {times} times with one customer, time and amount"
        return _doubled(what, {"share_of_rows": share, "days": len(days.day)}, "Drop the repetitions.")
    unlike = days.distinct / days.rows
    bad = (unlike <= _FEWER_DISTINCT * float(np.median(unlike))) & (days.rows >= _ROWS_OF_A_DAY)
    if bad.any():
        first, last = (date(1970, 1, 1) + timedelta(days=int(day)) for day in days.day[bad][[0, -1]])
        what = f"{int(bad.sum())} days from {first} to {last} hold far more repeated rows than other days"
        advice = f"See whether files overlap from {first} to {last}, and drop what came twice."
        return _doubled(what, {"share_of_rows": share, "days": int(bad.sum())}, advice)
    if share < _REPEATED_NOTED:
        return None
    return Finding(
        "repeated_rows",
        Severity.NOTE,
        {"share_of_rows": share, "days": 0},
        f"{percent(share)} of the rows repeat another one's customer, time and amount, on all days alike.",
        "That is usual where a row is a line of an order; where a row is an order, drop the repetitions.",
    )


def _doubled(what: str, figures: dict[str, float], advice: str) -> Finding:
    why = "as they do when something was imported twice: its money counts twice"
    return Finding("repeated_rows", Severity.SERIOUS, figures, f"{what}, {why}.", advice)


def _all_alike(days: RowsByDay) -> bool:
    times = int(days.rows.sum()) // int(days.distinct.sum())
    return times > 1 and bool((days.rows == times * days.distinct).all()) and int(days.rows.sum()) >= _ROWS_OF_A_DAY


def log_end(days: RowsByDay, report: SummaryReport, until: date, last_row: date) -> Finding | None:
    """Where observation ends.

    Serious if it goes on for more than twice the log's longest silence of the last eight weeks, in which the last four
    weeks' rate of rows makes at least 10 rows expected (none has a probability below exp(-10)). A note if the last day
    was cut off and left out, or has at most a quarter of the rows of the median of the eight same weekdays before (of
    at least 20 rows). These are judgements.
    """
    if report.partial_last_day is not None:
        return Finding(
            "log_end",
            Severity.NOTE,
            {"days": 1},
            f"The log has times of day, and its last day, {report.partial_last_day}, may be cut off: it is left out, "
            f"and observation ends with {until}.",
            f'If the day is complete, say so: until="{report.partial_last_day}".',
        )
    silent = (until - last_row).days
    end = (until - date(1970, 1, 1)).days
    if silent > 0:
        return _silence(days, silent, last_row)
    return _low_last_day(days, end, until)


def _silence(days: RowsByDay, silent: int, last_row: date) -> Finding | None:
    recent = days.day > days.day[-1] - 56
    if recent.sum() < _DAYS_TO_LEARN_FROM:
        return None
    longest = int(np.diff(days.day[recent]).max())
    expected = silent * days.rows[days.day > days.day[-1] - 28].sum() / 28
    if silent <= 2 * longest or expected < _LATE_ROWS:
        return None
    return Finding(
        "log_end",
        Severity.SERIOUS,
        {"days": silent, "expected_rows": expected},
        f"Observation goes on for {silent} days after the last row, of {last_row}, though some {expected:,.0f} rows "
        "would be usual in such a time: all customers seem silent who are only not recorded.",
        f'End observation where the log ends: until="{last_row}".',
    )


def _low_last_day(days: RowsByDay, end: int, until: date) -> Finding | None:
    before = np.isin(days.day, end - 7 * np.arange(1, 9))
    usual = float(np.median(days.rows[before])) if before.any() else 0.0
    last = float(days.rows[-1])
    if days.day[-1] != end or usual < _USUAL_DAY or last > _LOW_DAY * usual:
        return None
    return Finding(
        "log_end",
        Severity.NOTE,
        {"days": 1, "rows": last, "usual_rows": usual},
        f"The last day, {until}, has {last:,.0f} rows where {usual:,.0f} are usual on its day of the week: it may be "
        "cut off.",
        f'If so, end observation the day before: until="{until - timedelta(days=1)}".',
    )
