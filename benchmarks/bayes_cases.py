"""Posteriors that are measured; each case imports and loads first. The rival's may run in an environment of its own."""

from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.cases import Case, frame

_DRAWS = 1_000


def _laplace(data: Path) -> Case:
    from clvmodels import BGNBD, Laplace, Summary

    summary = Summary.from_frame(frame(data), time_unit="week")
    return lambda: BGNBD().fit(summary, Laplace(draws=_DRAWS, seed=1)), _describe


def _nuts(data: Path) -> Case:
    import pymc  # noqa: F401 - imported before the clock starts, as the rival is

    from clvmodels import BGNBD, NUTS, Summary

    summary = Summary.from_frame(frame(data), time_unit="week")
    method = NUTS(draws=_DRAWS, tune=_DRAWS, chains=4, seed=1, progress=False)
    return lambda: BGNBD().fit(summary, method), _describe


def _intervals(data: Path) -> Case:
    """CLV of everybody with 90% intervals, from fitted posteriors."""
    from clvmodels import BGNBD, GammaGamma, Laplace, LifetimeValue, Summary

    summary = Summary.from_frame(frame(data), time_unit="week")
    method = Laplace(draws=_DRAWS, seed=1)
    terms = {"horizon": "1 year", "discount_rate": 0.1, "margin": 0.35}
    value = LifetimeValue(BGNBD().fit(summary, method), GammaGamma().fit(summary, method), **terms)
    return lambda: value.predict(summary, level=0.9), lambda table: {
        "rows": len(table),
        "clv": float(table["clv"].sum()),
    }


def _describe(fit: Any) -> dict[str, Any]:
    numbers = fit.diagnostics.numbers
    effective = numbers["effective_size"] if "effective_size" in numbers else numbers["ess_bulk"]
    worth = min(effective, len(fit.draws)) if "effective_size" in numbers else effective
    said = {"ok": fit.diagnostics.ok, "says": fit.diagnostics.message, "effective": worth}
    return said | {"means": fit.estimates, "sds": dict(zip(fit.estimates, fit.draws.std(axis=0).tolist(), strict=True))}


def _pymc_marketing(data: Path) -> Case:
    """Its defaults: 4 chains of 1,000 draws after 1,000 to tune."""
    import arviz as az
    from pymc_marketing.clv import BetaGeoModel

    table = frame(data)

    def work() -> Any:
        model = BetaGeoModel(table)
        model.fit(progressbar=False, random_seed=1)
        return model

    def describe(model: Any) -> dict[str, Any]:
        posterior = model.idata.posterior[["r", "alpha", "a", "b"]]
        effective = float(az.ess(posterior, method="bulk").to_array().min())
        means = {name: float(values.mean()) for name, values in posterior.items()}
        sds = {name: float(values.std()) for name, values in posterior.items()}
        said = f"pymc-marketing {version('pymc-marketing')}, pymc {version('pymc')}"
        return {"ok": True, "says": said, "effective": effective, "means": means, "sds": sds}

    return work, describe


CASES: Mapping[str, Callable[[Path], Case]] = {
    "clvmodels, Laplace": _laplace,
    "clvmodels, NUTS": _nuts,
    "PyMC-Marketing, fit": _pymc_marketing,
    "clvmodels, CLV with intervals": _intervals,
}
