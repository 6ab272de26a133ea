"""Intervals beside what is expected: bands of curves and bars of bars."""

from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.plots.style import ACTUAL, EXPECTED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_BAND: dict[str, Any] = {"color": EXPECTED["color"], "alpha": 0.18, "linewidth": 0, "zorder": 1.3}
_WHISKER: dict[str, Any] = {"color": "#222222", "linewidth": 1.4, "zorder": 3}


def has_bounds(table: "pd.DataFrame", name: str) -> bool:
    """Whether a column has an interval."""
    return f"{name}_lower" in table and f"{name}_upper" in table


def interval_name(table: "pd.DataFrame") -> str:
    """How a table's interval is called in a legend."""
    return f"{table['level'].iloc[0]:.0%} interval" if "level" in table else "interval"


def band(ax: "Axes", table: "pd.DataFrame", at: str, name: str) -> None:
    """The interval of a curve, if it has one."""
    if has_bounds(table, name):
        lower, upper = table[f"{name}_lower"], table[f"{name}_upper"]
        ax.fill_between(table[at], lower, upper, label=interval_name(table), **_BAND)


def curve(ax: "Axes", table: "pd.DataFrame", at: str, name: str, **keywords: Any) -> None:
    """What is expected, with its band."""
    band(ax, table, at, name)
    ax.plot(table[at], table[name], **{"linewidth": 1.8, **EXPECTED, **keywords})


def paired_bars(ax: "Axes", table: "pd.DataFrame") -> None:
    """A pair of bars per row, actual and expected, the second with its interval."""
    place, width = np.arange(len(table)), 0.38
    ax.bar(place - width / 2, table["actual"], width, **ACTUAL)
    ax.bar(place + width / 2, table["expected"], width, hatch="///", edgecolor="white", linewidth=0, **EXPECTED)
    if has_bounds(table, "expected"):
        whiskers(ax, place + width / 2, table, "expected")


def whiskers(ax: "Axes", place: Any, table: "pd.DataFrame", name: str, **keywords: Any) -> None:
    """Intervals as vertical lines; those of several models have one name in the legend."""
    label = interval_name(table)
    known = ax.get_legend_handles_labels()[1]
    look = {**_WHISKER, **keywords, "label": f"_{label}" if label in known else label}
    ax.vlines(place, table[f"{name}_lower"], table[f"{name}_upper"], **look)
