"""What priors imply of customers such as those at hand, beside what these customers did."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting.coordinates import Coordinates
from clvmodels.fitting.intervals import tails_of
from clvmodels.fitting.posterior import Posterior
from clvmodels.fitting.problem import Problem, purchase_problem, read, require_summary, spend_inputs, spend_problem
from clvmodels.fitting.specification import Specification
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd

# Quantities that could be observed, of parameters of shape (k,).
Implied: TypeAlias = Callable[[FloatArray], tuple[float, ...]]

# Ages at which what is expected of new customers is computed.
_AGES = 20


def purchases_before_data(
    model: Specification, summary: Summary, level: float, draws: object, seed: int
) -> "pd.DataFrame":
    """The table of a model of purchases: repeat purchases per customer, and the share of customers without any."""
    problem = purchase_problem(model, read(require_summary(summary), model.columns), summary.time_unit)
    x, _, T = problem.data.columns
    counts = problem.data.counts
    observed = {
        "repeat purchases per customer": float(counts @ x) / problem.customers,
        "share without a repeat purchase": float(counts @ (x == 0)) / problem.customers,
    }
    ages = _representative(T, counts)

    def implied(theta: FloatArray) -> tuple[float, float]:
        present = float(model.kernel.probability_alive(0.0, 0.0, 0.0, *theta))  # in some models one can be gone at once
        bought = model.kernel.purchases_if_alive(0.0, 0.0, ages, 0.0, *theta)
        active = model.kernel.active_if_alive(0.0, 0.0, ages, *theta)
        return present * float(bought.mean()), 1.0 - present * float(active.mean())

    return _table(problem, observed, implied, level, draws, seed)


def spend_before_data(model: Specification, summary: Summary, level: float, draws: object, seed: int) -> "pd.DataFrame":
    """The table of a model of order values: the mean of the population."""
    problem = spend_problem(model, read(require_summary(summary), spend_inputs(summary)), summary.time_unit)
    observed = {"mean order value": problem.scale.money}

    def implied(theta: FloatArray) -> tuple[float]:
        return (float(model.kernel.expected_order_value(0.0, 0.0, *theta)),)

    return _table(problem, observed, implied, level, draws, seed)


def sample_priors(coordinates: Coordinates, draws: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Draws of the parameters that priors name, shape (draws,) each.

    Raises
    ------
    InputError
        If a prior is no distribution, such as HalfFlat.
    """
    return {name: prior.sample(rng, draws) for name, prior in coordinates.priors.items()}


def _table(
    problem: Problem, observed: Mapping[str, float], implied: Implied, level: float, draws: object, seed: int
) -> "pd.DataFrame":
    import pandas as pd

    tails = tails_of(level)
    if isinstance(draws, bool) or not isinstance(draws, (int, np.integer)) or draws < 2:
        raise InputError(f"The number of draws {draws!r} is no whole number of at least 2.")
    coordinates = Posterior(problem).coordinates
    named = sample_priors(coordinates, int(draws), np.random.default_rng(seed))
    theta = np.exp(coordinates.log_parameters(coordinates.of_values(named)))
    columns = dict(named)
    with np.errstate(all="ignore"):  # priors may reach where doubles end
        values = np.array([implied(row) for row in theta])
    columns |= dict(zip(observed, values.T, strict=True))
    rows = [
        {
            "quantity": name,
            "observed": observed.get(name, np.nan),
            "lower": np.quantile(draws_of, tails[0]),
            "median": np.median(draws_of),
            "upper": np.quantile(draws_of, tails[1]),
        }
        for name, draws_of in columns.items()
    ]
    return pd.DataFrame(rows)


def _representative(T: FloatArray, counts: FloatArray) -> FloatArray:
    """Ages that split customers into equal parts, shape (ages,)."""
    order = np.argsort(T)
    share = (np.cumsum(counts[order]) - 0.5 * counts[order]) / counts.sum()
    return np.asarray(np.interp((np.arange(_AGES) + 0.5) / _AGES, share, T[order]))
