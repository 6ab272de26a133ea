"""What a run says of the time after it, to be kept until it can be compared with what happened."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from clvmodels.errors import BoundaryError
from clvmodels.fitting import PurchaseFit
from clvmodels.fitting.problem import some_rows
from clvmodels.lifetime import LifetimeValue
from clvmodels.runs import Outlook
from clvmodels.transactions import Summary

# Chance is measured on so many customers and draws: its variance is known to some five percent then.
_CUSTOMERS, _DRAWS = 2_000, 50
# Draws of the parameters, whose part in a short forecast is small.
_PARAMETERS = 16


def outlooks(value: LifetimeValue, summary: Summary, windows: Iterable[int], seed: int) -> tuple[Outlook, ...]:
    """Purchases and revenue expected of all customers within windows of so many days, shortest first.

    Parameters
    ----------
    value
        Fitted models of purchases and order values.
    summary
        Customers in memory.
    windows
        Lengths in days.
    seed
        Of the random numbers that variances are made of.
    """
    return tuple(_outlook(value, summary, days, seed) for days in sorted(set(windows)))


def _outlook(value: LifetimeValue, summary: Summary, days: int, seed: int) -> Outlook:
    horizon = f"{days} days"
    purchases = value.purchases.expected_purchases(summary, horizon)
    revenue = float(np.sum(value.revenue(summary, purchases)))
    fit = value.purchases
    variance = 0.0
    if isinstance(fit, PurchaseFit) and len(purchases):
        variance = _by_chance(fit, summary, horizon, seed) + _by_parameters(fit, summary, horizon, seed)
    return Outlook(days, float(purchases.sum()), revenue, variance)


def _by_chance(fit: PurchaseFit, summary: Summary, horizon: str, seed: int) -> float:
    """Sum of the variances of single customers, whose chances are their own."""
    everybody = len(summary)
    few = summary
    if everybody > _CUSTOMERS:
        chosen = np.random.default_rng(seed).choice(everybody, _CUSTOMERS, replace=False)
        few = some_rows(summary, np.sort(chosen))
    drawn = _known(fit).sample_purchases(few, horizon, _DRAWS, seed)
    return float(drawn.var(axis=1, ddof=1).sum()) * everybody / len(few)


def _by_parameters(fit: PurchaseFit, summary: Summary, horizon: str, seed: int) -> float:
    """Variance of the expected total over what the parameters may be, for which customers share their draws."""
    try:
        draws = fit.parameter_draws(_PARAMETERS, seed)
    except BoundaryError:
        return 0.0  # at a boundary nothing is known of their spread
    totals = [replace(fit, draws=theta[None]).expected_purchases(summary, horizon).sum() for theta in draws]
    return float(np.var(totals, ddof=1))


def _known(fit: PurchaseFit) -> PurchaseFit:
    """The fit as if its parameters were known, so that draws of customers differ by chance alone."""
    theta = fit.draws.mean(axis=0)
    at = dict(zip((parameter.symbol for parameter in fit.model.parameters), map(float, theta), strict=True))
    return fit.model.at(time_unit=str(fit.time_unit), **at)  # type: ignore[attr-defined,no-any-return]
