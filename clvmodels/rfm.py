"""Recency, frequency and monetary value as scores, 1 to 5 unless told otherwise, and the cells that they form.

Customers of equal value have equal scores, whatever the order of rows. A customer's score depends on the share of
customers who are worse: below a fifth of them it is 1, from a fifth on 2, and so forth. Where many are alike, as those
who never came back, scores are left out: if 60% have no repeat purchase, their score is 1 and the next one up is 4.
"""

from dataclasses import astuple, dataclass

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, IntArray
from clvmodels.errors import InputError, WrongTypeError

# Sums of cents and differences of times carry rounding errors, which must not part customers who are alike.
_DECIMALS = 9
_FEWEST, _MOST = 2, 9
# Cells have numbers below this: three digits.
CELLS = 1000


@dataclass(frozen=True, eq=False)
class RFMScores:
    """Scores of n customers; the highest is the best.

    Attributes
    ----------
    recency, frequency, monetary
        Whole numbers from 1, shape (n,) each. The customer who bought last has the highest score of recency.

    Examples
    --------
    >>> from clvmodels.rfm import rfm_scores
    >>> scores = rfm_scores([1, 9], [3, 0], [50.0, 20.0], bins=2)
    >>> scores.recency, scores.frequency, scores.monetary
    (array([2, 1]), array([2, 1]), array([2, 1]))
    """

    recency: IntArray
    frequency: IntArray
    monetary: IntArray

    @property
    def cells(self) -> IntArray:
        """The three scores as the digits of one number, such as 545, shape (n,)."""
        return 100 * self.recency + 10 * self.frequency + self.monetary


@dataclass(frozen=True)
class RFMBounds:
    """Where scores begin: data that can be learnt from customers, or given.

    Attributes
    ----------
    recency
        The longest time since the last purchase that has score 2, 3, ...; not increasing.
    frequency, monetary
        The least that has score 2, 3, ...; not decreasing.

    Raises
    ------
    InputError
        If bounds are not ordered, or not 1 to 8 of each kind.

    Examples
    --------
    >>> from clvmodels.rfm import RFMBounds
    >>> bounds = RFMBounds(recency=(26, 8), frequency=(1, 4), monetary=(20, 100))
    >>> bounds.scores([30, 10, 8], [0, 2, 7], [15, 60, 300]).cells
    array([111, 222, 333])
    """

    recency: tuple[float, ...]
    frequency: tuple[float, ...]
    monetary: tuple[float, ...]

    def __post_init__(self) -> None:
        if len({len(kind) for kind in astuple(self)}) > 1 or not _FEWEST <= len(self.recency) + 1 <= _MOST:
            raise InputError(
                f"There are {len(self.recency)}, {len(self.frequency)} and {len(self.monetary)} bounds.",
                advice="Give as many of each kind, from 1 to 8; five scores have 4 bounds.",
            )
        for name, rising in (("recency", -1), ("frequency", 1), ("monetary", 1)):
            if not (np.diff(rising * _without_infinity(getattr(self, name))) >= 0).all():
                order = "increase" if rising < 0 else "decrease"
                raise InputError(f"The bounds of {name} {order}: {getattr(self, name)}.", advice="Begin with score 2.")

    @classmethod
    def of(
        cls,
        recency_since_last_purchase: ArrayLike,
        frequency: ArrayLike,
        monetary: ArrayLike,
        *,
        bins: int = 5,
        counts: ArrayLike | None = None,
    ) -> "RFMBounds":
        """The bounds that cut customers into `bins` parts of about equal size.

        Parameters
        ----------
        recency_since_last_purchase, frequency, monetary
            Shape (n,) each.
        bins
            Number of scores, 2 to 9.
        counts
            Customers per row, shape (n,), where rows stand for several.
        """
        if bins not in range(_FEWEST, _MOST + 1):
            raise InputError(f"bins={bins!r} is no whole number from 2 to 9.", advice="Five is what most use.")
        silence, orders, money = _columns(recency_since_last_purchase, frequency, monetary)
        weights = np.ones(len(silence)) if counts is None else np.asarray(counts, dtype=float)
        recent, often, much = (_starts(column, int(bins), weights) for column in (-silence, orders, money))
        return cls(tuple((-recent).tolist()), tuple(often.tolist()), tuple(much.tolist()))

    def scores(self, recency_since_last_purchase: ArrayLike, frequency: ArrayLike, monetary: ArrayLike) -> RFMScores:
        """Scores of n customers, who need not be those that the bounds were learnt from; shape (n,) each."""
        silence, orders, money = _columns(recency_since_last_purchase, frequency, monetary)
        return RFMScores(
            _score(-silence, -np.asarray(self.recency)),
            _score(orders, np.asarray(self.frequency)),
            _score(money, np.asarray(self.monetary)),
        )


def rfm_scores(
    recency_since_last_purchase: ArrayLike,
    frequency: ArrayLike,
    monetary: ArrayLike,
    *,
    bins: int = 5,
    bounds: RFMBounds | None = None,
) -> RFMScores:
    """Score customers among themselves, or by given bounds.

    Parameters
    ----------
    recency_since_last_purchase
        How long ago the last purchase was, in any unit, shape (n,): T - recency of a `Summary`, whose recency is the
        age at the last purchase.
    frequency
        Purchases, or repeat purchases, shape (n,).
    monetary
        Money, in total or per purchase, shape (n,); 0 where there is none.
    bins
        Number of scores, 2 to 9: quintiles unless told otherwise.
    bounds
        Take these and not those of the customers themselves; then `bins` is not used.

    Returns
    -------
    RFMScores
        Equal values have equal scores.

    Raises
    ------
    InputError
        If arrays differ in length or hold what is no finite number.

    Examples
    --------
    >>> from clvmodels.rfm import rfm_scores
    >>> rfm_scores([1, 2, 3, 4, 5], [4, 3, 0, 0, 0], [90, 40, 30, 20, 10]).cells
    array([555, 444, 313, 212, 111])
    """
    columns = recency_since_last_purchase, frequency, monetary
    return (bounds or RFMBounds.of(*columns, bins=bins)).scores(*columns)


def _starts(values: FloatArray, bins: int, counts: FloatArray) -> FloatArray:
    """The least values of the scores 2 .. bins, shape (bins - 1,); infinite for those that nobody has."""
    distinct, which = np.unique(values, return_inverse=True)
    customers = np.bincount(which, counts, minlength=len(distinct))
    worse = np.cumsum(customers) - customers
    scores = 1 + bins * worse // max(customers.sum(), 1)
    return np.append(distinct, np.inf)[np.searchsorted(scores, np.arange(2, bins + 1))]


def _score(values: FloatArray, starts: FloatArray) -> IntArray:
    return 1 + np.searchsorted(starts, values, side="right").astype(np.int64)


def _columns(*given: ArrayLike) -> tuple[FloatArray, ...]:
    columns = tuple(np.asarray(column) for column in given)
    for column in columns:
        if column.dtype.kind not in "iufb":
            raise WrongTypeError(f"Scores are made of numbers, not of {column.dtype}.", advice="Convert it to numbers.")
    if {column.ndim for column in columns} != {1} or len({len(column) for column in columns}) > 1:
        shapes = ", ".join(str(column.shape) for column in columns)
        raise InputError(f"The arrays have the shapes {shapes}.", advice="Give a number per customer in each.")
    for column in columns:
        bad = np.flatnonzero(~np.isfinite(column))
        if len(bad):
            rows = [f"place {place}: {column[place]}" for place in bad[:3]]
            advice = "Give 0 as the money of a customer of whom there is none."
            raise InputError(f"{len(bad):,} values are no finite numbers.", rows=rows, advice=advice)
    return tuple(np.round(column.astype(float), _DECIMALS) for column in columns)


def _without_infinity(bounds: tuple[float, ...]) -> FloatArray:
    """Bounds with the largest finite numbers in place of infinities, whose differences would be no numbers."""
    return np.asarray(np.nan_to_num(np.asarray(bounds, dtype=float), nan=np.nan))
