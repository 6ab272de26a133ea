"""Posteriors in PyMC-Marketing's layout, as it was recorded from that package."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import clvmodels as clv
from clvmodels.errors import BoundaryError, InputError, WrongTypeError

RECORDED = json.loads(Path(__file__).with_name("pymc_marketing.json").read_text(encoding="utf-8"))
# Both take means over the same draws by formulas that keep this many digits for such customers.
DIGITS = 1e-8


def idata_of(recorded, **more):
    """An InferenceData in miniature: groups of arrays over (chain, draw)."""
    groups = {
        name: xr.Dataset({key: (("chain", "draw"), np.array(values)) for key, values in recorded[name].items()})
        for name in ("posterior", "sample_stats")
        if name in recorded
    }
    if "diverging" in groups.get("sample_stats", ()):
        groups["sample_stats"]["diverging"] = groups["sample_stats"]["diverging"].astype(bool)
    fitted = {name: ("index", np.array(values)) for name, values in recorded["fit_data"].items()}
    return SimpleNamespace(attrs={"model_type": recorded["model_type"]}, fit_data=xr.Dataset(fitted), **groups, **more)


@pytest.fixture
def recorded():
    return RECORDED["models"]


@pytest.fixture
def summary():
    return clv.Summary.from_frame(pd.DataFrame(RECORDED["customers"]), time_unit="week")


def test_predictions_of_purchases_are_theirs(recorded, summary):
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"]), "week")
    theirs = recorded["BetaGeoModel"]
    assert fit.model == clv.BGNBD()
    np.testing.assert_allclose(fit.expected_purchases(summary, "13 weeks"), theirs["expected_purchases"], rtol=DIGITS)
    np.testing.assert_allclose(fit.probability_alive(summary), theirs["expected_probability_alive"], rtol=DIGITS)


def test_predictions_of_order_values_are_theirs(recorded, summary):
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["GammaGammaModel"]))
    repeat = summary.column("frequency") > 0
    ours = fit.expected_order_value(summary)[repeat]
    np.testing.assert_allclose(ours, recorded["GammaGammaModel"]["expected_customer_spend"], rtol=DIGITS)


def test_draws_keep_the_order_of_chains(recorded):
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"]), "week")
    theirs = recorded["BetaGeoModel"]["posterior"]
    assert fit.chains.count == 2
    assert fit.customers == 12
    np.testing.assert_array_equal(fit.draws[:10, 0], theirs["r"][0])
    np.testing.assert_array_equal(fit.draws[10:, 1], theirs["alpha"][1])
    np.testing.assert_array_equal(fit.chains.statistics["lp"], recorded["BetaGeoModel"]["sample_stats"]["lp"])


def test_intervals_are_of_the_draws(recorded, summary):
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"]), "week")
    table = fit.predict(summary, "13 weeks", level=0.8)
    assert (table["expected_purchases_lower"] < table["expected_purchases_upper"]).all()
    r = np.array(recorded["BetaGeoModel"]["posterior"]["r"]).ravel()
    np.testing.assert_allclose(
        fit.parameters(level=0.8).loc[0, ["lower", "upper"]].astype(float), np.quantile(r, [0.1, 0.9])
    )


def test_the_fitted_model_itself_is_taken_too(recorded):
    class BetaGeoModel:
        idata = idata_of(recorded["BetaGeoModel"] | {"model_type": None})

    del BetaGeoModel.idata.attrs["model_type"]
    assert clv.interop.from_pymc_marketing(BetaGeoModel(), "day").model == clv.BGNBD()


def test_an_arviz_inference_data_is_taken(recorded, require_package):
    az = require_package("arviz")
    values = {name: np.array(draws) for name, draws in recorded["BetaGeoModel"]["posterior"].items()}
    idata = az.from_dict(posterior=values)
    fit = clv.interop.from_pymc_marketing(idata, "week", model="BetaGeoModel")
    np.testing.assert_array_equal(fit.draws[:, 2], values["a"].ravel())
    with pytest.raises(WrongTypeError, match="does not say of which model"):
        clv.interop.from_pymc_marketing(idata, "week")


def test_few_draws_are_not_to_be_relied_on(recorded, require_package):
    require_package("arviz")
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"]), "week")
    assert not fit.diagnostics.ok
    assert "Too few effective draws" in fit.diagnostics.message


def test_dropout_by_mean_and_concentration(recorded):
    theirs = dict(recorded["BetaGeoModel"]["posterior"])
    whole = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"]), "week")
    fewer = {name: theirs[name] for name in theirs if name not in {"a", "b"}}
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"] | {"posterior": fewer}), "week")
    np.testing.assert_allclose(fit.draws, whole.draws, rtol=1e-14)


def test_a_point_estimate_has_no_intervals(recorded, summary):
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel map"]), "week")
    assert fit.draws.shape == (1, 4)
    assert fit["r"] == recorded["BetaGeoModel map"]["posterior"]["r"][0][0]
    with pytest.raises(BoundaryError, match="point estimate"):
        fit.predict(summary, "13 weeks", level=0.9)


def test_no_unit_is_guessed(recorded):
    with pytest.raises(WrongTypeError, match="time_unit="):
        clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"]))


def test_covariates_are_refused(recorded):
    idata = idata_of(recorded["BetaGeoModel"])
    alpha = np.ones((2, 10, 3))
    idata.posterior = idata.posterior.assign(alpha=(("chain", "draw", "customer_id"), alpha))
    with pytest.raises(InputError, match="alpha of this BG/NBD model differ over customers"):
        clv.interop.from_pymc_marketing(idata, "week")


@pytest.mark.parametrize("bad", [np.nan, -1.0, 0.0, np.inf])
def test_impossible_draws_are_refused(recorded, bad):
    idata = idata_of(recorded["BetaGeoModel"])
    idata.posterior["r"].values[1, 3] = bad
    with pytest.raises(InputError, match="positive finite"):
        clv.interop.from_pymc_marketing(idata, "week")


def test_models_that_are_not_here_are_named(recorded):
    idata = idata_of(recorded["BetaGeoModel"] | {"model_type": "Shifted Beta-Geometric"})
    with pytest.raises(InputError, match=r"'Shifted Beta-Geometric'[^$]*BG/NBD"):
        clv.interop.from_pymc_marketing(idata, "week")


def test_something_else_is_refused():
    with pytest.raises(WrongTypeError, match="DataFrame without a posterior"):
        clv.interop.from_pymc_marketing(pd.DataFrame(), "week")


def test_it_is_saved_and_loaded(recorded, summary, tmp_path):
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"]), "week")
    again = clv.load(clv.save(fit, tmp_path / "fit"))
    np.testing.assert_array_equal(again.probability_alive(summary), fit.probability_alive(summary))
    assert again.diagnostics.message == fit.diagnostics.message


def test_arviz_is_told_where_the_data_are(recorded, require_package):
    require_package("arviz")
    fit = clv.interop.from_pymc_marketing(idata_of(recorded["BetaGeoModel"]), "week")
    with pytest.raises(InputError, match="draws and no priors"):
        fit.to_inference_data()
