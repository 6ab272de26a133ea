"""What models of purchases have in common, and models of order values."""

from dataclasses import dataclass
from typing import ClassVar

from clvmodels.fitting import (
    Limit,
    Method,
    PurchaseFit,
    PurchaseKernel,
    SpendFit,
    SpendKernel,
    fit_at,
    fit_purchases,
    fit_spend,
)
from clvmodels.parameters import Parameter
from clvmodels.transactions import Summary

# How far out a limit's parameters lie, in logs. 1e12 times larger than a customer's counts changes no digit of a
# likelihood; towards zero a parameter competes with the probability of long silence, and goes much further.
LARGE, TINY = 27.6, -300.0


@dataclass(frozen=True)
class PurchaseModel:
    """A model of when customers purchase and when they stop; configuration only, without fitted state."""

    name: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]
    columns: ClassVar[tuple[str, ...]] = ("frequency", "recency", "T")
    kernel: ClassVar[PurchaseKernel]
    limits: ClassVar[tuple[Limit, ...]]

    def fit(self, summary: Summary, method: Method | None = None) -> PurchaseFit:
        """Fit to the customers of a summary, by maximum likelihood unless another method is given."""
        return fit_purchases(self, summary, method)

    def at(self, *, time_unit: str, **values: float) -> PurchaseFit:
        """A fit at given parameters, without covariance; times are in `time_unit`."""
        return fit_at(PurchaseFit, self, values, time_unit)


@dataclass(frozen=True)
class SpendModel:
    """A model of order values; configuration only, without fitted state."""

    name: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]
    columns: ClassVar[tuple[str, ...]] = ("spend_periods", "monetary_value")
    kernel: ClassVar[SpendKernel]
    limits: ClassVar[tuple[Limit, ...]]

    def fit(self, summary: Summary, method: Method | None = None) -> SpendFit:
        """Fit to the repeat buyers of a summary, by maximum likelihood unless another method is given."""
        return fit_spend(self, summary, method)

    def at(self, *, time_unit: str = "day", **values: float) -> SpendFit:
        """A fit at given parameters, without covariance; order values have no unit of time."""
        return fit_at(SpendFit, self, values, time_unit)
