"""How sure a difference between two contenders is: customers resampled, jointly over contenders and cut-offs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.evaluation.backtesting.measures import Case, Measure
from clvmodels.evaluation.backtesting.origin import Origin
from clvmodels.evaluation.backtesting.settings import whole
from clvmodels.fitting import tails_of


@dataclass(frozen=True)
class Difference:
    """A contender beside the reference, over the cut-offs at which both gave a forecast.

    Attributes
    ----------
    value, reference_value
        Means over these cut-offs of the measure (of its size, where the best is 0).
    difference
        Of the two.
    lower, upper
        Its bounds.
    verdict
        "better", "worse", "tie" or "not available".
    cutoffs, customers
        How many; a customer of several cut-offs is one.
    """

    value: float
    reference_value: float
    difference: float
    lower: float
    upper: float
    verdict: str
    cutoffs: int
    customers: int


@dataclass(frozen=True, eq=False)
class Resampled:
    """A measure of every contender at every cut-off, for the customers as they are and for resamples of them.

    Attributes
    ----------
    exact
        Shape (contenders, origins), NaN where there is none.
    draws
        Shape (resamples, contenders, origins).
    members
        Customers of each origin, as numbers that are the same at all of them.
    """

    exact: FloatArray
    draws: FloatArray
    members: tuple[IntArray, ...]

    def difference(self, measure: Measure, pair: tuple[int, int], level: float) -> Difference:
        """Of a contender and the reference, by their places."""
        first, second = pair
        common = np.flatnonzero(~np.isnan(self.exact[first] + self.exact[second]))
        if not len(common):
            return Difference(np.nan, np.nan, np.nan, np.nan, np.nan, "not available", 0, 0)
        value, other = (float(_oriented(measure, self.exact[place, common])) for place in pair)
        draws = (_oriented(measure, self.draws[:, place][:, common]) for place in pair)
        with np.errstate(invalid="ignore"):  # both may be infinite
            apart = np.subtract(*draws)
        # Where a resample has no buyer, some measures do not exist.
        apart = apart[~np.isnan(apart)]
        lower = upper = np.nan
        if len(apart):
            tail = 0.5 - 0.5 * level
            lower, upper = np.quantile(apart, (tail, 1.0 - tail), method="inverted_cdf")
        customers = len(np.unique(np.concatenate([self.members[place] for place in common])))
        verdict = _verdict(measure, float(lower), float(upper))
        gap = np.nan if np.isinf(value) and np.isinf(other) else value - other
        return Difference(value, other, gap, float(lower), float(upper), verdict, len(common), customers)


@dataclass(frozen=True)
class Resampling:
    """How customers are resampled.

    Attributes
    ----------
    level
        Of the intervals of differences.
    replicates
        How many resamples.
    seed
        Of the random numbers.
    """

    level: float = 0.95
    replicates: int = 1_000
    seed: int = 0

    def __post_init__(self) -> None:
        tails_of(self.level)
        whole(self.replicates, "replicates", 20)
        whole(self.seed, "seed", 0)


def resampled(
    origins: Sequence[Origin], names: Sequence[str], target: str, measure: Measure, ties: str, how: Resampling
) -> Resampled:
    """Take a measure of all contenders on the customers and on resamples of them.

    In each resample a customer counts as often as drawn, for every contender and at every cut-off alike: what is
    compared is paired, and the years of one customer stay together (a cluster bootstrap).
    """
    members, everybody = _members(origins)
    cases = [[_case(origin, name, target, ties) for origin in origins] for name in names]
    exact = np.array([[np.nan if case is None else measure.of(case) for case in row] for row in cases])
    rng, draws = np.random.default_rng(how.seed), np.full((how.replicates, *exact.shape), np.nan)
    for replicate in range(how.replicates):
        drawn = np.bincount(rng.integers(0, everybody, everybody), minlength=everybody)
        for place, rows in enumerate(members):
            weights = drawn[rows]
            if not weights.any():
                continue
            for contender, row in enumerate(cases):
                case = row[place]
                if case is not None:
                    draws[replicate, contender, place] = measure.of(case, weights)
    return Resampled(exact, draws, members)


def _case(origin: Origin, name: str, target: str, ties: str) -> Case | None:
    forecast = origin.forecasts.get(name)
    return None if forecast is None else Case.of(forecast, target, origin.actual[target], ties)


def _members(origins: Sequence[Origin]) -> tuple[tuple[IntArray, ...], int]:
    """Customers of each origin as numbers that are the same at all of them, and how many there are."""
    known: dict[Any, int] = {}
    members = tuple(
        np.array([known.setdefault(customer, len(known)) for customer in origin.ids], dtype=np.int64)
        for origin in origins
    )
    return members, len(known)


def _oriented(measure: Measure, values: FloatArray) -> FloatArray:
    """Mean over cut-offs, of sizes where the best is 0: errors of opposite sign do not cancel."""
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(values) if measure.better == "near zero" else values).mean(axis=-1))


def _verdict(measure: Measure, lower: float, upper: float) -> str:
    if np.isnan(lower):
        return "not available"
    low, high = (-upper, -lower) if measure.better == "more" else (lower, upper)
    return "better" if high < 0 else "worse" if low > 0 else "tie"
