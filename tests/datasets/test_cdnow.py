"""The CDNOW sample is the published one, number by number."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clvmodels.datasets import cdnow

PUBLISHED_FREE_ORDERS = 8
PUBLISHED_REVENUE = 244_091.94


@pytest.fixture(scope="module")
def log():
    return cdnow()


def test_size_and_types(log):
    assert log.shape == (6919, 4)
    assert log["customer_id"].nunique() == 2357
    assert log.dtypes.astype(str).replace(r"\[.*\]", "", regex=True).to_dict() == {
        "customer_id": "int64",
        "date": "datetime64",
        "quantity": "int64",
        "amount": "float64",
    }
    assert not log.isna().any(axis=None)


def test_totals(log):
    assert log["amount"].sum() == pytest.approx(PUBLISHED_REVENUE, abs=0.005)
    assert log["date"].min() == pd.Timestamp("1997-01-01")
    assert log["date"].max() == pd.Timestamp("1998-06-30")


def test_the_quirks_that_the_docstring_names(log):
    assert log.duplicated(["customer_id", "date"]).sum() == 223
    assert log.duplicated().sum() == 21
    free = log[log["amount"] == 0]
    assert len(free) == PUBLISHED_FREE_ORDERS
    assert (free["quantity"] == 1).all()
    first_rows = log.drop_duplicates("customer_id", keep="first").index
    assert free.index.isin(first_rows).all()
    assert (log["date"] == log["date"].dt.normalize()).all()
    assert log["amount"].min() == 0
    arrivals = log.groupby("customer_id")["date"].min()
    assert arrivals.max() - arrivals.min() == pd.Timedelta(weeks=11, days=6)


def test_the_numbers_are_those_of_the_published_file(log):
    # Not imported: importing lifetimes changes pandas options and warning filters.
    published = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_sample.txt"
    _, customer, date, quantity, amount = np.loadtxt(published, unpack=True)
    np.testing.assert_array_equal(log["customer_id"], customer)
    np.testing.assert_array_equal(log["date"].dt.strftime("%Y%m%d").astype(float), date)
    np.testing.assert_array_equal(log["quantity"], quantity)
    np.testing.assert_array_equal(log["amount"], amount)


def test_every_call_gives_a_frame_of_its_own(log):
    other = cdnow()
    other["amount"] = -1.0
    assert (cdnow()["amount"] == log["amount"]).all()
    assert (log["amount"] >= 0).all()
