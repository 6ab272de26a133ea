"""What customers do from now on, drawn event by event."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from clvmodels.arrays import FloatArray, IntArray

# Told who purchases and when, each at most once per call.
Record: TypeAlias = Callable[[IntArray, FloatArray], None]

_SLOWEST = 1e-300


def purchase_until_dropout(
    rng: np.random.Generator, rate: FloatArray, dropout: FloatArray, horizon: float, record: Record
) -> FloatArray:
    """Let customers purchase at their own steady rate until they stop, after a purchase, or the horizon ends.

    Parameters
    ----------
    rng
        Random numbers.
    rate, dropout
        Purchases per unit of time, and probability of stopping after each, shape (n,).
    horizon
        How far ahead.
    record
        Called with places and times of purchases, in the order of a customer's first purchase, second, ...

    Returns
    -------
    FloatArray
        Time until each customer stops, at most the horizon, shape (n,).
    """
    lasts = np.full(len(rate), float(horizon))
    going, clock = np.arange(len(rate)), np.zeros(len(rate))
    while len(going):
        clock = clock + rng.standard_exponential(len(going)) / np.maximum(rate[going], _SLOWEST)
        inside = clock <= horizon
        going, clock = going[inside], clock[inside]
        record(going, clock)
        stops = rng.random(len(going)) < dropout[going]
        lasts[going[stops]] = clock[stops]
        going, clock = going[~stops], clock[~stops]
    return lasts


def purchase_while_alive(
    rng: np.random.Generator, rate: FloatArray, lifetime: FloatArray, horizon: float, record: Record
) -> FloatArray:
    """Let customers purchase at their own steady rate for a lifetime that purchases do not change, or to the horizon.

    Parameters
    ----------
    rng, rate, horizon, record
        As in `purchase_until_dropout`.
    lifetime
        Shape (n,); infinite for customers who never stop.

    Returns
    -------
    FloatArray
        Time until each customer stops, at most the horizon, shape (n,).
    """
    lasts = np.minimum(lifetime, float(horizon))
    going, clock = np.arange(len(rate)), np.zeros(len(rate))
    while len(going):
        clock = clock + rng.standard_exponential(len(going)) / np.maximum(rate[going], _SLOWEST)
        inside = clock <= lasts[going]
        going, clock = going[inside], clock[inside]
        record(going, clock)
    return lasts
