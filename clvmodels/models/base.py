"""What models of purchases have in common, and models of order values."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, overload

from clvmodels.fitting import (
    GroupedPurchaseFit,
    GroupedSpendFit,
    Limit,
    Method,
    PurchaseFit,
    PurchaseKernel,
    SpendFit,
    SpendKernel,
    fit_at,
    fit_purchases,
    fit_purchases_by,
    fit_spend,
    fit_spend_by,
    formulas_of,
    merge_priors,
    purchases_before_data,
    spend_before_data,
)
from clvmodels.fitting.pages import model_html
from clvmodels.models.registry import MODELS, register
from clvmodels.parameters import BetaPair, Parameter
from clvmodels.peers import ExplainsPeerCalls, ExplainsPeerNames
from clvmodels.priors import Prior
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd

# How far out a limit's parameters lie, in logs. 1e12 times larger than a customer's counts changes no digit of a
# likelihood; towards zero a parameter competes with the probability of long silence, and goes much further.
LARGE, TINY = 27.6, -300.0

FitT = TypeVar("FitT")
GroupedT = TypeVar("GroupedT")


@dataclass(frozen=True)
class Model(ExplainsPeerCalls, ExplainsPeerNames, Generic[FitT, GroupedT]):
    """What all models have: configuration only, without fitted state.

    A subclass states its name, kernel, parameters, default priors and limits, and is known by its name from then on: to
    `clv.save` and `clv.load`, and on the command line.

    Parameters
    ----------
    priors
        Distributions of `clvmodels.priors` by parameter, for the methods that ask for them; what is left out has a
        default.
    """

    priors: Mapping[str, Prior] = field(default_factory=dict)

    name: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]
    columns: ClassVar[tuple[str, ...]]
    kernel: ClassVar[PurchaseKernel | SpendKernel]
    limits: ClassVar[tuple[Limit, ...]]
    pairs: ClassVar[tuple[BetaPair, ...]] = ()
    default_priors: ClassVar[Mapping[str, Prior]]
    # The protocol of its kernel.
    _formulas: ClassVar[type]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__:
            register(cls, formulas_of(cls._formulas))

    def __post_init__(self) -> None:
        object.__setattr__(self, "priors", merge_priors(self, self.default_priors, self.priors))

    def _repr_html_(self) -> str:
        return model_html(self)

    @overload
    def fit(self, summary: Summary, method: Method | None = None, *, by: None = None) -> FitT: ...

    @overload
    def fit(self, summary: Summary, method: Method | None = None, *, by: str) -> GroupedT: ...

    def fit(self, summary: Summary, method: Method | None = None, *, by: str | None = None) -> FitT | GroupedT:
        """Fit to the customers of a summary; a model of order values, to the repeat buyers among them.

        Parameters
        ----------
        summary
            Customers.
        method
            How to fit; by maximum likelihood unless another method is given.
        by
            An attribute of the summary, such as "channel": each of its values gets a fit of its own, and a customer
            is predicted by the fit of their group. Customers without a value are a group too.
        """
        return self._fit(summary, method) if by is None else self._fit_by(by, summary, method)

    def prior_predictive(self, summary: Summary, level: float = 0.9, draws: int = 500, seed: int = 0) -> "pd.DataFrame":
        """What the priors imply of customers such as these, before their purchases are looked at.

        Parameters
        ----------
        summary
            Customers, whose ages and scale are used, and whose purchases stand beside.
        level
            Of the intervals.
        draws, seed
            How many draws from the priors, and the seed of the random numbers.

        Returns
        -------
        pandas.DataFrame
            A row per parameter and per quantity that can be observed: quantity, observed, lower, median, upper.
        """
        return self._before_data(summary, level, draws, seed)

    @abstractmethod
    def _fit(self, summary: Summary, method: Method | None) -> FitT: ...

    @abstractmethod
    def _fit_by(self, by: str, summary: Summary, method: Method | None) -> GroupedT: ...

    @abstractmethod
    def _before_data(self, summary: Summary, level: float, draws: int, seed: int) -> "pd.DataFrame": ...


@dataclass(frozen=True)
class PurchaseModel(Model[PurchaseFit, GroupedPurchaseFit]):
    """A model of when customers purchase and when they stop."""

    columns: ClassVar[tuple[str, ...]] = ("frequency", "recency", "T")
    kernel: ClassVar[PurchaseKernel]
    # What data say of customers that this model describes best, as `clv.select` puts it.
    finding: ClassVar[str] = ""
    _formulas: ClassVar[type] = PurchaseKernel

    def at(self, *, time_unit: str, **values: float) -> PurchaseFit:
        """A fit at given parameters, without covariance; times are in `time_unit`."""
        return fit_at(PurchaseFit, self, values, time_unit)

    def _fit(self, summary: Summary, method: Method | None) -> PurchaseFit:
        return fit_purchases(self, summary, method)

    def _fit_by(self, by: str, summary: Summary, method: Method | None) -> GroupedPurchaseFit:
        return fit_purchases_by(by, self, summary, method)

    def _before_data(self, summary: Summary, level: float, draws: int, seed: int) -> "pd.DataFrame":
        return purchases_before_data(self, summary, level, draws, seed)


@dataclass(frozen=True)
class SpendModel(Model[SpendFit, GroupedSpendFit]):
    """A model of order values."""

    columns: ClassVar[tuple[str, ...]] = ("spend_periods", "monetary_value")
    kernel: ClassVar[SpendKernel]
    _formulas: ClassVar[type] = SpendKernel

    def at(self, *, time_unit: str = "day", **values: float) -> SpendFit:
        """A fit at given parameters, without covariance; order values have no unit of time."""
        return fit_at(SpendFit, self, values, time_unit)

    def _fit(self, summary: Summary, method: Method | None) -> SpendFit:
        return fit_spend(self, summary, method)

    def _fit_by(self, by: str, summary: Summary, method: Method | None) -> GroupedSpendFit:
        return fit_spend_by(by, self, summary, method)

    def _before_data(self, summary: Summary, level: float, draws: int, seed: int) -> "pd.DataFrame":
        return spend_before_data(self, summary, level, draws, seed)


def purchase_models() -> dict[str, type[PurchaseModel]]:
    """All models of purchases by name.

    Examples
    --------
    >>> from clvmodels.models import purchase_models
    >>> {"NBD", "BG/NBD", "MBG/NBD"} <= set(purchase_models())
    True
    """
    return {name: model for name, model in MODELS.items() if issubclass(model, PurchaseModel)}
