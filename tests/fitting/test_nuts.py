"""The model in PyMC is ours; its Markov chains and importance sampling find one posterior; faults are told."""

import json
import logging
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import clvmodels as clv
from clvmodels import priors
from clvmodels.errors import BoundaryError, InputError, MissingPackageError
from clvmodels.fitting import chains, nuts
from clvmodels.fitting.convergence import judge
from clvmodels.fitting.customers import customers_of
from clvmodels.fitting.posterior import Posterior
from tests.recovery.simulators import mean_orders, observed, summary

PYMC_MARKETING = Path(__file__).parents[1] / "oracles" / "pymc_marketing.json"
# Differences of two Monte Carlo figures, in standard errors of the difference: with some hundred figures, none above.
MOST_ERRORS = 4.5
# PyTensor takes parameters, not their logs, to the likelihood and back.
SAME = 1e-9
QUICK = {"draws": 300, "tune": 300, "seed": 1, "progress": False}


@cache
def cdnow():
    log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    return log.summarize(time_unit="week", until="1997-09-30")


def bgnbd(n, theta, seed):
    rng = np.random.default_rng((n, seed))
    T = rng.uniform(20, 40, n)
    return clv.BGNBD(), summary(*observed(rng, n, theta, T), T)


def gamma_gamma(n, seed):
    rng = np.random.default_rng((n, seed))
    orders = 1.0 + rng.poisson(rng.gamma(1.0, 2.0, n))
    return clv.GammaGamma(), summary(
        orders, np.full(n, 5.0), np.full(n, 9.0), mean_orders(rng, orders, 6.25, 3.74, 15.44)
    )


TYPICAL, RARE, LOYAL = (0.25, 4.5, 0.8, 2.5), (0.05, 4.0, 5.0, 5.0), (3.0, 20.0, 0.1, 8.0)
# Names say for which sets Laplace's first proposals are too far off, so that it adapts others.
SETS = {
    "modest": {
        "200, BG/NBD, rare purchases, adapted": lambda: bgnbd(200, RARE, 0),
    },
    "full": {
        "CDNOW, BG/NBD": lambda: (clv.BGNBD(), cdnow()),
        "CDNOW, Gamma-Gamma": lambda: (clv.GammaGamma(), cdnow()),
        "50, BG/NBD, adapted": lambda: bgnbd(50, TYPICAL, 4),
        "200, BG/NBD, rare purchases, adapted": lambda: bgnbd(200, RARE, 0),
        "200, BG/NBD, rare purchases once more, adapted": lambda: bgnbd(200, RARE, 3),
        "200, BG/NBD, hardly any dropout, adapted": lambda: bgnbd(200, LOYAL, 0),
        "200, BG/NBD, hardly any dropout once more, adapted": lambda: bgnbd(200, LOYAL, 7),
        "200, BG/NBD": lambda: bgnbd(200, TYPICAL, 0),
        "200, Gamma-Gamma": lambda: gamma_gamma(200, 0),
        "2,000, BG/NBD": lambda: bgnbd(2_000, TYPICAL, 0),
        "2,000, Gamma-Gamma": lambda: gamma_gamma(2_000, 0),
        "20,000, BG/NBD": lambda: bgnbd(20_000, TYPICAL, 0),
        "20,000, Gamma-Gamma": lambda: gamma_gamma(20_000, 0),
    },
}
DRAWS = {"modest": 4_000, "full": 20_000}
CHAINS = {"modest": {"draws": 400, "tune": 300}, "full": {"draws": 12_000, "tune": 1_000}}


def independent(draws, worth, worth_of_spread=None):
    """Means and standard deviations of draws, shape (d, k), with Monte Carlo errors as of so many independent ones."""
    worth_of_spread = worth if worth_of_spread is None else worth_of_spread
    off = draws - draws.mean(axis=0)
    sd = off.std(axis=0)
    kurtosis = (off**4).mean(axis=0) / sd**4
    return draws.mean(axis=0), sd / np.sqrt(worth), sd, sd * np.sqrt((kurtosis - 1.0) / (4.0 * worth_of_spread))


def dependent(draws, az):
    """The same of chains, shape (chains, draws, k)."""
    columns = np.moveaxis(draws, -1, 0)
    worth = [np.array([float(az.ess(column, method=what)) for column in columns]) for what in ("mean", "sd")]
    return independent(draws.reshape(-1, draws.shape[-1]), *worth)


def errors_apart(first, second):
    """By how many standard errors means, and standard deviations, are apart."""
    return [np.abs(first[place] - second[place]) / np.hypot(first[place + 1], second[place + 1]) for place in (0, 2)]


class TestTheModel:
    """Value and gradient in PyMC are those of our posterior, for every kind of prior."""

    MODELS = (
        clv.BGNBD({"r": priors.Gamma(2, 3), "alpha": priors.InverseGamma(3, 20), "mean_dropout": priors.Beta(2, 5),
                   "dropout_concentration": priors.Pareto(1.5, 0.5)}),
        clv.BGNBD({"r": priors.HalfFlat(), "a": priors.Weibull(2, 3), "b": priors.HalfNormal(4)}),
        clv.GammaGamma(),
    )  # fmt: skip

    @pytest.mark.parametrize("model", MODELS, ids=["means", "pairs", "spend"])
    def test_is_ours(self, model, require_package):
        require_package("pymc")
        fit = model.fit(cdnow(), clv.MAP())
        posterior = Posterior(customers_of(fit, None).problem)
        pymc_model = fit.pymc_model()
        assert [variable.name for variable in pymc_model.free_RVs] == list(model.priors)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            density = nuts._compiled(pymc_model)
        rng = np.random.default_rng(3)
        mode = posterior.mode(100).u
        for w in (mode, *(mode + 0.3 * rng.standard_normal((3, len(mode))))):
            value, gradient = density(*w)
            ours = posterior.objective(w)
            assert value == pytest.approx(ours.value, rel=SAME)
            np.testing.assert_allclose(gradient, ours.gradient, rtol=1e-9, atol=1e-5)
        far = mode + np.where(np.arange(len(mode)) == 2, 45.0, 0.0)  # there a mean dropout is 1 to all digits
        assert density(*far)[0] == pytest.approx(posterior.objective(far).value, rel=SAME)

    def test_deterministics_are_the_models_parameters(self, require_package):
        require_package("pymc")
        model = clv.BGNBD().fit(cdnow()).pymc_model()
        assert [variable.name for variable in model.deterministics] == ["a", "b"]
        assert [variable.name for variable in model.potentials] == ["log_likelihood"]

    def test_computes_a_point_once_for_value_and_gradient(self, monkeypatch, require_package):
        require_package("pymc")
        model = clv.BGNBD().fit(cdnow()).pymc_model()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            density = nuts._compiled(model)
        computed = []
        whole = nuts._value_and_gradient
        monkeypatch.setattr(nuts, "_value_and_gradient", lambda *at: computed.append(at) or whole(*at))
        density(0.0, 1.0, 0.0, 1.0)
        assert len(computed) == 1

    def test_can_be_changed_by_the_user(self, require_package):
        pm = require_package("pymc")
        model = clv.GammaGamma().fit(cdnow()).pymc_model()
        point = model.initial_point()
        before = model.point_logps(point)
        with model:
            pm.Potential("belief", -0.5 * (model["q"] - 4.0) ** 2)
        after = model.point_logps(point)
        assert after.pop("belief") < 0
        assert after == before

    def test_other_customers_are_refused(self, require_package):
        require_package("pymc")
        fit = clv.BGNBD().fit(cdnow())
        with pytest.raises(InputError, match="made of other customers"):
            fit.pymc_model(bgnbd(50, TYPICAL, 0)[1])


class TestDraws:
    @pytest.mark.slow
    def test_agree_with_importance_sampling(self, size, require_package):
        az = require_package("arviz")
        require_package("pymc")
        for name, make in SETS[size].items():
            model, customers = make()
            method = clv.NUTS(**CHAINS[size], seed=1, target_accept=0.9, progress=False)
            by_chains = model.fit(customers, method)
            laplace = model.fit(customers, clv.Laplace(draws=DRAWS[size], seed=1))
            numbers = laplace.diagnostics.numbers
            assert numbers["adapted_rounds"] > 0 or "adapted" not in name, name
            assert by_chains.log_likelihood == laplace.log_likelihood
            if size == "full":  # so few draws as the modest size has can miss the bar of R-hat by chance
                assert by_chains.diagnostics.ok, (name, by_chains.diagnostics.message)
                assert by_chains.diagnostics.numbers["ess_bulk"] >= DRAWS[size], name
                assert numbers["effective_size"] >= DRAWS[size], name
            worth = min(numbers["effective_size"], len(laplace.draws))
            draws = np.log(by_chains.draws).reshape(4, -1, laplace.draws.shape[1])
            apart = errors_apart(dependent(draws, az), independent(np.log(laplace.draws), worth))
            assert np.max(apart) < MOST_ERRORS, (name, apart)

    def test_are_those_of_pymc_marketing(self, require_package):
        """Its default priors on CDNOW; the file says how its numbers were made."""
        az = require_package("arviz")
        require_package("pymc")
        theirs = json.loads(PYMC_MARKETING.read_text(encoding="utf-8"))["posterior"]
        names = {"r": "r", "alpha": "alpha", "a": "a", "b": "b", "mean_dropout": "phi_dropout",
                 "dropout_concentration": "kappa_dropout"}  # fmt: skip
        recorded = [
            np.array([theirs[name][what] for name in names.values()]) for what in ("mean", "mcse_mean", "sd", "mcse_sd")
        ]
        model = clv.BGNBD(
            {
                "r": priors.Weibull(2, 1),
                "alpha": priors.Weibull(2, 10, unit="week"),
                "mean_dropout": priors.Beta(1, 1),
                "dropout_concentration": priors.Pareto(1, 1),
            }
        )
        for method in (clv.NUTS(**QUICK), clv.Laplace(draws=4_000, seed=1)):
            posterior = model.fit(cdnow(), method).to_inference_data().posterior
            draws = np.stack([posterior[name].values for name in names], axis=-1)
            ours = dependent(draws, az) if isinstance(method, clv.NUTS) else independent(draws[0], draws.shape[1])
            apart = errors_apart(ours, recorded)
            assert np.max(apart) < MOST_ERRORS, (method, apart)

    def test_repeat_for_a_seed_whatever_the_cores(self, require_package):
        require_package("pymc")
        require_package("nutpie")
        settings = {"draws": 20, "tune": 20, "progress": False}
        first, second, third = (
            clv.GammaGamma().fit(cdnow(), clv.NUTS(**settings, seed=seed, cores=cores)).draws
            for seed, cores in ((1, 1), (1, 2), (2, 1))
        )
        np.testing.assert_array_equal(first, second)
        assert not np.array_equal(first, third)

    def test_need_no_nutpie(self, monkeypatch, require_package):
        az = require_package("arviz")
        require_package("pymc")
        monkeypatch.setattr(nuts, "find_spec", lambda name: None if name == "nutpie" else True)
        fit = clv.GammaGamma().fit(cdnow(), clv.NUTS(draws=200, tune=200, chains=2, seed=1, progress=False))
        laplace = clv.GammaGamma().fit(cdnow(), clv.Laplace(draws=4_000, seed=1))
        assert fit.diagnostics.numbers["r_hat"] < 1.05
        draws = np.log(fit.draws).reshape(2, -1, 3)
        assert np.max(errors_apart(dependent(draws, az), independent(np.log(laplace.draws), 4_000))) < MOST_ERRORS

    @pytest.mark.slow
    def test_come_from_nutpies_own_compilation_too(self, size, require_package):
        if size == "modest":
            pytest.skip("only at full size: it compiles for long")
        require_package("pymc")
        nutpie = require_package("nutpie")
        fit = clv.BGNBD().fit(cdnow(), clv.Laplace(draws=2_000, seed=1))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = nutpie.compile_pymc_model(fit.pymc_model())
            trace = nutpie.sample(compiled, draws=300, tune=300, chains=2, cores=1, seed=1, progress_bar=False)
        assert float(trace.posterior["r"].mean()) == pytest.approx(fit["r"], abs=0.1 * fit.draws[:, 0].std() * 3)

    def test_change_no_filter_and_no_logger(self, require_package):
        require_package("pymc")
        before = list(warnings.filters), logging.getLogger("pymc").level
        clv.GammaGamma().fit(cdnow(), clv.NUTS(draws=10, tune=10, chains=2, cores=1, progress=False))
        assert (list(warnings.filters), logging.getLogger("pymc").level) == before


class TestRefusals:
    def test_without_pymc_the_error_says_how_to_install(self, monkeypatch):
        monkeypatch.setattr(nuts, "find_spec", lambda _: None)
        with pytest.raises(MissingPackageError, match=r'pip install "clvmodels\[bayes\]"'):
            clv.BGNBD().fit(cdnow(), clv.NUTS())
        with pytest.raises(MissingPackageError, match="pymc and arviz"):
            clv.BGNBD().fit(cdnow()).pymc_model()

    def test_an_unbounded_likelihood_has_no_posterior(self, require_package):
        require_package("pymc")
        same = summary(np.array([1.0, 2.0]), np.full(2, 5.0), np.full(2, 9.0), np.full(2, 3.0))
        with pytest.raises(BoundaryError, match="unbounded"):
            clv.GammaGamma().fit(same, clv.NUTS(**QUICK))

    @pytest.mark.parametrize(
        "setting",
        [{"draws": 0}, {"draws": 1.5}, {"tune": 0}, {"chains": 1}, {"chains": True}, {"seed": -1}, {"cores": 0},
         {"target_accept": 1.0}, {"target_accept": 0.0}],
    )  # fmt: skip
    def test_settings_are_checked(self, setting):
        with pytest.raises(InputError, match=next(iter(setting))):
            clv.NUTS(**setting)

    def test_steps_out_of_the_density_are_taken_back(self):
        # nutpie ends with an error at any exception without this mark.
        assert nuts._Outside.is_recoverable
        problem = customers_of(clv.BGNBD().fit(cdnow()), None).problem
        for u in (-np.inf, np.nan, 1_000.0):
            value, gradient = nuts._value_and_gradient(problem, np.array([0.0, 1.0, 0.0, u]))
            assert value == -np.inf
            assert not gradient.any()


class TestDiagnostics:
    RNG = np.random.default_rng(5)
    GOOD = RNG.standard_normal((4, 1_000, 2))

    def judged(self, values, diverging=0):
        marks = np.zeros(values.shape[:2], dtype=bool)
        marks.flat[:diverging] = True
        return judge(values, marks)

    def test_independent_draws_pass(self, require_package):
        require_package("arviz")
        found = self.judged(self.GOOD)
        assert found.ok
        assert found.numbers["r_hat"] < 1.01
        assert found.numbers["divergences"] == 0

    def test_chains_that_disagree_are_told(self, require_package):
        require_package("arviz")
        apart = self.GOOD + np.array([0.0, 0.0, 0.0, 0.5])[:, None, None] * np.array([0.0, 1.0])
        found = self.judged(apart)
        assert not found.ok
        assert found.message.startswith("The chains disagree: tune and draw for longer")

    def test_few_effective_draws_are_told(self, require_package):
        require_package("arviz")
        found = self.judged(self.GOOD[:, :60])
        assert not found.ok
        assert "Too few effective draws, below 100 per chain: draw more." in found.message

    def test_divergences_are_told(self, require_package):
        require_package("arviz")
        found = self.judged(self.GOOD, diverging=3)
        assert not found.ok
        assert found.message.startswith("3 transitions diverged")
        assert "target_accept" in found.message


def test_a_saddle_is_started_from_as_if_it_were_a_peak():
    class At:
        hessian = np.diag([-4.0, 1.0])

    class Saddle:
        u, at = np.zeros(2), At()

    root = chains.Start.at(Saddle()).root
    np.testing.assert_allclose(root @ root.T, np.diag([0.25, 250.0]))
