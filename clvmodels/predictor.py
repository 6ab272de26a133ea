"""What the rest of the package may ask of a predictor, be it a fitted model or a rule of thumb."""

from collections.abc import Collection
from functools import partial
from typing import Any, Protocol, runtime_checkable

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.estimate import Estimate
from clvmodels.transactions import Calibration, Summary
from clvmodels.units import TimeUnit


@runtime_checkable
class PurchasePredictor(Protocol):
    """Predicts when customers purchase.

    Arrays have shape (n,), in the summary's row order. A horizon is text with a unit, a number in the summary's unit,
    or None for the whole future; discount rates are effective per year.
    """

    def probability_alive(self, summary: Summary) -> FloatArray:
        """Probability that a customer has not dropped out."""

    def probability_active(self, summary: Summary, horizon: object) -> FloatArray:
        """Probability of at least one purchase within the horizon."""

    def expected_purchases(self, summary: Summary, horizon: object) -> FloatArray:
        """Expected purchases within the horizon."""

    def discounted_purchases(self, summary: Summary, horizon: object, discount_rate: float) -> FloatArray:
        """Expected purchases within the horizon, each discounted to today."""

    def discounted_lifetime(self, summary: Summary, horizon: object, discount_rate: float) -> FloatArray:
        """Expected time alive within the horizon, discounted likewise, in the summary's unit."""

    def discounted_purchases_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted repeat purchases of a customer just acquired; a bare number is in `time_unit`."""

    def discounted_lifetime_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted time alive of a customer just acquired, in `time_unit`."""

    @property
    def time_unit(self) -> TimeUnit:
        """Unit of the predictor's own time."""


@runtime_checkable
class Outlooking(PurchasePredictor, Protocol):
    """Also makes several predictions at once, whose common work is done once."""

    def outlook(
        self, summary: Summary, horizon: object, discount_rate: float, wanted: Collection[str]
    ) -> dict[str, FloatArray]:
        """Predictions by the names of the methods above, shape (n,) each."""


@runtime_checkable
class PurchaseIntervals(PurchasePredictor, Protocol):
    """Also says how sure it is."""

    def intervals(self, summary: Summary, horizon: object, level: float, seed: int = 0) -> dict[str, FloatArray]:
        """Bounds of purchases and expected purchases by name of column, shape (n,) each."""


@runtime_checkable
class SpendPredictor(Protocol):
    """Predicts what customers spend."""

    def expected_order_value(self, summary: Summary) -> FloatArray:
        """Expected money per purchase, shape (n,)."""

    @property
    def population_mean(self) -> float:
        """Expected money per purchase of a customer of whom nothing is known."""


@runtime_checkable
class SpendIntervals(SpendPredictor, Protocol):
    """Also says how sure it is."""

    def intervals(self, summary: Summary, level: float, seed: int = 0) -> dict[str, FloatArray]:
        """Bounds of the own mean order value and of the expected one by name of column, shape (n,) each."""


@runtime_checkable
class Coded(Protocol):
    """Looks for a column of its own in the summary, such as the group of each customer."""

    def coded(self, summary: Summary) -> Summary:
        """The summary with that column; predictions of blocks of its rows look no further."""


@runtime_checkable
class ValuePredictor(Protocol):
    """Predicts what customers are worth."""

    def predict(self, summary: Summary, level: float | None = None) -> Any:
        """Table with a row per customer, in the caller's kind of frame."""

    def total(self, summary: Summary, level: float | None = None) -> Estimate:
        """Value of all customers together."""


@runtime_checkable
class Contender(Protocol):
    """Something that can be fitted on a calibration period and then values customers."""

    def fit(self, calibration: Calibration | Summary) -> ValuePredictor:
        """Learn from the calibration period only."""


# Predictions that know no discount rate.
UNDISCOUNTED = frozenset({"probability_alive", "probability_active", "expected_purchases"})


def outlook(
    predictor: PurchasePredictor, summary: Summary, horizon: object, discount_rate: float, wanted: Collection[str]
) -> dict[str, FloatArray]:
    """Several predictions of any predictor by the names of its methods, at once where it knows how."""
    ask = predictor.outlook if isinstance(predictor, Outlooking) else partial(one_by_one, predictor)
    return ask(summary, horizon, discount_rate, wanted)


def one_by_one(
    predictor: PurchasePredictor, summary: Summary, horizon: object, discount_rate: float, wanted: Collection[str]
) -> dict[str, FloatArray]:
    """The same by asking for one prediction after the other."""
    found = {}
    for name in wanted:
        rates = () if name in UNDISCOUNTED else (discount_rate,)
        ahead = () if name == "probability_alive" else (horizon,)
        found[name] = getattr(predictor, name)(summary, *ahead, *rates)
    return found


def spread_evenly(expected: FloatArray, length: float, delta: float) -> FloatArray:
    """Discounted purchases of a predictor that knows only their number: spread evenly over the horizon.

    Parameters
    ----------
    expected
        Purchases within the horizon.
    length, delta
        Length of the horizon and continuous discount rate per the same unit.

    Examples
    --------
    >>> from clvmodels.predictor import spread_evenly
    >>> float(spread_evenly(10.0, 1.0, 0.0))
    10.0
    """
    growth = delta * length
    return np.asarray(expected * (-np.expm1(-growth) / growth if growth > 0 else 1.0))
