"""Sections of a retrain: what changed, what was required, how earlier forecasts went."""

from collections.abc import Callable, Iterator

from clvmodels.evaluation import Severity
from clvmodels.report.content import Notice, Section, Table, Tone
from clvmodels.report.numbers import UNKNOWN, Writer, about, count, digits, off_by, share, signed
from clvmodels.report.origin import notices
from clvmodels.runs import Account, Gate, RetrainRun, Totals

_MONEY = "revenue"
_BEYOND = "Beyond chance: outside the interval, and last year's season does not explain it."
_ALLOWED = (
    "The interval allows for purchases that come in bursts, by which weeks differ more than chance alone makes them."
)


def changed_section(run: RetrainRun, writer: Writer) -> Iterator[Section]:
    """Figures of the last run beside those of this one, and what drifted; nothing of a first run without drift."""
    rows = tuple(_changes(run, writer))
    if not rows and not run.drift:
        return
    loud = [finding for finding in run.drift if finding.severity is not Severity.NOTE]
    said = [] if loud else ["No change of behaviour or of the data beyond its threshold was found."]
    before = run.previous
    if before is not None and rows:
        said.append(f"Last time was the run of {before.run_date}, with what was known until {before.until}.")
    tables = (Table("Last time and now", ("figure", "last time", "now", "change"), rows),) if rows else ()
    yield Section("What changed since last time", tuple(said), tables, notices=notices(run.drift))


def _changes(run: RetrainRun, writer: Writer) -> Iterator[tuple[str, ...]]:
    if run.previous is None or run.totals is None:
        return
    figures: tuple[tuple[str, Callable[[Totals], float], Callable[[float], str]], ...] = (
        ("customers", lambda totals: totals.customers, count),
        ("expected still active", lambda totals: totals.alive, count),
        ("expected purchases", lambda totals: totals.purchases, count),
        ("expected revenue", lambda totals: totals.revenue, writer.money),
        ("value", lambda totals: totals.value.mean, writer.money),
    )
    for name, of, write in figures:
        before, now = of(run.previous.totals), of(run.totals)
        yield name, write(before), write(now), signed(now / before - 1.0) if before > 0 else UNKNOWN


def gate_section(run: RetrainRun) -> Iterator[Section]:
    """The conditions of publication and promotion: those that were missed in words, all in a table."""
    if not run.gates:
        return
    missed = [gate for gate in run.gates if not gate.passed]
    said = "All conditions are met." if not missed else f"{len(missed)} of {len(run.gates)} conditions are not met."
    # That a challenger is no better than the champion is no trouble.
    tone = Tone.WARNING if run.verdict.published else Tone.SERIOUS
    found = tuple(Notice(tone, "not met", f"{gate.subject}: {gate.sentence}") for gate in missed)
    rows = tuple(
        (_named(gate), _measured(gate), _bounds(gate), "met" if gate.passed else "not met") for gate in run.gates
    )
    columns = ("condition", "measured", "allowed", "verdict")
    table = Table("What a model and its data have to pass", columns, rows, words=("verdict",))
    yield Section("Conditions of publication", (said,), (table,), notices=found)


def _named(gate: Gate) -> str:
    return f"{gate.subject}: {' '.join([gate.name.replace('_', ' '), gate.metric]).strip()}"


def _measured(gate: Gate) -> str:
    return UNKNOWN if gate.value is None else _figure(gate, gate.value)


def _bounds(gate: Gate) -> str:
    lower, upper = (None if bound is None else _figure(gate, bound) for bound in (gate.lower, gate.upper))
    if lower is not None and upper is not None:
        return f"{lower} to {upper}"
    return f"at least {lower}" if lower is not None else f"at most {upper}" if upper is not None else UNKNOWN


def _figure(gate: Gate, number: float) -> str:
    return signed(number) if "bias" in gate.name else digits(number)


def held(account: Account, writer: Writer) -> str:
    """An earlier forecast beside what came, in a sentence."""
    money = account.target == _MONEY
    said = writer.said(account.expected) if money else f"{about(account.expected)} purchases"
    came = writer.came(account.actual) if money else count(account.actual)
    error = account.expected / account.actual - 1.0 if account.actual else float("nan")
    window = f"the {account.days} days after {account.until}"
    said = f"The forecast of {account.target} for {window} was {off_by(error)}: {said} expected, {came} came"
    more = "more" if account.money > 0 else "less"
    worth = f" That is {writer.said(abs(account.money))} {more} revenue than expected."
    if account.alarm:
        return f"{said}, more than chance and season allow.{worth}"
    if account.explained:
        return f"{said}, as in the same weeks last year.{worth}"
    return f"{said}, within what chance allows."


def account_section(run: RetrainRun, writer: Writer) -> Iterator[Section]:
    """Earlier forecasts held to what happened."""
    if not run.accounts:
        return
    targets = dict.fromkeys(account.target for account in run.accounts)
    said = tuple(held(account, writer) for account in run.accounts if account.alarm) or (held(run.accounts[0], writer),)
    tables = tuple(_accounts(run, target, writer) for target in targets)
    yield Section("How earlier forecasts went", said, tables)


def _accounts(run: RetrainRun, target: str, writer: Writer) -> Table:
    chosen = [account for account in run.accounts if account.target == target]
    write = writer.money if target == _MONEY else count
    level = f"{share(chosen[0].level)} interval" if len({account.level for account in chosen}) == 1 else "interval"
    rows = tuple(
        (
            f"{account.days} days after {account.until}",
            write(account.expected),
            f"{write(account.lower)} to {write(account.upper)}",
            write(account.actual),
            "beyond chance" if account.alarm else "season" if account.explained else "chance",
        )
        for account in chosen
    )
    note = _ALLOWED if all(not account.alarm for account in chosen) else f"{_BEYOND} {_ALLOWED}"
    columns = ("window", "expected", level, "came", "verdict")
    return Table(f"Earlier forecasts of {target}", columns, rows, note, words=("verdict",))


def score_section(run: RetrainRun) -> tuple[Section, ...]:
    """The league as the run kept it, where the backtest itself is not at hand."""
    tables = tuple(_scores(run, target) for target in dict.fromkeys(score.target for score in run.scores))
    days = ", ".join(map(str, run.cutoffs))
    return (Section("Against rules of thumb", (f"Means over the cut-offs {days}.",), tables),) if tables else ()


def _scores(run: RetrainRun, target: str) -> Table:
    """Contenders by the few measures that decide."""
    wanted = {"bias": signed, "rmse": digits, "brier": digits, "auc": digits, "top_decile_capture": share}
    found = {(score.contender, score.metric): score for score in run.scores if score.target == target}
    metrics = [metric for metric in wanted if any(metric == known for _, known in found)]
    roles = {score.contender: score.role for score in found.values()}
    rows = tuple(
        (
            f"{contender} ({role})",
            *(
                wanted[metric](found[contender, metric].value) if (contender, metric) in found else UNKNOWN
                for metric in metrics
            ),
        )
        for contender, role in roles.items()
    )
    return Table(f"Forecasts of {target}", ("forecast by", *(metric.replace("_", " ") for metric in metrics)), rows)
