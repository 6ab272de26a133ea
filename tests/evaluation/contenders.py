"""Contenders of other people's making, and logs for them: what a backtest has to get along with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import clvmodels as clv

WEEKS_BEFORE, WEEKS_AFTER = 52, 26
START, CUTOFF = pd.Timestamp("2023-01-01"), "2023-12-31"


@dataclass(frozen=True)
class Table:
    """A value predictor that has nothing but the table and its total."""

    make: Callable[[clv.Summary], pd.DataFrame]

    def predict(self, summary: clv.Summary, level: float | None = None) -> pd.DataFrame:
        if level is not None:
            raise clv.errors.InputError("A table is all there is.")
        return self.make(summary)

    def total(self, summary: clv.Summary, level: float | None = None) -> clv.Estimate:
        assert level is None
        return clv.Estimate(float(self.make(summary).iloc[:, 1].sum()))


@dataclass(frozen=True)
class Rule:
    """Expects what a function of the summary says."""

    purchases: Callable[[clv.Summary], Any]

    def fit(self, calibration: Any) -> Table:
        del calibration
        return Table(
            lambda summary: pd.DataFrame({"customer_id": summary.ids(), "expected_purchases": self.purchases(summary)})
        )


@dataclass(frozen=True)
class Broken:
    """Raises where a day comes, and else expects one purchase of everybody."""

    error: BaseException
    at: str | None = None

    def fit(self, calibration: Any) -> Table:
        if self.at is None or str(calibration.cutoff) == self.at:
            raise self.error
        return Rule(lambda summary: np.ones(len(summary))).fit(calibration)


@dataclass(frozen=True)
class Knowing:
    """Knows each customer's rate per week, with an error on the log scale that is its own."""

    rates: dict[int, float]
    error: float = 0.0
    seed: int = 0

    def fit(self, calibration: Any) -> Table:
        del calibration
        return Table(self.table)

    def table(self, summary: clv.Summary) -> pd.DataFrame:
        ids = summary.ids()
        wrong = dict(zip(self.rates, np.random.default_rng(self.seed).standard_normal(len(self.rates)), strict=True))
        mean = np.array([self.rates[i] * np.exp(self.error * wrong[i] - 0.5 * self.error**2) for i in ids])
        purchases = mean * WEEKS_AFTER
        return pd.DataFrame(
            {
                "customer_id": ids,
                "expected_purchases": purchases,
                "expected_revenue": 10.0 * purchases,
                "clv": 10.0 * purchases,
                "probability_active": -np.expm1(-purchases),
            }
        )


def planted(customers: int = 600, seed: int = 1) -> tuple[clv.Transactions, dict[int, float]]:
    """A log of customers who never leave and purchase at rates that are handed out, 10 a time."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(0.8, 0.1, customers)
    days = (WEEKS_BEFORE + WEEKS_AFTER) * 7
    rows = [(i, START) for i in range(customers)]
    for i, rate in enumerate(rates):
        # At most one purchase a day, as a log of days counts them.
        rows += [(i, START + pd.Timedelta(int(day), "D")) for day in np.flatnonzero(rng.random(days) < rate / 7)]
    rows.append((0, START + pd.Timedelta(days + 30, "D")))
    log = pd.DataFrame(rows, columns=["id", "day"]).assign(paid=10.0)
    tx = clv.Transactions(log, customer="id", time="day", amount="paid")
    return tx, dict(enumerate(rates.tolist()))
