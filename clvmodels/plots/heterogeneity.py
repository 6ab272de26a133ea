"""How customers differ from each other."""

from typing import TYPE_CHECKING

from clvmodels.errors import InputError
from clvmodels.plots.intervals import curve
from clvmodels.plots.style import REFERENCE, axes_for, dress
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_HETEROGENEITY = Source(
    "heterogeneity", "clv.evaluation.heterogeneity(fit)", ("quantity", "unit", "value", "density", "mean")
)
# A density without bound at 0 or 1 is cut where it is so many times as high as in the middle.
_TIMES = 6.0


def heterogeneity(table: "pd.DataFrame", quantity: str | None = None, ax: "Axes | None" = None) -> "Axes":
    """Density over customers of a rate, on a logarithmic axis, or of a probability; the mean is a thin line.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.heterogeneity` returns it.
    quantity
        Which of the table's, such as "dropout probability"; by default the first.
    ax
        Where to draw.

    Raises
    ------
    WrongTypeError
        If it is no table.
    InputError
        If the table is another one or empty, or has no such quantity.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from matplotlib.figure import Figure
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> ax = clv.plots.heterogeneity(clv.evaluation.heterogeneity(fit), ax=Figure().add_subplot())
    >>> ax.get_xlabel(), ax.get_xscale()
    ('Purchase rate while alive, per week', 'log')
    """
    _HETEROGENEITY.require(table)
    known = list(dict.fromkeys(table["quantity"]))
    chosen = known[0] if quantity is None else quantity
    if chosen not in known:
        raise InputError(f"The table has no {chosen!r}.", advice=f"It has {', '.join(known)}.")
    rows = table[table["quantity"] == chosen]
    unit, mean = rows["unit"].iloc[0], float(rows["mean"].iloc[0])
    ax = axes_for(ax)
    curve(ax, rows, "value", "density", label="customers")
    ax.axvline(mean, label=f"mean {mean:.3g}{f' {unit}' if unit else ''}", **(REFERENCE | {"linestyle": "--"}))
    middle = float(rows["density"].median())
    highest = float(rows["density"].max())
    ax.set_ylim(0.0, min(1.15 * highest, _TIMES * middle) if not unit and highest > _TIMES * middle else None)
    if unit:
        ax.set_xscale("log")
    else:
        ax.set_xlim(0.0, 1.0)
    x = f"{chosen.capitalize()} while alive, {unit}" if unit else f"{chosen.capitalize()} after a purchase"
    title = f"How customers differ: {chosen}"
    dress(ax, title=title, x=x, y="Density of customers" + (" (per tenfold)" if unit else ""), legend=True)
    return ax
