"""New customers of a channel: what they are worth, what they cost, and when they have paid for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting import GroupedFit, tails_of
from clvmodels.lifetime import LifetimeValue
from clvmodels.lifetime.uncertainty import new_customer_draws
from clvmodels.segments.segmentation import MISSING
from clvmodels.transactions import Label
from clvmodels.units import Horizon, TimeUnit, discount_intensity, non_negative

_EVERYBODY = "all channels"
# Ages at which a cumulative value is looked at before it is searched for the age of payback: with a retention cost it
# may pass the acquisition cost and fall below it again.
_AGES, _YOUNGEST = 40, 1e-3
# Money so far ahead is worth less than a double's last digit.
_NEGLIGIBLE = 38.0
# Of an age, in months.
_TOLERANCE = 1e-8


@dataclass(frozen=True)
class Offer:
    """New customers of one channel or of several.

    Attributes
    ----------
    name
        Of the channel.
    customers
        That the models were fitted to.
    cost
        Of acquiring one.
    parts
        Shares of the channels, each with its valuation and the place of its draws.
    """

    name: str
    customers: int
    cost: float
    parts: tuple[tuple[float, LifetimeValue, int], ...]

    def row(self, target: float, level: float | None, seed: int) -> dict[str, object]:
        """Of the table."""
        clv = self.worth()
        row: dict[str, object] = {"channel": self.name, "customers": self.customers, "cac": self.cost, "clv": clv}
        if level is None:
            return row | {"ratio": self._ratio(clv), "payback_months": self.payback()}
        draws = self._draws(seed)
        lower, upper = _bounds(draws, level)
        row |= {"clv_lower": lower, "clv_upper": upper, "ratio": self._ratio(clv)}
        row |= {"ratio_lower": self._ratio(lower), "ratio_upper": self._ratio(upper)}
        probability = float(np.mean(draws > target * self.cost))
        return row | {"probability_above_target": probability, "payback_months": self.payback()}

    def worth(self, age: object = None) -> float:
        """Expected value of a new customer up to an age, by default over the whole horizon."""
        values = [(share, part if age is None else part.over(age)) for share, part, _ in self.parts]
        return float(sum(share * part.new_customer().mean for share, part in values))

    def payback(self) -> float:
        """Age in months at which the acquisition is paid for; NaN if it never is."""

        def gain(months: float) -> float:
            return self.worth(Horizon(months, TimeUnit.MONTH)) - self.cost

        if gain(0.0) >= 0:
            return 0.0
        value = self.parts[0][1]
        end = _months(value)
        # Without a retention cost the cumulative value only rises.
        ages = [end] if value.retention_cost is None else np.geomspace(_YOUNGEST * end, end, _AGES).tolist()
        before = 0.0
        for age in ages:
            if gain(age) >= 0:
                return float(brentq(gain, before, age, xtol=_TOLERANCE))
            before = age
        return np.nan

    def _draws(self, seed: int) -> FloatArray:
        draws = [share * new_customer_draws(part, seed + place) for share, part, place in self.parts]
        return np.asarray(np.sum(draws, axis=0))

    def _ratio(self, clv: float) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):  # customers may cost nothing
            return float(np.divide(clv, self.cost))


def offers_of(value: LifetimeValue, given: object) -> list[Offer]:
    """Every channel by itself and, where there are several, all together.

    Parameters
    ----------
    value
        With models by channel or without.
    given
        Acquisition costs: one number, one by channel, or None for that of the valuation.

    Raises
    ------
    InputError
        If there is none, or channels and costs do not fit.
    """
    given = value.acquisition_cost if given is None else given
    if given is None:
        raise InputError(
            "There is no acquisition cost.",
            advice="Give acquisition_cost=12.0, or one per channel: acquisition_cost={'web': 8.0, 'shop': 14.0}.",
        )
    fits = _grouped(value)
    if fits is not None:
        return _by_channel(value, fits, _costs(tuple(fits), given))
    if isinstance(given, Mapping):
        raise InputError(
            "There are acquisition costs per channel, and the models were not fitted by one.",
            advice='Fit them with by="channel", or give one number.',
        )
    cost = non_negative(given, "acquisition cost")
    return [Offer(_EVERYBODY, getattr(value.purchases, "customers", 0), cost, ((1.0, value, 0),))]


def _by_channel(value: LifetimeValue, fits: GroupedFit[Any], costs: Mapping[Label, float]) -> list[Offer]:
    offers = [
        Offer(_name(label), fits[label].customers, costs[label], ((1.0, value.of_group(label), place),))
        for place, label in enumerate(fits)
    ]
    if len(offers) == 1:
        return offers
    shares = [fits.share(label) for label in fits]
    parts = tuple((share, *offer.parts[0][1:]) for share, offer in zip(shares, offers, strict=True))
    cost = sum(share * offer.cost for share, offer in zip(shares, offers, strict=True))
    return [*offers, Offer(_EVERYBODY, fits.customers, cost, parts)]


def _grouped(value: LifetimeValue) -> GroupedFit[Any] | None:
    """Whichever of the fits is by group; both must be by the same."""
    fits = [fit for fit in (value.purchases, value.spend) if isinstance(fit, GroupedFit)]
    if len(fits) == 2 and fits[0].groups != fits[1].groups:
        raise InputError(
            f"Purchases were fitted by {fits[0].groups.by} and order values by {fits[1].groups.by}.",
            advice="Fit both by one attribute, to the same customers.",
        )
    return fits[0] if fits else None


def _costs(labels: tuple[Label, ...], given: object) -> dict[Label, float]:
    if not isinstance(given, Mapping):
        return dict.fromkeys(labels, non_negative(given, "acquisition cost"))
    known = ", ".join(map(repr, labels[:10]))
    unknown = [label for label in given if label not in labels]
    missing = [label for label in labels if label not in given]
    for fault, which in (("unknown channels", unknown), ("channels without an acquisition cost", missing)):
        if which:
            raise InputError(
                f"There are {len(which)} {fault}.", rows=map(repr, which), advice=f"The models were fitted by {known}."
            )
    return {label: non_negative(given[label], f"acquisition cost of {label!r}") for label in labels}


def _name(label: Label) -> str:
    return MISSING if label is None else str(label)


def _months(value: LifetimeValue) -> float:
    """Length of the horizon in months; of the whole future, the part that counts."""
    horizon, unit = Horizon.parse(value.horizon), value.purchases.time_unit
    if horizon.endless:
        return _NEGLIGIBLE / discount_intensity(value.discount_rate, TimeUnit.MONTH)
    return horizon.in_unit(unit) * unit.days / TimeUnit.MONTH.days


def _bounds(draws: FloatArray, level: float) -> tuple[float, float]:
    """Quantiles of the draws; among infinite ones there is nothing to interpolate."""
    tails = tails_of(level)
    finite = np.isfinite(draws).all()
    lower, upper = np.quantile(draws, tails) if finite else np.quantile(draws, tails, method="inverted_cdf")
    return float(lower), float(upper)
