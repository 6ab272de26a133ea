"""The order that a row of numbers puts customers in, ties included."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.metrics.checks import counts, finite

TIES = ("share", "first")


@dataclass(frozen=True, eq=False)
class Ranking:
    """Places of customers from the lowest value to the highest; measures of order take it in place of numbers.

    It is sorted once and can then be used with many weights, as a bootstrap does.

    Attributes
    ----------
    place
        Of each customer, from 0, shape (n,); customers of one place are tied.
    places
        How many there are.

    Examples
    --------
    >>> from clvmodels.metrics import Ranking
    >>> Ranking.of([0.3, 0.1, 0.3]).place.tolist()
    [1, 0, 1]
    >>> Ranking.of([0.3, 0.1, 0.3], ties="first").place.tolist()
    [2, 0, 1]
    """

    place: IntArray
    places: int

    @classmethod
    def of(cls, values: "ArrayLike | Ranking", ties: str = "share") -> "Ranking":
        """Rank values, shape (n,).

        Parameters
        ----------
        values
            One per customer, or a ranking, which is returned as it is.
        ties
            "share": equal values are one place, and whatever is cut through the middle of a place takes an equal share
            of each of its customers, which is the mean over all orders that they could be in. "first": the customer in
            an earlier row is higher, as where a table is sorted and cut; the result then depends on the rows' order.
        """
        if isinstance(values, Ranking):
            return values
        array = finite(values, "values")
        if ties not in TIES:
            raise InputError(f"ties={ties!r} is not possible.", advice='Use "share" or "first".')
        if ties == "first":
            place = np.empty(len(array), dtype=np.int64)
            place[np.argsort(-array, kind="stable")] = np.arange(len(array))[::-1]
            return cls(place, len(array))
        distinct, place = np.unique(array, return_inverse=True)
        return cls(place.astype(np.int64), len(distinct))

    def __len__(self) -> int:
        return len(self.place)

    def totals(self, values: FloatArray) -> FloatArray:
        """Sum of values, shape (n,), over the customers of each place, shape (places,)."""
        return np.asarray(np.bincount(self.place, values, minlength=self.places), dtype=float)

    def midranks(self, weights: ArrayLike | None = None) -> FloatArray:
        """Rank of each customer from 1, tied ones with the mean of their ranks, shape (n,)."""
        number = self.totals(counts(weights, len(self)))
        return np.asarray((np.cumsum(number) - 0.5 * number + 0.5)[self.place])

    def held_by_top(self, values: FloatArray, top: ArrayLike, weights: FloatArray) -> FloatArray:
        """Sum of values, shape (n,), over the `top` highest customers, whatever shape `top` has."""
        number, held = self.totals(weights)[::-1], self.totals(weights * values)[::-1]
        return np.asarray(
            np.interp(np.asarray(top, dtype=float), np.append(0.0, np.cumsum(number)), np.append(0.0, np.cumsum(held)))
        )

    def membership(self, top: float, weights: FloatArray) -> FloatArray:
        """Share of each customer that belongs to the `top` highest, shape (n,)."""
        number = self.totals(weights)
        above = np.cumsum(number[::-1])[::-1] - number
        room = np.clip(top - above, 0.0, number)
        return np.asarray((room / np.where(number > 0, number, 1.0))[self.place])


Ranked: TypeAlias = ArrayLike | Ranking
