"""Checks of calendar time: customers won per week, and what they buy at a given age."""

import math

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.evaluation.checks.ages import WEEKS_PER_YEAR, AgeTable, net_drift
from clvmodels.evaluation.checks.finding import Finding, beyond_chance, graded, percent
from clvmodels.transactions import CohortWeeks

_MONTH, _MONTHS, _CUSTOMERS = 4, 6, 100
_GROWTH_NOTED, _GROWTH_WARNS = 1.25, 2.0
_COHORTS, _PURCHASES = 12, 100
_DRIFT_NOTED, _DRIFT_WARNS, _DRIFT_IS_SERIOUS = 1.05, 1.25, 2.0


def acquisition(weeks: CohortWeeks) -> Finding | None:
    """Whether the number of new customers rises or falls.

    A Poisson regression of four-week counts on time, with the variance that the counts show. A finding beyond three
    standard errors: a note from 1.25-fold a year on, a warning from twofold (or half), since most customers are then
    young, or those to come fewer than those on whom the model was learnt (judgements). Needs six times four weeks and
    100 customers.
    """
    acquired = weeks.acquired()[1:]  # the first week may be cut off
    blocks = len(acquired) // _MONTH
    counts = acquired[len(acquired) - blocks * _MONTH :].reshape(blocks, _MONTH).sum(axis=1)
    if blocks < _MONTHS or counts.sum() < _CUSTOMERS:
        return None
    slope, error = _growth(counts)
    change = math.exp(abs(slope))
    if change < _GROWTH_NOTED or not beyond_chance(slope, error, blocks - 2):
        return None
    yearly, quarter = math.exp(slope), max(blocks // 4, 1)
    first, last = float(counts[:quarter].mean()), float(counts[-quarter:].mean())
    word = "growing" if slope > 0 else "falling"
    return Finding(
        "acquisition",
        graded(change, _GROWTH_WARNS),
        {"times_per_year": yearly, "first_four_weeks": first, "last_four_weeks": last},
        f"The number of new customers is {word}: {first:,.0f} in four weeks at first, {last:,.0f} at the end, which is "
        f"{yearly:.1f} times as many a year. " + (_GROWING if slope > 0 else _FALLING),
        "Look at forecasts by cohort (attributes=..., fit(summary, by=...)), and forecast the customers yet to be won "
        "apart, by new_customer().",
    )


_GROWING = (
    "Most customers are young then: how long they stay is learnt from the few who came early, and may differ for those "
    "whom growth brings."
)
_FALLING = "The model forecasts the customers it has; revenue as a whole will miss those who are no longer won."


def _growth(counts: FloatArray) -> tuple[float, float]:
    """Change per year of the logarithm of four-week counts, and its standard error, by quasi-Poisson regression."""
    time = (np.arange(len(counts)) - (len(counts) - 1) / 2) * _MONTH / WEEKS_PER_YEAR
    slope, expected, centred = 0.0, counts, time
    for _ in range(50):
        shape = np.exp(slope * time)
        expected = counts.sum() * shape / shape.sum()
        centred = time - np.sum(time * expected) / expected.sum()
        step = float(np.sum(centred * (counts - expected)) / np.sum(centred**2 * expected))
        slope += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-10:
            break
    dispersion = max(float(np.sum((counts - expected) ** 2 / expected)) / (len(counts) - 2), 1.0)
    return slope, math.sqrt(dispersion / float(np.sum(centred**2 * expected)))


def repeat_rate(table: AgeTable) -> Finding | None:
    """Whether customers of the same age buy more, or less, as time goes by.

    By `net_drift`, of at least 12 cohorts of a week and 100 repeat purchases. A finding beyond three standard
    errors: a note from 5% a year on, a warning from 25%, serious if it doubles or halves (judgements).
    """
    if len(np.unique(table.cohort)) < _COHORTS or table.repeat.sum() < _PURCHASES:
        return None
    drift = net_drift(table)
    change = math.exp(abs(drift.per_year))
    if change < _DRIFT_NOTED or not beyond_chance(drift.per_year, drift.error, drift.freedom):
        return None
    more = math.exp(drift.per_year) - 1
    word, off = ("more", "low") if drift.per_year > 0 else ("less", "high")
    return Finding(
        "repeat_rate",
        graded(change, _DRIFT_WARNS, _DRIFT_IS_SERIOUS),
        {"change_per_year": more, "std_error": drift.error},
        f"At the same age customers buy {percent(abs(more))} {word} per year that passes: either times change, or new "
        "customers are not like old ones. BG/NBD takes all for alike and times for the same, so that forecasts come "
        f"out too {off}.",
        "Learn from recent customers only (first_seen_after=...), and see on a backtest with late cut-offs by how much "
        "forecasts are off.",
    )
