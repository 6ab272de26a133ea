"""Summaries of logs: the numbers of CDNOW, one result in all engines, and every policy computed by hand."""

import math
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clvmodels import datasets
from clvmodels.errors import InputError
from clvmodels.transactions import Transactions
from tests.transactions.conftest import ENGINES, Constructor, columns, shuffled
from tests.transactions.logs import LOG, REFUNDED, log, summary_of

CDNOW = {"customer": "customer_id", "time": "date", "amount": "amount"}


def test_cdnow_has_its_published_numbers_in_every_engine(constructor: Constructor) -> None:
    frame = constructor(shuffled(datasets.cdnow()))
    summary = Transactions(frame, **CDNOW).summarize(time_unit="week", until="1997-09-30")
    assert type(summary.frame) is type(frame)
    got = columns(summary.frame)
    assert got["customer_id"] == list(range(1, 2358))
    assert sum(got["frequency"]) == 2457
    assert sum(x > 0 for x in got["frequency"]) == 946
    assert max(got["T"]) == 272 / 7
    assert (got["recency"][0], got["frequency"][0], got["first_value"][0]) == (213 / 7, 2, 29.33)
    assert got["monetary_value"][0] == pytest.approx((29.73 + 14.96) / 2)
    assert got["log_gaps"][0] == pytest.approx(math.log(17 / 7) + math.log(196 / 7))
    assert summary.until == date(1997, 9, 30)
    assert summary.report.free_orders == 8
    assert summary.report.customers == 2357
    assert summary.report.rows == 6919


def test_engines_agree(constructor: Constructor) -> None:
    frame = datasets.cdnow()
    expected = Transactions(frame, **CDNOW, attributes=["quantity"]).summarize(time_unit="month")
    got = Transactions(constructor(shuffled(frame)), **CDNOW, attributes=["quantity"]).summarize(time_unit="month")
    wanted, found = columns(expected.frame), columns(got.frame)
    assert list(wanted) == list(found)
    for name in wanted:
        # Times are quotients of integers and agree to the last digit; sums of money depend on the order of the rows.
        if name in {"monetary_value", "first_value", "total_value", "log_gaps"}:
            np.testing.assert_allclose(_floats(found[name]), _floats(wanted[name]), rtol=1e-13, atol=1e-14)
        else:
            assert found[name] == wanted[name]
    assert {**got.report.as_dict(), "examples": {}} == {**expected.report.as_dict(), "examples": {}}


def _floats(values: list[Any]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values])


def test_caller_s_frame_is_unchanged_and_its_index_is_no_matter() -> None:
    frame = shuffled(datasets.cdnow()).set_index("quantity")
    before = frame.copy(deep=True)
    Transactions(frame, **CDNOW).summarize(time_unit="week")
    pd.testing.assert_frame_equal(frame, before)


def test_column_types_are_the_same_everywhere(constructor: Constructor) -> None:
    import narwhals as nw

    summary = summary_of(constructor(log((1, "2024-01-01", 5), (1, "2024-01-03", 6), (2, "2024-01-02", -1))))
    schema = nw.from_native(summary.frame).collect_schema()
    integers = {"customer_id", "frequency", "spend_periods"}
    assert {name for name, dtype in schema.items() if dtype == nw.Int64} == integers
    assert {name for name, dtype in schema.items() if dtype == nw.Float64} == set(schema) - integers


def test_a_log_without_amounts_has_no_money(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01", 5), (1, "2024-01-03", 6)))
    summary = Transactions(frame, customer="id", time="day").summarize(time_unit="day")
    assert list(columns(summary.frame)) == ["customer_id", "frequency", "recency", "T", "log_gaps"]
    with pytest.raises(InputError, match=r"'monetary_value'[^$]*amount="):
        summary.require(["frequency", "monetary_value"])


def test_purchases_of_a_day_count_once_and_their_amounts_add(constructor: Constructor) -> None:
    frame = constructor(
        log((1, "2024-01-01T09:00", 5), (1, "2024-01-01T17:00", 7), (1, "2024-01-04T08:00", 20), (1, "2024-01-04", 2))
    )
    got = columns(summary_of(frame, until="2024-01-10").frame)
    # Java's logarithm may differ in the last binary digit.
    assert got.pop("log_gaps") == pytest.approx([math.log(3)], rel=1e-15)
    assert got == {
        "customer_id": [1],
        "frequency": [1],
        "recency": [3.0],
        "T": [9.0],
        "monetary_value": [22.0],
        "first_value": [12.0],
        "total_value": [34.0],
        "spend_periods": [1],
    }


def test_weeks_run_from_monday_to_sunday(constructor: Constructor) -> None:
    # 2024-01-07 was a Sunday; 1969-12-28 too, which tries times before the epoch.
    frame = constructor(log((1, "1969-12-28", 1), (1, "2024-01-01", 2), (1, "2024-01-07", 3), (1, "2024-01-08", 4)))
    got = columns(summary_of(frame, collapse="week", until="2024-01-10").frame)
    first = date(1969, 12, 22)
    assert got["frequency"] == [2]
    assert got["recency"] == [(date(2024, 1, 8) - first).days]
    assert got["T"] == [(date(2024, 1, 10) - first).days]
    assert got["monetary_value"] == [4.5]


def test_raw_times_collapse_only_when_they_are_equal(constructor: Constructor) -> None:
    frame = constructor(
        log((1, "2024-01-01T12:00", 1), (1, "2024-01-01T12:00", 2), (1, "2024-01-01T18:00", 4), (2, "2024-01-02", 9))
    )
    by_day = summary_of(frame, collapse=None, until="2024-01-02", time_unit="hour")
    got = columns(by_day.frame)
    assert got["frequency"] == [1, 0]
    assert got["recency"] == [6.0, 0.0]
    assert got["T"] == [36.0, 24.0]  # until the end of 2 January
    assert got["first_value"] == [3.0, 9.0]
    at = columns(summary_of(frame, collapse=None, until=datetime(2024, 1, 1, 18), time_unit="hour").frame)
    assert (at["frequency"], at["T"]) == ([1], [6.0])  # inclusive


def test_hours_of_days_are_whole_numbers(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01", 1), (1, "2024-01-08", 2)))
    got = columns(summary_of(frame, time_unit="hour", until="2024-03-01").frame)
    assert (got["recency"], got["T"]) == ([168.0], [1440.0])


def test_refunds_are_netted_within_the_period(constructor: Constructor) -> None:
    summary = summary_of(constructor(REFUNDED), until="2024-01-11")
    got = columns(summary.frame)
    assert got["customer_id"] == [1, 3]
    assert got["frequency"] == [1, 2]
    assert got["recency"] == [4.0, 4.0]
    assert got["T"] == [10.0, 9.0]
    assert got["monetary_value"] == [20.0, 8.0]
    assert got["spend_periods"] == [1, 1]
    assert got["first_value"] == [50.0, 0.0]
    assert got["total_value"] == [65.0, 8.0]
    assert got["log_gaps"] == pytest.approx([math.log(4), 2 * math.log(2)])
    report = summary.report
    assert (report.refunds, report.refund_periods, report.free_orders, report.without_purchase) == (4, 3, 2, 1)
    assert report.examples["without_purchase"] == ("id 2",)
    assert "1 customer with refunds alone" in str(report)


def test_refunds_can_be_set_aside(constructor: Constructor) -> None:
    summary = summary_of(constructor(REFUNDED), until="2024-01-11", refunds="ignore")
    got = columns(summary.frame)
    assert got["frequency"] == [2, 2]
    assert got["monetary_value"] == [25.0, 8.0]
    assert got["total_value"] == [100.0, 8.0]
    assert (summary.report.refunds, summary.report.refund_periods, summary.report.without_purchase) == (4, 0, 1)


def test_refunds_can_be_refused(constructor: Constructor) -> None:
    with pytest.raises(InputError, match=r"4 rows have a negative amount[^$]*id 1, day 2024-01-0"):
        summary_of(constructor(REFUNDED), until="2024-01-11", refunds="error")
    # A refund after the end of observation is nobody's business.
    assert summary_of(constructor(REFUNDED), until="2024-01-01", refunds="error").report.customers == 1


def test_cents_that_cancel_out_are_no_purchase(constructor: Constructor) -> None:
    frame = constructor(
        log((1, "2024-01-01", 9), (1, "2024-01-02", 0.1), (1, "2024-01-02", 0.2), (1, "2024-01-02", -0.3))
    )
    assert columns(summary_of(frame).frame)["frequency"] == [0]


def test_first_purchase_enters_the_mean_only_when_asked(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01", 10), (1, "2024-01-02", 30), (2, "2024-01-01", 7), (3, "2024-01-01", 0)))
    got = columns(summary_of(frame, include_first=True).frame)
    assert got["monetary_value"] == [20.0, 7.0, None]
    assert got["spend_periods"] == [2, 1, 0]
    assert got["frequency"] == [1, 0, 0]


def test_customers_who_may_have_bought_before_the_log(constructor: Constructor) -> None:
    # With weeks, the first purchase decides and not the Monday of its week: 2024-01-03 was a Wednesday.
    frame = constructor(log((1, "2024-01-02", 1), (1, "2024-01-20", 1), (2, "2024-01-04", 1), (3, "2024-01-09", 1)))
    for collapse in ("day", "week", None):
        summary = summary_of(frame, first_seen_after="2024-01-03", collapse=collapse)
        assert columns(summary.frame)["customer_id"] == [2, 3]
        assert summary.report.seen_before == 1


def test_rows_without_a_customer(constructor: Constructor) -> None:
    rows = log((1, "2024-01-01", 1), (2, "2024-01-02", 2))
    frame = constructor({**rows, "id": ["a", None]})
    summary = summary_of(frame)
    assert columns(summary.frame)["customer_id"] == ["a"]
    assert summary.report.missing_ids == 1
    with pytest.raises(InputError, match="1 rows have no customer"):
        summary_of(frame, missing_ids="error")


def test_rows_after_the_end(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01", 1), (1, "2024-01-09", 2)))
    summary = summary_of(frame, until="2024-01-08")
    assert summary.report.after_until == 1
    with pytest.raises(InputError, match=r"1 rows lie after until=2024-01-08[^$]*2024-01-09"):
        summary_of(frame, until="2024-01-08", after_until="error")
    with pytest.raises(InputError, match="begins on 2024-01-01"):
        summary_of(frame, until="2023-12-31")


def test_first_value_of_an_attribute(constructor: Constructor) -> None:
    rows = log(
        (1, "2024-01-02", 1), (1, "2024-01-01", 2), (2, "2024-01-01", 1), (2, "2024-01-01", 1), (3, "2024-01-01", 1)
    )
    frame = constructor({**rows, "channel": ["shop", "web", "web", "app", None], "kind": ["b", "b", "b", "b", "c"]})
    summary = Transactions(frame, **LOG, attributes=["channel", "kind"]).summarize(time_unit="day", until="2024-01-02")
    got = columns(summary.frame)
    assert got["channel"] == ["web", "app", None]
    assert got["kind"] == ["b", "b", "c"]
    assert summary.report.attribute_conflicts == 2
    assert summary.report.examples["attribute_conflicts"] == ("channel of id 1", "channel of id 2")


@pytest.mark.parametrize("attributes", [["frequency"], ["channel", "channel"], ["nowhere"]])
def test_attributes_that_cannot_be(attributes: list[str]) -> None:
    frame = pd.DataFrame({**log((1, "2024-01-02", 1)), "channel": ["x"], "frequency": [1]})
    with pytest.raises(InputError):
        Transactions(frame, **LOG, attributes=attributes)


@pytest.mark.parametrize(
    "keywords",
    [
        {"time_unit": "fortnight"},
        {"collapse": "month"},
        {"refunds": "keep"},
        {"missing_ids": "keep"},
        {"after_until": "keep"},
        {"timezone": "Mars/Olympus"},
        {"until": "31.01.2024"},
        {"first_seen_after": "soon"},
    ],
)
def test_settings_that_cannot_be(keywords: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        summary_of(ENGINES["pandas"](log((1, "2024-01-02", 1))), **keywords)


def test_only_refunds_leave_nobody(eager: Constructor) -> None:
    with pytest.raises(InputError, match="No customer is left"):
        summary_of(eager(log((1, "2024-01-02", -1))))
