"""What is expected of customers just acquired."""

from typing import TYPE_CHECKING

from clvmodels.plots.intervals import curve
from clvmodels.plots.style import axes_for, dress
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_NEW_CUSTOMER = Source("new_customer", "clv.evaluation.new_customer(fit, horizon)", ("age", "time_unit", "expected"))


def new_customer(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Expected repeat purchases of a customer just acquired, over age.

    The band is of the expectation, by parameters alone: single customers differ much more.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.new_customer` returns it.
    ax
        Where to draw.

    Raises
    ------
    WrongTypeError
        If it is no table.
    InputError
        If the table is another one or empty.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from matplotlib.figure import Figure
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> ax = clv.plots.new_customer(clv.evaluation.new_customer(fit, "1 year"), ax=Figure().add_subplot())
    >>> ax.get_xlabel()
    'Time since the first purchase, in weeks'
    """
    _NEW_CUSTOMER.require(table)
    ax = axes_for(ax)
    curve(ax, table, "age", "expected")
    ax.set_xlim(0.0, float(table["age"].iloc[-1]))
    ax.set_ylim(bottom=0.0)
    x = f"Time since the first purchase, in {table['time_unit'].iloc[0]}s"
    dress(ax, title="Expected of a new customer", x=x, y="Repeat purchases so far", legend=True)
    return ax
