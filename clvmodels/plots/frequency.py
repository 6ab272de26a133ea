"""Purchases in the holdout by purchases before."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.plots.style import ACTUAL, EXPECTED, axes_for, dress, legend

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def by_frequency(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Mean purchases in the holdout, actual beside expected, by how many repeat purchases there had been.

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
    ax = axes_for(ax)
    place, width = np.arange(len(table)), 0.38
    ax.bar(place - width / 2, table["actual"], width, **ACTUAL)
    ax.bar(place + width / 2, table["expected"], width, hatch="///", edgecolor="white", linewidth=0, **EXPECTED)
    labels = [f"{x}\n{n:,}" for x, n in zip(table["frequency"], table["customers"], strict=True)]
    ax.set_xticks(place, labels)
    legend(ax, "upper left")
    dress(
        ax,
        title="Holdout purchases by frequency before",
        x="Repeat purchases before (below: customers)",
        y="Holdout purchases per customer",
    )
    return ax
