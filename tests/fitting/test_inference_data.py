"""Fits in ArviZ: groups, dimensions and numbers are the fit's; ArviZ's own functions take them; nothing is invented."""

import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest

import clvmodels as clv
from clvmodels import priors
from clvmodels.errors import InputError, LazyFrameError, MissingPackageError
from clvmodels.fitting import inference_data
from clvmodels.kernels import bgnbd, gamma_gamma

# Of a log-likelihood that is computed in other blocks.
DIGITS = 1e-12
METHOD = clv.Laplace(draws=200, seed=1)


@pytest.fixture(scope="module", autouse=True)
def az(require_package):
    return require_package("arviz")


@pytest.fixture(scope="module")
def summary():
    log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    return log.summarize(time_unit="week", until="1997-09-30")


@pytest.fixture(scope="module")
def purchases(summary):
    return clv.BGNBD().fit(summary, METHOD)


@pytest.fixture(scope="module")
def spend(summary):
    return clv.GammaGamma().fit(summary, METHOD)


@pytest.fixture(scope="module")
def chains(summary, require_package):
    require_package("pymc")
    return clv.BGNBD().fit(summary, clv.NUTS(draws=100, tune=200, chains=2, cores=1, seed=1, progress=False))


def test_the_posterior_is_the_draws(purchases):
    posterior = purchases.to_inference_data().posterior
    assert posterior.sizes == {"chain": 1, "draw": 200}
    for place, symbol in enumerate(("r", "alpha", "a", "b")):
        np.testing.assert_array_equal(posterior[symbol].values[0], purchases.draws[:, place])
    a, b = purchases.draws[:, 2], purchases.draws[:, 3]
    np.testing.assert_allclose(posterior["mean_dropout"].values[0], a / (a + b), rtol=DIGITS)
    np.testing.assert_allclose(posterior["dropout_concentration"].values[0], a + b, rtol=DIGITS)


def test_chains_keep_their_draws_and_statistics(chains):
    data = chains.to_inference_data()
    assert data.posterior.sizes == {"chain": 2, "draw": 100}
    np.testing.assert_array_equal(data.posterior["r"].values.ravel(), chains.draws[:, 0])
    assert {"lp", "energy", "diverging", "tree_depth", "acceptance_rate"} <= set(data.sample_stats)
    assert data.sample_stats["diverging"].dtype == bool
    assert data.sample_stats.attrs["r_hat"] == chains.diagnostics.numbers["r_hat"]


def test_draws_without_a_sampler_say_how_good_they_are(purchases):
    statistics = purchases.to_inference_data().sample_stats
    assert list(statistics) == ["log_prior"]
    for name in ("k_hat", "effective_size", "adapted_rounds"):
        assert statistics.attrs[name] == purchases.diagnostics.numbers[name]
    assert statistics.attrs["method"] == "Laplace"


def test_the_prior_is_drawn_from_the_resolved_priors(purchases):
    prior = purchases.to_inference_data(prior_draws=20_000, seed=3).prior
    assert prior.sizes == {"chain": 1, "draw": 20_000}
    resolved = purchases.priors["alpha"]
    log_alpha = np.log(prior["alpha"].values)
    assert log_alpha.mean() == pytest.approx(resolved.mu, abs=5 * resolved.sigma / np.sqrt(20_000))
    assert log_alpha.std() == pytest.approx(resolved.sigma, rel=0.03)
    np.testing.assert_allclose(prior["a"] / (prior["a"] + prior["b"]), prior["mean_dropout"], rtol=1e-9)
    again = purchases.to_inference_data(prior_draws=20_000, seed=3).prior
    np.testing.assert_array_equal(again["b"], prior["b"])


def test_an_improper_prior_cannot_be_drawn_from(summary):
    fit = clv.BGNBD({"r": priors.HalfFlat()}).fit(summary, METHOD)
    assert "prior" not in fit.to_inference_data().groups()


def test_customers_are_observed_under_their_ids(purchases, spend, summary):
    data = purchases.to_inference_data()
    np.testing.assert_array_equal(data.observed_data["customer_id"], np.asarray(summary.customer_ids()))
    for name in ("frequency", "recency"):
        np.testing.assert_array_equal(data.observed_data[name], summary.column(name))
    np.testing.assert_array_equal(data.constant_data["T"], summary.column("T"))
    money = spend.to_inference_data()
    mean = summary.column("monetary_value")
    np.testing.assert_array_equal(money.observed_data["monetary_value"], mean[mean > 0])
    np.testing.assert_array_equal(money.constant_data["customer_id"], np.asarray(summary.customer_ids())[mean > 0])
    assert money.observed_data.sizes["customer_id"] == spend.customers


def test_text_ids_stay_text():
    frame = pd.DataFrame({"customer_id": ["x", "y", "z"], "frequency": [2, 0, 1], "recency": [3.0, 0, 2], "T": 9.0})
    fit = clv.BGNBD().fit(clv.Summary.from_frame(frame), METHOD)
    assert fit.to_inference_data().observed_data["customer_id"].values.tolist() == ["x", "y", "z"]


def test_log_likelihoods_are_the_formulas(purchases, spend, chains, summary):
    columns = [summary.column(name)[:, None] for name in ("frequency", "recency", "T")]
    for fit in (purchases, chains):
        values = fit.to_inference_data(log_likelihood=True).log_likelihood["customer"]
        assert values.dims == ("chain", "draw", "customer_id")
        expected = bgnbd.log_likelihood(*columns, *fit.draws.T[:, None, :]).T
        np.testing.assert_allclose(values.values.reshape(expected.shape), expected, rtol=DIGITS, atol=DIGITS)
    mean = summary.column("monetary_value")
    columns = [summary.column(name)[mean > 0, None] for name in ("spend_periods", "monetary_value")]
    values = spend.to_inference_data(log_likelihood=True).log_likelihood["customer"].values[0]
    np.testing.assert_allclose(values, gamma_gamma.log_likelihood(*columns, *spend.draws.T[:, None, :]).T, rtol=DIGITS)


def test_arvizs_functions_take_it(chains, az):
    data = chains.to_inference_data(log_likelihood=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what ArviZ warns of a short chain is its own affair
        assert np.isfinite(az.loo(data).elpd_loo)
        assert list(az.summary(data).index[:4]) == ["r", "alpha", "a", "b"]
        assert az.plot_trace(data).shape == (6, 2)


def test_it_is_written_and_read_by_arviz(purchases, az, tmp_path):
    data = purchases.to_inference_data(log_likelihood=True)
    data.to_netcdf(str(tmp_path / "fit.nc"))
    again = az.from_netcdf(str(tmp_path / "fit.nc"))
    assert again.groups() == data.groups()
    for group in data.groups():
        assert again[group].equals(data[group]), group
    assert again.sample_stats.attrs["k_hat"] == data.sample_stats.attrs["k_hat"]


def test_a_loaded_fit_gives_the_same_once_it_has_its_customers(chains, summary, tmp_path):
    data = chains.to_inference_data(log_likelihood=True)
    loaded = clv.load(clv.save(chains, tmp_path / "fit"))
    assert loaded.to_inference_data().groups() == ["posterior", "sample_stats", "prior"]
    again = loaded.to_inference_data(summary, log_likelihood=True)
    assert again.groups() == data.groups()
    for group in data.groups():
        assert again[group].equals(data[group]), group


def test_customers_do_not_travel_with_a_pickle(purchases):
    assert purchases.source is not None
    assert pickle.loads(pickle.dumps(purchases)).source is None  # noqa: S301 - our own
    assert "observed_data" not in pickle.loads(pickle.dumps(purchases)).to_inference_data().groups()  # noqa: S301


def test_customers_of_another_summary_are_refused(purchases, tmp_path):
    with pytest.raises(InputError, match="does not know its customers"):
        clv.load(clv.save(purchases, tmp_path / "fit")).to_inference_data(log_likelihood=True)
    log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    for other in (log.summarize(time_unit="day", until="1997-09-30"), log.summarize(time_unit="week")):
        with pytest.raises(InputError, match="made of other customers"):
            purchases.to_inference_data(other)


def test_a_fit_without_draws_of_a_posterior_is_refused(summary):
    for fit in (clv.BGNBD().fit(summary), clv.BGNBD().fit(summary, clv.MAP())):
        with pytest.raises(InputError, match="has no draws of a posterior") as caught:
            fit.to_inference_data()
        assert "clv.Laplace" in str(caught.value)


def test_a_log_likelihood_too_large_is_refused_before_it_is_computed(purchases, monkeypatch):
    monkeypatch.setattr(inference_data, "_MOST", 200 * 2_357 - 1)
    with pytest.raises(InputError, match=r"2,357 customers at 200 draws take 0\.0 GB") as caught:
        purchases.to_inference_data(log_likelihood=True)
    assert "clv.compare" in str(caught.value)


def test_a_lazy_summary_gives_no_customers(summary):
    lazy = clv.Summary.from_frame(pl.from_pandas(summary.frame).lazy(), "week")
    fit = clv.BGNBD().fit(lazy, METHOD)
    assert "observed_data" not in fit.to_inference_data().groups()
    with pytest.raises(LazyFrameError, match="collect"):
        fit.to_inference_data(log_likelihood=True)


def test_without_arviz_the_error_says_how_to_install(purchases, monkeypatch, az):
    monkeypatch.setattr(inference_data, "find_spec", lambda _: None)
    with pytest.raises(MissingPackageError, match=r'pip install "clvmodels\[bayes\]"'):
        purchases.to_inference_data()
    monkeypatch.undo()
    monkeypatch.setattr(az, "__version__", "1.0.0")
    with pytest.raises(MissingPackageError, match=r"0\.x line"):
        purchases.to_inference_data()
