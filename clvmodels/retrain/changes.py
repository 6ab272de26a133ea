"""What changed since the runs before: forecasts held to account, and drift of the data, within one false-alarm rate."""

from collections.abc import Sequence

import numpy as np

from clvmodels.evaluation import Finding
from clvmodels.retrain.accounts import Log, accounts, missed_forecasts, passed
from clvmodels.retrain.chance import FEWEST_WEEKS, dispersion
from clvmodels.retrain.drift import Watch, changed_schema, figures, findings, missing_ids
from clvmodels.retrain.kinds import days_of
from clvmodels.retrain.specification import Specification
from clvmodels.retrain.state import State
from clvmodels.runs import Account
from clvmodels.transactions import weekly_sums

# Of the false alarms that a run may give, half are for forecasts and half for the data.
_HALF = 0.5
# Weeks of the log from which its overdispersion is learnt: enough to know it to a quarter, and of the present.
_LEARNT = 52


def accountability(state: State, contenders: Sequence[Specification]) -> tuple[Account, ...]:
    """Forecasts of earlier runs whose windows have passed, beside what happened."""
    reading = state.log
    windows = passed(state.before.history, reading.until)
    recipe = (state.before.champion or contenders[0]).recipe
    options = reading.profile.options
    log = Log(reading.transactions, options, reading.first, reading.until, _allowed(state), recipe)
    return accounts(windows, log, _HALF * state.config.drift.false_alarm_rate)


def _allowed(state: State) -> float:
    """The overdispersion that forecasts are allowed."""
    given = state.config.drift.overdispersion
    if not isinstance(given, str):
        return float(given)
    weeks = state.log.profile.weeks
    repeat = np.bincount(weeks.week, weights=weeks.repeat, minlength=weeks.weeks).astype(np.float64)
    return dispersion(repeat[1:][-_LEARNT:])


def drift(state: State, judged: Sequence[Account]) -> tuple[Finding, ...]:
    """All findings about what changed."""
    log, settings = state.log, state.config.drift
    watched = figures(log.profile.weeks, weekly_sums(log.transactions, log.profile.options))
    watch = Watch(
        recent=max(days_of(settings.recent) // 7, 1),
        reference=max(days_of(settings.reference) // 7, FEWEST_WEEKS),
        share=_HALF * settings.false_alarm_rate / len(watched),
        min_change=settings.min_change,
    )
    found = [*missed_forecasts(judged), *findings(watched, watch)]
    if state.before.stored is not None:
        before = state.before.stored.outcome
        others = changed_schema(state.outcome.schema, before.schema), missing_ids(state.outcome.data, before.data)
        found += [one for one in others if one is not None]
    return tuple(found)
