"""Results as HTML for notebooks: one sentence and one table, with every text escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from numbers import Real

# Longer texts are cut: ids and messages of others may be of any length.
_LONGEST = 160
_CELL = "text-align:left;vertical-align:top"


def sentence(text: str, *, strong: str = "") -> str:
    """A paragraph, with its first words bold.

    Examples
    --------
    >>> from clvmodels.markup import sentence
    >>> sentence("a < b", strong="So it is:")
    '<p><b>So it is:</b> a &lt; b</p>'
    """
    return f"<p><b>{escape(strong)}</b> {escape(text)}</p>" if strong else f"<p>{escape(text)}</p>"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of texts and numbers.

    Examples
    --------
    >>> from clvmodels.markup import table
    >>> table(["id", "clv"], [["<i>", 1234.5]]).count("&lt;i&gt;")
    1
    """
    head = "".join(f"<th style='{_CELL}'>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    align = "text-align:right" if is_number(value) else _CELL
    return f"<td style='{align}'>{escape(written(value))}</td>"


def is_number(value: object) -> bool:
    """Whether a value is a number."""
    return isinstance(value, Real) and not isinstance(value, bool)


def written(value: object) -> str:
    """A value as people read it.

    Examples
    --------
    >>> from clvmodels.markup import written
    >>> written(1234), written(0.123456), written(float("nan")), written(None)
    ('1,234', '0.1235', '-', '-')
    """
    # Of the missing value of pandas nobody knows whether it equals itself.
    if value is None or type(value).__name__ == "NAType" or value != value:
        return "-"
    if is_number(value):
        number = float(value)  # type: ignore[arg-type]
        return f"{number:,.0f}" if number.is_integer() and abs(number) < 1e15 else f"{number:,.4g}"
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
