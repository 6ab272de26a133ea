"""A backtest in words and tables for people."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from clvmodels.evaluation.backtesting.measures import FIRST, measures_of

if TYPE_CHECKING:
    import pandas as pd

    from clvmodels.evaluation.backtesting.result import Backtest


def number(count: int, what: str) -> str:
    """A count with its noun.

    Examples
    --------
    >>> from clvmodels.evaluation.backtesting.words import number
    >>> number(1, "cut-off"), number(2, "cut-off")
    ('1 cut-off', '2 cut-offs')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def text(backtest: "Backtest") -> str:
    """The league tables as text."""
    parts = [heading(backtest)]
    parts += [f"{title}\n{table.to_string(index=False)}" for title, table in league_tables(backtest)]
    parts += [f"{row.contender} failed at {row.cutoff}. {row.message}" for row in backtest.failures.itertuples()]
    return "\n\n".join(parts + _notes(backtest))


def html(backtest: "Backtest") -> str:
    """The same as HTML."""
    parts = [f"<p>{escape(heading(backtest))}</p>"]
    for title, table in league_tables(backtest):
        parts.append(f"<p><b>{escape(title)}</b></p>{table.to_html(index=False, border=0)}")
    if len(backtest.failures):
        parts.append(f"<p><b>Failed</b></p>{backtest.failures.to_html(index=False, border=0)}")
    return "".join([*parts, *(f"<p>{escape(note)}</p>" for note in _notes(backtest))])


def league_tables(backtest: "Backtest") -> Iterator[tuple[str, "pd.DataFrame"]]:
    """League tables as text, with titles: for each target first means and order, then predictive distributions."""
    settings = backtest.settings
    for target in backtest.targets:
        if target == "value" and settings.value_is_revenue:
            continue
        also = " (and value, which is the same here)" if target == "revenue" and settings.value_is_revenue else ""
        table = backtest.league(target)
        names = [measure.name for measure in measures_of(target, replace(settings, level=None))]
        yield f"{target}{also}, by {FIRST[target]}", _written(table[["contender", "rank", "cutoffs", *names]])
        spread = table.drop(columns=["rank", "cutoffs", *names])
        known = spread.drop(columns="contender").notna().any(axis=1)
        if known.any():
            yield f"{target}, distributions and intervals of {settings.level:.0%}", _written(spread[known])


def heading(backtest: "Backtest") -> str:
    """What was done, in a line or two."""
    origins = backtest.origins
    days = ", ".join(str(origin.cutoff) for origin in origins)
    fewest, most = (f"{choice(origin.customers for origin in origins):,}" for choice in (min, max))
    customers = fewest if fewest == most else f"{fewest} to {most}"
    return (
        f"{number(len(backtest.contenders), 'contender')} at {number(len(origins), 'cut-off')} ({days}), "
        f"{origins[0].horizon} ahead, {customers} customers. Measures are means over cut-offs."
    )


def _notes(backtest: "Backtest") -> list[str]:
    notes = backtest.notes
    bad = notes[notes["kind"] != "not available"]
    lines = [f"{row.contender} at {row.cutoff} is {row.kind}: {row.message}" for row in bad.itertuples()]
    if (notes["kind"] == "not available").any():
        lines.append("- is not available; .notes says why.")
    return lines


def _written(table: "pd.DataFrame") -> "pd.DataFrame":
    """Numbers as people read them; what is missing is a dash."""
    shown = table.astype(object)
    for name in table.columns:
        if name == "bias":
            shown[name] = [_number(value, "{:+.1%}") for value in table[name]]
        elif name == "rank":
            shown[name] = [
                "-" if gone else f"{value}" for value, gone in zip(table[name], table[name].isna(), strict=True)
            ]
        elif name not in {"contender", "cutoffs"}:
            shown[name] = [_number(value, "{:,.3f}" if abs(value) < 100 else "{:,.1f}") for value in table[name]]
    return shown


def _number(value: float, form: str) -> str:
    return "-" if np.isnan(value) else form.format(value)
