"""Tables are written whole or not at all, from every engine, and no id loses a digit."""

import duckdb
import pandas as pd
import pytest

from clvmodels.errors import InputError
from clvmodels.transactions import write


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_every_engine_writes_the_same_table(constructor, tmp_path, ending):
    rows = {"customer_id": [3, 1, 2], "clv": [1.5, 0.25, -2.0]}
    path = write(constructor(rows), tmp_path / f"scores.{ending}")
    read = pd.read_parquet if ending == "parquet" else pd.read_csv
    assert read(path).to_dict("list") == rows
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_integers_of_128_bits_keep_their_digits(tmp_path):
    relation = duckdb.sql(f"SELECT {2**100 + 1}::HUGEINT AS customer_id, 1.0 AS clv")
    path = write(relation, tmp_path / "scores.parquet")
    assert int(pd.read_parquet(path)["customer_id"][0]) == 2**100 + 1


def test_a_frame_that_cannot_be_computed_leaves_the_old_file(tmp_path):
    path = write(pd.DataFrame({"a": [1]}), tmp_path / "scores.parquet")
    broken = duckdb.sql("SELECT CAST(word AS INTEGER) AS a FROM (VALUES ('one')) AS words(word)")
    with pytest.raises(InputError, match="cannot be read"):
        write(broken, path)
    assert pd.read_parquet(path)["a"].tolist() == [1]
    assert [file.name for file in tmp_path.iterdir()] == ["scores.parquet"]


@pytest.mark.parametrize(("name", "message"), [("scores.xlsx", "unknown ending"), ("no/scores.csv", "does not exist")])
def test_places_that_cannot_be_written(tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        write(pd.DataFrame({"a": [1]}), tmp_path / name)
