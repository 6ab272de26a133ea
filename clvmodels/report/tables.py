"""Tables of numbers as tables of text."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clvmodels.fitting import Fit
from clvmodels.report.content import Table

if TYPE_CHECKING:
    import pandas as pd


def text_table(frame: "pd.DataFrame", caption: str, columns: Mapping[str, tuple[str, str]], note: str = "") -> Table:
    """A frame as a table of text.

    Parameters
    ----------
    frame
        Numbers and names.
    caption, note
        Above and beneath the table.
    columns
        Columns of the frame to show, each with its heading and the format of its numbers; the first one names the row.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.report import text_table
    >>> frame = pd.DataFrame({"id": ["a", "b"], "share": [0.5, 0.25]})
    >>> text_table(frame, "Shares", {"id": ("customer", ""), "share": ("share", ".0%")}).rows
    (('a', '50%'), ('b', '25%'))
    """
    formats = [number for _, number in columns.values()]
    shown = frame[list(columns)].itertuples(index=False)
    rows = tuple(tuple(f"{value:{number}}" for value, number in zip(row, formats, strict=True)) for row in shown)
    return Table(caption, tuple(heading for heading, _ in columns.values()), rows, note)


def parameter_table(fit: Fit, published: Mapping[str, str], note: str = "") -> Table:
    """Estimates with their standard errors beside published values, by symbol and "log-likelihood".

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.report import parameter_table
    >>> fit = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> parameter_table(fit, {"q": "3.74"}).rows[1]
    ('q', '3.7400', 'nan', '3.74')
    """
    numbers = fit.parameters()
    estimates = zip(numbers["parameter"], numbers["estimate"], numbers["std_error"], strict=True)
    rows = [(name, f"{value:.4f}", f"{error:.4f}", published.get(name, "")) for name, value, error in estimates]
    rows.append(("log-likelihood", f"{fit.log_likelihood:,.4f}", "", published.get("log-likelihood", "")))
    columns = ("parameter", "estimate", "standard error", "published")
    return Table(f"{fit.model.name}, {fit.customers:,} customers", columns, tuple(rows), note)
