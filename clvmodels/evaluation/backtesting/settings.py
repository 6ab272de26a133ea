"""What a backtest asks of every contender alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting import tails_of
from clvmodels.lifetime import Terms
from clvmodels.metrics.ranking import TIES
from clvmodels.models import PurchaseModel


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The keywords of `backtest`, checked; it describes them.

    Examples
    --------
    >>> from clvmodels.evaluation.backtesting.settings import Settings
    >>> Settings(horizon="26 weeks", time_unit="week", level=0.8).levels
    (0.5, 0.8, 0.9, 0.95)
    """

    horizon: object
    time_unit: str
    level: float | None = None
    draws: int = 500
    seed: int = 0
    margin: float = 1.0
    discount_rate: float = 0.0
    ties: str = "share"
    summarize: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.level is not None:
            tails_of(self.level)
        whole(self.draws, "draws", 2)
        whole(self.seed, "seed", 0)
        if self.ties not in TIES:
            raise InputError(f"ties={self.ties!r} is not possible.", advice='Use "share" or "first".')
        # The same checks as where the terms of a valuation are given.
        Terms(horizon=self.horizon, margin=self.margin, discount_rate=self.discount_rate)

    @property
    def levels(self) -> tuple[float, ...]:
        """Levels of the intervals whose coverage is measured; none where no level was asked for."""
        return () if self.level is None else tuple(sorted({0.5, 0.8, 0.9, 0.95, float(self.level)}))

    @property
    def value_is_revenue(self) -> bool:
        """Whether the whole revenue is kept and nothing is discounted."""
        return self.margin == 1.0 and not self.discount_rate

    def apply(self, terms: Terms) -> Terms:
        """A recipe or valuation with the margin and the discount rate that all are judged by."""
        if (terms.margin, terms.discount_rate) == (self.margin, self.discount_rate):
            return terms
        return replace(terms, margin=self.margin, discount_rate=self.discount_rate)


def common_term(contenders: Mapping[str, Any], name: str, given: float | None, default: float) -> float:
    """The margin or discount rate of all contenders that have one, or the one that was given.

    Raises
    ------
    InputError
        If contenders differ, since then their values are of different things.
    """
    if given is not None:
        return given
    found = {label: getattr(contender, name) for label, contender in contenders.items() if isinstance(contender, Terms)}
    if len(set(found.values())) > 1:
        raise InputError(
            f"The contenders have different values of {name}, so that their values cannot be compared.",
            rows=[f"{label}: {value!r}" for label, value in found.items()],
            advice=f"Say {name}=, by which all of them are then judged.",
        )
    return next(iter(found.values()), default)


def require_contenders(contenders: object) -> Mapping[str, Any]:
    """The contenders by name, each of which can be fitted.

    Raises
    ------
    InputError
        If there is none.
    WrongTypeError
        If they have no names, or one of them cannot be fitted.
    """
    if not isinstance(contenders, Mapping):
        raise WrongTypeError(
            f"Contenders are a dictionary from names, not a {type(contenders).__name__}.",
            advice='Such as contenders={"BG/NBD": clv.Pipeline(...)}.',
        )
    if not contenders:
        raise InputError("There are no contenders.", advice='Such as contenders={"BG/NBD": clv.Pipeline(...)}.')
    for name, contender in contenders.items():
        if not isinstance(name, str):
            raise WrongTypeError(f"The contender {name!r} has no name of text.")
        if not callable(getattr(contender, "fit", None)) or isinstance(contender, type):
            raise WrongTypeError(
                f"The contender {name!r} is a {type(contender).__name__}, which has no fit(calibration).",
                advice="A contender is not fitted yet: a Pipeline, a heuristic, or a class of your own with fit.",
            )
    return contenders


def fit(contender: Any, calibration: Any) -> Any:
    """What a contender learns from a calibration; models of purchases take its summary."""
    return contender.fit(calibration.summary if isinstance(contender, PurchaseModel) else calibration)


def whole(value: object, name: str, least: int) -> int:
    """The value if it is a whole number of at least so much.

    Raises
    ------
    InputError
        If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(f"{name}={value!r} is no whole number of at least {least}.")
    return int(value)
