"""The commands retrain and init: exit codes that a scheduler reads, one line of JSON per step, no traceback."""

import json
import os
import shutil

import pytest
from typer.testing import CliRunner

from clvmodels.cli.app import app
from clvmodels.retrain import load_config, read_run
from clvmodels.retrain.files import locked
from tests.retrain.worlds import QUICK, Shop, day, shop, toml

LOG = Shop(weeks=50).log(seed=1)
STEPS = ["read", "check", "summarize", "fit", "backtest", "judge", "score", "drift", "write", "end"]


def run(folder, week, *options):
    return CliRunner().invoke(app, ["retrain", str(folder / "clv.toml"), "--date", str(day(week)), *options])


def lines(done):
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]


def test_promoted_is_0_and_every_step_has_a_line(tmp_path):
    shop(tmp_path, LOG)
    done = run(tmp_path, 30)
    assert done.exit_code == 0, done.output
    assert [line["step"] for line in lines(done)] == STEPS
    assert all("time" in line for line in lines(done))
    assert lines(done)[-1]["verdict"] == "promoted"
    assert "promoted" in done.stdout
    again = run(tmp_path, 30)
    assert again.exit_code == 0
    assert lines(again)[-1]["unchanged"] is True


def test_kept_is_8_and_no_champion_is_9(tmp_path):
    impossible = {"gates": {"max_bias": 0.0}}
    shop(tmp_path, LOG, impossible)
    assert run(tmp_path, 30).exit_code == 9
    shop(tmp_path, LOG)
    assert run(tmp_path, 31).exit_code == 0
    shop(tmp_path, LOG, impossible)
    assert run(tmp_path, 32).exit_code == 8


def test_bad_data_and_bad_settings_are_3(tmp_path):
    shop(tmp_path, LOG)
    (tmp_path / "log.parquet").write_bytes(b"half")
    done = run(tmp_path, 30)
    assert done.exit_code == 3
    assert "cannot be read" in done.stdout
    (tmp_path / "clv.toml").write_text(toml(QUICK, {"value": {"margin": 35}}))
    done = run(tmp_path, 30)
    assert done.exit_code == 3
    assert "margin = 35" in done.stderr


def test_a_second_run_is_10(tmp_path):
    config = shop(tmp_path, LOG)
    run(tmp_path, 30)
    with locked(config.folder):
        done = run(tmp_path, 31)
    assert done.exit_code == 10
    assert lines(done)[-1]["verdict"] == "busy"


def test_a_full_disk_is_9(tmp_path, monkeypatch):
    shop(tmp_path, LOG)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = run(tmp_path, 30)
    assert done.exit_code == 9
    assert "No space left" in done.stderr
    assert "Traceback" not in done.output


def test_a_dry_run_says_so(tmp_path):
    config = shop(tmp_path, LOG)
    done = run(tmp_path, 30, "--dry-run")
    assert done.exit_code == 0
    assert "Nothing was written." in done.stdout
    assert not config.folder.exists()


def test_the_help_names_the_exit_codes():
    done = CliRunner().invoke(app, ["retrain", "--help"], terminal_width=200)
    text = " ".join(done.output.replace("│", " ").split())
    for words in ("0 promoted", "8 kept champion", "3 bad data", "9 failed", "10 another run"):
        assert words in text


def test_init_writes_a_configuration_that_runs(tmp_path):
    done = CliRunner().invoke(app, ["init", str(tmp_path / "clv.toml")])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clv.toml", "example-log.csv"]
    # Without intervals, which take some seconds.
    text = (tmp_path / "clv.toml").read_text()
    assert "# level = 0.9\n" in text
    (tmp_path / "clv.toml").write_text(text.replace("# level = 0.9\n", 'level = "none"\n'))
    done = CliRunner().invoke(app, ["retrain", str(tmp_path / "clv.toml"), "--date", "1998-07-01", "--dry-run"])
    assert done.exit_code == 0, done.output
    assert "Value of 2,357 customers over 26 weeks" in done.stdout


def test_init_overwrites_nothing_and_takes_names(tmp_path):
    path = tmp_path / "clv.toml"
    options = ["--log", "x/*.parquet", "--customer", "who", "--time", "at", "--amount", "paid"]
    assert CliRunner().invoke(app, ["init", str(path), *options]).exit_code == 0
    source = load_config(path).source
    assert (source.files, source.customer, source.time, source.amount) == (("x/*.parquet",), "who", "at", "paid")
    assert [file.name for file in tmp_path.iterdir()] == ["clv.toml"]
    done = CliRunner().invoke(app, ["init", str(path), *options])
    assert done.exit_code == 3
    assert "is there already" in done.stderr


@pytest.mark.parametrize("page", ["<script>alert(1)</script>"])
def test_hostile_ids_and_columns_do_not_become_part_of_the_report(tmp_path, page):
    log = LOG.assign(id=LOG["id"].astype(str).where(LOG["id"] > 3, page + LOG["id"].astype(str)))
    log[page] = "x"
    output = {"output": {"report": True, "customers": 2000, "title": page}}
    shop(tmp_path, log, output, candidates=({"name": page},))
    assert run(tmp_path, 30).exit_code == 0
    (report,) = tmp_path.glob("retrain/runs/*/report.html")
    text = report.read_text()
    assert page not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """One run in force, and one after it that found half a log."""
    folder = tmp_path_factory.mktemp("runs")
    shop(folder, LOG)
    assert run(folder, 30).exit_code == 0
    shop(folder, LOG[LOG["id"] % 3 == 0])
    assert run(folder, 31).exit_code == 3
    return folder / "retrain"


class TestReportOfARun:
    def report(self, *arguments):
        return CliRunner().invoke(app, ["report", *map(str, arguments)])

    def test_its_folder_is_a_page(self, runs, tmp_path):
        folder = next(path for path in (runs / "runs").iterdir() if (path / "scores.parquet").is_file())
        done = self.report(folder, "--output", tmp_path / "page.html", "--currency", "EUR")
        assert done.exit_code == 0, done.output
        html = (tmp_path / "page.html").read_text(encoding="utf-8")
        kept = read_run(folder)
        assert kept.reasons[0] in html
        assert kept.totals.value.mean > 0
        assert " EUR" in html
        assert "alpha" in html  # parameters are those of the model in the folder

    def test_the_folder_of_all_runs_is_the_one_in_force(self, runs, tmp_path):
        done = self.report(runs, "--output", tmp_path / "page.html")
        assert done.exit_code == 0, done.output
        assert f"Run of {day(30)}" in (tmp_path / "page.html").read_text(encoding="utf-8")

    def test_a_run_without_scores_says_why(self, runs, tmp_path):
        folder = next(path for path in (runs / "runs").iterdir() if not (path / "scores.parquet").is_file())
        done = self.report(folder, "--output", tmp_path / "page.html")
        assert done.exit_code == 0, done.output
        assert "are plausible after" in done.stdout
        assert "No scores were published" in done.stdout

    def test_what_a_run_does_not_keep_is_refused(self, runs, tmp_path):
        for option in ("--customers", "--cutoffs"):
            done = self.report(runs, option, 3, "--output", tmp_path / "page.html")
            assert done.exit_code == 3
            assert "scores.parquet" in done.stderr
        assert not (tmp_path / "page.html").exists()

    def test_no_log_goes_with_it(self, runs, tmp_path):
        for more in ([runs.parent / "log.parquet"], ["--until", "2024-01-01"]):
            done = self.report(runs, *more, "--output", tmp_path / "page.html")
            assert done.exit_code == 2
            assert "leave the log" in done.stderr
        assert not (tmp_path / "page.html").exists()

    def test_a_damaged_run_is_5(self, runs, tmp_path):
        copy = tmp_path / "copy"
        shutil.copytree(runs, copy)
        next(copy.glob("runs/*/scores.parquet")).write_bytes(b"half")
        done = self.report(copy, "--output", tmp_path / "page.html")
        assert done.exit_code == 5
        assert "damaged" in done.stderr


class TestBackToAnEarlierRun:
    def two_runs(self, folder):
        shop(folder, LOG)
        for week in (30, 31):
            assert run(folder, week).exit_code == 0
        return [read_run(path).run_id for path in sorted((folder / "retrain" / "runs").iterdir())]

    def back(self, folder, run_id, *options):
        return CliRunner().invoke(app, ["retrain", str(folder / "clv.toml"), "--back-to", run_id, *options])

    def test_it_is_in_force_and_the_next_run_follows_it(self, tmp_path):
        first, second = self.two_runs(tmp_path)
        done = self.back(tmp_path, first)
        assert done.exit_code == 0, done.output
        assert f"{first}: in force again" in done.stdout
        assert lines(done)[-1]["put_back"] is True
        assert read_run(tmp_path / "retrain").run_id == first
        assert run(tmp_path, 32).exit_code == 0
        assert read_run(tmp_path / "retrain").previous.run_id == first
        assert (tmp_path / "retrain" / "runs" / second).is_dir()

    def test_what_cannot_be_put_back_is_refused(self, tmp_path):
        first, second = self.two_runs(tmp_path)
        (tmp_path / "retrain" / "runs" / first / "scores.parquet").write_bytes(b"half")
        for wrong in (first, "2020-01-01-00000000", "../../elsewhere", ""):
            done = self.back(tmp_path, wrong)
            assert done.exit_code == 3
            assert f"the latest first: {second}." in done.stderr
        assert read_run(tmp_path / "retrain").run_id == second

    def test_it_waits_for_nobody_and_runs_nothing(self, tmp_path):
        first, _ = self.two_runs(tmp_path)
        with locked(tmp_path / "retrain"):
            assert self.back(tmp_path, first).exit_code == 10
        assert self.back(tmp_path, first, "--dry-run").exit_code == 2
        (tmp_path / "retrain").rename(tmp_path / "elsewhere")
        assert self.back(tmp_path, first).exit_code == 3
