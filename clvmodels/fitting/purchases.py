"""Predictions of purchases from a fitted model."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting.compress import group, whole_days
from clvmodels.fitting.fit import Fit
from clvmodels.fitting.problem import attach, require_summary, unit_factor
from clvmodels.predictor import PurchasePredictor
from clvmodels.transactions import Summary
from clvmodels.units import Horizon, discount_intensity


class PurchaseFit(Fit):
    """A fitted model of purchases.

    All predictions are made in the fit's own unit of time; a summary in another unit is converted. Arrays are in the
    summary's row order; on lazy frames use `predict`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> fit.expected_purchases_new_customer(["1 week", "52 weeks"]).round(4).tolist()
    [0.0533, 1.4461]
    """

    def probability_alive(self, summary: Summary) -> FloatArray:
        """Probability that each customer has not dropped out, shape (n,)."""
        return self._alive(self._read(summary))

    def probability_active(self, summary: Summary, horizon: object) -> FloatArray:
        """Probability of at least one purchase within the horizon, shape (n,)."""
        columns, length = self._read(summary), self._ahead(horizon, 0.0, summary)
        return self._average(columns, lambda x, T, theta: self._kernel.active_if_alive(x, T, length, *theta))

    def expected_purchases(self, summary: Summary, horizon: object) -> FloatArray:
        """Expected number of purchases within the horizon, shape (n,)."""
        return self.discounted_purchases(summary, horizon, 0.0)

    def discounted_purchases(self, summary: Summary, horizon: object, discount_rate: float) -> FloatArray:
        """Expected purchases within the horizon, each discounted to today from when it falls, shape (n,).

        Parameters
        ----------
        summary
            Customers.
        horizon
            Text with a unit, a number in the summary's unit, or None for the whole future, which needs a positive rate.
        discount_rate
            Effective rate per year, applied continuously: a purchase in s years counts (1 + rate)^-s.
        """
        return self._over_time("purchases_if_alive", summary, horizon, discount_rate)

    def discounted_lifetime(self, summary: Summary, horizon: object, discount_rate: float = 0.0) -> FloatArray:
        """Expected time alive within the horizon, discounted likewise, in the summary's unit, shape (n,)."""
        alive = self._over_time("lifetime_if_alive", summary, horizon, discount_rate)
        return alive / unit_factor(summary, self.time_unit)

    def purchase_distribution(self, summary: Summary, horizon: object, max_purchases: object = 10) -> FloatArray:
        """Probabilities of 0 .. max_purchases purchases within the horizon, shape (n, max_purchases + 1).

        What is missing to 1 is the probability of more.
        """
        if isinstance(max_purchases, bool) or not isinstance(max_purchases, (int, np.integer)) or max_purchases < 0:
            raise InputError(f"max_purchases is {max_purchases!r}, and not a whole number of at least 0.")
        columns, length = self._read(summary), self._ahead(horizon, 0.0, summary)
        probabilities = self._average(
            columns, lambda x, T, theta: self._kernel.counts_if_alive(x, T, length, int(max_purchases), *theta)
        )
        probabilities[:, 0] += 1.0 - self._alive(columns)
        return probabilities

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

    def discounted_purchases_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted repeat purchases of a customer just acquired."""
        delta = discount_intensity(discount_rate, self.time_unit)
        return float(self._new_customer("purchases_if_alive", self._ahead(horizon, delta), delta))

    def discounted_lifetime_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted time alive of a customer just acquired, in the fit's unit."""
        delta = discount_intensity(discount_rate, self.time_unit)
        return float(self._new_customer("lifetime_if_alive", self._ahead(horizon, delta), delta))

    def predict(self, summary: Summary, horizon: object, level: float | None = None) -> Any:
        """Table of predictions in the caller's kind of frame, on any engine.

        Parameters
        ----------
        summary
            Customers.
        horizon
            Text with a unit ("39 weeks") or a number in the summary's unit.
        level
            Intervals are not available yet; None gives point predictions.

        Returns
        -------
        frame
            customer_id, probability_alive, probability_active, expected_purchases; rows as in the summary.
        """
        return predict_purchases(self, summary, horizon, level)

    @property
    def _kernel(self) -> Any:
        return self.model.kernel

    def _read(self, summary: Summary) -> tuple[FloatArray, ...]:
        """x, t_x, T with times in the fit's unit."""
        factor = unit_factor(require_summary(summary), self.time_unit)
        x, t_x, T = (summary.column(name) for name in self.model.columns)
        return (x, t_x, T) if factor == 1.0 else (x, t_x * factor, T * factor)

    def _ahead(self, horizon: object, delta: float, summary: Summary | None = None) -> float:
        """Length of the horizon in the fit's unit; a bare number is in the summary's, where there is one."""
        unit = self.time_unit if summary is None else summary.time_unit
        length = Horizon.parse(horizon).in_unit(unit) * unit.days / self.time_unit.days
        return length if delta > 0 else _finite(length)

    def _alive(self, columns: tuple[FloatArray, ...]) -> FloatArray:
        return np.asarray(
            _sum(self._kernel.probability_alive(*columns, *theta) for theta in self.draws) / len(self.draws)
        )

    def _over_time(self, quantity: str, summary: Summary, horizon: object, discount_rate: float) -> FloatArray:
        formula = getattr(self._kernel, quantity)
        delta = discount_intensity(discount_rate, self.time_unit)
        columns, length = self._read(summary), self._ahead(horizon, delta, summary)
        return self._average(columns, lambda x, T, theta: formula(x, T, length, delta, *theta))

    def _new_customer(self, quantity: str, length: Any, delta: float) -> FloatArray:
        formula = getattr(self._kernel, quantity)
        per_draw = (
            self._kernel.probability_alive(0.0, 0.0, 0.0, *theta) * formula(0.0, 0.0, length, delta, *theta)
            for theta in self.draws
        )
        return np.asarray(_sum(per_draw) / len(self.draws))

    def _average(self, columns: tuple[FloatArray, ...], if_alive: Callable[..., FloatArray]) -> FloatArray:
        """Mean over draws of P(alive) times a function of (x, T), which is computed once per distinct (x, T)."""
        x, t_x, T = columns
        (few_x, few_T), member = self._distinct(x, T)

        def one(theta: FloatArray) -> FloatArray:
            values = if_alive(few_x, few_T, theta)[member]
            alive = self._kernel.probability_alive(x, t_x, T, *theta)
            return np.asarray(values * (alive if values.ndim == 1 else alive[:, None]))

        return np.asarray(_sum(one(theta) for theta in self.draws) / len(self.draws))

    def _distinct(self, x: FloatArray, T: FloatArray) -> tuple[tuple[FloatArray, ...], Any]:
        """Distinct (x, T) and where each row's is found; whole days are merged although their floats may differ."""
        days = whole_days(T, self.time_unit.days) if len(T) else None
        (few_x, few_T), member = group((x, T if days is None else days))
        return (few_x, few_T if days is None else few_T / self.time_unit.days), member


def predict_purchases(
    predictor: PurchasePredictor, summary: Summary, horizon: object, level: float | None = None
) -> Any:
    """What `PurchaseFit.predict` returns, of any predictor."""
    refuse_level(level)
    _finite(Horizon.parse(horizon).in_unit(require_summary(summary).time_unit))
    return attach(
        summary,
        lambda block: {
            "probability_alive": predictor.probability_alive(block),
            "probability_active": predictor.probability_active(block, horizon),
            "expected_purchases": predictor.expected_purchases(block, horizon),
        },
    )


def _finite(length: float) -> float:
    if not np.isfinite(length):
        raise InputError(
            "The whole future is no horizon for undiscounted purchases: their sum may be infinite.",
            advice='Give a horizon such as "1 year", or value the whole future with a positive discount rate.',
        )
    return length


def refuse_level(level: float | None) -> None:
    """Raise if an interval is asked for."""
    if level is not None:
        raise InputError(
            "Intervals are not available in this version.", advice="Leave level=None for point predictions."
        )


def _sum(parts: Any) -> Any:
    return reduce(np.add, parts)
