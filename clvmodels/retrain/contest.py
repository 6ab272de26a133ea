"""Candidates fitted on all that is known, and backtested with the champion's specification and rules of thumb."""

import warnings
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from clvmodels.errors import BoundaryError, ClvError, InputError
from clvmodels.evaluation import Backtest, backtest
from clvmodels.lifetime import LifetimeValue
from clvmodels.retrain.config import Config
from clvmodels.retrain.judging import Fitted
from clvmodels.retrain.kinds import days_of
from clvmodels.retrain.reading import Reading
from clvmodels.retrain.specification import Specification, rules
from clvmodels.runs import Candidate, Totals
from clvmodels.transactions import Summary


def fit_all(candidates: Sequence[Specification], summary: Summary) -> tuple[Fitted, ...]:
    """Each candidate fitted; what goes wrong with one is told and stops no other."""
    return tuple(_fit(one, summary) for one in candidates)


def _fit(specification: Specification, summary: Summary) -> Fitted:
    try:
        # Samplers warn of what their diagnostics say as well, which are kept.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = specification.recipe.fit(summary)
    except ClvError as error:
        return Fitted(specification, None, str(error))
    fitted = Fitted(specification, value, "")
    message = " ".join(f"{fit.model.name}: {fit.diagnostics.message}" for fit in fitted.fits)
    return Fitted(specification, value, message)


def cutoffs(config: Config, reading: Reading) -> tuple[date, ...]:
    """The last windows before the end of observation, as many as the log has room for.

    Raises
    ------
    InputError
        If there is room for none.
    """
    days = days_of(config.backtest.horizon)
    # Before the first cut-off there must be as much to learn from as a window is long.
    room = ((reading.until - reading.first).days + 1) // days - 1
    if room < 1:
        raise InputError(
            f"The log covers {(reading.until - reading.first).days + 1:,} days, too few for a window of "
            f"{config.backtest.horizon} after as much to learn from.",
            advice="Shorten [backtest] horizon.",
        )
    number = min(config.backtest.cutoffs, room)
    return tuple(reading.until - timedelta(days=days * place) for place in range(number, 0, -1))


def contest(config: Config, reading: Reading, candidates: Sequence[Specification]) -> tuple[Backtest, dict[str, str]]:
    """The backtest of all candidates and rules of thumb, and the candidates' names with the role of a rule for others.

    Raises
    ------
    InputError
        If the log is too short.
    """
    heuristics: Mapping[str, Any] = rules(config)
    contenders = {**heuristics, **{one.label: one.recipe for one in candidates}}
    found = backtest(
        reading.transactions, contenders, cutoffs=cutoffs(config, reading), horizon=config.backtest.horizon,
        margin=config.value.margin, discount_rate=config.value.discount_rate, seed=config.value.seed, progress=False,
        **reading.keywords,
    )  # fmt: skip
    return found, dict.fromkeys(contenders, "heuristic")


def roles(candidates: Sequence[Specification], champion: Specification | None) -> dict[str, str]:
    """Champion or challenger, by the candidate's name."""
    own = champion and next((one.label for one in candidates if one.same_as(champion)), None)
    return {one.label: "champion" if one.label == own else "challenger" for one in candidates}


def told(candidates: Sequence[Fitted], role: Mapping[str, str], chosen: str) -> tuple[Candidate, ...]:
    """Candidates as the outcome names them."""
    return tuple(
        Candidate(
            one.label, role[one.label], one.specification.keys.purchases, one.specification.keys.spend,
            one.specification.keys.method, one.ok, one.message, one.label == chosen,
        )
        for one in candidates
    )  # fmt: skip


def scored(value: LifetimeValue, summary: Summary, config: Config) -> tuple[Any, Totals, str]:
    """Scores of every customer as a PyArrow table, their totals, and a remark where there are no intervals."""
    level, seed, remark = config.value.level, config.value.seed, ""
    try:
        frame = value.predict(summary, level, seed=seed)
        total = value.total(summary, level, seed=seed)
    except BoundaryError as error:
        remark = f"There are no intervals. {error.what}"
        frame, total = value.predict(summary), value.total(summary)
    sums = {
        name: float(frame[name].to_numpy().sum()) for name in frame.column_names if name.startswith(("expected", "p"))
    }
    totals = Totals(
        customers=frame.num_rows,
        alive=sums["probability_alive"],
        purchases=sums["expected_purchases"],
        revenue=sums["expected_revenue"],
        value=total,
        horizon=str(config.value.horizon),
    )
    return frame, totals, remark
