"""What a run has found so far, and the outcome that it makes of that."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

import clvmodels
from clvmodels.errors import ArtifactError, ClvError, InputError
from clvmodels.evaluation import Finding, Severity
from clvmodels.fitting.provenance import current_versions
from clvmodels.retrain.config import CandidateKeys, Config
from clvmodels.retrain.reading import Reading, described
from clvmodels.retrain.specification import Specification
from clvmodels.retrain.workspace import Stored, Workspace
from clvmodels.runs import Previous, RetrainRun, Verdict


@dataclass(frozen=True, eq=False)
class Before:
    """What was in force when the run began.

    Attributes
    ----------
    stored
        The run in force, or the latest whole one if that is damaged; None before the first.
    history
        Published runs, the latest first.
    champion
        Specification of its fit; None where there is none, or its models are not known any more.
    damage
        Findings about runs that cannot be read.
    """

    stored: Stored | None = None
    history: tuple[RetrainRun, ...] = ()
    champion: Specification | None = None
    damage: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, workspace: Workspace, config: Config) -> "Before":
        """Read the folder of the runs."""
        damage: list[Finding] = []
        stored = None
        try:
            stored = workspace.current()
            if stored is not None:
                stored.model()
        except ArtifactError as error:
            stored = workspace.newest_whole()
            damage.append(_damaged(error, stored))
        champion = None
        if stored is not None:
            try:
                champion = Specification.of(CandidateKeys(**stored.champion), config.value)
            except (ClvError, TypeError, AttributeError, ValueError):
                damage.append(_unknown(stored))
        return cls(stored, tuple(workspace.history(stored)), champion, tuple(damage))

    @property
    def previous(self) -> Previous | None:
        """The run in force, as the next outcome names it."""
        if self.stored is None or self.stored.outcome.totals is None or self.stored.outcome.until is None:
            return None
        run = self.stored.outcome
        chosen = next((one.name for one in run.candidates if one.chosen), "")
        return Previous(run.run_id, run.run_date, self.stored.outcome.until, chosen, self.stored.outcome.totals)


def _damaged(error: ClvError, instead: Stored | None) -> Finding:
    other = "No earlier run is whole, so that this one is the first."
    if instead is not None:
        other = f"The latest run that is whole, {instead.outcome.run_id}, takes its place."
    return Finding(
        "champion_damaged",
        Severity.SERIOUS,
        {"whole_runs": float(instead is not None)},
        f"The run in force was damaged: {error.what} {other}",
        "Find out what wrote into the folder of the runs; nothing but this job should.",
    )


def _unknown(stored: Stored) -> Finding:
    return Finding(
        "champion_unknown",
        Severity.WARNING,
        {"runs": 1.0},
        f"The champion of run {stored.outcome.run_id} has a specification that this version does not know.",
        "It cannot be backtested; candidates are judged without it.",
    )


@dataclass(frozen=True, eq=False)
class State:
    """What the steps of one run share."""

    config: Config
    run_date: date
    before: Before
    reading: Reading | None = None
    outcome: RetrainRun = field(default_factory=lambda: RetrainRun("", date.min, None, Verdict.FAILED, ()))

    @property
    def log(self) -> Reading:
        """The log.

        Raises
        ------
        InputError
            If it has not been read.
        """
        if self.reading is None:
            raise InputError("The log was not read.")
        return self.reading

    def found(self, **parts: Any) -> "State":
        """With more of the outcome."""
        return replace(self, outcome=replace(self.outcome, **parts))


def identity(config: Config, run_date: date, fingerprint: str) -> str:
    """Name of a run: its date, and a hash of the data, the configuration and the version."""
    plain = json.dumps(_settings(config), sort_keys=True, default=str)
    digest = sha256("\0".join([fingerprint, plain, clvmodels.__version__]).encode()).hexdigest()
    return f"{run_date}-{digest[:8]}"


def _settings(config: Config) -> dict[str, Any]:
    return {name: entry for name, entry in asdict(config).items() if name != "path"}


def provenance(config: Config, fingerprint: str) -> Mapping[str, str]:
    """Where a run's numbers come from, as text."""
    settings = json.dumps(_settings(config), sort_keys=True, default=str)
    return {
        "source": described(config),
        "data": fingerprint,
        "configuration": sha256(settings.encode()).hexdigest(),
        **{f"version of {name}": version for name, version in current_versions().items()},
    }
