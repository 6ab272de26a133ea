"""Units of time: the one place that knows how long a month and a year are.

A year is 365.25 days and a month a twelfth of it. A number without a unit never crosses the package's edge silently:
horizons and cost rates are text with a unit, or numbers in a unit that the caller has already stated.
"""

import math
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from clvmodels.errors import InputError, WrongTypeError

YEAR_IN_DAYS = 365.25

# Beyond these, formulas would spend their digits on times that nobody means.
_LONGEST_YEARS, _SMALLEST_RATE = 1e6, 1e-15

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\W\d_]+)\s*")
_COST = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?:per|/)\s*([^\W\d_]+)\s*")


class TimeUnit(StrEnum):
    """A unit in which recency, T and horizons are expressed.

    Examples
    --------
    >>> from clvmodels.units import TimeUnit
    >>> TimeUnit.parse("weeks").days
    7.0
    >>> round(TimeUnit.MONTH.days, 4)
    30.4375
    """

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def days(self) -> float:
        """Length in days."""
        return _DAYS[self]

    @classmethod
    def parse(cls, text: object) -> "TimeUnit":
        """Read a unit's name, singular or plural.

        Raises
        ------
        InputError
            If the text names no unit. One-letter codes are refused: "M" is a minute to some and a month to others.
        """
        if not isinstance(text, str):
            raise WrongTypeError(
                f"A time unit is text, not {type(text).__name__}.", advice=f"Use one of {', '.join(cls)}."
            )
        name = text.strip().lower().removesuffix("s")
        if name not in set(cls):
            raise InputError(f"{text!r} is no time unit.", advice=f"Use one of {', '.join(cls)}.")
        return cls(name)


_DAYS = {
    TimeUnit.HOUR: 1 / 24,
    TimeUnit.DAY: 1.0,
    TimeUnit.WEEK: 7.0,
    TimeUnit.MONTH: YEAR_IN_DAYS / 12,
    TimeUnit.YEAR: YEAR_IN_DAYS,
}


@dataclass(frozen=True)
class Horizon:
    """A length of time ahead, which may be the whole future.

    Attributes
    ----------
    amount
        How many units; infinite for the whole future.
    unit
        None when the number was given in the summary's own unit.

    Examples
    --------
    >>> from clvmodels.units import Horizon, TimeUnit
    >>> Horizon.parse("1 year").in_unit(TimeUnit.MONTH)
    12.0
    >>> Horizon.parse(39).in_unit(TimeUnit.WEEK)
    39.0
    """

    amount: float
    unit: TimeUnit | None = None

    @classmethod
    def parse(cls, value: object) -> "Horizon":
        """Read "39 weeks", a number in the summary's unit, a timedelta, or None for the whole future.

        Raises
        ------
        InputError
            If the text cannot be read, or the length is negative or not a number.
        """
        if isinstance(value, Horizon):
            return value
        if value is None:
            return cls(math.inf)
        if isinstance(value, timedelta):
            return cls(_length(value / timedelta(days=1), value), TimeUnit.DAY)
        if isinstance(value, str):
            found = _QUANTITY.fullmatch(value)
            if not found:
                raise InputError(f"The horizon {value!r} cannot be read.", advice='Write it as "39 weeks" or "1 year".')
            return cls(_length(float(found[1]), value), TimeUnit.parse(found[2]))
        return cls(_length(_number(value, "horizon", 'It is text with a unit, "39 weeks", or a number.'), value))

    @classmethod
    def parse_period(cls, every: str) -> "Horizon":
        """Read the length of a period: "month", or "2 weeks"."""
        if not isinstance(every, str):
            raise WrongTypeError(f"The period {every!r} is no text.", advice='Such as "month", or "2 weeks".')
        return cls.parse(every if any(letter.isdigit() for letter in every) else f"1 {every}")

    @property
    def endless(self) -> bool:
        """Whether this is the whole future."""
        return math.isinf(self.amount)

    def in_unit(self, unit: TimeUnit) -> float:
        """Length in the given unit, exact when the units agree.

        Raises
        ------
        InputError
            If it is finite and longer than a million years.
        """
        own = self.unit or unit
        if not self.endless and self.amount * own.days > _LONGEST_YEARS * YEAR_IN_DAYS:
            raise InputError(f"{self} is longer than a million years.", advice="The whole future is horizon=None.")
        if self.unit is None or self.unit is unit:
            return self.amount
        return self.amount * self.unit.days / unit.days

    def __str__(self) -> str:
        if self.endless:
            return "the whole future"
        unit = "units" if self.unit is None else self.unit if self.amount == 1 else f"{self.unit}s"
        return f"{self.amount:g} {unit}"


@dataclass(frozen=True)
class CostRate:
    """Money per unit of time.

    Examples
    --------
    >>> from clvmodels.units import CostRate, TimeUnit
    >>> CostRate.parse("12 per year").per(TimeUnit.MONTH)
    1.0
    """

    amount: float
    unit: TimeUnit

    @classmethod
    def parse(cls, value: object) -> "CostRate":
        """Read "0.5 per week".

        Raises
        ------
        InputError
            If the text cannot be read, or the cost is negative or not finite. A bare number is refused: it has no unit.
        """
        if isinstance(value, CostRate):
            return value
        found = _COST.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise InputError(
                f"The cost {value!r} has no unit of time or cannot be read.", advice='Write it as "0.5 per year".'
            )
        return cls(non_negative(float(found[1]), "cost"), TimeUnit.parse(found[2]))

    def per(self, unit: TimeUnit) -> float:
        """Money per the given unit."""
        return self.amount if self.unit is unit else self.amount * unit.days / self.unit.days

    def __str__(self) -> str:
        return f"{self.amount:g} per {self.unit}"


def discount_intensity(yearly_rate: float, unit: TimeUnit) -> float:
    """Continuous discount rate delta per unit that is worth `yearly_rate` over a year: ln(1 + rate) per year.

    Raises
    ------
    InputError
        If the rate is negative, not finite, or too small to tell from none.

    Examples
    --------
    >>> from clvmodels.units import TimeUnit, discount_intensity
    >>> round(discount_intensity(0.10, TimeUnit.YEAR), 10)
    0.0953101798
    """
    rate = non_negative(yearly_rate, "discount rate")
    if 0 < rate < _SMALLEST_RATE:
        raise InputError(f"The discount rate {yearly_rate!r} is too small to tell from none.", advice="Write 0.")
    return math.log1p(rate) * unit.days / YEAR_IN_DAYS


def non_negative(value: object, name: str) -> float:
    """The value as a float, refused if it is negative, infinite or not a number."""
    number = _number(value, name, "Give a finite number of at least 0.")
    if not 0 <= number < math.inf:
        raise InputError(f"The {name} {value!r} is not a finite number of at least 0.", advice="Give such a number.")
    return number


def _number(value: object, name: str, advice: str) -> float:
    # NumPy's lengths of time and dates turn into numbers as well, and lose their unit.
    kind = getattr(getattr(value, "dtype", None), "kind", "f")
    known = not isinstance(value, (bool, str, bytes)) and kind in set("fiu") and not getattr(value, "ndim", 0)
    if not known or not hasattr(value, "__float__"):
        raise WrongTypeError(f"The {name} {value!r} is no number.", advice=advice)
    try:
        return float(value)
    except OverflowError as error:
        raise InputError(f"The {name} is too large for a number.", advice=advice) from error
    except (TypeError, ValueError) as error:  # a missing value of pandas, a signalling NaN
        raise WrongTypeError(f"The {name} {value!r} is no number.", advice=advice) from error


def _length(amount: float, given: object) -> float:
    if not 0 <= amount < math.inf:
        raise InputError(
            f"The horizon {given!r} is not a finite length of at least 0.", advice="The whole future is horizon=None."
        )
    return amount
