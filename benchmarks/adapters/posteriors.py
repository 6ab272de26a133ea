"""clvmodels: posteriors with default priors, from the summary to draws."""

from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.adapters.frames import times
from benchmarks.interfaces import Work

_DRAWS = 1_000


def _laplace(model: str, data: Path) -> Work:
    """1,000 draws by importance sampling."""
    import clvmodels

    summary = clvmodels.Summary.from_frame(times(data), time_unit="week")
    made, method = getattr(clvmodels, model)(), clvmodels.Laplace(draws=_DRAWS, seed=1)
    return lambda: made.fit(summary, method), _describe


laplace = partial(_laplace, "BGNBD")
mbgnbd = partial(_laplace, "MBGNBD")
nbd = partial(_laplace, "NBD")
pareto_nbd = partial(_laplace, "ParetoNBD")


def nuts(data: Path) -> Work:
    """BG/NBD: 4 chains of 1,000 draws after 1,000 to tune."""
    import pymc  # noqa: F401 - imported before the clock starts, as the rival is

    from clvmodels import BGNBD, NUTS, Summary

    summary = Summary.from_frame(times(data), time_unit="week")
    method = NUTS(draws=_DRAWS, tune=_DRAWS, chains=4, seed=1, progress=False)
    return lambda: BGNBD().fit(summary, method), _describe


def _describe(fit: Any) -> dict[str, Any]:
    numbers = fit.diagnostics.numbers
    weighted = "effective_size" in numbers  # of importance weights, which may exceed the draws that were kept
    effective = min(numbers["effective_size"], len(fit.draws)) if weighted else numbers["ess_bulk"]
    spread = dict(zip(fit.estimates, fit.draws.std(axis=0).tolist(), strict=True))
    said = {"converged": fit.diagnostics.ok, "message": fit.diagnostics.message}
    return said | {"effective": effective, "means": fit.estimates, "sds": spread}
