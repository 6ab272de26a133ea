"""The end of a run: its folder is written and, if it has scores, put in force."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from clvmodels import store
from clvmodels.evaluation import Backtest
from clvmodels.lifetime import LifetimeValue
from clvmodels.report import Options, of_retrain
from clvmodels.retrain.state import State
from clvmodels.retrain.workspace import MODEL, REPORT, SCORES, Workspace
from clvmodels.runs import RetrainRun
from clvmodels.transactions import Summary, write

# Takes the name of a step and what is to be told of it.
Say: TypeAlias = Callable[..., None]


@dataclass(frozen=True, eq=False)
class Done:
    """A run that has ended.

    Attributes
    ----------
    outcome
        What it found.
    folder
        Where it stands; None for a dry run.
    unchanged
        Whether the same date and data were published before, so that nothing was done.
    """

    outcome: RetrainRun
    folder: Path | None
    unchanged: bool = False


@dataclass(frozen=True, eq=False)
class Parts:
    """What stands in the files of a run."""

    value: LifetimeValue | None
    summary: Summary | None
    frame: Any
    judged: Backtest | None


def publish(state: State, keys: dict[str, Any], parts: Parts, workspace: Workspace | None, say: Say) -> Done:
    """Write everything and put it in force."""
    folder = None
    if workspace is not None:
        with step(say, "write"):
            folder = workspace.write(state.outcome, keys, lambda target: _fill(target, state, parts))
            # Before the new run is in force: whatever fails up to here leaves the old one.
            workspace.prune(state.config.output.keep, {_id_of(state), state.outcome.run_id})
            if state.outcome.verdict.published:
                workspace.publish(folder)
    outcome = state.outcome
    say(
        "end", run=outcome.run_id, verdict=outcome.verdict.value, reasons=list(outcome.reasons),
        folder=None if folder is None else str(folder),
    )  # fmt: skip
    return Done(outcome, folder)


def _id_of(state: State) -> str:
    return "" if state.before.stored is None else state.before.stored.outcome.run_id


def publish_nothing(state: State, workspace: Workspace | None, say: Say, judged: Backtest | None = None) -> Done:
    """Write what was found, and leave in force what is."""
    if workspace is not None:
        state = state.found(run_id=workspace.free_id(state.outcome.run_id))
    return publish(state, {}, Parts(None, None, None, judged), workspace, say)


def _fill(folder: Path, state: State, parts: Parts) -> None:
    if parts.value is not None:
        store.save(parts.value, folder / MODEL, settings={"run": state.outcome.model_run})
        write(parts.frame, folder / SCORES)
    if state.config.output.report:
        output = state.config.output
        options = Options(title=output.title or "", currency=output.currency or "", customers=output.customers)
        level = state.config.value.level
        page = of_retrain(
            state.outcome, options if level is None else replace(options, level=level), value=parts.value,
            summary=parts.summary, transactions=None if parts.value is None else state.log.transactions,
            backtest=parts.judged,
        )  # fmt: skip
        (folder / REPORT).write_text(page.html, encoding="utf-8")


@contextmanager
def step(say: Say, name: str) -> Iterator[dict[str, Any]]:
    """Tell of a step when it has ended, with its seconds and whatever figures it puts into the dictionary."""
    started, figures = time.perf_counter(), dict[str, Any]()
    yield figures
    say(name, seconds=round(time.perf_counter() - started, 3), **figures)
