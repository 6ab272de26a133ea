"""Check of the months of the year: whether purchases follow the seasons, and whether that can be known."""

import math
from dataclasses import replace
from datetime import date
from typing import TypeAlias

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.evaluation.checks.ages import WEEKS_PER_YEAR, AgeTable, period_factors
from clvmodels.evaluation.checks.finding import Finding, Severity, graded
from clvmodels.transactions import CohortWeeks

# Two years less a week: logs of whole years often lack a day or two.
_TWO_YEARS, _COHORTS, _PURCHASES = 2 * WEEKS_PER_YEAR - 1, 12, 100
_WARNS, _ERRORS, _ERRORS_OF_A_YEAR, _SAME_SIDE, _NEAR = 1.25, 5.0, 2.0, 0.75, 3
_AGES = 1.25

# Calendar months (year x 12 + month), purchases over what ages explain, and purchases explained, shape (months,) each.
_Months: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]


def seasonality(weeks: CohortWeeks, table: AgeTable, one_cohort: bool) -> Finding | None:
    """Whether repeat purchases follow the months of the year.

    Needs two years and more than one cohort; of a log that has not, a note says that it cannot be known. The purchases
    of each calendar month, over those that customers' ages explain, are compared with the three months on either side,
    which any slow change leaves alike. A month of the year is a season if it stands out by five standard errors (there
    are twelve months, and few years of each), and by two of them to the same side in three of four years. The errors
    are those of chance or of how all months differ from their neighbours, whichever is larger; the latter by the
    median, which a few real seasons do not move. A warning if it has 1.25 times, or 0.8 times, the purchases of its
    neighbours, else a note (judgements).
    """
    years = weeks.weeks / WEEKS_PER_YEAR
    months = None if one_cohort else _months(weeks, table)
    if weeks.weeks < _TWO_YEARS:
        return _cannot_know(
            f"the log covers {years:.1f} years, and what comes every year shows only in two", years, months
        )
    if months is None:
        why = (
            "the customers are one cohort, whose age and calendar move together" if one_cohort else "purchases are few"
        )
        return _cannot_know(why, years, None)
    seasons = _seasons(*months)
    if not seasons:
        return None
    month, effect = max(seasons, key=lambda season: abs(math.log(season[1])))
    name = date(2000, month + 1, 1).strftime("%B")
    also = [date(2000, other + 1, 1).strftime("%B") for other, _ in seasons if other != month]
    return Finding(
        "seasonality",
        graded(max(effect, 1 / effect), _WARNS),
        {"times_its_neighbours": effect, "month": month + 1, "months": len(seasons)},
        f"Purchases follow the seasons: in {name} customers buy {effect:.1f} times as much as in the months around it"
        + (f", and {', '.join(also)} stand{'s' if len(also) == 1 else ''} out too" if also else "")
        + ". BG/NBD knows no months: a forecast of less than a year is off by its season, and so is what it learns "
        "from a log that ends in or after a high one.",
        "Forecast whole years, or multiply forecasts of shorter times by the season; let observation end at the same "
        "time of year as the last forecast.",
    )


def _cannot_know(why: str, years: float, months: _Months | None) -> Finding:
    figures, also = {"years": years}, ""
    if months is not None:
        month, factor, explained = months
        best = int(np.argmax(factor))
        times = float(factor[best] / np.average(factor, weights=explained))
        name = date(int(month[best]) // 12, int(month[best]) % 12 + 1, 1).strftime("%B %Y")
        figures["busiest_month"] = times
        also = (
            f" The busiest month was {name}, with {times:.1f} times the purchases that customers' ages explain, be it "
            "by season, growth or chance."
        )
    return Finding(
        "seasonality",
        Severity.NOTE,
        figures,
        f"Whether purchases follow the seasons cannot be known: {why}.{also}",
        "Ask those who know the business, and take forecasts of less than a year with care.",
    )


def _months(weeks: CohortWeeks, table: AgeTable) -> _Months | None:
    if len(np.unique(table.cohort)) < _COHORTS or table.repeat.sum() < _PURCHASES:
        return None
    middle = [weeks.day(week + 0.5) for week in range(weeks.weeks)]
    month = np.array([12 * day.year + day.month - 1 for day in middle])
    found, period = np.unique(month[table.week], return_inverse=True)
    # In groups a quarter wide: week by week, the oldest ages are those of a few months, whose season they would take.
    coarse = replace(table, age=np.floor(np.log(table.age) / math.log(_AGES)).astype(np.int64))
    factor, explained = period_factors(coarse, period)
    enough = explained > 0.1 * np.median(explained)
    return found[enough].astype(np.float64), factor[enough], explained[enough]


def _seasons(month: FloatArray, factor: FloatArray, explained: FloatArray) -> list[tuple[int, float]]:
    """Months of the year, from 0, that stand out, and how many times the purchases of their neighbours they have."""
    month, factor, explained = (column[factor > 0] for column in (month, factor, explained))
    level, happened = np.log(factor), factor * explained
    apart = np.abs(month[:, None] - month)
    near = (apart > 0) & (apart <= _NEAR)
    usable = near.sum(axis=1) >= _NEAR
    # By their median, so that a peak does not turn its neighbours into troughs; its variance is pi / 2 of the mean's.
    beside = np.array([level[row] - np.median(level[near[row]]) for row in np.flatnonzero(usable)])
    error = np.sqrt(1 / happened[usable] + math.pi / 2 / (near[usable] @ happened))
    # 1.48 times the median of absolute values is the standard deviation of a normal variable.
    error *= max(1.48 * float(np.median(np.abs(beside / error))), 1.0) if usable.any() else 1.0
    found = []
    for name in range(12):
        here = month[usable] % 12 == name
        years = int(here.sum())
        effect, chance = beside[here].sum(), math.sqrt(float(np.sum(error[here] ** 2)))
        away = beside[here] / error[here]
        agree = max((away > _ERRORS_OF_A_YEAR).sum(), (away < -_ERRORS_OF_A_YEAR).sum())
        if years > 1 and abs(effect) > _ERRORS * chance and agree >= _SAME_SIDE * years:
            found.append((name, math.exp(effect / years)))
    return found
