"""A model of our own, as a user would write one: its formulas, and a statement of it.

Everybody purchases at the same rate and leaves at the same rate per time (Schmittlein, Morrison and Colombo 1987,
"Counting Your Customers", Management Science 33(1), before their rates vary over customers).
"""
# ruff: noqa: ARG001 - formulas take the columns that those of every model take

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
from scipy.special import gammainc

from clvmodels.fitting import Limit
from clvmodels.kernels.derivatives import Derivatives
from clvmodels.kernels.futures import purchase_while_alive
from clvmodels.models import PurchaseModel
from clvmodels.models.base import TINY
from clvmodels.parameters import Parameter
from clvmodels.priors import LogNormal, Prior


def _logs(x, t_x, T, rate, churn):
    """Whose sum is the likelihood of all that can have happened after t_x, and what they have in common."""
    total = rate + churn
    return np.log(churn) - total * t_x, np.log(rate) - total * T, x * np.log(rate) - np.log(total)


def log_likelihood(x, t_x, T, rate, churn):
    left, alive, both = _logs(*(np.asarray(v, float) for v in (x, t_x, T, rate, churn)))
    return both + np.logaddexp(left, alive)


def probability_alive(x, t_x, T, rate, churn):
    left, alive, both = _logs(*(np.asarray(v, float) for v in (x, t_x, T, rate, churn)))
    return np.minimum((1.0 + churn / rate) * np.exp(alive - np.logaddexp(left, alive)) + 0.0 * both, 1.0)


def prepare(x, t_x, T, counts):
    return x, t_x, T, counts


def log_likelihoods(rows, theta):
    *columns, counts = rows
    return log_likelihood(*columns, *theta.T[:, :, None]) @ counts


def derivatives(rows, theta):
    x, t_x, T, counts = rows
    rate, churn = theta
    left, alive, _ = _logs(x, t_x, T, rate, churn)
    gone = np.exp(left - np.logaddexp(left, alive))
    total, none = rate + churn, np.zeros(len(x))
    by_left = np.stack([-rate * t_x, 1.0 - churn * t_x])
    by_alive = np.stack([1.0 - rate * T, -churn * T])
    apart = by_left - by_alive
    bends = np.array([[-rate * t_x, none], [none, -churn * t_x]]), np.array([[-rate * T, none], [none, -churn * T]])
    share = rate * churn / total**2
    gradient = gone * by_left + (1.0 - gone) * by_alive + np.stack([x - rate / total, none - churn / total])
    hessian = gone * (1.0 - gone) * apart[:, None] * apart + gone * bends[0] + (1.0 - gone) * bends[1]
    hessian = hessian - share * np.array([[1.0, -1.0], [-1.0, 1.0]])[:, :, None]
    return Derivatives(float(counts @ log_likelihood(x, t_x, T, rate, churn)), gradient @ counts, hessian @ counts)


def start(x, t_x, T, counts):
    return np.array([max(counts @ x, 1.0) / (counts @ T), 0.5 * counts.sum() / (counts @ T)])


def degenerate(x, t_x, T):
    return None if x.any() else ("nobody repeats", np.array([1e-130, 1.0 / max(T.max(), 1.0)]), 0.0)


def _staying(x, T, horizon, delta, rate, churn):
    """Time alive in the horizon, discounted: churn is a discount rate like any other."""
    _, _, horizon, lost = np.broadcast_arrays(
        *(np.asarray(v, float) for v in (x, T, horizon, delta + churn + 0.0 * rate))
    )
    return -np.expm1(-lost * horizon) / lost


def lifetime_if_alive(x, T, horizon, delta, rate, churn):
    return _staying(x, T, horizon, delta, rate, churn)


def purchases_if_alive(x, T, horizon, delta, rate, churn):
    return rate * _staying(x, T, horizon, delta, rate, churn)


def active_if_alive(x, T, horizon, rate, churn):
    shape = np.broadcast_shapes(*(np.shape(v) for v in (x, T, horizon, rate, churn)))
    return np.broadcast_to(-rate / (rate + churn) * np.expm1(-(rate + churn) * horizon), shape)


def counts_if_alive(x, T, horizon, most, rate, churn):
    x, T, rate, churn = (
        v[..., None] for v in np.broadcast_arrays(*(np.asarray(v, float) for v in (x, T, rate, churn)))
    )
    n, total = np.arange(most + 2.0), rate + churn
    within = np.where(n > 0, gammainc(np.maximum(n, 1.0), total * horizon), 1.0)
    return -np.diff((rate / total) ** n * within, axis=-1)


def simulate_if_alive(rng, x, T, horizon, rate, churn):
    lifetime = rng.standard_exponential(len(x)) / churn
    return purchase_while_alive(rng, np.broadcast_to(rate, x.shape), lifetime, horizon)


FORMULAS = {name: value for name, value in globals().items() if callable(value) and name.islower() and name[0] != "_"}


@dataclass(frozen=True)
class Twins(PurchaseModel):
    """Everybody is alike."""

    name: ClassVar[str] = "Twins"
    kernel: ClassVar = SimpleNamespace(**FORMULAS)
    finding: ClassVar[str] = "everybody is alike"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("rate", "Purchases per unit of time.", time_power=-1),
        Parameter("churn", "Departures per unit of time.", time_power=-1),
    )
    default_priors: ClassVar[Mapping[str, Prior]] = {
        "rate": LogNormal(mu=1.0, sigma=2.0, unit="data"),
        "churn": LogNormal(mu=0.0, sigma=2.0, unit="data"),
    }
    limits: ClassVar[tuple[Limit, ...]] = (Limit("nobody leaves", (0, TINY), ((1,), (0,))),)
