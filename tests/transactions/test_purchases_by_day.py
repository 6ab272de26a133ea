"""Purchases by day are counted as summaries count them, in every engine."""

from datetime import datetime

import pandas as pd
import pytest

from clvmodels import datasets
from clvmodels.errors import InputError
from clvmodels.transactions import Transactions
from tests.transactions.conftest import Constructor, shuffled

CDNOW = {"customer": "customer_id", "time": "date", "amount": "amount"}
LOG = {"customer": "id", "time": "day", "amount": "paid"}


def days_with_purchases(table: pd.DataFrame) -> dict[str, tuple[int, int]]:
    counts = zip(table["day"], table["first_purchases"], table["repeat_purchases"], strict=True)
    return {f"{day:%Y-%m-%d}": (new, repeat) for day, new, repeat in counts if new or repeat}


def log(*rows: tuple[int, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["id", "day", "paid"])
    return frame.assign(day=[datetime.fromisoformat(day) for day in frame["day"]])


def test_cdnow_in_every_engine(constructor: Constructor) -> None:
    table = Transactions(constructor(shuffled(datasets.cdnow())), **CDNOW).purchases_by_day()
    assert list(table.columns) == ["day", "first_purchases", "repeat_purchases"]
    assert (table["day"].diff().dropna() == pd.Timedelta(days=1)).all()
    assert (f"{table['day'].iloc[0]:%F}", f"{table['day'].iloc[-1]:%F}", len(table)) == (
        "1997-01-01",
        "1998-06-30",
        546,
    )
    assert table["first_purchases"].sum() == 2357
    assert table.loc[table["day"] <= "1997-09-30", "repeat_purchases"].sum() == 2457
    assert table.loc[table["day"] > "1997-09-30", "repeat_purchases"].sum() == 1882


def test_a_day_counts_once_and_a_refunded_day_not_at_all() -> None:
    frame = log(
        (1, "2024-01-01", 5), (1, "2024-01-01", 5), (1, "2024-01-03", 9), (1, "2024-01-03", -9), (2, "2024-01-04", 1)
    )
    got = days_with_purchases(Transactions(frame, **LOG).purchases_by_day())
    assert got == {"2024-01-01": (1, 0), "2024-01-04": (1, 0)}


def test_a_refund_before_the_first_purchase_acquires_nobody() -> None:
    frame = log((1, "2024-01-01", -5), (1, "2024-01-05", 5), (1, "2024-01-06", 5))
    table = Transactions(frame, **LOG).purchases_by_day()
    assert days_with_purchases(table) == {"2024-01-05": (1, 0), "2024-01-06": (0, 1)}
    assert f"{table['day'].iloc[0]:%F}" == "2024-01-05"


def test_a_cohort_keeps_its_later_purchases_and_no_others() -> None:
    frame = log((1, "2024-01-01", 5), (1, "2024-01-09", 5), (2, "2024-01-08", 5), (2, "2024-01-10", 5))
    transactions = Transactions(frame, **LOG)
    cohort = transactions.purchases_by_day(acquired_until="2024-01-07")
    assert days_with_purchases(cohort) == {"2024-01-01": (1, 0), "2024-01-09": (0, 1)}
    assert len(cohort) == 10
    assert len(transactions.purchases_by_day(acquired_until="2023-12-31")) == 0
    assert f"{transactions.purchases_by_day(until='2024-01-08')['day'].iloc[-1]:%F}" == "2024-01-08"


def test_the_rule_of_a_summary_is_followed() -> None:
    frame = log(
        (1, "2024-01-02 10:00", 5), (1, "2024-01-03 10:00", 5), (1, "2024-01-10 10:00", 5), (2, "2024-01-12", 5)
    )
    transactions = Transactions(frame, **LOG)
    for keywords, expected in (
        ({"collapse": "week"}, {"2024-01-01": (1, 0), "2024-01-08": (1, 1)}),
        ({"collapse": None}, {"2024-01-02": (1, 0), "2024-01-03": (0, 1), "2024-01-10": (0, 1), "2024-01-12": (1, 0)}),
        ({"first_seen_after": "2024-01-05"}, {"2024-01-12": (1, 0)}),
    ):
        options = transactions.summarize(time_unit="day", until="2024-01-12", **keywords).options
        got = days_with_purchases(transactions.purchases_by_day(until="2024-01-12", options=options))
        assert got == expected, keywords


def test_an_end_before_the_log_is_refused() -> None:
    with pytest.raises(InputError, match="No row lies at or before"):
        Transactions(log((1, "2024-01-02", 5)), **LOG).purchases_by_day(until="2024-01-01")
