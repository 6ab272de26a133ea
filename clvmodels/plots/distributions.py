"""Whether predictive distributions are as wide as they should be."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clvmodels.plots.contenders import Drawn, canvas, drawn, legend_beside, line
from clvmodels.plots.style import REFERENCE, dress, percent
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_COVERAGE = Source("coverage", "backtest.coverage(target)", ("contender", "level", "probability", "coverage"))
_PIT = Source("pit", "backtest.pit(target)", ("contender", "lower", "upper", "density"))


def coverage(table: "pd.DataFrame", highlight: Sequence[str] | None = None, ax: "Axes | None" = None) -> "Axes":
    """What intervals hold against what they claim; right distributions have their filled markers on the diagonal.

    A filled marker stands at the probability that the forecast itself puts on its intervals, a hollow one at their
    nominal level: for counts, which have steps, the first exceeds the second even where all is right.

    Parameters
    ----------
    table
        As `Backtest.coverage` returns it.
    highlight, ax
        As for `calibration`.

    Raises
    ------
    WrongTypeError
        If it is no table.
    InputError
        If the table is another one or empty, or names are not possible.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from clvmodels import plots
    >>> table = pd.DataFrame({"contender": "BG/NBD", "level": [0.5, 0.9], "probability": [0.7, 0.95]})
    >>> plots.coverage(table.assign(coverage=[0.68, 0.94]), ax=Figure().add_subplot()).get_ylabel()
    'Share of outcomes that the intervals hold'
    """
    _COVERAGE.require(table)
    contenders = drawn(table, highlight)
    ax = canvas(ax)
    for one in contenders:
        rows = one.rows.sort_values("level")
        line(ax, one, rows["level"], rows["coverage"], markerfacecolor="white", linestyle="none")
        line(ax, one, rows["probability"], rows["coverage"])
    least = min(ax.dataLim.x0, ax.dataLim.y0, 0.9) - 0.03
    ax.axline((0.0, 0.0), (1.0, 1.0), label="_diagonal", **REFERENCE)
    ax.set_xlim(least, 1.02)
    ax.set_ylim(least, 1.02)
    percent(ax.xaxis, ax.yaxis)
    legend_beside(ax, contenders, {"holds what it claims": REFERENCE})
    x = "What they claim (hollow: nominal level;\nfilled: probability that the forecast puts on them)"
    dress(ax, title="Intervals", x=x, y="Share of outcomes that the intervals hold")
    return ax


def pit(table: "pd.DataFrame", highlight: Sequence[str] | None = None, ax: "Axes | None" = None) -> "Axes":
    """Where outcomes fell in their predictive distributions: flat if these are right.

    High ends are outcomes that surprise: intervals are too narrow. A hill is intervals that are too wide, a slope a
    forecast that is too low (rising) or too high (falling).

    Parameters
    ----------
    table
        As `Backtest.pit` returns it.
    highlight, ax
        As for `calibration`.

    Raises
    ------
    WrongTypeError
        If it is no table.
    InputError
        If the table is another one or empty, or names are not possible.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from clvmodels import plots
    >>> table = pd.DataFrame({"contender": "BG/NBD", "lower": [0.0, 0.5], "upper": [0.5, 1.0], "density": [0.9, 1.1]})
    >>> plots.pit(table, ax=Figure().add_subplot()).get_ylabel()
    'Density of outcomes'
    """
    _PIT.require(table)
    contenders = drawn(table, highlight)
    ax = canvas(ax)
    for one in contenders:
        if len(contenders) == 1:
            _bars(ax, one)
        else:
            line(ax, one, (one.rows["lower"] + one.rows["upper"]) / 2, one.rows["density"])
    ax.axhline(1.0, label="_flat", **REFERENCE)
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, max(2.0, ax.get_ylim()[1]))
    x = "Where the outcome fell in its predictive distribution (0: lowest, 1: highest)"
    legend_beside(ax, contenders, {"as it should be": REFERENCE})
    dress(ax, title="Probability integral transform", x=x, y="Density of outcomes")
    return ax


def _bars(ax: "Axes", one: Drawn) -> None:
    edges = [*one.rows["lower"], one.rows["upper"].iloc[-1]]
    ax.stairs(one.rows["density"], edges, fill=True, color=one.look["color"], alpha=0.25, label="_area")
    ax.stairs(one.rows["density"], edges, color=one.look["color"], linewidth=1.7, label=one.name)
