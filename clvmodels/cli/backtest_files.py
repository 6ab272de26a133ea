"""What the command `backtest` writes: tables, plots and a page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clvmodels import plots
from clvmodels.errors import InputError
from clvmodels.evaluation import Backtest
from clvmodels.plots.contenders import LOOKS
from clvmodels.report import of_backtest
from clvmodels.transactions import write

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_TABLES, _PICTURES = ("csv", "parquet"), ("png", "svg", "none")
_PAGE = "report.html"
_INCHES, _DOTS_PER_INCH = (8.2, 5.0), 120


@dataclass(frozen=True)
class Outputs:
    """Where results are written, and of which kind the files are.

    Attributes
    ----------
    folder
        Exists.
    tables
        "csv" or "parquet".
    pictures
        "png", "svg" or "none".
    """

    folder: Path
    tables: str
    pictures: str

    @classmethod
    def of(cls, folder: Path, tables: str, pictures: str) -> "Outputs":
        """Check the kinds and make the folder: before long work begins.

        Raises
        ------
        InputError
            If a kind is not known, or the folder cannot be made.
        """
        for name, kind, known in (("tables", tables, _TABLES), ("pictures", pictures, _PICTURES)):
            if kind not in known:
                raise InputError(f"--{name} {kind} is not possible.", advice=f"Use one of {', '.join(known)}.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"The folder cannot be made: {error}.", advice="Name another with --output.") from error
        return cls(folder, tables, pictures)

    def write(self, found: Backtest, differences: Mapping[str, "pd.DataFrame"]) -> str:
        """Write everything; in words, what that was.

        Parameters
        ----------
        found
            The backtest.
        differences
            Tables of `Backtest.compare` by target.
        """
        tables = dict(_tables(found, differences))
        for name, table in tables.items():
            write(table, self.folder / f"{name}.{self.tables}")
        drawn = [] if self.pictures == "none" else list(_pictures(found, differences))
        for name, draw in drawn:
            self._draw(name, draw)
        of_backtest(found, differences=differences).save(self.folder / _PAGE)
        return f"{len(tables)} tables, {len(drawn)} plots and {_PAGE}"

    def _draw(self, name: str, draw: Callable[..., Any]) -> None:
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        # A figure of its own, for pyplot would look for a screen.
        figure = Figure(figsize=_INCHES, layout="constrained")
        draw(ax=figure.add_subplot())
        # Without a salt and with a date, two files of the same numbers would differ.
        metadata = {"Date": None} if self.pictures == "svg" else {}
        with rc_context({"svg.hashsalt": "clvmodels"}):
            figure.savefig(self.folder / f"{name}.{self.pictures}", dpi=_DOTS_PER_INCH, metadata=metadata)


def _tables(found: Backtest, differences: Mapping[str, "pd.DataFrame"]) -> Iterator[tuple[str, "pd.DataFrame"]]:
    """Tables by the names of their files, all targets one below the other."""
    import pandas as pd

    yield "league", pd.concat([found.league(target).assign(target=target) for target in differences])
    yield "differences", pd.concat(list(differences.values()))
    yield "scores", found.scores
    yield "cutoffs", found.cutoffs
    yield "remarks", pd.concat([found.failures.assign(kind="failed"), found.notes])


def _pictures(
    found: Backtest, differences: Mapping[str, "pd.DataFrame"]
) -> Iterator[tuple[str, Callable[..., "Axes"]]]:
    """Functions that draw on given axes, by the names of their files; the best eight contenders in colour."""
    best = list(found.league()["contender"])[: len(LOOKS)]
    for target, comparison in differences.items():
        tables = {
            "calibration": found.calibration(target),
            "lift": found.lift(target),
            "cumulative_gain": found.cumulative_gain(target),
            "totals": found.tracking(target),
        }
        for name, table in tables.items():
            if len(table):
                yield f"{target}_{name}", partial(getattr(plots, name), table, target, best)
        if target != "activity":
            for name in ("coverage", "pit"):
                table = getattr(found, name)(target)
                if len(table):
                    yield f"{target}_{name}", partial(getattr(plots, name), table)
        if len(comparison):
            yield f"{target}_league", partial(plots.league, comparison)
