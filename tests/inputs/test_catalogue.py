"""Every input of the catalogue, on every engine that has its type: a result, or an error of the package."""

import os
from typing import Any

import pytest

import clvmodels as clv
from clvmodels.errors import ClvError
from tests.inputs import amounts, frames, ids, summaries, times
from tests.inputs.cases import Case, Gives, log
from tests.inputs.harness import (
    NUMBERS,
    assert_given,
    assert_refused,
    assert_unchanged,
    fitted,
    predicted,
    snapshot,
    split,
    summarized,
)  # fmt: skip
from tests.transactions.conftest import ENGINES, columns

LOGS = {"ids": ids.CASES, "times": times.CASES, "amounts": amounts.CASES, "frames": frames.CASES}
FULL = os.environ.get("CLVMODELS_TEST_SIZE") == "full"


def engines_of(case: Case, place: int) -> tuple[str, ...]:
    """All engines that have the case's type at full size, else two of them, other ones for every case in turn."""
    if FULL or case.everywhere or len(case.engines) < 3:
        return case.engines
    half = len(case.engines) // 2
    return case.engines[place % half], case.engines[half + (place + place // half) % (len(case.engines) - half)]


def tried(area: str, cases: list[Case]) -> list[Any]:
    return [
        pytest.param(case, engine, id=f"{area}-{case.name}-{engine}".encode("ascii", "replace").decode())
        for place, case in enumerate(cases)
        for engine in engines_of(case, place)
    ]


@pytest.fixture(scope="session")
def usual():
    """The columns of the valid log's summary."""
    found = columns(summarized(ENGINES["pandas"](log())).frame)
    return {name: found[name] for name in NUMBERS}


@pytest.mark.parametrize(("case", "engine"), [one for area, cases in LOGS.items() for one in tried(area, cases)])
def test_logs(case: Case, engine: str, usual) -> None:
    frame = case.frame(engine)
    before = snapshot(frame)
    if isinstance(case.then, Gives):
        summary = summarized(frame, case.columns, case.options)
        assert_given(summary, case.then, usual)
        # The rest of the road sees nothing but the summary, and fits nothing but its numbers.
        if case.fit or (FULL and not case.then.same):
            predicted(summary)
            split(frame, case.columns, case.options)
        if case.fit or (FULL and not case.then.same and engine == case.engines[0]):
            fitted(summary)
    else:
        with pytest.raises(ClvError) as caught:
            summarized(frame, case.columns, case.options)
        assert_refused(caught.value, case.then)
    assert_unchanged(before, frame)


@pytest.mark.parametrize(("case", "engine"), tried("summaries", summaries.CASES))
def test_tables(case: Case, engine: str) -> None:
    frame = case.frame(engine)
    before = snapshot(frame)
    if isinstance(case.then, Gives):
        summary = clv.Summary.from_frame(frame, time_unit="week")
        assert summary.report.rows == len(columns(summary.frame)["customer_id"])
        if FULL or not summary.is_lazy:
            predicted(summary)
        if case.fit or (FULL and engine == case.engines[0]):
            fitted(summary)
    else:
        with pytest.raises(ClvError) as caught:
            clv.Summary.from_frame(frame, time_unit="week")
        assert_refused(caught.value, case.then)
    assert_unchanged(before, frame)
