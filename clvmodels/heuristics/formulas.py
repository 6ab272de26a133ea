"""The rules as formulas: pure functions of arrays, times in one unit."""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, IntArray
from clvmodels.rfm import CELLS


def ratio(number: ArrayLike, time: ArrayLike) -> FloatArray:
    """The number per time, such as x / T, the past rate; 0 where there was no time.

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import ratio
    >>> ratio([3, 0], [6.0, 0.0])
    array([0.5, 0. ])
    """
    above, below = np.asarray(number, float), np.asarray(time, float)
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), 0.0)


def order_rate(x: ArrayLike, T: ArrayLike, shortest: float) -> FloatArray:
    """Orders per time, the first included: (x + 1) / T, where an age below `shortest` counts as that.

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import order_rate
    >>> order_rate([3, 0], [8.0, 0.0], shortest=1.0)
    array([0.5, 1. ])
    """
    return (np.asarray(x, float) + 1.0) / np.maximum(T, shortest)


def annuity(length: ArrayLike, intensity: ArrayLike) -> FloatArray:
    """Time within `length` when each moment counts e^(-intensity s): (1 - e^(-i l)) / i, and l where i is 0.

    The intensity is that of discounting, or of leaving, or of both together. Both may be infinite.

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import annuity
    >>> annuity([3.0, np.inf, 3.0], [0.0, 0.5, np.inf])
    array([3., 2., 0.])
    """
    span, i = np.asarray(length, float), np.asarray(intensity, float)
    some = np.where(i > 0, i, 1.0)
    # An infinite intensity leaves nothing of a length of 0 either.
    discounted = -np.expm1(-some * np.where(span > 0, span, 1.0)) / some
    return np.where(span > 0, np.where(i > 0, discounted, span), 0.0)


def churn_rate(silence: FloatArray, T: FloatArray, lost_after: float, counts: FloatArray) -> float:
    """Customers lost per customer and time: lost ones over the time that all were not yet lost.

    A customer is lost at the moment when the time since the last purchase exceeds `lost_after`; this is the maximum
    likelihood estimate of an exponential lifetime that ends then. Its inverse is the expected lifetime.

    Parameters
    ----------
    silence, T
        Time since the last purchase and age, shape (n,).
    lost_after
        In the same unit.
    counts
        Customers per row, shape (n,).

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import churn_rate
    >>> churn_rate(np.array([2.0, 8.0]), np.array([10.0, 15.0]), 3.0, np.ones(2))  # the second is lost after 10 of 15
    0.05
    """
    lost = silence > lost_after
    time = T - np.where(lost, silence - lost_after, 0.0)
    return float(ratio(np.sum(counts * lost), np.sum(counts * time)))


def geometric(ratio: ArrayLike, terms: ArrayLike) -> FloatArray:
    """1 + q + ... + q^(n - 1) for 0 <= q <= 1; n may be infinite where q is below 1.

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import geometric
    >>> geometric([0.5, 1.0, 0.0], 3.0), geometric([0.5], np.inf)
    (array([1.75, 3.  , 1.  ]), array([2.]))
    """
    q, n = np.broadcast_arrays(np.asarray(ratio, float), np.asarray(terms, float))
    inside = (q > 0) & (q < 1)
    log = np.log(np.where(inside, q, 0.5))
    return np.where(inside, np.expm1(n * log) / np.expm1(log), np.where(q > 0, n, np.minimum(n, 1.0)))


def retained_time(length: float, period: float, retention: float, delta: float) -> float:
    """Time that a customer stays within `length`, discounted, when a share `retention` goes on into each next period.

    What falls into a period is paid at its end, so that over the whole future this is period x r / (1 + d - r) with
    1 + d = e^(delta period); a last period that the length divides counts by the part that lies within.

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import retained_time
    >>> round(retained_time(np.inf, 1.0, 0.8, np.log(1.1)), 12)  # 0.8 / (1.1 - 0.8)
    2.666666666667
    >>> round(retained_time(1.5, 1.0, 0.8, 0.0), 12)
    1.12
    """
    kept = retention * np.exp(-delta * period)
    whole = np.floor(length / period)
    rest = length - whole * period if np.isfinite(length) else 0.0
    return float(period * kept * geometric(kept, whole) + (rest * kept ** (whole + 1) if rest else 0.0))


def retained_activity(rate: FloatArray, length: float, period: float, retention: float) -> FloatArray:
    """Probability of a purchase within `length` of customers who purchase at a rate for the periods that they stay.

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import retained_activity
    >>> retained_activity(np.array([np.log(2.0)]), 2.0, 1.0, 0.8)  # 0.8 / 2 + 0.8^2 / 4
    array([0.56])
    """
    whole = np.floor(length / period)
    silent = retention * np.exp(-rate * period)
    in_whole = -np.expm1(-rate * period) * retention * geometric(silent, whole)
    return np.asarray(in_whole - np.expm1(-rate * (length - whole * period)) * retention * silent**whole)


def best_threshold(silence: FloatArray, bought: FloatArray, counts: FloatArray) -> float:
    """The silence that best tells those who bought afterwards from those who did not.

    Best is the highest sum of the two shares that are told rightly, of the buyers and of the others (Youden 1950),
    which does not depend on how rare buyers are.

    Parameters
    ----------
    silence
        Time since the last purchase, shape (n,).
    bought
        One for those who did, else zero, shape (n,).
    counts
        Customers per row, shape (n,).

    Returns
    -------
    float
        One of the silences: customers up to it are active. Of equally good ones the longest.

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import best_threshold
    >>> best_threshold(np.array([1.0, 2.0, 3.0, 9.0]), np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4))
    3.0
    """
    distinct, place = np.unique(silence, return_inverse=True)
    buyers, others = (np.bincount(place, counts * who) for who in (bought, 1.0 - bought))
    told = np.cumsum(ratio(buyers, buyers.sum()) - ratio(others, others.sum()))
    return float(distinct[len(told) - 1 - int(np.argmax(told[::-1]))])


def cell_means(cells: IntArray, values: FloatArray, counts: FloatArray) -> FloatArray:
    """Mean of the customers of each cell, shape (1000,), by the cell's three digits.

    A cell without customers has the mean of those that share its first two digits, or else the first, or else of all.

    Examples
    --------
    >>> from clvmodels.heuristics.formulas import cell_means
    >>> means = cell_means(np.array([555, 554, 111]), np.array([4.0, 2.0, 0.0]), np.ones(3))
    >>> [float(means[cell]) for cell in (555, 553, 511, 222)]
    [4.0, 3.0, 3.0, 2.0]
    """
    means = np.full(CELLS, np.sum(counts * values) / np.sum(counts))
    for step in (100, 10, 1):
        group = np.arange(CELLS) // step
        customers = np.bincount(cells // step, counts, minlength=CELLS // step)[group]
        sums = np.bincount(cells // step, counts * values, minlength=CELLS // step)[group]
        means = np.divide(sums, customers, out=means, where=customers > 0)
    return means
