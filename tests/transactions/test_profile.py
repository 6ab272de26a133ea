"""The small tables of a log, by hand and in every engine."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from clvmodels import datasets
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions import Profile, Transactions
from tests.transactions.conftest import Constructor, shuffled
from tests.transactions.logs import LOG, REFUNDED, log

CDNOW = {"customer": "customer_id", "time": "date", "amount": "amount"}


def profile_of(frame, **keywords) -> Profile:
    return Transactions(frame, **LOG).profile(**{"time_unit": "day", **keywords})


def cells(profile: Profile) -> set[tuple[int, int, int, int]]:
    weeks = profile.weeks
    return set(zip(*(column.tolist() for column in (weeks.cohort, weeks.week, weeks.new, weeks.repeat)), strict=True))


def test_weeks_are_counted_back_from_the_end(constructor: Constructor) -> None:
    frame = log(
        (1, "2024-01-01", 5),
        (1, "2024-01-03", 5),  # a Wednesday: the last day of the week of seven days that ends there
        (1, "2024-01-04", 5),
        (2, "2024-01-09", 5),
        (2, "2024-01-10", 5),
        (2, "2024-01-10", 5),  # the same day counts once
    )
    profile = profile_of(constructor(frame), until="2024-01-10")
    assert str(profile.weeks.start) == "2023-12-28"
    assert profile.weeks.weeks == 2
    assert cells(profile) == {(0, 0, 1, 1), (0, 1, 0, 1), (1, 1, 1, 1)}
    assert profile.weeks.acquired().tolist() == [1.0, 1.0]
    assert str(profile.weeks.day(1)) == "2024-01-04"


def test_the_table_of_weeks_before_1970(constructor: Constructor) -> None:
    frame = log((1, "1969-12-20", 5), (1, "1970-01-03", 5))
    assert cells(profile_of(constructor(frame), until="1970-01-03")) == {(0, 0, 1, 0), (0, 2, 0, 1)}


def test_weeks_hold_the_purchases_of_the_summary(constructor: Constructor) -> None:
    raw = datasets.cdnow()
    profile = Transactions(constructor(shuffled(raw)), **CDNOW).profile(time_unit="week", until="1997-09-30")
    before = raw[raw["date"] <= "1997-09-30"]
    paid = before.groupby(["customer_id", "date"])["amount"].sum()
    assert (profile.weeks.new.sum(), profile.weeks.repeat.sum()) == (2357, 2457)
    assert profile.customers["frequency"].sum() == 2457
    assert (profile.weeks.week >= profile.weeks.cohort).all()
    assert profile.days.rows.sum() == len(before)
    assert profile.days.distinct.sum() == len(before.drop_duplicates(["customer_id", "date", "amount"]))
    assert profile.money.orders == profile.sizes.orders.sum() == (paid > 0).sum()
    assert profile.money.order_total == pytest.approx(paid.sum(), rel=1e-12)
    assert profile.sizes.total.sum() == pytest.approx(paid.sum(), rel=1e-12)


def test_money_with_refunds_by_hand(constructor: Constructor) -> None:
    money = profile_of(constructor(REFUNDED)).money
    assert (money.sales, money.refunds) == (108.0, 42.0)
    # The days that net to 0 and -5 of customer 1, and -7 of customer 2 who bought nothing.
    assert money.unmatched_refunds == 12.0
    assert (money.orders, money.order_total, money.largest_order) == (3, 78.0, 50.0)


def test_sales_without_a_customer(constructor: Constructor) -> None:
    frame = log((1, "2024-01-01", 5), (1, "2024-01-02", 6), (1, "2024-01-03", -2), (1, "2024-01-09", 1))
    frame["id"] = [7, None, None, 8]
    profile = profile_of(constructor(frame))
    assert (profile.money.missing_sales, profile.report.missing_ids) == (6.0, 2)


def test_amounts_that_are_no_money_are_not_missed() -> None:
    frame = pd.DataFrame(log((1, "2024-01-01", 5), (1, "2024-01-02", 6), (1, "2024-01-09", 1)))
    frame = frame.assign(id=[7, None, None], paid=[5.0, np.inf, np.nan])
    assert profile_of(frame).money.missing_sales == 0.0


def test_rows_that_are_alike_by_day(constructor: Constructor) -> None:
    frame = log(
        (1, "2024-01-01", 5),
        (1, "2024-01-01", 5),
        (2, "2024-01-01", 5),
        (1, "2024-01-02", 5),
        (1, "2024-01-02", 6),
        (3, "2024-01-05", 9),
    )
    days = profile_of(constructor(frame)).days
    assert days.day.tolist() == [19723, 19724, 19727]
    assert days.rows.tolist() == [3, 2, 1]
    assert days.distinct.tolist() == [2, 2, 1]


def test_sizes_of_orders(constructor: Constructor) -> None:
    frame = log((1, "2024-01-01", 1.0), (2, "2024-01-01", 1.1), (3, "2024-01-01", 99.0), (4, "2024-01-01", 0.0))
    sizes = profile_of(constructor(frame)).sizes
    # 10^(0 / 20) = 1, 10^(1 / 20) = 1.122; 10^(39 / 20) = 89.1, 10^2 = 100.
    assert sizes.bin.tolist() == [0, 39]
    assert sizes.orders.tolist() == [2, 1]
    assert sizes.total.tolist() == pytest.approx([2.1, 99.0])


def test_all_engines_agree(constructor: Constructor) -> None:
    frame = shuffled(pd.DataFrame(REFUNDED))
    expected, got = profile_of(frame, until="2024-01-06"), profile_of(constructor(frame), until="2024-01-06")
    for part in ("weeks", "days", "sizes"):
        for field in fields(getattr(expected, part)):
            wanted, found = (getattr(getattr(profile, part), field.name) for profile in (expected, got))
            assert np.array_equal(wanted, found), (part, field.name)
    assert expected.money == got.money
    assert expected.report == got.report
    assert (expected.first_row, expected.last_row, expected.until) == (got.first_row, got.last_row, got.until)


def test_a_log_without_amounts_has_no_money(constructor: Constructor) -> None:
    frame = {name: column for name, column in log((1, "2024-01-01", 5), (1, "2024-01-01", 5)).items() if name != "paid"}
    profile = Transactions(constructor(frame), customer="id", time="day").profile(time_unit="day")
    assert profile.money is profile.sizes is None
    assert profile.days.rows.tolist() == profile.days.distinct.tolist() == [2]


def test_customers_left_out_are_in_no_table() -> None:
    frame = log((1, "2024-01-01", 5), (1, "2024-01-20", 5), (2, "2024-01-08", 5), (2, "2024-01-10", 5))
    profile = profile_of(pd.DataFrame(frame), first_seen_after="2024-01-07")
    assert (profile.weeks.new.sum(), profile.weeks.repeat.sum()) == (1, 1)
    assert profile.customers["frequency"].tolist() == [1.0]


def test_what_cannot_be_summarised_has_no_profile(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01", -5), (1, "2024-01-02", -1)))
    with pytest.raises(InputError, match="No customer is left"):
        profile_of(frame)
    with pytest.raises(WrongTypeError, match="profile has no keyword unit"):
        profile_of(frame, unit="day")
