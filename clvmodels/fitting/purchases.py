"""Predictions of purchases from a fitted model."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray, IntArray, by_blocks
from clvmodels.fitting.futures import DRAWS, Ahead
from clvmodels.fitting.intervals import purchase_intervals
from clvmodels.fitting.newcomers import NewCustomers, whole_most
from clvmodels.fitting.pairs import Pairs
from clvmodels.fitting.problem import require_summary, unit_factor
from clvmodels.fitting.tables import predict_purchases
from clvmodels.predictor import UNDISCOUNTED
from clvmodels.transactions import Summary
from clvmodels.units import discount_intensity

# Customers whose draws are made together.
SOME = 512


class PurchaseFit(NewCustomers):
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
        return self._alive(self.times(summary))

    def probability_active(self, summary: Summary, horizon: object) -> FloatArray:
        """Probability of at least one purchase within the horizon, shape (n,)."""
        length = self._ahead(horizon, 0.0, summary)
        return self._average(
            self.times(summary), lambda x, T, theta: self._kernel.active_if_alive(x, T, length, *theta)
        )

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

    def outlook(
        self, summary: Summary, horizon: object, discount_rate: float, wanted: Collection[str]
    ) -> dict[str, FloatArray]:
        """Several predictions at once, whose common work is done once.

        Parameters
        ----------
        summary, horizon, discount_rate
            As in `discounted_purchases`.
        wanted
            Any of probability_alive, probability_active, expected_purchases, discounted_purchases, discounted_lifetime.

        Returns
        -------
        dict of FloatArray
            By name, shape (n,) each.
        """
        columns, delta = self.times(summary), discount_intensity(discount_rate, self.time_unit)
        asked: dict[str, Ahead] = {}
        for name in wanted:
            rate = 0.0 if name in UNDISCOUNTED else delta
            length = 0.0 if name == "probability_alive" else self._ahead(horizon, rate, summary)
            asked[name] = Ahead(self._kernel, self.draws, length, rate)
        found = self._at_once(columns, asked) if len(self.draws) == 1 else self._over_draws(columns, asked)
        if "discounted_lifetime" in found:
            found["discounted_lifetime"] /= unit_factor(summary, self.time_unit)
        return found

    def purchase_distribution(self, summary: Summary, horizon: object, max_purchases: object = 10) -> FloatArray:
        """Probabilities of 0 .. max_purchases purchases within the horizon, shape (n, max_purchases + 1).

        What is missing to 1 is the probability of more.
        """
        most = whole_most(max_purchases)
        columns, length = self.times(summary), self._ahead(horizon, 0.0, summary)
        probabilities = self._average(
            columns, lambda x, T, theta: self._kernel.counts_if_alive(x, T, length, most, *theta), most + 1
        )
        probabilities[:, 0] += 1.0 - self._alive(columns)
        return probabilities

    def predict(self, summary: Summary, horizon: object, level: float | None = None, seed: int = 0) -> Any:
        """Table of predictions in the caller's kind of frame, on any engine.

        Parameters
        ----------
        summary
            Customers.
        horizon
            Text with a unit ("39 weeks") or a number in the summary's unit.
        level
            Of intervals, such as 0.9; None for none.
        seed
            Of the random numbers that intervals are made of.

        Returns
        -------
        frame
            customer_id, probability_alive, probability_active, expected_purchases; rows as in the summary. With a level
            also purchases_lower and purchases_upper, between which the customer's purchases will lie (parameters and
            chance), and expected_purchases_lower and expected_purchases_upper (parameters only). Purchases are whole
            numbers, so that an interval holds more than its level, and the expectation of a customer who will rarely
            purchase may lie outside of it.
        """
        return predict_purchases(self, summary, horizon, level, seed)

    def ahead(
        self, summary: Summary | None, horizon: object, discount_rate: float, seed: int, draws: object = DRAWS
    ) -> Ahead:
        """Draws of the parameters, looking over a horizon; without a summary, a bare number is in the fit's unit."""
        delta = discount_intensity(discount_rate, self.time_unit)
        return Ahead(self._kernel, self.parameter_draws(draws, seed), self._ahead(horizon, delta, summary), delta)

    def intervals(self, summary: Summary, horizon: object, level: float, seed: int = 0) -> dict[str, FloatArray]:
        """The columns that `predict` adds for a level."""
        return purchase_intervals(self.ahead(summary, horizon, 0.0, seed), self.times(summary), level, seed)

    def sample_purchases(self, summary: Summary, horizon: object, draws: object = 1_000, seed: int = 0) -> IntArray:
        """Draw what customers will do, each by itself, all of a column with the same draw of the parameters.

        Parameters
        ----------
        summary
            Customers.
        horizon
            Text with a unit or a number in the summary's unit.
        draws
            How many.
        seed
            Of the random numbers.

        Returns
        -------
        IntArray
            Purchases within the horizon, shape (n, draws); sums over rows are draws of totals.
        """
        rng = np.random.default_rng(seed)
        x, t_x, T = self.times(summary)
        ahead = self.ahead(summary, horizon, 0.0, seed, draws)
        sample = np.empty((len(x), len(ahead.theta)), dtype=np.int64)
        for start in range(0, len(x), SOME):
            rows = slice(start, start + SOME)
            alive = ahead.alive(x[rows], t_x[rows], T[rows])
            sample[rows] = np.where(rng.random(alive.shape) < alive, ahead.futures(rng, x[rows], T[rows]).purchases, 0)
        return sample

    def times(self, summary: Summary) -> tuple[FloatArray, ...]:
        """x, t_x and T, shape (n,), with times in the fit's unit."""
        factor = unit_factor(require_summary(summary), self.time_unit)
        x, t_x, T = (summary.column(name) for name in self.model.columns)
        return (x, t_x, T) if factor == 1.0 else (x, t_x * factor, T * factor)

    def _alive(self, columns: tuple[FloatArray, ...]) -> FloatArray:
        if len(self.draws) == 1:
            return by_blocks(lambda *rows: self._kernel.probability_alive(*rows, *self.draws[0]), *columns)
        return self._now.average(columns, lambda x, _: np.ones((len(x), len(self.draws))))

    def _over_time(self, quantity: str, summary: Summary, horizon: object, discount_rate: float) -> FloatArray:
        formula = getattr(self._kernel, quantity)
        delta = discount_intensity(discount_rate, self.time_unit)
        columns, length = self.times(summary), self._ahead(horizon, delta, summary)
        if len(self.draws) == 1:
            return self._average(columns, lambda x, T, theta: formula(x, T, length, delta, *theta))
        ahead = Ahead(self._kernel, self.draws, length, delta)
        return ahead.average(columns, lambda x, T: ahead.expected(quantity, x, T, delta))

    def _average(
        self, columns: tuple[FloatArray, ...], if_alive: Callable[..., FloatArray], width: int = 1
    ) -> FloatArray:
        """Mean over draws of P(alive) times a function of (x, T), which is computed once per distinct (x, T).

        The function takes x, T and parameters that broadcast, and adds an axis of the width where that is above 1.
        """
        if len(self.draws) > 1:
            theta = tuple(self.draws.T)
            return self._now.average(columns, lambda x, T: if_alive(x[:, None], T[:, None], theta), width)
        return self._given(self._alive(columns), self._pairs(columns), if_alive)

    def _at_once(self, columns: tuple[FloatArray, ...], asked: Mapping[str, Ahead]) -> dict[str, FloatArray]:
        """Predictions by their names, where there is one draw."""
        alive, pairs = self._alive(columns), self._pairs(columns)
        return {
            name: self._given(alive, pairs, partial(self._if_alive, name, ahead))
            if name != "probability_alive" else alive
            for name, ahead in asked.items()
        }  # fmt: skip

    def _over_draws(self, columns: tuple[FloatArray, ...], asked: Mapping[str, Ahead]) -> dict[str, FloatArray]:
        """The same, where there are many."""
        means = self._now.averages(columns, [partial(_given_alive, name, ahead) for name, ahead in asked.items()])
        return dict(zip(asked, means, strict=True))

    def _given(self, alive: FloatArray, pairs: Pairs, if_alive: Callable[..., FloatArray]) -> FloatArray:
        """P(alive) times a function of (x, T)."""
        values = if_alive(pairs.x, pairs.T, self.draws[0])
        if values.ndim == 1:
            return by_blocks(lambda place, present: values[place] * present, pairs.place, alive)
        return np.asarray(values[pairs.place] * alive[:, None])

    @property
    def _now(self) -> Ahead:
        return Ahead(self._kernel, self.draws, 0.0, 0.0)

    def _if_alive(self, name: str, ahead: Ahead, x: FloatArray, T: FloatArray, theta: FloatArray) -> FloatArray:
        """What is expected of those alive, by the name of the prediction."""
        if name == "probability_active":
            return np.asarray(self._kernel.active_if_alive(x, T, ahead.length, *theta))
        return np.asarray(getattr(self._kernel, _quantity(name))(x, T, ahead.length, ahead.delta, *theta))

    def _pairs(self, columns: tuple[FloatArray, ...]) -> Pairs:
        x, _, T = columns
        return Pairs.of(x, T, self.time_unit.days)


def _quantity(name: str) -> str:
    """The formula behind an expectation."""
    return "lifetime_if_alive" if name == "discounted_lifetime" else "purchases_if_alive"


def _given_alive(name: str, ahead: Ahead, x: FloatArray, T: FloatArray) -> FloatArray:
    """What is expected of those alive at each draw, by the name of the prediction, shape (pairs, d)."""
    if name == "probability_alive":
        return np.ones((len(x), len(ahead.theta)))
    if name == "probability_active":
        return np.asarray(ahead.kernel.active_if_alive(x[:, None], T[:, None], ahead.length, *ahead.theta.T))
    return ahead.expected(_quantity(name), x, T, ahead.delta)
