"""No contender knows the future: whatever happens after a cut-off, what was said at it stays the same."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from tests.evaluation.contenders import Rule

CUTOFFS = ["1997-07-31", "1997-10-31"]
FORECASTS = [
    "cutoff",
    "contender",
    "customer_id",
    "expected_purchases",
    "expected_revenue",
    "clv",
    "probability_active",
]
HEURISTICS = clv.heuristics

# Every kind of contender that the package has.
CONTENDERS: dict[str, Any] = {
    "BG/NBD x Gamma-Gamma": clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="1 year"),
    "BG/NBD": clv.BGNBD(),
    "of another make": Rule(lambda summary: summary.column("frequency")),
    **{
        name: getattr(HEURISTICS, name)(**({"retention_cost": "1 per year"} if name == "RevenueLessCost" else {}))
        for name in HEURISTICS.__all__
        if isinstance(getattr(HEURISTICS, name), type)
    },
}


def late(log):
    return log["date"] > CUTOFFS[0]


def other_purchases(log):
    """Another amount and another day."""
    moved = (log["date"] + pd.to_timedelta(np.arange(len(log)) % 5, "D")).clip(upper=log["date"].max())
    paid = 1_000.0 * log["amount"] + 1.0
    return log.assign(amount=log["amount"].where(~late(log), paid), date=log["date"].where(~late(log), moved))


def other_people(log):
    """Purchases change hands, newcomers arrive, and every third purchase is given back."""
    back = log["amount"].where(~late(log) | (log.index % 3 > 0), -log["amount"])
    changed = log.assign(amount=back, customer_id=log["customer_id"].where(~late(log), 2358 - log["customer_id"]))
    newcomers = log[late(log)].assign(customer_id=lambda rows: rows["customer_id"] + 100_000)
    return pd.concat([changed, newcomers], ignore_index=True)


def silence(log):
    """Nothing but the last row of all, with which the log ends where it did."""
    return log[~late(log) | (log.index == log["date"].idxmax())]


def later_end(log):
    return pd.concat([log, log.tail(1).assign(date=pd.Timestamp("2003-01-01"))], ignore_index=True)


CHANGES = [other_purchases, other_people, silence, later_end]


def said(log, contenders, cutoffs=CUTOFFS[:1]):
    """What contenders say at cut-offs of a log."""
    tx = clv.Transactions(log, customer="customer_id", time="date", amount="amount")
    found = clv.backtest(tx, contenders, cutoffs=cutoffs, horizon="26 weeks", time_unit="week")
    assert found.failures.empty
    return found.predictions()[FORECASTS]


@pytest.fixture(scope="module")
def before():
    return said(clv.datasets.cdnow(), CONTENDERS)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_no_contender_knows_what_happens_after_the_cut_off(change, before):
    log = clv.datasets.cdnow()
    changed = change(log)
    pd.testing.assert_frame_equal(changed[changed["date"] <= CUTOFFS[0]], log[~late(log)], check_like=True)
    assert not changed.equals(log)
    after = said(changed, CONTENDERS)
    assert set(after["contender"]) == set(CONTENDERS)
    pd.testing.assert_frame_equal(after, before, check_exact=True)


def test_a_cut_off_does_not_know_of_another(before):
    both = said(clv.datasets.cdnow(), CONTENDERS, CUTOFFS)
    first = both[both["cutoff"] == before["cutoff"].iloc[0]].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, before, check_exact=True)


@dataclass
class Peeking:
    """Looks at the whole log."""

    log: pd.DataFrame

    def fit(self, calibration):
        return Rule(lambda summary: np.full(len(summary), self.log["amount"].sum())).fit(calibration)


def test_the_look_for_leaks_sees_one():
    log = clv.datasets.cdnow()
    changed = other_purchases(log)
    with pytest.raises(AssertionError, match="expected_purchases"):
        pd.testing.assert_frame_equal(said(changed, {"a": Peeking(changed)}), said(log, {"a": Peeking(log)}))
