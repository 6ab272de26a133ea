"""Draws of what customers will do and be worth: draws of parameters, each with a future of every customer.

Given that a customer is alive, the discounted orders ahead depend on (x, T) alone, where an order is Gamma(p) of scale
1. So they are drawn once per (x, T) and draw of the parameters, and become money by the customer's own 1 / nu.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import Array, FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.fitting import PurchaseFit, SpendFit
from clvmodels.fitting.arranged import Arranged, Block, Group, runs
from clvmodels.fitting.futures import DRAWS, Futures, own_rng, uniforms
from clvmodels.fitting.intervals import PairPurchases
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    from clvmodels.lifetime.value import LifetimeValue

# The spend model's draws are independent of the purchase model's.
OTHER_SEED = 7_919
_SMALLEST = 1e-300
# What random numbers of one (x, T) are for, other than its purchases.
_LIVING, _SPENDING = 1, 2


@dataclass(frozen=True)
class Drawn:
    """Some distinct rows of customers.

    Attributes
    ----------
    counts
        Customers per row, shape (rows,).
    expected
        Expected value at each draw of the parameters, shape (rows, draws).
    value
        A value at each draw, by chance, shape (rows, draws).
    purchases
        Bounds of purchases and expected purchases by name, where they were asked for, shape (rows,) each.
    """

    counts: FloatArray
    expected: FloatArray
    value: FloatArray
    purchases: Mapping[str, FloatArray]


@dataclass(frozen=True)
class _Alive:
    """What customers who are alive do and bring by their (x, T), at each draw, shape (pairs, draws) each.

    Attributes
    ----------
    discounted
        Expected discounted purchases, times the margin.
    cost
        Expected cost of keeping the customer.
    futures
        Drawn.
    chance
        Uniform numbers: alive are those whose probability is above.
    purchases
        Where bounds of purchases are asked for.
    """

    discounted: FloatArray
    cost: FloatArray | None
    futures: Futures
    chance: FloatArray
    purchases: PairPurchases | None


class Outlook:
    """The draws of one valuation of fitted models."""

    def __init__(
        self, value: "LifetimeValue", summary: Summary, seed: int, draws: object = DRAWS, block: int = 0
    ) -> None:
        purchases, spend = fits_of(value)
        self.ahead = purchases.ahead(summary, value.horizon, value.discount_rate, seed, draws)
        self.spend = spend.model.kernel
        self.shapes = spend.parameter_draws(draws, seed + OTHER_SEED)
        self.margin = value.margin
        self.cost = value.cost_per(purchases.time_unit)
        x, t_x, T = purchases.times(summary)
        self.columns: tuple[FloatArray, ...] = (x, T, t_x, *spend.orders(summary))
        self.rng, self.seed = np.random.default_rng([seed, block]), seed

    def blocks(self, arranged: Arranged, tails: tuple[float, float] | None = None) -> Iterator[Drawn]:
        """All distinct rows in order, block by block; customers of one (x, T) share their futures.

        With tails, and a finite horizon, also the bounds of what customers will buy.
        """
        for group in arranged.groups(len(self.shapes)):
            alive = self._alive(group, wanted=tails is not None and np.isfinite(self.ahead.length))
            for block in group.blocks:
                yield self._drawn(arranged, block, alive, tails or (0.0, 1.0))

    def _alive(self, group: Group, wanted: bool) -> _Alive:
        ahead, pairs = self.ahead, (group.x, group.T)
        discounted = self.margin * ahead.expected("purchases_if_alive", *pairs, ahead.delta)
        cost = self.cost * ahead.expected("lifetime_if_alive", *pairs, ahead.delta) if self.cost else None
        futures = ahead.own_futures(self.seed, *pairs, self.shapes[:, 0])
        chance = [
            uniforms(own_rng(self.seed, *pair, _LIVING), 1, len(self.shapes)) for pair in zip(*pairs, strict=True)
        ]
        purchases = PairPurchases.of(ahead, group, futures) if wanted else None
        return _Alive(discounted, cost, futures, np.concatenate(chance), purchases)

    def _drawn(self, arranged: Arranged, block: Block, of_pairs: _Alive, tails: tuple[float, float]) -> Drawn:
        x, T, t_x, orders, mean = (column[block.rows] for column in arranged.columns)
        first, same = runs(x, T, t_x)
        pair = block.pairs.start + block.pair
        probability = self.ahead.alive(x[first], t_x[first], T[first])
        purchases = of_pairs.purchases.bounds(pair[first], probability, tails) if of_pairs.purchases else {}
        alive = probability[same]
        expected = of_pairs.discounted[pair]
        expected *= self.spend.order_values_by_draw(orders, mean, self.shapes)
        if of_pairs.cost is not None:
            expected -= of_pairs.cost[pair]
        expected *= alive
        own = self._money(arranged.columns, block, pair)
        value = self._values(of_pairs.chance[pair] < alive, of_pairs.futures, pair, own)
        return Drawn(arranged.counts[block.rows], expected, value, {name: few[same] for name, few in purchases.items()})

    def one_by_one(self, rows: slice) -> FloatArray:
        """Values of some customers, each with a future of their own, shape (rows, draws)."""
        x, T, t_x, orders, mean = (column[rows] for column in self.columns)
        alive = self.ahead.alive(x, t_x, T)
        futures = self.ahead.futures(self.rng, x, T, self.shapes[:, 0])
        rate = self.spend.simulate_rate(self.rng, orders[:, None], mean[:, None], *self.shapes.T)
        own = 1.0 / np.maximum(rate, _SMALLEST)
        return self._values(self.rng.random(alive.shape) < alive, futures, np.arange(len(x)), own)

    def _money(self, columns: tuple[FloatArray, ...], block: Block, pair: IntArray) -> FloatArray:
        """What an order of size 1 is worth to each customer, 1 / nu, by chance that those of equal orders share."""
        x, T, _, orders, mean = (column[block.rows] for column in columns)
        # One number stands for a pair and its orders: sorting rows of columns takes several times as long.
        _, first, which = np.unique(pair * (orders.max() + 1.0) + orders, return_index=True, return_inverse=True)
        # nu is Gamma(p x + q) / (v + x m): with m = 0 it is the part that does not depend on what was spent.
        by_orders = [
            self.spend.simulate_rate(own_rng(self.seed, *key, _SPENDING), key[2], 0.0, *self.shapes.T)
            for key in zip(x[first], T[first], orders[first], strict=True)
        ]
        rate = np.stack(by_orders)
        share = 1.0 / np.maximum(rate * self.shapes[:, 2], _SMALLEST)
        return np.asarray((self.shapes[:, 2] + (orders * mean)[:, None]) * share[which])

    def _values(self, living: Array, futures: Futures, pair: IntArray, own: FloatArray) -> FloatArray:
        money = futures.spent[pair]
        money *= own
        money *= self.margin
        if self.cost:
            money -= self.cost * futures.lifetime[pair]
        money *= living
        return money


def fits_of(value: "LifetimeValue") -> tuple[PurchaseFit, SpendFit]:
    """The fitted models.

    Raises
    ------
    InputError
        If a predictor is a rule that does not say how sure it is.
    """
    purchases, spend = value.purchases, value.spend
    if isinstance(purchases, PurchaseFit) and isinstance(spend, SpendFit):
        return purchases, spend
    rule = spend if isinstance(purchases, PurchaseFit) else purchases
    raise InputError(
        f"{type(rule).__name__} does not say how sure it is, so there are no intervals.",
        advice="Use fitted models, or leave level=None.",
    )
