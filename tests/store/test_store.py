"""Saved models come back as they were; what is damaged, newer or strange is refused; nothing in them is executed."""

import json
import pickle
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

import clvmodels as clv
from clvmodels import priors, store
from clvmodels.errors import ArtifactError, WrongTypeError
from clvmodels.fitting import Chains
from clvmodels.store import places

# Value of CDNOW's customers by the artifact of version 0.1.0, to the digits that were printed then.
OLD_TOTAL = 25462.82


@pytest.fixture(scope="module")
def summary():
    log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    return log.summarize(time_unit="week", until="1997-09-30")


@pytest.fixture(scope="module")
def purchases(summary):
    return clv.BGNBD().fit(summary)


@pytest.fixture(scope="module")
def value(summary, purchases):
    terms = {"discount_rate": 0.1, "margin": 0.35, "retention_cost": "0.3 per week", "acquisition_cost": 12.0}
    return clv.LifetimeValue(purchases, clv.GammaGamma().fit(summary), horizon="1 year", **terms)


@pytest.fixture
def saved(value, tmp_path):
    return clv.save(value, tmp_path / "model")


def edit(path: Path, change) -> None:
    """Change the manifest in place."""
    manifest = json.loads((path / "manifest.json").read_text())
    change(manifest)
    (path / "manifest.json").write_text(json.dumps(manifest))


def replace_draws(path: Path, **arrays) -> None:
    """Other draws, with a checksum that fits."""
    np.savez(path / "draws.npz", **arrays)
    digest = sha256((path / "draws.npz").read_bytes()).hexdigest()
    edit(path, lambda manifest: manifest["files"].update({"draws.npz": digest}))


def test_a_fit_returns_with_every_field(purchases, tmp_path):
    loaded = clv.load(clv.save(purchases, tmp_path / "fit"))
    assert type(loaded) is type(purchases)
    assert loaded.model == purchases.model
    np.testing.assert_array_equal(loaded.draws, purchases.draws)
    np.testing.assert_array_equal(loaded.covariance, purchases.covariance)
    for name in ("log_likelihood", "customers", "diagnostics", "provenance"):
        assert getattr(loaded, name) == getattr(purchases, name), name


def test_a_valuation_returns_with_equal_values(value, saved, summary):
    loaded = clv.load(saved)
    np.testing.assert_array_equal(loaded.customer_values(summary), value.customer_values(summary))
    assert loaded.acquisition_cost == 12.0


@pytest.mark.parametrize("horizon", [None, 26, 0.1 + 0.2, "1.5 months", timedelta(days=10, hours=7)])
def test_every_kind_of_horizon_returns_with_its_exact_length(value, tmp_path, horizon):
    from clvmodels.units import Horizon, TimeUnit

    loaded = clv.load(clv.save(value.over(horizon), tmp_path / "model"))
    lengths = [Horizon.parse(h).in_unit(TimeUnit.WEEK) for h in (loaded.horizon, horizon)]
    assert lengths[0] == lengths[1]


def test_many_draws_return(purchases, tmp_path):
    bayes = replace(purchases, draws=purchases.parameter_draws(50, seed=1))
    np.testing.assert_array_equal(clv.load(clv.save(bayes, tmp_path / "fit")).draws, bayes.draws)


def test_priors_return_as_they_were_given_and_as_they_were_resolved(summary, tmp_path):
    given = {
        "r": priors.HalfFlat(),
        "alpha": priors.LogNormal(mu=0.5, sigma=2.0, lower_bound=0.1, unit="data"),
        "mean_dropout": priors.Beta(2, 3),
        "dropout_concentration": priors.Pareto(1, 1),
    }
    fit = clv.BGNBD(given).fit(summary, clv.Laplace(draws=50, seed=1))
    loaded = clv.load(clv.save(fit, tmp_path / "fit"))
    assert loaded.model == fit.model
    assert loaded.priors == fit.priors
    assert loaded.priors["alpha"] != loaded.model.priors["alpha"]
    assert loaded.diagnostics == fit.diagnostics
    assert loaded.chains is None


def test_chains_return_with_what_the_sampler_said(purchases, tmp_path):
    statistics = {"lp": np.arange(50.0).reshape(2, 25), "diverging": np.zeros((2, 25), dtype=bool)}
    chains = Chains(2, statistics)
    bayes = replace(purchases, draws=purchases.parameter_draws(50, seed=1), chains=chains)
    loaded = clv.load(clv.save(bayes, tmp_path / "fit"))
    assert loaded.chains.count == 2
    assert list(loaded.chains.statistics) == ["lp", "diverging"]
    for name, values in statistics.items():
        np.testing.assert_array_equal(loaded.chains.statistics[name], values)
        assert loaded.chains.statistics[name].dtype == values.dtype


def test_chains_that_do_not_fit_their_draws_are_damage(purchases, tmp_path):
    chains = Chains(2, {"lp": np.zeros((2, 25))})
    bayes = replace(purchases, draws=purchases.parameter_draws(50, seed=1), chains=chains)
    path = clv.save(bayes, tmp_path / "fit")
    edit(path, lambda manifest: manifest["fits"]["fit"].update(chains=5))
    with pytest.raises(ArtifactError, match="is damaged"):
        clv.load(path)


def test_artifacts_of_before_there_were_priors_are_read(purchases, tmp_path):
    path = clv.save(purchases, tmp_path / "fit")
    edit(path, lambda manifest: [manifest["fits"]["fit"].pop(key) for key in ("model_priors", "priors", "chains")])
    loaded = clv.load(path)
    assert loaded.model == purchases.model
    assert loaded.priors is None


def test_figures_that_are_no_numbers_return(purchases, tmp_path):
    numbers = {"k_hat": np.inf, "effective_size": 3.0}
    bad = replace(purchases, diagnostics=replace(purchases.diagnostics, numbers=numbers))
    assert clv.load(clv.save(bad, tmp_path / "fit")).diagnostics.numbers == numbers


def test_parameters_that_were_set_and_unbounded_likelihoods_return(tmp_path):
    given = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    loaded = clv.load(clv.save(given, tmp_path / "given"))
    assert np.isnan(loaded.log_likelihood)
    assert loaded.covariance is None
    unbounded = replace(given, log_likelihood=np.inf)
    assert clv.load(clv.save(unbounded, tmp_path / "unbounded")).log_likelihood == np.inf


def test_the_manifest_is_json_that_a_person_can_read_and_names_no_customer(saved):
    manifest = json.loads((saved / "manifest.json").read_text(), parse_constant=pytest.fail)
    assert manifest["fits"]["purchases"]["parameters"]["r"] == pytest.approx(0.2425945, rel=1e-6)
    assert manifest["fits"]["purchases"]["provenance"]["until"] == "1997-09-30"
    assert manifest["schema"] == store.SCHEMA
    assert sum(file.stat().st_size for file in saved.iterdir()) < 10_000


def test_settings_are_kept(value, tmp_path):
    path = clv.save(value, tmp_path / "model", settings={"note": "näive", "rows": 3})
    assert store.read_manifest(path)["settings"] == {"note": "näive", "rows": 3}


def test_saving_again_replaces_and_leaves_nothing_beside(purchases, saved, tmp_path):
    clv.save(purchases, saved)
    assert isinstance(clv.load(saved), clv.Fit)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_whoever_may_read_the_folder_may_read_the_model(saved, tmp_path):
    (tmp_path / "plain").mkdir()
    assert saved.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_other_folders_and_files_are_not_replaced(purchases, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "precious.csv").write_text("1")
    (tmp_path / "file").write_text("1")
    for name in ("data", "file"):
        with pytest.raises(ArtifactError, match="is no saved model"):
            clv.save(purchases, tmp_path / name)
    assert (tmp_path / "data" / "precious.csv").read_text() == "1"


def test_a_failure_while_writing_leaves_the_old_model(saved, value, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(places, "_sync", full)
    with pytest.raises(OSError, match="No space"):
        clv.save(value.over("2 years"), saved)
    assert clv.load(saved).horizon == "1.0 years"
    assert [path.name for path in saved.parent.iterdir()] == ["model"]


def test_only_fits_and_their_valuations_are_saved(value, tmp_path):
    class Rule:
        population_mean = 1.0

        def expected_order_value(self, summary):
            return np.ones(len(summary))

    for thing in ({"a": 1}, replace(value, spend=Rule())):
        with pytest.raises(WrongTypeError, match="cannot be saved"):
            clv.save(thing, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ArtifactError, match="no manifest"):
        clv.load(tmp_path / "nowhere")


def test_a_newer_schema_asks_for_an_update(saved):
    edit(saved, lambda manifest: manifest.update(schema=store.SCHEMA + 1))
    with pytest.raises(ArtifactError, match="newer version") as caught:
        clv.load(saved)
    assert "Update clvmodels" in str(caught.value)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: (path / "manifest.json").write_text("{"),
        lambda path: (path / "manifest.json").write_bytes(b"\xff\xfe\x00"),
        lambda path: (path / "manifest.json").write_text("[]"),
        lambda path: edit(path, lambda m: m.update(format="other")),
        lambda path: edit(path, lambda m: m.update(schema="one")),
        lambda path: edit(path, lambda m: m.pop("fits")),
        lambda path: edit(path, lambda m: m["fits"]["spend"].update(model="No/Such")),
        lambda path: edit(path, lambda m: m["fits"].pop("spend")),
        lambda path: edit(path, lambda m: m["fits"]["purchases"].update(covariance=[[1.0]])),
        lambda path: edit(path, lambda m: m["fits"]["purchases"]["diagnostics"].update(extra=1)),
        lambda path: edit(path, lambda m: m["fits"]["purchases"]["provenance"].update(until="soon")),
        lambda path: edit(path, lambda m: m["fits"]["spend"]["model_priors"]["p"].update(distribution="Cauchy")),
        lambda path: edit(path, lambda m: m["fits"]["spend"]["model_priors"]["p"].update(sigma=-1)),
        lambda path: edit(path, lambda m: m["fits"]["spend"].update(chains=3)),
        lambda path: edit(path, lambda m: m["terms"].update(margin=35)),
        lambda path: edit(path, lambda m: m["terms"].update(horizon=[])),
        lambda path: (path / "draws.npz").unlink(),
        lambda path: (path / "draws.npz").write_bytes((path / "draws.npz").read_bytes()[:100]),
        lambda path: replace_draws(path, purchases=np.ones((1, 3)), spend=np.ones((1, 3))),
        lambda path: replace_draws(path, purchases=-np.ones((1, 4)), spend=np.ones((1, 3))),
        lambda path: replace_draws(path, purchases=np.full((1, 4), np.nan), spend=np.ones((1, 3))),
        lambda path: replace_draws(path, purchases=np.ones((1, 4)), other=np.ones((1, 3))),
    ],
)
def test_damage_is_reported_as_damage(saved, damage):
    damage(saved)
    with pytest.raises(ArtifactError, match="is damaged"):
        clv.load(saved)


def test_a_pickle_inside_is_refused_and_not_run(saved, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "executed",))

    replace_draws(saved, purchases=np.array([Bomb()], dtype=object), spend=np.ones((1, 3)))
    assert pickle.PROTO in (saved / "draws.npz").read_bytes()
    (tmp_path / "executed").unlink(missing_ok=True)
    with pytest.raises(ArtifactError, match="is damaged"):
        clv.load(saved)
    assert not (tmp_path / "executed").exists()


def test_every_moment_of_replacing_shows_a_whole_model(saved, value, monkeypatch):
    """At each call that brings something to the disk a reader loads the old model or the new one."""
    seen, real = [], places._sync

    def look(file):
        seen.append(clv.load(saved).horizon)
        real(file)

    monkeypatch.setattr(places, "_sync", look)
    clv.save(value.over("2 years"), saved)
    assert seen == ["1.0 years", "1.0 years"]
    assert clv.load(saved).horizon == "2.0 years"
    assert len(list(saved.iterdir())) == 2


def test_addresses_are_written_replaced_and_read(value):
    address = "memory://models/value"
    assert clv.save(value, address) == address
    clv.save(value.over("2 years"), address)
    assert clv.load(address).horizon == "2.0 years"
    assert clv.load(address).purchases.estimates == value.purchases.estimates
    with pytest.raises(ArtifactError, match="no manifest"):
        clv.load("memory://models/nowhere")
    with pytest.raises(ArtifactError, match="address cannot be used"):
        clv.load("nosuch://models")


def test_an_address_with_other_things_in_it_is_refused(purchases):
    import fsspec

    fsspec.filesystem("memory").pipe_file("/data/precious.csv", b"1")
    with pytest.raises(ArtifactError, match="is no saved model"):
        clv.save(purchases, "memory://data")


@pytest.mark.parametrize("version", ["0.1.0"])
def test_artifacts_of_released_versions_are_read(version, summary):
    loaded = clv.load(Path(__file__).parents[1] / "artifacts" / version)
    assert store.read_manifest(Path(__file__).parents[1] / "artifacts" / version)["schema"] <= store.SCHEMA
    assert loaded.purchases["r"] == pytest.approx(0.2425945, rel=1e-6)
    assert loaded.spend.draws.shape == (50, 3)
    assert loaded.total(summary).mean == pytest.approx(OLD_TOTAL, rel=1e-6)


@pytest.mark.parametrize(
    "settings",
    [{"password": "x"}, {"reading": {"api_key": "x"}}, {"log": ["s3://a:b@c/d"]}, {"log": "https://x/y?sig=1"}],
)
def test_credentials_are_not_saved(purchases, tmp_path, settings):
    with pytest.raises(ArtifactError, match="looks like a credential"):
        clv.save(purchases, tmp_path / "model", settings=settings)
    assert not (tmp_path / "model").exists()


def test_draws_elsewhere_are_not_read(saved):
    edit(saved, lambda manifest: manifest.update(files={"draws/../../x.npz": "0"}))
    with pytest.raises(ArtifactError, match="is damaged"):
        clv.load(saved)
