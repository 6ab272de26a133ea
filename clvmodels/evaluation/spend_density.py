"""Mean order values of customers: counted, and as a model has them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation.spreads import bounds_of, draws_of
from clvmodels.fitting import SpendFit
from clvmodels.fitting.compress import group
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd

# A tail is long if the mean that 99% do not exceed is so many times the median: a straight axis would be empty but for
# its beginning.
_LONG = 12.0
# So many numbers of orders are looked at one by one; of more, those of like size are taken together.
_MOST = 60


@dataclass(frozen=True, eq=False)
class SpendDensity:
    """Mean order values of customers beside a model's.

    Attributes
    ----------
    actual
        A histogram: lower, upper (bounds of the bin), customers, density (per unit of money, or per doubling).
    expected
        The model's density of the mean of as many orders as these customers made: value, density and, with a level,
        density_lower, density_upper and level.
    customers
        How many there are, and among them `beyond`, whose mean lies outside of the bins.
    beyond
        See there.
    logarithmic
        Whether bins grow, each by the same factor, and densities are per doubling: if the tail is long.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import spend_density
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> found = spend_density(summary, clv.GammaGamma().fit(summary))
    >>> found.customers, found.beyond
    (946, 9)
    """

    actual: "pd.DataFrame"
    expected: "pd.DataFrame"
    customers: int
    beyond: int
    logarithmic: bool = False


def spend_density(
    summary: Summary,
    spend: SpendFit,
    *,
    bins: int | None = None,
    points: int = 200,
    level: float | None = 0.9,
    seed: int = 0,
) -> SpendDensity:
    """Density of the customers' mean order values, actual and by a model.

    A mean of many orders varies less than one of few, so the model's density is the average over the customers' own
    numbers of orders.

    Parameters
    ----------
    summary
        Customers; those without an order of an amount above 0 say nothing.
    spend
        A fit of order values.
    bins, points
        Of the histogram and of the curve, both up to the mean that 99% of customers do not exceed; if that is more than
        12 times the median, both are logarithmic, with 0.5% of customers left out at either end. By default there are
        as many bins as the root of the number of customers, 5 to 30.
    level
        Of the bounds of the density, point by point, which know about parameters only; None for none.
    seed
        Of the random numbers.

    Raises
    ------
    InputError
        If no customer has an order.
    WrongTypeError
        If it is no fit of order values.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import spend_density
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> spend_density(summary, clv.GammaGamma().fit(summary), bins=4).actual["customers"].tolist()
    [740, 158, 32, 7]
    """
    import pandas as pd

    if not isinstance(spend, SpendFit):
        raise WrongTypeError(f"A {type(spend).__name__} has no density of order values.", advice="Give a spend fit.")
    orders, mean = spend.orders(summary)
    orders, mean = orders[orders > 0], mean[orders > 0]
    if not len(orders):
        raise InputError("No customer has an order with an amount.", advice="Observe for longer.")
    number = int(np.clip(np.sqrt(len(mean)), 5, 30)) if bins is None else bins
    axis = _Axis.of(mean)
    edges = axis.values(np.arange(number + 1) / number)
    counts, _ = np.histogram(mean, edges)
    actual = {"lower": edges[:-1], "upper": edges[1:], "customers": counts}
    values = axis.values((np.arange(points) + 0.5) / points)
    shapes, per = _orders(orders), axis.per(values)
    expected: dict[str, Any] = {
        "value": values, "density": per * _density(spend, shapes, values, spend.draws).mean(axis=0)
    }  # fmt: skip
    theta = None if level is None else draws_of(spend, seed)
    if theta is not None and level is not None:
        expected |= bounds_of("density", per * _density(spend, shapes, values, theta), level)
    width = np.diff(np.log2(edges) if axis.logarithmic else edges)
    frames = pd.DataFrame(actual | {"density": counts / (len(mean) * width)}), pd.DataFrame(expected)
    return SpendDensity(*frames, len(mean), len(mean) - int(counts.sum()), axis.logarithmic)


@dataclass(frozen=True)
class _Axis:
    """Which order values are looked at, and whether in equal steps or in equal factors."""

    low: float
    high: float

    @classmethod
    def of(cls, mean: FloatArray) -> "_Axis":
        """Of the customers' means, which are above 0."""
        high = float(np.quantile(mean, 0.99, method="higher"))
        if high <= _LONG * float(np.median(mean)):
            return cls(0.0, high)
        ends = np.quantile(mean, 0.005, method="higher"), np.quantile(mean, 0.995, method="lower")
        return cls(*map(float, ends)) if ends[0] < ends[1] else cls(0.0, high)

    @property
    def logarithmic(self) -> bool:
        """In equal factors."""
        return self.low > 0.0

    def values(self, shares: FloatArray) -> FloatArray:
        """Order values at so large shares of the axis; at its ends exactly those."""
        if not self.logarithmic:
            return np.asarray(self.high * shares)
        values = self.low * (self.high / self.low) ** shares
        return np.asarray(np.where(shares == 1.0, self.high, values))

    def per(self, values: FloatArray) -> FloatArray:
        """Densities per unit of money times this are per doubling, on a logarithmic axis."""
        return np.asarray(values * np.log(2.0) if self.logarithmic else np.ones_like(values))


def _orders(orders: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Different numbers of orders and the share of customers that has each; many are taken together."""
    (found,), which = group((orders,))
    shares: FloatArray = np.bincount(which).astype(float) / len(orders)
    if len(found) > _MOST:
        edges = np.unique(np.floor(np.geomspace(1.0, found[-1] + 1.0, _MOST)))
        part = np.searchsorted(edges, found, side="right")
        weights = np.bincount(part, weights=shares).astype(float)
        sums = np.bincount(part, weights=shares * found).astype(float)
        there = weights > 0
        return np.asarray(sums[there] / weights[there], float), np.asarray(weights[there], float)
    return found, shares


def _density(
    spend: SpendFit, shapes: tuple[FloatArray, FloatArray], values: FloatArray, theta: FloatArray
) -> FloatArray:
    """Average over numbers of orders, shape (d, points)."""
    kernel = spend.model.kernel
    total = np.zeros((len(theta), len(values)))
    for orders, share in zip(*shapes, strict=True):
        logs = kernel.log_likelihood(orders, values[None, :], *theta.T[:, :, None])
        total += share * np.exp(logs)
    return total
