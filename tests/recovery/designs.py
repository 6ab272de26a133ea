"""Data sets of every kind: few and many customers, all shapes of the parameters, any unit of time and money."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import clvmodels as clv
from clvmodels.kernels import bgnbd, gamma_gamma
from tests.recovery.simulators import mean_orders, observed, summary

SETS = {"modest": {"purchases": 40, "spend": 20}, "full": {"purchases": 1_000, "spend": 500}}
FEWEST, MOST = 30, 5_000
# The n classes of the tables; a set of 300 customers belongs to the second.
CLASSES = ((30, 100), (100, 300), (300, 1_000), (1_000, 5_001))
DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
SEED = 20_260_101


@dataclass(frozen=True)
class Case:
    """One simulated data set, and what it was simulated from.

    Attributes
    ----------
    name, seed
        Which set of the design it is.
    model, kernel
        What is fitted, and its formulas.
    truth
        Parameters by symbol, in the units of the data.
    columns
        As the kernel takes them, of the customers that inform the model.
    customers
        The summary, in `unit`.
    unit
        Of time.
    """

    name: str
    seed: tuple[int, ...]
    model: Any
    kernel: Any
    truth: Mapping[str, float]
    columns: tuple[np.ndarray, ...]
    customers: clv.Summary
    unit: str

    @property
    def n(self):
        return len(self.columns[0])


def _log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def purchases(k):
    """Set k of BG/NBD: every tenth with all T equal."""
    seed = (SEED, 1, k)
    rng = np.random.default_rng(seed)
    n, unit = round(_log_uniform(rng, FEWEST, MOST)), list(DAYS)[k % len(DAYS)]
    r, a, b = _log_uniform(rng, 0.05, 5), _log_uniform(rng, 0.1, 10), _log_uniform(rng, 0.1, 10)
    longest = _log_uniform(rng, 60, 3_650) / DAYS[unit]
    # Purchases that a customer who never drops out makes on average; the mean age is near 2/3 of the longest.
    alpha = r * longest / _log_uniform(rng, 0.2, 30)
    T = np.full(n, longest) if k % 10 == 9 else rng.uniform(longest * rng.uniform(0, 0.9), longest, n)
    truth = {"r": r, "alpha": alpha, "a": a, "b": b}
    x, t_x = observed(rng, n, tuple(truth.values()), T)
    customers = summary(x, t_x, T, unit=unit)
    return Case(f"purchases {k}", seed, clv.BGNBD(), bgnbd, truth, (x, t_x, T), customers, unit)


def spend(k):
    """Set k of Gamma-Gamma; numbers of orders are geometric, Poisson or widely spread in turn."""
    seed = (SEED, 2, k)
    rng = np.random.default_rng(seed)
    n = round(_log_uniform(rng, FEWEST, MOST))
    p, q, money = _log_uniform(rng, 0.2, 20), _log_uniform(rng, 0.5, 15), _log_uniform(rng, 0.01, 1e6)
    more = _log_uniform(rng, 0.3, 15)
    rate = rng.gamma((1.0, 1e6, 0.3)[k % 3], size=n)
    x = 1.0 + rng.poisson(more * rate / rate.mean())
    truth = {"p": p, "q": q, "v": money * q / p}
    m = mean_orders(rng, x, **truth)
    customers = summary(x, np.full(n, 5.0), np.full(n, 9.0), m)
    return Case(f"spend {k}", seed, clv.GammaGamma(), gamma_gamma, truth, (x, m), customers, "week")
