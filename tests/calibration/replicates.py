"""One world after the other: fitted, predicted, and compared with what came."""

from dataclasses import dataclass

import numpy as np

from clvmodels.lifetime.uncertainty import total_draws
from tests.calibration import worlds

LEVEL = 0.9
# Repeat purchases from which on a customer is called heavy: about one in eight.
HEAVY_FROM = 5
KINDS = ("purchases", "clv", "order_value")
GROUPS = ("all", "one-time", "heavy")


@dataclass(frozen=True)
class Plan:
    """What a series of replicates is made of.

    Attributes
    ----------
    customers
        In each world.
    looked_at
        Customers whose own predictions are judged; totals are of all.
    intervals
        Those of them whose intervals are judged, which take longer.
    method
        Of fitting.
    spend
        Priors of order values.
    """

    customers: int
    looked_at: int
    intervals: int
    method: object
    spend: dict


@dataclass(frozen=True)
class Replicate:
    """How one world's predictions turned out.

    Attributes
    ----------
    x
        Of the customers looked at, shape (k,).
    pit
        By kind, where what came lies in its predictive distribution, randomised over ties, shape (k,).
    inside, mass
        By kind, whether what came lies in the interval, and the probability that predictions put on it, of the first
        customers.
    total, count
        The same as pit of the value of all customers, and of the purchases of those looked at.
    wrong
        As pit of purchases, by predictions that look half as far ahead.
    """

    x: np.ndarray
    pit: dict
    inside: dict
    mass: dict
    total: float
    count: float
    wrong: np.ndarray

    def group(self, name):
        """A mask of customers, shape (k,)."""
        masks = {"all": self.x >= 0, "one-time": self.x == 0, "heavy": self.x >= HEAVY_FROM}
        return masks[name]


def replicate(plan, seed):
    """One world of a plan; the same seed gives the same world and the same predictions."""
    rng = np.random.default_rng(seed)
    world = worlds.world(rng, plan.customers, plan.spend)
    customers = world.summary()
    purchases, spend, value = worlds.fitted(customers, plan.method, plan.spend)
    rows = rng.permutation(plan.customers)[: plan.looked_at]
    some = world.summary(rows)
    samples = {
        "purchases": purchases.sample_purchases(some, worlds.HORIZON, seed=seed),
        "clv": value.sample(some, seed=seed),
        "order_value": own_order_values(rng, spend, some),
    }
    came = {kind: getattr(world, kind)[rows] for kind in KINDS}
    first = slice(plan.intervals)
    few = world.summary(rows[first])
    table = value.predict(few, level=LEVEL, seed=seed + 1)
    bounds = table.merge(spend.predict(few, level=LEVEL, seed=seed + 1), on="customer_id")
    inside, mass = {}, {}
    for kind in KINDS:
        lower, upper = (bounds[f"{kind}_{end}"].to_numpy() for end in ("lower", "upper"))
        inside[kind] = (lower <= came[kind][first]) & (came[kind][first] <= upper)
        mass[kind] = ((lower[:, None] <= samples[kind][first]) & (samples[kind][first] <= upper[:, None])).mean(axis=1)
    return Replicate(
        world.x[rows],
        {kind: pit(rng, samples[kind], came[kind]) for kind in KINDS},
        inside,
        mass,
        float(pit(rng, total_draws(value, customers, 1.0, seed), world.clv.sum())),
        float(pit(rng, samples["purchases"].sum(axis=0), came["purchases"].sum())),
        pit(rng, purchases.sample_purchases(some, 0.5 * worlds.HORIZON, seed=seed), came["purchases"]),
    )


def pit(rng, sample, came):
    """The randomised probability integral transform: uniform if what came is one more draw like those of the sample.

    Parameters
    ----------
    rng
        Breaks ties.
    sample
        Shape (..., draws).
    came
        Shape (...).
    """
    came = np.asarray(came)[..., None]
    tied = np.isclose(sample, came, rtol=1e-12, atol=0.0)  # what those who never come back are worth, to the last digit
    below = ((sample < came) & ~tied).sum(axis=-1)
    return (below + rng.random(below.shape) * (tied.sum(axis=-1) + 1)) / (sample.shape[-1] + 1)


def own_order_values(rng, spend, customers, draws=1_000):
    """Customers' own mean order values, p / nu, by the formula of the paper, shape (n, draws)."""
    p, q, v = spend.parameter_draws(draws, seed=int(rng.integers(1 << 30))).T
    x, m = customers.column("frequency")[:, None], customers.column("monetary_value")[:, None]
    return p / rng.gamma(p * x + q, 1.0 / (v + x * np.where(x > 0, m, 0.0)))
