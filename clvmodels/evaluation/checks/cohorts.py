"""Checks of when customers first appear: all at once, or many of them only because the log begins."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.evaluation.checks.finding import Finding, Severity, beyond_chance, graded, percent
from clvmodels.transactions import CohortWeeks

_COHORT_SHARE, _COHORT_PART, _WEEKS = 0.99, 1 / 3, 10
_EXCESS, _MORE_ACTIVE, _SETTLED = 2.0, 1.25, 1.5
_TRUNCATED_IS_SERIOUS, _FEWEST, _MONTH = 0.10, 100, 4


def one_cohort(weeks: CohortWeeks) -> Finding | None:
    """Whether at least 99% of the customers were acquired in the first third of a log of at least ten weeks.

    A warning: age and calendar time then move together, so that no check and no model can tell a trend or a season from
    customers growing older (Clayton and Schifflers 1987, Statistics in Medicine 6(4)).
    """
    acquired = weeks.acquired()
    first = int(np.ceil(weeks.weeks * _COHORT_PART))
    share = float(acquired[:first].sum() / acquired.sum())
    if weeks.weeks < _WEEKS or share < _COHORT_SHARE:
        return None
    last = int(np.flatnonzero(np.cumsum(acquired) >= _COHORT_SHARE * acquired.sum())[0]) + 1
    end = weeks.day(last) - timedelta(days=1)
    return Finding(
        "one_cohort",
        Severity.WARNING,
        {"share_of_customers": share, "weeks_of_acquisition": last, "weeks": weeks.weeks},
        f"The customers are one cohort: nearly all of them first bought by {end}, in the first {last} of {weeks.weeks} "
        "weeks. The model speaks of customers like these; later ones, and the business as a whole, do not enter, and a "
        "trend or a season cannot be told from customers growing older.",
        "Forecast this cohort and no other; what a new customer is worth is that of a customer won then.",
    )


@dataclass(frozen=True)
class _Early:
    """Customers first seen in the first weeks beside those of some weeks later."""

    weeks: int
    excess: float
    excess_error: float
    more_active: float
    activity_error: float
    usual: float
    freedom: int

    @property
    def old(self) -> bool:
        """Whether they are many more and buy more often, both beyond chance."""
        many = self.excess >= np.log(_EXCESS) and beyond_chance(self.excess, self.excess_error, self.freedom)
        active = beyond_chance(self.more_active, self.activity_error, self.freedom)
        return many and active and self.more_active >= np.log(_MORE_ACTIVE)


def left_truncation(weeks: CohortWeeks, cycle: float) -> Finding | None:
    """Customers who seem to be acquired when the log begins, and are old.

    With w the usual time between purchases in weeks (at least 4, at most a fifth of the log), customers first seen in
    weeks 0 to w are compared with those of weeks 3 w to 6 w. They are old if at least twice as many appear per week,
    and if in the w weeks after their first one they buy at least 1.25 times as often, each beyond three standard
    errors: old customers who appear are the frequent ones, while a launch brings new customers who are like later ones.
    Serious if they are 10% of all, else a warning; the thresholds are judgements. The day in the advice is the one
    before the first four weeks in which at most 1.5 times the later number appears per week.

    Parameters
    ----------
    weeks
        Purchases by week; the log needs ten weeks and 100 customers.
    cycle
        Usual time between purchases in weeks: the median over repeat buyers of their mean.
    """
    acquired = weeks.acquired()
    if weeks.weeks < _WEEKS or acquired.sum() < _FEWEST or not cycle > 0:
        return None
    early = _early(weeks, acquired, int(np.clip(round(cycle), min(_MONTH, weeks.weeks // 5), weeks.weeks // 5)))
    if early is None or not early.old:
        return None
    settled = _settled(acquired, early)
    share = float(acquired[:settled].sum() / acquired.sum())
    first = weeks.day(settled) - timedelta(days=1)
    return _truncated(early, share, first, weeks.day(early.weeks))


def _truncated(early: _Early, share: float, first: date, end: date) -> Finding:
    times, active = float(np.exp(early.excess)), float(np.exp(early.more_active))
    return Finding(
        "left_truncation",
        graded(share, 0.0, _TRUNCATED_IS_SERIOUS),
        {"times_as_many": times, "times_as_active": active, "share_of_customers": share},
        f"Many customers are older than the log: before {end} {times:.1f} times as many first appear per week as some "
        f"time later, and they buy {active:.1f} times as often. Their earlier purchases are not in the log, so that "
        "they are taken for new customers who come back at once and stay.",
        f'Keep customers whose beginning is seen: first_seen_after="{first}" leaves out {percent(share)} of the '
        "customers, those who appear before things have settled. Then check again: what moves in time shows only then.",
    )


def _early(weeks: CohortWeeks, acquired: FloatArray, w: int) -> _Early | None:
    later = slice(3 * w, min(6 * w, weeks.weeks - w))
    numbers = float(acquired[:w].sum()), float(acquired[later].sum())
    age = weeks.week - weeks.cohort
    soon = (age >= 1) & (age <= w)
    repeats: FloatArray = np.bincount(weeks.cohort[soon], weights=weeks.repeat[soon], minlength=weeks.weeks).astype(
        np.float64
    )
    active = _rate(repeats[:w], acquired[:w]), _rate(repeats[later], acquired[later])
    if min(numbers) == 0 or min(rate for rate, _ in active) == 0:
        return None
    usual = float(acquired[later].mean())
    spread = [_overdispersion(acquired[part]) / number for part, number in zip((slice(w), later), numbers, strict=True)]
    return _Early(
        w,
        float(np.log(numbers[0] / w / usual)),
        float(np.sqrt(sum(spread))),
        float(np.log(active[0][0] / active[1][0])),
        float(np.hypot(active[0][1], active[1][1])),
        usual,
        w + len(acquired[later]) - 2,
    )


def _rate(repeats: FloatArray, customers: FloatArray) -> tuple[float, float]:
    """Repeat purchases per customer, and the standard error of its logarithm from how cohorts of a week differ."""
    rate = repeats.sum() / max(customers.sum(), 1.0)
    error = np.sqrt(np.sum((repeats - customers * rate) ** 2)) / max(repeats.sum(), 1.0)
    return float(rate), float(error)


def _overdispersion(counts: FloatArray) -> float:
    """Variance of counts over their mean, at least 1, free of a steady rise or fall."""
    if len(counts) < 3:
        return 1.0
    steps = np.diff(counts)
    return max(float(np.mean(steps**2)) / 2 / max(float(counts.mean()), 1.0), 1.0)


def _settled(acquired: FloatArray, early: _Early) -> int:
    usual = _SETTLED * early.usual
    for week in range(early.weeks, 3 * early.weeks):
        if acquired[week : week + _MONTH].mean() <= usual:
            return week
    return 3 * early.weeks
