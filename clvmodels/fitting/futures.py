"""What customers may do, drawn: every draw of the parameters with a future of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np

from clvmodels.arrays import Array, FloatArray, IntArray
from clvmodels.fitting.arranged import Arranged, runs
from clvmodels.fitting.surrogate import over_draws
from clvmodels.kernels.futures import Lives

# A function of x and T of distinct pairs, shape (pairs,) each.
OfPairs: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]

# How many draws of the parameters intervals are made of.
DRAWS = 1_000
# exp(-12) is .000006: money that far ahead moves no quantile.
_NEGLIGIBLE = 12.0
# Pairs whose futures are drawn together.
_PAIRS = 128


@dataclass(frozen=True)
class Futures:
    """Drawn futures of customers who are alive now, shape (pairs, draws) each.

    Attributes
    ----------
    purchases
        How many.
    spent
        Sum over purchases of their discounted size, where the mean size is the p of the spend model, or 1 each.
    lifetime
        Discounted time until dropout or the horizon.
    """

    purchases: Array
    spent: FloatArray
    lifetime: FloatArray


@dataclass(frozen=True)
class Ahead:
    """A fit's draws of parameters, looking over a horizon; times are in the fit's unit.

    Attributes
    ----------
    kernel
        A `PurchaseKernel`.
    theta
        Shape (d, k).
    length, delta
        Length of the horizon, which may be infinite with a positive discount rate, and that rate, continuous.
    """

    kernel: Any
    theta: FloatArray
    length: float
    delta: float

    def alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        """Probability of being alive at each draw, shape (rows, d); quick where rows of equal x stand together."""
        probability = np.empty((len(x), len(self.theta)))
        starts, _ = runs(x)
        for start, end in zip(starts, [*starts[1:], len(x)], strict=True):
            times = t_x[start:end, None], T[start:end, None]
            probability[start:end] = self.kernel.probability_alive(x[start], *times, *self.theta.T)
        return probability

    def expected(self, quantity: str, x: FloatArray, T: FloatArray, delta: float) -> FloatArray:
        """An expectation of customers alive, such as purchases_if_alive, at each draw, shape (pairs, d)."""
        if not self.length:
            return np.zeros((len(x), len(self.theta)))
        formula = getattr(self.kernel, quantity)
        return over_draws(lambda theta: formula(x, T, self.length, delta, *theta), self.theta).T

    def average(self, columns: tuple[FloatArray, ...], of_pairs: OfPairs, width: int = 1) -> FloatArray:
        """Mean over draws of P(alive) times a function of (x, T), as in `averages`, shape (n,) or (n, width)."""
        return self.averages(columns, [of_pairs], width)[0]

    def averages(
        self, columns: tuple[FloatArray, ...], of_pairs: Sequence[OfPairs], width: int = 1
    ) -> list[FloatArray]:
        """Means over draws of P(alive) times functions of (x, T); P(alive) is computed once for all of them.

        Parameters
        ----------
        columns
            x, t_x, T, shape (n,) each.
        of_pairs
            Take x and T of distinct pairs, and return shape (pairs, d) or, with a width, (pairs, d, width).

        Returns
        -------
        list of FloatArray
            Shape (n,) or (n, width) each.
        """
        x, t_x, T = columns
        if not len(x):
            return [np.empty((0, width) if width > 1 else 0) for _ in of_pairs]
        arranged = Arranged.of(x, T, t_x)
        means: list[list[FloatArray]] = []
        for group in arranged.groups(len(self.theta) * width * len(of_pairs)):
            values = [function(group.x, group.T) for function in of_pairs]
            for block in group.blocks:
                row_x, row_T, row_t_x = (column[block.rows] for column in arranged.columns)
                alive = self.alive(row_x, row_t_x, row_T) / len(self.theta)
                means.append([np.einsum("rd,rd...->r...", alive, value[block.pairs][block.pair]) for value in values])
        return [np.concatenate(blocks)[arranged.member] for blocks in zip(*means, strict=True)]

    def futures(
        self, rng: np.random.Generator, x: FloatArray, T: FloatArray, shape: FloatArray | None = None
    ) -> Futures:
        """One future per pair and draw.

        Parameters
        ----------
        rng
            Random numbers.
        x, T
            Shape (pairs,).
        shape
            Of the sizes of orders, which are Gamma(shape) of scale 1, at each draw, shape (d,); None for sizes of 1.
        """
        return _joined([self._some(rng, x[i : i + _PAIRS], T[i : i + _PAIRS], shape) for i in range(0, len(x), _PAIRS)])

    def own_futures(self, seed: int, x: FloatArray, T: FloatArray, shape: FloatArray | None = None) -> Futures:
        """The same, by random numbers of each pair's own, so that it does not matter which others stand beside it.

        Purchases are the same whatever the shape and the discount rate are.
        """
        pairs = range(len(x))
        return _joined([self._some(own_rng(seed, x[i], T[i]), x[i : i + 1], T[i : i + 1], shape) for i in pairs])

    def _some(self, rng: np.random.Generator, x: FloatArray, T: FloatArray, shape: FloatArray | None) -> Futures:
        draws = len(self.theta)
        horizon = self.length if np.isfinite(self.length) else _NEGLIGIBLE / self.delta
        theta = [np.tile(column, len(x)) for column in self.theta.T]
        shapes = None if shape is None else np.tile(shape, len(x))
        lives = self.kernel.simulate_if_alive(rng, np.repeat(x, draws), np.repeat(T, draws), horizon, *theta)
        lifetime = -np.expm1(-self.delta * lives.lasts) / self.delta if self.delta > 0 else lives.lasts
        by_pair = (lives.purchases, self._spent(rng, lives, shapes), lifetime)
        return Futures(*(values.reshape(len(x), draws) for values in by_pair))

    def _spent(self, rng: np.random.Generator, lives: Lives, shapes: FloatArray | None) -> FloatArray:
        """Sum of the discounted sizes of each customer's purchases, shape (n,)."""
        if self.delta == 0.0:
            return lives.purchases.astype(float) if shapes is None else rng.standard_gamma(shapes * lives.purchases)
        spent = np.zeros(len(lives.purchases))
        for who, when in lives.times(rng):
            worth = np.exp(-self.delta * when)
            if shapes is not None:
                worth *= rng.standard_gamma(shapes[who])
            first, last = who[0], who[-1] + 1
            spent[first:last] += np.bincount(who - first, worth)
        return spent


def _joined(parts: list[Futures]) -> Futures:
    names = [field.name for field in fields(Futures)]
    return Futures(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def own_rng(seed: int, *numbers: float) -> np.random.Generator:
    """Random numbers that belong to a seed and some numbers, such as a customer's x and T.

    Intervals are made in blocks of customers by every engine in its own way: a customer's must not depend on the block.
    Numbers are told apart by 24 binary digits, since engines differ in the last of 53.

    Examples
    --------
    >>> from clvmodels.fitting.futures import own_rng
    >>> own_rng(1, 0.1).random() == own_rng(1, 0.1 + 1e-17).random() != own_rng(1, 0.2).random()
    True
    """
    words = np.array(numbers, dtype=np.float32).view(np.uint32)
    return np.random.Generator(np.random.PCG64([seed, *words.tolist()]))


def uniforms(rng: np.random.Generator, rows: int, draws: int) -> FloatArray:
    """Uniform numbers, shape (rows, draws), that are evenly spread in every row."""
    places = np.argsort(rng.random((rows, draws)), axis=1)
    return np.asarray((places + rng.random((rows, draws))) / draws)


@dataclass(frozen=True)
class Ranked:
    """Drawn numbers of purchases of customers who are alive, the most first.

    Attributes
    ----------
    order
        Of the draws, shape (pairs, draws).
    purchases
        In that order, and a 0 after them, shape (pairs, draws + 1).
    """

    order: IntArray
    purchases: Array

    @classmethod
    def of(cls, purchases: Array) -> "Ranked":
        """Rank numbers of purchases, shape (pairs, draws)."""
        order = np.argsort(-purchases, axis=1, kind="stable")
        ranked = np.take_along_axis(purchases, order, axis=1)
        return cls(order, np.pad(ranked, ((0, 0), (0, 1))))

    def quantiles(self, pair: IntArray, alive: FloatArray, tails: tuple[float, ...]) -> list[FloatArray]:
        """For each tail the least number of purchases that is exceeded with at most the rest of probability.

        Parameters
        ----------
        pair
            Of each row, shape (rows,).
        alive
            Probability of being alive at each draw, shape (rows, draws).
        tails
            Probabilities.

        Returns
        -------
        list
            Arrays of shape (rows,).
        """
        reached = np.cumsum(np.take_along_axis(alive, self.order[pair], axis=1), axis=1) / alive.shape[1]
        # A hair, so that sums of exact shares are not told apart by rounding.
        return [self.purchases[pair, (reached <= 1.0 - tail + 1e-12).sum(axis=1)].astype(float) for tail in tails]
