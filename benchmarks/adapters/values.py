"""clvmodels: what customers will do and are worth."""

from pathlib import Path
from typing import Any

from benchmarks.adapters.frames import customers
from benchmarks.interfaces import Work

RATE = 0.1


def value(data: Path) -> Work:
    """Table of a year's values from fitted models."""
    summary, made = _fitted(data, horizon="1 year", discount_rate=RATE)
    return lambda: made.predict(summary), _describe


def intervals(data: Path) -> Work:
    """The same with 90% intervals, from 1,000 draws of both posteriors."""
    from clvmodels import Laplace

    method = Laplace(draws=1_000, seed=1)
    summary, made = _fitted(data, method, horizon="1 year", discount_rate=RATE, margin=0.35)
    return lambda: made.predict(summary, level=0.9), _describe


def scores(data: Path) -> Work:
    """From a Parquet file of customers to one of all their scores: read, check, predict, write."""
    import pandas as pd

    from clvmodels import Summary

    table = customers(data)
    summary, made = _fitted(data, horizon="1 year", discount_rate=RATE)
    source, target = _files(data)
    Summary.from_frame(table.head(1), time_unit="week")
    del table, summary

    def work() -> int:
        read = Summary.from_frame(pd.read_parquet(source), time_unit="week")
        scored = made.predict(read)
        scored["probability_active"] = made.purchases.probability_active(read, made.horizon)
        scored.to_parquet(target, index=False)
        return len(scored)

    return work, lambda rows: {"rows": rows, "answer": _sums(target)}


def read_and_write(data: Path) -> Work:
    """The limit of scoring: the same files read and written by the same package, and nothing computed."""
    import numpy as np
    import pandas as pd

    source, target = _files(data)
    names = (
        "probability_alive", "expected_purchases", "expected_order_value", "expected_revenue", "clv",
        "probability_active",
    )  # fmt: skip
    numbers = np.random.default_rng(1).random(len(pd.read_parquet(source, columns=["customer_id"])))

    def work() -> int:
        read = pd.read_parquet(source)
        pd.DataFrame({"customer_id": read["customer_id"]} | dict.fromkeys(names, numbers)).to_parquet(target)
        return len(read)

    return work, lambda rows: {"rows": rows}


def _files(data: Path) -> tuple[Path, Path]:
    source = data.with_suffix(".customers.parquet")
    if not source.exists():
        customers(data).to_parquet(source, index=False)
    return source, data.with_suffix(".scores.parquet")


def _sums(path: Path) -> dict[str, float]:
    import pandas as pd

    table = pd.read_parquet(path)
    return {name: float(table[name].sum()) for name in table.columns if name != "customer_id"}


def _fitted(data: Path, method: Any = None, **terms: Any) -> tuple[Any, Any]:
    from clvmodels import BGNBD, MLE, GammaGamma, LifetimeValue, Summary

    summary, how = Summary.from_frame(customers(data), time_unit="week"), method or MLE()
    return summary, LifetimeValue(BGNBD().fit(summary, how), GammaGamma().fit(summary, how), **terms)


def _describe(table: Any) -> dict[str, Any]:
    return {"rows": len(table), "answer": {"clv": float(table["clv"].sum())}}
