"""What fits on Axes, estimated before they are laid out: labels are folded and thinned out rather than cut off."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Width of an average letter, in sizes of the font; and points between neighbours.
_LETTER, _GAP = 0.56, 4.0
_TICK, _LEAST_LETTERS = 9.0, 12
# Axes narrower than that, in points, have smaller letters.
_NARROW = 220.0


def room(ax: "Axes") -> tuple[float, float]:
    """Width and height in points of the data, without the width that a legend beside them takes."""
    (width, height), taken = extent(ax), beside(ax)
    return max(width - taken, 0.2 * width), height


def extent(ax: "Axes") -> tuple[float, float]:
    """Width and height of Axes in points."""
    box, scale = ax.get_window_extent(), _points(ax)
    return box.width * scale, box.height * scale


def beside(ax: "Axes") -> float:
    """Width in points of a legend beside the Axes, 0 if there is none."""
    legend = ax.get_legend()
    box = legend.get_window_extent() if legend else None
    return box.width * _points(ax) if box and box.x0 >= ax.get_window_extent().x1 else 0.0


def _points(ax: "Axes") -> float:
    figure = ax.get_figure(root=True)
    return 72.0 / figure.dpi if figure else 1.0


def narrow(ax: "Axes") -> bool:
    """Whether there is little room, as in a grid of many Axes."""
    return extent(ax)[0] < _NARROW


def folded(text: str, length: float, size: float) -> str:
    r"""A text in lines of at most so many points, in a font of that size; its own lines stay.

    Examples
    --------
    >>> from clvmodels.plots.room import folded
    >>> folded("Holdout purchases per customer", 120.0, 10.0)
    'Holdout purchases per\ncustomer'
    """
    letters = max(_LEAST_LETTERS, int(length / (_LETTER * size)))
    return "\n".join(part for line in text.split("\n") for part in wrap(line, letters, break_long_words=False) or [""])


def shortened(text: str, letters: int) -> str:
    """A text of at most so many letters; what is left out is in the middle, since names differ at their ends.

    Examples
    --------
    >>> from clvmodels.plots.room import shortened
    >>> shortened("customer number 1516", 13)
    'custom…r 1516'
    """
    if len(text) <= letters:
        return text
    tail = (letters - 1) // 2
    return f"{text[: letters - 1 - tail]}…{text[len(text) - tail :]}"


def in_lines(text: str, letters: int, most: int) -> str:
    r"""A text in at most so many lines of so many letters, shortened if need be.

    Examples
    --------
    >>> from clvmodels.plots.room import in_lines
    >>> in_lines("silent for 13 weeks", 10, 3), in_lines("silent for 13 weeks", 10, 1)
    ('silent for\n13 weeks', 'silen…eeks')
    """
    tries = (wrap(shortened(text, keep), letters) for keep in range(most * letters, 0, -1))
    return "\n".join(next(lines for lines in tries if len(lines) <= most))


def every(count: int, length: float, each: float) -> int:
    """Of how many marks one is named, where each name takes so many points.

    Examples
    --------
    >>> from clvmodels.plots.room import every
    >>> every(10, 200.0, 18.0), every(30, 150.0, 11.0)
    (1, 3)
    """
    return max(1, ceil(count * each / max(length, 1.0)))


def name_bars(ax: "Axes", names: Sequence[str]) -> None:
    """Names under bars at 0, 1, 2, ..., turned where they would stand upon one another; few bars stay slim."""
    # One bar as wide as the picture would be a wall.
    around = max(0.0, 0.5 * (4 - len(names)))
    ax.set_xlim(-0.6 - around, len(names) - 0.4 + around)
    slot = room(ax)[0] / (len(names) + 0.2 + 2 * around)
    lengths = [max(map(len, name.split("\n"))) * _LETTER * _TICK for name in names]
    if all((left + right) / 2 + _GAP <= slot for left, right in pairwise(lengths)):
        ax.set_xticks(range(len(names)), names)
    elif any("\n" in name for name in names) or slot < 2 * _TICK:
        ax.set_xticks(range(len(names)), names, rotation=90)
    else:
        ax.set_xticks(range(len(names)), names, rotation=35, ha="right", rotation_mode="anchor")
