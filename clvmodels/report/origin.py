"""Where the numbers of a page come from: findings about the log, parameters, data and software."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from clvmodels.evaluation import Finding, Findings, Severity
from clvmodels.fitting import Fit, GroupedFit
from clvmodels.lifetime import LifetimeValue
from clvmodels.report.content import Notice, Section, Table, Tone
from clvmodels.report.numbers import digits
from clvmodels.transactions import Summary

_TONES = {Severity.NOTE: Tone.PLAIN, Severity.WARNING: Tone.WARNING, Severity.SERIOUS: Tone.SERIOUS}
_MOST_GROUPS = 12


def finding_sections(findings: Findings | Sequence[Finding] | None) -> tuple[Section, ...]:
    """What was found in the log: warnings open, mere notes folded."""
    if not findings:
        return ()
    said = (f"{findings.verdict}.",) if isinstance(findings, Findings) else ()
    loud, quiet = (
        notices(finding for finding in findings if (finding.severity is Severity.NOTE) is note)
        for note in (False, True)
    )
    found = [Section("What was found in the data", said, notices=loud)] if loud else []
    if quiet:
        found.append(Section("Also noted in the data", () if loud else said, notices=quiet, folded=True))
    return tuple(found)


def notices(findings: Iterable[Finding]) -> tuple[Notice, ...]:
    """Findings as they stand on a page."""
    return tuple(
        Notice(_TONES[finding.severity], str(finding.severity), finding.sentence, finding.advice)
        for finding in findings
    )


def parameter_section(model: object) -> Section | None:
    """Estimates with intervals and what they mean, folded."""
    fits = list(_fits(model))
    if not fits:
        return None
    shown = fits[:_MOST_GROUPS]
    more = (f"{len(fits) - len(shown):,} further fits are not shown.",) if len(fits) > len(shown) else ()
    return Section("Parameters", more, tuple(_parameters(name, fit) for name, fit in shown), folded=True)


def unwell(model: object) -> tuple[str, ...]:
    """Sentences about fits that did not end well or lie at a boundary."""
    return tuple(
        f"{name}: {fit.diagnostics.message}"
        for name, fit in _fits(model)
        if not fit.diagnostics.ok or fit.diagnostics.boundary is not None
    )


def origin_section(model: object, summary: Summary | None, more: Mapping[str, object] | None = None) -> Section | None:
    """Data, fits and software, folded."""
    rows = [*(_data(summary) if summary is not None else ()), *_software(model), *(more or {}).items()]
    if not rows:
        return None
    table = Table(
        "Data, fits and software", ("what", "it is"), tuple((str(a), str(b)) for a, b in rows), words=("it is",)
    )
    return Section("Where this comes from", (), (table,), folded=True)


def _fits(model: object) -> Iterator[tuple[str, Fit]]:
    """The fits of whatever predicts, with their names; rules of thumb have none."""
    if isinstance(model, LifetimeValue):
        yield from _fits(model.purchases)
        yield from _fits(model.spend)
    elif isinstance(model, GroupedFit):
        for label, fit in zip(model, model.fits, strict=True):
            yield f"{fit.model.name}, {model.groups.by} {label}", fit
    elif isinstance(model, Fit):
        yield model.model.name, model


def _parameters(name: str, fit: Fit) -> Table:
    numbers = fit.parameters().to_dict("records")
    rows = tuple(
        (str(row["parameter"]), digits(row["estimate"]), _interval(row), str(row["meaning"])) for row in numbers
    )
    columns = ("parameter", "estimate", "95% interval", "meaning")
    note = f"{fit.customers:,} customers. {fit.diagnostics.message}"
    return Table(name, columns, rows, note, words=("meaning",))


def _interval(row: Mapping[Any, Any]) -> str:
    if row["lower"] != row["lower"]:
        return "given"
    return f"{digits(row['lower'])} to {digits(row['upper'])}"


def _data(summary: Summary) -> Iterator[tuple[str, object]]:
    yield "observed until", summary.until or "not known"
    yield "unit of the models' time", summary.time_unit
    # The counts, without the examples: these quote rows of the log, and customers' ids are not for this page.
    for name, number in summary.report.as_dict().items():
        if name != "examples" and number:
            yield name.replace("_", " "), f"{number:,}" if isinstance(number, int) else number


def _software(model: object) -> Iterator[tuple[str, object]]:
    fits = list(_fits(model))
    for name, fit in fits[:_MOST_GROUPS]:
        origin = fit.provenance
        if origin.fingerprint:
            yield f"{name}: fingerprint of the data", origin.fingerprint
        yield f"{name}: method", fit.diagnostics.method + ("" if origin.seed is None else f", seed {origin.seed}")
    yield from (fits[0][1].provenance.versions if fits else {}).items()
