"""Customers by their (x, T): what is expected of those who are alive depends on nothing else."""

import math
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.fitting.compress import each_day, group, whole_days

# A table of all pairs that there could be is quicker than sorting as long as it is not much longer than the data.
_SPARSE, _SMALL = 4, 2**16


@dataclass(frozen=True)
class Pairs:
    """Distinct pairs, and where each customer's is found.

    Attributes
    ----------
    x, T
        Shape (pairs,).
    place
        Shape (n,), integers.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.fitting.pairs import Pairs
    >>> pairs = Pairs.of(np.array([0.0, 2.0, 0.0]), np.array([5.0, 4.0, 5.0]), unit_in_days=7.0)
    >>> pairs.x, pairs.T, pairs.place.tolist()
    (array([0., 2.]), array([5., 4.]), [0, 1, 0])
    """

    x: FloatArray
    T: FloatArray
    place: Array

    @classmethod
    def of(cls, x: FloatArray, T: FloatArray, unit_in_days: float) -> "Pairs":
        """Pairs of columns of shape (n,); whole days are merged although their floats may differ."""
        if not len(x):
            return cls(x, T, np.empty(0, dtype=np.int32))
        sizes = int(x.max()) + 1, int(np.rint(T.max() * unit_in_days)) + 1
        if math.prod(sizes) <= max(_SPARSE * len(x), _SMALL):
            found = _by_table(x, T, unit_in_days, sizes)
            if found is not None:
                return found
        days = whole_days(T, unit_in_days)
        (few_x, few_T), place = group((x, T if days is None else days))
        return cls(few_x, few_T if days is None else few_T / unit_in_days, place)


def _by_table(x: FloatArray, T: FloatArray, unit_in_days: float, sizes: tuple[int, int]) -> Pairs | None:
    """The pairs by one integer each, or None off the grid of days."""
    place, found = np.empty(len(x), dtype=np.int32), np.zeros(math.prod(sizes), dtype=bool)
    for rows, days in each_day(T, unit_in_days):
        if days is None:
            return None
        place[rows] = x[rows] * sizes[1] + days
        found[place[rows]] = True
    pairs = np.flatnonzero(found)
    number = np.empty(len(found), dtype=np.int32)
    number[pairs] = np.arange(len(pairs))
    few_x, days = np.divmod(pairs, sizes[1])
    return Pairs(few_x.astype(float), days / unit_in_days, number[place])
