"""A simulated year of weekly retrains in which customers' behaviour changes in week 30."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from clvmodels.evaluation import Severity
from clvmodels.retrain import retrain
from clvmodels.runs import Verdict
from tests.retrain.worlds import Shop, day, shop

CHANGE, WITHIN = 30, 4
BEGIN = 52  # weeks of history before the year
WORLD = Shop(new_per_week=20.0, weeks=BEGIN + 53, change=BEGIN + CHANGE, factor=0.5)
RATE = 0.01  # the stated one, of the default configuration
# Believes that customers buy far too often, and never stop.
PINNED = {symbol: {"distribution": "LogNormal", "mu": mu, "sigma": 0.01} for symbol, mu in (("r", 3.0), ("alpha", 0.0))}
PINNED |= {"mean_dropout": {"distribution": "Beta", "alpha": 1.0, "beta": 1e4}}
BAD = {"name": "bad", "method": "MAP", "priors": PINNED}
SETTINGS = {"drift": {"windows": ["1 week", "4 weeks"]}}


@dataclass(frozen=True)
class Year:
    """What the runs of a year said.

    Attributes
    ----------
    weeks
        Of the runs.
    alarms
        Weeks with an alarm.
    bad_passed
        Weeks in which the bad candidate passed its gates or was chosen.
    verdicts
        Of the runs before the change.
    """

    weeks: range
    alarms: tuple[int, ...]
    bad_passed: tuple[int, ...]
    verdicts: frozenset[Verdict]

    @property
    def false(self) -> list[int]:
        """Weeks with an alarm before anything changed."""
        return [week for week in self.alarms if week <= CHANGE]

    @property
    def detected(self) -> bool:
        """Whether the change was told within the weeks allowed."""
        return any(CHANGE < week <= CHANGE + WITHIN for week in self.alarms)


def year(folder: Path, seed: int, weeks: range) -> Year:
    """Retrain every week; the run of week w knows the weeks before it."""
    config = shop(folder, WORLD.log(seed), SETTINGS, candidates=({"name": "good"}, BAD))
    alarms, bad, verdicts = [], [], set()
    for week in weeks:
        outcome = retrain(config, day(BEGIN + week)).outcome
        assert outcome.verdict.published
        if week <= CHANGE:
            verdicts.add(outcome.verdict)
        if any(finding.severity is not Severity.NOTE for finding in outcome.drift):
            alarms.append(week)
        held_back = any(gate.subject == "bad" and not gate.passed for gate in outcome.gates)
        chosen = any(one.name == "bad" and one.chosen for one in outcome.candidates)
        if chosen or not held_back:
            bad.append(week)
    return Year(weeks, tuple(alarms), tuple(bad), frozenset(verdicts))


@pytest.mark.slow
def test_a_change_is_reported_and_chance_is_not(tmp_path, size):
    full = size == "full"
    weeks = range(1, 53) if full else range(CHANGE - 6, CHANGE + WITHIN + 1)
    years = []
    for seed in range(10 if full else 1):
        folder = tmp_path / str(seed)
        folder.mkdir()
        years.append(year(folder, seed, weeks))
    said = [(one.detected, one.false, one.alarms) for one in years]
    assert sum(one.detected for one in years) >= (9 if full else 1), said
    # Expected are at most 3 of 300 runs; with independent runs 10 or more come in one of a thousand such tests.
    assert sum(len(one.false) for one in years) <= (9 if full else 1), said
    assert all(one.bad_passed == () for one in years)
    assert all(one.verdicts == {Verdict.PROMOTED} for one in years)
