"""Smooth functions of (kind, age), such as (x, t_x): formulas are evaluated at a few ages per kind, and interpolated.

The functions have all their singularities at ages not above -scale, so that in log(scale + age) the nearest is half a
turn off the real axis: Chebyshev polynomials gain a known number of digits per node. Whether they did is checked by
their last coefficients; kinds of which they did not, or with few ages, are evaluated at every age. The values are sums
over knots with weights that do not depend on the function, and so are sums of values over customers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import Array, FloatArray, IntArray
from clvmodels.kernels.chebyshev import coefficients, unit_points

# Interpolation is asked for so small an error, and believed where the last coefficients are below so much, relative to
# the largest or to 1.
_ERROR, _RESOLVED = 1e-13, 3e-12
_SPARE = 3
# Fewer ages per node than these are not worth it, nor are fewer pairs in all.
_WORTH, _FEW = 3, 8192
# Of so many columns BLAS makes no threads, which would cost far more than they save.
_BLOCK = 1024


@dataclass(frozen=True)
class Knots:
    """Ages at which to evaluate, and how to come from there to all pairs.

    Attributes
    ----------
    kind, age
        Shape (knots,): nodes, kind by kind, and then the pairs that are not interpolated.
    nodes
        Number of nodes per interpolated kind.
    smooth
        The kinds that are interpolated.
    chosen
        Mask of the pairs that are, shape (pairs,).
    begins
        Of each kind in `smooth` the place of its first pair among the chosen, and the number of these.
    basis
        Chebyshev polynomials at them, shape (nodes, chosen pairs).
    """

    kind: IntArray
    age: FloatArray
    nodes: int
    smooth: IntArray
    chosen: Array
    begins: IntArray
    basis: FloatArray

    def rough(self, values: FloatArray) -> IntArray:
        """Kinds of which some function of `values`, shape (functions, knots), is not resolved."""
        if not len(self.smooth):
            return self.smooth
        size = np.abs(self._polynomials(values))
        bad = ~(size[-_SPARE:].max(axis=0) <= _RESOLVED * np.maximum(size.max(axis=0), 1.0))
        return np.asarray(self.smooth[bad.any(axis=0)])

    def spread(self, values: FloatArray) -> FloatArray:
        """Values at all pairs, shape (functions, pairs), from those at the knots, shape (functions, knots)."""
        if not len(self.smooth):
            return values
        table = self._polynomials(values)
        out = np.empty((len(values), len(self.chosen)))
        out[:, ~self.chosen] = values[:, len(self.smooth) * self.nodes :]
        between = np.empty((len(values), self.begins[-1]))
        for number, (first, end) in enumerate(zip(self.begins[:-1], self.begins[1:], strict=True)):
            polynomials = np.ascontiguousarray(table[:, :, number].T)
            for start in range(first, end, _BLOCK):
                rows = slice(start, min(start + _BLOCK, end))
                between[:, rows] = polynomials @ self.basis[:, rows]
        out[:, self.chosen] = between
        return out

    def gather(self, weights: FloatArray) -> FloatArray:
        """Weights of the knots, shape (knots,), that give the same weighted sums as those of pairs, shape (pairs,)."""
        if not len(self.smooth):
            return weights
        mine = weights[self.chosen]
        sums = np.stack([np.add.reduceat(mine * row, self.begins[:-1]) for row in self.basis], axis=1)
        # The transpose of taking coefficients.
        of_nodes = sums @ coefficients(np.eye(self.nodes))
        return np.concatenate([of_nodes.ravel(), weights[~self.chosen]])

    def _polynomials(self, values: FloatArray) -> FloatArray:
        """Coefficients, shape (nodes, functions, kinds)."""
        at_nodes = values[:, : len(self.smooth) * self.nodes].reshape(-1, self.nodes)
        return coefficients(at_nodes).reshape(self.nodes, len(values), -1)


def resolved(
    function: Callable[[IntArray, FloatArray], FloatArray],
    kind: IntArray,
    age: FloatArray,
    scale: float,
    functions: int = 1,
) -> tuple[Knots, FloatArray]:
    """Knots for pairs that are sorted by kind and age, and the functions' values there.

    Parameters
    ----------
    function
        Takes kinds and ages, shape (n,), to values, shape (functions, n).
    kind, age
        Shape (pairs,).
    scale
        No singularity is nearer than age -scale.
    functions
        How many of them are as costly as one is.
    """
    exact: IntArray = np.empty(0, dtype=np.int64)
    while True:
        knots = _knots(kind, age, scale, exact) if len(kind) * functions >= _FEW else _every(kind, age)
        values = function(knots.kind, knots.age)
        rough = knots.rough(values)
        if not len(rough):
            return knots, values
        exact = np.union1d(exact, rough)


def _every(kind: IntArray, age: FloatArray) -> Knots:
    none: IntArray = np.empty(0, dtype=np.int64)
    return Knots(kind, age, 0, none, np.zeros(len(kind), dtype=bool), none, np.empty((0, 0)))


def _knots(kind: IntArray, age: FloatArray, scale: float, exact: IntArray) -> Knots:
    """Nodes for the kinds with many ages, but for those that have to be exact."""
    begins = np.flatnonzero(np.diff(kind, prepend=-1))
    counts = np.diff(begins, append=len(kind))
    low, high = (np.log(scale + age[at]) for at in (begins, begins + counts - 1))
    span = high - low
    candidates = counts >= _WORTH * _node_count(0.0)
    nodes = _node_count(float(span[candidates].max(initial=0.0)))
    smooth = (counts >= _WORTH * nodes) & ~np.isin(kind[begins], exact) & (span > 0)
    ages = np.exp(low[smooth, None] + span[smooth, None] * unit_points(nodes)) - scale
    chosen = np.repeat(smooth, counts)
    place = np.repeat(np.arange(int(smooth.sum())), counts[smooth])
    at = (np.log(scale + age[chosen]) - low[smooth][place]) / span[smooth][place]
    return Knots(
        np.concatenate([np.repeat(kind[begins][smooth], nodes), kind[~chosen]]),
        np.concatenate([np.maximum(ages, 0.0).ravel(), age[~chosen]]),
        nodes, kind[begins][smooth], chosen, np.cumsum([0, *counts[smooth]]), _basis(2.0 * at - 1.0, nodes),
    )  # fmt: skip


def _node_count(span: float) -> int:
    """Nodes at which an error falls by its Bernstein ellipse, to the singularities half a turn off."""
    if span <= 0:
        return 6
    reach = 2.0 * np.pi / span
    return int(np.ceil(-np.log(_ERROR) / np.arcsinh(reach))) + _SPARE


def _basis(at: FloatArray, nodes: int) -> FloatArray:
    """Chebyshev polynomials, shape (nodes, n), at places in [-1, 1]."""
    basis = np.empty((nodes, len(at)))
    basis[0], basis[1] = 1.0, at
    twice = 2.0 * at
    for power in range(2, nodes):
        np.multiply(twice, basis[power - 1], out=basis[power])
        basis[power] -= basis[power - 2]
    return basis
