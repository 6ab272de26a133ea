"""Purchases of a cohort over calendar time, drawn: what chance and parameters leave open."""

from dataclasses import dataclass, replace

import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.evaluation.spreads import present_at
from clvmodels.fitting import PurchaseFit

# Customers that are drawn one by one; of more, so many stand for all, and chance is scaled to the whole.
MOST = 3_000


@dataclass(frozen=True)
class Cohort:
    """Customers by the day on which they were acquired, and the days at which periods end.

    Attributes
    ----------
    acquired
        Customers per day, from day 0 on.
    ends
        Last days of the periods, increasing.
    offset
        Days by which customers are older at the end of a day than whole days say.
    """

    acquired: IntArray
    ends: IntArray
    offset: float

    def expected(self, fit: PurchaseFit) -> FloatArray:
        """Cumulative expected repeat purchases at each end."""
        births = np.flatnonzero(self.acquired)
        ages = self.ends[:, None] - births[None, :] + self.offset
        lived, place = np.unique(np.maximum(ages, 0.0), return_inverse=True)
        purchases = fit.expected_purchases_new_customer(lived / fit.time_unit.days)
        return np.asarray((purchases[place.reshape(ages.shape)] * self.acquired[births]).sum(axis=1))

    def sample(self, fit: PurchaseFit, theta: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Repeat purchases in each period, drawn once per row of theta, shape (d, periods)."""
        births = np.repeat(np.arange(len(self.acquired)), self.acquired)
        share = min(1.0, MOST / max(len(births), 1))
        if share < 1.0:
            births = births[np.linspace(0, len(births) - 1, MOST).astype(np.int64)]
        present = present_at(fit, theta)
        found = np.array([self._once(fit, row, births[rng.random(len(births)) < p], rng)
                          for row, p in zip(theta, present, strict=True)])  # fmt: skip
        if share == 1.0:
            return found
        # Sums of independent customers: their spread grows with the root of their number.
        means = np.array([np.diff(self.expected(replace(fit, draws=row[None, :])), prepend=0.0) for row in theta])
        return np.asarray(means + (found - share * means) / np.sqrt(share))

    def _once(self, fit: PurchaseFit, theta: FloatArray, births: IntArray, rng: np.random.Generator) -> FloatArray:
        """Purchases of these customers in each period at one draw of the parameters."""
        counts, days = np.zeros(len(self.ends) + 1), fit.time_unit.days
        born, columns = np.zeros(len(births)), [np.full(len(births), value) for value in theta]
        horizon = (float(self.ends[-1]) + self.offset) / days
        lives = fit.model.kernel.simulate_if_alive(rng, born, born, horizon, *columns)
        for who, when in lives.times(rng):
            period = np.searchsorted(self.ends, births[who] + when * days - self.offset)
            counts += np.bincount(period, minlength=len(counts))
        return counts[:-1]
