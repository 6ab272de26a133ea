"""What the questions of this folder are asked of."""

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting import require_summary
from clvmodels.lifetime import LifetimeValue
from clvmodels.transactions import Summary


def require_value(value: object) -> LifetimeValue:
    """The value if it is a valuation.

    Raises
    ------
    WrongTypeError
        If it is anything else.
    """
    if isinstance(value, LifetimeValue):
        return value
    raise WrongTypeError(
        f"A {type(value).__name__} is no valuation.",
        advice='Give a LifetimeValue, such as LifetimeValue(purchases, spend, horizon="1 year").',
    )


def customers_of(value: LifetimeValue, summary: Summary | None) -> Summary:
    """The summary or, where none is given, the one that purchases were fitted to.

    Raises
    ------
    InputError
        If none is given and the fit does not know its own.
    """
    known = getattr(value.purchases, "source", None) if summary is None else summary
    if known is None:
        raise InputError(
            "This valuation does not know its customers: its models were given, loaded, or fitted by group.",
            advice="Give their summary, as in scenario(value, summary, ...).",
        )
    return require_summary(known)
