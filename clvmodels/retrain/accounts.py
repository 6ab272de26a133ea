"""Earlier forecasts held to what happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clvmodels.errors import ClvError
from clvmodels.evaluation import Finding, Severity
from clvmodels.lifetime import Pipeline
from clvmodels.retrain.chance import count_interval, count_probability
from clvmodels.runs import Account, Forecast, Outlook, RetrainRun
from clvmodels.transactions import Transactions
from clvmodels.transactions.options import SummaryOptions

_YEAR = timedelta(weeks=52)
# A specification needs so much of a log before the same weeks of last year to forecast them.
_LEARNT = timedelta(weeks=26)


@dataclass(frozen=True)
class Window:
    """A window that was forecast, and has now passed."""

    run: RetrainRun
    forecast: Forecast
    outlook: Outlook

    @property
    def end(self) -> date:
        """Its last day."""
        return self.forecast.until + timedelta(days=self.outlook.days)


def passed(runs: Sequence[RetrainRun], until: date) -> list[Window]:
    """Windows that ended since the last run's end of observation, each of which is judged once.

    Parameters
    ----------
    runs
        Published runs, the latest first.
    until
        End of observation now.
    """
    forecasts = [(run, run.forecast) for run in runs if run.forecast is not None]
    if not forecasts:
        return []
    before = forecasts[0][1].until
    windows = [Window(run, forecast, outlook) for run, forecast in forecasts for outlook in forecast.outlooks]
    # Of two runs with one end of observation the later one stands.
    latest = {(window.forecast.until, window.outlook.days): window for window in reversed(windows)}
    return [window for window in latest.values() if before < window.end <= until]


@dataclass(frozen=True)
class Log:
    """The log as it is now, and how it is counted.

    Attributes
    ----------
    transactions
        The whole log.
    options
        Of the summary.
    first
        First day.
    until
        End of observation.
    overdispersion
        That is allowed to forecasts.
    recipe
        Of the champion, to forecast the same weeks of last year; None where there is none.
    """

    transactions: Transactions
    options: SummaryOptions
    first: date
    until: date
    overdispersion: float
    recipe: Pipeline | None

    @property
    def keywords(self) -> dict[str, object]:
        """For `Transactions.split`; its window may end with the log, whose last day may be a part of one."""
        names = ("collapse", "refunds", "missing_ids", "timezone", "include_first", "first_seen_after")
        chosen = {name: getattr(self.options, name) for name in names}
        return {"time_unit": str(self.options.time_unit), "observed_until": self.until, **chosen}


def accounts(windows: Sequence[Window], log: Log, false_alarms: float) -> tuple[Account, ...]:
    """Each window's forecast beside what happened.

    Parameters
    ----------
    windows
        Those that have passed.
    log
        The log now.
    false_alarms
        Probability that one of these windows is called a miss by chance; each has its share of it.
    """
    if not windows:
        return ()
    share = false_alarms / len(windows)
    return tuple(_account(window, log, share) for window in windows)


def _account(window: Window, log: Log, share: float) -> Account:
    outlook, cutoff = window.outlook, window.forecast.until
    actual, revenue = _happened(log, cutoff, outlook.days)
    variance = outlook.purchases_variance + (log.overdispersion - 1.0) * outlook.purchases
    probability = count_probability(actual, outlook.purchases, variance)
    lower, upper = count_interval(outlook.purchases, variance, 1.0 - share)
    missed = probability < share
    season = _season(log, cutoff, outlook.days) if missed else None
    explained = season is not None and _like_last_year(actual, outlook.purchases, variance, season, share)
    return Account(
        run_date=window.run.run_date, until=cutoff, days=outlook.days, target="purchases",
        expected=outlook.purchases, lower=lower, upper=upper, actual=actual,
        expected_revenue=outlook.revenue, actual_revenue=revenue,
        probability=probability, level=1.0 - share, dispersion=log.overdispersion,
        season=None if season is None else season[0] / season[1], explained=explained, alarm=missed and not explained,
    )  # fmt: skip


def _happened(log: Log, cutoff: date, days: int) -> tuple[float, float]:
    """Purchases and revenue of the customers known at the cut-off."""
    _, holdout = log.transactions.split(cutoff, f"{days} days", **log.keywords)  # type: ignore[arg-type]
    return float(holdout.column("purchases").sum()), float(holdout.column("revenue").sum())


def _season(log: Log, cutoff: date, days: int) -> tuple[float, float] | None:
    """Actual and expected purchases of the same weeks last year, by the same specification fitted then."""
    then = cutoff - _YEAR
    if log.recipe is None or then - _LEARNT < log.first:
        return None
    try:
        calibration, holdout = log.transactions.split(then, f"{days} days", **log.keywords)  # type: ignore[arg-type]
        fit = log.recipe.purchases.fit(calibration.summary, log.recipe.method)
        expected = float(fit.expected_purchases(calibration.summary, f"{days} days").sum())
    except ClvError:
        return None  # too little was known then, so that nothing is explained by it
    return (float(holdout.column("purchases").sum()), expected) if expected > 0 and fit.diagnostics.ok else None


def _like_last_year(actual: float, expected: float, variance: float, season: tuple[float, float], share: float) -> bool:
    """Whether the forecast times last year's ratio is no miss; that ratio is uncertain by its own chance."""
    factor = season[0] / season[1]
    if not factor > 0:
        return False
    moved = expected * factor
    relative = variance / expected / season[0]  # of the ratio, as a count of so much dispersion
    return count_probability(actual, moved, variance * factor + moved**2 * relative) >= share


def missed_forecasts(found: Sequence[Account]) -> Iterator[Finding]:
    """Findings of the windows that were missed; those that the season explains are notes."""
    for account in found:
        if not (account.alarm or account.explained):
            continue
        more = "more" if account.actual > account.expected else "fewer"
        season = "" if account.season is None else f" In the same weeks last year {account.season:.0%} of them came."
        verdict = "that is the season" if account.explained else "that is more than chance"
        yield Finding(
            "forecast",
            Severity.NOTE if account.explained else Severity.WARNING,
            {
                "ratio": account.ratio, "days": account.days, "expected": account.expected, "actual": account.actual,
                "lower": account.lower, "upper": account.upper, "probability": account.probability,
                "money": account.money,
            },
            f"Of the {account.expected:,.0f} purchases that the run of {account.run_date} expected in the "
            f"{account.days} days after {account.until}, {account.actual:,.0f} came, {more} than the "
            f"{account.lower:,.0f} to {account.upper:,.0f} that chance allows: {verdict}.{season} "
            f"In money: {account.money:+,.0f}.",
            "Ask what changed in these weeks: prices, campaigns, stock, or the log itself."
            if account.alarm
            else "Forecast whole years, or multiply forecasts of shorter times by the season.",
        )  # fmt: skip
