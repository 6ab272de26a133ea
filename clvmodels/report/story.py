"""What a scheduled retrain has to tell, as plain values; the job fills them, `of_retrain` makes a page of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from clvmodels.errors import InputError
from clvmodels.estimate import Estimate
from clvmodels.evaluation import Backtest, Finding, Findings
from clvmodels.lifetime import LifetimeValue
from clvmodels.transactions import Summary, Transactions


class Outcome(StrEnum):
    """How a retrain ended.

    Examples
    --------
    >>> from clvmodels.report import Outcome
    >>> Outcome("kept champion")
    <Outcome.KEPT: 'kept champion'>
    """

    PROMOTED = "promoted"
    KEPT = "kept champion"
    BAD_DATA = "bad data"
    FAILED = "failed"


class Kind(StrEnum):
    """How a number is written: 1,234 customers, 12.3%, money with its currency, or a plain number."""

    COUNT = "count"
    SHARE = "share"
    MONEY = "money"
    NUMBER = "number"


@dataclass(frozen=True)
class Gate:
    """One condition of promotion.

    Attributes
    ----------
    name
        In a few words, such as "bias of the challenger's total".
    passed
        Whether it was met.
    value
        What was measured, or None where there is no number.
    lower, upper
        Bounds within which it had to be; None for none.
    kind
        How the numbers are written.
    message
        What that means, in a sentence, or nothing.

    Examples
    --------
    >>> from clvmodels.report import Gate
    >>> Gate("bias of the total", passed=True, value=-0.04, lower=-0.2, upper=0.2, kind="share").kind
    <Kind.SHARE: 'share'>
    """

    name: str
    passed: bool
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    kind: Kind | str = Kind.NUMBER
    message: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))


@dataclass(frozen=True)
class Change:
    """A number of the last run beside that of this one, such as the customers or the value of the base.

    Attributes
    ----------
    name
        Of the number.
    before, now
        In the last run and in this one; None where it is not known.
    kind
        How the numbers are written.
    message
        What it means, in a sentence, or nothing.

    Examples
    --------
    >>> from clvmodels.report import Change
    >>> round(Change("customers", before=2000, now=2100, kind="count").relative, 3)
    0.05
    """

    name: str
    before: float | None
    now: float | None
    kind: Kind | str = Kind.NUMBER
    message: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))

    @property
    def relative(self) -> float:
        """The change as a share of what was before; NaN where that is not known or not positive."""
        if self.before is None or self.now is None or not self.before > 0:
            return math.nan
        return self.now / self.before - 1.0


@dataclass(frozen=True)
class PastForecast:
    """A forecast of an earlier run, held to what happened.

    Attributes
    ----------
    made, until
        The day up to which it knew the log, and the day up to which it is judged.
    target
        "purchases" or "revenue".
    expected
        The total that was forecast for that window, with its predictive interval.
    actual
        What came.
    last_season
        What came in the same window a year earlier, or None.
    money
        What the difference amounts to in money, or None.
    beyond
        Whether the difference is more than the interval, widened by the allowance, has room for.
    message
        What it means, in a sentence, or nothing.

    Examples
    --------
    >>> from datetime import date
    >>> import clvmodels as clv
    >>> from clvmodels.report import PastForecast
    >>> expected = clv.Estimate(120.0, 90.0, 150.0, 0.9)
    >>> PastForecast(date(2024, 1, 7), date(2024, 2, 4), "purchases", expected, actual=96).error
    0.25
    """

    made: date
    until: date
    target: str
    expected: Estimate
    actual: float
    last_season: float | None = None
    money: float | None = None
    beyond: bool = False
    message: str = ""

    @property
    def error(self) -> float:
        """How much too high the forecast was, as a share of what came; negative if it was too low."""
        return self.expected.mean / self.actual - 1.0 if self.actual else math.nan


@dataclass(frozen=True, eq=False)
class RetrainStory:
    """All that the page of a retrain shows. What is None or empty is left out of the page.

    Attributes
    ----------
    outcome
        How it ended.
    day
        The run's date.
    reason
        Why, in one sentence that stands first on the page.
    champion
        Name of the specification whose scores are in use from now on.
    challengers
        Names of the others that were fitted.
    gates
        The conditions of promotion.
    changes
        Numbers of the last run beside those of this one.
    forecasts
        Earlier forecasts, held to what happened, the latest first.
    drift
        Findings about the data and about behaviour that changed.
    findings
        What `clv.check` found in the log.
    value, summary, transactions
        The valuation in use, its customers and the log; None where the run did not come so far.
    backtest
        Of champion, challengers and rules of thumb, with predictions kept.
    provenance
        Names and values, such as the source, the run's id, files and versions; numbers or text.
    exit_code
        What the command ended with.

    Examples
    --------
    >>> from datetime import date
    >>> from clvmodels.report import RetrainStory
    >>> story = RetrainStory("bad data", date(2024, 1, 8), "The log has no row of the last week.", champion="BG/NBD")
    >>> story.outcome
    <Outcome.BAD_DATA: 'bad data'>
    """

    outcome: Outcome | str
    day: date
    reason: str
    champion: str
    challengers: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    changes: tuple[Change, ...] = ()
    forecasts: tuple[PastForecast, ...] = ()
    drift: tuple[Finding, ...] = ()
    findings: Findings | None = None
    value: LifetimeValue | None = None
    summary: Summary | None = None
    transactions: Transactions | None = None
    backtest: Backtest | None = None
    provenance: Mapping[str, object] = field(default_factory=dict)
    exit_code: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcome", Outcome(self.outcome))
        if (self.value is None) != (self.summary is None):
            raise InputError("A valuation and its customers come together.", advice="Give both or neither.")
