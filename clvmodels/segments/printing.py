"""Tables of numbers as text and as HTML."""

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

_Writer: TypeAlias = Callable[[float], str]

# Columns that are counts, changes and shares; all other numbers are money, ratios or months.
_COUNTS, _CHANGES, _SHARES = ("customers",), ("change", "relative"), ("churn", "probability")
_NOTHING = "-"


def percent(change: float) -> str:
    """A change in words.

    Examples
    --------
    >>> from clvmodels.segments.printing import percent
    >>> percent(0.1), percent(-0.025)
    ('+10%', '-2.5%')
    """
    return f"{100 * change:+.4g}%"


def as_text(table: "pd.DataFrame") -> str:
    """A table with its numbers written for people, each with its interval behind it.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.segments.printing import as_text
    >>> print(as_text(pd.DataFrame({"clv": [12.5], "clv_lower": [10.0], "clv_upper": [15.0], "clv_share": [0.25]})))
                      clv clv_share
    12.50 (10.00 to 15.00)     25.0%
    """
    return str(written(table).to_string(index=False))


def as_html(title: str, table: "pd.DataFrame") -> str:
    """The same under a title, for a notebook."""
    return f"<p>{escape(title)}</p>" + str(written(table).to_html(index=False))


def written(table: "pd.DataFrame") -> "pd.DataFrame":
    """A table of text."""
    import pandas as pd

    names = [str(name) for name in table]
    bounds = {f"{name}{end}" for name in names for end in ("_lower", "_upper")}
    return pd.DataFrame({name: _column(table, name) for name in names if name not in bounds})


def _column(table: "pd.DataFrame", name: str) -> list[str]:
    if table[name].dtype.kind not in "if":
        return [str(value) for value in table[name]]
    write = _writer(name)
    if f"{name}_lower" not in table:
        return [write(number) for number in table[name]]
    rows = zip(table[name], table[f"{name}_lower"], table[f"{name}_upper"], strict=True)
    return [f"{write(number)} ({write(lower)} to {write(upper)})" for number, lower, upper in rows]


def _writer(name: str) -> _Writer:
    if name in _COUNTS:
        return "{:,.0f}".format
    if name in _CHANGES:
        return lambda share: _NOTHING if share != share else f"{100 * share:+.1f}%"
    if name.startswith(_SHARES) or name.endswith("_share"):
        return lambda share: _NOTHING if share != share else f"{100 * share:.1f}%"
    return lambda number: _NOTHING if number != number else f"{number:,.2f}"
