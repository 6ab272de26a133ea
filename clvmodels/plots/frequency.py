"""Purchases in the holdout by purchases before."""

from typing import TYPE_CHECKING

from clvmodels.plots.intervals import paired_bars
from clvmodels.plots.room import name_bars
from clvmodels.plots.style import axes_for, dress
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_BY_FREQUENCY = Source(
    "by_frequency",
    "clv.evaluation.by_frequency(summary, holdout, fit)",
    ("frequency", "customers", "actual", "expected"),
)


def by_frequency(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Mean purchases in the holdout, actual beside expected, by how many repeat purchases there had been.

    An interval says between which means the group should come to lie, by parameters and chance.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.by_frequency` returns it.
    ax
        Where to draw.

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
    >>> table = pd.DataFrame({"frequency": ["0", "1+"], "customers": [1411, 946]})
    >>> table = table.assign(actual=[0.2, 1.6], expected=[0.2, 1.4])
    >>> ax = plots.by_frequency(table, ax=Figure().add_subplot())
    >>> [label.get_text().split() for label in ax.get_xticklabels()]
    [['0', '1,411'], ['1+', '946']]
    """
    _BY_FREQUENCY.require(table)
    ax = axes_for(ax)
    paired_bars(ax, table)
    labels = [f"{x}\n{n:,}" for x, n in zip(table["frequency"], table["customers"], strict=True)]
    name_bars(ax, labels)
    dress(
        ax,
        title="Holdout purchases by frequency before",
        x="Repeat purchases before (below: customers)",
        y="Holdout purchases per customer",
        legend=True,
    )
    return ax
