"""Single customers over time."""

from typing import TYPE_CHECKING, Any

from clvmodels.plots.intervals import curve
from clvmodels.plots.room import every, room, shortened
from clvmodels.plots.style import ACTUAL, EXPECTED, axes_for, dress, percent, time_axis
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_ALIVE_PATH = Source(
    "alive_path",
    "clv.evaluation.alive_path(transactions, summary, fit, customer)",
    ("customer_id", "time", "purchase", "probability_alive"),
)
_TIMELINES = Source(
    "timelines", "clv.evaluation.timelines(summary)", ("customer_id", "time", "first", "time_unit", "until")
)
# Names, letters of each and points that its row takes.
_MOST_NAMES, _LETTERS, _ROW = 40, 16, 11.0


def alive_path(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Probability that one customer is alive, as known on each day, with purchases marked below.

    The band is of the probability, by parameters alone.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.alive_path` returns it.
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
    >>> times = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-01", "2024-03-01"])
    >>> table = pd.DataFrame({"customer_id": 7, "time": times, "purchase": [True, False, True, False]})
    >>> ax = plots.alive_path(table.assign(probability_alive=[1.0, 1.0, 0.9, 0.8]), ax=Figure().add_subplot())
    >>> ax.get_title(loc="left")
    'Customer 7: 2 purchases'
    """
    _ALIVE_PATH.require(table)
    ax = axes_for(ax, (8.2, 3.8))
    curve(ax, table, "time", "probability_alive", label="P(alive)")
    bought = table[table["purchase"]]
    # Below the curve, so that a purchase of every day hides nothing of it.
    ax.plot(bought["time"], [-0.06] * len(bought), linestyle="", marker="|", markersize=11, markeredgewidth=1.6,
            color=ACTUAL["color"], label="purchase")  # fmt: skip
    ax.set_ylim(-0.12, 1.05)
    ax.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    percent(ax.yaxis)
    time_axis(ax)
    number = f"{len(bought):,} purchase{'s' if len(bought) != 1 else ''}"
    first, last = (f"{table['time'].iloc[place]:%Y-%m-%d}" for place in (0, -1))
    name = shortened(str(table["customer_id"].iloc[0]), _LETTERS)
    dress(ax, title=f"Customer {name}: {number}", x=f"{first} to {last}", y="Probability of being alive", legend=True)
    return ax


def timelines(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Customers below each other in the order in which they came: first purchase, purchases, end of observation.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.timelines` returns it.
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
    >>> table = pd.DataFrame({"customer_id": ["a", "a"], "time": [-8.0, -3.0], "first": [True, False]})
    >>> ax = plots.timelines(table.assign(time_unit="week", until=pd.NaT), ax=Figure().add_subplot())
    >>> ax.get_xlabel()
    'Time before the end of observation, in weeks'
    """
    _TIMELINES.require(table)
    ids = list(dict.fromkeys(table["customer_id"]))
    ax = axes_for(ax, (8.2, min(12.0, 1.4 + 0.2 * max(len(ids), 8))))
    row = table["customer_id"].map({customer: place for place, customer in enumerate(ids)})
    until = table["until"].iloc[0]
    dated = until == until
    time = _dates(table) if dated else table["time"]
    firsts = table["first"].to_numpy(dtype=bool)
    ax.hlines(row[firsts], time[firsts], until if dated else 0.0, color="#c4c4c4", linewidth=1.2, zorder=1)
    marks: dict[str, Any] = {"linestyle": "", "marker": "o", "markersize": 5.5, "zorder": 2}
    ax.plot(time[firsts], row[firsts], markerfacecolor="white", color=ACTUAL["color"],
            label="first purchase", **marks)  # fmt: skip
    # Their white edges tell apart those that lie close together.
    ax.plot(time[~firsts], row[~firsts], color=EXPECTED["color"], markeredgecolor="white", markeredgewidth=0.5,
            label="repeat purchase", **marks)  # fmt: skip
    ax.axvline(until if dated else 0.0, color="#555555", linewidth=1, linestyle=":", label="end of observation")
    _name_customers(ax, ids)
    if dated:
        time_axis(ax)
    unit = f"{table['time_unit'].iloc[0]}s"
    x = f"Observed until {until:%Y-%m-%d}" if dated else f"Time before the end of observation, in {unit}"
    title = f"{len(ids):,} customer{'s' if len(ids) != 1 else ''} over time"
    dress(ax, title=title, x=x, y="Customer", grid=False, legend=True)
    return ax


def _dates(table: "pd.DataFrame") -> "pd.Series":
    import pandas as pd

    from clvmodels.units import TimeUnit

    days = table["time"] * TimeUnit.parse(table["time_unit"].iloc[0]).days
    return table["until"] + pd.to_timedelta(days, unit="D")


def _name_customers(ax: "Axes", ids: list[object]) -> None:
    """Ids beside the rows, unless there are too many to be read."""
    ax.set_ylim(len(ids) - 0.4, -0.6)
    if len(ids) > _MOST_NAMES:
        ax.set_yticks([])
        return
    step = every(len(ids), room(ax)[1], _ROW)
    names = [shortened(str(customer), _LETTERS) for customer in ids]
    ax.set_yticks(range(0, len(ids), step), names[::step], parse_math=False)
    ax.tick_params(axis="y", length=0)
