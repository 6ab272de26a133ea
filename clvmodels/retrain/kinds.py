"""What a key of the configuration may hold: each kind reads a value or says what would be allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from clvmodels.errors import ClvError
from clvmodels.units import CostRate, Horizon

NONE = "none"


class Kind(Protocol):
    """A kind of value."""

    @property
    def allowed(self) -> str:
        """What may stand there, in words."""

    def read(self, value: Any) -> Any:
        """The value as it is used.

        Raises
        ------
        ValueError
            If it is of another kind; the caller names the key.
        """


@dataclass(frozen=True)
class Text:
    """Text that is not empty, one of some words if these are given.

    Examples
    --------
    >>> from clvmodels.retrain.kinds import Text
    >>> Text(("net", "ignore")).allowed
    '"net" or "ignore"'
    """

    words: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What may stand there."""
        return " or ".join(f'"{word}"' for word in self.words) or "text"

    def read(self, value: Any) -> str:
        """The text."""
        if not isinstance(value, str) or not value.strip() or (self.words and value not in self.words):
            raise ValueError
        return value


@dataclass(frozen=True)
class Texts:
    """Text, or a list of texts.

    Examples
    --------
    >>> from clvmodels.retrain.kinds import Texts
    >>> Texts().read("log/*.parquet")
    ('log/*.parquet',)
    """

    allowed: str = "text, or a list of texts"
    empty: bool = False

    def read(self, value: Any) -> tuple[str, ...]:
        """The texts."""
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise ValueError
        if not (texts or self.empty):
            raise ValueError
        return tuple(texts)


@dataclass(frozen=True)
class Number:
    """A number between bounds, or the word if one is given.

    Examples
    --------
    >>> from clvmodels.retrain.kinds import Number
    >>> Number(0, 1).allowed, Number(1, word="learn").allowed
    ('a number from 0 to 1', 'a number of at least 1, or "learn"')
    """

    least: float
    most: float = float("inf")
    whole: bool = False
    word: str = ""
    above: bool = False

    @property
    def allowed(self) -> str:
        """What may stand there."""
        what = "a whole number" if self.whole else "a number"
        least = f"above {self.least:g}" if self.above else f"of at least {self.least:g}"
        between = (
            f"above {self.least:g} and up to {self.most:g}" if self.above else f"from {self.least:g} to {self.most:g}"
        )
        bounds = f"{what} {least if self.most == float('inf') else between}"
        return f'{bounds}, or "{self.word}"' if self.word else bounds

    def read(self, value: Any) -> Any:
        """The number; None for the word "none"."""
        if self.word and value == self.word:
            return None if value == NONE else value
        if isinstance(value, bool) or not isinstance(value, int if self.whole else (int, float)):
            raise ValueError
        if not self.least <= value <= self.most or (self.above and value == self.least) or value == float("inf"):
            raise ValueError
        return value if self.whole else float(value)


@dataclass(frozen=True)
class Flag:
    """True or false."""

    allowed: str = "true or false"

    def read(self, value: Any) -> bool:
        """The flag."""
        if not isinstance(value, bool):
            raise ValueError
        return value


@dataclass(frozen=True)
class Length:
    """A length of time with its unit, not longer than a century.

    Examples
    --------
    >>> from clvmodels.retrain.kinds import Length
    >>> Length().read("13 weeks"), Length(none=True).read("none")
    ('13 weeks', None)
    """

    none: bool = False

    @property
    def allowed(self) -> str:
        """What may stand there."""
        return 'a length with a unit, such as "13 weeks"' + (', or "none"' if self.none else "")

    def read(self, value: Any) -> str | None:
        """The length as text."""
        if self.none and value == NONE:
            return None
        if not isinstance(value, str):
            raise ValueError
        if days_of(value) > 36_525:
            raise ValueError
        return value


@dataclass(frozen=True)
class Lengths:
    """A list of lengths."""

    allowed: str = 'a list of lengths in whole weeks, such as ["1 week", "4 weeks"]'

    def read(self, value: Any) -> tuple[str, ...]:
        """The lengths as text."""
        if not isinstance(value, list) or not value:
            raise ValueError
        lengths = tuple(str(Length().read(one)) for one in value)
        if any(days_of(one) < 1 or days_of(one) % 7 for one in lengths):
            raise ValueError
        return lengths


@dataclass(frozen=True)
class Cost:
    """Money per unit of time."""

    allowed: str = 'a cost with a unit, such as "0.5 per year"'

    def read(self, value: Any) -> str:
        """The cost as text."""
        if not isinstance(value, str):
            raise ValueError
        try:
            CostRate.parse(value)
        except ClvError as error:
            raise ValueError from error
        return value


@dataclass(frozen=True)
class Priors:
    """Distributions by the name of a parameter; which there are is checked with the models."""

    allowed: str = 'a table such as {r = {distribution = "LogNormal", mu = 0.0, sigma = 1.5}}'

    def read(self, value: Any) -> Mapping[str, Mapping[str, Any]]:
        """The table."""
        if not isinstance(value, dict) or not all(
            isinstance(prior, dict) and isinstance(prior.get("distribution"), str) for prior in value.values()
        ):
            raise ValueError
        return value


def days_of(length: str) -> int:
    """Whole days of a length such as "13 weeks", rounded down.

    Raises
    ------
    ValueError
        If it is no such length, or the whole future.

    Examples
    --------
    >>> from clvmodels.retrain.kinds import days_of
    >>> days_of("13 weeks"), days_of("1 month")
    (91, 30)
    """
    from clvmodels.transactions import whole_days
    from clvmodels.units import TimeUnit

    try:
        return round(whole_days(Horizon.parse(length), TimeUnit.DAY).in_unit(TimeUnit.DAY))
    except ClvError as error:
        raise ValueError(str(error)) from error
