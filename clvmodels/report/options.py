"""What a page may be asked for."""

from dataclasses import dataclass

from clvmodels.errors import InputError
from clvmodels.fitting import tails_of
from clvmodels.units import Horizon


@dataclass(frozen=True, kw_only=True)
class Options:
    """Settings of a page.

    Attributes
    ----------
    title
        In place of the page's own.
    currency
        Of the amounts: a sign such as "£" stands before them, a word such as "EUR" behind.
    level
        Of intervals.
    customers
        How many of the most valuable customers are listed with their ids; with 0, the default, no id is on the page.
    horizon
        How far ahead a model of purchases alone is asked; a valuation has a horizon of its own.
    seed
        Of the random numbers that intervals are made of.

    Raises
    ------
    InputError
        If a setting is not possible.

    Examples
    --------
    >>> from clvmodels.report import Options
    >>> Options(currency="£").customers
    0
    """

    title: str = ""
    currency: str = ""
    level: float = 0.9
    customers: int = 0
    horizon: object = "1 year"
    seed: int = 0

    def __post_init__(self) -> None:
        tails_of(self.level)
        for name in ("customers", "seed"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise InputError(f"{name}={number!r} is no whole number of at least 0.")
        Horizon.parse(self.horizon)
