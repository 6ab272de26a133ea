"""Pictures of a backtest and of purchases over time, with the words that stand in for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING

from clvmodels import plots
from clvmodels.evaluation import Backtest
from clvmodels.plots.contenders import LOOKS
from clvmodels.report.content import Picture
from clvmodels.report.judged import NOUNS, Judged
from clvmodels.report.numbers import about, digits, share
from clvmodels.report.page import picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Lines on one small picture.
_SHOWN = 3
_LONGEST = 40
# Letters in a line of the label that stands upright.
_UPRIGHT = 28
_SEVERAL = 3


@dataclass(frozen=True)
class Lines:
    """Who is drawn.

    Attributes
    ----------
    shown
        On any of the pictures.
    names
        On this one.
    """

    shown: Sequence[str]
    names: Sequence[str]

    def of(self, table: "pd.DataFrame") -> "pd.DataFrame":
        """Their rows."""
        return table[table["contender"].isin(self.names)]


def judged_pictures(backtest: Backtest, judged: Sequence[Judged]) -> tuple[Picture, ...]:
    """Calibration and order of purchases and of money, and totals where there are several cut-offs."""
    found: list[Picture] = []
    best = {one.target: _best(one) for one in judged if one.target != "activity"}
    # A contender looks the same on all pictures.
    shown = list(dict.fromkeys(name for names in best.values() for name in names))[: len(LOOKS)]
    for one in judged:
        lines = Lines(shown, [name for name in best.get(one.target, ()) if name in shown])
        if not lines.names:
            continue
        if all(origin.ids for origin in backtest.origins):
            found.append(_calibration(backtest, one, lines))
            found.append(_gain(backtest, one, lines))
        if len(backtest.origins) >= _SEVERAL:
            found.append(_totals(one, lines))
    return tuple(found)


def _best(judged: Judged) -> list[str]:
    return [str(name) for name in judged.league["contender"][judged.league["rank"].notna()][:_SHOWN]]


def tracking_picture(table: "pd.DataFrame", caption: str) -> Picture:
    """Repeat purchases since the beginning, actual and expected."""
    last = table.iloc[-1]
    return picture(
        lambda ax: plots.tracking(table, ax=ax),
        f"Two rising lines. By {last['day']:%Y-%m-%d} customers had made {last['actual_cumulative']:,.0f} repeat "
        f"purchases, and the model expects {last['expected_cumulative']:,.0f}.",
        caption,
    )


def incremental_picture(table: "pd.DataFrame", caption: str) -> Picture:
    """Repeat purchases period by period, actual and expected."""
    peak = table.iloc[int(table["actual"].argmax())]
    return picture(
        lambda ax: plots.incremental(table, ax=ax),
        f"A jagged line of actual and a smooth line of expected repeat purchases per period. Actual peaks at "
        f"{peak['actual']:,.0f} in the period to {peak['day']:%Y-%m-%d}, where {peak['expected']:,.0f} are expected.",
        caption,
    )


def _calibration(backtest: Backtest, judged: Judged, lines: Lines) -> Picture:
    table = lines.of(backtest.calibration(judged.target))
    ends = "; ".join(
        f"{name} from {digits(rows['predicted'].iloc[0])} forecast and {digits(rows['actual'].iloc[0])} actual in the "
        f"lowest group to {digits(rows['predicted'].iloc[-1])} and {digits(rows['actual'].iloc[-1])} in the highest"
        for name, rows in ((name, table[table["contender"] == name]) for name in lines.names)
        if len(rows)
    )
    return _drawn(
        plots.calibration, table, judged.target, lines,
        f"Calibration of {NOUNS[judged.target]} per customer, forecast against actual: {ends}.",
        f"Calibration of {NOUNS[judged.target]}: on the line a group's mean forecast was right.",
    )  # fmt: skip


def _gain(backtest: Backtest, judged: Judged, lines: Lines) -> Picture:
    table = lines.of(backtest.cumulative_gain(judged.target))
    tenth = table[table["share"] >= 0.1].drop_duplicates("contender")
    held = "; ".join(f"{row['contender']} {share(row['gain'])}" for row in tenth.to_dict("records"))
    return _drawn(
        plots.cumulative_gain, table, judged.target, lines,
        f"Share of all {NOUNS[judged.target]} by the share of customers with the highest forecasts. Ten percent of the "
        f"customers hold: {held}.",
        f"Who buys most: the share of {NOUNS[judged.target]} that the customers with the highest forecasts made.",
    )  # fmt: skip


def _totals(judged: Judged, lines: Lines) -> Picture:
    table = lines.of(judged.totals)
    best = table[table["contender"] == judged.best]
    said = "; ".join(
        f"{row['cutoff']:%Y-%m-%d}: {about(row['expected'])} expected, {about(row['actual'])} came"
        for row in best.to_dict("records")
    )
    return _drawn(
        plots.totals, table, judged.target, lines,
        f"Total {NOUNS[judged.target]} in the window after each cut-off, by {judged.best}. {said}.",
        f"Total {NOUNS[judged.target]} in each window.",
    )  # fmt: skip


def _drawn(
    plot: Callable[..., object], table: "pd.DataFrame", target: str, lines: Lines, alt: str, caption: str
) -> Picture:
    known = drawable(lines.shown)
    renamed = table.assign(contender=table["contender"].map(known))
    others = [f"{short} is {name}" for name, short in known.items() if short != name and name in lines.names]

    def draw(ax: "Axes") -> None:
        plot(renamed, target, highlight=list(known.values()), ax=ax)
        # Longer ones would be cut off.
        ax.set_ylabel("\n".join(wrap(ax.get_ylabel().replace("\n", " "), _UPRIGHT)))
        _legend_below(ax)

    return picture(draw, alt, " ".join([caption, *(f"{other}." for other in others)]))


def drawable(names: Sequence[str]) -> dict[str, str]:
    """Names as a picture can show them: those that are long, or that its font cannot write, get a number.

    Examples
    --------
    >>> from clvmodels.report.judged_pictures import drawable
    >>> drawable(["BG/NBD", "a" * 99])["a" * 99]
    'forecast 2'
    """
    found: dict[str, str] = {}
    for place, name in enumerate(names, start=1):
        fits = bool(name.strip()) and len(name) <= _LONGEST and all(map(_in_font, name))
        found[name] = name if fits else f"forecast {place}"
    # Somebody may be called like that.
    doubled = len(set(found.values())) < len(found)
    return {name: f"forecast {place}" for place, name in enumerate(names, start=1)} if doubled else found


@cache
def _in_font(letter: str) -> bool:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return letter.isprintable() and bool(get_font(findfont(FontProperties())).get_char_index(ord(letter)))


def _legend_below(ax: "Axes") -> None:
    """The legend under the picture instead of beside it, which leaves a phone's width to the data."""
    beside, figure = ax.get_legend(), ax.get_figure()
    if beside is None or figure is None:
        return
    handles, texts = beside.legend_handles, [text.get_text().replace("\n", " ") for text in beside.get_texts()]
    beside.remove()
    below = figure.legend(
        [handle for handle in handles if handle is not None], ["?"] * len(texts), loc="outside lower center",
        ncols=2 if max(map(len, texts)) <= 26 else 1, frameon=False, fontsize=9, handlelength=3.0, labelcolor="#222222",
    )  # fmt: skip
    for text, words in zip(below.get_texts(), texts, strict=True):
        text.set_parse_math(False)
        text.set_text(words)
