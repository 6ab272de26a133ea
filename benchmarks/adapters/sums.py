"""What a summary adds up to, whoever made it: equal sums are how it is told that equal work was done."""

from typing import Any

UNTIL = "2024-12-31"
"""End of observation of the simulated logs."""

NAMES = ("frequency", "recency", "T", "monetary_value")


def pandas_sums(table: Any, days: float = 1.0) -> dict[str, Any]:
    """Of a pandas frame whose times are in a unit of so many days over a week."""
    # A mean of no repeat purchase is missing for some, 0 for others.
    sums = {name: float(table[name].sum()) for name in NAMES}
    return _answer(
        len(table), {name: value * (days if name in {"recency", "T"} else 1.0) for name, value in sums.items()}
    )


def polars_sums(table: Any) -> dict[str, Any]:
    """Of a Polars frame."""
    return _answer(table.height, {name: float(table[name].sum()) for name in NAMES})


def duckdb_sums(relation: Any) -> dict[str, Any]:
    """Of a DuckDB relation."""
    rows, *sums = relation.aggregate(", ".join(["count(*)", *(f"sum({name})" for name in NAMES)])).fetchall()[0]
    return _answer(rows, dict(zip(NAMES, map(float, sums), strict=True)))


def _answer(rows: int, sums: dict[str, float]) -> dict[str, Any]:
    return {"rows": rows, "answer": {"customers": float(rows)} | sums}
