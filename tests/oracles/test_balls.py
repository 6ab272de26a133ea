"""Ball arithmetic and mpmath agree, by formulas and by roads that have nothing in common."""

import json
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx

from tests.kernels.test_derivatives import exact
from tests.oracles import balls, formulas

REFERENCE = json.loads((Path(formulas.__file__).parent / "reference.json").read_text(encoding="utf-8"))
# Both round once, to the nearest double; three roundings of numbers below 1e-307, which have fewer digits.
DIGITS, SMALLEST = 3e-16, 1e-300
# The trapezoidal rule of one road is content with this.
AGREE = 1e-15


@pytest.mark.parametrize("name", REFERENCE)
def test_balls_hold_what_mpmath_computes(name):
    """The file was computed by `formulas`: tens of corners of each, integrals by other formulas than here."""
    rows = REFERENCE[name]
    for row in rows[:: max(1, len(rows) // 30)]:
        np.testing.assert_allclose(getattr(balls, name)(*row[:-1]), row[-1], rtol=DIGITS, atol=SMALLEST)


@pytest.mark.parametrize("row", [(2, 30.43, 38.86), (0, 0.0, 3.0), (300, 20.0, 400.0)])
def test_derivatives_are_differences_of_the_likelihood(row):
    theta = (0.243, 4.414, 0.793, 2.426)
    _, gradient, hessian = exact(formulas.log_likelihood, np.array([row]), [1.0], theta)
    wanted = np.concatenate([gradient, hessian[np.triu_indices(4)]])
    np.testing.assert_allclose(balls.log_likelihood_derivatives(*row, *theta), wanted, rtol=1e-14, atol=1e-16)


def test_derivatives_of_the_spend_likelihood_too():
    row, theta = (2, 22.345), (6.25, 3.74, 15.44)
    _, gradient, hessian = exact(formulas.spend_log_likelihood, np.array([row]), [1.0], theta)
    wanted = np.concatenate([gradient, hessian[np.triu_indices(3)]])
    np.testing.assert_allclose(balls.spend_log_likelihood_derivatives(*row, *theta), wanted, rtol=1e-14, atol=1e-16)


# m, a, b, horizon over scale, delta times horizon.
ROADS = [(3.243, 0.793, 4.426, 0.3, 0.1), (3.243, 0.793, 4.426, 0.3, 5.0), (26.2, 2.0, 30.0, 0.05, 1.0)]


@pytest.mark.parametrize("arguments", ROADS)
def test_three_roads_to_the_discounted_integral(arguments):
    """Moments of 2F1, powers of 2F1, and the exponential integral for each dropout probability."""
    with ctx.workprec(640):
        m, a, b, u, discount = (arb(v) for v in arguments)
        roads = [
            balls._moments(m, a - balls.ASIDE, b, u, discount, 60),
            balls._by_powers(m, a, a + b, u, discount, 400),
            balls._by_dropout(arb(1), m, a, b, u, discount),
        ]
        for road in roads[1:]:
            assert float(abs(road / roads[0] - 1)) < AGREE


def test_every_form_of_2f1_is_the_same():
    with ctx.workprec(320):
        m, a, b, u = (arb(v) for v in (40.243, 0.793, 4.426, 0.3))
        c, w = a + b, u / (1 + u)
        forms = [
            balls._gauss(m, a, b, c, u),
            balls._series(m, b, c, w, 2000) * (1 + u) ** -m,
            balls._series(a, c - m, c, w, 2000) * (1 + u) ** -a,
            balls._over_dropout(lambda p: (1 + p * u) ** -m, a, b),
        ]
        many = arb("4e6")
        forms += [balls._gauss(many, a, b, c, u) / balls._asymptotic(many, a, b, u, 40) * forms[0]]
        for form in forms[1:]:
            assert float(abs(form / forms[0] - 1)) < AGREE


def test_an_expectation_from_far_out_in_the_tail_of_dropout():
    """Worth exp(-324), at dropout probabilities that few customers have."""
    place = (4152.45, 67.7583, 660.523, 20.0)
    with ctx.workprec(640):
        m, a, b, u = (arb(v) for v in place)
        far_out = balls._asymptotic(m, a, b, u, 200)
    np.testing.assert_allclose(balls.mixture(*place), float(far_out), rtol=AGREE)


def test_what_a_series_leaves_out_lies_within_its_bound():
    a, b, c, w = 0.75, 2.25, 3.125, 0.625  # exact in binary
    with ctx.workprec(640):
        exactly = arb(w).hypgeom_2f1(a, b, c)
    with ctx.workprec(64):
        found = balls._series(arb(a), arb(b), arb(c), arb(w), 300)
    assert 0 < found.rad() < 1e-15
    assert found.contains(exactly)


def test_what_never_becomes_certain_is_an_error():
    def wide():
        return arb(1, 1)

    with pytest.raises(balls.UncertainError, match="wide"):
        balls.certain(wide)()
