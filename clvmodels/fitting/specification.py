"""What fitting needs to know of a model, and no more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import get_annotations
from typing import Any, ClassVar, Protocol

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.kernels.derivatives import Derivatives
from clvmodels.kernels.futures import Lives
from clvmodels.parameters import BetaPair, Parameter
from clvmodels.priors import Prior


@dataclass(frozen=True)
class Limit:
    """A simpler model that the likelihood approaches when parameters run off.

    In log-parameters u the limit is the line, plane, ... u = far + directions @ z, with `far` so far out that going
    further changes nothing.

    Attributes
    ----------
    name
        What the limit says of customers, such as "nobody drops out".
    far
        Shape (k,).
    directions
        Shape (k, free).
    """

    name: str
    far: tuple[float, ...]
    directions: tuple[tuple[float, ...], ...]

    @property
    def free(self) -> int:
        """Number of parameters that the limit keeps."""
        return len(self.directions[0])

    def project(self, u: FloatArray) -> FloatArray:
        """The limit's own coordinates z, shape (free,), nearest to log-parameters u when moving out costs nothing."""
        plane = np.column_stack([np.array(self.directions), np.array(self.far)])
        solution, *_ = np.linalg.lstsq(plane, u, rcond=None)
        return np.asarray(solution[:-1])

    def embed(self, z: FloatArray) -> FloatArray:
        """Log-parameters, shape (k,), of the limit's own coordinates z, shape (free,)."""
        return np.asarray(np.array(self.far) + np.array(self.directions) @ z)

    def restrict(self, full: Derivatives) -> Derivatives:
        """Derivatives along the limit's own coordinates."""
        along = np.array(self.directions)
        return Derivatives(full.value, along.T @ full.gradient, along.T @ full.hessian @ along)


class Kernel(Protocol):
    """Formulas of one model: a module of pure functions with these names.

    Attributes
    ----------
    log_likelihood
        Of each row of data columns, at parameters given one by one.
    prepare, derivatives
        Data columns and counts to what `derivatives` reads besides theta.
    log_likelihoods
        What `prepare` made and theta of shape (n, k) to sums over customers, shape (n,).
    start
        Data columns and counts to parameters from which to search.
    degenerate
        Data columns to the limit that no search can reach, or None.
    """

    log_likelihood: Callable[..., FloatArray]
    prepare: Callable[..., Any]
    derivatives: Callable[..., Derivatives]
    log_likelihoods: Callable[..., FloatArray]
    start: Callable[..., FloatArray]
    degenerate: Callable[..., tuple[str, FloatArray, float] | None]


class PurchaseKernel(Kernel, Protocol):
    """Formulas of a model of purchases.

    What is not about being alive depends on a customer only through (x, T), given that the customer is alive. Arguments
    broadcast, parameters, which come last and one by one, included; times share the unit of the parameters.

    Attributes
    ----------
    probability_alive
        (x, t_x, T, *theta): that a customer has not dropped out by T. At (0, 0, 0), that one just acquired is not gone
        at once.
    purchases_if_alive, lifetime_if_alive
        (x, T, horizon, delta, *theta): purchases, and time alive, expected in (T, T + horizon] of a customer alive at
        T, discounted at the continuous rate delta; the horizon may be infinite if delta is positive.
    active_if_alive
        (x, T, horizon, *theta): probability of a purchase within the horizon.
    counts_if_alive
        (x, T, horizon, most, *theta): probabilities of 0 .. most purchases, on one axis more.
    simulate_if_alive
        (rng, x, T, horizon, *theta): draws what customers alive at T do within a finite horizon, with all arrays of
        shape (n,), as `kernels.futures.Lives`.

    A kernel may also have `purchases_if_changed` and `lifetime_if_changed` (x, T, horizon, delta, rate, dropout,
    *theta), for customers whose rate and dropout are multiplied by these factors from T on; scenarios ask for them.
    """

    probability_alive: Callable[..., FloatArray]
    purchases_if_alive: Callable[..., FloatArray]
    lifetime_if_alive: Callable[..., FloatArray]
    active_if_alive: Callable[..., FloatArray]
    counts_if_alive: Callable[..., FloatArray]
    simulate_if_alive: Callable[..., Lives]


class SpendKernel(Kernel, Protocol):
    """Formulas of a model of order values."""

    expected_order_value: Callable[..., FloatArray]
    average_order_value: Callable[..., FloatArray]
    order_values_by_draw: Callable[..., FloatArray]
    simulate_rate: Callable[..., FloatArray]
    simulate_order_value: Callable[..., FloatArray]


def formulas_of(kind: type) -> tuple[str, ...]:
    """Names of all formulas that a kind of kernel has.

    Examples
    --------
    >>> from clvmodels.fitting import PurchaseKernel
    >>> from clvmodels.fitting.specification import formulas_of
    >>> formulas_of(PurchaseKernel)[-1]
    'simulate_if_alive'
    """
    return tuple(name for part in reversed(kind.__mro__) for name in get_annotations(part))


class Specification(Protocol):
    """A model, as fitting sees it.

    Attributes
    ----------
    name
        As people write it.
    parameters
        In the order in which formulas take them.
    columns
        Of a summary, in the order in which formulas take them.
    kernel
        A `PurchaseKernel` or `SpendKernel`.
    limits
        Simpler models that the likelihood may prefer.
    pairs
        Parameters that priors may name by mean and concentration instead.
    priors
        By parameter, or by the names that `pairs` gives.
    """

    name: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]
    columns: ClassVar[tuple[str, ...]]
    kernel: ClassVar[Any]
    limits: ClassVar[tuple[Limit, ...]]
    pairs: ClassVar[tuple[BetaPair, ...]]

    @property
    def priors(self) -> Mapping[str, Prior]:
        """What is believed of the parameters before the data are seen."""
