"""Order values and values of customers."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.evaluation import SpendDensity
from clvmodels.plots.contenders import require_table
from clvmodels.plots.intervals import curve, has_bounds, whiskers
from clvmodels.plots.room import name_bars
from clvmodels.plots.style import ACTUAL, EXPECTED, axes_for, dress, short, short_numbers, thousands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def spend_density(density: SpendDensity, ax: "Axes | None" = None) -> "Axes":
    """Customers' mean order values, a histogram of what they were and the model's density.

    The band is of the density, by parameters alone.

    Parameters
    ----------
    density
        As `clvmodels.evaluation.spend_density` returns it.
    ax
        Where to draw.

    Raises
    ------
    InputError
        If it is something else or empty.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from matplotlib.figure import Figure
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> found = clv.evaluation.spend_density(summary, clv.GammaGamma().fit(summary))
    >>> clv.plots.spend_density(found, ax=Figure().add_subplot()).get_ylabel()
    'Density of customers (per unit of money)'
    """
    require_table(density.actual, ("lower", "upper", "density"), "evaluation.spend_density")
    require_table(density.expected, ("value", "density"), "evaluation.spend_density")
    ax = axes_for(ax)
    edges = [*density.actual["lower"], density.actual["upper"].iloc[-1]]
    ax.stairs(density.actual["density"], edges, fill=True, color=ACTUAL["color"], alpha=0.3, label="actual")
    curve(ax, density.expected, "value", "density")
    ax.set_xlim(0.0, edges[-1])
    short_numbers(ax.xaxis)
    ax.set_ylim(bottom=0.0)
    beyond = f"; {density.beyond:,} beyond {short(float(f'{edges[-1]:.3g}'))}" if density.beyond else ""
    x = f"Mean order value of a customer (money)\n{density.customers:,} customers{beyond}"
    dress(ax, title="Mean order values", x=x, y="Density of customers (per unit of money)", legend=True)
    return ax


def value_distribution(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """How many customers will turn out to be worth how much, with intervals by parameters and chance.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.value_distribution` returns it.
    ax
        Where to draw.

    Raises
    ------
    InputError
        If the table is another one or empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from clvmodels import plots
    >>> table = pd.DataFrame(
    ...     {"lower": [0.0, 0.0, 50.0], "upper": [0.0, 50.0, float("inf")], "customers": [7.0, 4.0, 1.0]}
    ... )
    >>> ax = plots.value_distribution(table.assign(terms="1 year"), ax=Figure().add_subplot())
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['0', '0-50', '> 50']
    """
    require_table(table, ("lower", "upper", "customers", "terms"), "evaluation.value_distribution")
    ax = axes_for(ax, (8.2, 4.2))
    place = np.arange(len(table))
    ax.bar(place, table["customers"], 0.8, **EXPECTED)
    if has_bounds(table, "customers"):
        whiskers(ax, place, table, "customers")
    name_bars(ax, [_range(low, high) for low, high in zip(table["lower"], table["upper"], strict=True)])
    thousands(ax)
    title = f"Value of customers over {table['terms'].iloc[0]}"
    dress(ax, title=title, x="What a customer will turn out to be worth (money)", y="Customers", legend=True)
    return ax


def _range(low: float, high: float) -> str:
    if low == high:
        return short(low)
    if np.isinf(high):
        return f"> {short(low)}"
    return "< 0" if np.isinf(low) else f"{short(low)}-{short(high)}"
