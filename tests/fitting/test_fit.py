"""What a fit offers: a table, draws, criteria, provenance; and what it refuses."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import clvmodels as clv
from clvmodels.errors import ClvError, InputError, WrongTypeError
from tests.recovery.simulators import mean_orders, observed, summary

N = 600
THETA = {"r": 0.6, "alpha": 5.0, "a": 0.9, "b": 2.5}


def columns(seed=3):
    rng = np.random.default_rng(seed)
    days = rng.integers(100, 400, N)
    x, t_x = observed(rng, N, tuple(THETA.values()), days / 7)
    t_x = np.maximum(np.round(7 * t_x), np.where(x > 0, 1, 0)) / 7
    return x, t_x, days / 7, mean_orders(rng, x, 6.25, 3.74, 15.44)


@pytest.fixture(scope="module")
def customers():
    return summary(*columns())


@pytest.fixture(scope="module")
def fits(customers):
    return clv.BGNBD().fit(customers), clv.GammaGamma().fit(customers)


def test_the_table_has_intervals_on_the_log_scale(fits):
    for fit in fits:
        table = fit.parameters(level=0.9)
        assert table["parameter"].tolist() == [parameter.symbol for parameter in fit.model.parameters]
        np.testing.assert_allclose(table["estimate"], fit.draws[0])
        np.testing.assert_allclose(table["std_error"], np.sqrt(np.diag(fit.covariance)))
        ratio = np.exp(norm.ppf(0.95) * table["std_error"] / table["estimate"])
        np.testing.assert_allclose(table["upper"] / table["estimate"], ratio)
        np.testing.assert_allclose(table["estimate"] / table["lower"], ratio)
        wider = fit.parameters(level=0.99)
        assert (wider["upper"] > table["upper"]).all()
        assert table["meaning"].str.endswith(".").all()


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, float("nan"), "a", None])
def test_a_level_is_between_0_and_1(fits, level):
    with pytest.raises(InputError, match="between 0 and 1"):
        fits[0].parameters(level=level)


@pytest.mark.parametrize("n", [0, -1, 2.5, "3", True])
def test_a_number_of_draws_is_a_whole_number(fits, n):
    with pytest.raises(InputError, match="whole number of at least 1"):
        fits[0].parameter_draws(n)


def test_a_fit_keeps_a_copy_of_the_draws_it_is_given(fits):
    given = np.array(fits[0].draws)
    fit = replace(fits[0], draws=given)
    given[0, 0] = 99.0
    np.testing.assert_array_equal(fit.draws, fits[0].draws)


@pytest.mark.parametrize("rate", [-0.5, float("nan"), float("inf")])
def test_a_discount_rate_that_cannot_be_meant_is_refused(fits, customers, rate):
    with pytest.raises(InputError, match="discount rate"):
        fits[0].discounted_purchases(customers, "1 year", rate)


def test_draws_have_the_fits_covariance(fits):
    n = 200_000
    for fit in fits:
        logs = np.log(fit.parameter_draws(n, seed=1))
        theta = fit.draws[0]
        wanted = fit.covariance / np.outer(theta, theta)
        error = np.sqrt(np.diag(wanted) / n)
        assert np.abs((logs.mean(axis=0) - np.log(theta)) / error).max() < 4.5
        # An entry of a covariance from n normal draws varies by sqrt((v_ii v_jj + v_ij^2) / n).
        spread = np.sqrt((np.outer(np.diag(wanted), np.diag(wanted)) + wanted**2) / n)
        assert np.abs((np.cov(logs.T) - wanted) / spread).max() < 4.5


def test_draws_come_from_the_seed(fits):
    fit = fits[0]
    np.testing.assert_array_equal(fit.parameter_draws(50, seed=7), fit.parameter_draws(50, seed=7))
    assert not np.array_equal(fit.parameter_draws(50, seed=7), fit.parameter_draws(50, seed=8))
    assert fit.parameter_draws().shape == (1000, 4)


def test_stored_draws_are_returned_or_resampled(fits):
    stored = fits[0].parameter_draws(30, seed=2)
    several = replace(fits[0], draws=stored.copy())
    np.testing.assert_array_equal(several.parameter_draws(), stored)
    again = several.parameter_draws(100, seed=1)
    assert again.shape == (100, 4)
    known = {tuple(row) for row in stored}
    assert {tuple(row) for row in again} <= known


def test_criteria_are_of_the_log_likelihood_and_the_customers_that_inform(fits, customers):
    purchases, spend = fits
    assert purchases.customers == N
    assert spend.customers == (customers.column("frequency") > 0).sum()
    for fit, k in ((purchases, 4), (spend, 3)):
        assert fit.aic == pytest.approx(2 * k - 2 * fit.log_likelihood)
        assert fit.bic == pytest.approx(k * np.log(fit.customers) - 2 * fit.log_likelihood)


def test_a_fit_is_frozen(fits):
    fit = fits[0]
    with pytest.raises(FrozenInstanceError):
        fit.log_likelihood = 0.0
    with pytest.raises(ValueError, match="read-only"):
        fit.draws[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        fit.covariance[0, 0] = 1.0
    with pytest.raises(FrozenInstanceError):
        fit.diagnostics.ok = False
    with pytest.raises(FrozenInstanceError):
        fit.provenance.seed = 1


def test_the_callers_frame_is_not_touched():
    frame = pd.DataFrame(dict(zip(("frequency", "recency", "T", "monetary_value"), columns(), strict=True)))
    frame.insert(0, "customer_id", [f"c{i}" for i in range(N)])
    frame.index = pd.Index(np.arange(N)[::-1])
    before = frame.copy(deep=True)
    people = clv.Summary.from_frame(frame, time_unit="week")
    purchases, spend = clv.BGNBD().fit(people), clv.GammaGamma().fit(people)
    predicted = clv.LifetimeValue(purchases, spend, horizon="1 year").predict(people)
    pd.testing.assert_frame_equal(frame, before)
    assert predicted["customer_id"].tolist() == frame["customer_id"].tolist()
    assert predicted.index.equals(frame.index)


@pytest.mark.parametrize("model", [clv.BGNBD, clv.GammaGamma])
def test_a_bare_frame_is_refused_by_its_name(model, customers):
    with pytest.raises(TypeError, match=r"pandas\.DataFrame") as caught:
        model().fit(customers.frame)
    assert isinstance(caught.value, WrongTypeError)
    assert "time_unit" in str(caught.value)
    with pytest.raises(TypeError, match=r"builtins\.dict|dict"):
        model().fit({})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"r": 0.2, "alpha": 4.0, "a": 0.8}, "r, alpha, a, b"),
        ({**THETA, "beta": 1.0}, "beta"),
        ({**THETA, "r": 0.0}, "positive"),
        ({**THETA, "r": -1.0}, "parameter r -1.0 is not"),
        ({**THETA, "r": float("nan")}, "parameter r nan is not a finite"),
        ({**THETA, "b": float("inf")}, "parameter b inf is not a finite"),
        ({**THETA, "b": "two"}, "parameter b 'two' is no number"),
    ],
)
def test_parameters_that_are_none_are_refused(values, message):
    with pytest.raises(ClvError, match=message):
        clv.BGNBD().at(**values, time_unit="week")


def test_given_parameters_have_no_uncertainty(customers):
    fit = clv.BGNBD().at(**THETA, time_unit="week")
    assert fit.estimates == THETA
    assert fit["alpha"] == THETA["alpha"]
    assert fit.covariance is None
    assert np.isnan(fit.log_likelihood)
    assert np.isnan([fit.aic, fit.bic]).all()
    assert fit.parameters()["std_error"].isna().all()
    assert fit.diagnostics.ok
    with pytest.raises(InputError):
        clv.BGNBD().at(**THETA, time_unit="fortnight")
    with pytest.raises(InputError, match="discount"):
        fit.expected_purchases(customers, None)


def fingerprints(x, t_x, T, m):
    """Of both models, for eager rows and for a lazy frame, whose equal rows are merged by a query."""
    import polars as pl

    people = summary(x, t_x, T, m)
    lazy = clv.Summary.from_frame(pl.from_pandas(people.frame).lazy(), "week")
    return [
        model.fit(table).provenance.fingerprint for model in (clv.BGNBD(), clv.GammaGamma()) for table in (people, lazy)
    ]


def test_the_fingerprint_is_of_the_data_and_not_of_their_order():
    x, t_x, T, m = columns()
    first = fingerprints(x, t_x, T, m)
    assert first[0] == first[1] != first[2] == first[3]
    order = np.random.default_rng(1).permutation(N)
    assert fingerprints(x[order], t_x[order], T[order], m[order]) == first
    later, dearer = T.copy(), m.copy()
    later[0] += 1 / 7
    dearer[np.argmax(x)] += 0.01
    changed = fingerprints(x, t_x, later, dearer)
    assert not set(changed) & set(first)


def test_off_the_grid_the_order_does_not_matter_either():
    x, t_x, T, _ = columns()
    t_x, T = np.where(x > 0, t_x + 0.003, 0.0), T + 0.003
    order = np.random.default_rng(1).permutation(N)
    rows, mixed = summary(x, t_x, T), summary(x[order], t_x[order], T[order])
    assert clv.BGNBD().fit(rows).provenance.fingerprint == clv.BGNBD().fit(mixed).provenance.fingerprint
    twice = summary(np.tile(x, 2), np.tile(t_x, 2), np.tile(T, 2))
    assert clv.BGNBD().fit(rows).provenance.fingerprint != clv.BGNBD().fit(twice).provenance.fingerprint


def test_every_column_and_every_count_is_in_the_fingerprint():
    def fingerprint(*rows):
        x, t_x, T = np.array(rows, float).T
        return clv.BGNBD().fit(summary(x, t_x, T)).provenance.fingerprint

    one, other = (2, 10, 20), (3, 15, 20)
    found = [
        fingerprint(one, one, other),
        fingerprint(one, other, other),
        fingerprint(one, one, (4, 15, 20)),
        fingerprint(one, one, (3, 16, 20)),
        fingerprint(one, one, (3, 15, 21)),
        fingerprint(one, other),
    ]
    assert len(set(found)) == len(found)


def test_provenance_says_where_a_fit_comes_from(fits):
    origin = fits[0].provenance
    assert origin.seconds > 0
    assert origin.time_unit == "week"
    assert {"python", "clvmodels", "numpy", "scipy"} <= set(origin.versions)


@pytest.mark.parametrize("wrong", [-1, 2.5, True, "ten"])
def test_the_number_of_purchases_is_a_whole_one(fits, customers, wrong):
    with pytest.raises(InputError, match="max_purchases"):
        fits[0].purchase_distribution(customers, "1 week", wrong)
