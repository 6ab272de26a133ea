"""Intervals of what one customer will do, and of what is expected of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from clvmodels.arrays import Array, FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.fitting.arranged import Arranged, Group
from clvmodels.fitting.futures import DRAWS, Ahead, Futures, Ranked, own_rng

# Rows of a table of draws whose quantiles are taken together.
_ROWS = 512


def tails_of(level: object) -> tuple[float, float]:
    """Probabilities below the lower and the upper bound of an interval with equal tails.

    Raises
    ------
    InputError
        If the level is not between 0 and 1.

    Examples
    --------
    >>> from clvmodels.fitting.intervals import tails_of
    >>> [round(tail, 3) for tail in tails_of(0.9)]
    [0.05, 0.95]
    """
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < float(level) < 1:
        raise InputError(f"The level {level!r} is not between 0 and 1.", advice="Such as level=0.9 for 90%.")
    tail = 0.5 - 0.5 * float(level)
    return tail, 1.0 - tail


def bounds(name: str, lower: FloatArray, upper: FloatArray) -> dict[str, FloatArray]:
    """Two columns of a table."""
    return {f"{name}_lower": lower, f"{name}_upper": upper}


def quantiles(values: FloatArray, tails: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    """Lower and upper quantile over the last axis."""
    ordered = np.sort(values, axis=-1)  # several times quicker than np.quantile, which partitions
    lower, upper = (_between(ordered, tail * (values.shape[-1] - 1)) for tail in tails)
    return lower, upper


def _between(ordered: FloatArray, place: float) -> FloatArray:
    """Linear interpolation between the two numbers next to a place."""
    below = int(place)
    low, high = ordered[..., below], ordered[..., min(below + 1, ordered.shape[-1] - 1)]
    # An infinite mean is as good a number as others here, and not half way to itself.
    return np.asarray(low + (place - below) * np.subtract(high, low, out=np.zeros_like(low), where=high > low))


def purchase_intervals(ahead: Ahead, columns: tuple[FloatArray, ...], level: float, seed: int) -> dict[str, FloatArray]:
    """Bounds of the number of purchases (parameters and chance) and of its expectation (parameters only).

    Parameters
    ----------
    ahead
        Of a fit.
    columns
        x, t_x, T in the fit's unit, shape (n,) each.
    level
        Of the intervals.
    seed
        Of the random numbers.

    Returns
    -------
    dict
        purchases_lower, purchases_upper, expected_purchases_lower, expected_purchases_upper, shape (n,).
    """
    tails = tails_of(level)
    x, t_x, T = columns
    if not len(x):
        return {name: np.empty(0) for name in PURCHASE_BOUNDS}
    arranged = Arranged.of(x, T, t_x)
    found: list[dict[str, FloatArray]] = []
    for group in arranged.groups(DRAWS):
        purchases = PairPurchases.of(ahead, group, ahead.own_futures(seed, group.x, group.T))
        for block in group.blocks:
            row_x, row_T, row_t_x = (column[block.rows] for column in arranged.columns)
            alive = ahead.alive(row_x, row_t_x, row_T)
            found.append(purchases.bounds(block.pairs.start + block.pair, alive, tails))
    return spread(found, arranged.member)


PURCHASE_BOUNDS = ("purchases_lower", "purchases_upper", "expected_purchases_lower", "expected_purchases_upper")


@dataclass(frozen=True)
class PairPurchases:
    """Purchases of a group of pairs (x, T), given that a customer is alive.

    Attributes
    ----------
    ranked
        Drawn numbers.
    expected
        At each draw of the parameters, shape (pairs, draws).
    """

    ranked: Ranked
    expected: FloatArray

    @classmethod
    def of(cls, ahead: Ahead, group: Group, futures: Futures) -> "PairPurchases":
        """Of the futures that were drawn of a group."""
        return cls(Ranked.of(futures.purchases), ahead.expected("purchases_if_alive", group.x, group.T, 0.0))

    def bounds(self, pair: IntArray, alive: FloatArray, tails: tuple[float, float]) -> dict[str, FloatArray]:
        """`PURCHASE_BOUNDS` of rows, by place of their pair and probability of being alive, shape (rows, draws)."""
        means = quantiles(alive * self.expected[pair], tails)
        return bounds("purchases", *self.ranked.quantiles(pair, alive, tails)) | bounds("expected_purchases", *means)


def order_value_intervals(
    kernel: Any, theta: FloatArray, columns: tuple[FloatArray, FloatArray], level: float, seed: int
) -> dict[str, FloatArray]:
    """Bounds of a customer's own mean order value (parameters and chance) and of its expectation (parameters only).

    Parameters
    ----------
    kernel
        A `SpendKernel`.
    theta
        Shape (d, k).
    columns
        Number and mean of the customer's orders, shape (n,) each.
    level, seed
        As above.
    """
    tails = tails_of(level)
    orders, mean = columns
    if not len(orders):
        names = ("order_value", "expected_order_value")
        return {f"{name}_{end}": np.empty(0) for name in names for end in ("lower", "upper")}
    arranged = Arranged.of(orders, mean)
    found = []
    for start in range(0, len(arranged.counts), _ROWS):
        x, m = (column[start : start + _ROWS, None] for column in arranged.columns)
        pairs = zip(x[:, 0], m[:, 0], strict=True)
        own = np.stack([kernel.simulate_order_value(own_rng(seed, *pair), *pair, *theta.T) for pair in pairs])
        expected = kernel.order_values_by_draw(x[:, 0], m[:, 0], theta)
        found.append(
            bounds("order_value", *quantiles(own, tails)) | bounds("expected_order_value", *quantiles(expected, tails))
        )
    return spread(found, arranged.member)


def spread(found: Iterable[Mapping[str, FloatArray]], member: Array) -> dict[str, FloatArray]:
    """Columns of blocks of distinct rows, joined and given to every customer."""
    blocks = list(found)
    return {name: np.concatenate([block[name] for block in blocks])[member] for name in blocks[0]}
