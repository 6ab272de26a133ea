"""How targets are called on axes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from clvmodels.errors import InputError


@dataclass(frozen=True)
class Words:
    """How a target is called on axes.

    Attributes
    ----------
    predicted, actual
        Of means over customers.
    total, share
        Of a sum over customers, and of a part of it.
    """

    predicted: str
    actual: str
    total: str
    share: str


def _words(target: str, unit: str = "") -> Words:
    predicted, actual = (f"{kind} {target} per customer{unit}" for kind in ("Expected", "Actual"))
    return Words(predicted, actual, f"{target.capitalize()}{unit}", f"Share of all {target}")


_WORDS: Mapping[str | None, Words] = MappingProxyType(
    {
        "purchases": _words("purchases"),
        "revenue": _words("revenue", " (money)"),
        "value": _words("value", " (money)"),
        "activity": Words(
            "Probability of a purchase", "Share who purchased", "Customers who purchase", "Share of all who purchased"
        ),
        None: Words("Mean forecast per customer", "Mean outcome per customer", "Total", "Share of the total"),
    }
)


def words_of(target: str | None) -> Words:
    """The words for a target, or ones that fit all.

    Raises
    ------
    InputError
        If there is no such target.
    """
    if target not in _WORDS:
        raise InputError(f"There is no target {target!r}.", advice=f"They are {', '.join(filter(None, _WORDS))}.")
    return _WORDS[target]
