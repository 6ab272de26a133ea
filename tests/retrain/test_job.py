"""What the job does: once per date and data, by its gates, with an outcome that can be read again."""

import json
import sqlite3
from datetime import date, datetime

import duckdb
import numpy as np
import pandas as pd
import pytest

from clvmodels.errors import ArtifactError, InputError
from clvmodels.retrain import Workspace, load_config, read_run, retrain
from clvmodels.retrain.reading import run_day
from clvmodels.runs import RetrainRun, Verdict, from_plain, to_plain
from tests.retrain.worlds import Shop, day, shop, toml

LOG = Shop(weeks=50).log(seed=1)
EXACT = 1e-9  # sums of doubles may be added up in another order
# Believes that customers buy far too often, and never stop.
PINNED = {symbol: {"distribution": "LogNormal", "mu": mu, "sigma": 0.01} for symbol, mu in (("r", 3.0), ("alpha", 0.0))}
PINNED |= {"mean_dropout": {"distribution": "Beta", "alpha": 1.0, "beta": 1e4}}
SUSPECT = {"name": "bad", "method": "MAP", "priors": PINNED}


def scores(done) -> pd.DataFrame:
    return pd.read_parquet(done.folder / "scores.parquet")


def test_the_same_date_and_data_change_nothing(tmp_path):
    config = shop(tmp_path, LOG)
    first, second = retrain(config, day(30)), retrain(config, day(30))
    assert second.unchanged
    assert second.outcome == first.outcome
    assert [path.name for path in (config.folder / "runs").iterdir()] == [first.outcome.run_id]


def test_two_folders_give_the_same_numbers_whatever_the_order_of_rows(tmp_path):
    frames = []
    for name, log in (("a", LOG), ("b", LOG.sample(frac=1.0, random_state=5))):
        (tmp_path / name).mkdir()
        done = retrain(shop(tmp_path / name, log), day(30))
        frames.append(scores(done))
        assert done.outcome.run_id.startswith(str(day(30)))
    pd.testing.assert_frame_equal(*frames, rtol=EXACT)


def test_scores_are_of_every_customer_and_add_up(tmp_path):
    done = retrain(shop(tmp_path, LOG), day(30))
    table, totals = scores(done), done.outcome.totals
    known = LOG.loc[LOG["day"] < pd.Timestamp(day(30)), "id"]
    assert sorted(table["customer_id"]) == sorted(known.unique())
    assert np.isfinite(table.drop(columns="customer_id").to_numpy()).all()
    assert table["clv"].sum() == pytest.approx(totals.value.mean, rel=EXACT)
    assert table["probability_alive"].sum() == pytest.approx(totals.alive, rel=EXACT)


def test_outcomes_return_from_json_as_they_were(tmp_path):
    config = shop(tmp_path, LOG)
    retrain(config, day(30))
    outcome = retrain(config, day(31)).outcome
    assert outcome.accounts
    assert from_plain(RetrainRun, json.loads(json.dumps(to_plain(outcome)))) == outcome
    assert read_run(config.folder) == outcome
    assert read_run(config.folder / "runs" / outcome.run_id) == outcome


def test_a_dry_run_writes_nothing(tmp_path):
    config = shop(tmp_path, LOG)
    done = retrain(config, day(30), dry_run=True)
    assert done.outcome.verdict is Verdict.PROMOTED
    assert done.folder is None
    assert not config.folder.exists()


def test_a_bad_challenger_is_held_back(tmp_path):
    config = shop(tmp_path, LOG, candidates=({"name": "good"}, SUSPECT))
    outcome = retrain(config, day(40)).outcome
    assert [one.name for one in outcome.candidates if one.chosen] == ["good"]
    assert {gate.name for gate in outcome.gates if gate.subject == "bad" and not gate.passed} == {"bias"}
    outcome = retrain(config, day(41)).outcome
    assert [one.role for one in outcome.candidates] == ["champion", "challenger"]
    failed = {gate.name for gate in outcome.gates if gate.subject == "bad" and not gate.passed}
    assert failed == {"bias", "no_worse"}


def test_a_better_challenger_takes_over_and_the_old_specification_stays_in_the_contest(tmp_path):
    config = shop(tmp_path, LOG, {"gates": {"max_bias": "none"}}, candidates=(SUSPECT,))
    assert retrain(config, day(40)).outcome.verdict is Verdict.PROMOTED
    config = shop(tmp_path, LOG, candidates=({"name": "good"},))
    outcome = retrain(config, day(41)).outcome
    assert [(one.name, one.role, one.chosen) for one in outcome.candidates] == [
        ("bad", "champion", False),
        ("good", "challenger", True),
    ]
    assert outcome.previous.candidate == "bad"


def test_a_champion_is_kept_and_scores_those_who_came_since(tmp_path):
    config = shop(tmp_path, LOG)
    first = retrain(config, day(30))
    config = shop(tmp_path, LOG, {"gates": {"max_bias": 0.0}})
    kept = retrain(config, day(31))
    assert kept.outcome.verdict is Verdict.KEPT
    assert kept.outcome.model_run == first.outcome.run_id
    old, new = (Workspace(config.folder).current().model(), scores(kept))
    assert old.purchases.estimates == Workspace(config.folder).current().model().purchases.estimates
    assert len(new) > len(scores(first))
    before = first.folder / "model" / "draws.npz"
    assert np.load(before)["purchases"] == pytest.approx(old.purchases.draws)
    again = retrain(config, day(32)).outcome
    assert again.model_run == first.outcome.run_id


def test_without_a_champion_nothing_that_fails_its_gates_is_published(tmp_path):
    config = shop(tmp_path, LOG, {"gates": {"max_bias": 0.0}})
    done = retrain(config, day(30))
    assert done.outcome.verdict is Verdict.FAILED
    assert Workspace(config.folder).current() is None
    with pytest.raises(ArtifactError, match="holds no run"):
        read_run(config.folder)


def test_a_log_that_is_too_old_is_bad_data(tmp_path):
    config = shop(tmp_path, LOG, {"source": {"max_lag": "8 days"}})
    assert retrain(config, day(49)).outcome.verdict is Verdict.PROMOTED
    done = retrain(config, day(53))
    assert done.outcome.verdict is Verdict.BAD_DATA
    assert [gate.name for gate in done.outcome.gates if not gate.passed] == ["lag"]


def test_a_log_too_short_to_backtest_is_bad_data(tmp_path):
    done = retrain(shop(tmp_path, LOG), day(10))
    assert done.outcome.verdict is Verdict.BAD_DATA
    assert "Shorten" in done.outcome.reasons[0]


@pytest.mark.parametrize("kind", ["csv", "sqlite", "duckdb"])
def test_every_source_gives_the_same_scores(tmp_path, kind):
    expected = scores(retrain(shop(tmp_path, LOG), day(30)))
    path = tmp_path / f"log.{kind}"
    keys = {"customer": "id", "time": "day", "amount": "paid"}
    if kind == "csv":
        LOG.to_csv(path, index=False)
        keys["files"] = "*.csv"
    else:
        text = LOG.assign(day=LOG["day"].dt.strftime("%Y-%m-%d"))
        if kind == "sqlite":
            with sqlite3.connect(path) as connection:
                text.to_sql("orders", connection, index=False)
            connection.close()
        else:
            with duckdb.connect(str(path)) as connection:
                connection.register("text", text)
                connection.execute("CREATE TABLE orders AS SELECT * FROM text")
        keys |= {"database": path.name, "query": "SELECT * FROM orders"}
    settings = {"value": {"horizon": "13 weeks", "level": "none"}, "backtest": {"horizon": "8 weeks", "cutoffs": 1}}
    output = {"output": {"folder": kind, "report": False}}
    (tmp_path / "other.toml").write_text(toml({"source": keys}, settings, output))
    found = scores(retrain(load_config(tmp_path / "other.toml"), day(30)))
    found["customer_id"] = found["customer_id"].astype("int64")
    found = found.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, expected, rtol=EXACT)


def test_runs_beyond_those_to_keep_are_removed(tmp_path):
    config = shop(tmp_path, LOG, {"output": {"keep": 2}})
    ids = [retrain(config, day(week)).outcome.run_id for week in (30, 31, 32)]
    assert sorted(path.name for path in (config.folder / "runs").iterdir()) == ids[1:]


def test_windows_are_judged_once_by_what_happened(tmp_path):
    config = shop(tmp_path, LOG, {"drift": {"windows": ["1 week", "4 weeks"]}})
    outcomes = [retrain(config, day(week)).outcome for week in range(30, 35)]
    judged = [[(account.until, account.days) for account in outcome.accounts] for outcome in outcomes]
    assert [len(windows) for windows in judged] == [0, 1, 1, 1, 2]
    assert len({window for windows in judged for window in windows}) == 5
    for outcome in outcomes:
        for account in outcome.accounts:
            first = LOG.groupby("id")["day"].transform("min")
            start = pd.Timestamp(account.until)
            inside = (LOG["day"] > start) & (LOG["day"] <= start + pd.Timedelta(days=account.days)) & (first <= start)
            assert account.actual == LOG[inside].groupby(["id", "day"]).ngroups
            assert account.actual_revenue == pytest.approx(LOG.loc[inside, "paid"].sum(), rel=EXACT)


def test_changed_columns_are_told(tmp_path):
    config = shop(tmp_path, LOG)
    retrain(config, day(30))
    config = shop(tmp_path, LOG.assign(note="x"))
    findings = retrain(config, day(31)).outcome.drift
    assert [finding.sentence for finding in findings if finding.name == "schema"] == [
        "The source's columns changed: 'note' is new."
    ]


def test_no_credentials_and_no_customers_stand_in_the_outcome(tmp_path):
    log = LOG.assign(id="customer-" + LOG["id"].astype(str))
    done = retrain(shop(tmp_path, log), day(30))
    assert "customer-" not in (done.folder / "run.json").read_text()
    assert "customer-" not in (done.folder / "model" / "manifest.json").read_text()


def test_names_are_looked_at_before_any_work(tmp_path):
    for tables, words in (
        ({"backtest": {"heuristics": ["past rat"]}}, "PastRate"),
        ({"gates": {"metrics": ["purchases rsme"]}}, "rmse"),
    ):
        with pytest.raises(InputError) as caught:
            retrain(shop(tmp_path, LOG, tables), day(30))
        assert words in str(caught.value)
    with pytest.raises(InputError, match="no such model"):
        retrain(shop(tmp_path, LOG, candidates=({"purchases": "BG/NDB"},)), day(30))


@pytest.mark.parametrize("given", ["2024-01-31", date(2024, 1, 31), datetime(2024, 1, 31, 23, 59)])
def test_the_date_of_a_run_is_a_date_or_text(given):
    assert run_day(given) == date(2024, 1, 31)


@pytest.mark.parametrize("given", ["31/01/2024", "2024-02-30", "", 20240131.5])
def test_what_is_no_date_is_refused(given):
    with pytest.raises(InputError, match="is no day"):
        run_day(given)
