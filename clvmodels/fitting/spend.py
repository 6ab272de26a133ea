"""Predictions of order values from a fitted model."""

from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray, by_blocks
from clvmodels.fitting.fit import Fit
from clvmodels.fitting.futures import DRAWS
from clvmodels.fitting.intervals import order_value_intervals
from clvmodels.fitting.problem import clean_spend, spend_inputs
from clvmodels.fitting.tables import predict_spend
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
        if len(self.draws) > 1:
            return self.order_value(*self.orders(summary))
        formula, theta = self.model.kernel.expected_order_value, self.draws[0]
        return by_blocks(lambda *rows: formula(*clean_spend(*rows), *theta), *self._spent(summary))

    def order_value(self, orders: FloatArray, mean: FloatArray) -> FloatArray:
        """The same from the number and mean of a customer's orders, arrays of one shape (0 where there are none)."""
        return np.asarray(self.model.kernel.average_order_value(orders, mean, self.draws))

    def predict(self, summary: Summary, level: float | None = None, seed: int = 0) -> Any:
        """Table of customer_id and expected_order_value in the caller's kind of frame, on any engine.

        With a level also order_value_lower and order_value_upper, between which the customer's own mean order value
        lies, and expected_order_value_lower and expected_order_value_upper, which know about parameters only.
        """
        return predict_spend(self, summary, level, seed)

    def intervals(self, summary: Summary, level: float, seed: int = 0) -> dict[str, FloatArray]:
        """The columns that `predict` adds for a level."""
        return order_value_intervals(
            self.model.kernel, self.parameter_draws(DRAWS, seed), self.orders(summary), level, seed
        )

    def orders(self, summary: Summary) -> tuple[FloatArray, FloatArray]:
        """Number and mean of the customers' orders with an amount, shape (n,) each, both 0 where there are none."""
        return clean_spend(*self._spent(summary))

    def _spent(self, summary: Summary) -> tuple[FloatArray, FloatArray]:
        orders, mean = spend_inputs(summary)
        return summary.column(orders), summary.column(mean)
