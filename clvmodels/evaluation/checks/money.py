"""Checks of order values: what Gamma-Gamma takes for granted of them."""

import math

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.evaluation.checks.finding import Finding, beyond_chance, graded, percent
from clvmodels.metrics import spearman
from clvmodels.transactions import Money, OrderSizes
from clvmodels.transactions.profile import BINS_PER_DECADE

_REPEATERS, _EFFECT_NOTED, _EFFECT_WARNS, _EFFECT_IS_SERIOUS = 100, 0.02, 0.10, 0.50
_APART, _SMOOTHING, _VALLEY, _SMALLER_SIDE, _ORDERS_OF_A_SIDE = 1.0, 0.15, 0.20, 0.01, 20
_ORDERS, _ORDER_NOTED, _ORDER_WARNS = 200, 0.01, 0.05


def correlation(first: FloatArray, second: FloatArray) -> tuple[float, float]:
    """Pearson's correlation and its standard error, which holds for any distribution of finite fourth moments.

    The variance is that of the influence values u v - r (u^2 + v^2) / 2 of standardised u and v, over n. Order values
    have long tails: on Online Retail II the usual interval, which is that of normal variables, is half as wide.

    Examples
    --------
    >>> import numpy as np
    >>> r, error = correlation(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0]))
    >>> round(r, 3), round(error, 3)
    (0.8, 0.18)
    """
    u, v = ((column - column.mean()) / column.std() for column in (first, second))
    r = float(np.mean(u * v))
    return r, float(np.std(u * v - r * (u * u + v * v) / 2)) / math.sqrt(len(u))


def frequency_and_spend(frequency: FloatArray, spend: FloatArray) -> Finding | None:
    """Whether frequent buyers spend more per order, among customers with paid repeat purchases.

    Gamma-Gamma takes order values to be independent of purchase rates (Fader, Hardie and Lee 2005, Journal of Marketing
    Research 42(4), who find 0.06 on CDNOW and go on). Judged by money: the mean over orders exceeds the mean over
    customers by the fraction cov(x, m) / (mean x times mean m), which is Pearson's correlation on another scale and 0
    under independence, whatever the distributions. A finding beyond three standard errors: a note from 2% on, a warning
    from 10%, serious from 50% (judgements).

    Spearman's is shown beside it and does not judge: a mean of many skewed orders has a higher median than one of few,
    so ranks rise with frequency even where the assumption holds.
    """
    known = (frequency > 0) & (spend > 0)
    x, m = frequency[known], spend[known]
    if len(x) < _REPEATERS or np.ptp(x) == 0 or np.ptp(m) == 0:
        return None
    r, error = correlation(x, m)
    # Sums of cents differ in their last digits by the order of adding, which must not decide ties.
    ranks = spearman(x, np.round(m / np.median(m), 9))
    scale = float(x.std() * m.std() / (x.mean() * m.mean()))
    effect = r * scale
    if abs(effect) < _EFFECT_NOTED or not beyond_chance(r, error):
        return None
    more, less = ("more", "low") if effect > 0 else ("less", "high")
    low, high = r - 1.96 * error, r + 1.96 * error
    return Finding(
        "frequency_and_spend",
        graded(abs(effect), _EFFECT_WARNS, _EFFECT_IS_SERIOUS),
        {"pearson": r, "lower": low, "upper": high, "spearman": ranks, "effect": effect},
        f"Customers who buy more often spend {more} per order (correlation {r:.2f}, 95% interval {low:.2f} to "
        f"{high:.2f}; of ranks {ranks:.2f}): the mean order is {percent(abs(effect))} {more} than the mean customer's. "
        "Gamma-Gamma pulls all towards one mean, so that the value of frequent buyers comes out somewhat too "
        f"{less} and that of rare ones too {'high' if less == 'low' else 'low'}.",
        "Fit groups that differ apart, fit(summary, by=...), and compare forecast with actual revenue by frequency on "
        "a holdout.",
    )


def order_scales(sizes: OrderSizes) -> Finding | None:
    """Orders of two scales, as several currencies, or cents beside whole units, leave them.

    The counts per twentieth of a factor of ten, smoothed over 0.15 of it, have two peaks at least a factor of ten apart
    with a valley of at most a fifth of the lower peak between them, and at least 1% and 20 of the orders on each side.
    Scales that differ by less than about 30, or whose orders overlap, are not seen. A warning; the thresholds are
    judgements.
    """
    split = _valley(sizes)
    if split is None:
        return None
    low = sizes.bin < split
    sides = [(int(sizes.orders[side].sum()), _typical(sizes, side)) for side in (low, ~low)]
    orders, smaller = sides[0][0] + sides[1][0], min(sides)[0]
    factor = sides[1][1] / sides[0][1]
    return Finding(
        "order_scales",
        graded(1, warning=1),
        {"factor": factor, "share_of_orders": smaller / orders},
        f"Order values fall into two groups, around {sides[0][1]:,.2f} ({sides[0][0]:,} orders) and "
        f"{sides[1][1]:,.2f} ({sides[1][0]:,}), a factor of {factor:,.0f} apart: such as several currencies, or cents "
        "beside whole units, leave them.",
        "Convert all amounts to one currency and unit; if both groups are real, fit them apart, fit(summary, by=...).",
    )


def _typical(sizes: OrderSizes, side: Array) -> float:
    """Geometric mean of the orders."""
    middle = (sizes.bin[side] + 0.5) / BINS_PER_DECADE
    return float(10.0 ** np.average(middle, weights=sizes.orders[side]))


def _valley(sizes: OrderSizes) -> int | None:
    """The first bin above the deepest valley between two peaks, or None."""
    if not len(sizes.bin):
        return None
    reach = round(3 * _SMOOTHING * BINS_PER_DECADE)
    first = int(sizes.bin[0]) - reach
    counts = np.bincount(sizes.bin - first, weights=sizes.orders, minlength=int(np.ptp(sizes.bin)) + 1 + 2 * reach)
    weights = np.exp(-((np.arange(-reach, reach + 1) / (_SMOOTHING * BINS_PER_DECADE)) ** 2) / 2)
    weights /= weights.sum()
    smooth = np.convolve(counts, weights, mode="same")
    lower = np.minimum(np.maximum.accumulate(smooth), np.maximum.accumulate(smooth[::-1])[::-1])
    below = np.cumsum(counts)
    beside = np.minimum(below, below[-1] - below)
    deep = (smooth <= _VALLEY * lower) & (beside >= max(_SMALLER_SIDE * float(below[-1]), _ORDERS_OF_A_SIDE))
    if not deep.any():
        return None
    place = int(np.argmin(np.where(deep, smooth / np.where(deep, lower, 1.0), np.inf)))
    between = place + int(np.argmax(smooth[place:])) - int(np.argmax(smooth[:place]))
    return first + place if between >= _APART * BINS_PER_DECADE else None


def large_order(money: Money) -> Finding | None:
    """One order that is a large part of all money.

    A note from 1% of the sum of at least 200 orders on, a warning from 5% (a judgement).
    """
    if money.orders < _ORDERS:
        return None
    share = money.largest_order / money.order_total
    if share < _ORDER_NOTED:
        return None
    return Finding(
        "large_order",
        graded(share, _ORDER_WARNS),
        {"share_of_money": share, "order": money.largest_order},
        f"One order of {money.largest_order:,.2f} is {percent(share)} of the money of all {money.orders:,} orders: "
        "mean order values and totals hang on it.",
        "See whether the amount is right; if it is, leave that customer out and forecast by hand.",
    )
