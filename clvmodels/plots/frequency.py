"""Customers by their number of purchases: how many there are, and what they did next."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.plots.contenders import LOOKS, require_table
from clvmodels.plots.intervals import paired_bars
from clvmodels.plots.style import ACTUAL, axes_for, dress, legend, thousands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def by_frequency(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Mean purchases in the holdout, actual beside expected, by how many repeat purchases there had been.

    An interval says between which means the group should come to lie, by parameters and chance.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.by_frequency` returns it.
    ax
        Where to draw.

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
    require_table(table, ("frequency", "customers", "actual", "expected"), "evaluation.by_frequency")
    ax = axes_for(ax)
    paired_bars(ax, table)
    labels = [f"{x}\n{n:,}" for x, n in zip(table["frequency"], table["customers"], strict=True)]
    ax.set_xticks(range(len(table)), labels)
    legend(ax, "upper left")
    dress(
        ax,
        title="Holdout purchases by frequency before",
        x="Repeat purchases before (below: customers)",
        y="Holdout purchases per customer",
    )
    return ax


def frequency_histogram(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Customers by their number of repeat purchases, actual beside expected; what several models expect, as marks.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.frequency_histogram` returns it, or `Selection.frequency_histogram` of several models.
    ax
        Where to draw.

    Raises
    ------
    InputError
        If the table is another one or empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from clvmodels import plots
    >>> table = pd.DataFrame({"frequency": ["0", "1+"], "actual": [1411, 946], "expected": [1408.0, 949.0]})
    >>> plots.frequency_histogram(table, ax=Figure().add_subplot()).get_ylabel()
    'Customers'
    """
    require_table(table, ("frequency", "actual", "expected"), "evaluation.frequency_histogram")
    ax = axes_for(ax)
    if "model" in table:
        table = _marked_bars(ax, table)
    else:
        paired_bars(ax, table)
    ax.set_xticks(range(len(table)), list(table["frequency"]))
    thousands(ax)
    legend(ax, "upper right")
    dress(ax, title="Customers by purchases, as observed", x="Repeat purchases", y="Customers")
    return ax


def _marked_bars(ax: "Axes", table: "pd.DataFrame") -> "pd.DataFrame":
    """A bar per row of the first model, and a mark per model; returns these rows."""
    models = list(table.groupby("model", sort=False))
    first = models[0][1]
    places = np.arange(len(first))
    ax.bar(places, first["actual"], 0.72, **(ACTUAL | {"color": "#b8b8b8"}))
    # Beside each other within the bar, so that marks of models that agree do not hide one another.
    offsets = (np.arange(len(models)) - 0.5 * (len(models) - 1)) * 0.5 / len(models)
    for look, offset, (name, rows) in zip(LOOKS, offsets, models, strict=False):
        ax.plot(places + offset, rows["expected"], **{**look, "linestyle": "", "markersize": 6, "label": str(name)})
    return first
