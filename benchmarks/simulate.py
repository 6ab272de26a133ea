"""Customers to fit: BG/NBD or Pareto/NBD in continuous time, seen as a log on a calendar of days shows them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Population:
    """Parameters in weeks, and how long customers are observed.

    Attributes
    ----------
    r, alpha, a, b
        Of BG/NBD.
    lifetime
        s and beta of Pareto/NBD, for customers who leave at any time; a and b then play no part.
    shortest, longest
        Whole weeks; a customer's T is uniform over the days between them, both included.
    """

    r: float = 0.243
    alpha: float = 4.414
    a: float = 0.793
    b: float = 2.426
    lifetime: tuple[float, float] | None = None
    shortest: int = 26
    longest: int = 39


def simulate(customers: int, population: Population, seed: int, *, whole_days: bool = True) -> dict[str, FloatArray]:
    """Columns frequency, recency and T, in weeks, each of shape (customers,).

    Purchases happen at any time; on whole days, those of one day are one purchase, as in the summary of a log.
    """
    rng = np.random.default_rng(seed)
    T = rng.integers(7 * population.shortest, 7 * population.longest + 1, customers).astype(float)
    rate = rng.gamma(population.r, 1.0 / (7.0 * population.alpha), customers)
    leaving, lifetime = _dropout(customers, population, rng)
    frequency, recency = np.zeros(customers), np.zeros(customers)
    first = rng.random(customers)  # time of day of the first purchase
    now, alive = first.copy(), np.flatnonzero(rate > 0)
    while len(alive):
        now[alive] += rng.exponential(size=len(alive)) / rate[alive]
        alive = alive[now[alive] <= first[alive] + lifetime[alive]]
        age = np.floor(now) if whole_days else now - first
        alive = alive[age[alive] <= T[alive]]
        frequency[alive] += age[alive] > recency[alive]
        recency[alive] = age[alive]
        alive = alive[rng.random(len(alive)) >= leaving[alive]]
    return {"frequency": frequency, "recency": recency / 7.0, "T": T / 7.0}


def _dropout(customers: int, population: Population, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Everybody's probability to leave after a purchase, and days until they leave anyway."""
    if population.lifetime is None:
        return rng.beta(population.a, population.b, customers), np.full(customers, np.inf)
    s, beta = population.lifetime
    return np.zeros(customers), rng.exponential(size=customers) / rng.gamma(s, 1.0 / (7.0 * beta), customers)


def simulate_log(
    customers: int, population: Population, rng: np.random.Generator
) -> tuple[IntArray, IntArray, IntArray]:
    """Rows of a log, ordered by customer and time: the customer's number and age in days; and T of every customer.

    Two purchases of one day are two rows.
    """
    T = rng.integers(7 * population.shortest, 7 * population.longest + 1, customers)
    rate = rng.gamma(population.r, 1.0 / (7.0 * population.alpha), customers)
    leaving = rng.beta(population.a, population.b, customers)
    now, alive = rng.random(customers), np.arange(customers)
    who, when = [alive], [np.zeros(customers, dtype=np.int64)]
    while len(alive):
        with np.errstate(divide="ignore"):  # a rate may be too small for a double: the next purchase is never
            now[alive] += rng.exponential(size=len(alive)) / rate[alive]
        alive = alive[now[alive] < T[alive] + 1]
        who.append(alive)
        when.append(now[alive].astype(np.int64))
        alive = alive[rng.random(len(alive)) >= leaving[alive]]
    customer, age = np.concatenate(who), np.concatenate(when)
    order = np.argsort(customer, kind="stable")
    return customer[order], age[order], T


def order_means(frequency: FloatArray, seed: int, p: float = 6.25, q: float = 3.74, v: float = 15.44) -> FloatArray:
    """Mean value of each customer's repeat orders by Gamma-Gamma, NaN where there are none, shape (customers,)."""
    rng = np.random.default_rng(seed)
    nu = rng.gamma(q, 1.0 / v, len(frequency))
    orders = np.maximum(frequency, 1.0)
    return np.where(frequency > 0, rng.gamma(p * orders) / (nu * orders), np.nan)
