"""Repeat purchases over calendar time."""

from typing import TYPE_CHECKING

from clvmodels.plots.contenders import LOOKS
from clvmodels.plots.intervals import curve
from clvmodels.plots.style import ACTUAL, axes_for, dress, thousands, time_axis
from clvmodels.plots.tables import Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_TRACKING = Source(
    "tracking",
    "clv.evaluation.tracking(transactions, calibration, fit)",
    ("day", "actual_cumulative", "expected_cumulative", "holdout"),
)
_INCREMENTAL = Source(
    "incremental",
    "clv.evaluation.tracking(transactions, calibration, fit)",
    ("day", "days", "actual", "expected", "holdout"),
)
# By the lengths of the periods in days.
_PERIODS = {(1,): "day", (7,): "week", (30, 31): "month", (365, 366): "year"}


def tracking(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Cumulative repeat purchases, actual and expected, before and after the cut-off.

    A band says between which totals such a cohort should come to lie, by parameters and chance.

    Parameters
    ----------
    table
        As `clvmodels.evaluation.tracking` returns it, or `Selection.tracking` of several models.
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
    >>> days = pd.to_datetime(["2024-01-07", "2024-01-14", "2024-01-21"])
    >>> table = pd.DataFrame({"day": days, "days": 7, "holdout": [False, False, True]})
    >>> table = table.assign(actual_cumulative=[1, 3, 7], expected_cumulative=[1.5, 3.5, 6.0])
    >>> plots.tracking(table, ax=Figure().add_subplot()).get_ylabel()
    'Repeat purchases so far'
    """
    _TRACKING.require(table)
    ax = axes_for(ax)
    _lines(ax, table, "actual_cumulative", "expected_cumulative")
    dress(ax, title="Cumulative repeat purchases", x="", y="Repeat purchases so far", legend=True)
    return ax


def incremental(table: "pd.DataFrame", ax: "Axes | None" = None) -> "Axes":
    """Repeat purchases period by period, actual and expected; a shorter first or last period is left out.

    Parameters
    ----------
    table
        As for `tracking`.
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
    >>> days = pd.to_datetime(["2024-01-07", "2024-01-14", "2024-01-21"])
    >>> table = pd.DataFrame({"day": days, "days": 7, "holdout": [False, False, True]})
    >>> table = table.assign(actual=[1, 2, 4], expected=[1.5, 2.0, 2.5])
    >>> plots.incremental(table, ax=Figure().add_subplot()).get_ylabel()
    'Repeat purchases per week'
    """
    _INCREMENTAL.require(table)
    ax = axes_for(ax)
    longest = int(table["days"].max())
    # Months differ by a day; a period that the log's ends cut off is much shorter.
    _lines(ax, table[table["days"] >= longest - 1], "actual", "expected")
    whole = sorted(set(table.loc[table["days"] >= longest - 1, "days"]))
    period = _PERIODS.get(tuple(whole), f"{longest} days")
    dress(ax, title="Repeat purchases as they came", x="", y=f"Repeat purchases per {period}", legend=True)
    return ax


def _lines(ax: "Axes", table: "pd.DataFrame", actual: str, expected: str) -> None:
    several = "model" in table
    models = [rows for _, rows in table.groupby("model", sort=False)] if several else [table]
    ax.plot(models[0]["day"], models[0][actual], linewidth=1.8, **ACTUAL)
    if not several:
        curve(ax, table, "day", expected, linestyle=(0, (4, 1.5)))
    # Bands of several would hide one another.
    for look, rows in zip(LOOKS, models if several else (), strict=False):
        name = str(rows["model"].iloc[0])
        ax.plot(rows["day"], rows[expected], **{**look, "linewidth": 1.6, "marker": "", "label": name})
    thousands(ax)
    before = table[~table["holdout"]]
    if 0 < len(before) < len(table):
        cutoff = before["day"].iloc[-1]
        ax.axvline(cutoff, color="#555555", linewidth=1, linestyle=":", label=f"cut-off {cutoff:%Y-%m-%d}")
    time_axis(ax)
