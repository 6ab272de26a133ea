"""Ratios of gamma functions that stay exact where the gamma functions themselves are huge."""

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from clvmodels.arrays import ArrayLike, FloatArray

# From here on Stirling's series to nine terms is exact to double precision (first omitted term below 1e-17).
_STIRLING_FROM = 12.0
# B(2k) / (2k (2k - 1)), k = 1 .. 9: coefficients of z^-(2k - 1) in Stirling's series of log gamma.
_STIRLING = (
    1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400, 43867 / 244188,
)  # fmt: skip


def log_rising(z: ArrayLike, x: ArrayLike) -> FloatArray:
    """log of the rising factorial, log Gamma(z + x) - log Gamma(z), for z > 0 and x >= 0.

    For large z both terms agree in almost all their digits, so Stirling's series is subtracted term by term instead
    (Abramowitz and Stegun 6.1.41).

    Examples
    --------
    >>> from clvmodels.kernels.special import log_rising
    >>> float(log_rising(2.0, 3.0)) == float(np.log(2.0 * 3.0 * 4.0))
    True
    >>> float(log_rising(1e12, 1.0)) - float(np.log(1e12))
    0.0
    """
    z, x = np.broadcast_arrays(np.asarray(z, float), np.asarray(x, float))
    small = z < _STIRLING_FROM
    if small.all():
        return np.asarray(gammaln(z + x) - gammaln(z))
    big = np.where(small, _STIRLING_FROM, z)
    ahead = big + x
    main = x * np.log(big) + (ahead - 0.5) * np.log1p(x / big) - x
    stirling = main + _stirling_tail(ahead) - _stirling_tail(big)
    return np.asarray(np.where(small, gammaln(z + x) - gammaln(z), stirling) if small.any() else stirling)


def log_rising_slopes(z: ArrayLike, x: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """First and second derivative of `log_rising` in z, of the broadcast shape.

    Examples
    --------
    >>> from clvmodels.kernels.special import log_rising_slopes
    >>> first, second = log_rising_slopes(2.0, [2.0])  # log z + log(z + 1)
    >>> round(float(first[0]), 12), round(float(second[0]), 12)
    (0.833333333333, -0.361111111111)
    """
    z, x = np.broadcast_arrays(np.asarray(z, float), np.asarray(x, float))
    small = z < _STIRLING_FROM
    if small.all():
        return _plain_slopes(z, x)
    big = np.where(small, _STIRLING_FROM, z)
    ahead = big + x
    step = x / (big * ahead)
    (tail, slope), (tail_ahead, slope_ahead) = _stirling_slopes(big), _stirling_slopes(ahead)
    first = np.log1p(x / big) + 0.5 * step + tail_ahead - tail
    second = -step - 0.5 * step * (1.0 / big + 1.0 / ahead) + slope_ahead - slope
    if not small.any():
        return first, second
    plain_first, plain_second = _plain_slopes(z, x)
    return np.where(small, plain_first, first), np.where(small, plain_second, second)


def _plain_slopes(z: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    return digamma(z + x) - digamma(z), polygamma(1, z + x) - polygamma(1, z)


def _stirling_tail(z: FloatArray) -> FloatArray:
    return _polynomial(_STIRLING, z) / z


def _stirling_slopes(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First and second derivative of the tail of Stirling's series."""
    powers = range(1, 2 * len(_STIRLING), 2)
    first = tuple(-k * c for k, c in zip(powers, _STIRLING, strict=True))
    second = tuple(k * (k + 1) * c for k, c in zip(powers, _STIRLING, strict=True))
    return _polynomial(first, z) / z**2, _polynomial(second, z) / z**3


def _polynomial(coefficients: tuple[float, ...], z: FloatArray) -> FloatArray:
    """Sum of coefficients[k] z^(-2k)."""
    square = 1.0 / (z * z)
    total = np.zeros_like(square)
    for coefficient in reversed(coefficients):
        total = total * square + coefficient
    return total


def log_beta(a: ArrayLike, b: ArrayLike) -> FloatArray:
    """log of the beta function, exact also when one argument is huge.

    Examples
    --------
    >>> from clvmodels.kernels.special import log_beta
    >>> round(float(np.exp(log_beta(2.0, 3.0))), 12) == round(1 / 12, 12)
    True
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    small, large = np.minimum(a, b), np.maximum(a, b)
    return np.asarray(gammaln(small) - log_rising(large, small))


def log_beta_odds(a: ArrayLike, b: ArrayLike, s: ArrayLike, v: ArrayLike) -> FloatArray:
    """log of w^a (1 - w)^b / B(a, b) with w = s / (s + v): the density of the odds s / v, times s / v.

    Where a and b are both large, powers and beta function are huge and nearly equal; there they are combined into
    deviances, which are small where the density is not (Loader 2000, "Fast and Accurate Computation of Binomial
    Probabilities").

    Examples
    --------
    >>> from clvmodels.kernels.special import log_beta_odds
    >>> round(float(np.exp(log_beta_odds(2.0, 3.0, 1.0, 1.0))), 12) == round(12 / 32, 12)
    True
    >>> round(float(log_beta_odds(1e12, 1e12, 1.0, 1.0)), 9)  # of sqrt(a / (4 pi))
    12.549998434
    """
    a, b, s, v = np.broadcast_arrays(*(np.asarray(value, float) for value in (a, b, s, v)))
    large = np.minimum(a, b) >= _STIRLING_FROM
    plain = -a * np.log1p(v / s) - b * np.log1p(s / v) - log_beta(a, b)
    if not large.any():
        return np.asarray(plain)
    a, b = np.where(large, a, _STIRLING_FROM), np.where(large, b, _STIRLING_FROM)
    w, rest = s / (s + v), v / (s + v)
    excess = (a * v - b * s) / (s + v)
    deviance = _deviance(a, (a + b) * w, excess) + _deviance(b, (a + b) * rest, -excess)
    tails = _stirling_tail(a + b) - _stirling_tail(a) - _stirling_tail(b)
    peak = 0.5 * (np.log(np.minimum(a, b)) - np.log1p(np.minimum(a, b) / np.maximum(a, b)) - np.log(2.0 * np.pi))
    return np.asarray(np.where(large, peak + tails - deviance, plain))


def log_beta_odds_slopes(a: ArrayLike, b: ArrayLike, s: ArrayLike, v: ArrayLike) -> tuple[FloatArray, ...]:
    """First derivatives of `log_beta_odds` in a, b and log v, of the broadcast shape, also where a and b are huge.

    Examples
    --------
    >>> from clvmodels.kernels.special import log_beta_odds_slopes
    >>> by_a, by_b, by_v = log_beta_odds_slopes(2.0, 2.0, 1.0, 1.0)  # log(1 / 2) + 1 / 2 + 1 / 3
    >>> round(float(by_a), 12), round(float(by_b), 12), abs(float(by_v))
    (0.140186152773, 0.140186152773, 0.0)
    """
    a, b, s, v = np.broadcast_arrays(*(np.asarray(value, float) for value in (a, b, s, v)))
    w, rest = s / (s + v), v / (s + v)
    excess = (a * v - b * s) / (s + v)
    whole = _log_less_digamma(a + b)
    return _log_share(a, w, a + b, -excess) - whole, _log_share(b, rest, a + b, excess) - whole, -excess


def _log_share(part: FloatArray, share: FloatArray, whole: FloatArray, excess: FloatArray) -> FloatArray:
    """log(share * whole) - digamma(part), where excess = share * whole - part may be a tiny fraction of part."""
    off = excess / part
    near = np.abs(off) < 0.5
    ratio = np.where(near, np.log1p(np.where(near, off, 0.0)), np.log(share) + np.log(whole / part))
    return ratio + _log_less_digamma(part)


def _log_less_digamma(z: FloatArray) -> FloatArray:
    """log z - digamma(z), which for large z is 1 / (2 z) and the slope of the tail of Stirling's series."""
    small = z < _STIRLING_FROM
    big = np.where(small, _STIRLING_FROM, z)
    stirling = 0.5 / big - _stirling_slopes(big)[0]
    return np.where(small, np.log(z) - digamma(z), stirling)


def _deviance(value: FloatArray, mean: FloatArray, excess: FloatArray) -> FloatArray:
    """value log(value / mean) - excess, where excess = value - mean, also where value and mean nearly agree."""
    share = excess / (value + mean)
    near = np.abs(share) < 0.1
    square = np.where(near, share * share, 0.0)
    series = np.zeros_like(square)
    for k in range(17, 1, -2):  # to 0.1^18, below the spacing of doubles
        series = (series + 1.0 / k) * square
    return np.where(near, share * (excess + 2.0 * value * series), value * np.log(value / mean) - excess)
