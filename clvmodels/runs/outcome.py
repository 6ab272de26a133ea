"""The outcome of one retrain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from clvmodels.estimate import Estimate
from clvmodels.evaluation import Finding
from clvmodels.runs.forecast import Account, Forecast


class Verdict(StrEnum):
    """How a retrain ended.

    Examples
    --------
    >>> from clvmodels.runs import Verdict
    >>> Verdict("kept champion").published
    True
    """

    PROMOTED = "promoted"
    KEPT = "kept champion"
    BAD_DATA = "bad data"
    FAILED = "failed"

    @property
    def published(self) -> bool:
        """Whether there are scores of this run; else those of the run before it stay in force."""
        return self in {Verdict.PROMOTED, Verdict.KEPT}


@dataclass(frozen=True)
class Gate:
    """One condition that had to hold.

    Attributes
    ----------
    name
        "converged", "k_hat", "r_hat", "bias", "no_worse", "scores", "customers", "log_end", "findings".
    subject
        The candidate that it is about, or "data".
    passed
        Whether it held.
    value
        The figure that was judged, or None where there is no figure.
    lower, upper
        Its bounds, None where there is none.
    sentence
        The same in words.
    metric
        Of a comparison with the champion: "purchases rmse" and the like; else empty.
    """

    name: str
    subject: str
    passed: bool
    value: float | None
    lower: float | None
    upper: float | None
    sentence: str
    metric: str = ""


@dataclass(frozen=True)
class Candidate:
    """A specification that was fitted and backtested in this run.

    Attributes
    ----------
    name
        As in the configuration, such as "BG/NBD x Gamma-Gamma".
    role
        "champion" for the specification of the last published fit, else "challenger".
    purchases, spend, method
        Names of the models and of the fitting method.
    ok
        Whether both fits converged, or ended at a named boundary.
    message
        What the fits say of themselves, or why there is none.
    chosen
        Whether the fit in force after this run is of this specification.
    """

    name: str
    role: str
    purchases: str
    spend: str
    method: str
    ok: bool
    message: str
    chosen: bool = False


@dataclass(frozen=True)
class Score:
    """One measure of one contender, mean over the cut-offs of the backtest, as in `Backtest.league`.

    Attributes
    ----------
    contender, role
        Name, and "champion", "challenger" or "heuristic".
    target, metric
        As in `Backtest.league`.
    value
        NaN where there is none.
    cutoffs
        At how many it gave a forecast.
    """

    contender: str
    role: str
    target: str
    metric: str
    value: float
    cutoffs: int


@dataclass(frozen=True)
class Totals:
    """The customer base in figures.

    Attributes
    ----------
    customers
        In the summary, all of whom are scored.
    alive
        Expected number of customers who are still active.
    purchases, revenue
        Expected within the horizon, undiscounted.
    value
        With the interval of what it will turn out to be.
    horizon
        As text.
    """

    customers: int
    alive: float
    purchases: float
    revenue: float
    value: Estimate
    horizon: str


@dataclass(frozen=True)
class Previous:
    """The run that was in force before."""

    run_id: str
    run_date: date
    until: date
    candidate: str
    totals: Totals


@dataclass(frozen=True)
class RetrainRun:
    """Everything that a retrain found but the scores of single customers.

    Attributes
    ----------
    run_id
        Name of the run's folder.
    run_date, until
        Day for which the job ran, and end of observation.
    verdict, reasons
        How it ended, and why, in sentences; the first one is the headline.
    gates
        All that were judged.
    candidates
        Specifications of this run.
    cutoffs, scores
        Of the backtest of candidates and heuristics.
    accounts
        Earlier forecasts held to what happened.
    drift
        Findings about the data beside earlier ones and about forecasts that were missed, the alarms as warnings or
        serious ones.
    findings
        Of `clv.check` on the log.
    totals
        Of the scores in force; None where nothing was published.
    forecast
        To be held to account later; None likewise.
    previous
        The run in force before, None for the first.
    model_run
        Id of the run whose fit made the scores: this one if promoted, else an earlier one.
    data
        Counts of the log by name (rows, customers, missing_ids, refunds, ...).
    schema
        Columns of the source and their types.
    provenance
        What a reader needs to repeat it: fingerprint of the data, of the configuration, versions, source (no
        credentials). Plain values.
    """

    run_id: str
    run_date: date
    until: date | None
    verdict: Verdict
    reasons: tuple[str, ...]
    gates: tuple[Gate, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    cutoffs: tuple[date, ...] = ()
    scores: tuple[Score, ...] = ()
    accounts: tuple[Account, ...] = ()
    drift: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    totals: Totals | None = None
    forecast: Forecast | None = None
    previous: Previous | None = None
    model_run: str | None = None
    data: Mapping[str, float] = field(default_factory=dict)
    schema: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def alarms(self) -> tuple[Account, ...]:
        """Forecasts that were missed by more than chance and season."""
        return tuple(account for account in self.accounts if account.alarm)
