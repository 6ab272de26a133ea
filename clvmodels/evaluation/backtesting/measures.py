"""Which measure is taken of which target, and which way is better."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels import metrics
from clvmodels.arrays import ArrayLike, FloatArray
from clvmodels.errors import InputError
from clvmodels.evaluation.backtesting.settings import Settings
from clvmodels.evaluation.backtesting.spread import Spread
from clvmodels.metrics import Ranking

if TYPE_CHECKING:
    from clvmodels.evaluation.backtesting.origin import Forecast

_TOP = 0.1


@dataclass(frozen=True, eq=False)
class Case:
    """One contender's forecast of one target beside what happened; what is sorted is sorted once.

    Attributes
    ----------
    predicted
        Shape (n,), or None where the contender does not know the target.
    actual
        Shape (n,).
    spread
        The predictive distribution, judged, or None.
    ties
        How the top of a list with ties is cut.
    """

    predicted: FloatArray | None
    actual: FloatArray
    spread: Spread | None
    ties: str

    @classmethod
    def of(cls, forecast: "Forecast", target: str, actual: FloatArray, ties: str) -> "Case":
        """Of a forecast at one cut-off."""
        return cls(forecast.means.get(target), actual, forecast.spreads.get(target), ties)

    @cached_property
    def ranks(self) -> Ranking:
        """Order of the forecast, ties together."""
        return Ranking.of(self.predicted if self.predicted is not None else [])

    @cached_property
    def actual_ranks(self) -> Ranking:
        """Order of what happened, ties together."""
        return Ranking.of(self.actual)

    @cached_property
    def order(self) -> Ranking:
        """Order of the forecast, to be cut."""
        return self.ranks if self.ties == "share" else Ranking.of(self.predicted, self.ties)  # type: ignore[arg-type]

    @cached_property
    def actual_order(self) -> Ranking:
        """Order of what happened, to be cut."""
        return self.actual_ranks if self.ties == "share" else Ranking.of(self.actual, self.ties)


@dataclass(frozen=True)
class Measure:
    """A measure as a backtest takes it.

    Attributes
    ----------
    name
        In tables.
    better
        "less", "more", "near zero", or "" for one that is no contest by itself.
    formula
        From a case and weights to a number.
    part
        Of the spread that it needs; empty for measures of means.
    """

    name: str
    better: str
    formula: Callable[[Any, Any], float]
    part: str = ""

    def of(self, case: Case, weights: ArrayLike | None = None) -> float:
        """The measure's value; NaN where the contender does not give what it needs."""
        if case.predicted is None or (self.part and getattr(case.spread, self.part, None) is None):
            return np.nan
        return self.formula(case, weights)

    def loss(self, value: FloatArray) -> FloatArray:
        """Values turned so that less is better."""
        return {"less": value, "more": -value, "near zero": np.abs(value)}[self.better]


def _of_spread(part: str) -> Callable[[Case, Any], float]:
    return lambda case, weights: metrics.checks.mean(getattr(case.spread, part), weights)


_MEANS = (
    Measure("bias", "near zero", lambda case, w: metrics.total_bias(case.predicted, case.actual, w)),
    Measure("rmse", "less", lambda case, w: metrics.rmse(case.predicted, case.actual, w)),
)
_DEVIANCE = Measure(
    "poisson_deviance", "less", lambda case, w: metrics.poisson_deviance(case.predicted, case.actual, w)
)
_ORDER = (
    Measure("mae_of_means", "less", lambda case, w: metrics.mean_absolute_error(case.predicted, case.actual, w)),
    Measure("spearman", "more", lambda case, w: metrics.spearman(case.ranks, case.actual_ranks, w)),
    Measure("gini", "more", lambda case, w: metrics.normalised_gini(case.ranks, case.actual, w)),
    Measure("top_decile_capture", "more", lambda case, w: metrics.top_capture(case.order, case.actual, _TOP, w)),
    Measure("top_decile_hits", "more", lambda case, w: metrics.top_hits(case.order, case.actual_order, _TOP, w)),
)
_ACTIVITY = (
    Measure("brier", "less", lambda case, w: metrics.brier_score(case.predicted, case.actual, w)),
    Measure("auc", "more", lambda case, w: metrics.auc(case.ranks, case.actual, w)),
)
_LOG_SCORE = Measure("log_score", "less", _of_spread("log_score"), "log_score")
_SPREAD = (
    Measure(
        "mae_of_medians",
        "less",
        lambda case, w: metrics.mean_absolute_error(case.spread.median, case.actual, w),
        "median",
    ),
    Measure("crps", "less", _of_spread("crps"), "crps"),
    Measure("pit_distance", "less", lambda case, w: metrics.pit_distance(case.spread.pit, w), "pit"),
    Measure(
        "coverage",
        "",
        lambda case, w: metrics.coverage(case.spread.lower, case.spread.upper, case.actual, w),
        "lower",
    ),
    Measure("interval_probability", "", lambda case, _: case.spread.own, "own"),
    Measure("width", "", lambda case, w: metrics.mean_width(case.spread.lower, case.spread.upper, w), "lower"),
)

_OF_MEANS: Mapping[str, tuple[Measure, ...]] = MappingProxyType(
    {
        "purchases": (*_MEANS, _DEVIANCE, *_ORDER),
        "revenue": (*_MEANS, *_ORDER),
        "value": (*_MEANS, *_ORDER),
        "activity": (_MEANS[0], *_ACTIVITY),
    }
)
_OF_SPREADS: Mapping[str, tuple[Measure, ...]] = MappingProxyType(
    {
        "purchases": (*_SPREAD[:2], _LOG_SCORE, *_SPREAD[2:]),
        "revenue": _SPREAD,
        "value": _SPREAD,
        "activity": (),
    }
)
# By which contenders are put in order, unless told otherwise.
FIRST: Mapping[str, str] = MappingProxyType(
    {"purchases": "rmse", "revenue": "rmse", "value": "rmse", "activity": "brier"}
)


def measures_of(target: str, settings: Settings) -> tuple[Measure, ...]:
    """The measures of a target, those of distributions only where a level was asked for.

    Raises
    ------
    InputError
        If there is no such target.

    Examples
    --------
    >>> from clvmodels.evaluation.backtesting.measures import measures_of
    >>> from clvmodels.evaluation.backtesting.settings import Settings
    >>> [measure.name for measure in measures_of("activity", Settings(horizon="1 year", time_unit="week"))]
    ['bias', 'brier', 'auc']
    """
    if target not in _OF_MEANS:
        raise InputError(f"There is no target {target!r}.", advice=f"Targets are {', '.join(_OF_MEANS)}.")
    return _OF_MEANS[target] + (() if settings.level is None else _OF_SPREADS[target])


def measure_named(name: str | None, target: str, settings: Settings) -> Measure:
    """A measure of a target by which contenders can be put in order; by default the target's first.

    Raises
    ------
    InputError
        If there is no such measure, or none is better than another by it.
    """
    known = {measure.name: measure for measure in measures_of(target, settings)}
    chosen = known.get(FIRST[target] if name is None else name)
    if chosen is None:
        of_spreads = {measure.name for measure in _OF_SPREADS[target]}
        level = " It needs backtest(..., level=)." if name in of_spreads else ""
        raise InputError(f"{target} has no measure {name!r}.{level}", advice=f"Measures are {', '.join(known)}.")
    if not chosen.better:
        raise InputError(
            f"By {name} alone nobody is better: wider intervals cover more.",
            advice='"crps" judges both at once, and coverage() shows them side by side.',
        )
    return chosen
