"""Pareto/NBD's formulas beside `pareto_balls`, as `accuracy` compares those of BG/NBD."""

import math

import numpy as np

from clvmodels.kernels import pareto_nbd
from clvmodels.kernels.lomax_race import log_first
from tests.oracles import pareto_balls
from tests.oracles.accuracy import LOG, Formula, columns, each
from tests.oracles.grid import FAR, HAIR, NEAR, ages, deltas, factors, horizons, purchases, some, spread

OBSERVED, AHEAD = "x, t_x, T, r, alpha, s, beta", "x, T, horizon, r, alpha, s, beta"
# Two 2F1 of 640 bits, or an integral in balls, take a hundredth of a second.
QUARTER = 0.25
FUTURE = "x, T, horizon, delta, r, alpha, s, beta"


def thetas(rng, n):
    """r, alpha, s, beta: both pairs run off, r and s go to 0, scales are equal, nearly so, or a million-fold apart."""
    r = spread(rng, n, 0.01, 50, (0.553, 1.0, 2.0, 3.0))
    alpha = spread(rng, n, 0.01, 1000, (10.578, 10.0))
    s = spread(rng, n, 0.01, 50, (0.606, 1.0, 1.0 - HAIR, 1.0 + HAIR, 2.0))
    beta = spread(rng, n, 0.01, 1000, (11.669, 10.0, 1e-3))
    beta = np.where(some(rng, n, 0.1), alpha * rng.choice((1.0, 1.0 + HAIR, 1.0 - 1e-3), n), beta)
    rates, dropout = factors(rng, n, 0.12, FAR), factors(rng, n, 0.12, FAR)
    r, alpha = r * rates * factors(rng, n, 0.03, NEAR), alpha * rates * factors(rng, n, 0.05, (1e-6, 1e-3))
    s, beta = s * dropout * factors(rng, n, 0.1, NEAR), beta * dropout * factors(rng, n, 0.1, (1e-6, 1e-3, 1e6))
    return np.stack([r, alpha, s, beta], axis=1)


def observed(rng, n):
    """x, t_x, T and parameters; DESIGN's hard places first."""
    x = purchases(rng, n)
    T = ages(rng, n, x)
    share = np.where(some(rng, n, 0.3), rng.choice((1e-6, 1.0 - HAIR, 1.0), n), rng.random(n))
    rows = np.column_stack([x, np.where(x > 0, T * share, 0.0), T, thetas(rng, n)])
    rows[0, :3], rows[1, :3], rows[2, 6] = (1000, 5.0, 260.0), (3000, 5.0, 1000.0), 1e-3
    return rows


def ahead(rng, n):
    """x, T, horizon and parameters."""
    x = purchases(rng, n)
    return np.column_stack([x, ages(rng, n, x), horizons(rng, n), thetas(rng, n)])


def counted(rng, n):
    """Number of purchases ahead, and the columns of `ahead`."""
    return np.column_stack([rng.choice([0, 0, 1, 1, 2, 3, 10, 15, 16, 30, 100, 400], n), ahead(rng, n)])


def races(rng, n):
    """s, m, beta, alpha, t."""
    r, alpha, s, beta = thetas(rng, n).T
    x = purchases(rng, n)
    return np.column_stack([s, r + x, beta, alpha, ages(rng, n, x)])


def futures(*, discounted, endless=False):
    def places(rng, n):
        rows = ahead(rng, n)
        delta = deltas(rng, n) if discounted else np.zeros(n)
        if endless:
            rows[:, 2] = math.inf
        return np.insert(rows, 3, delta, axis=1)

    return places


def count_if_alive(n, *arguments):
    return pareto_nbd.counts_if_alive(*arguments[:3], int(n), *arguments[3:])[int(n)]


def derivatives(x, t_x, T, *theta):
    """Gradient and upper Hessian of one customer."""
    rows = pareto_nbd.prepare(*(np.array([v]) for v in (x, t_x, T)), np.ones(1))
    one = pareto_nbd.derivatives(rows, np.array(theta))
    return np.concatenate([one.gradient, one.hessian[np.triu_indices(4)]])


def _integrals(name):
    kernel, exact = getattr(pareto_nbd, name), getattr(pareto_balls, name)
    parts = {
        "": (futures(discounted=False), 0.4),
        ", discounted": (futures(discounted=True), 0.3),
        ", discounted, endless": (futures(discounted=True, endless=True), 0.3),
    }
    return {
        f"pareto_nbd.{name}{words}": Formula(places, exact, each(kernel), 1e-11, share=share, arguments=FUTURE)
        for words, (places, share) in parts.items()
    }


FORMULAS = {
    "pareto_nbd.log_likelihood": Formula(
        observed, pareto_balls.log_likelihood, columns(pareto_nbd.log_likelihood), 1e-11, LOG, QUARTER, OBSERVED
    ),
    "pareto_nbd.derivatives": Formula(
        observed, pareto_balls.log_likelihood_derivatives, each(derivatives), 1e-10, 1.0, 0.005, OBSERVED
    ),
    "pareto_nbd.probability_alive": Formula(
        observed,
        pareto_balls.probability_alive,
        columns(pareto_nbd.probability_alive),
        1e-11,
        share=QUARTER,
        arguments=OBSERVED,
    ),
    "log_first": Formula(
        races, pareto_balls.log_first, columns(log_first), 1e-12, LOG, QUARTER, "s, m, beta, alpha, t"
    ),
    **_integrals("purchases_if_alive"),
    **_integrals("lifetime_if_alive"),
    "pareto_nbd.active_if_alive": Formula(
        ahead, pareto_balls.active_if_alive, columns(pareto_nbd.active_if_alive), 1e-11, share=QUARTER, arguments=AHEAD
    ),
    "pareto_nbd.counts_if_alive": Formula(
        counted, pareto_balls.count_if_alive, each(count_if_alive), 1e-9, share=0.1, arguments=f"n, {AHEAD}"
    ),
}
