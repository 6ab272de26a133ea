"""The one style of all plots, set on each Axes so that the caller's own settings stay as they are."""

from typing import TYPE_CHECKING, Any

from clvmodels.plots.room import beside, extent, folded, narrow, room

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

# Told apart by everybody, in grey too: one is dark, one is blue, and lines also differ in their dashes.
ACTUAL: dict[str, Any] = {"color": "#333333", "label": "actual"}
EXPECTED: dict[str, Any] = {"color": "#0072b2", "label": "expected"}
# What to compare with: thin lines below the data.
REFERENCE: dict[str, Any] = {"color": "#555555", "linewidth": 1.0, "linestyle": "-", "zorder": 1.2}
COLOURS_OF_MATRICES = "cividis"

_INK, _FRAME, _GRID = "#222222", "#888888", "#dddddd"
_SIZE, _SMALL = 10.0, 8.5
# Points between the data, or the legend above them, and the title.
_PAD = 6.0
# Points that the names of a vertical axis take.
_SIDE = 40.0
# Height of a line, in sizes of its letters.
_LINE = 1.2


def axes_for(ax: "Axes | None", size: tuple[float, float] = (6.4, 4.2)) -> "Axes":
    """The given Axes, or those of a new figure of so many inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def dress(ax: "Axes", *, title: str, x: str, y: str, grid: bool = True, legend: bool = False) -> None:
    """Title, labels, frame and legend, after everything else was drawn."""
    size, (width, height) = letter_size(ax), extent(ax)
    above = _legend_above(ax, size - 1) if legend else 0.0
    # Beside a legend there is room on both sides, below the vertical axis' names and below the legend.
    under = room(ax)[0] + min(2 * _SIDE, beside(ax))
    # Bold letters are wider.
    title, x = folded(title, width, 1.1 * (size + 1)), folded(x, under, size)
    # Every further line is taken from the data's height.
    height -= above + _LINE * size * (title.count("\n") + x.count("\n"))
    # $ in a name begins no formula.
    ax.set_title(
        title, loc="left", fontsize=size + 1, fontweight="bold", color=_INK, pad=_PAD + above, parse_math=False
    )
    ax.set_xlabel(x, fontsize=size, color=_INK)
    ax.set_ylabel(folded(y, height, size), fontsize=size, color=_INK)
    ax.tick_params(labelsize=size - 1, labelcolor=_INK, color=_FRAME)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_color(_FRAME)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(axis="y", color=_GRID, linewidth=0.8)


def letter_size(ax: "Axes") -> float:
    """Size of labels in points."""
    return _SMALL if narrow(ax) else _SIZE


def _legend_above(ax: "Axes", size: float) -> float:
    """A legend in rows between title and data, where no data can ever lie; returns its height in points."""
    handles, labels = ax.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda place: _rank(labels[place]))
    box, drawn = ax.get_window_extent(), ax.get_window_extent()
    for columns in range(len(order), 0, -1):
        drawn = ax.legend(
            [handles[place] for place in order], [labels[place] for place in order], loc="lower left",
            bbox_to_anchor=(0.0, 1.0), ncols=columns, frameon=False, fontsize=size, labelcolor=_INK,
            borderpad=0.1, borderaxespad=0.2, handlelength=1.8, columnspacing=1.4,
        ).get_window_extent()  # fmt: skip
        if drawn.width <= box.width:
            break
    return extent(ax)[1] * drawn.height / box.height


def _rank(label: str) -> int:
    """What happened comes first and intervals last."""
    return 0 if label == ACTUAL["label"] else 2 if label.endswith("interval") else 1


def thousands(ax: "Axes") -> None:
    """Write the numbers of the vertical axis, which are whole, as 4,000, from zero on."""
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
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
        axis.set_major_formatter(FuncFormatter(_short_tick))


# Not a lambda: those cannot be pickled with the figure.
def _short_tick(number: float, _: int | None) -> str:
    return short(float(number))


def root_scales(ax: "Axes") -> None:
    """Both axes by square roots, which spread what is small and keep 0; losses are mirrored."""
    from matplotlib.ticker import StrMethodFormatter

    from clvmodels.plots.steps import RootSteps, root, square

    ends = [(float(low), float(high)) for low, high in (ax.dataLim.intervalx, ax.dataLim.intervaly)]
    for place, (set_scale, axis) in enumerate(((ax.set_xscale, ax.xaxis), (ax.set_yscale, ax.yaxis))):
        set_scale("function", functions=(root, square))
        axis.set_major_locator(RootSteps(ax, ends[place], place))
        axis.set_major_formatter(StrMethodFormatter("{x:,g}"))


def percent(*axes: "Axis") -> None:
    """Write the numbers of an axis as 40%."""
    from matplotlib.ticker import PercentFormatter

    for axis in axes:
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def time_axis(ax: "Axes") -> None:
    """Few dates on the horizontal axis, each as short as it can be understood."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    most = min(8, max(3, int(room(ax)[0] / 40)))
    locator = AutoDateLocator(minticks=min(4, most), maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)
