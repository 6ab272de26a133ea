"""Priors are the distributions that their names say, over w and over values, in any unit."""

import numpy as np
import pytest
from scipy import stats

import clvmodels as clv
from clvmodels import priors
from clvmodels.errors import InputError
from clvmodels.priors import unit_of
from tests.calibration.independent import distribution, log_prior, value_of
from tests.recovery.simulators import mean_orders, observed, summary

PRIORS = [
    priors.LogNormal(0.3, 1.5),
    priors.LogNormal(-1.0, 0.4, lower_bound=1.0),
    priors.Gamma(0.7, 2.0),
    priors.Gamma(3.0, 0.05),
    priors.InverseGamma(2.5, 4.0),
    priors.Weibull(2.0, 10.0),
    priors.Weibull(0.6, 0.1),
    priors.HalfNormal(3.0),
    priors.Pareto(1.5, 1.0),
    priors.Pareto(3.0, 20.0),
    priors.Beta(1.0, 1.0),
    priors.Beta(0.6, 2.5),
]
POSITIVE = [prior for prior in PRIORS if prior.support == "positive"]
every = pytest.mark.parametrize("prior", PRIORS, ids=str)
# SciPy's densities lose a few digits in the tails.
ROUNDING = 1e-9
# Central differences of step h err by h^2 and by rounding over h (over h^2 for the second).
STEP, FIRST, SECOND = 1e-4, 1e-6, 1e-5
# A Kolmogorov-Smirnov test of the right distribution falls below once in a million times.
FALSE_ALARM = 1e-6


def everyday(prior):
    """Coordinates that matter: between the billionth and the rest of the distribution."""
    values = distribution(prior).ppf([1e-9, 1.0 - 1e-9])
    low, high = np.log(values - distribution(prior).support()[0])
    if prior.support == "share":
        low, high = np.log(values) - np.log1p(-values)
    return np.linspace(low, high, 41)


@every
def test_the_density_over_w_is_scipys_with_its_jacobian(prior):
    w = everyday(prior)
    np.testing.assert_allclose(prior.log_density(w)[0], log_prior(prior, w), rtol=ROUNDING, atol=ROUNDING)


@every
def test_the_density_over_w_integrates_to_one(prior):
    w = np.linspace(-80.0, 80.0, 320_001)
    with np.errstate(over="ignore"):
        density = np.exp(prior.log_density(w)[0])
    assert np.trapezoid(density, w) == pytest.approx(1.0, abs=1e-9)


@every
def test_slopes_are_those_of_differences(prior):
    w = everyday(prior)
    before, here, after = (prior.log_density(w + step)[0] for step in (-STEP, 0.0, STEP))
    _, slope, bend = prior.log_density(w)
    scale = 1.0 + np.abs(here)
    assert (np.abs((after - before) / (2 * STEP) - slope) < FIRST * scale).all()
    slopes = [prior.log_density(w + step)[1] for step in (-STEP, STEP)]
    assert (np.abs((slopes[1] - slopes[0]) / (2 * STEP) - bend) < SECOND * scale).all()


@pytest.mark.parametrize("factor", [7.0, 1e-4])
@pytest.mark.parametrize("prior", POSITIVE, ids=str)
def test_scaled_is_the_distribution_of_the_scaled_value(prior, factor):
    values = distribution(prior).ppf(np.linspace(0.01, 0.99, 20))
    expected = distribution(prior).logpdf(values) - np.log(factor)
    scaled = prior.scaled(factor)
    np.testing.assert_allclose(distribution(scaled).logpdf(values * factor), expected, rtol=ROUNDING, atol=ROUNDING)
    assert scaled.lower == pytest.approx(prior.lower * factor)
    assert unit_of(scaled) is None


@every
def test_draws_are_of_the_distribution(prior):
    draws = prior.sample(np.random.default_rng(1), 20_000)
    assert draws.shape == (20_000,)
    assert stats.kstest(draws, distribution(prior).cdf).pvalue > FALSE_ALARM
    # Its power: 5% larger is found out, for a share 5% smaller.
    wrong = draws * (0.95 if prior.support == "share" else 1.05)
    assert stats.kstest(wrong, distribution(prior).cdf).pvalue < FALSE_ALARM or spread_of(prior) > 0.9


def spread_of(prior):
    """Standard deviation over w: where it is large, 5% is little."""
    return everyday(prior).std()


@every
def test_the_lower_bound_is_where_the_distribution_begins(prior):
    assert prior.lower == distribution(prior).support()[0]
    assert (value_of(prior, np.array([-30.0, 0.0, 5.0])) >= prior.lower).all()


def test_a_flat_prior_is_flat_in_the_value_and_no_distribution():
    flat, w = priors.HalfFlat(), np.array([-2.0, 0.0, 3.0])
    value, slope, bend = flat.log_density(w)
    np.testing.assert_array_equal(value, w)  # only the Jacobian
    assert slope.tolist() == [1.0] * 3
    assert bend.tolist() == [0.0] * 3
    assert not flat.proper
    assert flat.scaled(7.0) == flat
    with pytest.raises(InputError, match="Nothing can be drawn"):
        flat.sample(np.random.default_rng(0), 3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: priors.LogNormal(0.0, 0.0),
        lambda: priors.LogNormal(0.0, -1.0),
        lambda: priors.Gamma(0.0, 1.0),
        lambda: priors.Gamma(1.0, float("nan")),
        lambda: priors.InverseGamma(-1.0, 1.0),
        lambda: priors.Weibull(1.0, float("inf")),
        lambda: priors.HalfNormal(0.0),
        lambda: priors.Pareto(0.0, 1.0),
        lambda: priors.Pareto(1.0, 0.0),
        lambda: priors.Beta(0.0, 1.0),
        lambda: priors.Beta(1.0, -2.0),
        lambda: priors.Weibull(2.0, 10.0, unit="fortnight"),
    ],
)
def test_numbers_that_make_no_distribution_are_refused(make):
    with pytest.raises(InputError):
        make()


def test_a_share_has_no_unit():
    assert priors.Beta(2.0, 3.0).scaled(1.0) == priors.Beta(2.0, 3.0)
    with pytest.raises(InputError, match="no unit"):
        priors.Beta(2.0, 3.0).scaled(7.0)


def test_priors_describe_themselves():
    assert priors.Weibull(2.0, 10.0, unit="week").describe() == {
        "distribution": "Weibull",
        "alpha": 2.0,
        "beta": 10.0,
        "unit": "week",
    }
    assert set(priors.DISTRIBUTIONS) == {type(prior).__name__ for prior in PRIORS} | {"HalfFlat"}


@pytest.fixture(scope="module")
def columns():
    rng = np.random.default_rng(4)
    T = rng.uniform(20.0, 52.0, 200)
    x, t_x = observed(rng, 200, (0.5, 5.0, 0.9, 2.5), T)
    return x, t_x, T, mean_orders(rng, x, 6.25, 3.74, 15.44)


# Scaled data differ from the others in the last digit, which Newton's last step carries into the draws.
SAME = 1e-6


@pytest.mark.parametrize("method", [clv.Laplace(draws=500, seed=3), clv.MAP()], ids=["Laplace", "MAP"])
def test_default_priors_say_the_same_in_days_and_weeks_in_cents_and_dollars(columns, method):
    x, t_x, T, m = columns
    weeks, days = summary(x, t_x, T, m), summary(x, 7.0 * t_x, 7.0 * T, 100.0 * m, unit="day")
    for model, powers in ((clv.BGNBD(), [1, 7, 1, 1]), (clv.GammaGamma(), [1, 1, 100])):
        one, other = model.fit(weeks, method=method), model.fit(days, method=method)
        np.testing.assert_allclose(other.draws, one.draws * powers, rtol=SAME)


def test_a_prior_with_a_unit_is_converted_and_one_without_is_not(columns):
    x, t_x, T, _ = columns
    days = summary(x, 7.0 * t_x, 7.0 * T, unit="day")
    method = clv.Laplace(draws=500, seed=3)
    stated, bare = (
        clv.BGNBD(priors={"alpha": priors.Weibull(2.0, 10.0, unit=unit)}).fit(days, method) for unit in ("week", None)
    )
    assert stated.priors["alpha"] == priors.Weibull(2.0, 70.0)
    assert bare.priors["alpha"] == priors.Weibull(2.0, 10.0)
    weeks = clv.BGNBD(priors={"alpha": priors.Weibull(2.0, 10.0)}).fit(summary(x, t_x, T), method)
    np.testing.assert_allclose(stated.draws, weeks.draws * [1, 7, 1, 1], rtol=SAME)
    assert np.abs(bare["alpha"] / 7.0 / weeks["alpha"] - 1.0) > 0.05


def test_the_scale_of_the_data_is_the_mean_age_and_the_mean_order_value(columns):
    x, t_x, T, m = columns
    customers = summary(x, t_x, T, m)
    alpha = clv.BGNBD().fit(customers, method=clv.MAP()).priors["alpha"]
    assert (alpha.mu, alpha.sigma) == (pytest.approx(np.log(T.mean())), 2.0)
    v = clv.GammaGamma().fit(customers, method=clv.MAP()).priors["v"]
    assert (v.mu, v.sigma) == (pytest.approx(np.log(m[x > 0].mean())), 2.0)
