"""The same numbers from a log in any engine; lazy ones are never taken into memory row by row."""

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import clvmodels as clv
from clvmodels.errors import LazyFrameError
from tests.fitting.test_engines import in_pandas
from tests.heuristics.test_rules import RULES

# Engines add up in other orders.
ROUNDING = 1e-9

ENGINES = {
    "polars": pl.from_pandas,
    "polars lazy": lambda log: pl.from_pandas(log).lazy(),
    "pyarrow": lambda log: pa.Table.from_pandas(log, preserve_index=False),
    "duckdb": lambda log: duckdb.connect().from_arrow(pa.Table.from_pandas(log, preserve_index=False)),
}


@pytest.fixture(scope="module", params=ENGINES)
def calibration(request, small_log):
    log = clv.Transactions(ENGINES[request.param](small_log), customer="who", time="day", amount="paid")
    return log.split("2024-02-10", "5 days", time_unit="day")[0]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_predictions_are_those_of_pandas(rule, calibration, small):
    mine, theirs = rule.fit(calibration), rule.fit(small)
    found, wanted = mine.predict(calibration.summary), theirs.predict(small.summary)
    assert type(found) is type(calibration.summary.frame)
    found = in_pandas(found)
    assert found.columns.tolist() == wanted.columns.tolist()
    assert found["customer_id"].tolist() == wanted["customer_id"].tolist()
    np.testing.assert_allclose(found.iloc[:, 1:], wanted.iloc[:, 1:], rtol=ROUNDING)
    total = theirs.total(small.summary).mean
    assert mine.total(calibration.summary).mean == pytest.approx(total, rel=ROUNDING)
    assert float(mine.new_customer()) == pytest.approx(float(theirs.new_customer()), rel=ROUNDING)


def test_arrays_of_lazy_frames_are_refused_and_predict_is_named(small_log):
    log = clv.Transactions(ENGINES["duckdb"](small_log), customer="who", time="day", amount="paid")
    calibration = log.split("2024-02-10", "5 days", time_unit="day")[0]
    for rule in RULES.values():
        with pytest.raises(LazyFrameError, match="predict"):
            rule.fit(calibration).purchases.expected_purchases(calibration.summary, "1 week")
