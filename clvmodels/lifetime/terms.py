"""How purchases are turned into value: horizon, discounting, margin and costs."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

from clvmodels.errors import InputError
from clvmodels.peers import ExplainsPeerCalls
from clvmodels.units import CostRate, Horizon, TimeUnit, non_negative


@dataclass(frozen=True, kw_only=True)
class Terms(ExplainsPeerCalls):
    """Settings that a valuation and its recipe share; `LifetimeValue` describes them."""

    horizon: object
    discount_rate: float = 0.0
    margin: float = 1.0
    retention_cost: str | CostRate | None = None
    acquisition_cost: float | None = None

    def __post_init__(self) -> None:
        share(self.discount_rate, "discount rate")
        share(self.margin, "margin")
        if Horizon.parse(self.horizon).endless and not self.discount_rate:
            raise InputError(
                "The whole future has no finite value without discounting.",
                advice='Give a positive discount_rate, or a horizon such as "3 years".',
            )
        if self.acquisition_cost is not None:
            non_negative(self.acquisition_cost, "acquisition cost")
        if self.retention_cost is not None:
            CostRate.parse(self.retention_cost)

    def over(self, horizon: object) -> Self:
        """The same over another horizon."""
        return replace(self, horizon=horizon)

    def terms(self) -> dict[str, Any]:
        """The settings by name, without what a subclass adds."""
        return {term.name: getattr(self, term.name) for term in fields(Terms)}

    def cost_per(self, unit: TimeUnit) -> float:
        """Retention cost per unit of time; 0 where there is none."""
        return 0.0 if self.retention_cost is None else CostRate.parse(self.retention_cost).per(unit)


def share(value: object, name: str) -> None:
    """Refuse what is no share, 0 to 1.

    Raises
    ------
    InputError
        If it is negative, above 1 or not a number.
    """
    if non_negative(value, name) > 1:
        raise InputError(
            f"The {name} {value!r} is above 1.", advice="It is a share, not a percentage: write 0.1 for ten percent."
        )
