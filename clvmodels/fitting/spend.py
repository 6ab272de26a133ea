"""Predictions of order values from a fitted model."""

from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.fitting.fit import Fit
from clvmodels.fitting.problem import attach, clean_spend, spend_inputs
from clvmodels.fitting.purchases import refuse_level
from clvmodels.predictor import SpendPredictor
from clvmodels.transactions import Summary


class SpendFit(Fit):
    """A fitted model of order values.

    Examples
    --------
    >>> import clvmodels as clv
    >>> clv.GammaGamma().at(p=6.25, q=3.74, v=15.44).population_mean
    35.21...
    """

    @property
    def population_mean(self) -> float:
        """Expected order value of a customer of whom nothing is known; infinite where q <= 1."""
        return float(self.order_value(np.zeros(1), np.zeros(1))[0])

    def expected_order_value(self, summary: Summary) -> FloatArray:
        """Expected mean order value of each customer, shape (n,); the population's mean where nothing is known."""
        orders, mean = spend_inputs(summary)
        return self.order_value(*clean_spend(summary.column(orders), summary.column(mean)))

    def order_value(self, orders: FloatArray, mean: FloatArray) -> FloatArray:
        """The same from the number and mean of a customer's orders, arrays of one shape (0 where there are none)."""
        values = [self.model.kernel.expected_order_value(orders, mean, *theta) for theta in self.draws]
        return np.asarray(np.sum(values, axis=0) / len(self.draws))

    def predict(self, summary: Summary, level: float | None = None) -> Any:
        """Table of customer_id and expected_order_value in the caller's kind of frame, on any engine."""
        return predict_spend(self, summary, level)


def predict_spend(predictor: SpendPredictor, summary: Summary, level: float | None = None) -> Any:
    """What `SpendFit.predict` returns, of any predictor."""
    refuse_level(level)
    return attach(summary, lambda block: {"expected_order_value": predictor.expected_order_value(block)})
