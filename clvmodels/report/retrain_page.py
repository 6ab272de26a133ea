"""The page of a scheduled retrain: what was decided, what changed, and what the customers are worth now."""

from collections.abc import Iterator, Mapping

from clvmodels.evaluation import Backtest, Severity
from clvmodels.lifetime import LifetimeValue
from clvmodels.report import worth_words as words
from clvmodels.report.content import Fact, Page, Section, Tone
from clvmodels.report.fit_page import folded_last, over_time, trust
from clvmodels.report.judged import Judged, judge_targets
from clvmodels.report.judged_sections import judged_sections
from clvmodels.report.numbers import Writer, ahead, count, share
from clvmodels.report.options import Options
from clvmodels.report.origin import finding_sections, origin_section, parameter_section, unwell
from clvmodels.report.run_sections import account_section, changed_section, gate_section, held, score_section
from clvmodels.report.worth import Worth
from clvmodels.report.worth_sections import value_sections
from clvmodels.runs import RetrainRun, Totals, Verdict
from clvmodels.transactions import Summary, Transactions

_LABELS: Mapping[Verdict, tuple[str, Tone]] = {
    Verdict.PROMOTED: ("New model in use", Tone.GOOD),
    Verdict.KEPT: ("Champion kept", Tone.PLAIN),
    Verdict.BAD_DATA: ("Stopped: the data cannot be used", Tone.SERIOUS),
    Verdict.FAILED: ("Failed", Tone.SERIOUS),
}
_OLD = "No scores were published: those of the run before stay in force."
# Of changes that the verdict tells; the others follow in their section.
_LOUDEST = 2


def of_retrain(
    run: RetrainRun,
    options: Options | None = None,
    *,
    value: LifetimeValue | None = None,
    summary: Summary | None = None,
    transactions: Transactions | None = None,
    backtest: Backtest | None = None,
) -> Page:
    """The page of a retrain; whatever it did not come to is left out.

    Parameters
    ----------
    run
        What the retrain found.
    options
        Title, currency, level of intervals, and whether customers are listed with their ids.
    value, summary
        The valuation in force and the customers that it scored.
    transactions
        The log, for pictures of purchases over time.
    backtest
        Of champion, challengers and rules of thumb; best with their predictions kept.

    Returns
    -------
    Page
        With `html` and `save(path)`.

    Examples
    --------
    >>> from datetime import date
    >>> import clvmodels as clv
    >>> from clvmodels.runs import RetrainRun, Verdict
    >>> reason = "The log has no row of the last week."
    >>> page = clv.report.of_retrain(RetrainRun("r1", date(2024, 1, 8), None, Verdict.BAD_DATA, (reason,)))
    >>> page.label, page.verdict[0]
    ('Stopped: the data cannot be used', 'The log has no row of the last week.')
    """
    chosen = options or Options()
    writer = Writer(chosen.currency)
    worth = Worth.of(value, summary, chosen) if value is not None and summary is not None else None
    judged = judge_targets(backtest, chosen.seed) if backtest is not None else ()
    label, tone = _LABELS[run.verdict]
    evidence = judged_sections(backtest, judged, writer) if backtest is not None else score_section(run)
    return Page(
        title=chosen.title or f"Customer value, retrained on {run.run_date}",
        subtitle=_subtitle(run),
        verdict=tuple(_verdict(run, worth, judged, writer)),
        sections=folded_last(
            *changed_section(run, writer),
            *gate_section(run),
            *account_section(run, writer),
            *evidence,
            *(value_sections(worth, writer, chosen.customers) if worth is not None else ()),
            *finding_sections(run.findings),
            *_present(over_time(value, worth.summary, transactions) if worth is not None else None),
            *_present(parameter_section(value)),
            *_present(origin_section(value, summary, _origin(run))),
        ),
        label=label,
        tone=Tone.WARNING if tone in {Tone.GOOD, Tone.PLAIN} and _loud(run) else tone,
        facts=tuple(_facts(run, worth, writer)),
    )


def _loud(run: RetrainRun) -> list[str]:
    """Sentences of what drifted or was found serious."""
    drifted = [finding.sentence for finding in run.drift if finding.severity is not Severity.NOTE]
    return drifted + [finding.sentence for finding in run.findings if finding.severity is Severity.SERIOUS]


def _subtitle(run: RetrainRun) -> str:
    known = "" if run.until is None else f", with what was known until {run.until}"
    chosen = [candidate.name for candidate in run.candidates if candidate.chosen]
    model = f" In use: {chosen[0]}." if chosen else ""
    return f"Run of {run.run_date}{known}.{model}"


def _verdict(run: RetrainRun, worth: Worth | None, judged: tuple[Judged, ...], writer: Writer) -> Iterator[str]:
    yield from run.reasons
    if not run.verdict.published:
        yield _OLD
    if worth is not None:
        yield words.headline(worth, writer)
    elif run.totals is not None:
        yield _in_all(run.totals, writer)
    for account in run.accounts[:1]:
        yield held(account, writer)
    loud = _loud(run)
    yield from loud[:_LOUDEST]
    if len(loud) > _LOUDEST:
        yield f"{len(loud) - _LOUDEST} more of this kind below."
    if judged:
        yield from trust(judged, None, writer)
    if worth is not None:
        yield from unwell(worth.value)


def _in_all(totals: Totals, writer: Writer) -> str:
    """The value of the base as the run kept it."""
    said = (
        f"Over {ahead(totals.horizon)} {words.customers(totals.customers)} are expected to be worth "
        f"{writer.said(totals.value.mean)}"
    )
    if totals.value.level is None:
        return f"{said}."
    return f"{said}; with a probability of {share(totals.value.level)} between {writer.interval(totals.value)}."


def _facts(run: RetrainRun, worth: Worth | None, writer: Writer) -> Iterator[Fact]:
    if worth is not None:
        yield from words.facts(worth, writer)
    elif run.totals is not None:
        yield Fact(f"Value over {ahead(run.totals.horizon)}", writer.said(run.totals.value.mean))
        yield Fact("Customers", count(run.totals.customers))
    if run.gates:
        yield Fact("Conditions met", f"{sum(gate.passed for gate in run.gates)} of {len(run.gates)}", "of publication")


def _origin(run: RetrainRun) -> dict[str, object]:
    base = {
        "run": run.run_id,
        "date": run.run_date,
        "outcome": run.verdict,
        "model of the run": run.model_run or "none",
    }
    counts = {f"{name.replace('_', ' ')} in the log": count(number) for name, number in run.data.items()}
    columns = {f"column {name}": kind for name, kind in run.schema.items()}
    return {**base, **counts, **columns, **run.provenance}


def _present(section: Section | None) -> tuple[Section, ...]:
    return () if section is None else (section,)
