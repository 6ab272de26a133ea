"""What rules learn from a calibration: the same log cut once more, what customers did last, and at which age."""

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from clvmodels.transactions import RecentPurchases, earlier, purchases_by_age
from clvmodels.units import TimeUnit

CUTOFF = "2024-02-10"
ENGINES = {
    "pandas": lambda log: log,
    "polars": pl.from_pandas,
    "polars lazy": lambda log: pl.from_pandas(log).lazy(),
    "pyarrow": lambda log: pa.Table.from_pandas(log, preserve_index=False),
    "duckdb": lambda log: duckdb.connect().from_arrow(pa.Table.from_pandas(log, preserve_index=False)),
}


def random_log():
    rng = np.random.default_rng(5)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 50, 200), unit="D")
    return pd.DataFrame({"who": rng.integers(0, 40, 200), "day": days, "paid": rng.integers(1, 50, 200).astype(float)})


@pytest.fixture(scope="module")
def log():
    return random_log()


@pytest.fixture(scope="module", params=ENGINES)
def calibration(request, log):
    tx = clv.Transactions(ENGINES[request.param](log), customer="who", time="day", amount="paid")
    return tx.split(CUTOFF, "3 days", time_unit="day")[0]


def columns_of(summary, *names):
    """Columns in memory."""
    table = summary.collected()
    return [table.column(name) for name in names]


def test_an_earlier_cut_is_a_cut_of_the_log(calibration, log):
    found = earlier(calibration, "9 days")
    tx = clv.Transactions(log, customer="who", time="day", amount="paid")
    before, after = tx.split("2024-02-01", "9 days", time_unit="day")
    assert found.window.in_unit(TimeUnit.DAY) == 9.0
    assert found.summary.until == date(2024, 2, 1)
    x, T, purchases, revenue = columns_of(found.summary, "frequency", "T", "purchases", "revenue")
    np.testing.assert_array_equal(x, before.summary.column("frequency"))
    np.testing.assert_array_equal(T, before.summary.column("T"))
    np.testing.assert_array_equal(purchases, after.column("purchases"))
    np.testing.assert_array_equal(revenue, after.column("revenue"))


def test_recent_purchases_are_counted_by_pandas(calibration, log):
    recent = RecentPurchases.of(calibration, 9)
    (found,) = columns_of(recent.coded(calibration.summary), recent.column)
    days = log[log["day"] <= CUTOFF].drop_duplicates(["who", "day"])
    repeat = days[days["day"] > days.groupby("who")["day"].transform("min")]
    counts = repeat[repeat["day"] > "2024-02-01"].groupby("who").size()
    wanted = counts.reindex(sorted(days["who"].unique()), fill_value=0)
    assert found.tolist() == wanted.tolist()
    assert recent.coded(recent.coded(calibration.summary)).names.count(recent.column) == 1


def test_purchases_by_age_are_counted_by_pandas(calibration, log):
    ages = purchases_by_age(calibration.transactions.plan(calibration.options))
    days = log[log["day"] <= CUTOFF].groupby(["who", "day"], as_index=False)["paid"].sum()
    first = days.groupby("who")["day"].transform("min")
    age = (days["day"] - first).dt.days
    oldest = (pd.Timestamp(CUTOFF) - first[age == 0]).dt.days
    size = oldest.max() + 1
    assert ages.purchases.tolist() == np.bincount(age, minlength=size).tolist()
    np.testing.assert_allclose(ages.revenue, np.bincount(age, days["paid"], minlength=size), rtol=1e-12)
    assert ages.customers.tolist() == [(oldest >= day).sum() for day in range(size)]


def test_columns_of_one_source_go_into_a_summary_of_another(log):
    """A lazy count into a summary in memory, and the other way round."""
    made = {
        name: clv.Transactions(ENGINES[name](log), customer="who", time="day", amount="paid").split(
            CUTOFF, "3 days", time_unit="day"
        )[0]
        for name in ("pandas", "polars lazy")
    }
    eager, lazy = made["pandas"], made["polars lazy"]
    recent = RecentPurchases.of(lazy, 9)
    (found,) = columns_of(recent.coded(eager.summary), recent.column)
    (wanted,) = columns_of(recent.coded(lazy.summary), recent.column)
    assert found.tolist() == wanted.tolist()


def test_a_log_may_cover_more_days_than_its_rows():
    log = pd.DataFrame({"who": [1, 1], "day": ["2024-01-01", "2024-01-05"]})
    tx = clv.Transactions(log, customer="who", time="day")
    with pytest.raises(InputError, match="reaches up to 2024-01-05"):
        tx.split("2024-01-03", "4 days", time_unit="day")
    _, holdout = tx.split("2024-01-03", "4 days", time_unit="day", observed_until="2024-01-07")
    assert holdout.column("purchases").tolist() == [1]
    with pytest.raises(InputError, match="reaches up to 2024-01-04"):
        tx.split("2024-01-03", "2 days", time_unit="day", observed_until="2024-01-04")
    with pytest.raises(InputError, match="observed_until=2024-01-04T12:00 is not a day"):
        tx.split("2024-01-03", "1 day", time_unit="day", observed_until="2024-01-04T12:00")


def test_attributes_named_like_what_happened_do_not_get_in_the_way():
    log = pd.DataFrame({"who": [1, 1], "day": ["2024-01-01", "2024-01-09"], "purchases": ["x", "x"]})
    tx = clv.Transactions(log, customer="who", time="day", attributes=["purchases"])
    calibration = tx.split("2024-01-10", "1 day", time_unit="day", observed_until="2024-01-11")[0]
    assert earlier(calibration, "5 days").summary.column("purchases").tolist() == [1]
