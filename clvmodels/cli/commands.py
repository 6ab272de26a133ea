"""What the commands `fit` and `score` do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from clvmodels import store
from clvmodels.cli.contenders import model_of
from clvmodels.cli.log import Reading
from clvmodels.cli.names import MODEL
from clvmodels.errors import NotConvergedError
from clvmodels.fitting import Fit, PurchaseFit
from clvmodels.lifetime import LifetimeValue, Terms
from clvmodels.models import GammaGamma, PurchaseModel
from clvmodels.transactions import Summary, check_target, write


def fit_log(
    paths: Sequence[str], reading: Reading, until: str | None, terms: Terms, output: Path, model_name: str = MODEL
) -> None:
    """Fit a log and save the model, unless a fit does not converge."""
    console, purchases = Console(), model_of(model_name)
    with _step(console, "Reading and summarising"):
        summary = reading.summary(paths, until)
        console.print(Text(str(summary.report)))
    with _step(console, "Fitting"):
        model = _fit(purchases, summary, terms, with_spend=reading.amount is not None)
    for fit in _fits(model):
        _print_parameters(fit, console)
        if not fit.diagnostics.ok:
            raise NotConvergedError(fit.diagnostics.message, advice="Nothing was saved.")
    if isinstance(model, LifetimeValue):
        with _step(console, "Valuing"):
            total = model.total(summary)
        console.print(f"Value of these customers, horizon {terms.horizon or 'the whole future'}: {total}")
    settings = {"reading": reading.as_settings(), "horizon": terms.horizon}
    console.print(f"Saved to {store.save(model, output, settings=settings)}", soft_wrap=True)


def score_log(model_path: Path, paths: Sequence[str], until: str | None, horizon: str | None, output: Path) -> None:
    """Score the customers of a log and write a table of them."""
    console = Console()
    target = check_target(output)
    settings = store.read_manifest(model_path)["settings"]
    reading = Reading.from_settings(settings, model_path)
    model = store.load(model_path)
    ahead = settings["horizon"] if horizon is None else horizon_of(horizon)
    with _step(console, "Reading and summarising"):
        summary = reading.summary(paths, until)
        console.print(Text(str(summary.report)))
    with _step(console, "Scoring"):
        value = isinstance(model, LifetimeValue)
        write(model.over(ahead).predict(summary) if value else model.predict(summary, ahead), target)
    console.print(f"Scores written to {target}", soft_wrap=True)


def horizon_of(text: str) -> str | None:
    """The horizon as Python takes it: the whole future has no name in text."""
    return None if text == "none" else text


def _fit(model: PurchaseModel, summary: Summary, terms: Terms, *, with_spend: bool) -> PurchaseFit | LifetimeValue:
    purchases = model.fit(summary)
    if not with_spend:
        return purchases
    return LifetimeValue(
        purchases, GammaGamma().fit(summary), **{f.name: getattr(terms, f.name) for f in fields(Terms)}
    )


def _fits(model: PurchaseFit | LifetimeValue) -> list[Fit]:
    parts = [model.purchases, model.spend] if isinstance(model, LifetimeValue) else [model]
    return [part for part in parts if isinstance(part, Fit)]


def _print_parameters(fit: Fit, console: Console) -> None:
    table = Table(title=f"{fit.model.name}, {fit.customers:,} customers", title_justify="left")
    for column in ("parameter", "estimate", "std error", "95% from", "to"):
        table.add_column(column, justify="left" if column == "parameter" else "right")
    numbers = fit.parameters()
    figures = numbers[["estimate", "std_error", "lower", "upper"]].to_numpy()
    for symbol, row in zip(numbers["parameter"], figures, strict=True):
        table.add_row(str(symbol), *(f"{value:.5g}" for value in row))
    console.print(table)
    console.print(f"Log-likelihood {fit.log_likelihood:,.3f}. {fit.diagnostics.message}")


@contextmanager
def _step(console: Console, text: str) -> Iterator[None]:
    """A line with a spinner and the time that passes, on terminals; in a log file nothing moves."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        progress.add_task(text)
        yield
