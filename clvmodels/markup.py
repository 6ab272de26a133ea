"""Results as HTML for notebooks: one sentence and one table, with every text escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from numbers import Real

# Longer texts are cut: ids and messages of others may be of any length.
_LONGEST = 160
_CELL = "text-align:left;vertical-align:top"
_NUMBER = "text-align:right"
# From there on decimals say nothing, and up to there no power of ten is needed.
_LARGE, _LARGEST = 1e3, 1e15


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
    lines = [list(row) for row in rows]
    looks = [_look([line[place] for line in lines]) for place in range(len(headings))]
    head = "".join(f"<th style='{look}'>{escape(heading)}</th>" for look, heading in zip(looks, headings, strict=True))
    body = "".join(f"<tr>{''.join(map(_cell, line))}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _look(values: Sequence[object]) -> str:
    """How a heading stands: right, above numbers; left, above anything else."""
    return _NUMBER if any(map(is_number, values)) else _CELL


def _cell(value: object) -> str:
    return f"<td style='{_look([value])}'>{escape(written(value))}</td>"


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
        whole = (number.is_integer() or abs(number) >= _LARGE) and abs(number) < _LARGEST
        return f"{number:,.0f}" if whole else f"{number:,.4g}"
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
