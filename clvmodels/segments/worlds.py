"""The value of segments' customers in several futures: as they are, and changed.

What a customer's past says stays as it is: P(alive), and the distributions of the customer's own purchase rate, dropout
probability and mean order value. All futures share the draws of the parameters, so that differences have draws too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.fitting import PurchaseFit, gather
from clvmodels.fitting.arranged import Arranged
from clvmodels.fitting.futures import DRAWS, Ahead
from clvmodels.fitting.surrogate import over_draws
from clvmodels.lifetime import LifetimeValue
from clvmodels.lifetime.outlook import Outlook
from clvmodels.lifetime.parts import parts_of
from clvmodels.segments.changes import NO_CHANGE, Change, Changed
from clvmodels.segments.segmentation import Segments
from clvmodels.transactions import Summary
from clvmodels.units import Horizon, discount_intensity


@dataclass(frozen=True)
class Worlds:
    """Customers in segments, and what may become of them.

    Attributes
    ----------
    value
        How customers are valued.
    summary
        In memory, with the columns that the valuation looks for.
    segments
        Of these customers.
    changes
        Of the future.
    """

    value: LifetimeValue
    summary: Summary
    segments: Segments
    changes: tuple[Change, ...]

    def means(self) -> FloatArray:
        """Expected value of each segment as things are and by every change, shape (1 + changes, segments).

        Raises
        ------
        InputError
            If it is infinite, so that a change is worth no number.
        """
        known = {timing: self._flows(timing) for timing in self._timings}
        rows = [self.segments.sums(self._worth(change, known)) for change in (NO_CHANGE, *self.changes)]
        return _finite(np.array(rows))

    def draws(self, seed: int) -> FloatArray:
        """The same at draws of the parameters, shape (1 + changes, segments, draws).

        Raises
        ------
        InputError
            If the models do not say how sure they are, or the value is infinite at some draws.
        """
        shape = (len(self._timings), len(self.segments), DRAWS)
        margin, cost = np.zeros(shape), np.zeros(shape)
        for place, (rows, value, part) in enumerate(parts_of(self.value, self.summary)):
            outlook = Outlook(value, part, seed + place)
            if len(rows) and outlook.ahead.length:
                self._add(margin, cost, outlook, self.segments.codes[rows])
        known = {timing: (margin[place], cost[place]) for place, timing in enumerate(self._timings)}
        return _finite(np.array([self._worth(change, known) for change in (NO_CHANGE, *self.changes)]))

    @property
    def _timings(self) -> list[tuple[float, float]]:
        """Futures that differ in purchases, the first as things are; order values are but a factor."""
        return list(dict.fromkeys([NO_CHANGE.timing, *(change.timing for change in self.changes)]))

    @staticmethod
    def _worth(change: Change, known: dict[tuple[float, float], tuple[FloatArray, FloatArray]]) -> FloatArray:
        margin, cost = known[change.timing]
        with np.errstate(invalid="ignore"):  # nothing of an infinite value; it is refused later
            return change.order_value * margin - cost

    def _flows(self, timing: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
        """Expected discounted margin and retention cost of each customer, shape (n,)."""
        value, unit_cost = self.value, self.value.cost_per(self.summary.time_unit)
        bought = self._expected("purchases", timing)
        margin = value.margin * value.revenue(self.summary, bought)
        return margin, unit_cost * self._expected("lifetime", timing) if unit_cost else np.zeros(len(margin))

    def _expected(self, quantity: str, timing: tuple[float, float]) -> FloatArray:
        """Expected discounted purchases or time alive of each customer, shape (n,), in the summary's unit."""
        value = self.value
        if timing == NO_CHANGE.timing:
            expected: FloatArray = getattr(value.purchases, f"discounted_{quantity}")(
                self.summary, value.horizon, value.discount_rate
            )
            return expected
        return gather(
            [(rows, _changed(part, quantity, timing, some)) for rows, part, some in parts_of(value, self.summary)]
        )

    def _add(self, margin: FloatArray, cost: FloatArray, outlook: Outlook, codes: IntArray) -> None:
        """Add what customers of one pair of fits bring and cost, block by block."""
        kernels = [Changed(outlook.ahead.kernel, timing) for timing in self._timings]
        arranged = Arranged.of(*outlook.columns, codes.astype(float))
        for group in arranged.groups(DRAWS * len(kernels) * (2 if outlook.cost else 1)):
            pairs = (outlook.ahead, group.x, group.T)
            bought = _at_draws("purchases", kernels, *pairs)
            lived = _at_draws("lifetime", kernels, *pairs) if outlook.cost else None
            for block in group.blocks:
                x, T, t_x, orders, mean, code = (column[block.rows] for column in arranged.columns)
                pair = block.pairs.start + block.pair
                alive = arranged.counts[block.rows, None] * outlook.ahead.alive(x, t_x, T)
                money = outlook.margin * outlook.spend.expected_order_value(
                    orders[:, None], mean[:, None], *outlook.shapes.T
                )
                for place in range(len(kernels)):
                    with np.errstate(invalid="ignore"):
                        _by_segment(margin[place], code, alive * bought[place][pair] * money)
                    if lived is not None:
                        _by_segment(cost[place], code, outlook.cost * alive * lived[place][pair])


def _changed(value: LifetimeValue, quantity: str, timing: tuple[float, float], summary: Summary) -> FloatArray:
    """What is expected of customers by one fit, changed; averaged over its draws."""
    fit = value.purchases
    if not isinstance(fit, PurchaseFit):
        raise InputError(
            f"A {type(fit).__name__} has no purchase rates and dropout that could change.",
            advice="Change order_value only, or value customers by a fitted model.",
        )
    delta = discount_intensity(value.discount_rate, fit.time_unit)
    factor = summary.time_unit.days / fit.time_unit.days
    length = Horizon.parse(value.horizon).in_unit(summary.time_unit) * factor
    ahead = Ahead(Changed(fit.model.kernel, timing), fit.draws, length, delta)
    expected = ahead.average(fit.times(summary), lambda x, T: _at_draws(quantity, [ahead.kernel], ahead, x, T)[0])
    return expected / factor if quantity == "lifetime" else expected


def _at_draws(
    quantity: str, kernels: Sequence[Changed], ahead: Ahead, x: FloatArray, T: FloatArray
) -> list[FloatArray]:
    """An expectation in several futures at each draw, shape (pairs, d) each.

    They are interpolated together, between the same draws: so their differences are no less exact than they are.
    """
    kept = [kernel for kernel in kernels if kernel.timing[0] > 0 or quantity != "purchases"]
    nothing = np.zeros((len(x), len(ahead.theta)))
    if not ahead.length or not kept:
        return [nothing for _ in kernels]

    def all_futures(theta: FloatArray) -> FloatArray:
        futures = [getattr(one, f"{quantity}_if_alive") for one in kept]
        return np.concatenate([formula(x, T, ahead.length, ahead.delta, *theta) for formula in futures])

    found = dict(zip(kept, np.split(over_draws(all_futures, ahead.theta).T, len(kept)), strict=True))
    return [found.get(kernel, nothing) for kernel in kernels]


def _by_segment(total: FloatArray, code: FloatArray, values: FloatArray) -> None:
    """Add values, shape (rows, draws), to the totals of the segments that rows belong to, shape (segments, draws)."""
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1.0))
    total[code[order][starts].astype(np.int64)] += np.add.reduceat(values[order], starts, axis=0)


def _finite(worth: FloatArray) -> FloatArray:
    """The values, refused where they are infinite.

    Raises
    ------
    InputError
        If any is.
    """
    if np.isfinite(worth).all():
        return worth
    raise InputError(
        "The expected value is infinite, and so a change is worth no number.",
        advice="Gamma-Gamma has q at or near 1: fit it with priors, by method=clv.Laplace(...), which keep q above 1.",
    )
