"""Memory: what is read in blocks must not become a whole.

Each measurement is the peak of a process of its own, above what it takes with the libraries loaded and a small log, so
that a ceiling is about the data alone.
"""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import REPOSITORY

CUSTOMERS = 1_500_000
# A row of scores is 7 numbers of 8 bytes, and one of a summary has 9.
WHOLE, SUMMARY = CUSTOMERS * 7 * 8 / 2**20, CUSTOMERS * 9 * 8 / 2**20

MEASURE = """
import json, pathlib, re, sys
import duckdb
import clvmodels as clv
from clvmodels.transactions import streaming, write_predictions

job, path, output, rows_per_block = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
streaming.ROWS_PER_BLOCK = rows_per_block
purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
value = clv.LifetimeValue(purchases, clv.GammaGamma().at(p=6.2, q=3.7, v=15.0), horizon="1 year")
connection = duckdb.connect(config={"memory_limit": "200MB", "threads": 1})
connection.execute("SET enable_progress_bar = false")

def fit(summary):
    assert clv.BGNBD().fit(summary).diagnostics.ok

JOBS = {
    "score": lambda summary: write_predictions(summary, value.predict, output),
    "total": lambda summary: value.total(summary, level=0.9),
    "fit": fit,
    "fit in memory": lambda summary: fit(clv.Summary.from_frame(summary.frame.df(), "week")),
}

def peak(rows):
    summary = clv.Summary.from_frame(connection.sql(f"SELECT * FROM read_parquet('{path}') LIMIT {rows}"), "week")
    JOBS[job](summary)
    # Not ru_maxrss, which a process has from the one that started it.
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) / 1024

small, large = peak(1_000), peak(2**40)
print(json.dumps(large - small))
"""
LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what a process took at most")


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A summary in Parquet of many customers of whom many are alike, as in real ones."""
    path = tmp_path_factory.mktemp("summary") / "summary.parquet"
    duckdb.connect().execute(
        f"""COPY (SELECT range AS customer_id, range % 5 AS frequency,
              CASE WHEN range % 5 = 0 THEN 0.0 ELSE (1 + range % 30)::DOUBLE END AS recency,
              39.0 AS T, CASE WHEN range % 5 > 0 THEN 10.0 + range % 90 END AS monetary_value
            FROM range({CUSTOMERS})) TO '{path}' (ROW_GROUP_SIZE 100000)"""
    )
    return path


def peak(job: str, summary: Path, folder: Path, rows_per_block: int = 50_000) -> float:
    """Megabytes that a job takes for the customers of a summary."""
    command = [sys.executable, "-c", MEASURE, job, str(summary), str(folder / "scores.parquet"), str(rows_per_block)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    return float(json.loads(done.stdout))


@LINUX
def test_scores_of_many_customers_are_never_in_memory_together(summary: Path, tmp_path: Path) -> None:
    ceiling = 2.5 * WHOLE
    assert peak("score", summary, tmp_path) < ceiling
    assert duckdb.connect().read_parquet(str(tmp_path / "scores.parquet")).shape == (CUSTOMERS, 6)
    # The ceiling would be broken by a block of all.
    assert peak("score", summary, tmp_path, CUSTOMERS) > ceiling


@LINUX
def test_a_total_is_made_of_blocks(summary: Path, tmp_path: Path) -> None:
    ceiling = 2.5 * WHOLE
    assert peak("total", summary, tmp_path) < ceiling
    assert peak("total", summary, tmp_path, CUSTOMERS) > ceiling


@LINUX
def test_only_the_distinct_rows_of_a_fit_are_in_memory(summary: Path, tmp_path: Path) -> None:
    assert peak("fit", summary, tmp_path) < SUMMARY
    assert peak("fit in memory", summary, tmp_path) > SUMMARY
