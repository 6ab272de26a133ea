"""The league table with its doubts."""

from math import isnan
from typing import TYPE_CHECKING

from clvmodels.plots.contenders import FIRST_ROW, ROW, name_rows
from clvmodels.plots.style import REFERENCE, dress
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_LEAGUE = Source(
    "league",
    "backtest.compare(reference)",
    (
        "contender",
        "reference",
        "target",
        "metric",
        "value",
        "reference_value",
        "difference",
        "lower",
        "upper",
        "verdict",
    ),
)


def league(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Every contender's difference to the reference with its interval, the best first; verdicts at the right.

    A hollow marker is a tie: the interval holds no difference. Where a difference is infinite or not available only the
    words are there.

    Parameters
    ----------
    table
        As `Backtest.compare` returns it.
    ax
        Where to draw; verdicts stand beside it.

    Raises
    ------
    WrongTypeError
        If it is no table.
    InputError
        If the table is another one or empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from clvmodels import plots
    >>> table = pd.DataFrame({"contender": ["past rate"], "reference": "BG/NBD", "target": "purchases"})
    >>> table = table.assign(metric="rmse", value=2.2, reference_value=1.6, difference=0.6, lower=0.4, upper=0.8)
    >>> ax = plots.league(table.assign(verdict="worse"), ax=Figure().add_subplot())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['BG/NBD (1.6)', 'past rate (2.2)']
    """
    _LEAGUE.require(table)
    rows = table.to_dict("records")
    first = rows[0]
    names = [_named(row["contender"], row["value"]) for row in rows]
    ax = name_rows(ax, [_named(first["reference"], first["reference_value"]), *names])
    ax.axvline(0.0, label="_reference", **REFERENCE)
    ax.plot(0.0, 0, **FIRST_ROW)
    _beside(ax, 0, "reference")
    for place, row in enumerate(rows, start=1):
        ax.hlines(place, row["lower"], row["upper"], color=ROW["color"], linewidth=2)
        face = "white" if row["verdict"] == "tie" else ROW["color"]
        ax.plot(row["difference"], place, markerfacecolor=face, label=row["contender"], **ROW)
        _beside(ax, place, row["verdict"])
    metric = str(first["metric"]).replace("_", " ")
    title = f"{str(first['target']).capitalize()} by {metric}"
    dress(ax, title=title, x=f"Difference in {metric} to the first row, with its interval", y="")
    return ax


def _named(contender: str, value: float) -> str:
    return contender if isnan(value) else f"{contender} ({value:,.4g})"


def _beside(ax: "Axes", row: int, words: str) -> None:
    ax.annotate(
        words, (1.0, row), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
        va="center", fontsize=9, color="#444444",
    )  # fmt: skip
