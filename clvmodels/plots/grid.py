"""Matrices over frequency and recency."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.evaluation import FrequencyRecencyGrid, PurchaseGrid
from clvmodels.plots.room import extent, folded
from clvmodels.plots.style import COLOURS_OF_MATRICES, EXPECTED, axes_for, dress, letter_size, short, short_numbers
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK = "#222222"
_OF_PURCHASES = "clv.evaluation.purchase_grid(fit, age, horizon, time_unit=...)"
_OF_VALUE = "clv.evaluation.frequency_recency_grid(value, age, time_unit=...)"
_PROBABILITY_ALIVE = Source("probability_alive", _OF_PURCHASES)
_EXPECTED_PURCHASES = Source("expected_purchases", _OF_PURCHASES)
_ISO_VALUE = Source("iso_value", _OF_VALUE)
_VALUE = Source("value", _OF_VALUE)


def probability_alive(grid: FrequencyRecencyGrid | PurchaseGrid, ax: "Axes | None" = None) -> "Axes":
    """Probability of being alive over the number of repeat purchases and the age at the last one.

    Parameters
    ----------
    grid
        As `clvmodels.evaluation.frequency_recency_grid` or `purchase_grid` returns it.
    ax
        Where to draw; a colour bar is put beside it.

    Raises
    ------
    WrongTypeError
        If it is no such matrix.

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
    _PROBABILITY_ALIVE.require_kind(grid, FrequencyRecencyGrid, PurchaseGrid)
    ax = axes_for(ax)
    _matrix(ax, grid, grid.probability_alive, "P(alive)", most=1.0)
    _dress(ax, grid, "Probability of being alive")
    return ax


def expected_purchases(grid: PurchaseGrid, ax: "Axes | None" = None) -> "Axes":
    """Expected purchases over the number of repeat purchases so far and the age at the last one.

    Parameters
    ----------
    grid
        As `clvmodels.evaluation.purchase_grid` returns it.
    ax
        Where to draw; a colour bar is put beside it.

    Raises
    ------
    WrongTypeError
        If it is no such matrix.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from matplotlib.figure import Figure
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> grid = clv.evaluation.purchase_grid(fit, 39.0, "1 year", time_unit="week")
    >>> clv.plots.expected_purchases(grid, ax=Figure().add_subplot()).get_title(loc="left")
    'Expected purchases within 1 year'
    """
    _EXPECTED_PURCHASES.require_kind(grid, PurchaseGrid)
    ax = axes_for(ax)
    _matrix(ax, grid, grid.expected_purchases, "purchases per customer")
    _dress(ax, grid, f"Expected purchases within {grid.terms}")
    return ax


def iso_value(grid: FrequencyRecencyGrid, ax: "Axes | None" = None) -> "Axes":
    """Lines of equal value over the number of repeat purchases and the age at the last one.

    Where a line bends back, more purchases before make a customer worth less: whoever used to purchase often and has
    been silent for as long is likely gone (Fader, Hardie and Lee 2005, "RFM and CLV: Using Iso-Value Curves for
    Customer Base Analysis", Journal of Marketing Research 42(4), 415-430).

    Parameters
    ----------
    grid
        As `clvmodels.evaluation.frequency_recency_grid` returns it; it needs at least two frequencies and recencies.
    ax
        Where to draw.

    Raises
    ------
    WrongTypeError
        If it is no such matrix.
    InputError
        If the matrix is too small for lines, or all values are the same.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from matplotlib.figure import Figure
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> worth = clv.LifetimeValue(purchases, spend, horizon="1 year", discount_rate=0.1)
    >>> grid = clv.evaluation.frequency_recency_grid(worth, 39.0, time_unit="week")
    >>> clv.plots.iso_value(grid, ax=Figure().add_subplot()).get_title(loc="left")
    'Equal value (money) over 1 year at 10% a year'
    """
    _ISO_VALUE.require_kind(grid, FrequencyRecencyGrid)
    if min(grid.value.shape) < 2 or not np.ptp(grid.value) > 0:
        raise InputError(
            "There are no lines of equal value in this matrix: it is too small, or all values are the same.",
            advice="Make it of a higher age, with more purchases.",
        )
    ax = axes_for(ax)
    levels = _round_levels(grid.value)
    widths = np.linspace(0.9, 2.4, len(levels))
    lines = ax.contour(
        grid.recency, grid.frequency, grid.value, levels=levels, colors=EXPECTED["color"], linewidths=widths
    )
    for label in ax.clabel(lines, fmt=short, fontsize=letter_size(ax) - 1):
        label.set_color(_INK)
    _dress(ax, grid, f"Equal value (money) over {grid.terms}")
    return ax


def _round_levels(values: FloatArray) -> FloatArray:
    """Round values, in steps that grow: most cells are worth little and a few much."""
    low, high = float(np.min(values)), float(np.max(values))
    steps = np.array([digit * 10.0**power for power in range(-6, 13) for digit in (1.0, 2.0, 5.0)])
    levels = np.concatenate([-steps[::-1], [0.0], steps])
    inside = levels[(levels > low) & (levels < high) & (np.abs(levels) > 0.004 * max(high, -low))]
    return np.asarray(inside) if len(inside) > 2 else np.linspace(low, high, 7)[1:-1]


def value(grid: FrequencyRecencyGrid, ax: "Axes | None" = None) -> "Axes":
    """Value over the number of repeat purchases and the age at the last one.

    Parameters
    ----------
    grid
        As `clvmodels.evaluation.frequency_recency_grid` returns it.
    ax
        Where to draw; a colour bar is put beside it.

    Raises
    ------
    WrongTypeError
        If it is no such matrix.

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
    _VALUE.require_kind(grid, FrequencyRecencyGrid)
    ax = axes_for(ax)
    _matrix(ax, grid, grid.value, "money per customer")
    _dress(ax, grid, f"Value over {grid.terms}")
    return ax


def _matrix(
    ax: "Axes", grid: FrequencyRecencyGrid | PurchaseGrid, values: FloatArray, label: str, most: float | None = None
) -> None:
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
    size = letter_size(ax)
    bar.set_label(folded(label, extent(ax)[1], size), fontsize=size)
    short_numbers(bar.ax.yaxis)
    bar.ax.tick_params(labelsize=size - 1)
    bar.outline.set_visible(False)


def _edges(centres: FloatArray) -> FloatArray:
    """Borders of the cells around their centres."""
    half = np.diff(centres, prepend=centres[0] - 1.0, append=centres[-1] + 1.0) / 2
    return np.append(centres - half[:-1], centres[-1] + half[-1])


def _dress(ax: "Axes", grid: FrequencyRecencyGrid | PurchaseGrid, title: str) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    # Folded between its two halves only.
    ends = "← silent for long        bought\u00a0just\u00a0now\u00a0→"
    x = f"{ends}\nAge at last purchase ({grid.time_unit}s; now {grid.age:.4g})"
    dress(ax, title=title, x=x, y="Repeat purchases", grid=False)
