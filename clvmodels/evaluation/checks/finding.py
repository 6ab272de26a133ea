"""What a check found, and all that was found, to print, to show in a notebook or to take as a table."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING

from clvmodels.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

# Chance alone must move a figure so far less often than this, which is three standard errors, before it is a finding.
# Five checks judge figures that chance moves: at two standard errors every fifth sound log would seem faulty.
RARE = 0.0027
_WIDTH, _INDENT = 110, 9


class Severity(StrEnum):
    """How much a finding matters.

    A note is good to know, and the numbers stand. A warning says in which direction, or for whom, they are off. With a
    serious finding they answer another question than the one asked, or are off by a multiple: mend the data first.

    Examples
    --------
    >>> from clvmodels.evaluation import Severity
    >>> max(Severity.NOTE, Severity.SERIOUS, key=lambda severity: severity.rank).value
    'serious'
    """

    NOTE = "note"
    WARNING = "warning"
    SERIOUS = "serious"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for what is serious."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    name
        Of the check.
    severity
        "note", "warning" or "serious".
    figures
        The numbers behind it by name, the main one first.
    sentence
        What was found and what it does, in words of the business.
    advice
        What to do.

    Examples
    --------
    >>> from clvmodels.evaluation import Finding, Severity
    >>> Finding("refunds", Severity.NOTE, {"share_of_money": 0.01}, "1% of the money was refunded.", "Nothing.").figure
    0.01
    """

    name: str
    severity: Severity
    figures: Mapping[str, float]
    sentence: str
    advice: str

    def __post_init__(self) -> None:
        plain = {name: float(value) for name, value in self.figures.items()}
        object.__setattr__(self, "figures", MappingProxyType(plain))

    @property
    def measure(self) -> str:
        """What the main figure is."""
        return next(iter(self.figures))

    @property
    def figure(self) -> float:
        """The main figure."""
        return self.figures[self.measure]

    def __str__(self) -> str:
        margin = " " * _INDENT
        texts = (self.sentence, f"-> {self.advice}")
        lines = [fill(text, _WIDTH, initial_indent=margin, subsequent_indent=margin) for text in texts]
        return "\n".join([f"{self.severity:<{_INDENT}}{self.name}", *lines])


@dataclass(frozen=True)
class Findings:
    """What the checks of a log found, the most severe first.

    Attributes
    ----------
    log
        What was looked at, in one line.
    findings
        Sorted by severity.

    Examples
    --------
    >>> from clvmodels.evaluation import Finding, Findings, Severity
    >>> note = Finding(
    ...     "few_customers", Severity.NOTE, {"customers": 500}, "There are 500 customers.", "Give intervals."
    ... )
    >>> findings = Findings("500 customers", (note,))
    >>> print(findings)
    500 customers: 1 note
    <BLANKLINE>
    note     few_customers
             There are 500 customers.
             -> Give intervals.
    >>> findings.ok, findings["few_customers"].figure
    (True, 500.0)
    """

    log: str
    findings: tuple[Finding, ...] = field(default=())

    def __post_init__(self) -> None:
        ordered = sorted(self.findings, key=lambda finding: -finding.severity.rank)
        object.__setattr__(self, "findings", tuple(ordered))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Finding:
        for finding in self.findings:
            if finding.name == name:
                return finding
        found = ", ".join(self.names) or "nothing"
        raise InputError(f"The checks did not find {name!r}.", advice=f"They found {found}.")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the checks that found something."""
        return tuple(finding.name for finding in self.findings)

    @property
    def worst(self) -> Severity | None:
        """The highest severity, or None if nothing was found."""
        return self.findings[0].severity if self.findings else None

    @property
    def ok(self) -> bool:
        """Whether nothing serious was found."""
        return self.worst is not Severity.SERIOUS

    @property
    def verdict(self) -> str:
        """How many findings there are, in one line."""
        counts = [
            (severity, sum(finding.severity is severity for finding in self.findings))
            for severity in reversed(Severity)
        ]
        found = [_counted(number, severity) for severity, number in counts if number]
        return f"{self.log}: {', '.join(found) or 'nothing found'}"

    @property
    def frame(self) -> "pd.DataFrame":
        """A row per finding: name, severity, measure, figure, sentence and advice."""
        import pandas as pd

        columns = ("name", "severity", "measure", "figure", "sentence", "advice")
        rows = [(f.name, f.severity.value, f.measure, f.figure, f.sentence, f.advice) for f in self.findings]
        return pd.DataFrame(rows, columns=list(columns)).astype({"figure": float})

    def __str__(self) -> str:
        return "\n\n".join([self.verdict, *map(str, self.findings)])

    def _repr_html_(self) -> str:
        rows = [
            f"<tr><td>{finding.severity}</td><td>{escape(finding.name)}</td>"
            f"<td style='text-align:left'>{escape(finding.sentence)}<br><em>{escape(finding.advice)}</em></td></tr>"
            for finding in self.findings
        ]
        head = "<tr><th>severity</th><th>check</th><th>finding</th></tr>"
        return f"<p>{escape(self.verdict)}</p><table>{head}{''.join(rows)}</table>"


def _counted(number: int, severity: Severity) -> str:
    return f"{number} {severity}{'s' if number > 1 and severity is not Severity.SERIOUS else ''}"


def beyond_chance(difference: float, error: float, freedom: float = math.inf) -> bool:
    """Whether a difference from what a model assumes is too many standard errors for chance, by Student's t.

    Examples
    --------
    >>> beyond_chance(3.1, 1.0), beyond_chance(3.1, 1.0, freedom=5)
    (True, False)
    """
    if not error > 0:
        return False
    from scipy.special import ndtr, stdtr

    beyond = -abs(difference) / error
    return bool(2 * (stdtr(freedom, beyond) if math.isfinite(freedom) else ndtr(beyond)) < RARE)


def percent(share: float) -> str:
    """A share as people say it: 13%, 0.4%.

    Examples
    --------
    >>> percent(0.1349), percent(0.00412), percent(0.00001)
    ('13%', '0.4%', 'under 0.1%')
    """
    if 0 < share < 0.001:
        return "under 0.1%"
    return f"{share:.1%}" if 0 < share < 0.0095 else f"{share:.0%}"


def graded(value: float, warning: float, serious: float = float("inf")) -> Severity:
    """A note below the first threshold, a warning from it on, serious from the second.

    Examples
    --------
    >>> graded(0.3, warning=0.2, serious=0.5).value
    'warning'
    """
    if value >= serious:
        return Severity.SERIOUS
    return Severity.WARNING if value >= warning else Severity.NOTE
