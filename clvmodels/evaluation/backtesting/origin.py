"""One cut-off: the log is split once, every contender is fitted on what was known and asked the same."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Any
from zlib import crc32

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.evaluation.backtesting.asking import Question, fitted, means, remarks
from clvmodels.evaluation.backtesting.measures import Case, measures_of
from clvmodels.evaluation.backtesting.settings import Settings
from clvmodels.evaluation.backtesting.spread import Spread, spreads
from clvmodels.transactions import Calibration, Holdout, Transactions
from clvmodels.units import Horizon, TimeUnit


@dataclass(frozen=True)
class Remark:
    """Something to know of a contender at a cut-off: that it failed, and why, or what its scores do not tell.

    Attributes
    ----------
    cutoff, contender
        Where.
    kind
        "failed", "not converged", "at a boundary" or "not available".
    target
        Of what is not available; empty otherwise.
    message
        In words.
    """

    cutoff: date
    contender: str
    kind: str
    target: str
    message: str


@dataclass(frozen=True, eq=False)
class Forecast:
    """What one contender said at one cut-off, by target.

    Attributes
    ----------
    means
        Arrays of shape (n,).
    spreads
        Its predictive distributions, judged.
    """

    means: Mapping[str, FloatArray]
    spreads: Mapping[str, Spread] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        distinct = {id(spread): spread for spread in self.spreads.values()}
        return sum(array.nbytes for array in self.means.values()) + sum(one.nbytes for one in distinct.values())


@dataclass(frozen=True, eq=False)
class Origin:
    """One cut-off of a backtest.

    Attributes
    ----------
    cutoff, until
        The last day that was known, and the last one of the window.
    horizon
        Its length.
    customers
        How many.
    totals
        What happened, by target, over all customers.
    expected
        Contender, target and its forecast of that total.
    scores
        Contender, target, measure and value.
    remarks
        Failures and what else is to be known.
    ids, actual, forecasts
        The customers, what each did by target, and what contenders said; empty where predictions are not kept.
    """

    cutoff: date
    until: date
    horizon: str
    customers: int
    totals: Mapping[str, float]
    expected: tuple[tuple[str, str, float], ...]
    scores: tuple[tuple[str, str, str, float], ...]
    remarks: tuple[Remark, ...]
    ids: tuple[Any, ...] = ()
    actual: Mapping[str, FloatArray] = field(default_factory=dict)
    forecasts: Mapping[str, Forecast] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Size in memory of what is kept of every customer, about."""
        arrays = sum(array.nbytes for array in self.actual.values()) + 8 * len(self.ids)
        return arrays + sum(forecast.nbytes for forecast in self.forecasts.values())

    def without_customers(self) -> "Origin":
        """The scores alone."""
        return replace(self, ids=(), actual={}, forecasts={})


def judge(
    transactions: Transactions,
    contenders: Mapping[str, Any],
    day: object,
    settings: Settings,
    lock: Lock,
    advance: Callable[[], None],
) -> Origin:
    """Split the log at a cut-off and ask every contender.

    Parameters
    ----------
    transactions, contenders, settings
        Of the backtest.
    day
        The cut-off.
    lock
        Held while the log is read: connections to databases are not for several threads at once.
    advance
        Called after each contender.
    """
    with lock:
        calibration, holdout, lazy = _split(transactions, day, settings)
        actual = outcomes(holdout, settings)
    question = Question(calibration, length(holdout), settings, tuple(actual))
    # Contenders may look into the log, and a connection to a database refuses a second query at a time.
    with lock if lazy else nullcontext():
        forecasts, scores, remarks = _round(contenders, question, actual, advance)
    return Origin(
        calibration.cutoff, holdout.until, question.horizon, len(calibration.summary),
        {target: float(values.sum()) for target, values in actual.items()},
        tuple(_expected(forecasts)), tuple(scores), tuple(remarks),
        tuple(calibration.summary.ids()), actual, forecasts,
    )  # fmt: skip


def _round(
    contenders: Mapping[str, Any], question: Question, actual: Mapping[str, FloatArray], advance: Callable[[], None]
) -> tuple[dict[str, Forecast], list[tuple[str, str, str, float]], list[Remark]]:
    """Forecasts of all contenders that gave one, their scores, and remarks."""
    remarks: list[Remark] = []
    scores: list[tuple[str, str, str, float]] = []
    forecasts: dict[str, Forecast] = {}
    for name, contender in contenders.items():
        try:
            forecast, found = _asked(contender, question, actual, _seed(question, name))
            judged = list(_scores(forecast, actual, question.settings))
        # One contender must not take the others down with it, whatever it raises; what it raised is reported.
        except Exception as error:  # noqa: BLE001
            found = [("failed", "", f"{type(error).__name__}: {error}")]
        else:
            forecasts[name] = forecast
            scores += [(name, *score) for score in judged]
        remarks += [Remark(question.calibration.cutoff, name, *remark) for remark in found]
        advance()
    return forecasts, scores, remarks


def _split(transactions: Transactions, day: object, settings: Settings) -> tuple[Calibration, Holdout, bool]:
    """Both parts with tables in memory, and whether the log is not."""
    keywords = {**settings.summarize, "time_unit": settings.time_unit}
    calibration, holdout = transactions.split(day, settings.horizon, **keywords)
    lazy = calibration.summary.is_lazy
    calibration, holdout = replace(calibration, summary=calibration.summary.collected()), holdout.collected()
    if not len(calibration.summary):
        raise InputError(f"At the cut-off {calibration.cutoff} there is no customer yet.", advice="Take a later one.")
    if calibration.summary.ids() != holdout.ids():
        raise InputError(
            f"The customers before and after {calibration.cutoff} are not in one order.",
            advice="Give ids of one plain type, such as text or whole numbers.",
        )
    return calibration, holdout, lazy


def outcomes(holdout: Holdout, settings: Settings) -> dict[str, FloatArray]:
    """What happened after the cut-off, by target: purchases, with money revenue and value, and activity.

    Value is margin x revenue, each purchase discounted to the cut-off from when it was made.
    """
    purchases = holdout.column("purchases")
    found = {"purchases": purchases}
    if holdout.has("revenue"):
        found["revenue"] = holdout.column("revenue")
        found["value"] = settings.margin * holdout.discounted_revenue(settings.discount_rate)
    return found | {"activity": (purchases > 0).astype(float)}


def length(holdout: Holdout) -> str:
    """The window's length as text that loses nothing."""
    text = str(holdout.horizon)
    if Horizon.parse(text) == holdout.horizon:
        return text
    return f"{round(holdout.horizon.in_unit(TimeUnit.DAY))} days"


def _asked(
    contender: Any, question: Question, actual: Mapping[str, FloatArray], seed: int
) -> tuple[Forecast, list[tuple[str, str, str]]]:
    """A contender's forecast, and remarks: kind, target and message."""
    predictor = fitted(contender, question)
    said = means(predictor, question)
    found = [(kind, "", message) for kind, message in remarks(predictor)]
    absent = {target: "It is not predicted." for target in question.targets if target not in said}
    judged: dict[str, Spread] = {}
    if question.settings.level is not None:
        judged, without = spreads(predictor, question, {target: actual[target] for target in said}, seed)
        absent = without | absent
    found += [("not available", target, message) for target, message in absent.items()]
    return Forecast(said, judged), found


def _scores(
    forecast: Forecast, actual: Mapping[str, FloatArray], settings: Settings
) -> Iterator[tuple[str, str, float]]:
    for target, happened in actual.items():
        case = Case.of(forecast, target, happened, settings.ties)
        for measure in measures_of(target, settings):
            with np.errstate(over="ignore"):  # absurd forecasts have infinite errors
                yield target, measure.name, measure.of(case)


def _expected(forecasts: Mapping[str, Forecast]) -> Iterator[tuple[str, str, float]]:
    for name, forecast in forecasts.items():
        for target, values in forecast.means.items():
            yield name, target, float(values.sum())


def _seed(question: Question, name: str) -> int:
    """Of a contender at a cut-off, whatever others there are."""
    key = [question.settings.seed, question.calibration.cutoff.toordinal(), crc32(name.encode())]
    return int(np.random.default_rng(key).integers(2**31))
