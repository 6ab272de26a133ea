"""Purchases in the holdout by when customers last purchased before."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.evaluation.group_means import group_means
from clvmodels.predictor import PurchasePredictor
from clvmodels.transactions import Holdout, Summary

if TYPE_CHECKING:
    import pandas as pd

_MOST_GROUPS = 12
_KINDS = ("recency", "silence")


def by_recency(
    summary: Summary,
    holdout: Holdout,
    purchases: PurchasePredictor,
    *,
    by: Literal["recency", "silence"] = "recency",
    level: float | None = 0.9,
    seed: int = 0,
) -> "pd.DataFrame":
    """Purchases in the holdout by the age at the last purchase before, or by how long ago that was.

    Parameters
    ----------
    summary, holdout
        The calibration's summary and its holdout, as `Transactions.split` returns them.
    purchases
        Fitted on the calibration.
    by
        "recency", the customer's age at the last purchase, which is 0 for whoever never came back; or "silence", the
        time from the last purchase to the end of observation.
    level
        Of the bounds between which a group's mean would fall (parameters and chance); None for none.
    seed
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        A row per group that has customers, at most twelve and those who never came back: by, time_unit (the summary's),
        lower, upper (bounds of the group, both missing for who never came back), customers, expected, actual (mean
        purchases per customer), expected_total, actual_total and, with a level, expected_lower, expected_upper and
        level, which are left out of rules of thumb and where nothing is known of the parameters' spread.

    Raises
    ------
    InputError
        If summary and holdout have different customers, or `by` is something else.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import by_recency
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
    >>> fit = clv.BGNBD().fit(calibration.summary)
    >>> table = by_recency(calibration.summary, holdout, fit, level=None)
    >>> table[["lower", "upper", "customers", "actual"]].iloc[[0, 1, 8]].round(2)
       lower  upper  customers  actual
    0    NaN    NaN       1411    0.24
    1    0.0    5.0        171    0.56
    8   35.0   40.0         27    3.19
    """
    import pandas as pd

    if by not in _KINDS:
        raise InputError(f"by={by!r} is not possible.", advice=f"Use one of {', '.join(_KINDS)}.")
    x, t_x, T = (summary.column(name) for name in ("frequency", "recency", "T"))
    values = t_x if by == "recency" else T - t_x
    width = _width(float(values.max(initial=0.0)))
    # The width's multiples are floats: a hair keeps 15.0 out of the group that begins at 15.000000000000002.
    groups = np.where(x > 0, np.floor(values / width + 1e-9), -1.0).astype(np.int64)
    table = group_means(groups, (summary, holdout), purchases, level, seed)
    lower = np.where(table["group"] >= 0, table["group"] * width, np.nan)
    table = table.drop(columns="group")
    named = table[["customers"]].assign(by=by, time_unit=str(summary.time_unit), lower=lower, upper=lower + width)
    return pd.concat([named[["by", "time_unit", "lower", "upper"]], table], axis=1)


def _width(longest: float) -> float:
    """Of groups, 1, 2 or 5 times a power of ten, so that there are at most twelve."""
    if not longest > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(longest / _MOST_GROUPS))
    widths: FloatArray = power * np.array([1.0, 2.0, 5.0, 10.0, 20.0])
    return float(widths[np.floor(longest / widths) < _MOST_GROUPS][0])
