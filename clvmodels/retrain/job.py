"""The scheduled job, step by step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from clvmodels.errors import ClvError, InputError
from clvmodels.evaluation.checks.check import check_profile
from clvmodels.lifetime import LifetimeValue
from clvmodels.retrain.changes import accountability, drift
from clvmodels.retrain.config import Config
from clvmodels.retrain.contest import contest, fit_all, roles, scored, told
from clvmodels.retrain.files import locked
from clvmodels.retrain.forecasts import outlooks
from clvmodels.retrain.judge_data import data_gates, findings_gate
from clvmodels.retrain.judging import Bars, Bench, Fitted, choose, gates_of, score_gate
from clvmodels.retrain.kinds import days_of
from clvmodels.retrain.publishing import Done, Parts, Say, publish, publish_nothing, step
from clvmodels.retrain.reading import read_log, run_day, understood
from clvmodels.retrain.specification import metrics_of, rules, specifications, terms_of, with_champion
from clvmodels.retrain.state import Before, State, identity, provenance
from clvmodels.retrain.workspace import Workspace
from clvmodels.runs import Forecast, Verdict
from clvmodels.transactions import Summary


class _Refused(Exception):  # noqa: N818 - no error, but the way out of the steps
    """The data cannot be used; the outcome so far says why."""

    def __init__(self, state: State) -> None:
        super().__init__("refused")
        self.state = state


def retrain(
    config: Config, run_date: date | str | None = None, *, dry_run: bool = False, say: Say | None = None
) -> Done:
    """Refit, compare with the champion, publish what passes its gates, and say what changed.

    Parameters
    ----------
    config
        As `load_config` reads it.
    run_date
        For which the job runs, a date or text such as "2024-01-31", by default today; rows of that day and later are
        not looked at.
    dry_run
        Do everything but write.
    say
        Takes the name of each step and its figures, such as a function that prints them.

    Returns
    -------
    Done
        Its `outcome.verdict` says how the run ended.

    Raises
    ------
    BusyError
        If another run is at work in the folder.
    InputError
        If the configuration names what does not exist, the date is none, or a later run is in force.
    OSError
        If the folder cannot be written; what was in force stays so.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import clvmodels as clv
    >>> from clvmodels.retrain import load_config, retrain, template
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     clv.datasets.cdnow().to_csv(pathlib.Path(folder, "log.csv"), index=False)
    ...     path = pathlib.Path(folder, "clv.toml")
    ...     _ = path.write_text(template(files="log.csv", level="none", report=False, cutoffs=1))
    ...     done = retrain(load_config(path))
    ...     done.outcome.verdict.value, sorted(file.name for file in done.folder.iterdir())
    ('promoted', ['model', 'run.json', 'scores.parquet'])
    """
    day = run_day(run_date)
    candidates = specifications(config)
    rules(config)
    metrics_of(config)  # names are looked at before any work
    tell: Say = say or (lambda _step, **_figures: None)
    workspace = Workspace(config.folder)
    if dry_run:
        return _run(State(config, day, Before.of(workspace, config)), candidates, None, tell)
    config.folder.mkdir(parents=True, exist_ok=True)
    with locked(config.folder):
        workspace.prepare()
        return _run(State(config, day, Before.of(workspace, config)), candidates, workspace, tell)


def _run(state: State, candidates: Sequence[Any], workspace: Workspace | None, say: Say) -> Done:
    latest = state.before.stored
    if latest is not None and latest.outcome.run_date > state.run_date:
        raise InputError(
            f"The run in force is of {latest.outcome.run_date}, later than {state.run_date}.",
            advice="Run for a later date, or use another [output] folder.",
        )
    try:
        state = _read(state, say)
        if not state.before.damage and _done_before(state):
            say("end", run=str(latest and latest.outcome.run_id), unchanged=True)
            return Done(latest.outcome, latest.folder, True) if latest else Done(state.outcome, None)
        if workspace is not None:
            state = state.found(run_id=workspace.free_id(state.outcome.run_id))
        state, summary = _check(state, say)
    except _Refused as refused:
        return publish_nothing(refused.state, workspace, say)
    return _compete(state, candidates, summary, workspace, say)


def _done_before(state: State) -> bool:
    latest = state.before.stored
    base = state.outcome.run_id
    return latest is not None and (latest.outcome.run_id == base or latest.outcome.run_id.startswith(f"{base}-"))


def _read(state: State, say: Say) -> State:
    """Read the log and name the run by it."""
    state = state.found(run_date=state.run_date, drift=state.before.damage, previous=state.before.previous)
    fingerprint = "not read"
    try:
        with step(say, "read") as figures:
            snapshot = read_log(state.config)
            fingerprint = snapshot.fingerprint
            reading = understood(state.config, snapshot, state.run_date)
            figures.update(rows=snapshot.frame.num_rows, first=str(reading.first), until=str(reading.until))
    except ClvError as error:
        raise _Refused(_refused(_named(state, fingerprint), str(error))) from error
    return replace(_named(state, fingerprint).found(until=reading.until, schema=snapshot.schema), reading=reading)


def _named(state: State, fingerprint: str) -> State:
    return state.found(
        run_id=identity(state.config, state.run_date, fingerprint), provenance=provenance(state.config, fingerprint)
    )


def _refused(state: State, reason: str) -> State:
    return state.found(verdict=Verdict.BAD_DATA, reasons=(*state.outcome.reasons, reason))


def _check(state: State, say: Say) -> tuple[State, Summary]:
    """Look at the data before anything is fitted."""
    reading, config = state.log, state.config
    try:
        with step(say, "check") as figures:
            found = check_profile(reading.profile)
            figures.update(findings={finding.name: finding.severity.value for finding in found})
        with step(say, "summarize") as figures:
            summary = reading.summary
            counts = {name: float(n) for name, n in summary.report.as_dict().items() if isinstance(n, int)}
            figures.update(customers=len(summary), **{f"n_{name}": n for name, n in counts.items() if n})
    except ClvError as error:
        raise _Refused(_refused(state, str(error))) from error
    gates = (
        *data_gates(config, state.run_date, reading.until, len(summary), state.before.previous),
        findings_gate(config, found),
    )
    state = state.found(findings=tuple(found), gates=gates, data=counts)
    failed = [gate.sentence for gate in gates if not gate.passed]
    if failed:
        raise _Refused(state.found(verdict=Verdict.BAD_DATA, reasons=tuple(failed)))
    return state, summary


def _compete(state: State, candidates: Sequence[Any], summary: Summary, workspace: Workspace | None, say: Say) -> Done:
    """Fit, backtest, judge, score and publish."""
    before, config, reading = state.before, state.config, state.log
    contenders = with_champion(tuple(candidates), before.champion)
    role = roles(contenders, before.champion)
    with step(say, "fit") as figures:
        fitted = fit_all(contenders, summary)
        figures.update(candidates={one.label: one.ok for one in fitted})
    try:
        with step(say, "backtest") as figures:
            judged, others = contest(config, reading, contenders)
            figures.update(cutoffs=[str(origin.cutoff) for origin in judged.origins])
    except ClvError as error:
        return publish_nothing(_refused(state, str(error)), workspace, say)
    bench = Bench.of(judged, others | role)
    champion = next((label for label, part in role.items() if part == "champion"), None)
    bars = Bars(config.gates, metrics_of(config), bench, champion)
    gates = tuple(gate for one in fitted for gate in gates_of(one, bars))
    chosen, reason = choose(fitted, gates, bars)
    state = state.found(
        gates=(*state.outcome.gates, *gates), scores=bench.scores, reasons=(reason,),
        cutoffs=tuple(origin.cutoff for origin in judged.origins),
    )  # fmt: skip
    say("judge", promoted=chosen and chosen.label, failed=[_gate_name(gate) for gate in gates if not gate.passed])
    with step(say, "score") as figures:
        state, value, frame = _scores(state, chosen, summary)
        figures.update(customers=None if frame is None else frame.num_rows, verdict=state.outcome.verdict.value)
    label = _label(state, chosen, role)
    state = state.found(candidates=told(fitted, role, label))
    if value is None:
        return publish_nothing(state, workspace, say, judged)
    with step(say, "drift") as figures:
        accounts = accountability(state, contenders)
        findings = drift(state, accounts)
        figures.update(findings=[finding.name for finding in findings], alarms=sum(one.alarm for one in accounts))
        windows = [days_of(length) for length in config.drift.windows]
        forecast = Forecast(reading.until, label, outlooks(value, summary, windows, config.value.seed))
    state = state.found(accounts=accounts, drift=(*before.damage, *findings), forecast=forecast)
    keys = chosen.specification.plain if state.outcome.verdict is Verdict.PROMOTED and chosen else _old_keys(state)
    return publish(state, keys, Parts(value, summary, frame, judged), workspace, say)


def _gate_name(gate: Any) -> str:
    return f"{gate.subject}: {gate.name} {gate.metric}".strip()


def _label(state: State, chosen: Fitted | None, role: Any) -> str:
    """Name of the specification in force."""
    if state.outcome.verdict is Verdict.PROMOTED and chosen is not None:
        return chosen.label
    return next((label for label, part in role.items() if part == "champion"), "")


def _old_keys(state: State) -> dict[str, Any]:
    return {} if state.before.stored is None else state.before.stored.champion


def _scores(state: State, chosen: Fitted | None, summary: Summary) -> tuple[State, LifetimeValue | None, Any]:
    """Scores by the candidate to promote, or by the champion's old fit if there is none or its scores are not whole."""
    config = state.config
    if chosen is not None and chosen.value is not None:
        state, frame = _score(state, chosen.label, chosen.value, summary, Verdict.PROMOTED)
        if frame is not None:
            return state.found(model_run=state.outcome.run_id), chosen.value, frame
    if state.before.stored is not None:
        run = state.before.stored.outcome
        value = replace(state.before.stored.model(), **terms_of(config.value))
        state, frame = _score(state, "champion", value, summary, Verdict.KEPT)
        if frame is not None:
            return state.found(model_run=run.model_run), value, frame
    reasons = (*state.outcome.reasons, "There is no champion whose scores could stand.")
    return state.found(verdict=Verdict.FAILED, reasons=reasons), None, None


def _score(state: State, label: str, value: LifetimeValue, summary: Summary, verdict: Verdict) -> tuple[State, Any]:
    try:
        frame, totals, remark = scored(value, summary, state.config)
    except ClvError as error:
        return state.found(reasons=(*state.outcome.reasons, f"{label} gives no scores: {error}")), None
    gate = score_gate(label, frame, len(summary))
    state = state.found(gates=(*state.outcome.gates, gate))
    if not gate.passed:
        return state.found(reasons=(*state.outcome.reasons, gate.sentence)), None
    kept = "The champion's earlier fit scored all customers." if verdict is Verdict.KEPT else ""
    reasons = tuple(filter(None, (*state.outcome.reasons, kept, remark)))
    return state.found(verdict=verdict, reasons=reasons, totals=totals), frame
