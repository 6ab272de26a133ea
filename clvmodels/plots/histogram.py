"""Customers by their number of purchases."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.plots.contenders import LOOKS, require_table
from clvmodels.plots.style import ACTUAL, EXPECTED, axes_for, dress, legend, thousands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def frequency_histogram(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """How many customers made how many repeat purchases, as bars, and how many models expect, as marks.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.frequency_histogram` returns it, or `Selection.frequency_histogram` of several models.
    ax
        Where to draw.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from clvmodels import plots
    >>> table = pd.DataFrame({"purchases": ["0", "1+"], "actual": [60, 40], "expected": [57.5, 42.5]})
    >>> ax = plots.frequency_histogram(table, ax=Figure().add_subplot())
    >>> [label.get_text() for label in ax.get_legend().get_texts()]
    ['expected', 'actual']
    """
    require_table(table, ("purchases", "actual", "expected"), "evaluation.frequency_histogram")
    ax = axes_for(ax)
    models = list(table.groupby("model", sort=False)) if "model" in table else [(EXPECTED["label"], table)]
    places = np.arange(len(models[0][1]))
    ax.bar(places, models[0][1]["actual"], 0.72, **(ACTUAL | {"color": "#b8b8b8"}))
    # Beside each other within the bar, so that marks of models that agree do not hide one another.
    offsets = (np.arange(len(models)) - 0.5 * (len(models) - 1)) * 0.5 / len(models)
    for look, offset, (name, rows) in zip(LOOKS, offsets, models, strict=False):
        marks = {**look, "linestyle": "", "markersize": 6, "label": str(name)}
        ax.plot(places + offset, rows["expected"], **marks)
    ax.set_xticks(places, list(models[0][1]["purchases"]))
    thousands(ax)
    legend(ax, "upper right")
    dress(ax, title="Customers by repeat purchases", x="Repeat purchases", y="Customers")
    return ax
