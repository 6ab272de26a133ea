"""Gates: what must hold before a new fit is promoted, and which candidate that is."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clvmodels.evaluation import Backtest
from clvmodels.evaluation.backtesting.measures import Measure, measures_of
from clvmodels.fitting import Fit
from clvmodels.lifetime import LifetimeValue
from clvmodels.retrain.config import Gates
from clvmodels.retrain.specification import Specification
from clvmodels.runs import Gate, Score

# Target and measure, and a contender's mean over cut-offs.
Metric = tuple[str, Measure]


@dataclass(frozen=True)
class Fitted:
    """A candidate with its fit, or with what went wrong.

    Attributes
    ----------
    specification
        What was fitted.
    value
        The fit, or None.
    message
        What the fits say of themselves, or the error.
    """

    specification: Specification
    value: LifetimeValue | None
    message: str

    @property
    def label(self) -> str:
        """Its name."""
        return self.specification.label

    @property
    def fits(self) -> list[Fit]:
        """Of purchases and of order values."""
        parts = () if self.value is None else (self.value.purchases, self.value.spend)
        return [part for part in parts if isinstance(part, Fit)]

    @property
    def ok(self) -> bool:
        """Whether it was fitted and its numbers can be used."""
        return self.value is not None and all(fit.diagnostics.ok for fit in self.fits)


@dataclass(frozen=True)
class Bench:
    """The backtest in figures.

    Attributes
    ----------
    values
        Mean over cut-offs by contender, target and metric; only of contenders that forecast at every cut-off.
    scores
        The same as a table, with roles, also of those that did not.
    failures
        What went wrong, by contender.
    """

    values: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    scores: tuple[Score, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Backtest, roles: Mapping[str, str]) -> "Bench":
        """From a backtest, with the role of each contender."""
        values, scores = {}, []
        for target in found.targets:
            names = [measure.name for measure in measures_of(target, found.settings)]
            for row in found.league(target).to_dict("records"):
                name = str(row["contender"])
                for metric in names:
                    value = float(row[metric])
                    scores.append(Score(name, roles[name], target, metric, value, int(row["cutoffs"])))
                    if row["cutoffs"] == len(found.origins):
                        values[name, target, metric] = value
        failures: dict[str, str] = dict(found.failures[["contender", "message"]].itertuples(index=False))
        return cls(values, tuple(scores), failures)

    def value(self, label: str, metric: Metric) -> float:
        """A contender's figure; NaN where it has none."""
        return self.values.get((label, metric[0], metric[1].name), math.nan)


@dataclass(frozen=True)
class Bars:
    """What candidates are measured by.

    Attributes
    ----------
    gates
        Of the configuration.
    metrics
        Of comparisons, the first one decides who is best.
    bench
        The backtest.
    champion
        Name of the champion's specification, or None.
    """

    gates: Gates
    metrics: Sequence[Metric]
    bench: Bench
    champion: str | None


def gates_of(fitted: Fitted, bars: Bars) -> tuple[Gate, ...]:
    """All gates of a candidate."""
    return (*_of_fit(fitted, bars.gates), *_of_backtest(fitted.label, bars))


def choose(candidates: Sequence[Fitted], judged: Sequence[Gate], bars: Bars) -> tuple[Fitted | None, str]:
    """The candidate to promote, with the reason, or None and why nobody is.

    The champion's own specification, fitted anew, goes before others unless one is better by the first metric by more
    than the least gain: among equals, nothing changes.
    """
    held_back = {gate.subject for gate in judged if not gate.passed}
    fit = [one for one in candidates if one.label not in held_back]
    if not fit:
        return None, "No candidate passed its gates."
    metric = bars.metrics[0]
    best = min(fit, key=lambda one: _loss(metric, bars.bench.value(one.label, metric)))
    own = next((one for one in fit if one.label == bars.champion), None)
    name = f"{metric[0]} {metric[1].name.replace('_', ' ')}"
    if own is None:
        return best, f"{best.label} is the best by {name} of those that passed their gates."
    if best is own or not _beats(metric, bars, best.label, own.label):
        return own, f"{own.label}, the champion's specification, was fitted anew."
    return best, f"{best.label} is better than {own.label} by {name}."


def _beats(metric: Metric, bars: Bars, label: str, champion: str) -> bool:
    value, before = (_loss(metric, bars.bench.value(name, metric)) for name in (label, champion))
    return value < before - bars.gates.min_gain * abs(before)


def _loss(metric: Metric, value: float) -> float:
    """Less is better; what is not known is worst."""
    loss = float(metric[1].loss(np.array(value)))
    return math.inf if math.isnan(loss) else loss


def _of_fit(fitted: Fitted, bars: Gates) -> Iterator[Gate]:
    limits = [fit.diagnostics.boundary for fit in fitted.fits if fit.diagnostics.boundary]
    passed = fitted.ok and (bars.boundary or not limits)
    yield Gate("converged", fitted.label, passed, None, None, None, fitted.message)
    for name, what, most in (("k_hat", "k-hat", bars.max_k_hat), ("r_hat", "R-hat", bars.max_r_hat)):
        for fit in fitted.fits:
            value = fit.diagnostics.numbers.get(name)
            if value is not None:
                sentence = f"{what} of {fit.model.name} is {value:.3g}; it may be {most:g}."
                yield Gate(name, fitted.label, value <= most, value, None, most, sentence)


def _of_backtest(label: str, bars: Bars) -> Iterator[Gate]:
    if bars.gates.max_bias is not None:
        yield _bias(label, bars, bars.gates.max_bias)
    for metric in bars.metrics:
        yield _comparison(label, metric, bars)


def _bias(label: str, bars: Bars, most: float) -> Gate:
    value = bars.bench.values.get((label, "purchases", "bias"), math.nan)
    sentence = f"Its forecasts of purchases in the backtest were off by {value:+.1%}; {most:.0%} either way is allowed."
    if math.isnan(value):
        sentence = _no_forecast(label, bars)
    return Gate("bias", label, abs(value) <= most, value, -most, most, sentence)


def _comparison(label: str, metric: Metric, bars: Bars) -> Gate:
    """Whether a candidate has a figure and, beside a champion that has one, is no worse by more than the tolerance."""
    name = f"{metric[0]} {metric[1].name.replace('_', ' ')}"
    value = bars.bench.value(label, metric)
    before = math.nan if bars.champion in {None, label} else bars.bench.value(str(bars.champion), metric)
    if math.isnan(value):
        return Gate("no_worse", label, False, value, None, None, _no_forecast(label, bars), name)
    if math.isnan(before):
        return Gate("no_worse", label, True, value, None, None, f"{name} {value:.4g}; nobody to compare with.", name)
    slack = bars.gates.tolerance * abs(before)
    # Where the best is 0, the tolerance is an amount, for a share of nearly nothing is nothing.
    if metric[1].better == "near zero":
        most = abs(before) + bars.gates.tolerance
        sentence = f"{name} is {value:.4g}; beside the champion's {before:.4g} it may be {most:.4g} either way."
        return Gate("no_worse", label, abs(value) <= most, value, -most, most, sentence, name)
    lower, upper = (None, before + slack) if metric[1].better == "less" else (before - slack, None)
    passed = (upper is None or value <= upper) and (lower is None or value >= lower)
    bound = upper if lower is None else lower
    sentence = f"{name} is {value:.4g}; beside the champion's {before:.4g} it may be {bound:.4g}."
    return Gate("no_worse", label, passed, value, lower, upper, sentence, name)


def _no_forecast(label: str, bars: Bars) -> str:
    return f"It gave no forecast at every cut-off of the backtest. {bars.bench.failures.get(label, '')}".strip()


def score_gate(label: str, frame: Any, customers: int) -> Gate:
    """Whether there is a finite number in every column for every customer, once each.

    Parameters
    ----------
    label
        Of the candidate.
    frame
        A PyArrow table as `LifetimeValue.predict` returns it.
    customers
        In the summary.
    """
    numbers = [name for name in frame.column_names if name != "customer_id"]
    bad = [name for name in numbers if not np.isfinite(np.asarray(frame[name], dtype=float)).all()]
    distinct = len(frame["customer_id"].unique())
    whole = frame.num_rows == customers == distinct and not frame["customer_id"].null_count
    sentence = f"{frame.num_rows:,} customers of {customers:,} have scores"
    sentence += f", of which {', '.join(bad)} are not finite." if bad else ", all of them finite."
    return Gate("scores", label, whole and not bad, float(frame.num_rows), float(customers), float(customers), sentence)
