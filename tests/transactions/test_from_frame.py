"""Tables made elsewhere: what is taken as it is, and what is refused."""

import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions import Summary
from clvmodels.transactions.checks import _explain, _sound
from clvmodels.transactions.engines import wrap
from clvmodels.units import TimeUnit
from tests.transactions.conftest import Constructor, columns

GOOD = {
    "customer_id": [5, 3, 9, 7],
    "frequency": [0, 2, 1, 3],
    "recency": [0.0, 3.5, 8.0, 1.0],
    "T": [4.0, 4.0, 8.0, 0.25 + 1],
    "monetary_value": [None, 7.5, 2.0, None],
    "segment": ["a", "b", None, "c"],
}


def test_a_table_stays_as_it_is(constructor: Constructor) -> None:
    frame = constructor(GOOD)
    summary = Summary.from_frame(frame, time_unit="months", until="2024-01-31")
    assert type(summary.frame) is type(frame)
    assert columns(summary.frame) == GOOD
    assert summary.time_unit is TimeUnit.MONTH
    assert str(summary.until) == "2024-01-31"
    assert (summary.report.rows, summary.report.without_spend) == (4, 1)
    assert summary.report.examples["without_spend"] == ("customer_id 7",)
    distinct, counts = summary.distinct(["frequency"])
    assert (distinct["frequency"].tolist(), counts.tolist()) == ([0, 1, 2, 3], [1, 1, 1, 1])


def test_arrays_are_in_row_order(eager: Constructor) -> None:
    summary = Summary.from_frame(eager(GOOD))
    assert summary.column("frequency").tolist() == [0, 2, 1, 3]
    assert summary.column("recency").dtype == np.float64
    money = summary.column("monetary_value").tolist()
    assert math.isnan(money[0])
    assert money[1:3] == [7.5, 2.0]
    assert (
        list(summary.customer_ids()) == GOOD["customer_id"] or summary.customer_ids().to_pylist() == GOOD["customer_id"]
    )
    with pytest.raises(InputError, match="String, not numbers"):
        summary.column("segment")
    with pytest.raises(InputError, match="no column 'log_gaps'"):
        summary.column("log_gaps")


def test_columns_of_numbers_cost_no_copy() -> None:
    frame = pl.DataFrame(GOOD)
    assert np.shares_memory(Summary.from_frame(frame).column("T"), frame["T"].to_numpy())
    table = pd.DataFrame(GOOD)
    assert np.shares_memory(Summary.from_frame(table).column("T"), table["T"].to_numpy())


def test_index_survives_and_later_assignments_do_not_reach_the_summary() -> None:
    frame = pd.DataFrame(GOOD, index=[8, 8, 1, 2])
    summary = Summary.from_frame(frame)
    frame["T"] = 0.0
    assert summary.frame.index.tolist() == [8, 8, 1, 2]
    assert summary.column("T").tolist() == GOOD["T"]


@pytest.mark.parametrize("nothing", [None, float("nan"), 0.0])
def test_nothing_to_average_may_be_null_nan_or_zero(constructor: Constructor, nothing: float | None) -> None:
    Summary.from_frame(constructor({**GOOD, "monetary_value": [nothing, 7.5, 2.0, 1.0]}))


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("customer_id", [5, 5, 9, 7], r"1 ids stand in several rows[^$]*customer_id 5, rows 2"),
        ("customer_id", [5, None, 9, 7], "1 rows have no customer_id"),
        ("customer_id", ["a", None, "b", "c"], "1 rows have no customer_id"),
        ("customer_id", ["a", "a", "b", "c"], "1 ids stand in several rows"),
        ("customer_id", [5.0, float("nan"), 9.0, 7.0], "1 rows have no customer_id"),
        ("customer_id", [5.0, 2.0**53, 9.0, 7.0], "lost digits"),
        ("customer_id", [5.0, 5.0, 9.0, 7.0], "1 ids stand in several rows"),
        ("frequency", [0, None, 1, 3], "1 rows have a frequency that is missing"),
        ("frequency", [0.0, 3.9, 1.0, 3.0], r"1 rows have a frequency that is negative or no whole[^$]*frequency 3\.9"),
        ("frequency", [0, -2, 1, 3], "1 rows have a frequency that is negative"),
        ("frequency", [0.0, float("inf"), 1.0, 3.0], "frequency that is missing or not finite"),
        ("recency", [0.0, float("nan"), 8.0, 1.0], "recency that is missing"),
        ("recency", [0.0, -3.5, 8.0, 1.0], "negative recency or T"),
        (
            "recency",
            [0.0, 4.5, 8.25, 2.0],
            r"3 rows have a recency above T[^$]*customer_id 3[^$]*age at the last purchase",
        ),
        ("recency", [1.0, 3.5, 8.0, 1.0], "recency above 0 without a repeat purchase"),
        ("recency", [0.0, 0.0, 8.0, 1.0], "repeat purchases and a recency of 0"),
        ("T", [4.0, 4.0, 8.0, float("inf")], "T that is missing or not finite"),
        ("T", [-1.0, 4.0, 8.0, 2.0], "negative recency or T"),
        ("monetary_value", [None, -7.5, 2.0, 1.0], "monetary_value that is negative"),
        ("monetary_value", [None, float("inf"), 2.0, 1.0], "monetary_value that is negative or not finite"),
        ("monetary_value", [3.0, 7.5, 2.0, 1.0], "monetary_value without a repeat purchase"),
        ("monetary_value", ["a", "b", "c", "d"], "String, not numbers"),
        ("spend_periods", [0, 2, 1, 1], "does not agree with spend_periods"),
        ("spend_periods", [0, 4, 1, 0], "spend_periods that is no count"),
        ("spend_periods", [0.0, 1.5, 1.0, 0.0], "spend_periods that is no count"),
        ("spend_periods", [0, None, 1, 0], "spend_periods that is no count"),
        ("spend_periods", [0, -1, 1, 0], "spend_periods that is no count"),
    ],
)
def test_impossible_tables(constructor: Constructor, column: str, values: list[Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Summary.from_frame(constructor({**GOOD, column: values}))


def test_spend_periods_allow_the_first_purchase(constructor: Constructor) -> None:
    money = {"monetary_value": [3.0, 7.5, 2.0, 0.0], "spend_periods": [1, 3, 1, 0]}
    Summary.from_frame(constructor({**GOOD, **money}))


def test_other_faults(constructor: Constructor) -> None:
    with pytest.raises(InputError, match=r"no column 'T'[^$]*'frequency'"):
        Summary.from_frame(constructor({name: values for name, values in GOOD.items() if name != "T"}))
    with pytest.raises(InputError, match="no rows"):
        Summary.from_frame(constructor(pd.DataFrame(GOOD).astype({"segment": str}).head(0)))
    with pytest.raises(InputError, match="no time unit"):
        Summary.from_frame(constructor(GOOD), time_unit="w")


def test_no_frame() -> None:
    with pytest.raises(WrongTypeError):
        Summary.from_frame({"customer_id": [1]})


numbers = st.sampled_from([0, 1, 2, 3])
reals = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0, -1.0, float("nan"), float("inf")])


@settings(max_examples=50)
@given(
    st.lists(st.tuples(numbers, reals, reals, reals, reals, st.integers(0, 9)), min_size=1, max_size=3),
    st.sampled_from([(), ("monetary_value",), ("spend_periods",), ("monetary_value", "spend_periods")]),
)
def test_the_quick_look_agrees_with_the_explanation(rows: list[tuple[float, ...]], spend: tuple[str, ...]) -> None:
    names = ["frequency", "recency", "T", "monetary_value", "spend_periods", "customer_id"]
    data = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    data = {
        name: values for name, values in data.items() if name in {"customer_id", "frequency", "recency", "T", *spend}
    }
    for frame in (wrap(pd.DataFrame(data)), wrap(pl.DataFrame(data))):
        try:
            _explain(frame)
        except InputError:
            assert not _sound(frame)  # type: ignore[arg-type]
        else:
            assert _sound(frame)  # type: ignore[arg-type]


def test_a_summary_of_a_log_is_a_possible_table(constructor: Constructor) -> None:
    from clvmodels import datasets
    from clvmodels.transactions import Transactions

    tx = Transactions(constructor(datasets.cdnow()), customer="customer_id", time="date", amount="amount")
    for include_first in (False, True):
        summary = tx.summarize(time_unit="week", include_first=include_first)
        Summary.from_frame(summary.frame)
