"""Means of groups of customers: forecast, outcome, and the bounds between which the outcome should fall."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.evaluation.spreads import bounds_of, draws_of
from clvmodels.fitting import PurchaseFit
from clvmodels.fitting.problem import some_rows
from clvmodels.predictor import PurchasePredictor
from clvmodels.transactions import Holdout, Summary

if TYPE_CHECKING:
    import pandas as pd

# Customers whose futures are drawn; of more, so many stand for all, which makes bounds a little wider than need be.
_MOST = 20_000


def group_means(
    groups: IntArray,
    sides: tuple[Summary, Holdout],
    purchases: PurchasePredictor,
    level: float | None,
    seed: int,
) -> "pd.DataFrame":
    """Means of purchases in the holdout, a row per group that has customers, in order.

    Parameters
    ----------
    groups
        Each customer's group, shape (n,).
    sides
        The calibration's summary and its holdout.
    purchases
        Fitted on the calibration.
    level, seed
        Of bounds, for predictors that are fits.

    Returns
    -------
    pandas.DataFrame
        group, customers, expected, actual (means per customer), expected_total, actual_total and, with a level,
        expected_lower, expected_upper and level.
    """
    import pandas as pd

    summary, holdout = sides
    require_same_customers(summary, holdout)
    values = {
        "group": groups,
        "expected": purchases.expected_purchases(summary, holdout.horizon),
        "actual": holdout.column("purchases"),
    }
    grouped = pd.DataFrame(values).groupby("group")
    means, sums = grouped.mean(), grouped.sum().add_suffix("_total")
    table = pd.concat([grouped.size().rename("customers"), means, sums], axis=1).reset_index()
    if level is None or not isinstance(purchases, PurchaseFit) or draws_of(purchases, seed) is None:
        return table
    places = np.searchsorted(table["group"].to_numpy(), groups)
    drawn = _drawn_means(places, len(table), summary, (purchases, holdout.horizon), seed)
    return table.assign(**bounds_of("expected", drawn, level))


def _drawn_means(
    places: IntArray, size: int, summary: Summary, asked: tuple[PurchaseFit, object], seed: int
) -> FloatArray:
    """Means of groups that might come, shape (draws, size)."""
    if len(places) > _MOST:
        chosen = np.sort(np.random.default_rng(seed).choice(len(places), _MOST, replace=False))
        # No group may lose all its customers.
        firsts = np.unique(places, return_index=True)[1]
        chosen = np.union1d(chosen, firsts)
        places, summary = places[chosen], some_rows(summary, chosen)
    fit, horizon = asked
    sample = fit.sample_purchases(summary, horizon, 400, seed)
    sums = np.array([np.bincount(places, weights=column, minlength=size) for column in sample.T])
    return np.asarray(sums / np.bincount(places, minlength=size))


def require_same_customers(summary: Summary, holdout: Holdout) -> None:
    """Refuse a summary and a holdout that are not of one split.

    Raises
    ------
    InputError
        If their customers differ, or their rows are in different order.
    """
    if list(summary.customer_ids()) != list(holdout.customer_ids()):
        raise InputError(
            "The summary and the holdout have different customers, or their rows are in different order.",
            advice="Use calibration.summary and the holdout of one call of split.",
        )
