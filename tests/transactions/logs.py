"""Small logs written by hand."""

from datetime import datetime
from typing import Any

from clvmodels.transactions import Summary, Transactions

LOG = {"customer": "id", "time": "day", "amount": "paid"}


def log(*rows: tuple[Any, str, float]) -> dict[str, list[Any]]:
    """A log of (id, day or time, amount)."""
    return {
        "id": [row[0] for row in rows],
        "day": [datetime.fromisoformat(row[1]) for row in rows],
        "paid": [float(row[2]) for row in rows],
    }


def summary_of(frame: Any, **keywords: Any) -> Summary:
    return Transactions(frame, **LOG).summarize(**{"time_unit": "day", **keywords})


REFUNDED = log(
    (1, "2024-01-01", 50),
    (1, "2024-01-03", 20),
    (1, "2024-01-03", -20),  # nets to nothing: no purchase
    (1, "2024-01-05", 30),
    (1, "2024-01-05", -10),  # nets to 20: a purchase of 20
    (1, "2024-01-09", -5),  # lowers total_value only
    (2, "2024-01-02", -7),  # no customer
    (3, "2024-01-02", 0),  # a free order is a purchase
    (3, "2024-01-04", 0),
    (3, "2024-01-06", 8),
)
