"""Every formula of the package beside `balls` at the places of `grid`, and the worst error found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from clvmodels.kernels import bgnbd, gamma_gamma
from clvmodels.kernels.beta_mixture import log_mixture
from clvmodels.kernels.special import log_beta, log_rising, log_rising_slopes
from tests.oracles import balls, grid

SEED = 20260101
FULL = 100_000
# A smaller value is as good as 0, and doubles below 1e-308 have no digits to compare.
SMALLEST = 1e-290
# A log passes through 0: below 1 its error counts as it is, as that is the relative error of what it is the log of.
LOG = 1.0


@dataclass(frozen=True)
class Formula:
    """What is compared where, and how far off it may be.

    Attributes
    ----------
    places, exact, found
        Rows of arguments; the value of one row; the package's values of all rows.
    tolerance
        A few hundred roundings above the worst that was measured at 100,000 places.
    floor
        Errors are relative to the value, or to this where the value is smaller.
    share
        How many of all places: formulas in several parts divide them.
    """

    places: Callable
    exact: Callable
    found: Callable
    tolerance: float
    floor: float = SMALLEST
    share: float = 1.0
    arguments: str = ""


@dataclass(frozen=True)
class Worst:
    """The worst place of a formula.

    Attributes
    ----------
    places, uncertain
        How many were compared, and those of which the balls never became narrow.
    error, where, found, exact
        The largest error, its row, and the values there.
    """

    places: int
    error: float
    where: np.ndarray
    found: object
    exact: object
    uncertain: list = field(default_factory=list)


def compare(formula, places, seed=SEED):
    """The worst error at so many places."""
    rows = formula.places(np.random.default_rng(seed), max(int(places * formula.share), 4))
    with np.errstate(all="ignore"):
        found = np.asarray(formula.found(rows), float).reshape(len(rows), -1)
    exact, uncertain = np.full(found.shape, np.nan), []
    for i, row in enumerate(rows):
        try:
            exact[i] = formula.exact(*row)
        except balls.UncertainError:
            uncertain.append(row)
    certain = ~np.isnan(exact).any(axis=1)
    off = errors(found[certain], exact[certain], formula.floor)
    i = int(off.argmax())
    return Worst(int(certain.sum()), float(off[i]), rows[certain][i], found[certain][i], exact[certain][i], uncertain)


def errors(found, exact, floor):
    """Largest error of each row's values."""
    size = np.maximum(np.abs(exact), floor)
    with np.errstate(invalid="ignore"):
        off = np.abs(found - exact) / size
    off = np.where(found == exact, 0.0, off)  # infinite where it should be
    return np.where(np.isnan(off), np.inf, off).max(axis=1)


def each(function):
    """A row at a time."""
    return lambda rows: [function(*row) for row in rows]


def columns(function):
    """All rows at once."""
    return lambda rows: function(*rows.T)


def grouped(function):
    """Rows of equal delta and parameters at once, as `grid.integrals` lines them up."""

    def found(rows):
        values = []
        for (delta, *theta), group in groupby(rows, key=lambda row: tuple(row[3:])):
            x, T, horizon = np.array(list(group))[:, :3].T
            alone = len(x) == 1
            values.append(np.atleast_1d(function(*(v[0] if alone else v for v in (x, T, horizon)), delta, *theta)))
        return np.concatenate(values)

    return found


def derivatives(kernel, exact, parameters):
    """The largest error of gradient and Hessian at a row; each over the largest of its entries, or 1."""

    def error(*row):
        data, theta = row[:-parameters], np.array(row[-parameters:])
        one = kernel.derivatives(kernel.prepare(*(np.array([v]) for v in data), np.ones(1)), theta)
        parts = np.split(np.array(exact(*row)), [parameters])
        found = one.gradient, one.hessian[np.triu_indices(parameters)]
        return max(np.abs(f - part).max() / max(1.0, np.abs(part).max()) for f, part in zip(found, parts, strict=True))

    return error


def mixture(m, a, b, u):
    return np.exp(log_mixture(*(np.array([v]) for v in (m, a, b)), np.array([[u]]))[0, 0])


def count_if_alive(n, x, T, horizon, *theta):
    return bgnbd.counts_if_alive(x, T, horizon, int(n), *theta)[int(n)]


def active_if_alive(x, T, horizon, r, alpha, *_):
    return balls.active_if_alive(x, T, horizon, r, alpha)


PURCHASES, ORDERS = "x, t_x, T, r, alpha, a, b", "x, m, p, q, v"
AHEAD, FUTURE = "x, T, horizon, r, alpha, a, b", "x, T, horizon, delta, r, alpha, a, b"


def _integrals(name):
    kernel, exact = getattr(bgnbd, name), getattr(balls, name)
    parts = (("", False, False, 0.5), (", discounted", True, False, 0.3), (", discounted, endless", True, True, 0.2))
    return {
        f"bgnbd.{name}{words}": Formula(
            grid.integrals(discounted, endless), exact, grouped(kernel), 1e-10, share=share, arguments=FUTURE
        )
        for words, discounted, endless, share in parts
    }


def _derivatives(kernel, exact, places, arguments):
    error = derivatives(kernel, exact, 4 if kernel is bgnbd else 3)
    return Formula(places, lambda *_: 0.0, each(error), 1e-10, 1.0, 0.1, arguments)


FORMULAS = {
    "bgnbd.log_likelihood": Formula(
        grid.observed, balls.log_likelihood, columns(bgnbd.log_likelihood), 1e-11, LOG, arguments=PURCHASES
    ),
    "bgnbd.derivatives": _derivatives(bgnbd, balls.log_likelihood_derivatives, grid.observed, PURCHASES),
    "bgnbd.probability_alive": Formula(
        grid.observed, balls.probability_alive, columns(bgnbd.probability_alive), 1e-11, arguments=PURCHASES
    ),
    **_integrals("purchases_if_alive"),
    **_integrals("lifetime_if_alive"),
    "bgnbd.active_if_alive": Formula(
        grid.ahead, active_if_alive, columns(bgnbd.active_if_alive), 1e-13, arguments=AHEAD
    ),
    "bgnbd.counts_if_alive": Formula(
        grid.counted, balls.count_if_alive, each(count_if_alive), 1e-9, arguments=f"n, {AHEAD}"
    ),
    "gamma_gamma.log_likelihood": Formula(
        # With shapes of 1e9 rounding the sum of a customer's orders alone is as much.
        grid.orders,
        balls.spend_log_likelihood,
        columns(gamma_gamma.log_likelihood),
        1e-10,
        LOG,
        arguments=ORDERS,
    ),
    "gamma_gamma.derivatives": _derivatives(gamma_gamma, balls.spend_log_likelihood_derivatives, grid.orders, ORDERS),
    "gamma_gamma.expected_order_value": Formula(
        grid.order_values,
        balls.expected_order_value,
        columns(gamma_gamma.expected_order_value),
        1e-11,
        arguments=ORDERS,
    ),
    "log_mixture": Formula(grid.mixtures, balls.mixture, each(mixture), 1e-10, arguments="m, a, b, u"),
    "log_rising": Formula(grid.shapes, balls.log_rising, columns(log_rising), 1e-13, LOG, arguments="z, x"),
    "log_rising_slopes": Formula(
        grid.shapes,
        balls.log_rising_slopes,
        lambda rows: np.stack(log_rising_slopes(*rows.T), axis=1),
        1e-12,
        arguments="z, x",
    ),
    "log_beta": Formula(grid.pairs, balls.log_beta, columns(log_beta), 1e-13, LOG, arguments="a, b"),
}
