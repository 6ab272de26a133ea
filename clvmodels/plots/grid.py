"""Matrices over frequency and recency."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.evaluation import FrequencyRecencyGrid
from clvmodels.plots.style import COLOURS_OF_MATRICES, axes_for, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def probability_alive(grid: FrequencyRecencyGrid, ax: "Axes | None" = None) -> "Axes":
    """Probability of being alive over the number of repeat purchases and the age at the last one.

    Parameters
    ----------
    grid
        As `clvmodels.evaluation.frequency_recency_grid` returns it.
    ax
        Where to draw; a colour bar is put beside it.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import frequency_recency_grid
    >>> from matplotlib.figure import Figure
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> value = clv.LifetimeValue(purchases, spend, horizon="1 year", discount_rate=0.1)
    >>> grid = frequency_recency_grid(value, 39.0, time_unit="week")
    >>> clv.plots.probability_alive(grid, ax=Figure().add_subplot()).get_ylabel()
    'Repeat purchases'
    """
    ax = axes_for(ax)
    _matrix(ax, grid, grid.probability_alive, "P(alive)", most=1.0)
    _dress(ax, grid, "Probability of being alive")
    return ax


def value(grid: FrequencyRecencyGrid, ax: "Axes | None" = None) -> "Axes":
    """Value over the number of repeat purchases and the age at the last one.

    Parameters
    ----------
    grid
        As `clvmodels.evaluation.frequency_recency_grid` returns it.
    ax
        Where to draw; a colour bar is put beside it.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import frequency_recency_grid
    >>> from matplotlib.figure import Figure
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> worth = clv.LifetimeValue(purchases, spend, horizon="1 year", discount_rate=0.1)
    >>> grid = frequency_recency_grid(worth, 39.0, time_unit="week")
    >>> clv.plots.value(grid, ax=Figure().add_subplot()).get_title(loc="left")
    'Value over 1 year at 10% a year'
    """
    ax = axes_for(ax)
    _matrix(ax, grid, grid.value, "money per customer")
    _dress(ax, grid, f"Value over {grid.terms}")
    return ax


def _matrix(ax: "Axes", grid: FrequencyRecencyGrid, values: FloatArray, label: str, most: float | None = None) -> None:
    mesh = ax.pcolormesh(
        _edges(grid.recency),
        _edges(grid.frequency),
        values,
        cmap=COLOURS_OF_MATRICES,
        vmin=min(0.0, float(np.min(values))),
        vmax=most,
        rasterized=True,
    )
    bar = ax.figure.colorbar(mesh, ax=ax, pad=0.02)
    bar.set_label(label, fontsize=10)
    bar.ax.tick_params(labelsize=9)
    bar.outline.set_visible(False)


def _edges(centres: FloatArray) -> FloatArray:
    """Borders of the cells around their centres."""
    half = np.diff(centres, prepend=centres[0] - 1.0, append=centres[-1] + 1.0) / 2
    return np.append(centres - half[:-1], centres[-1] + half[-1])


def _dress(ax: "Axes", grid: FrequencyRecencyGrid, title: str) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    x = f"← silent for long        bought just now →\nAge at last purchase ({grid.time_unit}s; now {grid.age:g})"
    dress(ax, title=title, x=x, y="Repeat purchases", grid=False)
