"""What the command `report` does: the page of a saved model and a log, or of a retrain's run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from clvmodels import store
from clvmodels.cli.contenders import beside_rules
from clvmodels.cli.log import Reading
from clvmodels.errors import InputError
from clvmodels.evaluation import Backtest, backtest, check, most_cutoffs
from clvmodels.report import Options, Page, of_fit, of_retrain
from clvmodels.retrain import stored_run
from clvmodels.transactions import Summary, Transactions, whole_days
from clvmodels.units import Horizon, TimeUnit

_FILE = "clvmodels-report.html"


@dataclass(frozen=True)
class Asked:
    """What the page shall hold.

    Attributes
    ----------
    options
        Of the page; its horizon gives way to the one that the model was saved with.
    cutoffs
        Windows of a backtest that end with the observed time, one after another; 0 for none, and None for one if the
        log is long enough.
    """

    options: Options
    cutoffs: int | None = None


def report_log(
    model: Path, paths: Sequence[str], until: str | None, asked: Asked, output: Path, console: Console
) -> Path:
    """Write the page of a saved model and of the customers of a log.

    Parameters
    ----------
    model, paths, until
        The saved model, the log, which is read as it was for the fit, and the last day that is observed.
    asked
        What the page shall hold.
    output
        The file to write, or an existing folder for it.
    console
        Where to print.

    Raises
    ------
    ArtifactError
        If the model cannot be read, or was saved without saying how its log was read.
    InputError
        If the log cannot be used, or the page not be written.
    """
    settings = store.read_manifest(model)["settings"]
    reading, fitted = Reading.from_settings(settings, model), store.load(model)
    with console.status("Reading and checking"):
        transactions = reading.transactions(paths)
        summary = transactions.summarize(until=until, **reading.keywords)
        findings = check(transactions, until=until, **reading.keywords)
    horizon = settings["horizon"]
    with console.status("Forecasting the past"):
        days = _cutoffs(transactions, summary, reading, asked.cutoffs, horizon)
        contenders = beside_rules(fitted, horizon, money=reading.amount is not None) if days else {}
        judged = _backtest(transactions, reading, contenders, days, horizon, asked.options.seed) if days else None
    with console.status("Valuing and drawing"):
        options = replace(asked.options, horizon=horizon)
        page = of_fit(fitted, summary, options, transactions=transactions, findings=findings, backtest=judged)
    if judged is None and asked.cutoffs is None:
        console.print(
            "No backtest: the log is too short for a window as long as the horizon, or the horizon is endless."
        )
    return _written(page, output, console)


def report_run(folder: Path, asked: Asked, output: Path, console: Console) -> Path:
    """Write the page of a retrain's run, from what the run kept.

    Parameters
    ----------
    folder
        Of the run, or of all runs (then of the one in force).
    asked
        Its options; a run has no backtest to make, and its customers are in its scores alone.
    output
        The file to write, or an existing folder for it.
    console
        Where to print.

    Raises
    ------
    ArtifactError
        If the run cannot be read.
    InputError
        If something is asked for that a run does not keep, or the page cannot be written.
    """
    if asked.cutoffs is not None or asked.options.customers:
        raise InputError(
            "The page of a run has the backtest that the run made, and no customers.",
            advice="Leave --cutoffs and --customers out; scores.parquet in the run's folder has the customers, and "
            "customers = 10 under [output] of the configuration puts them on the pages of later runs.",
        )
    found = stored_run(folder)
    value = found.model() if found.outcome.verdict.published else None
    return _written(of_retrain(found.outcome, asked.options, value=value), output, console)


def _written(page: Page, output: Path, console: Console) -> Path:
    written = page.save(output / _FILE if output.is_dir() else output)
    # As Text: names are the caller's, in which brackets are not markup.
    for sentence in page.verdict:
        console.print(Text(sentence))
    console.print(Text(f"Page written to {written}"), soft_wrap=True)
    return written


def _cutoffs(
    transactions: Transactions, summary: Summary, reading: Reading, number: int | None, horizon: object
) -> list[date]:
    """The last windows of the observed time, as many as are asked for."""
    unit, zone = reading.keywords["time_unit"], reading.keywords["timezone"]
    if number == 0:
        return []
    if Horizon.parse(horizon).endless:
        if number is None:
            return []
        raise InputError(
            "The whole future cannot be held to what happened.", advice="Use --cutoffs 0 for a page without backtest."
        )
    last = _day(summary)
    most = most_cutoffs(transactions, horizon, time_unit=unit, timezone=zone, until=last)
    if number is not None and number > most:
        raise InputError(
            f"The log has no room for {number} windows of {horizon} up to {last}, with something to learn from before.",
            advice=f"Use --cutoffs {most}{' for a page without backtest' if not most else ' or less'}.",
        )
    days = round(whole_days(horizon, TimeUnit.parse(unit)).in_unit(TimeUnit.DAY))
    return [last - timedelta(days=days * place) for place in range(min(1, most) if number is None else number, 0, -1)]


def _backtest(
    transactions: Transactions,
    reading: Reading,
    contenders: Mapping[str, Any],
    days: Sequence[date],
    horizon: object,
    seed: int,
) -> Backtest:
    """The saved model, fitted anew, and the rules of thumb at these cut-offs."""
    return backtest(
        transactions,
        contenders,
        cutoffs=list(days),
        horizon=horizon,
        seed=seed,
        keep_predictions=True,
        **reading.keywords,
    )


def _day(summary: Summary) -> date:
    until = summary.until
    if until is None:
        raise InputError("The end of observation is not known.", advice="Give --until.")
    return until.date() if isinstance(until, datetime) else until
