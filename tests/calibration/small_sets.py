"""Sets of 200 customers, some with posteriors far from normal, and how draws compare with the exact posterior."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

import clvmodels as clv
from tests.calibration.brute_force import purchases_posterior, spend_posterior
from tests.calibration.independent import value_of
from tests.recovery.simulators import mean_orders, observed, summary

CUSTOMERS = 200
# Systematic resampling rounds every weight up or down, with a variance of at most a quarter of a draw each.
RESAMPLED = 0.25
SHARES = np.array([0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975])


@dataclass(frozen=True)
class SmallSet:
    """Customers and the columns that each model's formulas take of them."""

    customers: clv.Summary
    purchases: tuple
    spend: tuple

    def posterior(self, fit, **options):
        """Marginals by name of the exact posterior, with the priors of a fit."""
        if isinstance(fit.model, clv.BGNBD):
            return purchases_posterior(self.purchases, fit.priors, **options)
        return spend_posterior(self.spend, fit.priors, **options)


def small_set(seed, n=CUSTOMERS):
    """Customers of any kind: some 15% to nearly all of them repeat."""
    rng = np.random.default_rng(seed)
    r, a, b = np.exp(rng.uniform(np.log([0.1, 0.2, 0.2]), np.log([3.0, 5.0, 5.0])))
    T = rng.uniform(20.0, 52.0, n)
    alpha = r * 35.0 / np.exp(rng.uniform(np.log(0.3), np.log(15.0)))
    x, t_x = observed(rng, n, (r, alpha, a, b), T)
    p, q = np.exp(rng.uniform(np.log([0.5, 1.2]), np.log([15.0, 10.0])))
    m = mean_orders(rng, x, p, q, 15.44)
    return SmallSet(summary(x, t_x, T, m), (x, t_x, T), (x[x > 0], m[x > 0]))


def coordinates(fit):
    """The draws of a fit by the names of its priors, each in the coordinate of `independent`, shape (d,)."""
    values = dict(zip((parameter.symbol for parameter in fit.model.parameters), fit.draws.T, strict=True))
    if "mean_dropout" in fit.priors:
        a, b = values["a"], values["b"]
        values |= {"mean_dropout": a / (a + b), "dropout_concentration": a + b}
    return {name: _unbounded(prior, values[name]) for name, prior in fit.priors.items()}


def deviations(fit, exact, effective):
    """How far draws are from the exact posterior, in Monte Carlo standard errors, by what is compared.

    Parameters
    ----------
    fit
        With draws.
    exact
        Marginals by name.
    effective
        How many independent draws the fit's are worth.
    """
    found = {}
    worth = 1.0 / (1.0 / effective + RESAMPLED / len(fit.draws))
    for name, w in coordinates(fit).items():
        marginal = exact[name]
        # Of a share itself: its logit has a long tail towards "nobody drops out", where nothing depends on it.
        scale = expit if fit.priors[name].support == "share" else np.asarray
        mean, value = marginal.mean(scale), scale(w)
        spread = [marginal.mean(lambda at, k=k, m=mean, f=scale: (f(at) - m) ** k) for k in (2, 4)]
        sd, kurtosis = np.sqrt(spread[0]), spread[1] / spread[0] ** 2
        found[name, "mean"] = (value.mean() - mean) / (sd / np.sqrt(worth))
        found[name, "sd"] = (value.std() / sd - 1.0) / np.sqrt((kurtosis - 1.0) / 4.0 / worth)
        for share, quantile in zip(SHARES, marginal.quantile(SHARES), strict=True):
            found[name, f"{share:g}"] = ((w <= quantile).mean() - share) / np.sqrt(share * (1.0 - share) / worth)
    return found


def _unbounded(prior, value):
    if prior.support == "share":
        return np.log(value) - np.log1p(-value)
    return np.log(value - value_of(prior, -np.inf))
