"""Checks of rows and of customers: each finds what is planted and leaves what is near."""

from datetime import date

import numpy as np
import pytest

from clvmodels.evaluation.checks import customers, rows
from clvmodels.transactions import Money, RowsByDay, SummaryReport

UNTIL = date(2024, 3, 31)
END = (UNTIL - date(1970, 1, 1)).days


def report(**counts):
    return SummaryReport(rows=1000, customers=500, **counts)


def money(**sums):
    nothing = {"refunds": 0.0, "unmatched_refunds": 0.0, "missing_sales": 0.0}
    orders = {"orders": 1000, "order_total": 10_000.0, "largest_order": 50.0}
    return Money(**{"sales": 10_000.0, **nothing, **orders, **sums})


def days(counts, distinct=None, last=END):
    counts = np.asarray(counts)
    return RowsByDay(np.arange(last - len(counts) + 1, last + 1), counts, counts if distinct is None else distinct)


@pytest.mark.parametrize(
    ("missing", "sales", "severity"),
    [(1, 0, "note"), (49, 0, "note"), (50, 0, "warning"), (10, 600, "warning"), (250, 0, "serious")],
)
def test_missing_ids(missing, sales, severity):
    finding = rows.missing_ids(report(missing_ids=missing), money(missing_sales=float(sales)))
    assert finding.severity == severity
    assert finding.figures["share_of_rows"] == missing / 1000
    assert finding.figures["share_of_sales"] == pytest.approx(sales / (10_000 + sales))


def test_no_missing_id_is_no_finding_and_money_may_be_absent():
    assert rows.missing_ids(report(), money()) is None
    assert "of the sales" not in rows.missing_ids(report(missing_ids=60), None).sentence
    assert rows.missing_ids(report(missing_ids=60), money(sales=0.0)).figures == {"share_of_rows": 0.06}


@pytest.mark.parametrize(
    ("count", "given_back", "severity"),
    [(1, 1, "note"), (49, 199, "note"), (50, 10, "warning"), (5, 200, "warning"), (5, 2500, "serious")],
)
def test_refunds(count, given_back, severity):
    finding = rows.refunds(report(refunds=count), money(refunds=float(given_back), unmatched_refunds=given_back / 2))
    assert finding.severity == severity
    assert finding.figure == given_back / 10_000
    assert finding.figures["above_order_values"] == pytest.approx(given_back / 20_000)
    assert rows.refunds(report(), money()) is None


@pytest.mark.parametrize(("free", "severity"), [(9, None), (10, "note"), (99, "note"), (100, "warning")])
def test_free_orders(free, severity):
    finding = rows.free_orders(report(free_orders=free))
    assert (finding and finding.severity) == severity


def test_days_imported_twice_are_named():
    counts, distinct = np.full(60, 100), np.full(60, 80)
    counts[40:43], distinct[40:43] = 200, 80
    finding = rows.repeated_rows(days(counts, distinct))
    assert (finding.severity, finding.figures["days"]) == ("serious", 3)
    assert "from 2024-03-12 to 2024-03-14" in finding.sentence


def test_a_small_day_with_a_repetition_is_left():
    counts, distinct = np.full(60, 49), np.full(60, 49)
    distinct[40] = 10
    finding = rows.repeated_rows(days(counts, distinct))
    assert finding.severity == "note"


def test_lines_of_orders_are_a_note_and_few_repetitions_none():
    assert rows.repeated_rows(days(np.full(60, 100), np.full(60, 60))).severity == "note"
    assert rows.repeated_rows(days([1000, 1000], np.array([995, 995]))) is None


def test_a_log_that_stands_there_twice():
    finding = rows.repeated_rows(days(np.arange(1, 31) * 2, np.arange(1, 31)))
    assert finding.severity == "serious"
    assert "2 times" in finding.sentence
    # Without amounts rows are not compared.
    assert rows.repeated_rows(days(np.arange(1, 31) * 2)) is None


def test_observation_that_goes_on_after_the_log():
    recorded = days(np.full(90, 5), last=END - 10)
    finding = rows.log_end(recorded, report(), UNTIL, date(2024, 3, 21))
    assert (finding.severity, finding.figure) == ("serious", 10)
    assert 'until="2024-03-21"' in finding.advice


def test_an_end_in_a_usual_silence_is_left():
    weekly = RowsByDay(np.arange(END - 90, END - 5, 7), np.full(13, 30), np.full(13, 30))
    last = date.fromordinal(date(1970, 1, 1).toordinal() + int(weekly.day[-1]))
    assert rows.log_end(weekly, report(), UNTIL, last) is None
    # Two quiet days of a shop with a row every other day.
    assert rows.log_end(days(np.ones(60, dtype=int), last=END - 2), report(), UNTIL, date(2024, 3, 29)) is None


def test_a_last_day_that_is_cut_off():
    assert rows.log_end(days(np.append(np.full(70, 40), 10)), report(), UNTIL, UNTIL).severity == "note"
    assert rows.log_end(days(np.append(np.full(70, 40), 11)), report(), UNTIL, UNTIL) is None
    weekends = np.where(np.arange(71) % 7 == 0, 10, 40)  # the last day is such a one
    assert rows.log_end(days(weekends), report(), UNTIL, UNTIL) is None
    partial = rows.log_end(days([5, 5]), report(partial_last_day=date(2024, 4, 1)), UNTIL, date(2024, 4, 1))
    assert "2024-04-01" in partial.sentence


def buyers(customers_, repeaters):
    return np.where(np.arange(customers_) < repeaters, 2.0, 0.0)


@pytest.mark.parametrize(
    ("count", "repeaters", "severity"),
    [(1000, 100, None), (999, 500, "note"), (300, 100, "note"), (299, 200, "warning"), (5000, 99, "warning")],
)
def test_few_customers(count, repeaters, severity):
    finding = customers.few_customers(buyers(count, repeaters))
    assert (finding and finding.severity) == severity


@pytest.mark.parametrize(
    ("repeaters", "severity"), [(81, None), (80, "note"), (11, "note"), (10, "warning"), (0, "serious")]
)
def test_one_time_buyers(repeaters, severity):
    frequency = buyers(100, repeaters)
    finding = customers.one_time_buyers(frequency, frequency * 5.0, np.full(100, 20.0))
    assert (finding and finding.severity) == severity


def test_the_silence_of_one_time_buyers_by_hand():
    frequency = np.array([1.0, 2.0, 0.0, 0.0, 0.0, 0.0])
    recency = np.array([4.0, 20.0, 0.0, 0.0, 0.0, 0.0])  # mean gaps 4 and 10: nine tenths of the way is 9.4
    finding = customers.one_time_buyers(frequency, recency, np.array([30.0, 30.0, 9.0, 9.5, 20.0, 30.0]))
    assert finding.figures["silent"] == 0.75


def test_concentration():
    value = np.ones(1000)
    assert customers.concentration(value) is None
    value[0] = 60.0
    assert customers.concentration(value).severity == "note"
    value[0] = 112.0  # of 1,111
    assert customers.concentration(value).severity == "warning"
    assert customers.concentration(value[:99]) is None
    assert customers.concentration(np.zeros(500)) is None
    top = np.append(np.full(990, 1.0), np.full(10, 45.0))
    assert customers.concentration(top).figures["share_of_top_hundredth"] == pytest.approx(450 / 1440)
