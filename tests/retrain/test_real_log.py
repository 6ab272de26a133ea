"""The whole job on Online Retail II, from raw lines with refunds and without some ids, twice."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from clvmodels.retrain import load_config, retrain
from clvmodels.runs import Verdict, to_plain
from tests.retrain.worlds import toml

CUSTOMERS = 5_942  # with any id in the raw lines; those with refunds alone are not scored
EXACT = 1e-9  # DuckDB adds doubles up in an order that depends on its threads
LAST = date(2011, 12, 9)


@pytest.fixture(scope="module")
def twice(shared, tmp_path_factory):
    """Two folders with the same job, and the folder of the data."""
    lines = shared("data/online_retail_II/lines.parquet")
    frame = pd.read_parquet(lines, columns=["Customer ID", "InvoiceDate", "Quantity", "Price"])
    done = []
    for name in ("first", "second"):
        folder = tmp_path_factory.mktemp(name)
        # The lines have no column of amounts; everything else is as published.
        frame.assign(Amount=frame["Quantity"] * frame["Price"]).to_parquet(folder / "lines.parquet")
        source = {"customer": "Customer ID", "time": "InvoiceDate", "amount": "Amount", "files": "lines.parquet"}
        settings = {
            "source": source,
            "value": {"horizon": "13 weeks", "level": "none"},
            "output": {"report": False},
            "backtest": {"heuristics": ["past rate"], "cutoffs": 2},
        }
        (folder / "clv.toml").write_text(toml(settings))
        config = load_config(folder / "clv.toml")
        done.append([retrain(config, day) for day in (date(2011, 12, 2), LAST, LAST)])
    return done


def test_the_second_time_nothing_is_done(twice):
    for _, last, again in twice:
        assert again.unchanged
        assert again.outcome == last.outcome


def test_another_folder_has_the_same_outputs(twice):
    for first, second in zip(*twice, strict=True):
        left, right = (pd.read_parquet(done.folder / "scores.parquet") for done in (first, second))
        pd.testing.assert_frame_equal(left, right, rtol=EXACT, atol=EXACT)
        assert same(to_plain(first.outcome), to_plain(second.outcome))


def same(left, right) -> bool:
    """Nested plain values, numbers to EXACT."""
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            name == "version of clvmodels" or same(left[name], right[name]) for name in left
        )
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float):
        return bool(np.isclose(left, right, rtol=EXACT, atol=EXACT))
    return left == right


def test_what_was_set_aside_and_published(twice):
    outcome = twice[0][1].outcome
    assert outcome.verdict is Verdict.PROMOTED
    assert outcome.data["rows"] == 1_067_370
    assert outcome.data["missing_ids"] > 200_000
    assert outcome.data["refunds"] > 10_000
    assert 0.95 * CUSTOMERS < outcome.totals.customers < CUSTOMERS
    assert len(outcome.accounts) == 1
    assert outcome.accounts[0].days == 7
