"""A forecast made at the cut-off beside what the holdout brought."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import ArrayLike
from clvmodels.errors import InputError
from clvmodels.evaluation.group_means import group_means, require_same_customers
from clvmodels.predictor import PurchasePredictor, SpendPredictor
from clvmodels.transactions import Holdout, Summary

if TYPE_CHECKING:
    import pandas as pd


def forecast_totals(
    summary: Summary, holdout: Holdout, purchases: PurchasePredictor, spend: SpendPredictor | None = None
) -> "pd.DataFrame":
    """Totals over all customers: what was expected of the holdout and what happened in it.

    Parameters
    ----------
    summary, holdout
        The calibration's summary and its holdout, as `Transactions.split` returns them.
    purchases, spend
        Predictors fitted on the calibration; without `spend` there is no row of revenue.

    Returns
    -------
    pandas.DataFrame
        Rows purchases, buyers (customers with at least one purchase) and revenue; columns expected, actual and error,
        which is expected / actual - 1 and so negative for a forecast that was too low.

    Raises
    ------
    InputError
        If summary and holdout have different customers.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import forecast_totals
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
    >>> summary = calibration.summary
    >>> forecast_totals(summary, holdout, clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary)).round(3)
                expected    actual  error
    purchases   1653.409   1882.00 -0.121
    buyers      617.034    684.00 -0.098
    revenue    59931.626  70976.39 -0.156
    """
    require_same_customers(summary, holdout)
    bought, happened = purchases.expected_purchases(summary, holdout.horizon), holdout.column("purchases")
    active = purchases.probability_active(summary, holdout.horizon)
    pairs: dict[str, tuple[ArrayLike, ArrayLike]] = {"purchases": (bought, happened), "buyers": (active, happened > 0)}
    if spend is not None:
        pairs["revenue"] = (bought * spend.expected_order_value(summary), holdout.column("revenue"))
    return _frame({name: _total(*pair) for name, pair in pairs.items()})


def forecast_errors(forecasts: Mapping[str, ArrayLike], actual: ArrayLike) -> "pd.DataFrame":
    """Compare forecasts of one quantity, customer by customer.

    Parameters
    ----------
    forecasts
        Means by name, shape (n,) each.
    actual
        What happened, shape (n,).

    Returns
    -------
    pandas.DataFrame
        A row per forecast: expected and actual (totals), error (expected / actual - 1) and rmse, the root of the mean
        squared error over customers. Squared error is the yardstick of means: the mean of absolute errors would reward
        whoever expects nothing of anybody.

    Examples
    --------
    >>> from clvmodels.evaluation import forecast_errors
    >>> forecast_errors({"model": [1.0, 2.0], "nothing": [0.0, 0.0]}, [0, 4]).round(3)
             expected  actual  error   rmse
    model         3.0     4.0  -0.25  1.581
    nothing       0.0     4.0  -1.00  2.828
    """
    happened = np.asarray(actual, dtype=float)
    rows = {}
    for name, forecast in forecasts.items():
        expected = np.asarray(forecast, dtype=float)
        if expected.shape != happened.shape:
            raise InputError(f"The forecast {name!r} has shape {expected.shape}, and {happened.shape} is needed.")
        rows[name] = _total(expected, happened) | {"rmse": float(np.sqrt(np.mean((expected - happened) ** 2)))}
    return _frame(rows)


def by_frequency(
    summary: Summary,
    holdout: Holdout,
    purchases: PurchasePredictor,
    *,
    largest: int = 7,
    level: float | None = 0.9,
    seed: int = 0,
) -> "pd.DataFrame":
    """Purchases in the holdout by how many repeat purchases customers had made before.

    Parameters
    ----------
    summary, holdout
        The calibration's summary and its holdout.
    purchases
        Fitted on the calibration.
    largest
        Customers with so many repeat purchases or more are one group.
    level
        Of the bounds between which a group's mean would fall (parameters and chance); None for none.
    seed
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        A row per group that has customers: frequency (text, such as "3" or "7+"), customers, expected and actual (mean
        purchases per customer), expected_total, actual_total and, with a level, expected_lower, expected_upper and
        level, which are left out of rules of thumb and where nothing is known of the parameters' spread.

    Raises
    ------
    InputError
        If summary and holdout have different customers.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import by_frequency
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
    >>> fit = clv.BGNBD().fit(calibration.summary)
    >>> by_frequency(calibration.summary, holdout, fit, largest=2)[["frequency", "customers", "actual"]].round(3)
      frequency  customers  actual
    0         0       1411   0.237
    1         1        439   0.697
    2        2+        507   2.450
    """
    group = np.minimum(summary.column("frequency"), largest).astype(np.int64)
    table = group_means(group, (summary, holdout), purchases, level, seed)
    table.insert(0, "frequency", [f"{x}+" if x == largest else str(x) for x in table["group"]])
    return table.drop(columns="group")


def _total(expected: ArrayLike, actual: ArrayLike) -> dict[str, float]:
    total, happened = float(np.sum(expected)), float(np.sum(actual))
    return {"expected": total, "actual": happened, "error": total / happened - 1 if happened else np.nan}


def _frame(rows: Mapping[str, Mapping[str, float]]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame.from_dict({name: dict(row) for name, row in rows.items()}, orient="index")
