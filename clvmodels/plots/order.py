"""Whether the customers with the highest forecasts are the best ones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clvmodels.plots.contenders import canvas, drawn, legend_beside, line
from clvmodels.plots.room import every, room
from clvmodels.plots.style import REFERENCE, dress, percent
from clvmodels.plots.tables import Source
from clvmodels.plots.words import words_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_LIFT = Source("lift", "backtest.lift(target)", ("contender", "group", "lift"))
_CUMULATIVE_GAIN = Source("cumulative_gain", "backtest.cumulative_gain(target)", ("contender", "share", "gain", "best"))
_CHANCE = REFERENCE | {"linestyle": (0, (1, 2))}
# Groups that are named, and points that each name takes.
_MOST_TICKS, _TICK = 20, 16.0


def lift(
    table: "pd.DataFrame",
    target: str | None = None,
    highlight: Sequence[str] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    r"""Mean outcome of groups over everybody's, from the highest forecasts to the lowest.

    Parameters
    ----------
    table
        As `Backtest.lift` returns it.
    target, highlight, ax
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
    >>> table = pd.DataFrame({"contender": "BG/NBD", "group": [1, 2], "lift": [1.8, 0.2]})
    >>> plots.lift(table, "purchases", ax=Figure().add_subplot()).get_ylabel()
    'Actual purchases per customer,\nas a multiple of the average'
    """
    _LIFT.require(table)
    words, contenders = words_of(target), drawn(table, highlight)
    ax = canvas(ax)
    ax.axhline(1.0, label="_average", **REFERENCE)
    for one in contenders:
        line(ax, one, one.rows["group"], one.rows["lift"])
    groups = sorted(set(table["group"]))
    legend_beside(ax, contenders, {"average customer": REFERENCE})
    if len(groups) <= _MOST_TICKS:
        ax.set_xticks(groups[:: every(len(groups), room(ax)[0], _TICK)])
    if ax.dataLim.y0 >= 0:
        ax.set_ylim(bottom=0.0)
    y = f"{words.actual},\nas a multiple of the average"
    dress(ax, title="Lift", x="Group of customers, 1: the highest forecasts", y=y)
    return ax


def cumulative_gain(
    table: "pd.DataFrame",
    target: str | None = None,
    highlight: Sequence[str] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Share of the actual total that the customers with the highest forecasts hold.

    The upper thin line is the best possible order, which knows the outcome; the diagonal is an order by chance.

    Parameters
    ----------
    table
        As `Backtest.cumulative_gain` returns it.
    target, highlight, ax
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
    >>> table = pd.DataFrame({"contender": "BG/NBD", "share": [0.0, 0.5, 1.0], "gain": [0.0, 0.8, 1.0]})
    >>> plots.cumulative_gain(table.assign(best=[0.0, 0.9, 1.0]), "revenue", ax=Figure().add_subplot()).get_ylabel()
    'Share of all revenue'
    """
    _CUMULATIVE_GAIN.require(table)
    words, contenders = words_of(target), drawn(table, highlight)
    ax = canvas(ax)
    ax.plot([0, 1], [0, 1], label="_chance", **_CHANCE)
    for one in contenders:
        # Who failed at a cut-off has other customers, and another best order.
        ax.plot(one.rows["share"], one.rows["best"], label="_best", **REFERENCE)
        line(ax, one, one.rows["share"], one.rows["gain"], markevery=_every_tenth(len(one.rows)))
    percent(ax.xaxis, ax.yaxis)
    ax.set_xlim(0.0, 1.0)
    if ax.dataLim.y0 >= 0:
        ax.set_ylim(bottom=0.0)
    legend_beside(ax, contenders, {"best possible": REFERENCE, "by chance": _CHANCE})
    dress(ax, title="Cumulative gain", x="Share of customers, the highest forecasts first", y=words.share)
    return ax


def _every_tenth(points: int) -> slice:
    """Markers but at the ends, where the frame would cut them."""
    step = max(1, points // 10)
    return slice(step, -1, step)
