"""A recipe for a valuation: models and settings, not yet fitted."""

from dataclasses import dataclass, field

from clvmodels.errors import WrongTypeError
from clvmodels.fitting import MLE, Method, require_summary
from clvmodels.lifetime.terms import Terms
from clvmodels.lifetime.value import LifetimeValue
from clvmodels.models import PurchaseModel, SpendModel
from clvmodels.transactions import Calibration, Summary


@dataclass(frozen=True)
class Pipeline(Terms):
    """Models, fitting method and terms of a valuation; `fit` turns it into a `LifetimeValue`.

    Parameters
    ----------
    purchases, spend
        Models, not fitted.
    method
        How to fit both; maximum likelihood by default.
    by
        An attribute of the summary: each of its values gets fits of its own.
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> recipe = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="26 weeks", margin=0.35)
    >>> print(recipe.fit(tx.summarize(time_unit="week", until="1997-09-30")).new_customer())
    23.40
    """

    purchases: PurchaseModel
    spend: SpendModel
    method: Method = field(default_factory=MLE)
    by: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for role, kind in (("purchases", PurchaseModel), ("spend", SpendModel)):
            if not isinstance(getattr(self, role), kind):
                raise WrongTypeError(
                    f"A {type(getattr(self, role)).__name__} is no model of {role}.",
                    advice="A pipeline takes models that are not fitted, such as BGNBD() and GammaGamma().",
                )

    def fit(self, calibration: Calibration | Summary) -> LifetimeValue:
        """Fit both models to a calibration period, or to a summary."""
        summary = require_summary(calibration.summary if isinstance(calibration, Calibration) else calibration)
        purchases = self.purchases.fit(summary, self.method, by=self.by)
        spend = self.spend.fit(summary, self.method, by=self.by)
        return LifetimeValue(purchases, spend, **self.terms())
