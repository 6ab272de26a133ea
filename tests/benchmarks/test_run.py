"""A small case from end to end, and the lists of cases."""

from dataclasses import replace
from importlib import import_module

import duckdb
import numpy as np
import pytest

from benchmarks import data
from benchmarks.cases import (
    CASES,
    DUCKDB,
    FIT,
    MODE,
    PANDAS,
    POLARS,
    POLARS_ALL,
    POLARS_LAZY,
    POLARS_QUERY,
    SQL,
    SQL_ALL,
)
from benchmarks.interfaces import Bar, Case, Contender, Result
from benchmarks.judge import judge
from benchmarks.measure import fresh
from benchmarks.run import load, main, measure, save

# Engines add up in other orders, which changes the last digits.
SUMS_AGREE = 1e-9


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_case_names_exists(case):
    names = [contender.name for contender in case.contenders]
    assert len(set(names)) == len(names)
    assert case.rival is None or case.rival in names
    assert {bar.contender for bar in case.bars} <= set(names)
    assert {bar.against for bar in case.bars} <= {None, *names}
    for contender in case.contenders:
        module, _, function = contender.adapter.partition(":")
        assert callable(getattr(import_module(f"benchmarks.adapters.{module}"), function))


def test_the_smallest_case_is_measured_and_judged(tmp_path):
    case = replace(CASES["fit-cdnow"], contenders=(FIT,), rival=None, bars=(Bar(FIT.name, "cpu", "at most", 60),))
    found = measure(case, tmp_path, repeats=1)
    (result,) = found["results"]
    assert result["says"]["log_likelihood"] == pytest.approx(-9582.429, abs=1e-3)  # as published
    assert result["says"]["own_formula_differs_by"] == pytest.approx(0.0, abs=1e-6)
    assert found["bars"][0]["met"]
    assert 0 < result["cpu"] < 60
    save(tmp_path / "out.json", {"fit-cdnow": found})
    assert load(tmp_path / "out.json")["fit-cdnow"]["results"][0]["contender"] == FIT.name


def test_whoever_summarises_a_log_gets_the_same_sums(tmp_path):
    path = data.stored(data.log(3_000), tmp_path)
    sums = []
    for contender in (PANDAS, POLARS, POLARS_LAZY, DUCKDB, SQL, SQL_ALL, POLARS_QUERY, POLARS_ALL):
        module, _, function = contender.adapter.partition(":")
        work, describe = getattr(import_module(f"benchmarks.adapters.{module}"), function)(path)
        duckdb.sql("DROP TABLE IF EXISTS summary")
        sums.append(describe(work())["answer"])
    duckdb.sql("DROP TABLE IF EXISTS summary")
    assert sums[0]["customers"] > 100
    for other in sums[1:]:
        assert other == pytest.approx(sums[0], rel=SUMS_AGREE)


def test_a_rival_that_is_not_here_is_skipped_with_a_reason(tmp_path):
    missing = Contender("nobody", "nowhere:fit", python="NOBODY_PYTHON")
    path = data.stored(data.nothing(), tmp_path)
    found = fresh(missing, path)
    assert found.stopped.startswith("skipped: No module named 'benchmarks.adapters.nowhere'")
    assert "NOBODY_PYTHON may name a Python" in found.stopped


def test_a_contender_is_stopped_at_its_limit(tmp_path):
    path = data.stored(data.nothing(), tmp_path)
    found = fresh(Contender("slow", "imports:nothing", seconds=0.01), path)
    assert found.stopped == "at the limit of 0 s, loading included"


def test_answers_are_judged_before_times(tmp_path):
    path = data.stored(data.cdnow(), tmp_path)
    good = {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881}
    results = [Result("good", says={"parameters": good}), Result("bad", says={"parameters": good | {"r": 0.3}})]
    contenders = (Contender("good", ""), Contender("bad", ""), MODE)
    case = Case("fit", "BG/NBD", data.cdnow(), contenders, answers="likelihood")
    right, wrong = judge(case, results, path)
    assert right.wrong is None
    assert "below the best" in wrong.wrong


def test_a_model_is_judged_beside_the_same_model(tmp_path):
    path = data.stored(data.cdnow(), tmp_path)
    pareto = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    results = [
        Result("bg", says={"parameters": {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881}}),
        Result("pareto", says={"parameters": pareto}),
        Result("worse", says={"parameters": pareto | {"s": 0.7}}),
    ]
    names = {"bg": "BG/NBD", "pareto": "Pareto/NBD", "worse": "Pareto/NBD"}
    contenders = tuple(Contender(name, "", model=model) for name, model in names.items())
    case = Case("fit", "", data.cdnow(), contenders, answers="likelihood")
    found = judge(case, results, path)
    assert [result.counts for result in found] == [True, True, False]
    assert found[1].says["log_likelihood"] == pytest.approx(-9594.98, abs=0.01)  # as published, 12 below BG/NBD


def test_customers_of_pareto_nbd_purchase_as_it_expects(tmp_path):
    columns = np.load(data.stored(data.leaving(20_000, whole_days=False), tmp_path))
    x, T = columns["frequency"], columns["T"]
    r, alpha, s, beta = 0.553, 10.578, 0.606, 11.669
    expected = (r * beta / alpha / (s - 1) * (1 - (beta / (beta + T)) ** (s - 1))).mean()  # as published
    assert x.mean() == pytest.approx(expected, abs=4 * x.std() / np.sqrt(len(x)))


@pytest.mark.parametrize(("value", "counts"), [(100.0, True), (100.5, True), (102.0, False), (np.nan, False)])
def test_numbers_must_agree(tmp_path, value, counts):
    case = Case("sums", "", data.nothing(), (), answers="numbers", tolerance=0.01)
    results = [Result("one", says={"answer": {"clv": 100.0}}), Result("two", says={"answer": {"clv": value}})]
    assert [result.counts for result in judge(case, results, tmp_path)] == [True, counts]


def test_cases_can_be_listed(capsys):
    assert main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CASES)


def test_a_run_goes_on_where_it_was_interrupted_and_remembers_what_was_missed(tmp_path, monkeypatch, capsys):
    case = replace(CASES["fit-cdnow"], contenders=(FIT,), rival=None, bars=(Bar(FIT.name, "cpu", "at most", 0),))
    monkeypatch.setitem(CASES, "fit-cdnow", case)
    words = ["full", "--case", "fit-cdnow", "--repeats", "1", "--folder", str(tmp_path)]
    words += ["--output", str(tmp_path / "out.json"), "--resume"]
    assert main(words) == 1
    assert "| **no** |" in capsys.readouterr().out
    before = load(tmp_path / "out.json")
    assert main(words) == 1
    assert capsys.readouterr().out == ""
    assert load(tmp_path / "out.json") == before
