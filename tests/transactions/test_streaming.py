"""Predictions written block by block: whole or not at all, in order, with ids as they were."""

from importlib import import_module
from pathlib import Path
from uuid import UUID

import duckdb
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from clvmodels.transactions import Summary, blocks_of, stored, write_predictions
from tests.transactions.conftest import Constructor, connection

FIT = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
COLUMNS = "range % 3 AS frequency, (range % 3)::DOUBLE AS recency, 9.0 + range % 7 AS T FROM range(5000)"


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("clvmodels.transactions.streaming"), "ROWS_PER_BLOCK", 2048)


def summary_with(ids: str) -> Summary:
    return Summary.from_frame(connection().sql(f"SELECT {ids} AS customer_id, {COLUMNS}"), "week")


@pytest.mark.usefixtures("blocked")
@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_blocks_come_to_what_the_whole_does(tmp_path: Path, ending: str) -> None:
    summary, done = summary_with("range"), []
    path = write_predictions(
        summary, lambda block: FIT.predict(block, "9 weeks"), tmp_path / f"s.{ending}", done.append
    )
    assert len(done) > 2
    assert sum(done) == 5000
    read = pd.read_parquet if ending == "parquet" else pd.read_csv
    wanted = FIT.predict(summary, "9 weeks").df()
    pd.testing.assert_frame_equal(read(path), wanted, check_exact=False, rtol=1e-12)


@pytest.mark.usefixtures("blocked")
@pytest.mark.parametrize(
    ("ids", "first"),
    [
        ("range + 170141183460469231731687303::HUGEINT", 170141183460469231731687303),
        ("'00' || range", "000"),
        ("md5(range::VARCHAR)::UUID", UUID("cfcd208495d565ef66e7dff9f98764da")),
    ],
)
def test_ids_survive(tmp_path: Path, ids: str, first: object) -> None:
    path = write_predictions(summary_with(ids), lambda block: FIT.predict(block, "9 weeks"), tmp_path / "s.parquet")
    found = duckdb.read_parquet(str(path)).select("customer_id").limit(1).fetchall()[0][0]
    assert str(found) == str(first)


@pytest.mark.usefixtures("blocked")
def test_what_fails_half_way_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    seen = []

    def fail(block: Summary) -> object:
        seen.append(len(block))
        if len(seen) == 3:
            raise ArithmeticError("no")
        return FIT.predict(block, "9 weeks")

    with pytest.raises(ArithmeticError):
        write_predictions(summary_with("range"), fail, path)
    assert [file.name for file in tmp_path.iterdir()] == ["s.parquet"]
    assert pd.read_parquet(path)["a"].tolist() == [1]


def test_frames_of_other_engines_are_written_as_they_are(constructor: Constructor, tmp_path: Path) -> None:
    frame = constructor({"customer_id": [2, 1], "frequency": [0, 1], "recency": [0.0, 2.0], "T": [5.0, 6.0]})
    summary = Summary.from_frame(frame, "week")
    path = write_predictions(summary, lambda block: FIT.predict(block, "9 weeks"), tmp_path / "s.parquet")
    assert pd.read_parquet(path)["customer_id"].tolist() == [2, 1]
    assert sum(len(block) for block in blocks_of(summary) if not block.is_lazy) in {0, 2}


def test_a_stored_summary_is_the_same_and_is_not_computed_again(tmp_path: Path) -> None:
    database = connection()
    database.execute(f"CREATE TABLE customers AS SELECT range AS customer_id, {COLUMNS}")
    summary = Summary.from_frame(database.table("customers"), "week")
    kept = stored(summary, tmp_path)
    wanted = summary.frame.fetchall()
    database.execute("DROP TABLE customers")
    assert kept.frame.fetchall() == wanted


def test_a_limit_of_memory_is_kept_and_a_wrong_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    duckdb.connect().execute(f"COPY (SELECT range AS id FROM range(9)) TO '{path}'")
    limited = clv.read(path, memory_limit="1GB", temp_directory=tmp_path)
    settings = limited.query("rows", "SELECT current_setting('memory_limit'), current_setting('temp_directory')")
    assert settings.fetchall() == [("953.6 MiB", str(tmp_path))]
    with pytest.raises(InputError, match="cannot be read"):
        clv.read(path, memory_limit="much")
