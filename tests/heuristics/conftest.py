"""CDNOW cut at the day of the published comparison, and a log that can be followed by hand."""

import pandas as pd
import pytest

import clvmodels as clv

CUTOFF, HORIZON = "1997-09-30", "39 weeks"


@pytest.fixture(scope="session")
def cdnow_log():
    return clv.datasets.cdnow()


@pytest.fixture(scope="session")
def cdnow(cdnow_log):
    """The calibration and the holdout."""
    log = clv.Transactions(cdnow_log, customer="customer_id", time="date", amount="amount")
    return log.split(CUTOFF, HORIZON, time_unit="week")


@pytest.fixture(scope="session")
def small_log():
    """Four customers; the last row of the calibration of `small` is no row of its cut-off."""
    rows = [
        ("a", "2024-01-01", 10.0), ("a", "2024-01-11", 30.0), ("a", "2024-01-21", 50.0), ("a", "2024-02-06", 20.0),
        ("b", "2024-01-01", 8.0),
        ("c", "2024-01-06", 6.0), ("c", "2024-01-08", 4.0), ("c", "2024-02-07", 1.0),
        ("d", "2024-01-31", 12.0), ("d", "2024-02-15", 9.0),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["who", "day", "paid"])


@pytest.fixture(scope="session")
def small(small_log):
    """Ages of 40, 40, 35 and 10 days; 3, 0, 2 and 0 repeat purchases; silent for 4, 40, 3 and 10 days."""
    log = clv.Transactions(small_log, customer="who", time="day", amount="paid")
    return log.split("2024-02-10", "5 days", time_unit="day")[0]
