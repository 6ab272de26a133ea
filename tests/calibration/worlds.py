"""Worlds whose parameters are drawn from a known prior: customers in continuous time, and what they did afterwards."""

from dataclasses import dataclass

import numpy as np

import clvmodels as clv
from clvmodels import priors
from tests.recovery.simulators import individuals, purchase_times, summary

# Typical worlds, spread widely enough that a method which forgets its prior, or trusts it too much, would show.
PURCHASES = {
    "r": priors.LogNormal(np.log(0.6), 0.5),
    "alpha": priors.LogNormal(np.log(6.0), 0.5),
    "mean_dropout": priors.Beta(3.0, 9.0),
    "dropout_concentration": priors.LogNormal(np.log(4.0), 0.5),
}
SPEND = {
    "p": priors.LogNormal(np.log(4.0), 0.4),
    "q": priors.LogNormal(np.log(3.0), 0.4, lower_bound=1.0),
    "v": priors.LogNormal(np.log(20.0), 0.4),
}
# Order values with q around 2: infinite variance or third moment in most worlds.
HEAVY = SPEND | {"q": priors.LogNormal(np.log(0.9), 0.4, lower_bound=1.0)}
# Customers were acquired in ten cohorts, so that few ages differ; purchases fall at any time.
AGES = np.arange(24.0, 61.0, 4.0)
HORIZON, RATE, MARGIN, COST = 39.0, 0.25, 0.4, "10 per year"
WEEKS_PER_YEAR = 365.25 / 7
DELTA = np.log1p(RATE) / WEEKS_PER_YEAR
COST_PER_WEEK = 10.0 / WEEKS_PER_YEAR


@dataclass(frozen=True)
class World:
    """Customers, and their future within the horizon.

    Attributes
    ----------
    truth
        Parameters by symbol.
    x, t_x, T, m
        What was observed, shape (n,) each.
    purchases, clv, order_value
        What came: purchases, discounted margin less cost, and the customer's own mean order value, shape (n,) each.
    """

    truth: dict
    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    m: np.ndarray
    purchases: np.ndarray
    clv: np.ndarray
    order_value: np.ndarray

    def summary(self, rows=slice(None)):
        return summary(self.x[rows], self.t_x[rows], self.T[rows], self.m[rows])


def drawn(rng, priors_by_name):
    """One set of parameters from priors."""
    return {name: float(prior.sample(rng, 1)[0]) for name, prior in priors_by_name.items()}


def of_dropout(truth):
    """The parameters r, alpha, a, b of those that priors name."""
    mean, concentration = truth["mean_dropout"], truth["dropout_concentration"]
    return truth["r"], truth["alpha"], mean * concentration, (1.0 - mean) * concentration


def world(rng, n, spend=None, horizon=HORIZON):
    """A world of n customers."""
    truth = drawn(rng, PURCHASES) | drawn(rng, spend or SPEND)
    T = rng.choice(AGES, n)
    who, when, alive = purchase_times(rng, *individuals(rng, n, *of_dropout(truth)), T + horizon)
    nu = rng.gamma(truth["q"], 1.0 / truth["v"], n)
    amount = rng.gamma(truth["p"], 1.0 / nu[who])
    seen, ahead = when <= T[who], when - T[who]
    x = _sums(who[seen], 1.0, n)
    last, t_x = np.zeros(n), np.zeros(n)
    np.maximum.at(last, who, when)
    np.maximum.at(t_x, who[seen], when[seen])
    m = _sums(who[seen], amount[seen], n) / np.maximum(x, 1.0)
    lived = np.where(alive, horizon, np.maximum(last - T, 0.0))  # who leaves, leaves at a purchase
    money = _sums(who[~seen], (amount * np.exp(-DELTA * ahead))[~seen], n)
    clv_ = MARGIN * money - COST_PER_WEEK * -np.expm1(-DELTA * lived) / DELTA
    return World(truth, x, t_x, T, m, _sums(who[~seen], 1.0, n), clv_, truth["p"] / nu)


def fitted(customers, method, spend=None):
    """Both models fitted with the priors of the worlds, and their valuation."""
    purchases = clv.BGNBD(priors=PURCHASES).fit(customers, method=method)
    money = clv.GammaGamma(priors=spend or SPEND).fit(customers, method=method)
    terms = {"discount_rate": RATE, "margin": MARGIN, "retention_cost": COST}
    return purchases, money, clv.LifetimeValue(purchases, money, horizon=HORIZON, **terms)


def _sums(who, what, n):
    return np.bincount(who, weights=np.broadcast_to(what, who.shape), minlength=n)
