"""The road along which every input is sent, and what holds at its end: a result, or an error in the package's shape."""

import re
from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars import selectors

import clvmodels as clv
from clvmodels.errors import MOST_ROWS_SHOWN, ClvError
from tests.inputs.cases import LOG, Gives, Refuses
from tests.transactions.conftest import columns

PURCHASES = clv.BGNBD().at(r=1.0, alpha=5.0, a=1.0, b=1.0, time_unit="week")
SPEND = clv.GammaGamma().at(p=6.0, q=3.0, v=15.0)
VALUE = clv.LifetimeValue(PURCHASES, SPEND, horizon="1 year", discount_rate=0.1)
NUMBERS = ("frequency", "recency", "T", "monetary_value", "first_value", "total_value", "spend_periods", "log_gaps")

# A message speaks of the caller's data, not of what the package is made of.
JARGON = re.compile(r"[Nn]arwhals|polars\.|_clv_|keep_\d|input_\d|Traceback|[A-Z]\w*Error\b|object at 0x|<class|Expr\(")


def summarized(frame: Any, columns: Mapping[str, Any] | None = None, options: Mapping[str, Any] | None = None) -> Any:
    """The summary of a log, its report read."""
    transactions = clv.Transactions(frame, **{**LOG, **(columns or {})})
    summary = transactions.summarize(**{"time_unit": "day", **(options or {})})
    assert str(summary.report)
    assert summary.report.as_dict()
    return summary


def predicted(summary: clv.Summary) -> None:
    """Predictions at fixed parameters, on any engine."""
    _or_error(lambda: PURCHASES.predict(summary, "26 weeks"))
    _or_error(lambda: VALUE.predict(summary))
    _or_error(lambda: summary.distinct(["frequency", "recency", "T"]))


def fitted(summary: clv.Summary) -> None:
    """Both models fitted, and what they make of the summary."""
    for model in (clv.BGNBD(), clv.GammaGamma()):
        _or_error(lambda model=model: model.fit(summary))
    _or_error(lambda: VALUE.total(summary))
    _or_error(lambda: VALUE.cash_flow(summary, every="2 months"))


def split(frame: Any, columns: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """The log cut in two, and its purchases by day."""
    transactions = clv.Transactions(frame, **{**LOG, **columns})
    kept = {name: value for name, value in options.items() if name != "until"}
    _or_error(lambda: transactions.split("2024-03-01", "30 days", time_unit="day", **kept))
    _or_error(lambda: transactions.purchases_by_day(until=options.get("until", "2024-06-01")))


def _or_error(step: Any) -> None:
    try:
        step()
    except ClvError as error:
        assert_well_formed(error)


def assert_well_formed(error: ClvError) -> None:
    """What was wrong, at most three rows, and what to do, in words of the caller's world."""
    assert error.what.endswith("."), error.what
    assert len(error.rows) <= MOST_ROWS_SHOWN
    assert not JARGON.search(re.sub("'[^']*'", "", error.what + error.advice)), str(error)


def assert_refused(error: ClvError, then: Refuses) -> None:
    """The error is the one that was expected."""
    assert_well_formed(error)
    assert isinstance(error, then.kind)
    assert then.words in error.what + error.advice
    assert len(error.rows) == then.rows
    assert error.advice


def assert_given(summary: clv.Summary, then: Gives, usual: Mapping[str, list[Any]]) -> None:
    """The summary is the one that was expected."""
    found, report = columns(summary.frame), summary.report
    if then.customers is not None:
        assert report.customers == len(found["customer_id"]) == then.customers
    for name, values in {**(usual if then.same else {}), **then.column}.items():
        assert [*map(_near, found[name])] == [*map(_near, values)], name
    for name, count in then.report.items():
        assert getattr(report, name) == count, name


def _near(value: Any) -> Any:
    return pytest.approx(value, rel=1e-12, nan_ok=True) if isinstance(value, float) else value


def snapshot(frame: Any) -> Any:
    """All that a caller could see of a frame, to be compared later."""
    if isinstance(frame, pd.DataFrame):
        cells = [_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
        return frame.index, [*frame.columns], [*frame.dtypes], cells, dict(frame.attrs)
    if isinstance(frame, pl.LazyFrame):
        return snapshot(frame.collect())
    if isinstance(frame, pl.DataFrame):
        return frame.schema, repr(frame.with_columns(selectors.temporal().to_physical()).rows())
    if isinstance(frame, pa.Table):
        return _bytes(frame)
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return _relation(frame)
    return repr(frame)


def _cells(column: pd.Series) -> object:
    if isinstance(column.dtype, pd.ArrowDtype):
        return _bytes(pa.table([pa.array(column.array)], names=["x"]))
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.dt.tz_convert(None).to_numpy().tobytes()
    plain = isinstance(column.dtype, np.dtype) and column.dtype.kind in "biufcmM"
    return column.to_numpy().tobytes() if plain else repr(column.tolist())


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def _relation(relation: duckdb.DuckDBPyRelation) -> Any:
    try:
        return relation.columns, relation.types, str(relation)
    except duckdb.Error as error:  # one that cannot be read before cannot be read afterwards
        return type(error)


def assert_unchanged(before: Any, frame: Any) -> None:
    """The caller's frame is as it was."""
    after = snapshot(frame)
    if isinstance(frame, pd.DataFrame):
        pd.testing.assert_index_equal(after[0], before[0], exact=True)
        before, after = before[1:], after[1:]
    assert after == before
