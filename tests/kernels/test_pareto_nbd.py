"""Pareto/NBD's formulas against the integrals that define them, in its corners, and against draws."""

import mpmath as mp
import numpy as np
import pytest

from clvmodels.kernels import pareto_nbd
from clvmodels.kernels.survival import survival_integral

THETA = (0.553, 10.578, 0.606, 11.669)
# mpmath's quadrature has more digits; ours is made for 1e-13, and logs of likelihoods sum a few.
DIGITS = 1e-11


def defined(x, t_x, T, r, alpha, s, beta):
    """Log-likelihood by lifetime: one that ends after T, or at y between t_x and T."""
    with mp.workdps(18):
        x, t_x, T, r, alpha, s, beta = (mp.mpf(float(v)) for v in (x, t_x, T, r, alpha, s, beta))
        m = r + x
        front = mp.rf(r, x) * alpha**r * beta**s
        width = 1 / (m / (alpha + t_x) + (s + 1) / (beta + t_x))
        length = mp.log1p((T - t_x) / width)

        def density(v):
            y = t_x + width * mp.expm1(v)
            # Scaled to moderate size: mpmath's quadrature stops at an absolute error.
            ended = ((alpha + t_x) / (alpha + y)) ** m * ((beta + t_x) / (beta + y)) ** (s + 1)
            return s * width / (beta + t_x) * mp.exp(v) * ended

        ended = mp.quad(density, mp.linspace(0, length, 2 + int(length / 3)))
        stayed = ((alpha + t_x) / (alpha + T)) ** m * ((beta + t_x) / (beta + T)) ** s
        return float(mp.log(front) - m * mp.log(alpha + t_x) - s * mp.log(beta + t_x) + mp.log(stayed + ended))


CORNERS = [
    (0, 0.0, 38.86, *THETA),
    (2, 30.43, 38.86, *THETA),
    (7, 38.86, 38.86, *THETA),
    (1000, 5.0, 260.0, *THETA),
    (3000, 5.0, 1000.0, *THETA),
    (3000, 999.9, 1000.0, *THETA),
    (2, 30.43, 38.86, 0.553, 10.578, 0.606, 1e-3),
    (0, 0.0, 520.0, 0.553, 1e-3, 0.606, 11.669),
    (1, 20.0, 38.86, 2.0, 10.0, 1.0, 10.0),
    (3, 1e-4, 5000.0, 1e-6, 1e-6, 30.0, 1e4),
    (0, 0.0, 1e-6, 20.0, 0.05, 1e-6, 700.0),
]


@pytest.mark.parametrize("customer", CORNERS)
def test_the_likelihood_is_the_integral_over_lifetimes(customer):
    wanted = defined(*customer)
    assert pareto_nbd.log_likelihood(*customer) == pytest.approx(wanted, rel=DIGITS, abs=DIGITS)
    stays = defined_stay(*customer)
    assert pareto_nbd.probability_alive(*customer) == pytest.approx(np.exp(stays - wanted), rel=1e-9, abs=1e-300)


def defined_stay(x, _, T, r, alpha, s, beta):
    with mp.workdps(30):
        x, T, r, alpha, s, beta = (mp.mpf(float(v)) for v in (x, T, r, alpha, s, beta))
        return float(mp.log(mp.rf(r, x) * alpha**r * beta**s * (alpha + T) ** -(r + x) * (beta + T) ** -s))


def test_it_is_the_mean_over_both_rates():
    """Of what a customer of purchase rate l and dropout rate u does: Gauss-Laguerre in both."""
    x, t_x, T, theta = 2, 3.0, 5.0, (2.0, 4.0, 3.0, 6.0)
    r, alpha, s, beta = theta
    nodes, weights = np.polynomial.laguerre.laggauss(60)
    rates, ends = nodes[:, None] / alpha, nodes[None, :] / beta
    density = weights[:, None] * nodes[:, None] ** (r - 1) * weights[None, :] * nodes[None, :] ** (s - 1) / 2.0
    both = rates + ends
    each = rates**x * (ends * np.exp(-both * t_x) + rates * np.exp(-both * T)) / both
    assert np.exp(pareto_nbd.log_likelihood(x, t_x, T, *theta)) == pytest.approx((density * each).sum(), rel=1e-9)


@pytest.mark.parametrize("theta", [THETA, (0.05, 3.0, 2.5, 0.5), (20.0, 900.0, 1e-5, 40.0), (1.0, 5.0, 40.0, 5.0)])
def test_derivatives_are_those_of_the_value(theta):
    """Central differences of values and gradients, whose own error is some 1e-9 of the largest."""
    rng = np.random.default_rng(3)
    T = rng.uniform(20, 60, 40)
    x = rng.integers(0, 6, 40).astype(float)
    t_x = np.where(x > 0, T * rng.random(40), 0.0)
    t_x[1] = T[1]
    rows = pareto_nbd.prepare(x, t_x, T, 1.0 + rng.integers(0, 3, 40))
    logs, step = np.log(theta), 1e-4
    middle = pareto_nbd.derivatives(rows, np.exp(logs))
    for i in range(4):
        move = step * np.eye(4)[i]
        up, down = (pareto_nbd.derivatives(rows, np.exp(logs + sign * move)) for sign in (1, -1))
        assert (up.value - down.value) / (2 * step) == pytest.approx(middle.gradient[i], rel=1e-6, abs=1e-6)
        found = (up.gradient - down.gradient) / (2 * step)
        np.testing.assert_allclose(found, middle.hessian[i], rtol=1e-6, atol=1e-6 * np.abs(middle.hessian).max())


def test_many_customers_are_a_sum_however_they_are_cut(monkeypatch):
    rng = np.random.default_rng(5)
    T = np.sort(rng.integers(1, 40, 3000) / 7.0)
    x = rng.integers(0, 5, 3000).astype(float)
    t_x = np.where(x > 0, np.floor(7 * T * rng.random(3000)) / 7, 0.0)
    counts = 1.0 + rng.integers(0, 3, 3000)
    theta = np.array([THETA, (2.0, 1.0, 0.3, 50.0)])
    wanted = [counts @ pareto_nbd.log_likelihood(x, t_x, T, *one) for one in theta]
    whole = pareto_nbd.prepare(x, t_x, T, counts)
    monkeypatch.setattr("clvmodels.kernels.pareto_nbd_sums._PART", 700)
    cut = pareto_nbd.prepare(x, t_x, T, counts)
    assert (len(whole.parts), len(cut.parts)) == (1, 5)
    for rows in (whole, cut):
        np.testing.assert_allclose(pareto_nbd.log_likelihoods(rows, theta), wanted, rtol=1e-13)
    one, other = (pareto_nbd.derivatives(rows, theta[0]) for rows in (whole, cut))
    np.testing.assert_allclose(one.gradient, other.gradient, atol=1e-10 * abs(one.value))
    np.testing.assert_allclose(one.hessian, other.hessian, atol=1e-10 * abs(one.value))


@pytest.mark.parametrize("s", [1.0, 1.0 - 1e-9, 1.0 + 1e-9])
def test_discounting_has_no_pole_at_s_1(s):
    """Where the closed form has gamma(1 - s); references are exponential integrals of order s."""
    for scale, delta in ((11.669, 0.0027), (500.0, 0.07), (1e6, 0.0018)):
        with mp.workdps(30):
            z = mp.mpf(delta) * scale
            wanted = float(scale * mp.exp(z) * mp.expint(s, z))
        assert survival_integral(s, scale, 1.0, np.inf, delta) == pytest.approx(wanted, rel=1e-12)


def test_large_z_where_a_peer_is_off_a_thousandfold():
    """delta = .07 and beta = 500 (BTYD: 491.4): per unit of P(alive), E[rate] / (delta + E[dropout rate]) nearly."""
    found = pareto_nbd.lifetime_if_alive(0, 0.0, np.inf, 0.07, 1.0, 1.0, 0.5, 500.0)
    with mp.workdps(30):
        wanted = float(mp.quad(lambda h: mp.exp(-0.07 * h) * (1 + h / 500) ** -0.5, [0, 50, 200, 1000, mp.inf]))
    assert found == pytest.approx(wanted, rel=1e-12)


def test_draws_are_what_the_formulas_expect():
    """200,000 customers alive at T: counts, lifetimes and discounted purchases, within four standard errors."""
    rng = np.random.default_rng(11)
    n, horizon, delta = 200_000, 30.0, 0.02
    theta = [np.full(n, v) for v in THETA]
    lives = pareto_nbd.simulate_if_alive(rng, np.full(n, 3.0), np.full(n, 20.0), horizon, *theta)
    counts, lasts = lives.purchases, lives.lasts
    worth = sum(np.bincount(who, np.exp(-delta * when), n) for who, when in lives.times(rng))
    expected = {
        "purchases": (counts, pareto_nbd.purchases_if_alive(3, 20.0, horizon, 0.0, *THETA)),
        "worth": (worth, pareto_nbd.purchases_if_alive(3, 20.0, horizon, delta, *THETA)),
        "lifetime": (lasts, pareto_nbd.lifetime_if_alive(3, 20.0, horizon, 0.0, *THETA)),
        "active": (counts > 0, pareto_nbd.active_if_alive(3, 20.0, horizon, *THETA)),
    }
    for name, (drawn, wanted) in expected.items():
        assert abs(drawn.mean() - wanted) < 4 * drawn.std() / np.sqrt(n), name
    shares = np.bincount(counts, minlength=9)[:9] / n
    probabilities = pareto_nbd.counts_if_alive(3, 20.0, horizon, 8, *THETA)
    assert (np.abs(shares - probabilities) < 4 * np.sqrt(probabilities / n)).all()


@pytest.mark.parametrize(("x", "horizon"), [(0, 39.0), (3, 500.0), (60, 20.0)])
def test_counts_sum_to_one_and_have_the_expected_mean(x, horizon):
    most = 2500
    probabilities = pareto_nbd.counts_if_alive(x, 20.0, horizon, most, *THETA)
    assert (probabilities >= 0).all()
    assert probabilities.sum() == pytest.approx(1, abs=1e-11)
    mean = probabilities @ np.arange(most + 1)
    assert mean == pytest.approx(pareto_nbd.purchases_if_alive(x, 20.0, horizon, 0.0, *THETA), rel=1e-10)
    assert 1 - probabilities[0] == pytest.approx(pareto_nbd.active_if_alive(x, 20.0, horizon, *THETA), rel=1e-11)


@pytest.mark.parametrize(("rate", "dropout"), [(1.3, 1.0), (1.0, 0.5), (0.7, 2.0), (1.0, 0.0), (0.0, 1.0)])
def test_changed_rates_are_as_if_the_gamma_rates_had_another_scale(rate, dropout):
    """k lambda ~ Gamma(m, a / k): a customer of other scales, alive now."""
    r, alpha, s, beta = THETA
    arguments = (2, 5.0, 40.0, 0.01, rate, dropout)
    far = 1e15  # in place of an infinite scale, at which nobody drops out
    scale = (beta + 5.0) / dropout - 5.0 if dropout else far
    life = pareto_nbd.lifetime_if_alive(2, 5.0, 40.0, 0.01, r, alpha, s, scale)
    assert pareto_nbd.lifetime_if_changed(*arguments, *THETA) == pytest.approx(life, rel=1e-12)
    found = pareto_nbd.purchases_if_changed(*arguments, *THETA)
    assert found == pytest.approx(rate * (2 + r) / (alpha + 5.0) * life, rel=1e-12)
