"""The documentation's tables: shares are of the right sets, and a short run of the script works."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.recovery.tables import markdown
from tests.recovery.tabulate import PAGE, REPOSITORY, write

FINE = {"error": "", "behind": 0.0, "errors_known": True, "predictions_fine": True}
NO_ANSWER = {"error": "ConvergenceError", "behind": float("inf"), "errors_known": False, "predictions_fine": False}


def entry(n, end, covered=(), faults=(), theirs=FINE):
    ours = {"name": "set", "n": n, "end": end, "faults": list(faults), "covered": list(covered)}
    return {"kind": "spend", "set": 0, "ours": ours, "theirs": theirs}


SETS = [
    entry(50, "converged", (True, False, True)),
    entry(99, "a limit", theirs=NO_ANSWER),
    entry(100, "failed", faults=["failed: no", "below the truth, by 1"], theirs=FINE | {"behind": 0.02}),
    entry(5_000, "converged", (True, True, True), theirs=FINE | {"errors_known": False}),
]


def require_lifetimes():
    """Skip where it is missing, without importing it."""
    if find_spec("lifetimes") is None:
        pytest.skip("lifetimes is not installed")


def rows(text):
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    return {name: values for name, *values in cells}


@pytest.fixture(scope="module")
def table():
    require_lifetimes()
    return rows(markdown(SETS, 1, 20))


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("sets", ["2", "1", "0", "1", "4"]),
        ("converged", ["50.0", "0.0", "-", "100.0", "50.0"]),
        ("at a named boundary", ["50.0", "0.0", "-", "0.0", "25.0"]),
        ("a limit", ["50.0", "0.0", "-", "0.0", "25.0"]),
        ("failed", ["0.0", "100.0", "-", "0.0", "25.0"]),
        ("likelihood below the truth's", ["0.0", "100.0", "-", "0.0", "25.0"]),
        ("likelihood below a random start's or a limit's", ["0.0", "0.0", "-", "0.0", "0.0"]),
        ("q", ["0.0", "-", "-", "100.0", "50.0"]),
        ("raises ConvergenceError", ["50.0", "0.0", "-", "0.0", "25.0"]),
        ("answers, with a log-likelihood more than 0.01 below ours", ["0.0", "100.0", "-", "0.0", "25.0"]),
        ("answers, with a standard error missing", ["0.0", "0.0", "-", "100.0", "25.0"]),
        ("none of these", ["50.0", "0.0", "-", "0.0", "25.0"]),
    ],
)
def test_shares_are_of_the_sets_of_that_size(table, row, cells):
    assert table[row] == cells


def test_a_fault_that_no_row_counts_is_not_hidden():
    require_lifetimes()
    with pytest.raises(ValueError, match="no row counts"):
        markdown([entry(50, "converged", faults=["something new"])], 1, 20)


def test_tables_go_between_the_markers(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    write(page, "| new |")
    once = page.read_text(encoding="utf-8")
    write(page, "| new |")
    assert page.read_text(encoding="utf-8") == once
    assert "| new |" in once
    assert "| sets |" not in once
    page.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="no markers"):
        write(page, "| new |")


@pytest.mark.slow
def test_a_short_run_writes_tables_and_goes_on_where_it_stopped(tmp_path):
    require_lifetimes()
    page, results = tmp_path / "page.md", tmp_path / "results.jsonl"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "tests.recovery.tabulate", "--page", page, "--results", results, "--sets", "1"]
    for _ in range(2):
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    assert [(line["kind"], line["set"]) for line in lines] == [("purchases", 0), ("spend", 0)]
    assert rows(page.read_text(encoding="utf-8"))["converged"][-1] == "100.0"
