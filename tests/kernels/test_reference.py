"""Every formula in its corners against mpmath (tests/oracles/reference.json, made by make_reference.py)."""

import json
from pathlib import Path

import numpy as np
import pytest

from clvmodels.kernels import bgnbd, gamma_gamma
from clvmodels.kernels.beta_mixture import log_mixture
from clvmodels.kernels.special import log_beta, log_rising, log_rising_slopes
from clvmodels.kernels.time_integral import discounted_integral
from tests.oracles import formulas

REFERENCE = json.loads((Path(formulas.__file__).parent / "reference.json").read_text(encoding="utf-8"))


def mixture(m, a, b, u):
    return np.exp(log_mixture(*(np.array([v]) for v in (m, a, b)), np.array([[u]]))[0, 0])


def count_if_alive(n, x, T, horizon, *theta):
    return bgnbd.counts_if_alive(x, T, horizon, n, *theta)[n]


def active_if_alive(x, T, horizon, r, alpha):
    return bgnbd.active_if_alive(x, T, horizon, r, alpha, 1.0, 1.0)


# Formula, relative and absolute tolerance. Relative: a few hundred roundings, as in sums of some hundred terms; where
# parameters of 1e12 are subtracted from each other, what is left of sixteen digits. Absolute: where a result near 0 is
# the difference of larger numbers, or a probability that nobody needs relative to itself.
FORMULAS = {
    "log_rising": (log_rising, 1e-12, 1e-13),
    "log_rising_slopes": (log_rising_slopes, 1e-12, 1e-15),
    "log_beta": (log_beta, 1e-12, 1e-14),
    "mixture": (mixture, 1e-11, 1e-300),
    "purchases_if_alive": (bgnbd.purchases_if_alive, 1e-11, 1e-120),
    "lifetime_if_alive": (bgnbd.lifetime_if_alive, 1e-11, 1e-120),
    "active_if_alive": (active_if_alive, 1e-13, 1e-300),
    "count_if_alive": (count_if_alive, 1e-10, 1e-14),
    "log_likelihood": (bgnbd.log_likelihood, 1e-10, 1e-11),
    "probability_alive": (bgnbd.probability_alive, 1e-10, 1e-200),
    "spend_log_likelihood": (gamma_gamma.log_likelihood, 1e-11, 1e-11),
}
# Cheap enough to compute while the tests run: these rows show that the file is what `formulas` says.
LIVE = 3


def report(rows, found, wanted, relative, absolute):
    """The rows that are further off than allowed, worst first."""
    off = np.abs(found - wanted) / (absolute + relative * np.abs(wanted))
    off = np.where(np.isfinite(found), off, np.inf).reshape(len(rows), -1).max(axis=1)
    return [(float(off[i]), rows[i], found[i]) for i in np.argsort(-off) if not off[i] <= 1][:5]


@pytest.mark.parametrize("name", FORMULAS)
def test_formula_agrees_with_mpmath(name):
    formula, relative, absolute = FORMULAS[name]
    rows = REFERENCE[name]
    assert len(rows) > 40
    found = np.array([formula(*row[:-1]) for row in rows])
    wanted = np.array([row[-1] for row in rows])
    assert report(rows, found, wanted, relative, absolute) == []


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - {"purchases_if_alive", "lifetime_if_alive"}))
def test_the_file_holds_what_mpmath_computes(name):
    rows = REFERENCE[name]
    for row in rows[:: len(rows) // LIVE]:
        np.testing.assert_allclose(np.array(getattr(formulas, name)(*row[:-1]), float), row[-1], rtol=1e-15)


@pytest.mark.parametrize("name", ["purchases_if_alive", "lifetime_if_alive"])
def test_one_call_for_many_customers_gives_what_many_calls_give(name):
    """Tables are shared between customers, and blocks cut; a customer's number does not depend on the others."""
    formula, relative, absolute = FORMULAS[name]
    for discounted in (True, False):
        rows = [row for row in REFERENCE[name] if (row[3] > 0) == discounted]
        delta = rows[0][3]
        rows = [row for row in rows if row[3] == delta]
        x, T, horizon, _, r, alpha, a, b, wanted = (np.array(column) for column in zip(*rows, strict=True))
        found = formula(x, T, horizon, delta, r, alpha, a, b)
        assert report(rows, found, wanted, relative, absolute) == []


def test_a_digit_that_is_wrong_is_seen():
    rows = [[1.0, 2.0]]
    assert report(rows, np.array([2.0 + 1e-10]), np.array([2.0]), 1e-11, 0.0)
    assert report(rows, np.array([np.nan]), np.array([2.0]), 1e-11, 0.0)
    assert report(rows, np.array([2.0 + 1e-12]), np.array([2.0]), 1e-11, 0.0) == []


# Where nearly everyone leaves at the first repeat (b << 1, nobody has repeated) and very many purchases fit into the
# horizon, log G has a kink that no polynomial in log time resolves; there the integral over time is taken at every p.
# Purchases and lifetime were computed by `formulas`.
KINKS = [
    ((0, 1.0, 52000.0, 0.0, 400.0, 16000.0, 3.3, 1e-130), 1.0, 40.10275689223057),
    ((0, 1.0, 52000.0, 0.0, 400.0, 16000.0, 40.0, 1e-4), 1.000002564102564, 40.10285971981235),
    ((0, 1e-4, 52000.0, 0.0, 50.0, 4.4, 1.0, 1e-3), 1.0138549316097032, 0.09104027115221486),
    ((0, 1.0, 52000.0, 0.0, 1e12, 4e13, 40.0, 0.05), 1.0012820512820513, 40.051282051323106),
]
KINK = 1e-12  # some ten roundings above what was measured
# And where p is 1 to the last digit: b / a below 1e-16, as fits have it in which everyone leaves at the first repeat.
ALL_LEAVE = [
    (0, 1.0, 39.0, 0.0, 1e-6, 0.01, 1e12, 1e-130),
    (0, 260.0, 39.0, 0.0, 0.3, 4.4, 1e-122, 1e-138),
    (0, 260.0, 1.0, 0.0, 1.0, 4.4, 1 + 1e-9, 1e-130),
]


@pytest.mark.parametrize(("arguments", "purchases", "lifetime"), KINKS)
def test_kinks_over_time_are_seen_and_resolved(arguments, purchases, lifetime):
    assert bgnbd.purchases_if_alive(*arguments) == pytest.approx(purchases, rel=KINK)
    assert bgnbd.lifetime_if_alive(*arguments) == pytest.approx(lifetime, rel=KINK)


@pytest.mark.parametrize(("arguments", "purchases", "lifetime"), KINKS)
def test_kinks_are_resolved_for_many_customers_at_once(arguments, purchases, lifetime):  # noqa: ARG001
    """With many ages the integral is interpolated over them, where the kink may show again."""
    x, _, *rest = arguments
    ages = np.geomspace(1e-3, 1e6, 60)
    for formula in (bgnbd.purchases_if_alive, bgnbd.lifetime_if_alive):
        together = formula(x, ages, *rest)
        alone = [float(formula(x, age, *rest)) for age in ages]
        np.testing.assert_allclose(together, alone, rtol=1e-10)  # interpolation tells 1e-11 from rounding


def test_a_kink_over_the_time_scale_is_resolved_too():
    """Off by 1e-9 if the interpolation over scales is trusted where its last coefficients are not small."""
    m, a, b, horizon, delta = 913.3076705861562, 69.7612898712516, 7.658778837498905e-09, 60.00284444852996, 0.002
    scales = np.geomspace(0.1230558838939797, 96970602.26777378, 60)
    together = discounted_integral(m, a, b, scales, horizon, delta)
    alone = [float(discounted_integral(m, a, b, scale, horizon, delta)) for scale in scales]
    np.testing.assert_allclose(together, alone, rtol=1e-10)


@pytest.mark.parametrize("arguments", ALL_LEAVE)
def test_where_everyone_leaves_at_the_first_repeat(arguments):
    """The density of p was 0/0 here, and predictions NaN."""
    for name in ("purchases_if_alive", "lifetime_if_alive"):
        found = getattr(bgnbd, name)(*arguments)
        # With p = 1 there is one more purchase, and until then the customer is alive.
        r, scale, horizon = arguments[4], arguments[5] + arguments[1], arguments[2]
        grown = 1 + horizon / scale
        alive = scale * (np.log(grown) if r == 1 else (grown ** (1 - r) - 1) / (1 - r))
        wanted = {"purchases_if_alive": 1 - grown**-r, "lifetime_if_alive": alive}
        assert found == pytest.approx(wanted[name], rel=1e-9)
