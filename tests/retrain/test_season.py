"""A miss that the same weeks of last year had too is the season; one that they had not is an alarm."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.evaluation import Severity
from clvmodels.retrain.accounts import Log, Window, accounts, missed_forecasts
from clvmodels.retrain.forecasts import outlooks
from clvmodels.runs import Forecast
from tests.retrain.worlds import START, Shop, day

RECIPE = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="13 weeks")
CUTOFF, DAYS, YEAR = 104, 28, 52


def quieter(log, *weeks):
    """The log without four in five repeat purchases of the four weeks that begin after each of these."""
    rng, repeat = np.random.default_rng(1), log["id"].duplicated()
    quiet = pd.Series(False, index=log.index)
    for week in weeks:
        first = pd.Timestamp(day(week))
        quiet |= (log["day"] >= first) & (log["day"] < first + pd.Timedelta(days=DAYS))
    return log[~(repeat & quiet & (rng.random(len(log)) < 0.8))]


def account(log, first=START):
    """The four weeks after the cut-off as a run of that day forecast them, and findings."""
    transactions = clv.Transactions(log, customer="id", time="day", amount="paid")
    until = day(CUTOFF) - timedelta(days=1)
    summary = transactions.summarize(time_unit="week", until=until)
    forecast = Forecast(until, "BG/NBD", outlooks(RECIPE.fit(summary), summary, [DAYS], seed=1))
    window = Window(SimpleNamespace(run_date=until), forecast, forecast.outlooks[0])
    now = Log(transactions, summary.options, first, day(CUTOFF + 4) - timedelta(days=1), 1.5, RECIPE)
    found = accounts([window], now, false_alarms=0.01)
    return found[0], list(missed_forecasts(found))


@pytest.fixture(scope="module")
def log():
    return Shop(weeks=CUTOFF + 6).log(seed=3)


def test_a_quiet_month_that_was_quiet_last_year_is_the_season(log):
    found, (finding,) = account(quieter(log, CUTOFF, CUTOFF - YEAR))
    assert (found.explained, found.alarm) == (True, False)
    assert found.actual < found.lower
    assert found.season == pytest.approx(0.2, abs=0.1)
    assert finding.severity is Severity.NOTE
    assert "that is the season" in str(finding)


def test_a_quiet_month_that_was_usual_last_year_is_an_alarm(log):
    found, (finding,) = account(quieter(log, CUTOFF))
    assert (found.explained, found.alarm) == (False, True)
    assert found.season == pytest.approx(1.0, abs=0.2)
    assert finding.severity is Severity.WARNING
    assert "that is more than chance" in str(finding)


def test_a_usual_month_needs_no_season(log):
    found, findings = account(log)
    assert found.season is None
    assert not findings


def test_a_year_that_the_log_does_not_hold_explains_nothing(log):
    begins = day(CUTOFF - YEAR - 10)
    later = quieter(log, CUTOFF, CUTOFF - YEAR)
    found, _ = account(later[later["day"] >= pd.Timestamp(begins)], first=begins)
    assert found.season is None
    assert found.alarm
