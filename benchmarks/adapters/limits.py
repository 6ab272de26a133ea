"""What nobody is faster than: a sort of one integer per customer, and queries written by hand."""

from pathlib import Path
from typing import Any

from benchmarks.adapters.sums import UNTIL, duckdb_sums, polars_sums
from benchmarks.interfaces import Work


def sort(data: Path) -> Work:
    """`np.sort` of everybody's frequency, recency and T in days, packed into one int64."""
    import numpy as np

    columns = dict(np.load(data))
    days = [np.rint(columns[name] * 7).astype(np.int64) for name in ("recency", "T")]
    x, (since, until) = columns["frequency"].astype(np.int64), days
    key = (x * (since.max() + 1) + since) * (until.max() + 1) + until
    del columns, days, x, since, until
    np.sort(key[:1000])
    return lambda: np.sort(key), lambda ordered: {"rows": len(ordered)}


# One row per customer and day, and then one per customer. Every amount is above 0, so that the mean of the repeat
# purchases is all money but that of the first day.
_DAYS = "SELECT customer_id, date, sum(amount) AS amount FROM read_parquet('{log}') GROUP BY customer_id, date"
_SUMMARY = """
count(*) - 1 AS frequency,
(max(date)::DATE - min(date)::DATE) / 7.0::DOUBLE AS recency,
(DATE '{until}' - min(date)::DATE) / 7.0::DOUBLE AS T,
(sum(amount) - arg_min(amount, date)) / nullif(count(*) - 1, 0) AS monetary_value
"""
_MORE = """,
arg_min(amount, date) AS first_value, sum(amount) AS total_value, count(*) - 1 AS spend_periods,
sum(ln((date::DATE - previous::DATE) / 7.0::DOUBLE)) AS log_gaps
"""


def sql(data: Path) -> Work:
    """Frequency, recency, T and monetary value, and nothing else."""
    return _query(f"SELECT customer_id, {_SUMMARY} FROM ({_DAYS}) GROUP BY customer_id", data)


def sql_same_columns(data: Path) -> Work:
    """All columns that clvmodels' summary has, sorted by customer as it is."""
    days = f"SELECT *, lag(date) OVER (PARTITION BY customer_id ORDER BY date) AS previous FROM ({_DAYS})"
    return _query(
        f"SELECT customer_id, {_SUMMARY}{_MORE} FROM ({days}) GROUP BY customer_id ORDER BY customer_id", data
    )


def _query(query: str, data: Path) -> Work:
    import duckdb

    def work() -> Any:
        duckdb.sql(query.format(log=data, until=UNTIL)).create("summary")
        return duckdb.table("summary")

    return work, duckdb_sums


def polars(data: Path) -> Work:
    """The four columns in Polars' own words."""
    import polars as pl

    log = pl.read_parquet(data)
    days = log.lazy().group_by("customer_id", "date").agg(pl.col("amount").sum())
    return days.group_by("customer_id").agg(**_polars_summary()).collect, polars_sums


def polars_same_columns(data: Path) -> Work:
    """All columns in Polars' own words; rows that are sorted once need no window."""
    import polars as pl

    log, money, gap = pl.read_parquet(data), pl.col("amount"), pl.col("date").diff().dt.total_days() / 7
    days = log.lazy().group_by("customer_id", "date").agg(money.sum()).sort("customer_id", "date")
    more = {
        "first_value": money.first(),
        "total_value": money.sum(),
        "spend_periods": pl.len() - 1,
        "log_gaps": gap.log().sum(),
    }
    query = days.group_by("customer_id", maintain_order=True).agg(**_polars_summary(), **more)
    return query.collect, polars_sums


def _polars_summary() -> dict[str, Any]:
    import polars as pl

    day, money, repeat, end = pl.col("date"), pl.col("amount"), pl.len() - 1, pl.lit(UNTIL).str.to_datetime()
    return {
        "frequency": repeat.cast(pl.Int64),
        "recency": (day.max() - day.min()).dt.total_days() / 7,
        "T": (end - day.min()).dt.total_days() / 7,
        "monetary_value": pl.when(repeat > 0).then((money.sum() - money.get(day.arg_min())) / repeat),
    }
