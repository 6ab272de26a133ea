"""What is measured: each case loads and imports first, and returns the work and what to say of its result."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Case: TypeAlias = tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]


def frame(data: Path) -> pd.DataFrame:
    """The summary in weeks, as a user would hold it."""
    columns = dict(np.load(data))
    columns["frequency"] = columns["frequency"].astype(np.int64)
    return pd.DataFrame({"customer_id": np.arange(len(columns["T"]))} | columns)


def _clvmodels(data: Path) -> Case:
    """The fit alone, of a summary that was checked before."""
    from clvmodels import BGNBD, Summary

    summary = Summary.from_frame(frame(data), time_unit="week")
    return lambda: BGNBD().fit(summary), _describe


def _clvmodels_checked(data: Path) -> Case:
    """All checks of the frame, and the fit."""
    from clvmodels import BGNBD, Summary

    table = frame(data)
    Summary.from_frame(table.head(1), time_unit="week")  # on first use Narwhals imports its pandas part
    return lambda: BGNBD().fit(Summary.from_frame(table, time_unit="week")), _describe


def _describe(fit: Any) -> dict[str, Any]:
    said = {"converged": fit.diagnostics.converged, "says": fit.diagnostics.message}
    return said | {"parameters": fit.estimates, "own_log_likelihood": fit.log_likelihood}


def _lifetimes(data: Path) -> Case:
    from lifetimes import BetaGeoFitter

    table = frame(data)

    def work() -> Any:
        return BetaGeoFitter(penalizer_coef=0).fit(table["frequency"], table["recency"], table["T"])

    def describe(fitter: Any) -> dict[str, Any]:
        # What it stores is minus the mean over customers, with time in units of 1 / _scale.
        scale = float(fitter._scale)  # noqa: SLF001 - has no public name
        own = -len(table) * float(fitter._negative_log_likelihood_) + float(table["frequency"].sum()) * np.log(scale)
        return {"converged": True, "parameters": dict(fitter.params_), "own_log_likelihood": own}

    return work, describe


CASES: Mapping[str, Callable[[Path], Case]] = {
    "clvmodels, fit": _clvmodels,
    "clvmodels, checks and fit": _clvmodels_checked,
    "lifetimes, fit": _lifetimes,
}
