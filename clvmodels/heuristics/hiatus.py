"""The hiatus rule: whoever has been silent for too long is gone."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.fitting import read
from clvmodels.heuristics.base import Heuristic, positive_length
from clvmodels.heuristics.extrapolation import OwnRate
from clvmodels.heuristics.formulas import best_threshold
from clvmodels.heuristics.past import Past, counts_of
from clvmodels.heuristics.rules import PurchaseRule, RepeatMean, SpendRule
from clvmodels.transactions import Summary
from clvmodels.units import Horizon


@dataclass(frozen=True, eq=False, kw_only=True)
class ActiveRate(OwnRate):
    """The customer's own rate while the silence is no longer than the threshold."""

    threshold: Horizon

    def probability_alive(self, summary: Summary) -> FloatArray:
        """One up to the threshold and zero beyond, shape (n,)."""
        # As the rule is written, in the summary's own unit: where a silence is the threshold to the day and the unit is
        # no divisor of it, the last binary digit decides. In days all is exact.
        silence = summary.column("T") - summary.column("recency")
        return np.asarray(silence <= self.threshold.in_unit(summary.time_unit), dtype=float)


@dataclass(frozen=True)
class Hiatus(Heuristic):
    """Hiatus: customers are gone after a threshold of silence, and the others go on at their own pace.

    probability_alive = 0 where T - t_x > threshold, else 1; expected_purchases = x / T * h of those who are active;
    expected_order_value = the customer's mean repeat purchase. The rule of managers that Wuebben and von Wangenheim
    (2008) put beside the models.

    Parameters
    ----------
    threshold
        Text with a unit ("8 weeks"), or a number in the summary's unit. None tunes it: the calibration is cut once
        more, a window before its cut-off, and the threshold is the silence then that best tells who bought in the
        window from who did not: the highest sum of the shares of buyers and of others that are told rightly. This
        needs the calibration with its log. The outcome is `fit(...).purchases.threshold`.
    window
        Length of that window; None for the horizon, or half the age of the oldest customer if that is shorter.
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
    >>> value = clv.heuristics.Hiatus("8 weeks", horizon="39 weeks").fit(calibration)
    >>> round(float(value.predict(calibration.summary)["expected_purchases"].sum()))  # 1,882 came
    1403
    >>> print(clv.heuristics.Hiatus(horizon="39 weeks").fit(calibration).purchases.threshold)
    10.2857 weeks
    """

    threshold: object = None
    window: object = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("threshold", "window"):
            if getattr(self, name) is not None:
                positive_length(getattr(self, name), name)

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        threshold = self._tuned(past) if self.threshold is None else Horizon.parse(self.threshold).in_unit(past.unit)
        rule = ActiveRate(past.unit, past.repeat_rate, threshold=Horizon(threshold, past.unit))
        return rule, RepeatMean(past.repeat_order_value)

    def _tuned(self, past: Past) -> float:
        earlier = past.earlier(type(self).__name__, self.window, self.horizon)
        rows = read(earlier.summary, ("recency", "T", "purchases"))
        recency, T, purchases = rows.columns
        return best_threshold(T - recency, (purchases > 0).astype(float), counts_of(rows))
