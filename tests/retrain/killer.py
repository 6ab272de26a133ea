"""Retrains that are killed: a process that has everything imported forks one run after another and kills it.

    python killer.py <folder> <kills> <seed>

prints a line of JSON per kill. It forks before any thread is started, so that children are like fresh processes.
"""

import json
import os
import signal
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb  # noqa: F401 - imported here so that no child has to
import numpy as np
import pandas as pd  # noqa: F401
import pyarrow.parquet as pq

from clvmodels.retrain import Workspace, load_config, retrain
from clvmodels.retrain.files import locked

# Writing takes some hundredths of a second, which random moments of a whole run would rarely meet.
WRITING = 0.03


def whole(folder: Path) -> str:
    """The id of the run in force, once all that belongs to it has been looked at; raises if anything is not whole."""
    stored = Workspace(folder / "retrain").current()
    if stored is None:
        raise ValueError("there is no run in force")
    value = stored.model()
    scores = pq.read_table(stored.folder / "scores.parquet")
    totals = stored.outcome.totals
    if totals is None or scores.num_rows != totals.customers:
        raise ValueError("the scores are not those of the outcome")
    if not np.isclose(np.sum(scores["clv"].to_numpy()), totals.value.mean, rtol=1e-9):
        raise ValueError("the scores do not add up to the outcome's total")
    if not value.purchases.diagnostics.ok:
        raise ValueError("the model in force did not converge")
    with locked(folder / "retrain"):  # nobody holds it any more
        return stored.outcome.run_id


def forked(work, talk: int) -> int:
    """A child that works and ends; what it says goes into a pipe."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        code = 0
    except BaseException as error:  # noqa: BLE001 - told to the parent
        os.write(talk, f"{type(error).__name__}: {error}\n".encode())
        code = 1
    os._exit(code)


def ask(work) -> tuple[int, str]:
    """The exit code of a child and what it said."""
    ear, mouth = os.pipe()
    child = forked(lambda: os.write(mouth, f"{work()}".encode()), mouth)
    os.close(mouth)
    with os.fdopen(ear) as said:
        text = said.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


def killed(folder: Path, day: date, delay: float, *, writing: bool) -> tuple[str, bool]:
    """Run the job for a day and kill it after a delay, from the start or from the moment when it begins to write.

    Returns the last step that it told of, and whether it was killed before it ended.
    """
    ear, mouth = os.pipe()
    steps: list[str] = []

    def run() -> None:
        retrain(load_config(folder / "clv.toml"), day, say=lambda step, **_: os.write(mouth, f"{step}\n".encode()))

    child = forked(run, mouth)
    os.close(mouth)
    with os.fdopen(ear) as said:
        while writing and (line := said.readline()):
            steps.append(line.strip())
            if line.strip() == "drift":
                break
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        steps += said.read().split()
    return (steps or ["start"])[-1], os.waitpid(child, 0)[1] != 0


def main() -> None:
    """Kill so many runs, and look after each at what is in force."""
    folder, kills, rng = Path(sys.argv[1]), int(sys.argv[2]), np.random.default_rng(int(sys.argv[3]))
    config, day = load_config(folder / "clv.toml"), date.fromisoformat(sys.argv[4])
    started = time.monotonic()
    code, first = ask(lambda: retrain(config, day).outcome.run_id)
    length = time.monotonic() - started
    if code:
        sys.exit(first)
    before = first
    for number in range(kills):
        day += timedelta(days=1)
        writing = number % 2 == 1
        step, dead = killed(folder, day, rng.uniform(0, WRITING if writing else length), writing=writing)
        code, now = ask(lambda: whole(folder))
        report = {"step": step, "killed": dead, "error": now if code else "", "new": now.startswith(str(day))}
        report["old"] = now == before
        if number % 5 == 4:  # and the next run is clean
            code, again = ask(lambda: retrain(config, day).outcome.run_id)  # noqa: B023 - asked at once
            left = [path.name for path in (folder / "retrain" / "runs").glob(".*")]
            report["next"] = again if code or not again.startswith(str(day)) or left else ""
            now = ask(lambda: whole(folder))[1]
        before = now
        print(json.dumps(report), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
