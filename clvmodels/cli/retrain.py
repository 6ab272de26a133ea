"""What the commands `retrain` and `init` do."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from clvmodels.errors import InputError
from clvmodels.retrain import Done, load_config, put_back, retrain, template
from clvmodels.retrain.files import write_text
from clvmodels.runs import RetrainRun

_EXAMPLE = "example-log.csv"


def run_retrain(config: Path, day: str | None, *, dry_run: bool, console: Console) -> RetrainRun:
    """Run the job, one line of JSON per step on standard error, and print how it ended.

    Raises
    ------
    ClvError, OSError
        As `clvmodels.retrain.retrain` does.
    """
    done = retrain(load_config(config), day, dry_run=dry_run, say=log_line)
    for line in _lines(done, dry_run=dry_run):
        # As Text: messages quote the caller's data, in which brackets are not markup.
        console.print(Text(line), soft_wrap=True)
    return done.outcome


def run_back(config: Path, run_id: str, console: Console) -> None:
    """Put an earlier run in force again, and print where it is.

    Raises
    ------
    ClvError, OSError
        As `clvmodels.retrain.put_back` does.
    """
    found = put_back(load_config(config), run_id)
    log_line("end", run=found.outcome.run_id, verdict=found.outcome.verdict.value, put_back=True)
    console.print(Text(f"{run_id}: in force again, with its scores"), soft_wrap=True)
    console.print(Text(f"It is in {found.folder}"), soft_wrap=True)


def log_line(step: str, **figures: Any) -> None:
    """One JSON object on a line of standard error: time, step, and the step's figures."""
    now = datetime.now(tz=UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(json.dumps({"time": now, "step": step, **figures}, default=str) + "\n")
    sys.stderr.flush()


def write_config(path: Path, *, log: str | None, columns: dict[str, str | None]) -> list[Path]:
    """Write a commented configuration, and an example log where none is named; the files written.

    Raises
    ------
    InputError
        If a file is there already or cannot be written.
    """
    example = path.parent / _EXAMPLE
    taken = [file for file in (path, *([example] if log is None else [])) if file.exists()]
    if taken:
        raise InputError(f"{str(taken[0])!r} is there already.", advice="Remove it first, or name another file.")
    given = {name: value for name, value in columns.items() if value is not None}
    try:
        if log is None:
            from clvmodels import datasets

            write_text(example, datasets.cdnow().to_csv(index=False))
        write_text(path, template(files=log or _EXAMPLE, **given))
    except OSError as error:
        raise InputError(f"The configuration cannot be written: {error}.", advice="Name another file.") from error
    return [path] if log is not None else [path, example]


def _lines(done: Done, *, dry_run: bool) -> list[str]:
    outcome = done.outcome
    what = f"{outcome.run_id}: {outcome.verdict.value}"
    if done.unchanged:
        return [f"{what}, before; the same date and data change nothing."]
    lines = [what, *outcome.reasons]
    if outcome.totals is not None:
        lines.append(
            f"Value of {outcome.totals.customers:,} customers over {outcome.totals.horizon}: {outcome.totals.value}"
        )
    lines += [f"{finding.severity}: {finding.sentence}" for finding in outcome.drift]
    lines.append("Nothing was written." if dry_run else f"Written to {done.folder}")
    return lines
