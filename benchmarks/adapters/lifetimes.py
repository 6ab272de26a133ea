"""The package lifetimes, as its documentation says to use it."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.adapters.frames import buyers, customers, times
from benchmarks.adapters.sums import UNTIL, pandas_sums
from benchmarks.interfaces import Work


def _fit(fitter: str, data: Path) -> Work:
    """A model without a penalty."""
    import lifetimes

    table = times(data)

    def work() -> Any:
        return getattr(lifetimes, fitter)(penalizer_coef=0).fit(table["frequency"], table["recency"], table["T"])

    def describe(fitter: Any) -> dict[str, Any]:
        # What it stores is minus the mean over customers, with time in units of 1 / _scale.
        scale = float(fitter._scale)  # noqa: SLF001 - has no public name
        own = -len(table) * float(fitter._negative_log_likelihood_) + float(table["frequency"].sum()) * np.log(scale)
        return {"parameters": dict(fitter.params_), "own_log_likelihood": own}

    return work, describe


fit = partial(_fit, "BetaGeoFitter")
pareto_nbd = partial(_fit, "ParetoNBDFitter")


def spend(data: Path) -> Work:
    """Gamma-Gamma without a penalty."""
    from lifetimes import GammaGammaFitter

    table = buyers(data)
    return (
        lambda: GammaGammaFitter(penalizer_coef=0).fit(table["frequency"], table["monetary_value"]),
        lambda fitter: {"parameters": dict(fitter.params_)},
    )


def value(data: Path) -> Work:
    """`customer_lifetime_value` over twelve of its months, with a year's rate of a tenth, from fitted models."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    table = customers(data).fillna({"monetary_value": 0.0})
    columns = [table[name] for name in ("frequency", "recency", "T")]
    purchases = BetaGeoFitter(penalizer_coef=0).fit(*columns)
    bought = table[table["frequency"] > 0]
    orders = GammaGammaFitter(penalizer_coef=0).fit(bought["frequency"], bought["monetary_value"])
    monthly = 1.1 ** (1 / 12) - 1
    return (
        lambda: orders.customer_lifetime_value(
            purchases, *columns, table["monetary_value"], time=12, discount_rate=monthly, freq="W"
        ),
        lambda clv: {"rows": len(clv), "answer": {"clv": float(clv.sum())}},
    )


def summarize(data: Path) -> Work:
    """`summary_data_from_transaction_data`, in days."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    log = pd.read_parquet(data)
    return (
        lambda: summary_data_from_transaction_data(log, "customer_id", "date", "amount", observation_period_end=UNTIL),
        lambda table: pandas_sums(table, days=1 / 7),
    )
