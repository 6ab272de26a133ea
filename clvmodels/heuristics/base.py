"""What all rules of thumb share: terms of a valuation, and a fit that makes a `LifetimeValue`."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from clvmodels.errors import InputError
from clvmodels.heuristics.past import Past, PastWithoutMoney
from clvmodels.heuristics.rules import PurchaseRule, SpendRule
from clvmodels.lifetime import LifetimeValue, Terms
from clvmodels.transactions import Calibration, Summary
from clvmodels.units import Horizon, TimeUnit


@dataclass(frozen=True, kw_only=True)
class Heuristic(Terms, ABC):
    """A rule of thumb, not yet applied: the settings of a valuation, over one year unless told otherwise."""

    horizon: object = "1 year"

    def fit(self, calibration: Calibration | Summary) -> LifetimeValue:
        """Learn from the calibration period only, or from a summary where the rule needs no more.

        Raises
        ------
        InputError
            If a column is missing, or nothing can be learnt.
        WrongTypeError
            If the rule learns from transactions and only a summary is given.
        """
        purchases, spend = self._learn(Past.of(calibration))
        return LifetimeValue(purchases, spend, **self.terms())

    def fit_purchases(self, calibration: Calibration | Summary) -> PurchaseRule:
        """Learn what the rule says of purchases alone, also from logs without amounts.

        Raises
        ------
        InputError
            If the rule learns its purchases from money, as `RFMCells` and `CohortCurve` do.
        """
        purchases, _ = self._learn(PastWithoutMoney.of(calibration))
        return purchases

    def purchases_only(self) -> "PurchasesOnly":
        """The rule as a contender that knows nothing of money."""
        return PurchasesOnly(self)

    @abstractmethod
    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        """The rule as what it predicts of purchases and of order values."""

    def _window(self, unit: TimeUnit) -> float:
        """Length of the horizon in days, for rules that expect the same again within it."""
        length = Horizon.parse(self.horizon)
        if length.endless or not length.amount:
            raise InputError(
                f"{type(self).__name__} says what happens within a horizon, and {length} is none.",
                advice='Give one such as "1 year".',
            )
        return length.in_unit(unit) * unit.days


@dataclass(frozen=True)
class PurchasesOnly:
    """A rule of thumb of which only purchases are asked, for logs without amounts.

    Attributes
    ----------
    rule
        The heuristic.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> rule = clv.heuristics.PastRate().purchases_only().fit(summary)
    >>> round(float(rule.expected_purchases(summary, "39 weeks").sum()))  # 1,882 came
    2930
    """

    rule: Heuristic

    def over(self, horizon: object) -> "PurchasesOnly":
        """The same over another horizon."""
        return PurchasesOnly(self.rule.over(horizon))

    def fit(self, calibration: Calibration | Summary) -> PurchaseRule:
        """Learn from the calibration period only."""
        return self.rule.fit_purchases(calibration)


def positive_length(value: object, name: str) -> Horizon:
    """The value as a finite length of time above 0.

    Raises
    ------
    InputError
        If it is none.
    """
    length = Horizon.parse(value)
    if length.endless or not length.amount:
        raise InputError(f"{name}={value!r} is no length of time above 0.", advice='Such as "26 weeks".')
    return length
