"""What the command `report` does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from clvmodels import store
from clvmodels.cli.contenders import contenders_of
from clvmodels.cli.log import Reading
from clvmodels.errors import InputError
from clvmodels.evaluation import Backtest, backtest, check
from clvmodels.report import Options, of_fit
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
        Windows of a backtest that end with the observed time, one after another; 0 for none.
    """

    options: Options
    cutoffs: int


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
        judged = None if not asked.cutoffs else _backtest(transactions, summary, reading, asked, horizon)
    with console.status("Valuing and drawing"):
        options = replace(asked.options, horizon=horizon)
        page = of_fit(fitted, summary, options, transactions=transactions, findings=findings, backtest=judged)
        written = page.save(output / _FILE if output.is_dir() else output)
    # As Text: names are the caller's, in which brackets are not markup.
    for sentence in page.verdict:
        console.print(Text(sentence))
    console.print(Text(f"Page written to {written}"), soft_wrap=True)
    return written


def _backtest(
    transactions: Transactions, summary: Summary, reading: Reading, asked: Asked, horizon: object
) -> Backtest:
    """The same kind of model and the rules of thumb, in the last windows of the observed time."""
    if Horizon.parse(horizon).endless:
        raise InputError(
            "The whole future cannot be held to what happened.", advice="Use --cutoffs 0 for a page without backtest."
        )
    unit = TimeUnit.parse(reading.keywords["time_unit"])
    days = round(whole_days(horizon, unit).in_unit(TimeUnit.DAY))
    last = _day(summary)
    return backtest(
        transactions,
        contenders_of((), str(horizon), money=reading.amount is not None),
        cutoffs=[last - timedelta(days=days * place) for place in range(asked.cutoffs, 0, -1)],
        horizon=horizon,
        seed=asked.options.seed,
        keep_predictions=True,
        **reading.keywords,
    )


def _day(summary: Summary) -> date:
    until = summary.until
    if until is None:
        raise InputError("The end of observation is not known.", advice="Give --until.")
    return until.date() if isinstance(until, datetime) else until
