"""What a command says when it cannot go on: one message and an exit code that a scheduler can read."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.text import Text

from clvmodels.errors import ArtifactError, ClvError, NotConvergedError

BAD_DATA, NOT_CONVERGED, BAD_ARTIFACT, SERIOUS, FAILED = 3, 4, 5, 6, 7
KEPT, NOT_PUBLISHED, BUSY = 8, 9, 10
EXIT_CODES = (
    "Exit codes: 0 done, 2 wrong options, 3 data or settings that cannot be used, 4 the fit did not converge, "
    "5 a saved model that cannot be read or replaced, 6 check --strict found something serious, "
    "7 a contender of backtest failed or did not converge; the others are reported."
)
RETRAIN_CODES = (
    "Exit codes: 0 promoted (a new fit and its scores are in force), 8 kept champion (the earlier fit scored all "
    "customers), 3 bad data or settings (nothing published), 9 failed (nothing published), 10 another run is at work, "
    "2 wrong options. What was in force stays in force, whole, with every code but 0 and 8."
)


@contextmanager
def reported() -> Iterator[None]:
    """Turn the package's own errors into a message on standard error and an exit code."""
    try:
        yield
    except ClvError as error:
        code = {NotConvergedError: NOT_CONVERGED, ArtifactError: BAD_ARTIFACT}.get(type(error), BAD_DATA)
        console = Console(stderr=True)
        # As Text: messages quote the caller's data, in which brackets are not markup.
        console.print(Text("Error: ", style="bold red") + Text(str(error)), soft_wrap=True)
        raise typer.Exit(code) from error
