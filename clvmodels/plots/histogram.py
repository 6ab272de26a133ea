"""Customers by their number of purchases."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.plots.contenders import LOOKS
from clvmodels.plots.intervals import has_bounds, whiskers
from clvmodels.plots.room import name_bars
from clvmodels.plots.style import ACTUAL, EXPECTED, axes_for, dress, thousands
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_FREQUENCY_HISTOGRAM = Source(
    "frequency_histogram", "clv.evaluation.frequency_histogram(summary, fit)", ("purchases", "actual", "expected")
)


def frequency_histogram(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """How many customers made how many repeat purchases, as bars, and how many a model expects, as marks.

    An interval says between which counts such customers should come to lie, by parameters and chance.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.frequency_histogram` returns it; of several models with a column model.
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
    >>> table = pd.DataFrame({"purchases": ["0", "1+"], "actual": [1411, 946], "expected": [1408.0, 949.0]})
    >>> ax = plots.frequency_histogram(table, ax=Figure().add_subplot())
    >>> ax.get_ylabel(), [label.get_text() for label in ax.get_xticklabels()]
    ('Customers', ['0', '1+'])
    """
    _FREQUENCY_HISTOGRAM.require(table)
    ax = axes_for(ax)
    models = list(table.groupby("model", sort=False)) if "model" in table else [(EXPECTED["label"], table)]
    first = models[0][1]
    places = np.arange(len(first))
    ax.bar(places, first["actual"], 0.72, **(ACTUAL | {"color": "#b8b8b8"}))
    # Beside each other within the bar, so that marks of models that agree do not hide one another.
    offsets = (np.arange(len(models)) - 0.5 * (len(models) - 1)) * 0.5 / len(models)
    for look, offset, (name, rows) in zip(LOOKS, offsets, models, strict=False):
        if has_bounds(rows, "expected"):
            whiskers(ax, places + offset, rows, "expected", color=look["color"])
        ax.plot(places + offset, rows["expected"], **{**look, "linestyle": "", "markersize": 6, "label": str(name)})
    name_bars(ax, list(first["purchases"]))
    thousands(ax)
    dress(ax, title="Customers by repeat purchases", x="Repeat purchases", y="Customers", legend=True)
    return ax
