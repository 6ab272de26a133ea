"""Repeat purchases of a cohort over calendar time: what a model expected and what happened."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import IntArray
from clvmodels.errors import InputError
from clvmodels.evaluation.cohort_paths import Cohort
from clvmodels.evaluation.spreads import bounds_of, draws_of
from clvmodels.fitting import PurchaseFit
from clvmodels.transactions import Calibration, Transactions
from clvmodels.units import Horizon, TimeUnit

if TYPE_CHECKING:
    import pandas as pd


def tracking(  # noqa: PLR0913 - a table and how to make it
    transactions: Transactions,
    calibration: Calibration,
    fit: PurchaseFit,
    *,
    until: object = None,
    every: str = "week",
    level: float | None = 0.9,
    seed: int = 0,
) -> "pd.DataFrame":
    """Repeat purchases of the customers of a calibration, period by period, before and after the cut-off.

    The expectation knows of each customer only the day of the first purchase: it is the sum over customers of the
    expected repeat purchases of a new customer at the age that this customer has then. A forecast that also knows what
    each one did in the calibration period is `fit.expected_purchases`.

    Parameters
    ----------
    transactions
        The whole log, that is the one which was split.
    calibration
        Its part before the cut-off, as `transactions.split` returns it.
    fit
        Fitted to the calibration's summary, or with given parameters.
    until
        Last day of the table; by default the log's last whole day.
    every
        Length of a period, such as "week" or "2 weeks", rounded to whole days. Periods are laid so that one ends with
        the cut-off; the first and the last may be shorter.
    level
        Of the bounds between which the purchases of such a cohort would fall (parameters and chance); None for none.
    seed
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        A row per period: day (the period's last), days (its length), actual and expected (repeat purchases within the
        period), actual_cumulative, expected_cumulative, and holdout (whether it lies after the cut-off). With a level
        also expected_lower, expected_upper, expected_cumulative_lower, expected_cumulative_upper and level; these are
        left out where nothing is known of the parameters' spread, as at a boundary, and of fits by group.

    Raises
    ------
    InputError
        If a period is shorter than a day or `until` lies before the cut-off.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import tracking
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> calibration, _ = tx.split("1997-09-30", "39 weeks", time_unit="week")
    >>> table = tracking(tx, calibration, clv.BGNBD().fit(calibration.summary))
    >>> table.set_index("day")[["actual_cumulative", "expected_cumulative"]].iloc[[38, 77]].round(1)
                actual_cumulative  expected_cumulative
    day
    1997-09-30               2457               2494.0
    1998-06-30               4339               4160.6
    """
    import pandas as pd

    options = calibration.summary.options
    daily = transactions.purchases_by_day(until=until, acquired_until=calibration.cutoff, options=options)
    last, cutoff = len(daily) - 1, (pd.Timestamp(calibration.cutoff) - daily["day"].iloc[0]).days
    if last < cutoff:
        raise InputError(f"The table would end before the cut-off {calibration.cutoff}.", advice="Give a later until=.")
    ends = period_ends(cutoff, last, every)
    # With raw time stamps a customer is acquired at some time of the day, and the day ends 24 hours after it began.
    offset = 0.5 if options is not None and options.collapse is None else 0.0
    table = pd.DataFrame({"day": daily["day"].to_numpy()[ends], "days": np.diff(ends, prepend=-1)})
    actual = np.cumsum(daily["repeat_purchases"].to_numpy())[ends]
    cohort = Cohort(daily["first_purchases"].to_numpy(), ends, offset)
    expected = cohort.expected(fit)
    theta = None if level is None else draws_of(fit, seed)
    if theta is not None and level is not None:
        drawn = cohort.sample(fit, theta, np.random.default_rng(seed))
        running = bounds_of("expected_cumulative", drawn.cumsum(axis=1), level)
        table = table.assign(**(bounds_of("expected", drawn, level) | running))
    return table.assign(
        actual=np.diff(actual, prepend=0),
        expected=np.diff(expected, prepend=0.0),
        actual_cumulative=actual,
        expected_cumulative=expected,
        holdout=ends > cutoff,
    )


def period_ends(cutoff: int, last: int, every: str) -> IntArray:
    """Last days of the periods, counted from day 0, so that one ends on the cut-off and one on the last day.

    Examples
    --------
    >>> from clvmodels.evaluation.tracking import period_ends
    >>> period_ends(9, 25, "week").tolist()
    [2, 9, 16, 23, 25]
    """
    length = Horizon.parse_period(every).in_unit(TimeUnit.DAY)
    if not 1 <= length < np.inf:
        raise InputError(f"every={every!r} is shorter than a day.", advice='Such as "week" or "4 weeks".')
    # The small shift keeps a length of a whole number of days exact after the division.
    before, after = int((cutoff + 1e-6) // length), int((last - cutoff + 1e-6) // length)
    ends = cutoff + np.round(length * np.arange(-before, after + 1)).astype(np.int64)
    return np.unique(np.append(ends[(ends >= 0) & (ends <= last)], last))
