"""Predictions of customers just acquired, of whom nothing is known."""

from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting.fit import Fit
from clvmodels.fitting.surrogate import over_draws
from clvmodels.fitting.tables import finite
from clvmodels.transactions import Summary
from clvmodels.units import Horizon, discount_intensity


class NewCustomers(Fit):
    """What a fitted model of purchases says of customers just acquired."""

    def expected_purchases_new_customer(self, horizon: object) -> FloatArray:
        """Expected repeat purchases of a customer just acquired.

        Parameters
        ----------
        horizon
            One horizon or a sequence of k; a bare number is in the fit's unit.

        Returns
        -------
        FloatArray
            Shape (k,), or a number for a single horizon.
        """
        if not isinstance(horizon, (list, tuple, np.ndarray)):
            return self._new_customer("purchases_if_alive", self._ahead(horizon, 0.0), 0.0)[()]
        lengths = np.array([self._ahead(length, 0.0) for length in horizon])
        return self._new_customer("purchases_if_alive", lengths, 0.0)

    def purchase_distribution_new_customer(self, horizon: object, max_purchases: object = 10) -> FloatArray:
        """Probabilities of 0 .. max_purchases repeat purchases of a customer just acquired.

        Parameters
        ----------
        horizon
            One horizon or a sequence of k; a bare number is in the fit's unit.
        max_purchases
            The most.

        Returns
        -------
        FloatArray
            Shape (k, max_purchases + 1), or (max_purchases + 1,) for a single horizon.
        """
        most = whole_most(max_purchases)
        horizons = horizon if isinstance(horizon, (list, tuple, np.ndarray)) else [horizon]
        lengths = [self._ahead(length, 0.0) for length in horizons]
        found = np.zeros((len(lengths), most + 1))
        for theta in self.draws:
            present = self._kernel.probability_alive(0.0, 0.0, 0.0, *theta)
            counts = [self._kernel.counts_if_alive(0.0, 0.0, length, most, *theta) for length in lengths]
            found += present * np.stack(counts)
            found[:, 0] += 1.0 - present
        found /= len(self.draws)
        return found if horizons is horizon else found[0]

    def discounted_purchases_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted repeat purchases of a customer just acquired."""
        delta = discount_intensity(discount_rate, self.time_unit)
        return float(self._new_customer("purchases_if_alive", self._ahead(horizon, delta), delta))

    def discounted_lifetime_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted time alive of a customer just acquired, in the fit's unit."""
        delta = discount_intensity(discount_rate, self.time_unit)
        return float(self._new_customer("lifetime_if_alive", self._ahead(horizon, delta), delta))

    @property
    def _kernel(self) -> Any:
        return self.model.kernel

    def _ahead(self, horizon: object, delta: float, summary: Summary | None = None) -> float:
        """Length of the horizon in the fit's unit; a bare number is in the summary's, where there is one."""
        unit = self.time_unit if summary is None else summary.time_unit
        length = Horizon.parse(horizon).in_unit(unit) * unit.days / self.time_unit.days
        return length if delta > 0 else finite(length)

    def _new_customer(self, quantity: str, length: Any, delta: float) -> FloatArray:
        formula = getattr(self._kernel, quantity)
        lengths = np.atleast_1d(length)
        # In some models a customer can be gone at once.
        present = self._kernel.probability_alive(0.0, 0.0, 0.0, *self.draws.T)
        values = over_draws(lambda theta: formula(0.0, 0.0, lengths, delta, *theta), self.draws)
        return np.asarray((present[:, None] * values).mean(axis=0)).reshape(np.shape(length))


def whole_most(max_purchases: object) -> int:
    """The number, refused if it is not a whole number of at least 0."""
    if isinstance(max_purchases, bool) or not isinstance(max_purchases, (int, np.integer)) or max_purchases < 0:
        raise InputError(f"max_purchases is {max_purchases!r}, and not a whole number of at least 0.")
    return int(max_purchases)
