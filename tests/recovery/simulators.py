"""Customers as the papers describe them, one event at a time in continuous time; nothing of the package is used."""

import numpy as np
import pandas as pd

import clvmodels as clv


def individuals(rng, n, r, alpha, a, b):
    """Purchase rates and dropout probabilities of n customers."""
    return rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)


def purchase_times(rng, rate, dropout, until):
    """Times of repeat purchases up to `until` (arrays of shape (n,)), and whether a customer is alive at the end.

    Returns
    -------
    who, when
        Customer and time of every purchase.
    alive
        Shape (n,).
    """
    clock, alive = np.zeros(len(rate)), np.ones(len(rate), dtype=bool)
    going = np.arange(len(rate))
    who, when = [], []
    while len(going):
        clock[going] += rng.exponential(1.0, len(going)) / np.maximum(rate[going], 1e-300)
        going = going[clock[going] <= until[going]]
        who.append(going)
        when.append(clock[going])
        stays = rng.random(len(going)) >= dropout[going]
        alive[going[~stays]] = False
        going = going[stays]
    return np.concatenate(who), np.concatenate(when), alive


def observed(rng, n, theta, T):
    """x and t_x of n customers observed to age T, shape (n,)."""
    return counted(rng, *individuals(rng, n, *theta), T)


def counted(rng, rate, dropout, T):
    """x and t_x of customers of these rates and dropout probabilities, observed to age T; all of shape (n,)."""
    who, when, _ = purchase_times(rng, rate, dropout, T)
    t_x = np.zeros(len(T))
    np.maximum.at(t_x, who, when)
    return np.bincount(who, minlength=len(T)).astype(float), t_x


def mean_orders(rng, x, p, q, v):
    """Mean of x Gamma(p, nu) orders of customers with their own nu ~ Gamma(q, v); 0 where x is 0."""
    nu = rng.gamma(q, 1 / v, len(x))
    total = rng.gamma(np.maximum(p * x, 1e-300)) / nu
    return np.where(x > 0, total / np.maximum(x, 1), 0.0)


def summary(x, t_x, T, m=None, unit="week"):
    frame = pd.DataFrame({"customer_id": np.arange(len(x)), "frequency": x, "recency": t_x, "T": T})
    return clv.Summary.from_frame(frame if m is None else frame.assign(monetary_value=m), time_unit=unit)
