"""Whether customers buy at random times, as BG/NBD has it, or regularly, or in clumps."""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, gammaln

from clvmodels.arrays import FloatArray
from clvmodels.evaluation.checks.finding import Finding, beyond_chance, graded

_CUSTOMERS, _SAMPLE = 30, 3_000
_NOTED, _WARNS, _IS_SERIOUS = 1.25, 1.5, 3.0
_LOWEST, _HIGHEST, _ROWS_AT_ONCE = 0.05, 50.0, 128
# With so many periods between purchases, that these are whole moves the shape by a few hundredths only.
_LONG_GAP = 200.0


def expected_log_gaps(shape: float, x: FloatArray, total: FloatArray, whole: bool) -> FloatArray:
    """Mean of the sum of logs of x gaps that are known to add up to `total`, shape (n,).

    Gaps that are Gamma of one shape k and any rate are, given their sum, Dirichlet(k, ..., k) times the sum: the rate
    cancels, so that customers of unlike rates can be put together. Then the mean is
    x (psi(k) - psi(k x) + log total), which for x = 2 is the estimator of Wheat and Morrison (1990, Journal of
    Marketing Research 27(1)), used by BTYDplus.

    Purchases counted by days have gaps of at least one day. Purchases at random times, counted so, have geometric gaps:
    those less one are, given their sum, Dirichlet-multinomial with k = 1. With `whole` the gaps less one are
    Dirichlet-multinomial of shape k, which is that at k = 1 and nears the continuous form as gaps grow; without it,
    random purchases every 20 days would seem to have a shape of 1.2, and every other day one of 2.5.

    Parameters
    ----------
    shape
        k.
    x, total
        Number and sum of gaps, shape (n,); with `whole` in periods.
    whole
        Whether gaps are whole numbers of at least one.

    Examples
    --------
    >>> import numpy as np
    >>> expected_log_gaps(1.0, np.array([2.0]), np.array([3.0]), whole=True)  # 1 + 2 or 2 + 1
    array([0.69314718])
    """
    result: FloatArray = x * (digamma(shape) - digamma(shape * x) + np.log(total))
    if not whole:
        return result
    result[x == total] = 0.0
    short = np.flatnonzero((total < _LONG_GAP * x) & (total > x))
    short = short[np.argsort(total[short] - x[short])]
    for start in range(0, len(short), _ROWS_AT_ONCE):
        rows = short[start : start + _ROWS_AT_ONCE]
        result[rows] = x[rows] * _mean_log_gap(shape, x[rows], total[rows] - x[rows])
    return result


def _mean_log_gap(k: float, x: FloatArray, n: FloatArray) -> FloatArray:
    """E log(1 + B) with B ~ BetaBinomial(n, k, (x - 1) k)."""
    b, rest, n_ = np.arange(n.max()), (x - 1) * k, n[:, None]
    left = n_ - b  # beyond n the probabilities are 0
    steps = np.log(np.maximum(left, 1)) + np.log(k + b) - np.log1p(b) - np.log(np.maximum(left - 1, 0) + rest[:, None])
    none = gammaln(n + rest) - gammaln(rest) - gammaln(n + x * k) + gammaln(x * k)
    log_p = none[:, None] + np.cumsum(np.where(left > 0, steps, -np.inf), axis=1)
    result: FloatArray = np.exp(log_p) @ np.log1p(b + 1)
    return result


def gap_shape(x: FloatArray, total: FloatArray, log_gaps: FloatArray, whole: bool) -> tuple[float, float]:
    """Shape k of the times between purchases, one for all customers, and the standard error of its logarithm.

    k solves sum of log gaps = sum of `expected_log_gaps`, which in continuous time is the maximum of the likelihood
    given each customer's x and sum, and does not depend on rates or on dropout. The error is robust to customers who
    differ in shape. Shapes beyond 0.05 and 50 are reported as these.

    Parameters
    ----------
    x, total, log_gaps
        Number, sum and sum of logs of the gaps of customers with at least two, shape (n,).
    whole
        Whether gaps are whole numbers of periods.

    Examples
    --------
    >>> import numpy as np
    >>> gaps = np.random.default_rng(1).gamma(2.0, 1.0, size=(500, 4))
    >>> k, error = gap_shape(np.full(500, 4.0), gaps.sum(axis=1), np.log(gaps).sum(axis=1), whole=False)
    >>> round(k, 2), round(error, 3)
    (1.94, 0.034)
    """
    pairs, where = np.unique(np.stack([x, total]), axis=1, return_inverse=True)

    def excess(log_k: float) -> FloatArray:
        result: FloatArray = log_gaps - expected_log_gaps(math.exp(log_k), pairs[0], pairs[1], whole)[where.ravel()]
        return result

    def mean(log_k: float) -> float:
        return float(excess(log_k).mean())

    low, high = math.log(_LOWEST), math.log(_HIGHEST)
    if mean(low) <= 0 or mean(high) >= 0:
        # At the edge there is no slope: the error of a shape that is known to be at least as far away.
        return (_LOWEST if mean(low) <= 0 else _HIGHEST), 1 / math.sqrt(len(x))
    found = float(brentq(mean, low, high, xtol=1e-3))
    step = 0.02
    slope = (mean(found - step) - mean(found + step)) / (2 * step)
    return math.exp(found), float(excess(found).std()) / math.sqrt(len(x)) / slope


def regularity(frequency: FloatArray, periods: FloatArray, log_gaps: FloatArray, whole: bool) -> Finding | None:
    """Shape of the times between purchases: 1 is at random, above is regular, below is in clumps.

    Of customers with at least two gaps; of more than 3,000 every second, third and so on is looked at. A finding if k
    differs from 1 by three standard errors: a note if it is above 1.25 or below the reciprocal, a warning from 1.5
    (halfway to the shape of 2, with which models of regular timing set out: Reutterer, Platzer and Schroeder 2021,
    International Journal of Research in Marketing 38(1)), serious from 3 (judgements).

    Parameters
    ----------
    frequency, periods, log_gaps
        Repeat purchases, time from first to last purchase and sum of logs of gaps; with `whole` in collapse periods.
    whole
        Whether purchases are counted by periods.
    """
    several = np.flatnonzero(frequency > 1)
    if len(several) < _CUSTOMERS:
        return None
    several = several[:: math.ceil(len(several) / _SAMPLE)]
    k, error = gap_shape(frequency[several], periods[several], log_gaps[several], whole)
    distance = math.exp(abs(math.log(k)))
    if distance < _NOTED or not beyond_chance(math.log(k), error):
        return None
    severity = graded(distance, _WARNS, _IS_SERIOUS)
    figures = {"shape": k, "std_error": error * k, "customers": len(several)}
    if k > 1:
        return Finding(
            "regularity",
            severity,
            figures,
            f"Customers buy regularly: the times between their purchases have a shape of {k:.1f}, where purchases at "
            "random times have 1. A customer who is overdue has then more likely left than BG/NBD, which knows no "
            "rhythm, believes, and one who bought just now will not buy again at once.",
            "Compare with rules that know the rhythm (such as the hiatus) on a holdout; Pareto/GGG and BG/CNBD-k are "
            "models of regular purchases.",
        )
    return Finding(
        "regularity",
        severity,
        figures,
        f"Customers buy in clumps: the times between their purchases have a shape of {k:.1f}, where purchases at "
        "random times have 1. Long silences are usual then, and BG/NBD takes them for customers who left.",
        'Count purchases of one occasion as one (collapse="week"); see whether campaigns or seasons make the clumps.',
    )
