"""Coordinates lead back to the parameters, and carry the likelihood's derivatives over exactly."""

import numpy as np
import pytest

import clvmodels as clv
from clvmodels import priors
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting.coordinates import Scale, resolve
from clvmodels.fitting.posterior import Posterior
from clvmodels.fitting.problem import purchase_problem, read, spend_inputs, spend_problem
from clvmodels.units import TimeUnit
from tests.calibration.independent import purchases_log_posterior, spend_log_posterior
from tests.recovery.simulators import mean_orders, observed, summary

LOG_NORMAL = priors.LogNormal(0.0, 1.0)
MODELS = {
    "BG/NBD by mean dropout": clv.BGNBD(),
    "BG/NBD by a and b": clv.BGNBD(priors={"a": priors.Weibull(2, 2), "b": priors.Pareto(1.2, 0.5)}),
    "BG/NBD above bounds": clv.BGNBD(
        priors={"r": priors.Pareto(2.0, 0.1), "dropout_concentration": priors.LogNormal(0.0, 1.0, lower_bound=0.5)}
    ),
    "BG/NBD, flat": clv.BGNBD(priors={"r": priors.HalfFlat(), "alpha": priors.InverseGamma(2.0, 4.0)}),
    "Gamma-Gamma": clv.GammaGamma(),
    "Gamma-Gamma, others": clv.GammaGamma(priors={"p": priors.Gamma(2, 0.5), "v": priors.HalfNormal(30)}),
}
each = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
ROUNDING = 1e-10
# Central differences of the log-posterior of some hundred customers, in steps h, relative to its curvature.
STEP, FIRST, SECOND = 1e-4, 1e-5, 1e-3


@pytest.fixture(scope="module")
def columns():
    rng = np.random.default_rng(4)
    T = rng.uniform(20.0, 52.0, 150)
    x, t_x = observed(rng, 150, (0.5, 5.0, 0.9, 2.5), T)
    return x, t_x, T, mean_orders(rng, x, 6.25, 3.74, 15.44)


def posterior(model, columns):
    x, t_x, T, m = columns
    customers = summary(x, t_x, T, m)
    if isinstance(model, clv.BGNBD):
        return Posterior(purchase_problem(model, read(customers, model.columns), customers.time_unit))
    return Posterior(spend_problem(model, read(customers, spend_inputs(customers)), customers.time_unit))


def places(coordinates, n=25):
    """Coordinates around 0, shape (n, k)."""
    return np.random.default_rng(1).normal(0.0, 1.0, (n, len(coordinates.priors)))


@each
def test_values_lead_back_to_coordinates(model, columns):
    coordinates = posterior(model, columns).coordinates
    w = places(coordinates)
    np.testing.assert_allclose(coordinates.of_values(coordinates.values(w)), w, rtol=1e-8, atol=1e-8)


@each
def test_values_are_the_models_parameters(model, columns):
    coordinates = posterior(model, columns).coordinates
    w = places(coordinates)
    values = coordinates.values(w)
    if "mean_dropout" in values:
        mean, concentration = values["mean_dropout"], values["dropout_concentration"]
        values |= {"a": mean * concentration, "b": (1.0 - mean) * concentration}
    wanted = np.stack([values[parameter.symbol] for parameter in model.parameters], axis=-1)
    np.testing.assert_allclose(np.exp(coordinates.log_parameters(w)), wanted, rtol=ROUNDING)


@each
def test_a_start_inside_stays_and_one_outside_moves_in(model, columns):
    coordinates = posterior(model, columns).coordinates
    for w in places(coordinates, 5) + 1.0:  # so that bounds are not near
        start = np.exp(coordinates.log_parameters(w))
        moved = coordinates.near(start)
        above = np.exp(w) > 0.1 * coordinates.lower
        np.testing.assert_allclose(moved[above], w[above], rtol=1e-8, atol=1e-8)
    lowest = coordinates.near(np.full(len(coordinates.lower), 1e-6))
    assert np.isfinite(lowest).all()
    assert np.isfinite(coordinates.log_parameters(lowest)).all()


@each
def test_the_posteriors_derivatives_are_those_of_differences(model, columns):
    found = posterior(model, columns)
    k = len(found.coordinates.priors)
    for w in 0.5 * places(found.coordinates, 3):
        here = found.objective(w)
        steps = STEP * np.eye(k)
        value = found.log_density(w[None, :])[0]
        assert here.value == pytest.approx(value, rel=1e-12)
        gradient = (found.log_density(w + steps) - found.log_density(w - steps)) / (2 * STEP)
        size = np.abs(here.hessian).max()
        np.testing.assert_allclose(here.gradient, gradient, rtol=FIRST, atol=FIRST * size)
        bend = [(found.objective(w + h).gradient - found.objective(w - h).gradient) / (2 * STEP) for h in steps]
        np.testing.assert_allclose(here.hessian, np.array(bend), rtol=SECOND, atol=SECOND * 1e-2 * size)


def as_bought(x, t_x, T, m):  # noqa: ARG001 - both take the same columns
    return x, t_x, T


def as_spent(x, t_x, T, m):  # noqa: ARG001
    return x[x > 0], m[x > 0]


@pytest.mark.parametrize(
    ("name", "independent", "rows"),
    [
        ("BG/NBD by mean dropout", purchases_log_posterior, as_bought),
        ("BG/NBD above bounds", purchases_log_posterior, as_bought),
        ("Gamma-Gamma", spend_log_posterior, as_spent),
        ("Gamma-Gamma, others", spend_log_posterior, as_spent),
    ],
)
def test_the_log_density_is_that_of_the_papers_and_scipy(name, independent, rows, columns):
    found = posterior(MODELS[name], columns)
    w = 0.5 * places(found.coordinates, 6)
    wanted = [independent(rows(*columns), found.coordinates.priors, at) for at in w]
    np.testing.assert_allclose(found.log_density(w), wanted, rtol=ROUNDING)


@each
def test_the_covariance_of_parameters_is_that_of_small_steps(model, columns):
    coordinates = posterior(model, columns).coordinates
    k = len(coordinates.priors)
    w, root = places(coordinates, 1)[0], 1e-5 * np.tril(np.random.default_rng(2).normal(size=(k, k)))
    moved = np.exp(coordinates.log_parameters(w + root.T)) - np.exp(coordinates.log_parameters(w - root.T))
    np.testing.assert_allclose(coordinates.covariance(w, root @ root.T), moved.T @ moved / 4, rtol=1e-6, atol=1e-20)


def test_given_priors_take_the_place_of_defaults():
    model = clv.BGNBD(priors={"r": LOG_NORMAL})
    assert list(model.priors) == ["r", "alpha", "mean_dropout", "dropout_concentration"]
    assert model.priors["r"] == LOG_NORMAL
    assert model.priors["mean_dropout"] == clv.BGNBD.default_priors["mean_dropout"]
    assert list(clv.BGNBD(priors={"b": LOG_NORMAL, "a": LOG_NORMAL}).priors) == ["r", "alpha", "a", "b"]
    assert list(clv.BGNBD(priors={"mean_dropout": priors.Beta(2, 3)}).priors) == list(model.priors)


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({"a": LOG_NORMAL}, InputError, "go together"),
        ({"a": LOG_NORMAL, "b": LOG_NORMAL, "mean_dropout": priors.Beta(1, 1)}, InputError, "go together"),
        ({"a": LOG_NORMAL, "dropout_concentration": LOG_NORMAL}, InputError, "go together"),
        ({"beta": LOG_NORMAL}, InputError, "no parameter 'beta'.\nPriors can name r, alpha, mean_dropout"),
        ({"r": 0.5}, WrongTypeError, "prior of r is a float"),
        ({"r": priors.Beta(1, 1)}, InputError, "positive number"),
        ({"mean_dropout": LOG_NORMAL}, InputError, "share between 0 and 1: use Beta"),
        ({"r": priors.LogNormal(0, 1, unit="data")}, InputError, "r has no unit"),
        ({"r": priors.LogNormal(0, 1, unit="week")}, InputError, "r is no time"),
    ],
)
def test_priors_that_do_not_fit_are_refused(given, kind, message):
    with pytest.raises(kind, match=message):
        clv.BGNBD(priors=given)


def test_money_is_no_time():
    assert clv.GammaGamma(priors={"v": priors.HalfNormal(2.0, unit="data")}).priors["v"].unit == "data"
    with pytest.raises(InputError, match="v is no time"):
        clv.GammaGamma(priors={"v": priors.HalfNormal(2.0, unit="week")})


def test_units_become_numbers_of_the_data():
    model = clv.BGNBD(priors={"alpha": priors.Gamma(2.0, 1.0, unit="week")})
    assert resolve(model, Scale(TimeUnit.DAY)).priors["alpha"] == priors.Gamma(2.0, 1.0 / 7.0)
    data = clv.BGNBD(priors={"alpha": priors.Gamma(2.0, 1.0, unit="data")})
    assert resolve(data, Scale(TimeUnit.DAY, time=40.0)).priors["alpha"] == priors.Gamma(2.0, 1.0 / 40.0)
