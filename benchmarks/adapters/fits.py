"""clvmodels: fits by maximum likelihood."""

from pathlib import Path
from typing import Any

from benchmarks.adapters.frames import customers, times
from benchmarks.interfaces import Work


def fit(data: Path) -> Work:
    """BG/NBD, of a summary that was checked before."""
    from clvmodels import BGNBD, Summary

    summary = Summary.from_frame(times(data), time_unit="week")
    return lambda: BGNBD().fit(summary), _describe


def checked(data: Path) -> Work:
    """All checks of the frame, and BG/NBD."""
    from clvmodels import BGNBD, Summary

    table = times(data)
    Summary.from_frame(table.head(1), time_unit="week")  # on first use Narwhals imports its pandas part
    return lambda: BGNBD().fit(Summary.from_frame(table, time_unit="week")), _describe


def spend(data: Path) -> Work:
    """Gamma-Gamma, of a summary that was checked before."""
    from clvmodels import GammaGamma, Summary

    summary = Summary.from_frame(customers(data), time_unit="week")
    return lambda: GammaGamma().fit(summary), _describe


def _describe(fit: Any) -> dict[str, Any]:
    said = {"converged": fit.diagnostics.converged, "message": fit.diagnostics.message}
    return said | {"parameters": fit.estimates, "own_log_likelihood": fit.log_likelihood}
