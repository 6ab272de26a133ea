"""Purchases in the holdout by when customers last purchased before."""

from typing import TYPE_CHECKING

from clvmodels.plots.intervals import paired_bars
from clvmodels.plots.room import name_bars
from clvmodels.plots.style import axes_for, dress
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_BY_RECENCY = Source(
    "by_recency",
    "clv.evaluation.by_recency(summary, holdout, fit)",
    ("by", "time_unit", "lower", "upper", "customers", "actual", "expected"),
)
_NEVER = "never\ncame back"
_WORDS = {
    "recency": ("Holdout purchases by recency before", "Age at the last purchase"),
    "silence": ("Holdout purchases by silence before", "Time since the last purchase"),
}


def by_recency(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Mean purchases in the holdout, actual beside expected, by when customers last purchased before.

    An interval says between which means the group should come to lie, by parameters and chance.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.by_recency` returns it.
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
    >>> table = pd.DataFrame({"by": "recency", "time_unit": "week", "lower": [float("nan"), 0.0]})
    >>> table = table.assign(upper=table["lower"] + 5, customers=[1411, 213], actual=[0.24, 0.45], expected=[0.2, 0.3])
    >>> ax = plots.by_recency(table, ax=Figure().add_subplot())
    >>> [label.get_text().split() for label in ax.get_xticklabels()]
    [['never', 'came', 'back', '1,411'], ['0-5', '213']]
    """
    _BY_RECENCY.require(table)
    ax = axes_for(ax, (8.2, 4.2))
    paired_bars(ax, table)
    rows = zip(table["lower"], table["upper"], table["customers"], strict=True)
    labels = [f"{_NEVER if low != low else f'{low:g}-{high:g}'}\n{n:,}" for low, high, n in rows]
    name_bars(ax, labels)
    title, what = _WORDS[table["by"].iloc[0]]
    dress(
        ax,
        title=title,
        x=f"{what}, in {table['time_unit'].iloc[0]}s (below: customers)",
        y="Holdout purchases per customer",
        legend=True,
    )
    return ax
