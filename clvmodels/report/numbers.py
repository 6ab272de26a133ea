"""Numbers as people read them: thousands separated, money with its currency, no more digits than are known."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from clvmodels.estimate import Estimate
from clvmodels.units import Horizon

UNKNOWN = "–"
_MILLION = 1e6
# From which amount on a table is written in which unit.
_UNITS = ((1e9, 1e6, "m"), (1e6, 1e3, "k"), (0.0, 1.0, ""))


@dataclass(frozen=True)
class Writer:
    """Writes the numbers of one page.

    Attributes
    ----------
    currency
        A sign stands before the amount, a word behind it.

    Examples
    --------
    >>> from clvmodels.report.numbers import Writer
    >>> Writer("£").said(1234567.0), Writer("EUR").said(72693.7), Writer("$").money(-3.456)
    ('£1.23 million', '72,700 EUR', '-$3.46')
    """

    currency: str = ""

    def money(self, amount: float) -> str:
        """An amount in a table: cents below 100, whole above."""
        return self._with_currency(amount, f"{abs(amount):,.{0 if abs(amount) >= 99.995 else 2}f}")

    def said(self, amount: float) -> str:
        """An amount in a sentence, with three digits."""
        size = abs(amount)
        if size >= 0.9995 * _MILLION:
            return self._with_currency(amount, f"{rounded(size / _MILLION):,g} million")
        if size >= 999.5:
            return self._with_currency(amount, f"{rounded(size):,.0f}")
        return self.money(amount)

    def amounts(self, amounts: Iterable[float]) -> list[str]:
        """A column of a table: all rows with cents, or whole, or, from a million on, in thousands (k).

        Examples
        --------
        >>> from clvmodels.report.numbers import Writer
        >>> Writer("$").amounts([12.5, 1234.0]), Writer("$").amounts([2_345_678.0, 99_499.0])
        (['$12', '$1,234'], ['$2,346k', '$99k'])
        """
        column = [float(amount) for amount in amounts]
        most = max((abs(amount) for amount in column if math.isfinite(amount)), default=0.0)
        unit, letter = next((unit, letter) for least, unit, letter in _UNITS if most >= least)
        decimals = 2 if most < 999.995 else 0
        return [self._with_currency(amount, f"{abs(amount) / unit:,.{decimals}f}{letter}") for amount in column]

    def interval(self, estimate: Estimate, between: str = "and") -> str:
        """Both ends of an interval in a sentence; empty where there is none."""
        if estimate.lower is None or estimate.upper is None:
            return ""
        return f"{self.said(estimate.lower)} {between} {self.said(estimate.upper)}"

    def came(self, amount: float) -> str:
        """An amount that is known, in a sentence: to the unit, but for millions."""
        return self.said(amount) if abs(amount) >= 0.9995 * _MILLION else self.money(amount)

    def _with_currency(self, amount: float, text: str) -> str:
        if not math.isfinite(amount):
            return UNKNOWN if math.isnan(amount) else "unlimited"
        minus = "-" if amount < 0 and text.strip("0.,km") else ""
        if not self.currency:
            return f"{minus}{text}"
        if any(letter.isalpha() for letter in self.currency):
            return f"{minus}{text} {self.currency}"
        return f"{minus}{self.currency}{text}"


def rounded(size: float, figures: int = 3) -> float:
    """A number cut to its first figures.

    Examples
    --------
    >>> from clvmodels.report.numbers import rounded
    >>> rounded(72693.72), rounded(0.0123456)
    (72700.0, 0.0123)
    """
    return float(f"{size:.{figures}g}")


def count(number: float) -> str:
    """A number of things.

    Examples
    --------
    >>> from clvmodels.report.numbers import count
    >>> count(1882.0)
    '1,882'
    """
    return f"{number:,.0f}"


def about(number: float) -> str:
    """An expected number of things in a sentence.

    Examples
    --------
    >>> from clvmodels.report.numbers import about
    >>> about(1653.4), about(93.47), about(3.21)
    ('1,650', '93', '3.2')
    """
    if number < 9.95:
        return f"{number:.1f}"
    # Three digits of what has no more are the number itself, rounded once.
    return f"{rounded(number) if number >= 999.5 else number:,.0f}"


def share(part: float) -> str:
    """A share of a whole.

    Examples
    --------
    >>> from clvmodels.report.numbers import share
    >>> share(0.1349), share(0.00412), share(0.00001), share(-0.031), share(0.9967)
    ('13%', '0.4%', 'under 0.1%', '-3%', '99.7%')
    """
    if not math.isfinite(part):
        return UNKNOWN
    if 0 < part < 0.001:
        return "under 0.1%"
    if 0.999 < part < 1:
        return "over 99.9%"
    # Not nearly all written as all, nor nearly nothing as nothing.
    return f"{part:.1%}" if 0 < abs(part) < 0.0195 or 0.995 <= part < 1 else f"{part:.0%}"


def signed(change: float) -> str:
    """A change as a share.

    Examples
    --------
    >>> from clvmodels.report.numbers import signed
    >>> signed(0.2), signed(-0.031), signed(-0.0001), signed(0.0), signed(float("nan"))
    ('+20%', '-3.1%', 'under 0.1%', '0%', '–')
    """
    if not math.isfinite(change):
        return UNKNOWN
    if abs(change) < 0.001:
        return "under 0.1%" if change else "0%"
    return f"{change:+.1%}" if abs(change) < 0.095 else f"{change:+.0%}"


def digits(number: float) -> str:
    """A plain number with three digits.

    Examples
    --------
    >>> from clvmodels.report.numbers import digits
    >>> digits(1.9), digits(12345.6), digits(0.0), digits(0.0123)
    ('1.90', '12,346', '0', '0.0123')
    """
    if not math.isfinite(number):
        return UNKNOWN if math.isnan(number) else "unlimited"
    if not number:
        return "0"
    decimals = 2 - math.floor(math.log10(abs(number)))
    # Below a ten-thousandth a number of digits says more than a row of zeros.
    return f"{number:.2e}" if decimals > 6 else f"{number:,.{max(decimals, 0)}f}"


def off_by(error: float) -> str:
    """The error of a total in words.

    Examples
    --------
    >>> from clvmodels.report.numbers import off_by
    >>> off_by(-0.121), off_by(0.557), off_by(0.0001)
    ('12% too low', '56% too high', 'right on average')
    """
    if not math.isfinite(error):
        return "not comparable with what came"
    if abs(error) < 0.0005:
        return "right on average"
    return f"{signed(abs(error)).removeprefix('+')} too {'high' if error > 0 else 'low'}"


def ahead(horizon: object) -> str:
    """A horizon in words.

    Examples
    --------
    >>> from clvmodels.report.numbers import ahead
    >>> ahead("1 year"), ahead("26 weeks"), ahead(None)
    ('the next year', 'the next 26 weeks', 'their whole future')
    """
    length = Horizon.parse(horizon)
    return "their whole future" if length.endless else f"the next {str(length).removeprefix('1 ')}"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Names in a sentence.

    Examples
    --------
    >>> from clvmodels.report.numbers import listed
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def in_words(name: str) -> str:
    """The name of a class as people write it.

    Examples
    --------
    >>> from clvmodels.report.numbers import in_words
    >>> in_words("ActiveRate"), in_words("RFMCells"), in_words("past")
    ('active rate', 'RFM cells', 'past')
    """
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+", name)
    return " ".join(part if part.isupper() else part.lower() for part in parts)
