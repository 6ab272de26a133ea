"""PyMC-Marketing, with its own defaults; it may run in an environment of its own."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.adapters.frames import customers, times
from benchmarks.interfaces import Work

_SYMBOLS = ["r", "alpha", "a", "b"]


def maximum(data: Path) -> Work:
    """BG/NBD at the posterior's mode: its nearest to maximum likelihood."""
    from pymc_marketing.clv import BetaGeoModel

    table = times(data)

    def work() -> Any:
        model = BetaGeoModel(table)
        model.fit(method="map", progressbar=False)
        return model

    def describe(model: Any) -> dict[str, Any]:
        posterior = model.idata.posterior[_SYMBOLS]
        return {"parameters": {name: float(values.mean()) for name, values in posterior.items()}} | _versions()

    return work, describe


def sample(data: Path) -> Work:
    """BG/NBD, 4 chains of 1,000 draws after 1,000 to tune."""
    import arviz as az
    from pymc_marketing.clv import BetaGeoModel

    table = times(data)

    def work() -> Any:
        model = BetaGeoModel(table)
        model.fit(progressbar=False, random_seed=1)
        return model

    def describe(model: Any) -> dict[str, Any]:
        posterior = model.idata.posterior[_SYMBOLS]
        effective = float(az.ess(posterior, method="bulk").to_array().min())
        means = {name: float(values.mean()) for name, values in posterior.items()}
        spread = {name: float(values.std()) for name, values in posterior.items()}
        return {"effective": effective, "means": means, "sds": spread} | _versions()

    return work, describe


def intervals(data: Path) -> Work:
    """Values of a year as draws, from 1,000 draws of both posteriors, of which intervals would be quantiles."""
    from pymc_marketing.clv import BetaGeoModel, GammaGammaModel

    table = customers(data).fillna({"monetary_value": 0.0})
    some = table.head(20_000)  # to have posteriors soon: what is timed is what follows from them
    few = {"progressbar": False, "random_seed": 1, "chains": 2, "draws": 500, "tune": 500}
    purchases, orders = BetaGeoModel(some), GammaGammaModel(some[some["frequency"] > 0])
    purchases.fit(**few)
    orders.fit(**few)

    def work() -> Any:
        return orders.expected_customer_lifetime_value(
            purchases, table, future_t=12, discount_rate=1.1 ** (1 / 12) - 1, time_unit="W"
        )

    return work, lambda clv: {"rows": clv.sizes["customer_id"]} | _versions()


def _versions() -> dict[str, str]:
    return {"message": f"pymc-marketing {version('pymc-marketing')}, pymc {version('pymc')}"}
