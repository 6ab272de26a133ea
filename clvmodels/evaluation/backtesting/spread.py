"""How well predictive distributions did, customer by customer, from draws that are never held for all at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from clvmodels import metrics
from clvmodels.arrays import Array, FloatArray
from clvmodels.errors import ClvError
from clvmodels.evaluation.backtesting.asking import Question, checked, columns
from clvmodels.fitting import Fit, GroupedFit, gather
from clvmodels.fitting.problem import some_rows
from clvmodels.lifetime import LifetimeValue
from clvmodels.predictor import Coded
from clvmodels.transactions import Summary

# Numbers of a table of draws: 16 MB.
_NUMBERS = 2_000_000

# From customers, a number of draws and a seed to draws, shape (n, draws).
Sampler: TypeAlias = Callable[[Summary, int, int], Array]


@dataclass(frozen=True, eq=False)
class Coverage:
    """Intervals of one level, over customers.

    Attributes
    ----------
    level
        Nominal.
    probability
        Which the forecast itself puts on its intervals, mean; more than the level where outcomes have steps.
    inside
        Share of outcomes within.
    width
        Mean.
    """

    level: float
    probability: float
    inside: float
    width: float


@dataclass(frozen=True, eq=False)
class Spread:
    """A predictive distribution per customer, judged; arrays of shape (n,), None where it is not known.

    Attributes
    ----------
    lower, upper
        Bounds of the interval of the backtest's level.
    crps, pit, median
        Of the draws.
    log_score
        Of probabilities of counts.
    own
        Probability that the forecast itself puts on that interval, mean over customers.
    coverage
        By level.
    """

    lower: FloatArray | None = None
    upper: FloatArray | None = None
    own: float | None = None
    crps: FloatArray | None = None
    pit: FloatArray | None = None
    median: FloatArray | None = None
    log_score: FloatArray | None = None
    coverage: tuple[Coverage, ...] = ()

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        arrays = (getattr(self, field.name) for field in fields(self))
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))


def spreads(
    predictor: Any, question: Question, actual: Mapping[str, FloatArray], seed: int
) -> tuple[dict[str, Spread], dict[str, str]]:
    """Judged distributions by target, and why there is none for others.

    Parameters
    ----------
    predictor
        Fitted.
    question
        What it was asked.
    actual
        What happened, by those targets that the predictor knows.
    seed
        Of this contender at this cut-off.
    """
    found: dict[str, Spread] = {}
    missing: dict[str, str] = {}
    makers = _samplers(predictor, question.horizon)
    bounds = cache(lambda: _bounds(predictor, question))
    for place, target in enumerate(name for name in actual if name != "activity"):
        try:
            if target == "value" and "revenue" in found and question.settings.value_is_revenue:
                found[target] = found["revenue"]
            elif target in makers:
                rng = np.random.default_rng([seed, place])
                found[target] = _drawn(
                    makers[target], _coded(predictor, question.summary), question, actual[target], rng
                )
            else:
                found[target] = _bounded(bounds(), question, target, actual[target])
        # A rule has no distribution, and a fit at a boundary no covariance to draw from; anything else is a fault.
        except ClvError as error:
            missing[target] = str(error)
    counts = _counter(predictor)
    if counts is not None and "purchases" in actual:
        scores = _log_scores(counts, _coded(predictor, question.summary), question, actual["purchases"])
        found["purchases"] = replace(found.get("purchases", Spread()), log_score=scores)
    return found, missing


def _samplers(predictor: Any, horizon: str) -> dict[str, Sampler]:
    """How to draw, by target."""
    purchases = _purchases(predictor)
    found: dict[str, Sampler] = {}
    if isinstance(purchases, GroupedFit) or callable(getattr(purchases, "sample_purchases", None)):
        found["purchases"] = lambda summary, draws, seed: _sample(purchases, summary, horizon, draws, seed)
    if isinstance(predictor, LifetimeValue) and isinstance(predictor.spend, (Fit, GroupedFit)):
        found["revenue"] = replace(predictor, margin=1.0, discount_rate=0.0).sample
        found["value"] = predictor.sample
    return found


def _sample(purchases: Any, summary: Summary, horizon: str, draws: int, seed: int) -> Array:
    if not isinstance(purchases, GroupedFit):
        return np.asarray(purchases.sample_purchases(summary, horizon, draws, seed))
    parts = enumerate(purchases.parts(summary))
    return gather(
        [(rows, fit.sample_purchases(part, horizon, draws, seed + place)) for place, (rows, fit, part) in parts]
    )


def _purchases(predictor: Any) -> Any:
    return getattr(predictor, "purchases", predictor)


def _counter(predictor: Any) -> Any:
    return getattr(_purchases(predictor), "purchase_distribution", None)


def _coded(predictor: Any, summary: Summary) -> Summary:
    """The summary with the groups that predictors look for, which blocks of rows could not tell."""
    return predictor.coded(summary) if isinstance(predictor, Coded) else summary


def _blocks(customers: int, width: int) -> Iterator[Array]:
    rows = max(1, _NUMBERS // max(width, 1))
    for start in range(0, customers, rows):
        yield np.arange(start, min(start + rows, customers))


def _drawn(
    sampler: Sampler, summary: Summary, question: Question, actual: FloatArray, rng: np.random.Generator
) -> Spread:
    settings = question.settings
    parts, by_level = [], []
    for rows in _blocks(len(actual), settings.draws):
        draws = np.asarray(sampler(some_rows(summary, rows), settings.draws, int(rng.integers(2**31))), dtype=float)
        happened = actual[rows]
        bounds = {level: metrics.equal_tailed(draws, level) for level in settings.levels}
        by_level.append([_cover(draws, happened, *bounds[level]) for level in settings.levels])
        median = np.quantile(draws, 0.5, axis=1, method="inverted_cdf")
        pit = metrics.randomised_pit(draws, happened, rng)
        parts.append((*bounds[float(settings.level or 0)], metrics.crps(draws, happened), pit, median))
    lower, upper, crps, pit, median = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    sums = np.sum(by_level, axis=0) / len(actual)
    coverage = tuple(Coverage(level, *row) for level, row in zip(settings.levels, sums.tolist(), strict=True))
    own = next(one.probability for one in coverage if one.level == settings.level)
    return Spread(lower, upper, own, crps, pit, median, None, coverage)


def _cover(draws: FloatArray, actual: FloatArray, lower: FloatArray, upper: FloatArray) -> tuple[float, ...]:
    """Sums over customers of the interval's own probability, of outcomes within, and of widths."""
    own = ((draws >= lower[:, None]) & (draws <= upper[:, None])).mean(axis=1)
    return float(own.sum()), float(metrics.inside(lower, upper, actual).sum()), float((upper - lower).sum())


def _log_scores(counts: Any, summary: Summary, question: Question, actual: FloatArray) -> FloatArray:
    scores = np.empty(len(actual))
    # Most customers buy little: for them a narrow table is enough, and wide ones are dear.
    bands = np.floor(np.log2(actual + 1.0))
    for band in np.unique(bands):
        members = np.flatnonzero(bands == band)
        for block in _blocks(len(members), 4 * 2 ** int(band + 1)):
            rows = members[block]
            table = counts(some_rows(summary, rows), question.horizon, int(actual[rows].max()))
            scores[rows] = metrics.log_score(table, actual[rows])
    return scores


# How the bounds in a table of predictions with a level are called.
_NAMES = {"purchases": "purchases", "revenue": "revenue", "value": "clv"}
_ENDS = ("lower", "upper")


def _bounds(predictor: Any, question: Question) -> dict[str, FloatArray]:
    """All bounds that `predict` knows of a predictor that has no draws to give."""
    names = {name: name for stem in _NAMES.values() for name in (f"{stem}_{end}" for end in _ENDS)}
    return columns(_predicted(predictor, question, float(question.settings.level or 0)), question, names)


def _bounded(bounds: Mapping[str, FloatArray], question: Question, target: str, actual: FloatArray) -> Spread:
    names = [f"{_NAMES[target]}_{end}" for end in _ENDS]
    if not set(names) <= set(bounds):
        raise ClvError(f"predict(level=) has no columns {' and '.join(names)}.")
    lower, upper = (checked(bounds[name], name, question.summary) for name in names)
    width, share = metrics.mean_width(lower, upper), metrics.coverage(lower, upper, actual)
    covered = Coverage(float(question.settings.level or 0), np.nan, share, width)
    return Spread(lower, upper, coverage=(covered,))


def _predicted(predictor: Any, question: Question, level: float) -> Any:
    if hasattr(predictor, "total"):
        return predictor.predict(question.summary, level=level)
    return predictor.predict(question.summary, question.horizon, level=level)
