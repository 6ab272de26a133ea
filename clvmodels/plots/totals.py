"""Totals of all customers, expected and actual."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clvmodels.plots.contenders import FIRST_ROW, ROW, canvas, drawn, legend_beside, line, name_rows
from clvmodels.plots.style import ACTUAL, REFERENCE, dress, thousands, time_axis
from clvmodels.plots.tables import Source
from clvmodels.plots.words import words_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_TOTALS = Source("totals", "backtest.tracking(target)", ("cutoff", "contender", "expected", "actual"))
_ACTUAL = ACTUAL | {"linestyle": "-", "linewidth": 3.2, "alpha": 0.55, "marker": "", "zorder": 1.8}


def totals(
    table: "pd.DataFrame",
    target: str | None = None,
    highlight: Sequence[str] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Expected and actual totals of the windows after the cut-offs, over time; of one cut-off, row by row.

    Parameters
    ----------
    table
        As `Backtest.tracking` returns it.
    target, highlight, ax
        As for `calibration`; rows of one cut-off are named, and nobody is highlighted.

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
    >>> table = pd.DataFrame({"cutoff": pd.to_datetime(["1997-06-30", "1997-12-31"]), "contender": "BG/NBD"})
    >>> table = table.assign(expected=[9.0, 5.0], actual=[8, 6])
    >>> plots.totals(table, "purchases", ax=Figure().add_subplot()).get_ylabel()
    'Purchases in the window after the cut-off'
    """
    _TOTALS.require(table)
    what = f"{words_of(target).total} in the window after the cut-off"
    if table["cutoff"].nunique() > 1:
        return _over_time(table, what, highlight, canvas(ax))
    return _row_by_row(table, what, ax)


def _over_time(table: "pd.DataFrame", what: str, highlight: Sequence[str] | None, ax: "Axes") -> "Axes":
    contenders = drawn(table, highlight)
    happened = table.drop_duplicates("cutoff").sort_values("cutoff")
    ax.plot(happened["cutoff"], happened["actual"], **_ACTUAL)
    for one in contenders:
        line(ax, one, one.rows["cutoff"], one.rows["expected"])
    thousands(ax)
    legend_beside(ax, contenders, {"actual": _ACTUAL})
    time_axis(ax)
    first, last = (f"{day:%Y-%m-%d}" for day in happened["cutoff"].iloc[[0, -1]])
    dress(ax, title="Totals at each cut-off", x=f"Cut-off, {first} to {last}", y=what)
    return ax


def _row_by_row(table: "pd.DataFrame", what: str, ax: "Axes | None") -> "Axes":
    from matplotlib.ticker import StrMethodFormatter

    actual = table["actual"].iloc[0]
    ax = name_rows(ax, ["actual", *table["contender"]])
    ax.axvline(actual, label="_actual", **REFERENCE)
    ax.plot(actual, 0, **FIRST_ROW)
    ax.plot(table["expected"], range(1, len(table) + 1), label="expected", **ROW)
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    if ax.dataLim.x0 >= 0:
        ax.set_xlim(left=0.0)
    dress(ax, title=f"Totals after the cut-off {table['cutoff'].iloc[0]:%Y-%m-%d}", x=what, y="")
    return ax
