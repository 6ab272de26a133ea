"""The one style of all plots, set on each Axes so that the caller's own settings stay as they are."""

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

# Told apart by everybody, in grey too: one is dark, one is blue, and lines also differ in their dashes.
ACTUAL: dict[str, Any] = {"color": "#333333", "label": "actual"}
EXPECTED: dict[str, Any] = {"color": "#0072b2", "label": "expected"}
COLOURS_OF_MATRICES = "cividis"

_INK, _FRAME, _GRID = "#222222", "#888888", "#dddddd"
_SIZE = 10.0


def axes_for(ax: "Axes | None") -> "Axes":
    """The given Axes, or those of a new figure."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(6.4, 4.2), layout="constrained")[1]


def dress(ax: "Axes", *, title: str, x: str, y: str, grid: bool = True) -> None:
    """Title, labels and frame, after everything else was drawn."""
    ax.set_title(title, loc="left", fontsize=_SIZE + 1, fontweight="bold", color=_INK)
    ax.set_xlabel(x, fontsize=_SIZE, color=_INK)
    ax.set_ylabel(y, fontsize=_SIZE, color=_INK)
    ax.tick_params(labelsize=_SIZE - 1, labelcolor=_INK, color=_FRAME)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_color(_FRAME)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(axis="y", color=_GRID, linewidth=0.8)


def legend(ax: "Axes", where: Literal["upper left", "upper right"]) -> "Legend":
    """A legend without a frame, in a corner that the data leave free."""
    return ax.legend(loc=where, frameon=False, fontsize=_SIZE, labelcolor=_INK)


def thousands(ax: "Axes") -> None:
    """Write the numbers of the vertical axis as 4,000, from zero on."""
    from matplotlib.ticker import StrMethodFormatter

    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.set_ylim(bottom=0)
