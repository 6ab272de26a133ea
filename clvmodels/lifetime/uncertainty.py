"""How sure a valuation is: intervals of value, of totals and of new customers, from draws."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.fitting.arranged import Arranged
from clvmodels.fitting.futures import DRAWS
from clvmodels.fitting.intervals import PURCHASE_BOUNDS, bounds, quantiles, spread, tails_of
from clvmodels.fitting.purchases import SOME
from clvmodels.lifetime.outlook import OTHER_SEED, Outlook, fits_of
from clvmodels.transactions import Summary
from clvmodels.units import Horizon

if TYPE_CHECKING:
    from clvmodels.lifetime.value import LifetimeValue

# Up to so many draws of customers, a total is the sum of customers drawn one by one.
_ONE_BY_ONE = 4_000_000


def value_intervals(value: "LifetimeValue", summary: Summary, level: float, seed: int) -> dict[str, FloatArray]:
    """The columns that `LifetimeValue.predict` adds for a level, shape (n,) each."""
    tails = tails_of(level)
    outlook = Outlook(value, summary, seed)
    names = interval_names(value)
    if not len(outlook.columns[0]):
        return {name: np.empty(0) for name in names}
    arranged = Arranged.of(*outlook.columns)
    found = []
    for drawn in outlook.blocks(arranged, tails):
        table = dict(drawn.purchases) | bounds("clv", *quantiles(drawn.value, tails))
        table |= bounds("expected_clv", *quantiles(drawn.expected, tails))
        if value.acquisition_cost is not None:
            table["probability_profitable"] = (drawn.value > value.acquisition_cost).mean(axis=1)
        found.append(table)
    columns = spread(found, arranged.member)
    return {name: columns[name] for name in names}


def total_draws(
    value: "LifetimeValue", summary: Summary, counts: FloatArray | float, seed: int, block: int = 0
) -> FloatArray:
    """Draws of the value of all customers together, shape (draws,).

    Parameters share their draws over customers, and so do not average out; chance does. Of few customers each is drawn
    by itself; of many, the sum of their chances has the variance and skewness that draws show. Blocks of customers,
    whose draws are to be added up, share the seed and differ in their number.
    """
    outlook = Outlook(value, summary, seed, block=block)
    draws = len(outlook.shapes)
    each = np.broadcast_to(np.asarray(counts, float), outlook.columns[0].shape)
    if each.sum() * draws <= _ONE_BY_ONE:
        outlook.columns = tuple(np.repeat(column, each.astype(np.int64)) for column in outlook.columns)
        starts = range(0, len(outlook.columns[0]), SOME)
        return np.asarray(np.sum([outlook.one_by_one(slice(at, at + SOME)).sum(axis=0) for at in starts], axis=0))
    mean, variance, third = np.zeros(draws), 0.0, 0.0
    for drawn in outlook.blocks(Arranged.of(*outlook.columns, counts=counts)):
        mean += drawn.counts @ drawn.expected
        off = drawn.value - drawn.expected
        variance += float(np.einsum("r,rd,rd", drawn.counts, off, off)) / draws
        third += float(np.einsum("r,rd,rd,rd", drawn.counts, off, off, off)) / draws
    return mean + _skewed(outlook.rng, draws, variance, third)


def value_sample(value: "LifetimeValue", summary: Summary, draws: object, seed: int) -> FloatArray:
    """Draws of every customer's value, shape (n, draws)."""
    outlook = Outlook(value, summary, seed, draws)
    starts = range(0, len(outlook.columns[0]), SOME)
    return np.concatenate([outlook.one_by_one(slice(start, start + SOME)) for start in starts])


def new_customer_draws(value: "LifetimeValue", seed: int) -> FloatArray:
    """Expected value of a customer just acquired at each draw of the parameters, shape (draws,)."""
    purchases, spend = fits_of(value)
    ahead = purchases.ahead(None, value.horizon, value.discount_rate, seed)
    nobody = np.zeros(1)
    orders = 1.0 + ahead.expected("purchases_if_alive", nobody, nobody, ahead.delta)[0]
    mean = spend.model.kernel.expected_order_value(0.0, 0.0, *spend.parameter_draws(DRAWS, seed + OTHER_SEED).T)
    draws = value.margin * mean * orders
    cost = value.cost_per(purchases.time_unit)
    if cost:
        draws = draws - cost * ahead.expected("lifetime_if_alive", nobody, nobody, ahead.delta)[0]
    return np.asarray(draws)


def interval_names(value: "LifetimeValue") -> list[str]:
    """Names of the columns of `value_intervals`."""
    names = [f"{kind}_{end}" for kind in ("clv", "expected_clv") for end in ("lower", "upper")]
    if not Horizon.parse(value.horizon).endless:
        names = [*PURCHASE_BOUNDS, *names]
    return names if value.acquisition_cost is None else [*names, "probability_profitable"]


def _skewed(rng: np.random.Generator, size: int, variance: float, third: float) -> FloatArray:
    """Draws with mean 0, a variance and a third central moment: a shifted gamma, or nearly normal where it is small."""
    if variance <= 0:
        return np.zeros(size)
    deviation = float(np.sqrt(variance))
    skewness = third / deviation**3
    if abs(skewness) < 1e-3:
        return np.asarray(deviation * rng.standard_normal(size))
    shape = 4.0 / skewness**2
    return np.asarray(np.sign(skewness) * deviation * (rng.standard_gamma(shape, size) - shape) / np.sqrt(shape))
