"""Names of columns."""

from typing import Any

from clvmodels.errors import WrongTypeError

ID = "customer_id"
FREQUENCY = "frequency"
RECENCY = "recency"
AGE = "T"
MONETARY = "monetary_value"
SPEND_PERIODS = "spend_periods"

TIMES = (FREQUENCY, RECENCY, AGE)
MONEY = (MONETARY, "first_value", "total_value", SPEND_PERIODS)
GAPS = "log_gaps"
RESERVED = (ID, *TIMES, *MONEY, GAPS)

# Inside a log, under names that no caller's attribute has.
TIME = "_clv_time"
AMOUNT = "_clv_amount"

# In a summary, the codes of a grouping: followed by a digest of its labels.
GROUP = "_clv_group_"

# In a summary, repeat purchases within the last days before the end of observation: followed by what tells them apart.
RECENT = "_clv_recent_"

# What the package's own columns begin with while it counts.
PRIVATE = "_clv_"


def several(given: Any) -> tuple[Any, ...]:
    """What was given as a tuple; text, and whatever else cannot be taken apart, is one thing."""
    try:
        return (given,) if isinstance(given, str) else tuple(given)
    except TypeError:
        return (given,)


def listed(names: object, what: str) -> tuple[str, ...]:
    """One name, or several, as a tuple.

    Raises
    ------
    WrongTypeError
        If anything among them is not text.
    """
    given = several(names)
    for name in given:
        if not isinstance(name, str):
            raise WrongTypeError(f"{what} are named by text, not {name!r}.", advice='Such as ["channel", "country"].')
    return given
