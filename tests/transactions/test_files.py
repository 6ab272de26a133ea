"""Opening files."""

import gzip
from pathlib import Path

import duckdb
import pytest

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions import Transactions, read
from tests.transactions.conftest import columns

ROWS = "id,day,paid\n00123,2024-01-01,5.5\n00124,2024-01-02,7\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.csv").write_text(ROWS)
    (tmp_path / "two.csv").write_text("paid,id,day\n1.5,00123,2024-01-05\n")
    with gzip.open(tmp_path / "three.csv.gz", "wt") as file:
        file.write(ROWS)
    duckdb.connect().execute(f"copy (select 7 id, date '2024-01-01' as day, 2.5 paid) to '{tmp_path / 'a.parquet'}'")
    duckdb.connect().execute(f"copy (select 2.5 paid, 8 id, date '2024-01-02' as day) to '{tmp_path / 'b.parquet'}'")
    return tmp_path


def test_a_file_a_pattern_and_a_list(folder: Path) -> None:
    assert columns(read(folder / "one.csv", text="id"))["id"] == ["00123", "00124"]
    assert columns(read(str(folder / "three.csv.gz")))["paid"] == [5.5, 7.0]
    assert sorted(columns(read(f"{folder}/*.parquet"))["id"]) == [7, 8]
    both = columns(read([folder / "one.csv", f"{folder}/two.csv"], text=["id"]))
    assert sorted(zip(both["id"], both["paid"], strict=True)) == [("00123", 1.5), ("00123", 5.5), ("00124", 7.0)]
    assert columns(read(folder / "a.parquet", text=["id"]))["id"] == ["7"]


def test_files_are_a_log(folder: Path) -> None:
    tx = Transactions(read(f"{folder}/*.csv", text=["id"]), customer="id", time="day", amount="paid")
    got = columns(tx.summarize(time_unit="day").frame)
    assert (got["customer_id"], got["frequency"]) == (["00123", "00124"], [1, 0])


def test_long_ids_do_not_lose_digits(tmp_path: Path) -> None:
    ids = [str(2**70 + place) for place in range(3)]
    (tmp_path / "log.csv").write_text("id,day\n" + "".join(f"{one},2024-01-01\n" for one in ids))
    # Without `text` versions of DuckDB differ: exact integers, or floats, which are refused.
    guessed = read(tmp_path / "log.csv")
    if str(guessed.types[0]) == "DOUBLE":
        with pytest.raises(InputError, match="text="):
            Transactions(guessed, customer="id", time="day")
    else:
        assert list(map(str, columns(guessed)["id"])) == ids
    tx = Transactions(read(tmp_path / "log.csv", text=["id"]), customer="id", time="day")
    assert columns(tx.summarize(time_unit="day").frame)["customer_id"] == ids


def test_old_versions_of_duckdb_would_lose_digits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "__version__", "1.4.4")
    with pytest.raises(InputError, match="Install DuckDB 2"):
        read(f"{folder}/*.csv", text=["id"])
    assert columns(read(folder / "one.csv", text=["id"]))["id"] == ["00123", "00124"]


def test_faults(folder: Path) -> None:
    (folder / "broken.parquet").write_text("no parquet")
    (folder / "log.xlsx").write_text("no")
    with pytest.raises(InputError, match="No file matches"):
        read(folder / "*.txt")
    with pytest.raises(InputError, match="unknown ending"):
        read(folder / "log.xlsx")
    with pytest.raises(InputError, match="several kinds"):
        read([folder / "one.csv", folder / "a.parquet"])
    with pytest.raises(InputError, match=r"cannot be read.*Parquet|cannot be read.*parquet"):
        read(folder / "broken.parquet")
    with pytest.raises(InputError, match="no column 'customer'"):
        read(folder / "one.csv", text=["customer"])
    with pytest.raises(InputError, match="No paths"):
        read([])
    with pytest.raises(WrongTypeError):
        read([3])  # type: ignore[list-item]


def test_a_line_that_breaks_the_guessed_type(tmp_path: Path) -> None:
    lines = [f"{row},2024-01-01,1.5\n" for row in range(30_000)]
    (tmp_path / "log.csv").write_text("id,day,paid\n" + "".join(lines) + "7,2024-01-01,oops\n")
    with pytest.raises(InputError, match="cannot be read"):
        Transactions(read(tmp_path / "log.csv"), customer="id", time="day", amount="paid")
