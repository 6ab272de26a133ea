"""Pareto/NBD: customers by the pairs of numbers that the two parts of their likelihood depend on."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Pairs:
    """Distinct (x, age).

    Attributes
    ----------
    x
        Distinct numbers of purchases, shape (kinds,).
    kind, age
        Of each pair the place of its x, and the age, shape (pairs,).
    """

    x: FloatArray
    kind: IntArray
    age: FloatArray


@dataclass(frozen=True)
class Part:
    """Some of the customers.

    Attributes
    ----------
    since, until
        Pairs (x, t_x) and (x, T).
    customers, bought
        Per pair of `since`, how many customers have it, and the sum of their x.
    at_since, at_until
        Of each row, the places of its pairs.
    x, age, gap, counts
        Of each row x, t_x, T - t_x, and how many customers it is.
    """

    since: Pairs
    until: Pairs
    customers: FloatArray
    bought: FloatArray
    at_since: IntArray
    at_until: IntArray
    x: FloatArray
    age: FloatArray
    gap: FloatArray
    counts: FloatArray


def part_of(x: FloatArray, t_x: FloatArray, T: FloatArray, counts: FloatArray) -> Part:
    """Find the pairs of rows, shape (n,) each."""
    values, kind = np.unique(x, return_inverse=True)
    (since, at_since), (until, at_until) = (_pairs(values, kind, age) for age in (t_x, T))
    customers = by_pair(since, at_since, counts)
    bought = customers * values[since.kind]
    return Part(since, until, customers, bought, at_since, at_until, x, t_x, T - t_x, counts)


def _pairs(values: FloatArray, kind: IntArray, age: FloatArray) -> tuple[Pairs, IntArray]:
    ages, code = np.unique(age, return_inverse=True)
    distinct, at = np.unique(kind * len(ages) + code, return_inverse=True)
    return Pairs(values, distinct // len(ages), ages[distinct % len(ages)]), at


def by_pair(pairs: Pairs, at: IntArray, weights: FloatArray) -> FloatArray:
    """Sums over rows by pair, shape (pairs,)."""
    return np.bincount(at, weights=weights, minlength=len(pairs.age)).astype(float)
