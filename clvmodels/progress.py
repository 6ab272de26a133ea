"""Bars that show how far a long computation is: on terminals and in notebooks, and silent everywhere else."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from threading import Lock
from typing import Any, TypeAlias

# Moves a bar by one step; with a text, says what is done now.
Advance: TypeAlias = Callable[..., None]

_free = Lock()

# A notebook's bar is drawn anew at most so often, in seconds.
_EVERY = 0.2


@contextmanager
def bar(name: str, steps: int, shown: bool | None = None, after: float = 0.0) -> Iterator[Advance]:
    """A bar on the error stream or below a notebook's cell, which vanishes when all is done.

    Parameters
    ----------
    name
        What is done.
    steps
        How many there are.
    shown
        Whether to show it; by default where a person may be watching.
    after
        Seconds before it appears: what is quick needs none.

    Examples
    --------
    >>> from clvmodels.progress import bar
    >>> with bar("Counting", 2, shown=False) as advance:
    ...     advance()
    ...     advance("nearly there")
    """
    # One at a time: a fit inside a backtest is a step of the backtest's bar.
    if not (interactive() if shown is None else shown) or not _free.acquire(blocking=False):
        yield _silent
        return
    begun, view = time.monotonic(), (_Notebook if in_notebook() else _Terminal)(name, steps)

    def advance(text: str = "") -> None:
        view.step(f"{name}: {text}" if text else name, seen=time.monotonic() - begun >= after)

    try:
        yield advance
    finally:
        view.close()
        _free.release()


def interactive() -> bool:
    """Whether a person may be watching: on a terminal or in a notebook."""
    return in_notebook() or (sys.stderr is not None and sys.stderr.isatty())


def in_notebook() -> bool:
    """Whether this runs in a notebook's kernel."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


def _silent(_: str = "") -> None:
    """Nobody is watching."""


class _Terminal:
    """Rich's bar, made when it is first seen."""

    def __init__(self, name: str, steps: int) -> None:
        self.name, self.steps, self.done = name, steps, 0
        self.progress: Any = None

    def step(self, words: str, *, seen: bool) -> None:
        """One more is done."""
        self.done += 1
        if seen and self.progress is None:
            self._open()
        if self.progress is not None:
            self.progress.update(self.progress.task_ids[0], completed=self.done, description=_plain(words))

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=console, transient=console.is_terminal)
        self.progress.add_task(self.name, total=self.steps)
        self.progress.start()

    def close(self) -> None:
        """Take it away."""
        if self.progress is not None:
            self.progress.stop()


class _Notebook:
    """A bar below a cell; not Rich's, which asks for ipywidgets there."""

    def __init__(self, name: str, steps: int) -> None:
        self.name, self.steps, self.done = name, steps, 0
        self.last, self.handle = -_EVERY, None

    def step(self, words: str, *, seen: bool) -> None:
        """One more is done."""
        self.done += 1
        now = time.monotonic()
        if seen and (now - self.last >= _EVERY or self.done == self.steps):
            self.last = now
            self._show(f"<progress value='{self.done}' max='{self.steps}'></progress> "
                       f"{escape(words)} ({self.done} of {self.steps})")  # fmt: skip

    def _show(self, html: str) -> None:
        from IPython.display import HTML, display

        if self.handle is None:
            self.handle = display(HTML(html), display_id=True)  # type: ignore[no-untyped-call]
        else:
            self.handle.update(HTML(html))

    def close(self) -> None:
        """Take it away."""
        if self.handle is not None:
            self._show("")


def _plain(words: str) -> str:
    """Words in which Rich sees no markup."""
    return words.replace("[", "\\[")
