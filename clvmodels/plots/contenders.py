"""Several contenders on one Axes: told apart by colour, dashes and marker, and of a long list the rest in grey."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from clvmodels.errors import InputError
from clvmodels.plots.room import extent, in_lines, narrow, room
from clvmodels.plots.style import axes_for

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# The colours of Okabe and Ito, which the colour-blind tell apart. Their yellow is lost on white: grey instead. On grey
# paper dashes and markers remain.
LOOKS: tuple[Mapping[str, Any], ...] = tuple(
    MappingProxyType({"color": colour, "linestyle": dashes, "marker": marker})
    for colour, dashes, marker in (
        ("#0072b2", "-", "o"),
        ("#d55e00", (0, (5, 1.5)), "s"),
        ("#009e73", (0, (6, 1.5, 1, 1.5)), "^"),
        ("#e69f00", (0, (2, 1)), "D"),
        ("#cc79a7", (0, (9, 2)), "v"),
        ("#56b4e9", "-", "P"),
        ("#000000", (0, (1, 1.2)), "X"),
        ("#767676", (0, (4, 1, 1, 1, 1, 1)), "<"),
    )
)
# Whoever is beyond: thin, light and below the others.
OTHERS: Mapping[str, Any] = MappingProxyType({"color": "#c4c4c4", "linestyle": "-", "marker": "", "zorder": 1.5})

# Where every contender has a row of its own: the first one, which the others are compared with, and theirs.
FIRST_ROW: Mapping[str, Any] = MappingProxyType(
    {"color": "#333333", "linestyle": "", "marker": "D", "markersize": 7, "label": "_first"}
)
ROW: Mapping[str, Any] = MappingProxyType({"color": "#0072b2", "linestyle": "", "marker": "o", "markersize": 7})

# Letters in a line of a name, in a legend and beside a row.
_COLUMN, _BESIDE = 24, 32
_COLUMN_OF_NARROW, _BESIDE_NARROW = 20, 18
# Height of a line and what is between entries of a legend, in sizes of its font.
_LINE, _BETWEEN = 1.2, 0.5
_MOST_LINES = 99
# A legend beside Axes may be so many times as high, down to the figure's ends.
_TALLER = 1.15


@dataclass(frozen=True)
class Drawn:
    """One contender as it is drawn.

    Attributes
    ----------
    name
        Of the contender.
    rows
        Its part of the table.
    look
        Keywords of lines.
    """

    name: str
    rows: "pd.DataFrame"
    look: Mapping[str, Any]

    @property
    def highlighted(self) -> bool:
        """Whether it has a look of its own."""
        return self.look is not OTHERS


def drawn(table: "pd.DataFrame", highlight: Sequence[str] | None) -> list[Drawn]:
    """The contenders of a table with their looks, those to be highlighted last, on top of the others.

    A contender's look is that of its place in `highlight`, whichever are missing in this table, so that plots of one
    backtest agree. By default the first eight of the table are highlighted.

    Raises
    ------
    InputError
        If more than eight are to be highlighted, one of them twice, or none that is there.
    """
    known = list(dict.fromkeys(table["contender"]))
    chosen = known[: len(LOOKS)] if highlight is None else list(highlight)
    if len(chosen) > len(LOOKS) or len(set(chosen)) < len(chosen):
        raise InputError(
            f"{len(chosen)} contenders are to be highlighted, of which {len(set(chosen))} differ.",
            advice=f"Name at most {len(LOOKS)}, each once; the others are drawn in grey.",
        )
    if not set(chosen) & set(known):
        raise InputError(
            "None of those to be highlighted is in the table.", rows=chosen, advice=f"It has {', '.join(known)}."
        )
    looks = dict(zip(chosen, LOOKS, strict=False))
    order = [name for name in known if name not in looks] + [name for name in chosen if name in known]
    return [Drawn(name, table[table["contender"] == name], looks.get(name, OTHERS)) for name in order]


def canvas(ax: "Axes | None") -> "Axes":
    """The given Axes, or new ones with room for a legend beside them."""
    return axes_for(ax, (8.2, 4.4))


def line(ax: "Axes", one: Drawn, x: Any, y: Any, **keywords: Any) -> None:
    """A contender's line, with markers if it is highlighted."""
    width, size = (1.7, 5.5) if one.highlighted else (1.0, 0.0)
    ax.plot(x, y, **{"label": one.name, "linewidth": width, "markersize": size, **one.look, **keywords})


def legend_beside(ax: "Axes", contenders: Sequence[Drawn], more: Mapping[str, Mapping[str, Any]]) -> None:
    """Outside, so that no data are hidden: lines to compare with, contenders, and all that are grey as one."""
    from matplotlib.lines import Line2D

    entries = [*more.items(), *((one.name, one.look) for one in contenders if one.highlighted)]
    others = sum(not one.highlighted for one in contenders)
    if others:
        entries.append((f"{others} more", OTHERS))
    handles = [Line2D([], [], **{"linewidth": 1.7, "markersize": 5.5, **look}) for _, look in entries]
    size, letters = (7.0, _COLUMN_OF_NARROW) if narrow(ax) else (9.0, _COLUMN)
    names = _columns([name for name, _ in entries], letters, _TALLER * extent(ax)[1] / size)
    drawn_legend = ax.legend(
        handles, ["?"] * len(handles), loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=size,
        labelcolor="#222222", handlelength=3.4,
    )  # fmt: skip
    # Not as labels: those that begin with _ are left out, and $ begins a formula.
    for text, name in zip(drawn_legend.get_texts(), names, strict=True):
        text.set_parse_math(False)
        text.set_text(name)


def _columns(names: list[str], letters: int, height: float) -> list[str]:
    """Names in lines of so many letters; if they would be higher than so many letters are, long ones are shortened."""
    wrapped = names
    for most in (4, 3, 2, 1):
        wrapped = [in_lines(name, letters, most) for name in names]
        if sum(_LINE * (name.count("\n") + 1) + _BETWEEN for name in wrapped) <= height:
            break
    return wrapped


def name_rows(ax: "Axes | None", names: Sequence[str]) -> "Axes":
    """The given Axes, or new ones as high as it takes, with a row for each name from top to bottom."""
    letters = _BESIDE if ax is None or not narrow(ax) else _BESIDE_NARROW
    most = _MOST_LINES if ax is None else max(1, int(room(ax)[1] / (len(names) * _LINE * 9.0)))
    wrapped = [in_lines(name, letters, most) for name in names]
    row = max(0.36, 0.19 * max(name.count("\n") + 1 for name in wrapped))
    ax = axes_for(ax, (7.2, 1.3 + row * len(names)))
    ax.set_yticks(range(len(names)), wrapped, parse_math=False)
    ax.set_ylim(len(names) - 0.5, -0.5)
    return ax
