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
WHOLE = CUSTOMERS * 7 * 8 / 2**20

MEASURE = """
import json, pathlib, re, sys
import duckdb
import clvmodels as clv
from clvmodels.transactions import streaming, write_predictions

path, output, rows_per_block = sys.argv[1], sys.argv[2], int(sys.argv[3])
streaming.ROWS_PER_BLOCK = rows_per_block
purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
value = clv.LifetimeValue(purchases, clv.GammaGamma().at(p=6.2, q=3.7, v=15.0), horizon="1 year")
connection = duckdb.connect(config={"memory_limit": "200MB", "threads": 1})
connection.execute("SET enable_progress_bar = false")

def score(rows):
    summary = clv.Summary.from_frame(connection.sql(f"SELECT * FROM read_parquet('{path}') LIMIT {rows}"), "week")
    write_predictions(summary, value.predict, output)
    # Not ru_maxrss, which a process has from the one that started it.
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) / 1024

small, large = score(1_000), score(2**40)
print(json.dumps(large - small))
"""


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


def peak(summary: Path, folder: Path, rows_per_block: int) -> float:
    """Megabytes that scoring takes for the customers of a summary."""
    command = [sys.executable, "-c", MEASURE, str(summary), str(folder / "scores.parquet"), str(rows_per_block)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    assert duckdb.connect().read_parquet(str(folder / "scores.parquet")).shape == (CUSTOMERS, 6)
    return float(json.loads(done.stdout))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what a process took at most")
def test_scores_of_many_customers_are_never_in_memory_together(summary: Path, tmp_path: Path) -> None:
    ceiling = 2.5 * WHOLE
    assert peak(summary, tmp_path, 50_000) < ceiling
    # The ceiling would be broken by a block of all.
    assert peak(summary, tmp_path, CUSTOMERS) > ceiling
