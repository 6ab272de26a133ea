"""What the demonstration computes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clvmodels import datasets, evaluation
from clvmodels.arrays import FloatArray
from clvmodels.fitting import PurchaseFit, SpendFit
from clvmodels.lifetime import LifetimeValue
from clvmodels.models import BGNBD, GammaGamma
from clvmodels.transactions import Holdout, Summary, Transactions

if TYPE_CHECKING:
    import pandas as pd

CUTOFF, WEEKS = "1997-09-30", 39
DISCOUNT_RATE = 0.10
MOST_VALUABLE = 10
SILENT_WEEKS = (8, 13, 20)


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that the page shows, computed.

    Attributes
    ----------
    summary, holdout
        The customers at the cut-off, and what they did in the 39 weeks after it.
    purchases, spend
        The fitted models.
    totals, groups, rules, tracked
        Forecasts beside what happened: totals, by frequency, against rules of thumb, over time.
    grid
        Probability of being alive and value over frequency and recency.
    best
        The most valuable customers.
    year, future
        Value of all customers over a year and over the whole future.

    Examples
    --------
    >>> from clvmodels.report.cdnow import Study
    >>> Study.run().totals.loc["purchases"].round(1).tolist()
    [1653.4, 1882.0, -0.1]
    """

    summary: Summary
    holdout: Holdout
    purchases: PurchaseFit
    spend: SpendFit
    totals: "pd.DataFrame"
    groups: "pd.DataFrame"
    rules: "pd.DataFrame"
    tracked: "pd.DataFrame"
    grid: evaluation.FrequencyRecencyGrid
    best: "pd.DataFrame"
    year: float
    future: float

    @classmethod
    def run(cls) -> "Study":
        """Compute the study, in about a second."""
        log = Transactions(datasets.cdnow(), customer="customer_id", time="date", amount="amount")
        calibration, holdout = log.split(CUTOFF, f"{WEEKS} weeks", time_unit="week")
        summary = calibration.summary
        purchases, spend = BGNBD().fit(summary), GammaGamma().fit(summary)
        value = LifetimeValue(purchases, spend, horizon="1 year", discount_rate=DISCOUNT_RATE)
        forecast = purchases.expected_purchases(summary, holdout.horizon)
        forecasts = {"BG/NBD": forecast} | rules_of_thumb(summary)
        return cls(
            summary=summary,
            holdout=holdout,
            purchases=purchases,
            spend=spend,
            totals=evaluation.forecast_totals(summary, holdout, purchases, spend),
            groups=evaluation.by_frequency(summary, holdout, purchases),
            rules=evaluation.forecast_errors(forecasts, holdout.column("purchases")),
            tracked=evaluation.tracking(log, calibration, purchases, until=holdout.until),
            grid=evaluation.frequency_recency_grid(value, float(WEEKS), time_unit="week"),
            best=_most_valuable(value, summary, holdout, forecast),
            year=value.total(summary).mean,
            future=value.over(None).total(summary).mean,
        )


def rules_of_thumb(summary: Summary) -> dict[str, FloatArray]:
    """Purchases over the 39 weeks by rules that need no model: the past rate goes on, and silence means gone."""
    x, t_x, T = (summary.column(name) for name in ("frequency", "recency", "T"))
    rate = WEEKS * x / T
    silent = {silence_rule(weeks): np.where(T - t_x > weeks, 0.0, rate) for weeks in SILENT_WEEKS}
    return {"past rate goes on": rate} | silent


def silence_rule(weeks: int) -> str:
    """Name of the rule that expects nothing of those who were silent for longer."""
    return f"silent > {weeks} weeks: 0"


def _most_valuable(value: LifetimeValue, summary: Summary, holdout: Holdout, forecast: FloatArray) -> "pd.DataFrame":
    table: pd.DataFrame = value.predict(summary).assign(
        frequency=summary.column("frequency"),
        forecast=forecast,
        bought=holdout.column("purchases"),
    )
    return table.nlargest(MOST_VALUABLE, "clv")
