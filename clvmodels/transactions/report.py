"""What summarising a log set aside or found worth a look."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from clvmodels.markup import sentence


@dataclass(frozen=True)
class SummaryReport:
    """Counts of what was read, set aside and noticed, each with up to three examples.

    Attributes
    ----------
    rows
        Rows read.
    customers
        Customers in the summary.
    missing_ids
        Rows without a customer, which were dropped.
    after_until
        Rows after the end of observation, which were dropped.
    refunds
        Rows with a negative amount up to the end of observation.
    refund_periods
        Periods with refunds that net to nothing or less, which are no purchases.
    free_orders
        Rows with amount 0, which are purchases.
    without_purchase
        Customers that have refunds alone, who are not in the summary.
    seen_before
        Customers dropped by `first_seen_after`.
    attribute_conflicts
        Customers with several values of an attribute, of which the first is kept.
    without_spend
        Repeat buyers of a table made elsewhere about whose spend nothing is known.
    partial_last_day
        The log's last day, if it was taken to be cut off and left out.
    examples
        Up to three examples by name of count.

    Examples
    --------
    >>> from clvmodels.transactions import SummaryReport
    >>> print(SummaryReport(rows=7, customers=2, refunds=1, examples={"refunds": ("customer_id 3, amount -5.0",)}))
    7 rows, 2 customers
    1 refund row (customer_id 3, amount -5.0)
    """

    rows: int
    customers: int
    missing_ids: int = 0
    after_until: int = 0
    refunds: int = 0
    refund_periods: int = 0
    free_orders: int = 0
    without_purchase: int = 0
    seen_before: int = 0
    attribute_conflicts: int = 0
    without_spend: int = 0
    partial_last_day: date | None = None
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The counts and examples as plain values."""
        return {**asdict(self), "examples": {name: list(rows) for name, rows in self.examples.items()}}

    def _repr_html_(self) -> str:
        first, *rest = str(self).splitlines()
        return sentence(f"{first}.", strong="Read:") + "".join(map(sentence, rest))

    def __str__(self) -> str:
        lines = [f"{_counted(self.rows, 'row')}, {_counted(self.customers, 'customer')}"]
        if self.partial_last_day:
            lines.append(f"the last day, {self.partial_last_day}, is taken to be cut off and left out")
        for name, text in _TEXTS.items():
            count = getattr(self, name)
            if count:
                shown = "; ".join(self.examples.get(name, ()))
                lines.append(_counted(count, *text) + (f" ({shown})" if shown else ""))
        return "\n".join(lines)


_TEXTS = MappingProxyType(
    {
        "missing_ids": ("row", "without a customer dropped"),
        "after_until": ("row", "after the end of observation dropped"),
        "refunds": ("refund row", ""),
        "refund_periods": ("period", "of refunds, no purchase"),
        "free_orders": ("free order", "counted as a purchase"),
        "without_purchase": ("customer", "with refunds alone left out"),
        "seen_before": ("customer", "left out: a first purchase may lie before the log begins"),
        "attribute_conflicts": ("customer", "with several values of an attribute, of which the first is kept"),
        "without_spend": ("repeat buyer", "without a monetary_value, of whose spend nothing is known"),
    }
)


def _counted(count: int, what: str, more: str = "") -> str:
    """How many of what, as people say it.

    Examples
    --------
    >>> from clvmodels.transactions.report import _counted
    >>> _counted(1, "row", "dropped"), _counted(2, "row")
    ('1 row dropped', '2 rows')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'} {more}".rstrip()
