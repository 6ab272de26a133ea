"""The one style of all plots, set on each Axes so that the caller's own settings stay as they are."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from clvmodels.arrays import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.legend import Legend

# Told apart by everybody, in grey too: one is dark, one is blue, and lines also differ in their dashes.
ACTUAL: dict[str, Any] = {"color": "#333333", "label": "actual"}
EXPECTED: dict[str, Any] = {"color": "#0072b2", "label": "expected"}
# What to compare with: thin lines below the data.
REFERENCE: dict[str, Any] = {"color": "#555555", "linewidth": 1.0, "linestyle": "-", "zorder": 1.2}
COLOURS_OF_MATRICES = "cividis"

_INK, _FRAME, _GRID = "#222222", "#888888", "#dddddd"
_SIZE = 10.0


def axes_for(ax: "Axes | None", size: tuple[float, float] = (6.4, 4.2)) -> "Axes":
    """The given Axes, or those of a new figure of so many inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def dress(ax: "Axes", *, title: str, x: str, y: str, grid: bool = True) -> None:
    """Title, labels and frame, after everything else was drawn."""
    # $ in a name begins no formula.
    ax.set_title(title, loc="left", fontsize=_SIZE + 1, fontweight="bold", color=_INK, parse_math=False)
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


def legend(ax: "Axes", where: Literal["upper left", "upper right", "best", "beside"]) -> "Legend":
    """A legend without a frame, in a corner that the data leave free or beside the Axes; intervals come last."""
    handles, labels = ax.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda place: labels[place].endswith("interval"))
    place: dict[str, Any] = {"loc": where}
    if where == "beside":
        place = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)}
    return ax.legend(
        [handles[place] for place in order], [labels[place] for place in order], frameon=False, fontsize=_SIZE,
        labelcolor=_INK, **place,
    )  # fmt: skip


def thousands(ax: "Axes") -> None:
    """Write the numbers of the vertical axis, which are whole, as 4,000, from zero on."""
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    ax.yaxis.set_major_locator(MaxNLocator("auto", integer=True))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.set_ylim(bottom=0)


def short(number: float) -> str:
    """An amount in few letters.

    Examples
    --------
    >>> from clvmodels.plots.style import short
    >>> short(1500.0), short(5e7), short(0.25)
    ('1,500', '50M', '0.25')
    """
    for size, letter in ((1e12, "T"), (1e9, "bn"), (1e6, "M")):
        if abs(number) >= size:
            return f"{number / size:,.4g}{letter}"
    return f"{number:,.6g}"


def short_numbers(*axes: "Axis") -> None:
    """Write large numbers of an axis in few letters."""
    from matplotlib.ticker import FuncFormatter

    for axis in axes:
        axis.set_major_formatter(FuncFormatter(lambda number, _: short(float(number))))


def root_scales(ax: "Axes") -> None:
    """Both axes by square roots, which spread what is small and keep 0; losses are mirrored."""
    from matplotlib.ticker import FixedLocator, StrMethodFormatter

    steps = [digit * 10.0**power for power in range(-6, 13) for digit in (1, 2, 5)]
    for set_scale, axis, ends in (
        (ax.set_xscale, ax.xaxis, ax.dataLim.intervalx),
        (ax.set_yscale, ax.yaxis, ax.dataLim.intervaly),
    ):
        low, high = ends
        # Smaller steps would stand upon one another.
        least = 0.04 * max(-low, high)
        losses, gains = ([step for step in steps if least < step <= most] for most in (-low, high))
        set_scale("function", functions=(_root, _square))
        axis.set_major_locator(FixedLocator([*(-step for step in reversed(losses)), 0.0, *gains]))
        axis.set_major_formatter(StrMethodFormatter("{x:,g}"))


def _root(values: FloatArray) -> FloatArray:
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)))


def _square(values: FloatArray) -> FloatArray:
    return np.asarray(np.sign(values) * np.square(values))


def percent(*axes: "Axis") -> None:
    """Write the numbers of an axis as 40%."""
    from matplotlib.ticker import PercentFormatter

    for axis in axes:
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def time_axis(ax: "Axes") -> None:
    """Few dates on the horizontal axis, each as short as it can be understood."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=4, maxticks=8)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)
