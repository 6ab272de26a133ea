"""Tables of predictions, of fits and of whatever predicts likewise, on any engine."""

from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting.intervals import tails_of
from clvmodels.fitting.problem import attach, require_summary
from clvmodels.predictor import PurchaseIntervals, SpendIntervals, outlook
from clvmodels.transactions import Summary
from clvmodels.units import Horizon

_COLUMNS = ("probability_alive", "probability_active", "expected_purchases")


def predict_purchases(
    predictor: PurchaseIntervals, summary: Summary, horizon: object, level: float | None = None, seed: int = 0
) -> Any:
    """What `PurchaseFit.predict` returns, of any predictor."""
    unit = require_summary(summary).time_unit
    finite(Horizon.parse(horizon).in_unit(unit))

    def columns(block: Summary) -> dict[str, FloatArray]:
        table = outlook(predictor, block, horizon, 0.0, _COLUMNS)
        return table if level is None else table | predictor.intervals(block, horizon, level, seed)

    if level is not None:
        tails_of(level)
    return attach(summary, columns)


def predict_spend(predictor: SpendIntervals, summary: Summary, level: float | None = None, seed: int = 0) -> Any:
    """What `SpendFit.predict` returns, of any predictor."""

    def columns(block: Summary) -> dict[str, FloatArray]:
        table = {"expected_order_value": predictor.expected_order_value(block)}
        return table if level is None else table | predictor.intervals(block, level, seed)

    if level is not None:
        tails_of(level)
    return attach(summary, columns)


def finite(length: float) -> float:
    """The length of a horizon, refused if it is the whole future.

    Raises
    ------
    InputError
        If it is.
    """
    if not np.isfinite(length):
        raise InputError(
            "The whole future is no horizon for undiscounted purchases: their sum may be infinite.",
            advice='Give a horizon such as "1 year", or value the whole future with a positive discount rate.',
        )
    return length
