"""clvmodels: fits by maximum likelihood."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.adapters.frames import customers, times
from benchmarks.interfaces import Work


def _fit(model: str, columns: Callable[[Path], Any], data: Path) -> Work:
    """A model, of a summary that was checked before."""
    import clvmodels

    summary, made = clvmodels.Summary.from_frame(columns(data), time_unit="week"), getattr(clvmodels, model)()
    return lambda: made.fit(summary), _describe


fit = partial(_fit, "BGNBD", times)
mbgnbd = partial(_fit, "MBGNBD", times)
nbd = partial(_fit, "NBD", times)
pareto_nbd = partial(_fit, "ParetoNBD", times)
spend = partial(_fit, "GammaGamma", customers)


def checked(data: Path) -> Work:
    """All checks of the frame, and BG/NBD."""
    from clvmodels import BGNBD, Summary

    table = times(data)
    Summary.from_frame(table.head(1), time_unit="week")  # on first use Narwhals imports its pandas part
    return lambda: BGNBD().fit(Summary.from_frame(table, time_unit="week")), _describe


def _describe(fit: Any) -> dict[str, Any]:
    said = {"converged": fit.diagnostics.converged, "message": fit.diagnostics.message}
    return said | {"parameters": fit.estimates, "own_log_likelihood": fit.log_likelihood}
