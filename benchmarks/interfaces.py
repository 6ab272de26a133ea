"""What a benchmark consists of: data, contenders on them, and what is asked of the figures."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

Work: TypeAlias = tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]
"""What an adapter makes of a file of data, before the clock starts: the work, and what to say of its result."""


class SkippedError(Exception):
    """Raised by an adapter whose rival is not here; the text says what is missing."""


@dataclass(frozen=True)
class Data:
    """A data set.

    Attributes
    ----------
    name
        Of its file, with the ending.
    label
        As tables show it.
    rows
        Customers, or transactions of a log.
    make
        Writes the file.
    """

    name: str
    label: str
    rows: int
    make: Callable[[Path], None]


@dataclass(frozen=True)
class Contender:
    """Whoever does the work of a case.

    Attributes
    ----------
    name
        As tables show it.
    adapter
        `module:function` below `benchmarks.adapters`; the function takes the file of data and returns a `Work`.
    python
        Environment variable that may name another Python to run in.
    seconds, gigabytes
        Where it is stopped.
    repeats
        Fresh processes at most; the best time and the most memory count.
    close
        How far below the best log-likelihood of its model its answer may be.
    model
        Name of what it fits.
    """

    name: str
    adapter: str
    python: str | None = None
    seconds: float = 1200.0
    gigabytes: float | None = None
    repeats: int = 3
    close: float = 0.01  # moves a parameter by a seventh of its standard error; further is another answer
    model: str = "BG/NBD"


@dataclass(frozen=True)
class Bar:
    """What is asked of one figure.

    Attributes
    ----------
    contender
        Whose.
    measure
        cpu, wall (seconds), memory (bytes beyond the data), or a number that the contender says of its result.
    sense
        Whether the figure is to be at least or at most what is asked.
    asked
        The number.
    against
        A contender: the figure is then how often that one's measure holds the contender's ("at least"), or the
        contender's that one's ("at most").
    """

    contender: str
    measure: str
    sense: Literal["at least", "at most"]
    asked: float
    against: str | None = None


@dataclass(frozen=True)
class Case:
    """Contenders on one data set, in one run.

    Attributes
    ----------
    name
        To ask for it.
    group
        Table in which it is shown.
    data
        What is worked on.
    contenders
        In the order of the table.
    rival
        Contender that the others are compared with.
    bars
        What is asked.
    answers
        How results are compared before times are: by the log-likelihood of the parameters on the data, by numbers that
        have to agree to a relative tolerance, or not.
    tolerance
        Of the numbers.
    threads
        As the environment says, or so many.
    short
        Whether it belongs to the short run too.
    """

    name: str
    group: str
    data: Data
    contenders: tuple[Contender, ...]
    rival: str | None = None
    bars: tuple[Bar, ...] = ()
    answers: Literal["likelihood", "numbers", "none"] = "none"
    tolerance: float = 1e-9
    threads: int | None = None
    short: bool = False


@dataclass(frozen=True)
class Result:
    """Figures of one contender in one case.

    Attributes
    ----------
    contender
        Its name.
    cpu, wall
        Least seconds of the repeats; cpu is that of all threads and child processes.
    memory
        Most bytes held beyond the data.
    says
        What the contender says of its answer.
    stopped
        Why and where it ended without figures.
    wrong
        What is wrong with its answer, whose time then counts for nothing.
    """

    contender: str
    cpu: float | None = None
    wall: float | None = None
    memory: float | None = None
    says: Mapping[str, Any] = field(default_factory=dict)
    stopped: str | None = None
    wrong: str | None = None

    @property
    def counts(self) -> bool:
        """Whether its figures may be compared."""
        return self.stopped is None and self.wrong is None

    def measured(self, measure: str) -> float | None:
        """One figure; None where there is none that counts."""
        if not self.counts:
            return None
        value = getattr(self, measure) if measure in {"cpu", "wall", "memory"} else self.says.get(measure)
        return None if value is None else float(value)

    def as_json(self) -> dict[str, Any]:
        """Plain values, without what is None."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def reached(bar: Bar, results: Mapping[str, Result]) -> float | None:
    """The figure that a bar asks for, or None where a contender has none."""
    own = results[bar.contender].measured(bar.measure) if bar.contender in results else None
    if own is None or bar.against is None:
        return own
    other = results[bar.against].measured(bar.measure) if bar.against in results else None
    if other is None:
        return None
    return other / own if bar.sense == "at least" else own / other


def judged(bar: Bar, results: Mapping[str, Result]) -> dict[str, Any]:
    """A bar with what was reached; one whose own figure is missing is missed.

    Where only the rival has no figure, there is nothing to say: `met` is None.
    """
    value = reached(bar, results)
    if value is None:
        own = results[bar.contender].measured(bar.measure) if bar.contender in results else None
        return asdict(bar) | {"reached": None, "met": None if own is not None else False}
    met = value >= bar.asked if bar.sense == "at least" else value <= bar.asked
    return asdict(bar) | {"reached": value, "met": met}
