"""Changes of customers' future behaviour: in words, and as factors."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.errors import InputError, WrongTypeError

_PERCENT = re.compile(r"\s*([+-]?)\s*(\d+\.?\d*|\.\d+)\s*%\s*")

# What stays as it is while customers buy more or less often.
PER_PURCHASE, PER_TIME = "dropout per purchase", "churn per time"


def change_of(given: object, name: str) -> float:
    """A change as a share of what there is: 0.1 for "+10%".

    Raises
    ------
    InputError
        If it cannot be read, or takes away more than all.

    Examples
    --------
    >>> from clvmodels.segments.changes import change_of
    >>> change_of("+10%", "frequency"), change_of("-2.5 %", "churn"), change_of(-0.2, "churn")
    (0.1, -0.025, -0.2)
    """
    if isinstance(given, str):
        found = _PERCENT.fullmatch(given.replace("\N{MINUS SIGN}", "-"))
        if not found:
            raise InputError(f"The change of {name} {given!r} cannot be read.", advice='Write it as "+10%" or "-5%".')
        change = float(found[1] + found[2]) / 100
    else:
        change = _share(given, name)
    if not -1 <= change < np.inf:
        raise InputError(f"The change of {name} {given!r} takes away more than there is.", advice='At most "-100%".')
    return change


def _share(given: object, name: str) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float, np.integer, np.floating)):
        raise WrongTypeError(f"The change of {name} {given!r} is no change.", advice='Write it as "+10%", or 0.1.')
    share = float(given)
    if not share <= 1:
        raise InputError(
            f"The change of {name} {given!r} is above 1 or no number.",
            advice=f'It is a share, not a percentage: write 0.1 for ten percent, or "+{share:g}%" if that is meant.',
        )
    return share


@dataclass(frozen=True)
class Change:
    """Factors by which customers' future differs from what their past lets expect.

    Attributes
    ----------
    order_value
        Of every order's value.
    rate
        Of a customer's own purchase rate, as long as the customer is alive.
    dropout
        Of a customer's own probability of dropping out after a purchase, which stays at most 1.
    """

    order_value: float = 1.0
    rate: float = 1.0
    dropout: float = 1.0

    @classmethod
    def of(cls, order_value: float, frequency: float, churn: float, hold: object) -> "Change":
        """From changes as shares, with what stays as it is while customers buy more or less often.

        Raises
        ------
        InputError
            If `hold` is neither of the two, or the rate is 0 and churn per time is held.
        """
        if hold not in (PER_PURCHASE, PER_TIME):
            raise InputError(
                f"hold={hold!r} is not known.",
                advice=f'It is "{PER_PURCHASE}" (who buys more often leaves earlier) or "{PER_TIME}".',
            )
        rate, dropout = 1.0 + frequency, 1.0 + churn
        if hold == PER_TIME and rate == 0:
            raise InputError(
                "Who never buys cannot drop out after a purchase.",
                advice=f'A frequency of "-100%" needs hold="{PER_PURCHASE}".',
            )
        return cls(1.0 + order_value, rate, dropout / rate if hold == PER_TIME else dropout)

    @property
    def timing(self) -> tuple[float, float]:
        """What concerns purchases: rate and dropout."""
        return self.rate, self.dropout


NO_CHANGE = Change()


@dataclass(frozen=True)
class Changed:
    """A kernel's formulas for a changed future.

    Attributes
    ----------
    kernel
        A `PurchaseKernel`, which says what is known of today.
    timing
        Factors of rate and dropout.

    Raises
    ------
    InputError
        If the kernel does not know how to change the future.
    """

    kernel: Any
    timing: tuple[float, float]

    def __post_init__(self) -> None:
        if self.changes and not hasattr(self.kernel, "purchases_if_changed"):
            raise InputError(
                "This model of purchases has no formulas for changed frequency or churn.",
                advice="Change order_value only, or use BGNBD or MBGNBD.",
            )

    @property
    def changes(self) -> bool:
        """Whether there is anything that changes."""
        return self.timing != NO_CHANGE.timing

    def probability_alive(self, *arguments: ArrayLike) -> FloatArray:
        """As today."""
        probability: FloatArray = self.kernel.probability_alive(*arguments)
        return probability

    def purchases_if_alive(
        self, x: FloatArray, T: FloatArray, horizon: float, delta: float, *theta: float
    ) -> FloatArray:
        """Expected discounted purchases of customers alive today, shape (n,)."""
        return self._ahead("purchases", x, T, horizon, delta, *theta)

    def lifetime_if_alive(
        self, x: FloatArray, T: FloatArray, horizon: float, delta: float, *theta: float
    ) -> FloatArray:
        """Expected discounted time alive, shape (n,)."""
        return self._ahead("lifetime", x, T, horizon, delta, *theta)

    def _ahead(
        self, quantity: str, x: FloatArray, T: FloatArray, horizon: float, delta: float, *theta: float
    ) -> FloatArray:
        kind, factors = ("changed", self.timing) if self.changes else ("alive", ())
        expected: FloatArray = getattr(self.kernel, f"{quantity}_if_{kind}")(x, T, horizon, delta, *factors, *theta)
        return expected
