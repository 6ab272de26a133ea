"""What the command `backtest` does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clvmodels.cli.backtest_files import Outputs
from clvmodels.cli.contenders import contenders_of
from clvmodels.cli.log import Reading
from clvmodels.evaluation import Backtest, also_first, backtest, last_cutoffs, verdict
from clvmodels.evaluation.backtesting.words import heading, league_tables

if TYPE_CHECKING:
    import pandas as pd

_DOUBT = (
    "Ties are told by resampling customers {resamples:,} times, at 95%. That does not know that another year may be "
    "another year."
)

# Of a contender's name in one line.
_MOST_LETTERS = 24


@dataclass(frozen=True)
class Contest:
    """Who is asked what.

    Attributes
    ----------
    horizon
        Length of the windows.
    days
        Cut-offs; where there are none, `number` windows up to the log's end.
    number
        Of windows.
    names
        Of contenders; empty for all.
    level
        Of intervals, or None.
    resamples, seed
        Of the comparison.
    """

    horizon: str
    days: tuple[str, ...]
    number: int
    names: tuple[str, ...]
    level: float | None
    resamples: int
    seed: int


def backtest_log(
    paths: Sequence[str], reading: Reading, contest: Contest, outputs: Outputs | None, console: Console
) -> bool:
    """Run the contest on a log, print its tables, and write them if a directory is named; whether nobody failed.

    Raises
    ------
    InputError
        If the log or a setting cannot be used, or the files not be written.
    """
    contenders = contenders_of(contest.names, contest.horizon, money=reading.amount is not None)
    transactions = reading.transactions(paths)
    unit, zone = reading.keywords["time_unit"], reading.keywords["timezone"]
    days = contest.days or last_cutoffs(transactions, contest.number, contest.horizon, time_unit=unit, timezone=zone)
    found = backtest(
        transactions, contenders, cutoffs=days, horizon=contest.horizon, level=contest.level, seed=contest.seed,
        keep_predictions=True, **reading.keywords,
    )  # fmt: skip
    with console.status("Comparing"):
        differences = {
            target: found.compare(target=target, replicates=contest.resamples, seed=contest.seed)
            for target in _targets(found)
        }
    _print(found, differences, contest, console)
    if outputs is not None:
        with console.status("Writing"):
            written = outputs.write(found, differences)
        console.print(Text(f"{written} written to {outputs.folder}"), soft_wrap=True)
    return found.ok


def _targets(found: Backtest) -> list[str]:
    """What was judged, value only where it is not revenue once more."""
    return [target for target in found.targets if target != "value" or not found.settings.value_is_revenue]


def _print(found: Backtest, differences: Mapping[str, Any], contest: Contest, console: Console) -> None:
    # As Text: messages quote the caller's data, in which brackets are not markup.
    console.print(Text(heading(found), style="bold"))
    for title, table in league_tables(found):
        console.print()
        console.print(_table(title, table, len(found.origins), console.width))
    console.print()
    for cutoff, contender, message in found.failures.itertuples(index=False):
        console.print(Text(f"{contender} failed at {cutoff}. ", style="bold red").append(message, style="not bold"))
    for row in found.notes.itertuples():
        if row.kind != "not available":
            console.print(Text(f"{row.contender} at {row.cutoff} is {row.kind}: {row.message}", style="yellow"))
    if len(found.contenders) > 1:
        for target, comparison in differences.items():
            console.print(Text(verdict(comparison), style="bold"))
            elsewhere = also_first(found, target, comparison["reference"].iloc[0])
            if elsewhere:
                console.print(Text(elsewhere))
        console.print(Text(_DOUBT.format(resamples=contest.resamples), style="dim"))


def _table(title: str, table: "pd.DataFrame", cutoffs: int, width: int) -> Table:
    """A league table as wide as the screen; at how many cut-offs contenders forecast is told only if some failed."""
    if "cutoffs" in table and (table["cutoffs"] == cutoffs).all():
        table = table.drop(columns="cutoffs")
    widths = [_width(str(name), table[name]) for name in table]
    shown = _fitting(widths, width)
    more = [name.replace("_", " ") for name in table.columns[shown:]]
    drawn = Table(
        title=Text(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=0, show_edge=False,
        caption=Text(f"On a wider screen: {', '.join(more)}.") if more else None, caption_justify="left",
    )  # fmt: skip
    for place, (name, least) in enumerate(zip(table.columns[:shown], widths, strict=False)):
        drawn.add_column(name.replace("_", " "), justify="right" if place else "left", overflow="fold", width=least)
    for row in table.itertuples(index=False):
        drawn.add_row(*(Text(str(cell)) for cell in row[:shown]))
    return drawn


def _width(name: str, cells: "pd.Series") -> int:
    """Letters that a column needs: names of measures may be broken between words, those of contenders fold."""
    words = max(map(len, name.split("_")))
    longest = max(map(len, map(str, cells)), default=0)
    return max(words, min(longest, _MOST_LETTERS) if name == "contender" else longest)


def _fitting(widths: Sequence[int], width: int) -> int:
    """How many columns fit, with a blank between them; never fewer than three."""
    return max(3, sum(total <= width for total in accumulate(letters + 1 for letters in widths)))
