"""The commands."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from clvmodels.cli import options
from clvmodels.cli.names import METHOD, MODEL, NAMES, OTHER_METHODS, OTHER_MODELS
from clvmodels.cli.outcome import EXIT_CODES, FAILED, RETRAIN_CODES, SERIOUS, reported

app = typer.Typer(
    help=f"Customer lifetime value from a transaction log. {EXIT_CODES}",
    no_args_is_help=True,
    add_completion=False,
    # Tracebacks with local variables would print customers' data into logs.
    pretty_exceptions_show_locals=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from clvmodels import __version__

        Console().print(f"clvmodels {__version__}", highlight=False)
        raise typer.Exit


@app.callback()
def _commands(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def fit(
    log: options.Log,
    customer: options.Customer,
    time: options.Time,
    time_unit: options.Unit,
    horizon: Annotated[str, typer.Option(help='How far ahead, such as "1 year"; none: the whole future.')],
    output: Annotated[Path, typer.Option(help="Directory for the model.")],
    amount: options.Amount = None,
    until: options.Until = None,
    time_format: options.TimeFormat = None,
    timezone: options.Timezone = None,
    collapse: options.Collapse = "day",
    refunds: options.Refunds = "net",
    missing_ids: options.MissingIds = "drop",
    after_until: options.AfterUntil = "drop",
    include_first: options.IncludeFirst = False,
    first_seen_after: options.FirstSeenAfter = None,
    discount_rate: Annotated[float, typer.Option(help="Per year: 0.1 is ten percent.")] = 0.0,
    margin: Annotated[float, typer.Option(help="Share of revenue that is kept.")] = 1.0,
    retention_cost: Annotated[str | None, typer.Option(help='Cost of keeping a customer: "0.5 per year".')] = None,
    acquisition_cost: Annotated[float | None, typer.Option(help="Cost of winning a customer.")] = None,
    model: Annotated[str, typer.Option(help=f"Of purchases: {', '.join((MODEL, *OTHER_MODELS))}.")] = MODEL,
    method: Annotated[
        str, typer.Option(help=f"How to fit: {', '.join((METHOD, *OTHER_METHODS))}. Laplace has intervals always.")
    ] = METHOD,
    memory: options.Memory = "3GB",
    temp_directory: options.TempDirectory = None,
) -> None:
    """Fit a model of purchases, and Gamma-Gamma, to a log and save them."""
    from clvmodels.cli.commands import fit_log, horizon_of
    from clvmodels.cli.log import Reading, Source, Space
    from clvmodels.lifetime import Terms

    with reported():
        reading = Reading.of(
            customer, time, amount, time_format, time_unit=time_unit, collapse=collapse, refunds=refunds,
            missing_ids=missing_ids, after_until=after_until, timezone=timezone, include_first=include_first,
            first_seen_after=first_seen_after,
        )  # fmt: skip
        terms = Terms(
            horizon=horizon_of(horizon),
            discount_rate=discount_rate,
            margin=margin,
            retention_cost=retention_cost,
            acquisition_cost=acquisition_cost,
        )
        with Space.of(memory, temp_directory) as space:
            fit_log(reading, Source(log, until, space), terms, output, model, method)


@app.command()
def score(
    model: Annotated[Path, typer.Argument(help="Directory that clvmodels fit made.")],
    log: options.Log,
    output: Annotated[Path, typer.Option(help="File for the scores, .parquet or .csv.")],
    until: options.Until = None,
    horizon: Annotated[str | None, typer.Option(help="Another horizon than the model was saved with.")] = None,
    level: Annotated[float | None, typer.Option(help="Add intervals of this level, such as 0.9.")] = None,
    memory: options.Memory = "3GB",
    temp_directory: options.TempDirectory = None,
) -> None:
    """Score every customer of a log with a saved model; columns are read as they were for the fit."""
    from clvmodels.cli.commands import score_log
    from clvmodels.cli.log import Source, Space

    with reported(), Space.of(memory, temp_directory) as space:
        score_log(model, Source(log, until, space), horizon, output, level)


@app.command()
def check(
    log: options.Log,
    customer: options.Customer,
    time: options.Time,
    amount: options.Amount = None,
    time_unit: options.Unit = "week",
    until: options.Until = None,
    time_format: options.TimeFormat = None,
    timezone: options.Timezone = None,
    collapse: options.Collapse = "day",
    refunds: options.Refunds = "net",
    missing_ids: options.MissingIds = "drop",
    after_until: options.AfterUntil = "drop",
    first_seen_after: options.FirstSeenAfter = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 6 if something serious was found.")] = False,
    output: Annotated[Path | None, typer.Option(help="File for the findings, .parquet or .csv.")] = None,
) -> None:
    """Look at a log before the numbers that models make of it are believed."""
    from clvmodels.cli.check import check_log
    from clvmodels.cli.log import Reading

    with reported():
        reading = Reading.of(
            customer, time, amount, time_format, time_unit=time_unit, collapse=collapse, refunds=refunds,
            missing_ids=missing_ids, after_until=after_until, timezone=timezone, first_seen_after=first_seen_after,
        )  # fmt: skip
        ok = check_log(log, reading, until, output, Console())
    if strict and not ok:
        raise typer.Exit(SERIOUS)


@app.command()
def backtest(
    log: options.Log,
    customer: options.Customer,
    time: options.Time,
    time_unit: options.Unit,
    horizon: Annotated[str, typer.Option(help='Length of the windows that are forecast, such as "26 weeks".')],
    amount: options.Amount = None,
    cutoff: Annotated[list[str] | None, typer.Option(help="Last day that is known; several if repeated.")] = None,
    cutoffs: Annotated[
        int | None, typer.Option(help="So many windows, one after another, up to the log's end.")
    ] = None,
    contender: Annotated[list[str] | None, typer.Option(help=f"Who forecasts, if not all: {NAMES}.")] = None,
    output: Annotated[Path | None, typer.Option(help="Directory for tables and plots.")] = None,
    tables: Annotated[str, typer.Option(help="Kind of tables: csv or parquet.")] = "csv",
    pictures: Annotated[str, typer.Option(help="Kind of plots: png, svg or none.")] = "png",
    level: Annotated[float | None, typer.Option(help="Judge intervals of this level too, such as 0.8.")] = None,
    resamples: Annotated[int, typer.Option(help="By which it is told whether a difference is chance.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the random numbers.")] = 0,
    time_format: options.TimeFormat = None,
    timezone: options.Timezone = None,
    collapse: options.Collapse = "day",
    refunds: options.Refunds = "net",
    missing_ids: options.MissingIds = "drop",
    include_first: options.IncludeFirst = False,
    first_seen_after: options.FirstSeenAfter = None,
) -> None:
    """Forecast past windows with models and rules of thumb, and see who came nearest to what happened."""
    from clvmodels.cli.backtest import Contest, backtest_log
    from clvmodels.cli.backtest_files import Outputs
    from clvmodels.cli.log import Reading

    if cutoff and cutoffs is not None:
        raise typer.BadParameter("--cutoff names days and --cutoffs a number of them: give one of both.")
    with reported():
        reading = Reading.of(
            customer, time, amount, time_format, time_unit=time_unit, collapse=collapse, refunds=refunds,
            missing_ids=missing_ids, timezone=timezone, include_first=include_first, first_seen_after=first_seen_after,
        )  # fmt: skip
        number = 1 if cutoffs is None else cutoffs
        contest = Contest(horizon, tuple(cutoff or ()), number, tuple(contender or ()), level, resamples, seed)
        outputs = None if output is None else Outputs.of(output, tables, pictures)
        ok = backtest_log(log, reading, contest, outputs, Console())
    if not ok:
        raise typer.Exit(FAILED)


@app.command()
def report(
    model: Annotated[Path, typer.Argument(help="Directory that clvmodels fit made, or the folder of a retrain's run.")],
    log: Annotated[
        list[str] | None, typer.Argument(help="Files or patterns, as for fit; of a run, none.", show_default=False)
    ] = None,
    output: Annotated[Path, typer.Option(help="Where to write the page.")] = Path("clvmodels-report.html"),
    until: options.Until = None,
    cutoffs: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Windows of a backtest against rules of thumb, up to the end; 0 for none. By default 1, if the log is "
            "long enough.",
        ),
    ] = None,
    currency: Annotated[str, typer.Option(help='Of the amounts, such as "$" or "EUR".')] = "",
    customers: Annotated[int, typer.Option(min=0, help="List so many of the most valuable customers by id.")] = 0,
    level: Annotated[float, typer.Option(help="Of intervals.")] = 0.9,
    title: Annotated[str, typer.Option(help="Of the page.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Of the random numbers.")] = 0,
) -> None:
    """Write one HTML page about a saved model and the customers of a log, or a retrain, for people who read no code."""
    from clvmodels.cli.report import Asked, report_log, report_run
    from clvmodels.report import Options
    from clvmodels.retrain import holds_run

    with reported():
        chosen = Options(title=title, currency=currency, level=level, customers=customers, seed=seed)
        asked = Asked(chosen, cutoffs)
        if holds_run(model):
            if log or until is not None:
                raise typer.BadParameter(
                    "The page of a run is made of what the run kept: leave the log and --until out."
                )
            report_run(model, asked, output, Console())
        elif log:
            report_log(model, log, until, asked, output, Console())
        else:
            raise typer.BadParameter("Name the log too, unless it is the folder of a retrain's run.")


@app.command(help=f"Refit on schedule, and publish the new fit and its scores if it passes its gates. {RETRAIN_CODES}")
def retrain(
    config: Annotated[Path, typer.Argument(help="The TOML file that clvmodels init writes.")],
    date: Annotated[str | None, typer.Option(help="Day for which the job runs; by default today.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything but write.")] = False,
    back_to: Annotated[
        str | None, typer.Option(help="Fit nothing, but put this earlier run in force again: the name of its folder.")
    ] = None,
) -> None:
    """Refit on schedule, and publish the new fit and its scores if it passes its gates."""
    from clvmodels.cli.retrain import run_back, run_retrain
    from clvmodels.cli.retrain_outcome import exit_code, told

    if back_to is not None:
        if date is not None or dry_run:
            raise typer.BadParameter("--back-to runs nothing: leave --date and --dry-run out.")
        with told():
            run_back(config, back_to, Console())
        return
    with told():
        outcome = run_retrain(config, date, dry_run=dry_run, console=Console())
    raise typer.Exit(exit_code(outcome))


@app.command()
def init(
    config: Annotated[Path, typer.Argument(help="The file to write.")] = Path("clv.toml"),
    log: Annotated[str | None, typer.Option(help="Files or pattern of the log; without it an example is made.")] = None,
    customer: Annotated[str | None, typer.Option(help="Column of customer ids.")] = None,
    time: Annotated[str | None, typer.Option(help="Column of times.")] = None,
    amount: Annotated[str | None, typer.Option(help="Column of amounts.")] = None,
) -> None:
    """Write a commented configuration for the command retrain."""
    from clvmodels.cli.retrain import write_config

    with reported():
        written = write_config(config, log=log, columns={"customer": customer, "time": time, "amount": amount})
    Console().print(Text(f"Written: {', '.join(map(str, written))}"), soft_wrap=True)


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where to write the page.")] = Path("clvmodels-demo.html"),
) -> None:
    """Run the main job on the CDNOW sample that ships with the package."""
    from clvmodels.cli.demo import run_demo

    with reported():
        run_demo(output, Console())
