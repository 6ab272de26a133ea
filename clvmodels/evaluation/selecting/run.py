"""Fit candidates and choose among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation.backtesting import Backtest, backtest, last_cutoffs
from clvmodels.evaluation.compare import compare
from clvmodels.evaluation.selecting.reason import Standing, choose
from clvmodels.evaluation.selecting.selection import Selection
from clvmodels.fitting import Laplace, PurchaseFit, require_summary
from clvmodels.models import BGNBD, MBGNBD, NBD, ParetoNBD, PurchaseModel
from clvmodels.transactions import Calibration, Summary, Transactions
from clvmodels.transactions.moments import date_of

if TYPE_CHECKING:
    import pandas as pd

# The plainest first: it is taken where candidates of as many parameters tie.
CANDIDATES: tuple[type[PurchaseModel], ...] = (NBD, BGNBD, MBGNBD, ParetoNBD)
# A log that ends with the summary is cut so much before its end.
_SHARE_HELD_OUT = 0.25
_MEASURE = "rmse"


def select(
    summary: Summary,
    candidates: Mapping[str, PurchaseModel] | None = None,
    *,
    log: Transactions | Calibration | None = None,
    horizon: object = None,
    draws: int = 1_000,
    seed: int = 0,
) -> Selection:
    """Fit several models of purchases to the same customers, and say which one to take and why.

    Candidates are compared by the probability that they give to customers who were left out (elpd_loo, from their
    posteriors), and with a log also by their forecasts of a holdout. One is ahead of another if the difference is above
    4 and above two of its standard errors, or, in the holdout, beyond chance; of those that nobody is ahead of, the one
    with the fewest parameters is taken. AIC and BIC stand in the table and decide nothing: they are of the maximum,
    which may lie at a boundary.

    Parameters
    ----------
    summary
        Customers, on any engine.
    candidates
        Models by name, with priors of their own if wanted; by default NBD, BG/NBD, MBG/NBD and Pareto/NBD. Of
        those that tie and have as many parameters the one that stands first is taken.
    log
        The log that the summary was made of, or the calibration of a split, to judge forecasts too. If it goes on after
        the summary, the holdout is what follows; else its last part, which the models that are judged there have not
        seen.
    horizon
        Length of the holdout, such as "26 weeks"; by default all that follows the summary, or the last quarter.
    draws, seed
        From each posterior, and the seed of the random numbers.

    Returns
    -------
    Selection
        Its `table` has, beside the columns of `compare` (aic, bic and log_likelihood are of the maximum), `boundary`,
        the simpler model that a candidate's maximum is, or None; and with a log holdout_bias, holdout_rmse and holdout
        ("best", "tie" or "worse" by squared error, beyond chance of which customers there are).

    Raises
    ------
    InputError
        If there are no candidates, or the log is too short for the holdout.
    WrongTypeError
        If a candidate is no model of purchases.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> found = clv.select(summary, {"BG/NBD": clv.BGNBD(), "NBD": clv.NBD()}, draws=200)
    >>> found.choice, found.reason[:44]
    ('BG/NBD', 'Customers leave after repeat purchases: BG/N')
    """
    models = _models(candidates)
    fits = {name: model.fit(require_summary(summary)) for name, model in models.items()}
    method = Laplace(draws=draws, seed=seed)
    posteriors = {name: model.fit(summary, method) for name, model in models.items()}
    judged = None if log is None else _forecasts(models, summary, log, horizon, seed)
    table = _table(summary, fits, posteriors)
    if judged is not None:
        table = table.merge(_holdout(judged, seed), on="fit")
    choice = choose(_standings(table.set_index("fit").to_dict("index"), fits, posteriors))
    return Selection(summary, fits, posteriors, table, choice.name, choice.reason, judged)


def _models(candidates: Any) -> Mapping[str, PurchaseModel]:
    if candidates is None:
        return {model.name: model() for model in CANDIDATES}
    if not isinstance(candidates, Mapping) or not candidates:
        raise InputError("There are no candidates.", advice='Such as {"BG/NBD": clv.BGNBD(), "NBD": clv.NBD()}.')
    for name, model in candidates.items():
        if not isinstance(model, PurchaseModel):
            raise WrongTypeError(f"The candidate {name!r} is a {type(model).__name__}, no model of purchases.")
    return dict(candidates)


def _table(summary: Summary, fits: Mapping[str, PurchaseFit], posteriors: Mapping[str, PurchaseFit]) -> "pd.DataFrame":
    """What `compare` says of the posteriors, with the figures of the maximum."""
    of_maximum = ["ok", "log_likelihood", "aic", "bic"]
    left_out = compare(posteriors, summary).drop(columns=[*of_maximum, "method"])
    table = left_out.merge(compare(fits, summary)[["fit", *of_maximum]], on="fit")
    boundaries = [fits[name].diagnostics.boundary for name in table["fit"]]
    columns = ["fit", "model", "parameters", "customers", *of_maximum]
    return table[[*columns, *(name for name in left_out.columns if name not in columns)]].assign(
        boundary=np.array(boundaries, dtype=object)
    )


def _standings(
    rows: Mapping[Any, Mapping[Any, Any]], fits: Mapping[str, PurchaseFit], posteriors: Mapping[str, PurchaseFit]
) -> list[Standing]:
    return [
        Standing(
            name,
            fit.model.finding if isinstance(fit.model, PurchaseModel) else "",
            len(fit.model.parameters),
            fit.diagnostics.ok and posteriors[name].diagnostics.ok,
            -float(rows[name]["elpd_difference"]),
            float(rows[name]["difference_se"]),
            str(rows[name].get("holdout", "")),
        )
        for name, fit in fits.items()
    ]


@dataclass(frozen=True)
class _Window:
    """A holdout: the last day before it, and its length."""

    cutoff: object
    horizon: object


def _forecasts(
    models: Mapping[str, PurchaseModel], summary: Summary, log: object, horizon: object, seed: int
) -> Backtest:
    transactions = log.transactions if isinstance(log, Calibration) else log
    if not isinstance(transactions, Transactions):
        raise WrongTypeError(f"log= is a {type(log).__name__}, no Transactions.", advice="Make one of the log.")
    window = _window(transactions, summary, horizon)
    return backtest(
        transactions, models, cutoffs=[window.cutoff], horizon=window.horizon, time_unit=str(summary.time_unit),
        seed=seed, progress=False, **_keywords(summary),
    )  # fmt: skip


def _window(transactions: Transactions, summary: Summary, horizon: object) -> _Window:
    """What follows the summary, or else the log's last part."""
    if summary.options is None:
        raise InputError(
            "The summary was not made of a log, so that its rule of counting is not known.",
            advice="Make it by Transactions.summarize, or leave log= out.",
        )
    bounds = transactions.plan(summary.options).bounds
    last = bounds.last_whole_day
    until = last if summary.until is None else min(_day(summary.until), last)
    if until < last and horizon is None:
        return _Window(until, f"{(last - until).days} days")
    if until < last:
        return _Window(until, horizon)
    days = int(_SHARE_HELD_OUT * (last - date_of(bounds.low)).days)
    if horizon is None:
        return _Window(last - timedelta(days=days), f"{days} days")
    return _Window(last_cutoffs(transactions, 1, horizon, time_unit=str(summary.time_unit))[0], horizon)


def _day(until: Any) -> Any:
    return until.date() if hasattr(until, "date") else until


def _keywords(summary: Summary) -> dict[str, Any]:
    """How the summary was counted, as `backtest` takes it."""
    assert summary.options is not None
    given = summary.options.as_dict()
    return {name: given[name] for name in given if name not in {"time_unit", "until", "after_until"}}


def _holdout(judged: Backtest, seed: int) -> "pd.DataFrame":
    """Per candidate its bias and squared error, and whether others were better beyond chance."""
    league = judged.league("purchases", by=_MEASURE)
    first = str(league["contender"].iloc[0])
    verdicts = {first: "best"}
    if len(league) > 1:
        rivals = judged.compare(first, metric=_MEASURE, seed=seed)
        verdicts |= dict(zip(rivals["contender"], rivals["verdict"], strict=True))
    table = league[["contender", "bias", _MEASURE]].assign(holdout=[verdicts[name] for name in league["contender"]])
    return table.rename(columns={"contender": "fit", "bias": "holdout_bias", _MEASURE: "holdout_rmse"})
