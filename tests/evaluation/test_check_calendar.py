"""Checks of calendar time and of beginnings: each finds what is planted and leaves what is near."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from clvmodels.evaluation.checks import calendar, cohorts, seasons
from clvmodels.evaluation.checks.ages import AgeTable, net_drift, period_factors
from clvmodels.transactions import CohortWeeks
from tests.evaluation.check_logs import START, found, frame, sound_log

YEAR = 365.25 / 7


def tenth(cohort, week):  # noqa: ARG001
    return 0.1


def none(cohort, week):  # noqa: ARG001
    return 0.0


def weeks_of(acquired, rate=tenth, start=date(2021, 3, 1), rng=None):
    """Cohorts of a week and what they buy: customers times a rate of cohort and week, as whole numbers."""
    acquired = np.asarray(acquired)
    cohort, week = np.triu_indices(len(acquired), k=1)
    mean = acquired[cohort] * np.vectorize(rate)(cohort, week)
    repeat = np.round(mean).astype(int) if rng is None else rng.poisson(mean)
    own = np.flatnonzero(acquired)
    bought = np.flatnonzero(repeat)
    return CohortWeeks(
        start,
        len(acquired),
        np.concatenate([own, cohort[bought]]),
        np.concatenate([own, week[bought]]),
        np.concatenate([acquired[own], np.zeros_like(bought)]),
        np.concatenate([np.zeros_like(own), repeat[bought]]),
    )


def by_age(cohort, week):
    return 0.4 / (week - cohort)


@pytest.mark.parametrize("per_year", [-0.5, 0.0, 0.8])
def test_drift_is_told_from_age(per_year):
    """Customers leave, so that all cohorts buy less and less: the rate at a given age is what counts."""
    made = weeks_of(
        np.full(80, 10**6), lambda cohort, week: by_age(cohort, week) * np.exp(per_year * week / YEAR), rng=None
    )
    drift = net_drift(AgeTable.of(made))
    # Purchases are rounded to whole ones, of a million customers.
    assert drift.per_year == pytest.approx(per_year, abs=1e-4)


def test_drift_of_cohorts_and_of_calendar_time_are_one():
    made = [
        weeks_of(np.full(60, 10**6), lambda cohort, week: by_age(cohort, week) * np.exp(0.4 * cohort / YEAR)),
        weeks_of(np.full(60, 10**6), lambda cohort, week: by_age(cohort, week) * np.exp(0.4 * week / YEAR)),
    ]
    assert net_drift(AgeTable.of(made[0])).per_year == pytest.approx(net_drift(AgeTable.of(made[1])).per_year, abs=1e-4)


def test_the_error_of_drift_is_what_simulations_scatter():
    """At ages alike but for chance, and each cohort more or less active as a whole."""
    rng = np.random.default_rng(1)
    found_, errors = [], []
    for _ in range(60):
        lively = rng.gamma(20.0, 1 / 20, 70)
        made = weeks_of(rng.poisson(30, 70), lambda cohort, week, of=lively: of[cohort] * by_age(cohort, week), rng=rng)
        drift = net_drift(AgeTable.of(made))
        found_.append(drift.per_year)
        errors.append(drift.error)
    # A standard deviation of 60 values is known within 9%, three times over.
    assert np.mean(errors) == pytest.approx(np.std(found_), rel=0.28)
    assert abs(np.mean(found_)) < 3.5 * np.std(found_) / np.sqrt(60)


def test_one_cohort_alone_has_no_drift():
    drift = net_drift(AgeTable.of(weeks_of([500, *([0] * 30)], by_age)))
    assert drift.error == np.inf


def test_factors_of_periods_over_what_ages_explain():
    high = {10, 11, 12, 13}
    made = weeks_of(np.full(60, 10**6), lambda cohort, week: by_age(cohort, week) * (2.0 if week in high else 1.0))
    table = AgeTable.of(made)
    factor, explained = period_factors(table, table.week // 2)
    assert factor[5] / factor[20] == pytest.approx(2.0, rel=1e-3)
    assert np.sum(factor * explained) == pytest.approx(table.repeat.sum(), rel=1e-9)


@pytest.mark.parametrize(("per_year", "severity"), [(0.02, None), (0.15, "note"), (-0.4, "warning"), (0.9, "serious")])
def test_repeat_rates_that_move(per_year, severity):
    made = weeks_of(
        np.full(100, 400),
        lambda cohort, week: by_age(cohort, week) * np.exp(per_year * week / YEAR),
        rng=np.random.default_rng(2),
    )
    finding = calendar.repeat_rate(AgeTable.of(made))
    assert (finding and finding.severity) == severity
    if finding:
        assert finding.figure == pytest.approx(np.exp(per_year) - 1, abs=0.12)


def test_few_cohorts_or_purchases_say_nothing_of_repeat_rates():
    growing = weeks_of(np.full(12, 500), lambda _, week: 0.05 * week)
    assert calendar.repeat_rate(AgeTable.of(growing)) is None  # eleven cohorts have a week after the first
    assert calendar.repeat_rate(AgeTable.of(weeks_of(np.full(100, 1), none))) is None


@pytest.mark.parametrize(("per_year", "severity"), [(0.1, None), (0.5, "note"), (1.2, "warning"), (-1.2, "warning")])
def test_acquisition_that_grows_or_falls(per_year, severity):
    rng = np.random.default_rng(3)
    made = weeks_of(rng.poisson(60 * np.exp(per_year * (np.arange(100) - 50) / YEAR)))
    finding = calendar.acquisition(made)
    assert (finding and finding.severity) == severity
    if finding:
        assert np.log(finding.figure) == pytest.approx(per_year, abs=0.1)
        assert ("growing" in finding.sentence) == (per_year > 0)


def test_acquisition_in_bursts_does_not_grow():
    """Two campaigns in the second half: by chance alone, counts of independent customers would not lie so."""
    weeks = np.full(96, 10)
    weeks[[60, 85]] = 300
    assert calendar.acquisition(weeks_of(weeks)) is None


def test_short_logs_and_few_customers_say_nothing_of_acquisition():
    made = weeks_of([*np.full(20, 900), *np.full(60, 40)])
    assert calendar.acquisition(made).severity == "warning"
    assert calendar.acquisition(weeks_of(np.arange(24) * 10)) is None
    assert calendar.acquisition(weeks_of(np.full(80, 1))) is None


def test_one_cohort():
    made = weeks_of([*np.full(12, 80), *np.zeros(66, int)])
    finding = cohorts.one_cohort(made)
    assert (finding.severity, finding.figures["weeks_of_acquisition"]) == ("warning", 12)
    assert str(made.day(12) - pd.Timedelta(days=1)) in finding.sentence
    assert cohorts.one_cohort(weeks_of([*np.full(12, 80), *np.zeros(56, int), *np.full(10, 2)])) is None
    assert cohorts.one_cohort(weeks_of(np.full(78, 9))) is None
    assert cohorts.one_cohort(weeks_of([80, *np.zeros(8, int)])) is None


def truncated_log(rng, burn=150.0, weeks=100.0, per_week=14):
    """Customers were won for years before the log begins."""
    log = sound_log(rng, int(per_week * (burn + weeks)), burn + weeks)
    return log[log["time"] >= START + pd.Timedelta(weeks=burn)]


def test_old_customers_at_the_beginning_are_found_and_the_advice_removes_them():
    findings = found(truncated_log(np.random.default_rng(1)))
    finding = findings["left_truncation"]
    assert finding.severity == "serious"
    assert finding.figures["times_as_many"] > 2
    day = finding.advice.split('"')[1]
    after = found(truncated_log(np.random.default_rng(1)), first_seen_after=day)
    assert "left_truncation" not in after
    # What moves in time can be seen only after that.
    assert not {"acquisition", "repeat_rate"} & set(findings.names)


def test_early_customers_who_buy_more_are_not_old_unless_they_are_many():
    """The other half of the sign: customers are alike in number and the first ones buy twice as often."""

    def lively(cohort, week):
        return by_age(cohort, week) * (2.0 if cohort < 12 else 1.0)

    for first, expected in ((300, True), (100, False)):
        made = weeks_of([*np.full(12, first), *np.full(88, 100)], lively, rng=np.random.default_rng(6))
        assert (cohorts.left_truncation(made, 8.0) is not None) == expected


@pytest.mark.parametrize("seed", range(3))
def test_a_launch_with_many_new_customers_is_no_truncation(seed):
    rng = np.random.default_rng(seed)
    born = np.concatenate([rng.uniform(0, 8, 600), rng.uniform(0, 100, 1400)])
    findings = found(sound_log(rng, weeks=100.0, born=born))
    assert "left_truncation" not in findings


def test_acquisition_that_falls_slowly_is_no_truncation():
    rng = np.random.default_rng(4)
    born = 100.0 * rng.beta(1.0, 2.5, 2500)  # the first weeks win five times as many as the last third
    assert "left_truncation" not in found(sound_log(rng, weeks=100.0, born=born))


def seasonal_log(rng, months, years=None, times=2.5):
    """A sound log of three years in which repeat purchases of some months are kept, and fewer of the others."""
    log = sound_log(rng, 2500, 157.0).sort_values(["id", "time"])
    kept = log["time"].dt.month.isin(months) & (log["time"].dt.year.isin(years) if years else True)
    first = ~log["id"].duplicated()
    return log[first | kept | (rng.random(len(log)) < 1 / times)]


def test_a_season_of_every_year_is_found():
    finding = found(seasonal_log(np.random.default_rng(1), [12]))["seasonality"]
    assert (finding.severity, finding.figures["month"], finding.figures["months"]) == ("warning", 12, 1)
    assert finding.figure == pytest.approx(2.5, rel=0.3)
    assert "December" in finding.sentence


def test_one_busy_month_of_one_year_is_no_season():
    assert "seasonality" not in found(seasonal_log(np.random.default_rng(2), [12], years=[2022]))


@pytest.mark.parametrize("years", [1, 2, 3])
def test_a_season_comes_in_most_years(years):
    """Weeks 40 to 43, 92 to 95 and 144 to 147 are in October and November of 2022 to 2024."""
    busy = {week + 52 * year for year in range(years) for week in range(40, 44)}
    made = weeks_of(
        np.full(160, 2000),
        lambda cohort, week: by_age(cohort, week) * (2.0 if week in busy else 1.0),
        start=date(2022, 1, 3),
        rng=np.random.default_rng(7),
    )
    assert (seasons.seasonality(made, AgeTable.of(made), one_cohort=False) is not None) == (years == 3)


def test_growth_is_no_season():
    rng = np.random.default_rng(5)
    made = weeks_of(
        rng.poisson(20 * np.exp(np.arange(110) / YEAR)),
        lambda cohort, week: by_age(cohort, week) * np.exp(week / YEAR),
        rng=rng,
    )
    assert seasons.seasonality(made, AgeTable.of(made), one_cohort=False) is None


def test_seasons_that_cannot_be_known():
    short = weeks_of(np.full(90, 50), lambda _, week: 3.0 if 40 <= week < 44 else 1.0, start=date(2022, 1, 3))
    note = seasons.seasonality(short, AgeTable.of(short), one_cohort=False)
    assert (note.severity, "two" in note.sentence) == ("note", True)
    assert "October 2022" in note.sentence
    cohort = weeks_of([*np.full(12, 80), *np.zeros(100, int)])
    assert "one cohort" in seasons.seasonality(cohort, AgeTable.of(cohort), one_cohort=True).sentence
    few = weeks_of(np.full(110, 1), none)
    assert "purchases are few" in seasons.seasonality(few, AgeTable.of(few), one_cohort=False).sentence


def test_a_log_of_two_days_is_looked_at():
    findings = found(frame([1, 1, 2], [0.0, 0.5, 0.2], [5.0, 6.0, 7.0]), until="2021-03-05")
    assert {"few_customers", "seasonality"} <= set(findings.names)
