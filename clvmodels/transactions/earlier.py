"""A calibration cut once more, so that a rule can be learnt from what is known at the cut-off and nothing after it."""

from dataclasses import dataclass
from datetime import timedelta

import narwhals.stable.v2 as nw

from clvmodels.transactions import engines
from clvmodels.transactions.names import ID, RESERVED
from clvmodels.transactions.split import Calibration
from clvmodels.transactions.summary import Summary
from clvmodels.units import Horizon, TimeUnit


@dataclass(frozen=True, eq=False)
class Earlier:
    """What was known of customers a window before the cut-off, and what they did in the window.

    Attributes
    ----------
    summary
        As it was then, with two columns more: `purchases` in the window and, with money, their `revenue`.
    window
        Length of the window in whole days.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Transactions, earlier
    >>> log = pd.DataFrame({"id": [7, 7, 8], "day": ["2024-01-01", "2024-01-09", "2024-01-09"]})
    >>> calibration, _ = Transactions(log, customer="id", time="day").split(
    ...     "2024-01-10", "1 day", time_unit="day", observed_until="2024-01-12"
    ... )
    >>> before = earlier(calibration, "5 days")
    >>> before.summary, before.summary.column("purchases")
    (Summary(1 customers, in days until 2024-01-05), array([1.]))
    """

    summary: Summary
    window: Horizon


def earlier(calibration: Calibration, window: object) -> Earlier:
    """Cut a calibration a window before its cut-off.

    Parameters
    ----------
    calibration
        As `Transactions.split` returns it.
    window
        Text with a unit or a number in the summary's unit; rounded down to whole days.

    Raises
    ------
    InputError
        If nothing was observed before the window.
    """
    options = calibration.options
    days = round(Horizon.parse(window).in_unit(options.time_unit) * options.time_unit.days, 9) // 1
    keywords = {name: value for name, value in options.as_dict().items() if name != "until"}
    cutoff, length = calibration.cutoff - timedelta(days=days), Horizon(days, TimeUnit.DAY)
    before, after = calibration.transactions.split(cutoff, length, observed_until=calibration.cutoff, **keywords)
    known, happened = engines.wrap(before.summary.frame), engines.wrap(after.frame)
    # Not the attributes, whose names could be those of what happened.
    numbers = [name for name in before.summary.names if name in RESERVED]
    window_sums = happened.select(ID, *(nw.col(name) for name in after.names if name in {"purchases", "revenue"}))
    joined = known.select(*numbers).join(window_sums, on=ID, how="left").sort(ID)  # type: ignore[arg-type]
    summary = Summary(joined.to_native(), options.time_unit, cutoff, before.summary.options, before.summary.report)
    return Earlier(summary, length)
