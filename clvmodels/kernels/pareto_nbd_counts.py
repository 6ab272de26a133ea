"""Pareto/NBD: probabilities of the number of purchases ahead.

A customer alive at T is as new, with parameters r + x, alpha + T, s, beta + T. n purchases are made either in the whole
horizon, by one who stays, or in a lifetime that ends within it: an integral over lifetimes, of a positive integrand
that has one peak in log time, the narrower the more purchases are counted. The published closed forms (Hardie's notes
012, 013 and 028) are differences of large terms instead.
"""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, floats
from clvmodels.kernels.negative_binomial import log_probability
from clvmodels.kernels.special import log_rising
from clvmodels.kernels.time_integral import gauss_legendre

# Nodes: besides, per unit of log time, per root of (count times log time), and per unit of log time and root of count.
_NODES, _PER_LOG, _PER_END, _PER_PEAK, _STEP = 12.0, 4.5, 4.0, 2.0, 8
# Counts up to here share nodes, and each set of nodes serves counts up to so many times as large.
_FEW, _TIMES = 16, 3
# So many numbers' temporaries stay in the processor's cache.
_BLOCK = 32_768


def counts_if_alive(
    x: ArrayLike, T: ArrayLike, horizon: float, most: int,
    r: ArrayLike, alpha: ArrayLike, s: ArrayLike, beta: ArrayLike,
) -> FloatArray:  # fmt: skip
    """Probabilities of 0 .. most purchases in (T, T + horizon] of a customer alive at T.

    Returns
    -------
    FloatArray
        One axis more than the broadcast of the arguments, of length most + 1.

    Examples
    --------
    >>> from clvmodels.kernels import pareto_nbd
    >>> probabilities = pareto_nbd.counts_if_alive(0, 0.0, 39.0, 2, 0.55, 10.56, 0.61, 11.64)
    >>> round(float(probabilities[0]), 8)
    0.59593807
    """
    x, T, r, alpha, s, beta = floats(x, T, r, alpha, s, beta)
    columns = np.broadcast_arrays(r + x, alpha + T, s, beta + T)
    m, a, s, b = (v.reshape(-1, 1) for v in columns)
    n = np.arange(most + 1.0)
    horizon = max(float(horizon), 1e-300)
    out = np.exp(log_probability(n, m, a, horizon) - s * np.log1p(horizon / b))
    first, end = 0, _FEW
    while first <= most:
        some = n[first:end]
        out[:, first:end] += _ended(some, m, a, s, b, horizon)
        first, end = end, end * _TIMES
    return np.asarray(out.reshape(*columns[0].shape, most + 1))


def _ended(n: FloatArray, m: FloatArray, a: FloatArray, s: FloatArray, b: FloatArray, horizon: float) -> FloatArray:
    """Probabilities of each n and a lifetime that ends within the horizon, shape (rows, len(n)), in blocks of rows."""
    fastest = (m + 1.0) / a + (s + 1.0) / b
    length = np.log1p(fastest * horizon)
    nodes, weights = gauss_legendre(_node_count(float(length.max()), n[-1]))
    out = np.empty((len(m), len(n)))
    step = max(1, _BLOCK // len(nodes))
    for start in range(0, len(m), step):
        rows = slice(start, start + step)
        v = length[rows] * nodes
        t = np.expm1(v) / fastest[rows]
        ends = np.log(s[rows] / b[rows] * length[rows] / fastest[rows]) - (s[rows] + 1.0) * np.log1p(t / b[rows])
        density = ends + v + np.log(weights) - m[rows] * np.log1p(t / a[rows])
        out[rows] = _sums(n, m[rows], density, -np.log1p(a[rows] / t))
    return out


def _sums(n: FloatArray, m: FloatArray, density: FloatArray, log_share: FloatArray) -> FloatArray:
    """Sums over nodes of exp(density) Gamma(m + n) / Gamma(m) / n! share^n, shape (rows, len(n))."""
    log_ways = log_rising(m, n) - log_rising(1.0, n)
    if n[0] > 0:
        exponents = (density + k * log_share + ways[:, None] for k, ways in zip(n, log_ways.T, strict=True))
        return np.stack([np.exp(exponent).sum(axis=1) for exponent in exponents], axis=1)
    largest = density.max(axis=1, keepdims=True)
    term, share = np.exp(density - largest), np.exp(log_share)
    sums = np.empty((len(m), len(n)))
    for k in range(len(n)):
        sums[:, k] = term.sum(axis=1)
        term *= share
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(np.log(sums) + log_ways + largest))


def _node_count(length: float, most: float) -> int:
    count = _NODES + _PER_LOG * length + _PER_END * np.sqrt(most * length) + _PER_PEAK * length * np.sqrt(most)
    return _STEP * int(np.ceil(count / _STEP))
