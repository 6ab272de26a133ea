"""A summary as a value: what it holds, what it refuses, and that it can travel."""

import math
import pickle
from datetime import date
from typing import Any

import pandas as pd
import pytest

from clvmodels.errors import ClvError, LazyFrameError, WrongTypeError
from clvmodels.transactions import Summary, Transactions
from tests.transactions.conftest import ENGINES, Constructor, columns
from tests.transactions.logs import LOG, REFUNDED, log, summary_of


def test_a_summary_is_a_value(eager: Constructor) -> None:
    summary = summary_of(eager(log((2, "2024-01-01", 1), (1, "2024-01-01", 2), (1, "2024-01-03", 3))))
    assert repr(summary) == "Summary(2 customers, in days until 2024-01-03)"
    assert (len(summary), summary.n_customers, summary.is_lazy, summary.has("T"), summary.has("x")) == (
        2,
        2,
        False,
        True,
        False,
    )
    assert summary.column("T").tolist() == [2.0, 2.0]
    assert math.isnan(summary.column("monetary_value")[1])
    assert summary.column("T") is summary.column("T")
    assert summary.options is not None
    assert summary.options.as_dict()["collapse"] == "day"
    with pytest.raises(ValueError, match="read-only"):
        summary.column("T")[0] = 9
    with pytest.raises(AttributeError):
        summary.until = None  # type: ignore[misc]
    distinct, counts = summary.distinct(["frequency", "T"])
    assert (distinct["frequency"].tolist(), distinct["T"].tolist(), counts.tolist()) == ([0, 1], [2, 2], [1, 1])


def test_a_lazy_summary_has_no_arrays(lazy: Constructor) -> None:
    summary = summary_of(lazy(log((2, "2024-01-01", 1), (1, "2024-01-01", 2), (3, "2024-01-03", 3))))
    assert repr(summary) == "Summary(lazy, in days until 2024-01-03)"
    for ask in (lambda: summary.column("T"), lambda: len(summary), summary.customer_ids):
        with pytest.raises(LazyFrameError, match="predict"):
            ask()
    assert summary  # a truth value that runs no query
    distinct, counts = summary.distinct(["frequency", "T"])
    assert (distinct["T"].tolist(), counts.tolist()) == ([0.0, 2.0], [1, 2])


def test_options_repeat_a_summary() -> None:
    tx = Transactions(ENGINES["pandas"](REFUNDED), **LOG)
    summary = tx.summarize(time_unit="week", collapse="week", until=date(2024, 1, 11), refunds="ignore")
    assert summary.options is not None
    again = tx.summarize(**summary.options.as_dict())
    assert columns(again.frame) == columns(summary.frame)


def test_transactions_are_frozen() -> None:
    tx = Transactions(ENGINES["pandas"](REFUNDED), **LOG)
    with pytest.raises(AttributeError):
        tx._log = None  # type: ignore[misc,assignment]


def test_what_is_no_frame() -> None:
    with pytest.raises(WrongTypeError, match="list is no data frame"):
        Transactions([1, 2], **LOG)
    with pytest.raises(WrongTypeError, match="named by text"):
        Transactions(pd.DataFrame(REFUNDED), customer=0, time="day")  # type: ignore[arg-type]


def test_one_day_of_clock_times_needs_an_end(constructor: Constructor) -> None:
    frame = constructor(log((1, "2024-01-01T12:00", 1)))
    with pytest.raises(ClvError, match="until="):
        summary_of(frame)
    assert columns(summary_of(frame, until="2024-01-01").frame)["T"] == [0.0]


def sent(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - its own bytes


def test_a_summary_can_be_sent_to_another_process() -> None:
    frame = ENGINES["pandas"](REFUNDED)
    for summary in (summary_of(frame), Summary.from_frame(summary_of(frame).frame)):
        summary.column("T")
        again = sent(summary)
        assert columns(again.frame) == columns(summary.frame)
        assert again.report == summary.report
    tx = sent(Transactions(frame, **LOG))
    assert columns(tx.summarize(time_unit="day").frame) == columns(summary_of(frame).frame)
