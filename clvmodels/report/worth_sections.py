"""The value of customers on a page: who holds it, by segment, and what would change it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.report import worth_words as words
from clvmodels.report.content import Section, Table
from clvmodels.report.numbers import UNKNOWN, Writer, ahead, count, digits, share, signed
from clvmodels.report.worth import CHANGE, Worth
from clvmodels.segments import Levers, UnitEconomics
from clvmodels.units import Horizon

if TYPE_CHECKING:
    import pandas as pd

_LEVERS: Mapping[str, str] = {
    "order value": "every order is worth 10% more",
    "frequency": "customers buy 10% more often while they stay",
    "churn": "10% fewer customers leave after a purchase",
}
_SEGMENTS = (
    "RFM segments go by how recently and how often customers bought. Chance to buy is the mean probability of at least "
    "one purchase in the time ahead."
)


def value_sections(worth: Worth, writer: Writer, customers: int) -> tuple[Section, ...]:
    """Value, segments, levers, unit economics and, if wanted, the most valuable customers by their ids."""
    found = [_holders(worth, writer), _segments(worth, writer), _levers(worth, writer), _economics(worth, writer)]
    if customers:
        found.append(_customers(worth, writer, customers))
    return tuple(section for section in found if section is not None)


def _holders(worth: Worth, writer: Writer) -> Section:
    finite, table = worth.active is not None, _rows(worth.tiers)
    rows = tuple(
        (
            str(row["segment"]),
            count(row["customers"]),
            value,
            share(row["clv_share"]),
            *([_chance(row)] if finite else []),
        )
        for row, value in zip(table, writer.amounts(row["clv"] for row in table), strict=True)
    )
    columns = ("customers by value", "customers", "value", "share of value", *(["chance to buy"] if finite else []))
    caption = f"Value over {ahead(worth.value.horizon)} by rank of customers"
    return Section("Who holds the value", (words.doubts(worth),), (Table(caption, columns, rows),))


def _segments(worth: Worth, writer: Writer) -> Section:
    level, finite = None if worth.doubt else worth.total.level, worth.active is not None
    table = [row for row in _rows(worth.segments) if row["customers"]]
    names = ("clv", "clv_lower", "clv_upper") if level else ("clv",)
    amounts = writer.amounts(row[name] for name in names for row in table)
    rows = tuple(
        (
            str(row["segment"]),
            count(row["customers"]),
            amounts[place],
            *([f"{amounts[place + len(table)]} to {amounts[place + 2 * len(table)]}"] if level else []),
            *([_chance(row)] if finite else []),
        )
        for place, row in enumerate(table)
    )
    interval = [f"{share(level)} interval"] if level else []
    columns = ("segment", "customers", "value", *interval, *(["chance to buy"] if finite else []))
    caption = f"Value of segments over {ahead(worth.value.horizon)}"
    return Section("Segments", (_largest(worth, writer),), (Table(caption, columns, rows, _SEGMENTS),))


def _largest(worth: Worth, writer: Writer) -> str:
    top = max(_rows(worth.segments), key=lambda row: float(row["clv"]))
    said = f"{top['segment']} are worth most: {count(top['customers'])} customers, {writer.said(top['clv'])}"
    if not top["clv_share"] > 0:
        return f"{said}."
    past = f", and brought {share(top['revenue_share'])} of the revenue so far" if "revenue_share" in top else ""
    return f"{said}, {share(top['clv_share'])} of the value{past}."


def _levers(worth: Worth, writer: Writer) -> Section | None:
    found = worth.levers
    if not isinstance(found, Levers):
        return Section("Levers", (f"Not available: {found}",)) if found else None
    rows = tuple(
        (_LEVERS[row["lever"]], f"{'+' if row['difference'] > 0 else ''}{writer.money(row['difference'])}",
         signed(row["relative"]))
        for row in _rows(found.table)
    )  # fmt: skip
    best = max(_rows(found.table), key=lambda row: float(row["difference"]))
    said = (
        f"If {_LEVERS[best['lever']]}, these customers are worth {writer.said(best['difference'])} more over "
        f"{ahead(worth.value.horizon)}: of three changes of {CHANGE.strip('+')} the one that is worth the most. What "
        "it would cost to bring about is not counted."
    )
    table = Table("What a change of 10% would be worth", ("if", "value", "change"), rows)
    return Section("Levers", (said,), (table,))


def _economics(worth: Worth, writer: Writer) -> Section | None:
    found = worth.economics
    if not isinstance(found, UnitEconomics):
        return Section("New customers", (f"Not available: {found}",)) if found else None
    rows = tuple(
        (str(row["channel"]), writer.money(row["cac"]), writer.money(row["clv"]), _ratio(row, found), _payback(row))
        for row in _rows(found.table)
    )
    whole = _rows(found.table)[-1]
    reached = "reaches" if whole["ratio"] >= found.target else "misses"
    said = (
        f"A new customer is worth {writer.money(whole['clv'])} over {found.horizon}, first order included, and costs "
        f"{writer.money(whole['cac'])} to win: {digits(whole['ratio'])} to 1, which {reached} the target of "
        f"{found.target:g} to 1."
    )
    columns = ("channel", "cost to win", "value", "ratio", "months to pay back")
    return Section("New customers", (said,), (Table("What a new customer is worth and costs", columns, rows),))


def _ratio(row: Mapping[str, Any], found: UnitEconomics) -> str:
    if found.level is None or "ratio_lower" not in row:
        return digits(row["ratio"])
    return f"{digits(row['ratio'])} ({digits(row['ratio_lower'])} to {digits(row['ratio_upper'])})"


def _payback(row: Mapping[str, Any]) -> str:
    months = row["payback_months"]
    if months != months:
        return "never"
    return "at once" if not months else f"{months:.1f}"


def _customers(worth: Worth, writer: Writer, wanted: int) -> Section:
    """The most valuable customers; of equal ones those that come first in the summary."""
    first = np.argsort(-worth.values, kind="stable")[:wanted]
    ids, finite = worth.summary.ids(), not Horizon.parse(worth.value.horizon).endless
    before = worth.summary.column("frequency") + 1
    coded = worth.value.coded(worth.summary)
    chance = worth.value.purchases.probability_active(coded, worth.value.horizon) if finite else None
    rows = tuple(
        (
            str(ids[place]),
            count(before[place]),
            *([share(chance[place])] if chance is not None else []),
            writer.money(worth.values[place]),
        )
        for place in first
    )
    columns = ("customer", "purchases so far", *(["chance to buy"] if finite else []), "value")
    held = float(np.sum(worth.values[first]) / worth.total.mean) if worth.total.mean > 0 else np.nan
    said = f"These {words.customers(len(first))} hold {share(held)} of the value." if held == held else ""
    table = Table(f"The most valuable customers over {ahead(worth.value.horizon)}", columns, rows)
    return Section("The most valuable customers", (said,) if said else (), (table,), folded=len(first) > 25)


def _chance(row: Mapping[str, Any]) -> str:
    inactive = row["churn_inactive"]
    return UNKNOWN if inactive != inactive else share(1.0 - inactive)


def _rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]
