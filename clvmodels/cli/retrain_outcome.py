"""Exit codes of the command `retrain`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.text import Text

from clvmodels.cli.outcome import BAD_DATA, BUSY, KEPT, NOT_PUBLISHED
from clvmodels.cli.retrain import log_line
from clvmodels.errors import ClvError, InputError, WrongTypeError
from clvmodels.retrain import BusyError
from clvmodels.runs import RetrainRun, Verdict

_CODES: Mapping[Verdict, int] = {
    Verdict.PROMOTED: 0,
    Verdict.KEPT: KEPT,
    Verdict.BAD_DATA: BAD_DATA,
    Verdict.FAILED: NOT_PUBLISHED,
}


def exit_code(outcome: RetrainRun) -> int:
    """What the scheduler reads."""
    return _CODES[outcome.verdict]


@contextmanager
def told() -> Iterator[None]:
    """Turn errors of the package and of the disk into a log line, a message on standard error and an exit code."""
    try:
        yield
    except (ClvError, OSError, MemoryError) as error:
        verdict = Verdict.BAD_DATA if isinstance(error, (InputError, WrongTypeError)) else Verdict.FAILED
        log_line("end", verdict="busy" if isinstance(error, BusyError) else verdict.value, error=_said(error))
        # As Text: messages quote the caller's data, in which brackets are not markup.
        Console(stderr=True).print(Text("Error: ", style="bold red") + Text(_said(error)), soft_wrap=True)
        raise typer.Exit(BUSY if isinstance(error, BusyError) else _CODES[verdict]) from error


def _said(error: BaseException) -> str:
    if isinstance(error, ClvError):
        return str(error)
    return f"The run could not be finished: {type(error).__name__}: {error}. What was in force stays in force."
