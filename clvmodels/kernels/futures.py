"""What customers do from now on, drawn."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import Array, FloatArray, IntArray

_SMALLEST = 1e-300
# More purchases than anybody lives to make; above it NumPy cannot draw a number of them.
_MOST = 1e15
# Purchases that are drawn together: few enough for the cache.
_TOGETHER = 131_072


@dataclass(frozen=True)
class Lives:
    """Drawn futures of customers who purchase at a steady rate of their own until they stop or the horizon ends.

    Attributes
    ----------
    purchases
        How many, shape (n,).
    lasts
        Time until each customer stops, at most the horizon, shape (n,).
    stopped
        Whether the last purchase is the moment of stopping, shape (n,).
    """

    purchases: IntArray
    lasts: FloatArray
    stopped: Array

    def times(self, rng: np.random.Generator) -> Iterator[tuple[IntArray, FloatArray]]:
        """Places of customers, in order, and times of their purchases, in no order, some at a time.

        Purchases at a steady rate, of which the number is known, are spread evenly and independently over the time in
        which they fall; where the last one is at the end of that time, the others are.
        """
        ends = np.cumsum(self.purchases)
        total = int(ends[-1]) if len(ends) else 0
        customers, finals = np.arange(len(ends)), ends[self.stopped]
        for start in range(0, total, _TOGETHER):
            stop = min(start + _TOGETHER, total)
            past = np.clip(ends, start, stop)
            who = np.repeat(customers, past - np.append(start, past[:-1]))
            when = rng.random(stop - start) * self.lasts[who]
            here = finals[(finals > start) & (finals <= stop)] - start - 1
            when[here] = self.lasts[who[here]]
            yield who, when


def purchase_until_dropout(rng: np.random.Generator, rate: FloatArray, dropout: FloatArray, horizon: float) -> Lives:
    """Let customers purchase at their own steady rate until they stop, after a purchase, or the horizon ends.

    Parameters
    ----------
    rng
        Random numbers.
    rate, dropout
        Purchases per unit of time, and probability of stopping after each, shape (n,).
    horizon
        How far ahead, finite.
    """
    possible = rng.poisson(np.minimum(rate * horizon, _MOST))
    with np.errstate(divide="ignore"):  # a dropout of 1 is at the first purchase
        kept = rng.standard_exponential(len(rate)) / np.maximum(-np.log1p(-dropout), _SMALLEST)
    until = np.minimum(kept, possible).astype(np.int64) + 1
    stopped = until <= possible
    lasts = np.full(len(rate), float(horizon))
    # Of n purchases spread evenly over the horizon the k-th is at a Beta(k, n - k + 1) part of it.
    lasts[stopped] *= rng.beta(until[stopped], (possible - until)[stopped] + 1)
    return Lives(np.minimum(possible, until), lasts, stopped)


def purchase_while_alive(rng: np.random.Generator, rate: FloatArray, lifetime: FloatArray, horizon: float) -> Lives:
    """Let customers purchase at their own steady rate for a lifetime that purchases do not change, or to the horizon.

    Parameters
    ----------
    rng, rate, horizon
        As in `purchase_until_dropout`.
    lifetime
        Shape (n,); infinite for customers who never stop.
    """
    lasts = np.minimum(lifetime, float(horizon))
    return Lives(rng.poisson(np.minimum(rate * lasts, _MOST)), lasts, np.zeros(len(lasts), dtype=bool))
