"""Repeat purchases by customers' age, and what calendar time adds to it."""

import math
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.transactions import CohortWeeks
from clvmodels.units import YEAR_IN_DAYS

WEEKS_PER_YEAR = YEAR_IN_DAYS / 7
_ROUNDS, _LARGEST_STEP, _CLOSE = 50, 1.0, 1e-10
# Of one cohort that is nearly all that is known, no spread between cohorts can be seen.
_LARGEST_PART = 0.5


@dataclass(frozen=True, eq=False)
class AgeTable:
    """Cells of cohort and week, from the week after the first purchase on; shape (cells,) each.

    Attributes
    ----------
    cohort, week, age
        Indices; age is week - cohort, from 1 on, or the number of a group of such.
    customers, repeat
        Customers acquired in the cohort's week, and their repeat purchases in the cell's week.
    """

    cohort: IntArray
    week: IntArray
    age: IntArray
    customers: FloatArray
    repeat: FloatArray

    @classmethod
    def of(cls, weeks: CohortWeeks) -> "AgeTable":
        """All cells that could hold purchases."""
        acquired = weeks.acquired()
        # Not all pairs of weeks: one date of the year 1900 would make millions of empty cells.
        cohorts = np.flatnonzero(acquired > 0)
        purchases = np.zeros((len(cohorts), weeks.weeks))
        np.add.at(purchases, (np.searchsorted(cohorts, weeks.cohort), weeks.week), weeks.repeat)
        row, week = np.nonzero(np.arange(weeks.weeks) > cohorts[:, None])
        cohort = cohorts[row]
        return cls(cohort, week, week - cohort, acquired[cohort], purchases[row, week])

    def by_age(self, values: FloatArray) -> FloatArray:
        """Sums by age."""
        return np.bincount(self.age, weights=values).astype(np.float64)

    def expected(self, factor: FloatArray) -> FloatArray:
        """Repeat purchases expected by age alone, times a factor for each cell."""
        base = self.customers * factor
        sums = self.by_age(base)
        rate = np.divide(self.by_age(self.repeat), sums, out=np.zeros(len(sums)), where=sums > 0)
        result: FloatArray = base * rate[self.age]
        return result


@dataclass(frozen=True)
class Drift:
    """Change per year of the logarithm of purchases at the same age.

    Attributes
    ----------
    per_year, error
        The change and its standard error, infinite where nothing is known.
    freedom
        Degrees of freedom of the error: how many cohorts of like weight inform it, less one.
    """

    per_year: float
    error: float
    freedom: float


def net_drift(table: AgeTable) -> Drift:
    """Whether customers of the same age buy more or less as time goes by.

    Maximises the Poisson likelihood of customers x f(age) x exp(drift x time) with a free value of f for every age. Of
    cohorts all alike, as every model of this package has them, the drift is 0 whatever f is. Whether it belongs to
    calendar time or to cohorts the data cannot tell; Clayton and Schifflers (1987, Statistics in Medicine 6(4)) call it
    the net drift. The error is from the sums of scores of cohorts, whose customers are others, each enlarged for the
    part that the cohort itself has in the estimate.

    Examples
    --------
    >>> import numpy as np
    >>> cohort, week = np.triu_indices(60, k=1)
    >>> repeat = 50 / (week - cohort) * np.exp(0.2 * week * 7 / 365.25)
    >>> table = AgeTable(cohort, week, week - cohort, np.full(len(week), 100.0), repeat)
    >>> round(net_drift(table).per_year, 6)
    0.2
    """
    time = table.week / WEEKS_PER_YEAR
    drift = 0.0
    for _ in range(_ROUNDS):
        scores, information = _derivatives(table, time, drift)
        total = float(information.sum())
        step = float(np.clip(scores.sum() / total, -_LARGEST_STEP, _LARGEST_STEP)) if total > 0 else 0.0
        drift += step
        if abs(step) < _CLOSE:
            break
    part = np.bincount(table.cohort, weights=information) / total if total > 0 else np.ones(1)
    if part.max() > _LARGEST_PART:
        return Drift(drift, math.inf, 1.0)
    by_cohort = np.bincount(table.cohort, weights=scores) / (1 - part)
    return Drift(drift, math.sqrt(float(np.sum(by_cohort**2))) / total, 1 / float(np.sum(part**2)) - 1)


def _derivatives(table: AgeTable, time: FloatArray, drift: float) -> tuple[FloatArray, FloatArray]:
    """Score and information of each cell, of the likelihood with f(age) profiled out."""
    expected = table.expected(np.exp(drift * time))
    sums = table.by_age(expected)
    mean = np.divide(table.by_age(expected * time), sums, out=np.zeros(len(sums)), where=sums > 0)
    centred = time - mean[table.age]
    return centred * (table.repeat - expected), centred**2 * expected


def period_factors(table: AgeTable, period: IntArray) -> tuple[FloatArray, FloatArray]:
    """Purchases of each period over those that customers' ages explain, and the latter, shape (periods,) each.

    The factors h and the rates by age f of customers x f(age) x h(period), fitted to the margins by turns (iterative
    proportional fitting).

    Parameters
    ----------
    table
        Cells.
    period
        Of each cell, an index from 0, shape (cells,).
    """
    happened = np.bincount(period, weights=table.repeat)
    factor, explained = np.ones(len(happened)), np.zeros(len(happened))
    for _ in range(_ROUNDS):
        explained = np.bincount(period, weights=table.expected(factor[period])) / factor
        factor = np.divide(happened, explained, out=np.ones(len(happened)), where=(explained > 0) & (happened > 0))
    return factor, explained
