"""The commands."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from clvmodels.cli.outcome import EXIT_CODES, reported

app = typer.Typer(
    help=f"Customer lifetime value from a transaction log. {EXIT_CODES}",
    no_args_is_help=True,
    add_completion=False,
    # Tracebacks with local variables would print customers' data into logs.
    pretty_exceptions_show_locals=False,
)

Log = Annotated[list[str], typer.Argument(help='Parquet or CSV files, or patterns such as "log/*.parquet".')]
Until = Annotated[str | None, typer.Option(help="Last day that is observed; by default the log's last whole day.")]


@app.callback()
def _commands() -> None:
    pass


@app.command()
def fit(
    log: Log,
    customer: Annotated[str, typer.Option(help="Column of customer ids.")],
    time: Annotated[str, typer.Option(help="Column of times.")],
    time_unit: Annotated[str, typer.Option(help="Unit of the model's times: hour, day, week, month or year.")],
    horizon: Annotated[str, typer.Option(help='How far ahead, such as "1 year"; none: the whole future.')],
    output: Annotated[Path, typer.Option(help="Directory for the model.")],
    amount: Annotated[
        str | None, typer.Option(help="Column of amounts; without it only purchases are modelled.")
    ] = None,
    until: Until = None,
    time_format: Annotated[str | None, typer.Option(help="Format of times that are not ISO 8601.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone in which aware times are cut into days.")] = None,
    collapse: Annotated[str, typer.Option(help="Purchases that count once: of a day, of a week, or none.")] = "day",
    refunds: Annotated[str, typer.Option(help="Negative amounts: net, ignore or error.")] = "net",
    missing_ids: Annotated[str, typer.Option(help="Rows without a customer: drop or error.")] = "drop",
    after_until: Annotated[str, typer.Option(help="Rows after --until: drop or error.")] = "drop",
    include_first: Annotated[bool, typer.Option(help="Let first purchases inform the order value.")] = False,
    first_seen_after: Annotated[str | None, typer.Option(help="Keep customers first seen after this day.")] = None,
    discount_rate: Annotated[float, typer.Option(help="Per year: 0.1 is ten percent.")] = 0.0,
    margin: Annotated[float, typer.Option(help="Share of revenue that is kept.")] = 1.0,
    retention_cost: Annotated[str | None, typer.Option(help='Cost of keeping a customer: "0.5 per year".')] = None,
    acquisition_cost: Annotated[float | None, typer.Option(help="Cost of winning a customer.")] = None,
) -> None:
    """Fit BG/NBD and Gamma-Gamma to a log and save the model."""
    from clvmodels.cli.commands import fit_log, horizon_of
    from clvmodels.cli.log import Reading
    from clvmodels.lifetime import Terms

    with reported():
        keywords = {
            "time_unit": time_unit,
            "collapse": None if collapse == "none" else collapse,
            "refunds": refunds,
            "missing_ids": missing_ids,
            "after_until": after_until,
            "timezone": timezone,
            "include_first": include_first,
            "first_seen_after": first_seen_after,
        }
        terms = Terms(
            horizon=horizon_of(horizon),
            discount_rate=discount_rate,
            margin=margin,
            retention_cost=retention_cost,
            acquisition_cost=acquisition_cost,
        )
        fit_log(log, Reading(customer, time, amount, time_format, keywords), until, terms, output)


@app.command()
def score(
    model: Annotated[Path, typer.Argument(help="Directory that clvmodels fit made.")],
    log: Log,
    output: Annotated[Path, typer.Option(help="File for the scores, .parquet or .csv.")],
    until: Until = None,
    horizon: Annotated[str | None, typer.Option(help="Another horizon than the model was saved with.")] = None,
) -> None:
    """Score every customer of a log with a saved model; columns are read as they were for the fit."""
    from clvmodels.cli.commands import score_log

    with reported():
        score_log(model, log, until, horizon, output)


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where to write the page.")] = Path("clvmodels-demo.html"),
) -> None:
    """Run the main job on the CDNOW sample that ships with the package."""
    from clvmodels.cli.demo import run_demo

    with reported():
        run_demo(output, Console())
