"""The function `backtest`."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from datetime import date
from threading import Lock
from typing import Any

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation.backtesting.origin import Origin, judge
from clvmodels.evaluation.backtesting.result import Backtest
from clvmodels.evaluation.backtesting.settings import Settings, common_term, require_contenders, whole
from clvmodels.progress import bar
from clvmodels.transactions import Transactions

# Above this, predictions are kept only where that is asked for.
_MOST_KEPT = 2**30


def backtest(  # noqa: PLR0913 - the contract's keywords, turned into a value at once
    transactions: Transactions,
    contenders: Mapping[str, Any],
    *,
    cutoffs: Iterable[object],
    horizon: object,
    time_unit: str,
    level: float | None = None,
    draws: int = 500,
    seed: int = 0,
    margin: float | None = None,
    discount_rate: float | None = None,
    ties: str = "share",
    keep_predictions: bool | None = None,
    n_jobs: int = 1,
    progress: bool | None = None,
    **summarize: Any,
) -> Backtest:
    """Fit contenders at several cut-offs, each on what was known then, and compare what they said with what happened.

    At each cut-off the log is split once. Every contender is fitted on the calibration alone and asked about the same
    customers, those known at the cut-off, and the same window after it. A contender that fails is reported in
    `failures` and missing at that cut-off only.

    Four targets are judged. *purchases* and *revenue* within the window are compared with the columns
    expected_purchases and expected_revenue of `predict`. *value* is margin x revenue, each purchase discounted to the
    cut-off, and is compared with `clv`. It is value before retention cost, which is taken out of every contender: a
    cost that is charged while a customer is alive cannot be observed, since nobody sees a customer die. *activity*,
    whether a customer bought at least once, is compared with probability_active, a column of `predict` or else asked of
    the predictor's `purchases`. Revenue and value need a log with amounts.

    Parameters
    ----------
    transactions
        The whole log, of any engine.
    contenders
        By name: a `Pipeline`, heuristics, models of purchases, or anything with `fit(calibration)` that returns a
        `ValuePredictor`. What has `over(horizon)` is asked for this horizon; what has not is asked as it is.
    cutoffs
        Days; each is the last one that is known. Their windows may overlap.
    horizon
        Length of the window, such as "26 weeks", or a number in `time_unit`.
    time_unit, summarize
        As for `Transactions.summarize`, for instance `refunds="ignore"`.
    level
        Of intervals, such as 0.8: with it, predictive distributions are judged as well, of contenders that have them.
    draws
        From each predictive distribution. Scores are unbiased for any number; of many customers, 100 are enough.
    seed
        Of the random numbers; results do not depend on `n_jobs`.
    margin, discount_rate
        By which value is reckoned, for all contenders alike; by default those of the contenders, which must agree.
    ties
        How the top of a list with ties is cut: "share", which does not depend on the order of customers, or "first",
        in that order, as published tables often are.
    keep_predictions
        Whether predictions of every customer are kept, which `compare`, `predictions` and the tables of customers need:
        8 bytes per customer, contender, cut-off and target, and with a level some five times that. By default they are
        kept up to 1 GiB.
    n_jobs
        Cut-offs at a time, in threads; -1 for one per processor. On lazy frames it is always one, as a connection to a
        database serves one query at a time.
    progress
        Whether to show a bar; by default on terminals and in notebooks.

    Returns
    -------
    Backtest
        Its `scores`, `league`, `compare` and tables; printed, it is the league table.

    Raises
    ------
    InputError
        If a window ends after the log, a setting is impossible, or contenders differ in margin or discount rate.
    WrongTypeError
        If contenders are not named, or one cannot be fitted.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> recipe = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="26 weeks")
    >>> result = clv.backtest(
    ...     tx, {"BG/NBD": recipe}, cutoffs=["1997-06-30", "1997-12-30"], horizon="26 weeks", time_unit="week"
    ... )
    >>> result.ok
    True
    >>> result.league("purchases")[["contender", "rank", "cutoffs", "bias", "rmse"]].round(2)
      contender  rank  cutoffs  bias  rmse
    0    BG/NBD     1        2 -0.05  1.26
    """
    contenders = require_contenders(contenders)
    if not isinstance(transactions, Transactions):
        raise WrongTypeError(f"A {type(transactions).__name__} is no Transactions.", advice="Make one of the log.")
    settings = Settings(
        horizon=horizon, time_unit=time_unit, level=level, draws=draws, seed=seed, ties=ties, summarize=summarize,
        margin=common_term(contenders, "margin", margin, 1.0),
        discount_rate=common_term(contenders, "discount_rate", discount_rate, 0.0),
    )  # fmt: skip
    days = _days(cutoffs)
    with bar("Backtest", len(days) * len(contenders), progress) as advance:
        lock = Lock()
        origins = _each(days, lambda day: judge(transactions, contenders, day, settings, lock, advance), n_jobs)
    origins = sorted(origins, key=lambda origin: origin.cutoff)
    if len({origin.cutoff for origin in origins}) < len(origins):
        raise InputError("A cut-off is given twice.", rows=[origin.cutoff for origin in origins])
    if keep_predictions is None:
        keep_predictions = sum(origin.nbytes for origin in origins) <= _MOST_KEPT
    kept = origins if keep_predictions else [origin.without_customers() for origin in origins]
    return Backtest(settings, tuple(contenders), tuple(kept))


def _days(cutoffs: Any) -> list[object]:
    days = [cutoffs] if isinstance(cutoffs, (str, date)) or not isinstance(cutoffs, Iterable) else list(cutoffs)
    if not days:
        raise InputError("There are no cut-offs.", advice='Such as cutoffs=["1997-09-30"].')
    return days


def _each(days: list[object], one: Callable[[object], Origin], n_jobs: int) -> list[Origin]:
    """Every cut-off, the outermost first: if one of them lies outside the log, little work is lost."""
    order = sorted(range(len(days)), key=lambda place: min(place, len(days) - 1 - place))
    days = [days[place] for place in order]
    workers = (os.cpu_count() or 1) if n_jobs == -1 else whole(n_jobs, "n_jobs", 1)
    if workers == 1 or len(days) == 1:
        return [one(day) for day in days]
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(one, day) for day in days]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            # After a fault, or when the user interrupts, what has not begun shall not begin.
            pool.shutdown(wait=False, cancel_futures=True)
        for future in done:
            future.result()  # raises what it ended with
        return [future.result() for future in futures]
