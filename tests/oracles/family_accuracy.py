"""MBG/NBD and NBD beside `family_balls`, at the places of BG/NBD."""

import numpy as np

from clvmodels.kernels import mbgnbd, nbd
from tests.oracles import family_balls, grid
from tests.oracles.accuracy import AHEAD, FUTURE, LOG, PURCHASES, Formula, columns, derivatives, each, grouped

# The integrals are BG/NBD's, which are compared at all places.
FEWER = 0.2


def of_rate(places):
    """The same places without the parameters of dropout."""
    return lambda rng, n: places(rng, n)[:, :-2]


def count(kernel):
    return each(lambda n, x, T, horizon, *theta: kernel.counts_if_alive(x, T, horizon, int(n), *theta)[int(n)])


def endless(rng, n):
    return np.concatenate([grid.integrals(True, False)(rng, n - n // 2), grid.integrals(True, True)(rng, n // 2)])


def _integrals(name):
    kernel, exact = getattr(mbgnbd, name), getattr(family_balls, name)
    return {
        f"mbgnbd.{name}": Formula(
            grid.integrals(False, False), exact, grouped(kernel), 1e-10, share=0.5 * FEWER, arguments=FUTURE
        ),
        f"mbgnbd.{name}, discounted": Formula(
            endless, exact, grouped(kernel), 1e-10, share=0.5 * FEWER, arguments=FUTURE
        ),
    }


FORMULAS = {
    "mbgnbd.log_likelihood": Formula(
        grid.observed, family_balls.log_likelihood, columns(mbgnbd.log_likelihood), 1e-11, LOG, arguments=PURCHASES
    ),
    "mbgnbd.derivatives": Formula(
        grid.observed,
        lambda *_: 0.0,
        each(derivatives(mbgnbd, family_balls.log_likelihood_derivatives, 4)),
        1e-10,
        1.0,
        0.1,
        PURCHASES,
    ),
    "mbgnbd.probability_alive": Formula(
        grid.observed, family_balls.probability_alive, columns(mbgnbd.probability_alive), 1e-11, arguments=PURCHASES
    ),
    **_integrals("purchases_if_alive"),
    **_integrals("lifetime_if_alive"),
    "mbgnbd.counts_if_alive": Formula(
        grid.counted, family_balls.count_if_alive, count(mbgnbd), 1e-9, share=FEWER, arguments=f"n, {AHEAD}"
    ),
    "nbd.log_likelihood": Formula(
        of_rate(grid.observed),
        family_balls.nbd_log_likelihood,
        columns(nbd.log_likelihood),
        1e-11,
        LOG,
        arguments="x, t_x, T, r, alpha",
    ),
    "nbd.derivatives": Formula(
        of_rate(grid.observed),
        lambda *_: 0.0,
        each(derivatives(nbd, family_balls.nbd_log_likelihood_derivatives, 2)),
        1e-10,
        1.0,
        0.1,
        "x, t_x, T, r, alpha",
    ),
    "nbd.purchases_if_alive": Formula(
        of_rate(endless),
        family_balls.nbd_purchases,
        each(nbd.purchases_if_alive),
        1e-13,
        arguments="x, T, horizon, delta, r, alpha",
    ),
    "nbd.counts_if_alive": Formula(
        of_rate(grid.counted), family_balls.nbd_count, count(nbd), 1e-9, arguments="n, x, T, horizon, r, alpha"
    ),
}
