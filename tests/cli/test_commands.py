"""`clvmodels fit` and `clvmodels score`: from files to a model and a table of scores, or a message and an exit code."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import clvmodels as clv
from clvmodels.cli.app import app

CDNOW = ["--customer", "customer_id", "--time", "date", "--amount", "amount", "--time-unit", "week"]
VALUE = ["--until", "1997-09-30", "--horizon", "1 year", "--discount-rate", "0.1"]
# So few of the first customers that the fit of BG/NBD ends at a boundary.
FEW = 60


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The CDNOW log as one CSV and as two Parquet files."""
    folder = tmp_path_factory.mktemp("logs")
    log = clv.datasets.cdnow()
    log.to_csv(folder / "log.csv", index=False)
    log[:4000].to_parquet(folder / "part-1.parquet")
    log[4000:].to_parquet(folder / "part-2.parquet")
    return folder


@pytest.fixture(scope="module")
def expected():
    log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    summary = log.summarize(time_unit="week", until="1997-09-30")
    recipe = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="1 year", discount_rate=0.1)
    return recipe.fit(summary).predict(summary)


def run(*arguments, code=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_parquet_to_parquet_equals_the_python_road(logs, expected, tmp_path):
    said = run("fit", logs / "part-*.parquet", *CDNOW, *VALUE, "--output", tmp_path / "model")
    assert "2,357 customers" in said
    assert "Log-likelihood -9,582.429" in said
    run(
        "score",
        tmp_path / "model",
        logs / "part-*.parquet",
        "--until",
        "1997-09-30",
        "--output",
        tmp_path / "s.parquet",
    )
    scores = pd.read_parquet(tmp_path / "s.parquet")
    assert scores["customer_id"].dtype == np.int64
    pd.testing.assert_frame_equal(scores, expected, rtol=1e-9)


def test_csv_keeps_ids_as_text(logs, expected, tmp_path):
    padded = pd.read_csv(logs / "log.csv", dtype={"customer_id": str})
    padded["customer_id"] = padded["customer_id"].str.zfill(6)
    padded.to_csv(tmp_path / "padded.csv", index=False)
    run("fit", tmp_path / "padded.csv", *CDNOW, *VALUE, "--output", tmp_path / "model")
    run("score", tmp_path / "model", tmp_path / "padded.csv", "--until", "1997-09-30", "--output", tmp_path / "s.csv")
    scores = pd.read_csv(tmp_path / "s.csv", dtype={"customer_id": str})
    assert scores["customer_id"].tolist() == [f"{customer:06d}" for customer in expected["customer_id"]]
    np.testing.assert_allclose(scores["clv"], expected["clv"], rtol=1e-9)


def test_another_horizon_when_scoring(logs, tmp_path):
    run("fit", logs / "log.csv", *CDNOW, *VALUE, "--output", tmp_path / "model")
    arguments = ["--until", "1997-09-30", "--horizon", "39 weeks", "--output", tmp_path / "s.parquet"]
    run("score", tmp_path / "model", logs / "log.csv", *arguments)
    assert pd.read_parquet(tmp_path / "s.parquet")["expected_purchases"].sum() == pytest.approx(1653.41, abs=0.005)


def test_the_whole_future_is_written_none(logs, tmp_path):
    run("fit", logs / "log.csv", *CDNOW, *VALUE, "--output", tmp_path / "model")
    arguments = ["--until", "1997-09-30", "--horizon", "none", "--output", tmp_path / "s.parquet"]
    run("score", tmp_path / "model", logs / "log.csv", *arguments)
    scores = pd.read_parquet(tmp_path / "s.parquet")
    assert "expected_purchases" not in scores
    assert scores["clv"].sum() == pytest.approx(299_409.26, abs=0.01)


def test_csv_types_are_not_guessed(logs, tmp_path):
    """Ids that look like numbers stay text, and 02/01/1997 is not taken for either day."""
    run("fit", logs / "log.csv", *CDNOW, *VALUE, "--output", tmp_path / "model")
    run("score", tmp_path / "model", logs / "log.csv", "--until", "1997-09-30", "--output", tmp_path / "s.parquet")
    assert pd.read_parquet(tmp_path / "s.parquet")["customer_id"].map(type).eq(str).all()
    (tmp_path / "dates.csv").write_text("customer_id,date,amount\n1,01/02/1997,1\n1,13/02/1997,2\n")
    said = run("fit", tmp_path / "dates.csv", *CDNOW, *VALUE, "--output", tmp_path / "other", code=3)
    assert "01/02/1997" in said


def test_without_amounts_purchases_are_scored(logs, tmp_path):
    columns = ["--customer", "customer_id", "--time", "date", "--time-unit", "week"]
    run("fit", logs / "log.csv", *columns, "--horizon", "39 weeks", "--until", "1997-09-30", "--output", tmp_path / "m")
    run("score", tmp_path / "m", logs / "log.csv", "--until", "1997-09-30", "--output", tmp_path / "s.parquet")
    scores = pd.read_parquet(tmp_path / "s.parquet")
    assert list(scores) == ["customer_id", "probability_alive", "probability_active", "expected_purchases"]
    assert scores["expected_purchases"].sum() == pytest.approx(1653.41, abs=0.005)


def test_ids_above_64_bits_survive(tmp_path):
    log = clv.datasets.cdnow().query("customer_id <= 300")
    base = 2**100
    text = log.assign(who=[str(base + customer) for customer in log["customer_id"]])
    text.to_csv(tmp_path / "big.csv", index=False)
    columns = ["--customer", "who", "--time", "date", "--amount", "amount", "--time-unit", "day"]
    run("fit", tmp_path / "big.csv", *columns, "--horizon", "1 year", "--output", tmp_path / "model")
    run("score", tmp_path / "model", tmp_path / "big.csv", "--output", tmp_path / "s.parquet")
    ids = {int(customer) for customer in pd.read_parquet(tmp_path / "s.parquet")["customer_id"]}
    assert ids == {base + customer for customer in log["customer_id"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--amount", "money"], "no column 'money'"),
        (["--time-unit", "W"], "is no time unit"),
        (["--margin", "35"], "above 1"),
        (["--retention-cost", "0.5"], "no unit of time"),
        (["--until", "1990-01-01"], "1990-01-01"),
        (["--horizon", "none", "--discount-rate", "0"], "whole future"),
        (["--collapse", "month"], "collapse='month'"),
    ],
)
def test_settings_that_cannot_be_used_exit_with_3_and_save_nothing(logs, tmp_path, change, message):
    said = run("fit", logs / "log.csv", *CDNOW, *VALUE, *change, "--output", tmp_path / "model", code=3)
    assert message in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_bad_rows_are_shown(tmp_path):
    (tmp_path / "log.csv").write_text("customer_id,date,amount\n1,1997-01-01,1\n2,31.01.1997,2\n")
    said = run("fit", tmp_path / "log.csv", *CDNOW, *VALUE, "--output", tmp_path / "model", code=3)
    assert "31.01.1997" in said


def test_a_fit_that_does_not_converge_exits_with_4_and_saves_nothing(logs, tmp_path, monkeypatch):
    from clvmodels.cli import commands

    class Impatient(clv.BGNBD):
        def fit(self, summary, method=None):  # noqa: ARG002
            return super().fit(summary, clv.MLE(max_iterations=1))

    monkeypatch.setattr(commands, "model_of", lambda _: Impatient())
    said = run("fit", logs / "log.csv", *CDNOW, *VALUE, "--output", tmp_path / "model", code=4)
    assert "Did not converge" in said
    assert not (tmp_path / "model").exists()


def test_a_damaged_model_exits_with_5(logs, tmp_path):
    run("fit", logs / "log.csv", *CDNOW, *VALUE, "--output", tmp_path / "model")
    (tmp_path / "model" / "manifest.json").write_text("{}")
    said = run("score", tmp_path / "model", logs / "log.csv", "--output", tmp_path / "s.parquet", code=5)
    assert "damaged" in said
    assert not (tmp_path / "s.parquet").exists()


def test_the_output_is_checked_before_any_work(logs, tmp_path):
    said = run("score", tmp_path / "nowhere", logs / "log.csv", "--output", tmp_path / "s.xlsx", code=3)
    assert "unknown ending" in said


def test_brackets_in_data_are_not_markup(tmp_path):
    (tmp_path / "log.csv").write_text("customer_id,date,amount\n[red]x[/],1997-13-01,1\n")
    said = run("fit", tmp_path / "log.csv", *CDNOW, *VALUE, "--output", tmp_path / "model", code=3)
    assert "1997-13-01" in said


def test_a_model_saved_from_python_says_why_it_cannot_score_files(logs, tmp_path):
    path = clv.save(clv.BGNBD().at(r=1, alpha=1, a=1, b=1, time_unit="week"), tmp_path / "model")
    said = run("score", path, logs / "log.csv", "--output", tmp_path / "s.parquet", code=5)
    assert "does not say how its log was read" in said


def test_the_installed_command_lists_its_commands():
    command = [sys.executable, "-c", "from clvmodels.cli import main; main()", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert all(name in shown for name in ("fit", "score", "demo", "Exit codes"))


def test_another_model_is_named_as_it_is_known(logs, tmp_path):
    folder = tmp_path / "model"
    said = run("fit", logs / "log.csv", *CDNOW, *VALUE, "--model", "mbg/nbd", "--output", folder)
    assert "Log-likelihood -9,582.136" in said
    assert clv.load(folder).purchases.model == clv.MBGNBD()
    refused = run("fit", logs / "log.csv", *CDNOW, *VALUE, "--model", "nobody", "--output", folder, code=3)
    assert "There is no model 'nobody'" in refused


def test_the_version_is_told():
    assert run("--version") == f"clvmodels {clv.__version__}\n"


def test_scores_with_a_level_have_the_intervals_of_python(logs, tmp_path):
    run("fit", logs / "part-*.parquet", *CDNOW, *VALUE, "--method", "laplace", "--output", tmp_path / "model")
    table = tmp_path / "scores.parquet"
    read = [tmp_path / "model", logs / "part-*.parquet", "--until", "1997-09-30", "--output", table]
    run("score", *read, "--level", 0.8)
    scores = pd.read_parquet(table)
    model = clv.load(tmp_path / "model")
    assert len(model.purchases.draws) == len(model.spend.draws) == 1000
    log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    expected = model.predict(log.summarize(time_unit="week", until="1997-09-30"), level=0.8)
    assert {"clv_lower", "clv_upper", "expected_clv_lower", "expected_clv_upper"} <= set(scores)
    pd.testing.assert_frame_equal(scores, expected, rtol=1e-9)
    assert "Such as level=0.9" in run("score", *read, "--level", 90, code=3)
    assert "There is no method" in run(
        "fit", logs / "log.csv", *CDNOW, *VALUE, "--method", "guess", "--output", tmp_path / "other", code=3
    )


def test_a_fit_at_a_boundary_leads_to_the_method_that_has_intervals(tmp_path):
    log = clv.datasets.cdnow()
    log[log["customer_id"] < FEW].to_csv(tmp_path / "few.csv", index=False)
    fit = ["fit", tmp_path / "few.csv", *CDNOW, *VALUE, "--output", tmp_path / "model"]
    score = ["score", tmp_path / "model", tmp_path / "few.csv", "--level", 0.9, "--output", tmp_path / "scores.csv"]
    said = run(*fit)
    assert "At a boundary" in said
    assert "--method Laplace" in said
    assert "--method Laplace" in run(*score, code=3)
    assert "--method" not in run(*fit, "--method", "Laplace")
    run(*score)
    assert (pd.read_csv(tmp_path / "scores.csv")["clv_upper"] > 0).any()
