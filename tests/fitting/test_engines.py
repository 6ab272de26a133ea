"""The same numbers from a frame of any engine."""

from datetime import date

import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import clvmodels as clv
from clvmodels.errors import ClvError, InputError
from tests.fitting.test_fit import columns

# Engines sum and sort in other orders, and lazy ones merge customers by their floats instead of by whole days.
DIGITS = 1e-6
PREDICTIONS = 1e-9


@pytest.fixture(scope="module")
def frame():
    table = pd.DataFrame(dict(zip(("frequency", "recency", "T", "monetary_value"), columns(), strict=True)))
    table.insert(0, "customer_id", np.arange(len(table)))
    return table


def relation(table):
    return duckdb.connect().from_arrow(pa.Table.from_pandas(table, preserve_index=False))


ENGINES = {
    "polars": pl.from_pandas,
    "polars lazy": lambda table: pl.from_pandas(table).lazy(),
    "pyarrow": lambda table: pa.Table.from_pandas(table, preserve_index=False),
    "duckdb": relation,
}


def in_pandas(native):
    wrapped = nw.from_native(native)
    table = wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped
    return table.to_pandas().sort_values("customer_id").reset_index(drop=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_fits_and_predictions_are_those_of_pandas(frame, engine):
    mine, theirs = (clv.Summary.from_frame(table, "week") for table in (ENGINES[engine](frame), frame))
    for model in (clv.BGNBD(), clv.GammaGamma()):
        first, second = model.fit(mine), model.fit(theirs)
        np.testing.assert_allclose(first.draws, second.draws, rtol=DIGITS)
        assert first.log_likelihood == pytest.approx(second.log_likelihood, rel=1e-10)
        assert first.customers == second.customers
    purchases, spend = clv.BGNBD().fit(theirs), clv.GammaGamma().fit(theirs)
    value = clv.LifetimeValue(purchases, spend, horizon="1 year", discount_rate=0.1, retention_cost="1 per month")
    for predict in (lambda s: purchases.predict(s, "39 weeks"), spend.predict, value.predict):
        found, wanted = predict(mine), predict(theirs)
        assert type(found) is type(mine.frame)
        found = in_pandas(found)
        assert found.columns.tolist() == wanted.columns.tolist()
        np.testing.assert_allclose(found.to_numpy(float), wanted.to_numpy(float), rtol=PREDICTIONS)
    assert value.total(mine).mean == pytest.approx(value.total(theirs).mean, rel=PREDICTIONS)
    np.testing.assert_allclose(
        value.cash_flow(mine, "3 months")["cash_flow"],
        value.cash_flow(theirs, "3 months")["cash_flow"],
        rtol=PREDICTIONS,
    )


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
def test_arrays_of_lazy_frames_are_refused_and_predict_is_named(frame, engine):
    lazy = clv.Summary.from_frame(ENGINES[engine](frame), "week")
    fit = clv.BGNBD().fit(lazy)
    for ask in (fit.probability_alive, lambda s: fit.expected_purchases(s, "1 week")):
        with pytest.raises(ClvError, match="predict"):
            ask(lazy)


def test_a_lazy_summary_without_customers_is_refused():
    log = pl.LazyFrame({"id": [1, 2], "day": [date(2024, 1, 1), date(2024, 1, 3)], "paid": [-1.0, -2.0]})
    summary = clv.Transactions(log, customer="id", time="day", amount="paid").summarize(time_unit="week")
    with pytest.raises(InputError, match="no customers"):
        clv.BGNBD().fit(summary)
