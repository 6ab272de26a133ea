"""What the commands `fit` and `score` do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from clvmodels import store
from clvmodels.cli.contenders import method_of, model_of
from clvmodels.cli.log import Reading, Source
from clvmodels.cli.names import METHOD, MODEL
from clvmodels.errors import NotConvergedError
from clvmodels.estimate import Estimate
from clvmodels.fitting import Fit, Method, PurchaseFit, tails_of
from clvmodels.lifetime import LifetimeValue, Terms
from clvmodels.models import GammaGamma, PurchaseModel, SpendModel
from clvmodels.transactions import Summary, blocks_of, check_target, write_predictions

_NO_INTERVALS = "A fit at a boundary gives no intervals; --method Laplace fits with priors, and has them."


def fit_log(
    reading: Reading, source: Source, terms: Terms, output: Path, model_name: str = MODEL, method_name: str = METHOD
) -> None:
    """Fit a log and save the model, unless a fit does not converge."""
    console, purchases, method = Console(), model_of(model_name), method_of(method_name)
    with _step(console, "Reading and summarising"):
        summary = reading.summary(source)
        console.print(Text(str(summary.report)))
    with _step(console, "Fitting"):
        spend = None if reading.amount is None else GammaGamma()
        model = _fit((purchases, spend), summary, terms, method)
    for fit in _fits(model):
        _print_parameters(fit, console)
        if not fit.diagnostics.ok:
            raise NotConvergedError(fit.diagnostics.message, advice="Nothing was saved.")
    if isinstance(model, LifetimeValue):
        with _step(console, "Valuing", summary.report.customers) as done:
            total = _total(model, summary, done)
        console.print(f"Value of these customers, horizon {terms.horizon or 'the whole future'}: {total}")
    settings = {"reading": reading.as_settings(), "horizon": terms.horizon}
    console.print(f"Saved to {store.save(model, output, settings=settings)}", soft_wrap=True)
    if any(fit.covariance is None and len(fit.draws) == 1 for fit in _fits(model)):
        console.print(_NO_INTERVALS)


def score_log(model_path: Path, source: Source, horizon: str | None, output: Path, level: float | None = None) -> None:
    """Score the customers of a log and write a table of them, with intervals if a level is given."""
    console = Console()
    if level is not None:
        tails_of(level)
    target = check_target(output)
    settings = store.read_manifest(model_path)["settings"]
    reading = Reading.from_settings(settings, model_path)
    model = store.load(model_path)
    ahead = settings["horizon"] if horizon is None else horizon_of(horizon)
    with _step(console, "Reading and summarising"):
        summary = reading.summary(source)
        console.print(Text(str(summary.report)))
    predict = model.over(ahead).predict if isinstance(model, LifetimeValue) else partial(model.predict, horizon=ahead)
    if level is not None:
        predict = partial(predict, level=level)
    with _step(console, "Scoring", summary.report.customers) as done:
        write_predictions(summary, predict, target, done)
    console.print(f"Scores written to {target}", soft_wrap=True)


def horizon_of(text: str) -> str | None:
    """The horizon as Python takes it: the whole future has no name in text."""
    return None if text == "none" else text


def _fit(
    models: tuple[PurchaseModel, SpendModel | None], summary: Summary, terms: Terms, method: Method
) -> PurchaseFit | LifetimeValue:
    purchases = models[0].fit(summary, method)
    if models[1] is None:
        return purchases
    return LifetimeValue(purchases, models[1].fit(summary, method), **terms.terms())


def _total(model: LifetimeValue, summary: Summary, done: Callable[[int], None]) -> Estimate:
    """What `LifetimeValue.total` is, without all customers in memory."""
    total = 0.0
    for block in blocks_of(summary):
        total += model.total(block).mean
        done(len(block))
    return Estimate(total)


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
def _step(console: Console, text: str, customers: int | None = None) -> Iterator[Callable[[int], None]]:
    """A line with a spinner and the time that passes, on terminals; in a log file nothing moves.

    With a number of customers also a bar, which what is yielded moves on.
    """
    share = () if customers is None else (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *share, TimeElapsedColumn())
    # Elsewhere than on a terminal it would leave an empty line.
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(text, total=customers)
        yield partial(progress.advance, task)
