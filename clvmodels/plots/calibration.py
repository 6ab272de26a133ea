"""Forecasts beside outcomes, in groups of customers of like forecasts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clvmodels.plots.contenders import canvas, drawn, legend_beside, line
from clvmodels.plots.style import REFERENCE, dress, percent, root_scales
from clvmodels.plots.tables import Source
from clvmodels.plots.words import words_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_CALIBRATION = Source(
    "calibration", "backtest.calibration(target)", ("contender", "predicted", "actual", "standard_error")
)


def calibration(
    table: "pd.DataFrame",
    target: str | None = None,
    highlight: Sequence[str] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Mean forecast against mean outcome by group; on the diagonal they are equal, above it the forecast is too low.

    Bars are one standard error of the mean outcome to either side. Axes are by square roots, but for probabilities:
    most groups are near 0 and few far off.

    Parameters
    ----------
    table
        As `Backtest.calibration` returns it.
    target
        What it is of, for the labels: "purchases", "revenue", "value" or "activity".
    highlight
        At most eight contenders, for colours; the others are grey. By default the first eight of the table.
    ax
        Where to draw. A legend stands beside it: give the figure layout="constrained".

    Raises
    ------
    WrongTypeError
        If it is no table.
    InputError
        If the table is another one or empty, or names are not possible.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from clvmodels import plots
    >>> table = pd.DataFrame({"contender": "BG/NBD", "predicted": [0.2, 1.4], "actual": [0.2, 1.6]})
    >>> ax = plots.calibration(table.assign(standard_error=[0.02, 0.2]), "purchases", ax=Figure().add_subplot())
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('Expected purchases per customer', 'Actual purchases per customer')
    """
    _CALIBRATION.require(table)
    words, contenders = words_of(target), drawn(table, highlight)
    ax = canvas(ax)
    for one in contenders:
        rows = one.rows
        line(ax, one, rows["predicted"], rows["actual"])
        if one.highlighted:
            low, high = rows["actual"] - rows["standard_error"], rows["actual"] + rows["standard_error"]
            ax.vlines(rows["predicted"], low, high, color=one.look["color"], linewidth=1.1)
    legend_beside(ax, contenders, {"forecast = outcome": REFERENCE})
    if target == "activity":
        percent(ax.xaxis, ax.yaxis)
    else:
        root_scales(ax)
    # By two points, for a slope would be one of straight scales.
    ax.axline((0.0, 0.0), (1.0, 1.0), label="_diagonal", **REFERENCE)
    dress(ax, title="Calibration", x=words.predicted, y=words.actual)
    return ax
