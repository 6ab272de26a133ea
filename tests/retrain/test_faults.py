"""Faults of the disk, of the data and of the folder: what was in force stays so, and is whole."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clvmodels.errors import InputError
from clvmodels.retrain import BusyError, Workspace, files, retrain, workspace
from clvmodels.retrain.files import locked
from clvmodels.runs import Verdict
from tests.retrain.killer import whole
from tests.retrain.worlds import Shop, day, shop

LOG = Shop(weeks=50).log(seed=1)


@pytest.fixture
def ran(tmp_path):
    """A folder in which one run is in force, with its configuration."""
    config = shop(tmp_path, LOG)
    assert retrain(config, day(30)).outcome.verdict is Verdict.PROMOTED
    return config


def in_force(config) -> str:
    return whole(config.path.parent)


@pytest.mark.parametrize("failing", range(1, 14))
def test_a_full_disk_at_any_write(ran, monkeypatch, failing):
    before, calls, finished = in_force(ran), [], True
    real = os.fsync

    def fsync(handle):
        calls.append(handle)
        if len(calls) >= failing:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    try:
        retrain(ran, day(31))
    except OSError:
        finished = False
    monkeypatch.undo()
    # Once current.json is renamed the new run is in force, whatever comes after.
    now = in_force(ran)
    assert now == before or now.startswith(str(day(31)))
    assert now != before or not finished
    assert retrain(ran, day(32)).outcome.verdict is Verdict.PROMOTED
    assert in_force(ran).startswith(str(day(32)))


def test_the_faults_above_reach_every_write(ran, monkeypatch):
    calls = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append(handle), real(handle))[1])
    retrain(ran, day(31))
    assert 10 <= len(calls) <= 13


def test_a_disk_that_is_really_full(ran):
    """A limit of the operating system on the size of files, which holds for root as well."""
    before = in_force(ran)
    code = (
        "import resource, signal, sys\n"
        "from datetime import date\n"
        "from clvmodels.retrain import load_config, retrain\n"
        "config = load_config(sys.argv[1])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "try:\n    retrain(config, date.fromisoformat(sys.argv[2]))\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n    sys.exit(9)\n"
    )
    command = [sys.executable, "-c", code, str(ran.path), str(day(31))]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 9, done.stdout + done.stderr
    assert "Error" in done.stdout
    assert in_force(ran) == before
    assert retrain(ran, day(31)).outcome.verdict is Verdict.PROMOTED


def test_a_target_that_cannot_be_written(ran, monkeypatch):
    # Permissions do not stop root, so the call that makes the new folder is refused as a read-only disk refuses it.
    before = in_force(ran)
    real = Path.mkdir

    def mkdir(path, *args, **kwargs):
        if ".part-" in path.name:
            raise OSError(30, "Read-only file system")
        real(path, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(OSError, match="Read-only"):
        retrain(ran, day(31))
    monkeypatch.undo()
    assert in_force(ran) == before


def test_an_output_folder_that_is_a_file(tmp_path):
    config = shop(tmp_path, LOG)
    (tmp_path / "retrain").write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        retrain(config, day(30))
    assert (tmp_path / "retrain").read_text() == "in the way"


@pytest.mark.parametrize(
    "harm",
    [
        lambda run: (run / "model" / "draws.npz").write_bytes(b"x"),
        lambda run: (run / "model" / "manifest.json").unlink(),
        lambda run: (run / "run.json").write_text("{"),
        lambda run: (run / "scores.parquet").write_bytes(b"x"),
        shutil.rmtree,
        lambda run: (run.parents[1] / "current.json").write_text('{"run": "../../x", "sha256": ""}'),
        lambda run: (run.parents[1] / "current.json").write_text("[" * 5000),
    ],
)
def test_a_damaged_champion(ran, harm):
    retrain(ran, day(31))
    harm(Workspace(ran.folder).current().folder)
    outcome = retrain(ran, day(32)).outcome
    assert outcome.verdict is Verdict.PROMOTED
    assert "champion_damaged" in [finding.name for finding in outcome.drift]
    assert in_force(ran).startswith(str(day(32)))


def test_a_damaged_champion_that_would_be_kept_gives_way_to_an_earlier_one(tmp_path):
    config = shop(tmp_path, LOG)
    first = retrain(config, day(30)).outcome.run_id
    second = retrain(config, day(31)).folder
    (second / "scores.parquet").write_bytes(b"x")
    # Nobody can pass such a gate, so that the champion has to be kept.
    config = shop(tmp_path, LOG, {"gates": {"max_bias": 0.0}})
    outcome = retrain(config, day(32)).outcome
    assert outcome.verdict is Verdict.KEPT
    assert outcome.model_run == first
    assert in_force(config).startswith(str(day(32)))


@pytest.mark.parametrize("kept", [0, 100, -100])
def test_a_source_file_that_is_half_written(ran, kept):
    before, log = in_force(ran), ran.path.parent / "log.parquet"
    log.write_bytes(log.read_bytes()[:kept])
    done = retrain(ran, day(31))
    assert done.outcome.verdict is Verdict.BAD_DATA
    assert "cannot be read" in done.outcome.reasons[0]
    assert not (done.folder / "scores.parquet").exists()
    assert in_force(ran) == before


def test_a_source_of_which_half_is_missing(ran):
    before = in_force(ran)
    LOG.iloc[: len(LOG) // 4].to_parquet(ran.path.parent / "log.parquet")
    done = retrain(ran, day(31))
    assert done.outcome.verdict is Verdict.BAD_DATA
    assert {gate.name for gate in done.outcome.gates if not gate.passed} == {"customers", "log_end"}
    assert in_force(ran) == before


def test_two_runs_at_once(ran):
    before = in_force(ran)
    with locked(ran.folder), pytest.raises(BusyError, match="at work"):
        retrain(ran, day(31))
    assert in_force(ran) == before
    assert retrain(ran, day(31)).outcome.verdict is Verdict.PROMOTED


def test_a_lock_of_a_process_that_was_killed_blocks_nobody(ran):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom clvmodels.retrain.files import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(ran.folder)], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError):
            retrain(ran, day(31))
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert retrain(ran, day(31)).outcome.verdict is Verdict.PROMOTED


def test_what_a_killed_run_left_is_cleared_away(ran):
    left = ran.folder / "runs" / ".2023-08-08-abc.part-123"
    left.mkdir()
    (left / "scores.parquet").write_bytes(b"half")
    retrain(ran, day(31))
    assert not left.exists()


def test_a_run_that_was_written_and_not_put_in_force_does_not_count(ran, monkeypatch):
    before = in_force(ran)

    def stop(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(workspace, "write_text", stop)
    with pytest.raises(OSError, match="Input"):
        retrain(ran, day(31))
    monkeypatch.undo()
    assert in_force(ran) == before
    outcome = retrain(ran, day(31)).outcome
    assert outcome.previous.run_id == before
    assert in_force(ran) == outcome.run_id


def test_an_earlier_date_than_that_of_the_run_in_force_is_refused(ran):
    with pytest.raises(InputError, match="later than"):
        retrain(ran, day(29))


def test_small_files_are_replaced_whole(tmp_path, monkeypatch):
    target = tmp_path / "current.json"
    files.write_text(target, "old")

    def stop(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(OSError, match="No space"):
        files.write_text(target, "new")
    assert target.read_text() == "old"
