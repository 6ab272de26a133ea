"""Order values and values of customers."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.evaluation import SpendDensity
from clvmodels.plots.intervals import curve, has_bounds, whiskers
from clvmodels.plots.room import name_bars
from clvmodels.plots.style import ACTUAL, EXPECTED, axes_for, dress, short, short_numbers, thousands
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Tenfolds on a logarithmic axis of which the numbers 1, 10, 100, ... alone would be too few.
_FEW = 2.5
_SPEND = "clv.evaluation.spend_density(summary, spend)"
_ACTUAL_SPEND = Source("spend_density", _SPEND, ("lower", "upper", "density"))
_EXPECTED_SPEND = Source("spend_density", _SPEND, ("value", "density"))
_VALUE_DISTRIBUTION = Source(
    "value_distribution", "clv.evaluation.value_distribution(value, summary)", ("lower", "upper", "customers", "terms")
)


def spend_density(density: SpendDensity, ax: "Axes | None" = None) -> "Axes":
    """Customers' mean order values, a histogram of what they were and the model's density.

    If the tail is long the axis is logarithmic; what lies outside of it is said below. The band is of the density, by
    parameters alone.

    Parameters
    ----------
    density
        As `clvmodels.evaluation.spend_density` returns it.
    ax
        Where to draw.

    Raises
    ------
    WrongTypeError
        If it is something else.
    InputError
        If it is empty.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from matplotlib.figure import Figure
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> found = clv.evaluation.spend_density(summary, clv.GammaGamma().fit(summary))
    >>> clv.plots.spend_density(found, ax=Figure().add_subplot()).get_ylabel()
    'Share of customers per 10 (money)'
    """
    _ACTUAL_SPEND.require_kind(density, SpendDensity)
    _ACTUAL_SPEND.require(density.actual)
    _EXPECTED_SPEND.require(density.expected)
    ax = axes_for(ax)
    edges = [*density.actual["lower"], density.actual["upper"].iloc[-1]]
    low, high = (float(f"{edges[place]:.3g}") for place in (0, -1))
    ax.stairs(density.actual["density"], edges, fill=True, color=ACTUAL["color"], alpha=0.3, label="actual")
    curve(ax, density.expected, "value", "density")
    ax.set_xlim(edges[0], edges[-1])
    if density.logarithmic:
        _tenfolds(ax)
    short_numbers(ax.xaxis)
    ax.set_ylim(bottom=0.0)
    where = f"outside of {short(low)} to {short(high)}" if density.logarithmic else f"beyond {short(high)}"
    beyond = f"; {_number(density.beyond, density.customers)} {where}" if density.beyond else ""
    x = f"Mean order value of a customer (money)\n{density.customers:,} customers{beyond}"
    units = 1.0 if density.logarithmic else _readable(ax.get_ylim()[1])
    _percent_of(ax, 1.0 / units)
    y = f"Share of customers per {'doubling' if density.logarithmic else f'{short(units)} (money)'}"
    dress(ax, title="Mean order values", x=x, y=y, legend=True)
    return ax


def _number(part: int, whole: int) -> str:
    return f"{part:,} ({100 * part / whole:.2g}%)"


def _readable(highest: float) -> float:
    """1, 10, 100, ... units of money, so many that the highest density is a share of 10% to 100%."""
    return 10.0 ** max(0, -int(np.floor(np.log10(highest))) - 1)


def _percent_of(ax: "Axes", whole: float) -> None:
    """Write densities as shares of a whole, at round numbers."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(PercentFormatter(whole, decimals=0))


def _tenfolds(ax: "Axes") -> None:
    """A logarithmic axis with numbers at 1, 10, 100, ..., and between them if these are few."""
    from matplotlib.ticker import LogLocator, NullFormatter

    ax.set_xscale("log")
    few = np.log10(ax.get_xlim()[1] / ax.get_xlim()[0]) < _FEW
    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,)))
    ax.xaxis.set_minor_formatter(NullFormatter())


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
    WrongTypeError
        If it is no table.
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
    _VALUE_DISTRIBUTION.require(table)
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
