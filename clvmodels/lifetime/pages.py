"""A valuation as HTML for notebooks."""

from typing import TYPE_CHECKING

from clvmodels.fitting import PurchaseFit, SpendFit
from clvmodels.markup import sentence, table, written
from clvmodels.units import Horizon

if TYPE_CHECKING:
    from clvmodels.lifetime.value import LifetimeValue


def value_html(value: "LifetimeValue") -> str:
    """What a customer just acquired is worth, and the terms."""
    rate = f" at {100 * value.discount_rate:g}% a year" if value.discount_rate else ""
    text = f"value of customers over {Horizon.parse(value.horizon)}{rate}."
    # Of other predictors nobody knows how long that takes, or whether they can.
    if isinstance(value.purchases, PurchaseFit) and isinstance(value.spend, SpendFit):
        text += f" A customer just acquired is worth {written(value.new_customer().mean)}, first order included."
    terms = [[name.replace("_", " "), _term(setting)] for name, setting in value.terms().items()]
    parts: list[list[object]] = [["purchases", repr(value.purchases)], ["order values", repr(value.spend)]]
    return sentence(text, strong="LifetimeValue:") + table(["setting", "value"], terms + parts)


def _term(setting: object) -> object:
    return "none" if setting is None else str(setting)
