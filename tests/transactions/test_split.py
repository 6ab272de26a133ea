"""Calibration and holdout."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from clvmodels import datasets
from clvmodels.errors import InputError, LazyFrameError, WrongTypeError
from clvmodels.transactions import Transactions
from clvmodels.units import Horizon, TimeUnit
from tests.transactions.conftest import Constructor, columns, shuffled

LOG = {"customer": "id", "time": "t", "amount": "paid"}


def log(*rows: tuple[int, str, float]) -> dict[str, list[Any]]:
    return {
        "id": [row[0] for row in rows],
        "t": [datetime.fromisoformat(row[1]) for row in rows],
        "paid": [float(row[2]) for row in rows],
    }


def test_cdnow(constructor: Constructor) -> None:
    frame = constructor(shuffled(datasets.cdnow()))
    tx = Transactions(frame, customer="customer_id", time="date", amount="amount")
    calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
    got = columns(holdout.frame)
    assert type(holdout.frame) is type(frame)
    assert got["customer_id"] == list(range(1, 2358))
    assert sum(got["purchases"]) == 1882
    assert sum(got["revenue"]) == pytest.approx(70976.39)
    assert got["total_value"] == pytest.approx(got["revenue"])
    assert (
        columns(calibration.summary.frame)["frequency"]
        == columns(tx.summarize(time_unit="week", until="1997-09-30").frame)["frequency"]
    )
    assert (holdout.horizon, holdout.time_unit) == (Horizon(39, TimeUnit.WEEK), TimeUnit.WEEK)
    assert (calibration.cutoff, holdout.until) == (date(1997, 9, 30), date(1998, 6, 30))
    # The calibration's log ends with the cut-off.
    assert calibration.transactions.summarize(time_unit="week").report.rows == calibration.summary.report.rows
    assert calibration.summary.report.after_until == 0


def test_no_row_is_on_both_sides(constructor: Constructor) -> None:
    frame = constructor(
        log(
            (1, "2024-01-10T00:00", 1),
            (1, "2024-01-10T23:59:59.999999", 2),
            (1, "2024-01-11T00:00", 4),
            (1, "2024-01-20T23:59", 8),
            (1, "2024-01-21T00:00", 16),
            (2, "2024-01-11T00:00", 32),
            (1, "2024-01-30T12:00", 64),
        )
    )
    for collapse in ("day", "week", None):
        calibration, holdout = Transactions(frame, **LOG).split("2024-01-10", 10, time_unit="day", collapse=collapse)
        assert columns(calibration.summary.frame)["total_value"] == [3.0]
        assert columns(holdout.frame)["total_value"] == [12.0]
    assert columns(holdout.frame)["purchases"] == [2]


def test_the_counting_rule_is_the_calibration_s(constructor: Constructor) -> None:
    rows = log(
        (1, "2024-01-01", 5),
        (2, "2024-01-01", 5),
        (3, "2024-01-01", 5),
        (1, "2024-01-12", 9),
        (1, "2024-01-12", -9),
        (1, "2024-01-13", 20),
        (1, "2024-01-13", -5),
        (2, "2024-01-14", -3),
        (1, "2024-01-31", 1),
    )
    calibration, holdout = Transactions(constructor(rows), **LOG).split("2024-01-10", "2 weeks", time_unit="week")
    assert columns(holdout.frame) == {
        "customer_id": [1, 2, 3],
        "purchases": [1, 0, 0],
        "revenue": [15.0, 0.0, 0.0],
        "total_value": [15.0, -3.0, 0.0],
    }
    assert calibration.summary.time_unit is TimeUnit.WEEK
    _, holdout = Transactions(constructor(rows), **LOG).split(
        "2024-01-10", "2 weeks", time_unit="week", refunds="ignore"
    )
    assert columns(holdout.frame)["revenue"] == [29.0, 0.0, 0.0]


def test_without_amounts_purchases_are_counted(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01", 5), (1, "2024-01-12", 5), (1, "2024-01-31", 5)))
    _, holdout = Transactions(frame, customer="id", time="t").split("2024-01-10", "2 weeks", time_unit="week")
    assert columns(holdout.frame) == {"customer_id": [1], "purchases": [1]}
    with pytest.raises(InputError, match="holdout has no column 'revenue'"):
        holdout.require(["revenue"])


def test_nothing_happened(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01", 5), (2, "2024-01-31", 5)))
    _, holdout = Transactions(frame, **LOG).split("2024-01-10", 14, time_unit="day")
    assert columns(holdout.frame) == {"customer_id": [1], "purchases": [0], "revenue": [0.0], "total_value": [0.0]}


def test_fractions_of_days_are_rounded_down() -> None:
    tx = Transactions(pd.DataFrame(log((1, "2024-01-01", 5), (1, "2024-02-10", 5), (1, "2024-06-30", 5))), **LOG)
    _, holdout = tx.split("2024-01-10", "1 month", time_unit="day")
    assert (holdout.until, holdout.horizon) == (date(2024, 2, 9), Horizon(30, TimeUnit.DAY))
    assert holdout.column("purchases").tolist() == [0.0]
    _, holdout = tx.split("2024-01-10", 4.4, time_unit="week")
    assert holdout.horizon == Horizon(30, TimeUnit.DAY)
    _, holdout = tx.split("2024-01-10", 2, time_unit="week")
    assert holdout.horizon == Horizon(2, TimeUnit.WEEK)
    assert repr(holdout) == "Holdout(2 weeks after 2024-01-10, until 2024-01-24)"


def test_the_log_must_cover_the_window(constructor: Constructor) -> None:
    tx = Transactions(constructor(log((1, "2024-01-01", 5), (1, "2024-01-31T12:00", 5))), **LOG)
    tx.split("2024-01-10", 20, time_unit="day")
    with pytest.raises(InputError, match=r"ends on 2024-01-31, and the log reaches up to 2024-01-30"):
        tx.split("2024-01-10", 21, time_unit="day")
    with pytest.raises(InputError, match="begins on 2024-01-01"):
        tx.split("2023-12-31", 7, time_unit="day")


@pytest.mark.parametrize(
    ("cutoff", "horizon", "keywords"),
    [
        ("2024-01-10T12:00", 7, {}),
        ("2024-01-10", None, {}),
        ("2024-01-10", "6 hours", {}),
        ("2024-01-10", "soon", {}),
        ("2024-01-10", 7, {"until": "2024-01-20"}),
    ],
)
def test_windows_that_cannot_be(cutoff: object, horizon: object, keywords: dict[str, Any]) -> None:
    tx = Transactions(pd.DataFrame(log((1, "2024-01-01", 5), (1, "2024-01-31", 5))), **LOG)
    with pytest.raises(InputError):
        tx.split(cutoff, horizon, time_unit="day", **keywords)


@pytest.mark.parametrize("cutoff", [date(2024, 1, 10), datetime(2024, 1, 10), pd.Timestamp("2024-01-10"), "2024-01-10"])
def test_kinds_of_cutoff(cutoff: object) -> None:
    tx = Transactions(pd.DataFrame(log((1, "2024-01-10T12:00", 5), (1, "2024-01-31", 5))), **LOG)
    calibration, _ = tx.split(cutoff, 7, time_unit="day", after_until="error")
    assert calibration.cutoff == date(2024, 1, 10)
    assert calibration.summary.until == date(2024, 1, 10)


def test_aware_times(constructor: Constructor) -> None:
    utc = [
        datetime(2024, 1, 10, 22, 30, tzinfo=UTC),
        datetime(2024, 1, 10, 23, 30, tzinfo=UTC),
        datetime(2024, 2, 1, tzinfo=UTC),
    ]
    frame = constructor(pa.table({"id": [1, 1, 1], "t": pa.array(utc, pa.timestamp("us", "UTC"))}))
    tx = Transactions(frame, customer="id", time="t")
    calibration, holdout = tx.split("2024-01-10", 7, time_unit="day", timezone="Europe/Berlin")
    assert columns(calibration.summary.frame)["frequency"] == [0]
    assert columns(holdout.frame)["purchases"] == [1]
    again = calibration.transactions.summarize(time_unit="day", until="2024-01-10", timezone="Europe/Berlin")
    assert again.report.rows == 1


def test_customers_dropped_from_the_calibration_are_not_in_the_holdout(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01", 5), (2, "2024-01-05", 5), (1, "2024-01-12", 5), (2, "2024-01-31", 5)))
    _, holdout = Transactions(frame, **LOG).split("2024-01-10", 7, time_unit="day", first_seen_after="2024-01-02")
    assert columns(holdout.frame)["customer_id"] == [2]


def test_a_misspelt_keyword() -> None:
    tx = Transactions(pd.DataFrame(log((1, "2024-01-01", 5))), **LOG)
    with pytest.raises(WrongTypeError, match="no keyword colapse"):
        tx.split("2024-01-01", 7, time_unit="day", colapse="week")


def test_revenue_is_discounted_from_when_it_was_paid(constructor: Constructor) -> None:
    rows = log(
        (1, "2023-01-02", 1),
        (2, "2023-01-02", 1),
        (3, "2023-01-02", 1),
        (1, "2023-01-03", 100),
        (1, "2024-01-03", 100),
        (2, "2024-01-03", 10),
        (2, "2024-01-03", -4),
        (2, "2023-06-03", -7),
        (1, "2025-01-03", 1),
    )
    _, holdout = Transactions(constructor(rows), **LOG).split("2023-01-03", "1 year", time_unit="week")
    collected = holdout.collected()
    later = 1.1 ** (-365 / 365.25)
    # Who was no customer at the cut-off, or was refunded only, brings nothing.
    assert collected.discounted_revenue(0.1) == pytest.approx([100 * later, 6 * later, 0.0], rel=1e-12)
    assert collected.discounted_revenue(0.0) == pytest.approx([100.0, 6.0, 0.0])
    if holdout.is_lazy:
        with pytest.raises(LazyFrameError):
            holdout.discounted_revenue(0.1)


@pytest.mark.parametrize(("collapse", "days"), [("day", 2.0), (None, 1.75), ("week", 0.0)])
def test_a_purchase_is_discounted_from_when_it_counts(collapse: str | None, days: float) -> None:
    """By day from its day, by time stamps from its hour, by week from the Monday, but never from before the cut-off."""
    rows = pd.DataFrame(log((1, "2024-01-01", 5), (1, "2024-01-05T18:00", 5), (1, "2024-01-19", 5)))
    _, holdout = Transactions(rows, **LOG).split("2024-01-03", "1 week", time_unit="week", collapse=collapse)
    assert holdout.discounted_revenue(0.5) == pytest.approx([5 * 1.5 ** (-days / 365.25)], rel=1e-12)


def test_without_amounts_there_is_no_revenue_to_discount() -> None:
    rows = pd.DataFrame({"id": [1, 1], "t": ["2024-01-01", "2024-01-19"]})
    _, holdout = Transactions(rows, customer="id", time="t").split("2024-01-03", "1 week", time_unit="week")
    with pytest.raises(InputError, match="no column 'revenue'"):
        holdout.discounted_revenue(0.1)


def test_a_table_is_brought_into_memory(constructor: Constructor) -> None:
    tx = Transactions(constructor(log((8, "2024-01-01", 5), (7, "2024-01-05", 5), (7, "2024-01-30", 5))), **LOG)
    calibration, holdout = tx.split("2024-01-10", "1 week", time_unit="week")
    for table in (calibration.summary, holdout):
        collected = table.collected()
        assert not collected.is_lazy
        assert (collected is table) is not table.is_lazy
        assert type(collected) is type(table)
        assert collected.ids() == [7, 8]
        assert columns(collected.frame) == columns(table.frame)
