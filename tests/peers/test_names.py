"""A name of another package is answered with ours, and nothing that asks whether a name exists is misled."""

import copy
import pickle
import re
from dataclasses import dataclass

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.errors import WrongTypeError
from clvmodels.peers import KEYWORDS, NAMES, ExplainsPeerCalls

FIT = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
SPEND = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)


def of(*places):
    return [peer for peer in NAMES if peer.place in places]


@pytest.mark.parametrize("peer", of("package", "plots"), ids=lambda peer: f"{peer.package}-{peer.name}")
def test_the_package_names_ours(peer):
    with pytest.raises(AttributeError, match=re.escape(peer.name)) as caught:
        getattr(clv, peer.name)
    assert "docs/migration.md" in str(caught.value)
    assert not hasattr(clv, peer.name)


@pytest.mark.parametrize("peer", of("plots"), ids=lambda peer: f"{peer.package}-{peer.name}")
def test_plots_name_ours(peer):
    with pytest.raises(AttributeError, match=r"clv\.plots\."):
        getattr(clv.plots, peer.name)


@pytest.mark.parametrize("peer", of("fit"), ids=lambda peer: f"{peer.package}-{peer.name}")
@pytest.mark.parametrize("thing", [FIT, SPEND, clv.BGNBD(), clv.GammaGamma()], ids=lambda thing: type(thing).__name__)
def test_fits_and_models_name_ours(peer, thing):
    with pytest.raises(AttributeError, match=re.escape(peer.name)) as caught:
        getattr(thing, peer.name)
    assert "docs/migration.md" in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "ours"),
    [
        ("from clvmodels import BetaGeoFitter", "clv.BGNBD()"),
        ("from clvmodels import BetaGeoModel as Model", "clv.BGNBD()"),
        ("from clvmodels import BGNBD, GammaGammaFitter", "clv.GammaGamma()"),
        ("from clvmodels.plots import plot_history_alive", "clv.plots.alive_path"),
        ("from clvmodels.datasets import load_cdnow_summary", "clv.datasets.cdnow()"),
    ],
)
def test_importing_a_name_of_theirs_names_ours(statement, ours):
    with pytest.raises(ImportError, match=re.escape(ours)):
        exec(statement, {})


def test_importing_any_other_name_fails_as_always():
    with pytest.raises(ImportError, match="cannot import name 'no_such_name'"):
        exec("from clvmodels import no_such_name", {})


def test_what_the_issue_asks_for():
    with pytest.raises(AttributeError, match=r"clv\.BGNBD"):
        _ = clv.BetaGeoFitter
    with pytest.raises(AttributeError, match=r"fit\.expected_purchases\(summary, horizon\)"):
        _ = FIT.conditional_expected_number_of_purchases_up_to_time
    with pytest.raises(AttributeError, match=r"fit\.estimates"):
        _ = FIT.params_
    with pytest.raises(AttributeError, match=r"fit\.probability_alive"):
        _ = FIT.expected_probability_alive


def resolved(code):
    """What the names in a piece of code lead to; parts that are arguments are left out."""
    for path in re.findall(r"(?<![\w.])(clv(?:\.\w+)+|fit\.\w+|model\.\w+|transactions\.\w+)", code):
        first, *rest = path.split(".")
        thing = {"clv": clv, "fit": FIT, "model": clv.BGNBD(), "transactions": clv.Transactions}[first]
        if first == "fit" and not hasattr(FIT, rest[0]):
            thing = SPEND
        for name in rest:
            thing = getattr(thing, name)
        yield thing


@pytest.mark.parametrize("peer", NAMES, ids=lambda peer: f"{peer.package}-{peer.place}-{peer.name}")
def test_every_name_of_ours_exists(peer):
    found = list(resolved(peer.ours + " " + peer.note))
    assert bool(found) or not peer.ours


def test_no_name_of_theirs_is_one_of_ours():
    assert {peer.name for peer in of("package", "plots")}.isdisjoint(clv.__all__)
    assert not [peer.name for peer in of("fit") if hasattr(FIT, peer.name) or hasattr(clv.GammaGamma(), peer.name)]


def test_names_are_listed_once():
    keys = [(peer.package, peer.place, peer.name) for peer in NAMES]
    assert len(set(keys)) == len(keys)


class TestNothingIsMisled:
    def test_unknown_names_are_attribute_errors(self):
        for thing in (FIT, SPEND, clv.BGNBD()):
            with pytest.raises(AttributeError, match="has no 'no_such_name'") as caught:
                _ = thing.no_such_name
            assert caught.value.name == "no_such_name"
            assert caught.value.obj is thing
            assert not hasattr(thing, "__array__")
            assert getattr(thing, "params_", 7) == 7

    def test_copies_and_pickles(self):
        for again in (copy.copy(FIT), copy.deepcopy(FIT), pickle.loads(pickle.dumps(FIT))):  # noqa: S301 - our own bytes
            assert again.estimates == FIT.estimates
        assert pickle.loads(pickle.dumps(clv.BGNBD())) == copy.deepcopy(clv.BGNBD()) == clv.BGNBD()  # noqa: S301 - our own bytes

    def test_protocols(self):
        from clvmodels.predictor import PurchasePredictor, SpendPredictor

        assert isinstance(FIT, PurchasePredictor)
        assert not isinstance(FIT, SpendPredictor)
        assert isinstance(SPEND, SpendPredictor)


@pytest.fixture
def arrays():
    return np.array([2.0, 0.0]), np.array([30.43, 0.0]), np.array([38.86, 38.86])


class TestTheirCalls:
    def test_predict_with_their_keywords(self, arrays):
        x, t_x, T = arrays
        with pytest.raises(WrongTypeError, match="t is the horizon") as caught:
            FIT.predict(t=39, frequency=x, recency=t_x, T=T)
        assert "migration" in str(caught.value)

    def test_predict_with_their_order(self, arrays):
        with pytest.raises(WrongTypeError, match="A Summary is needed"):
            FIT.predict(39, *arrays)

    def test_fit_with_arrays(self, arrays):
        with pytest.raises(WrongTypeError, match="too many"):
            clv.BGNBD().fit(*arrays)
        with pytest.raises(WrongTypeError, match="frequency is a column of the summary"):
            clv.BGNBD().fit(frequency=arrays[0], recency=arrays[1], T=arrays[2])
        with pytest.raises(WrongTypeError, match="weights"):
            clv.BGNBD().fit(None, weights=arrays[0])

    def test_future_t(self):
        with pytest.raises(WrongTypeError, match="future_t is the horizon"):
            FIT.expected_purchases(None, future_t=12)

    def test_any_other_wrong_keyword_fails_as_always(self):
        with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
            clv.BGNBD().fit(None, colour="red")

    @pytest.mark.parametrize("model", [clv.BGNBD, clv.MBGNBD, clv.ParetoNBD, clv.NBD, clv.GammaGamma])
    @pytest.mark.parametrize("name", ["penalizer_coef", "data", "model_config", "sampler_config"])
    def test_models_are_not_made_with_their_settings(self, model, name):
        with pytest.raises(WrongTypeError, match=f"{model.__name__} has no argument {name}") as caught:
            model(**{name: 0.01})
        assert f"{name} {KEYWORDS[name]}" in str(caught.value)

    def test_a_penalizer_leads_to_priors_that_can_be_used(self):
        with pytest.raises(WrongTypeError, match=r"becomes priors.*method=clv\.MAP\(\).*clv\.Laplace\(\)"):
            clv.BGNBD(penalizer_coef=0.01)
        summary = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date").summarize(
            time_unit="week"
        )
        assert clv.BGNBD().fit(summary, method=clv.MAP()).diagnostics.ok

    def test_models_of_others_are_told_too(self):
        @dataclass(frozen=True)
        class Half(ExplainsPeerCalls):
            part: float = 0.5

            def predict(self, part):
                return part

            def at(self, **values):
                return values

        with pytest.raises(WrongTypeError, match="freq is time_unit"):
            Half(freq="W")
        with pytest.raises(WrongTypeError, match="t is the horizon"):
            Half().predict(t=1)
        assert Half(0.25).part == 0.25
        assert Half().at(T=3.0) == {"T": 3.0}  # whatever name is taken, it is the method's own
        assert copy.deepcopy(Half(0.25)) == Half(0.25)

    def test_a_frame_or_a_number_is_no_prior(self):
        for wrong in (0.01, [1.0], "flat"):
            with pytest.raises(WrongTypeError, match="Priors are a mapping"):
                clv.BGNBD(wrong)

    @pytest.mark.parametrize("method", ["map", "mcmc", clv.Laplace, 3])
    def test_a_method_is_one_of_ours(self, method):
        summary = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date").summarize(
            time_unit="week"
        )
        with pytest.raises(WrongTypeError, match=r"A method is needed") as caught:
            clv.BGNBD().fit(summary, method)
        assert "clv.Laplace()" in str(caught.value)

    def test_every_prediction_names_the_summary(self, arrays):
        x, t_x, T = arrays
        for predict in (FIT.probability_alive, FIT.expected_purchases, SPEND.expected_order_value):
            with pytest.raises(WrongTypeError, match="frequency is a column of the summary"):
                predict(x, t_x, T)
        with pytest.raises(WrongTypeError, match="future_t is the horizon"):
            FIT.probability_active(None, future_t=3)
        with pytest.raises(WrongTypeError, match="n is max_purchases"):
            FIT.purchase_distribution(None, "1 week", n=3)

    def test_values(self):
        with pytest.raises(WrongTypeError, match="time, freq") as caught:
            clv.LifetimeValue(FIT, SPEND, time=12, freq="W", discount_rate=0.01)
        assert "horizon=" in str(caught.value)
        with pytest.raises(WrongTypeError, match="was given 1 argument too many"):
            clv.LifetimeValue(FIT, SPEND, "1 year")
        with pytest.raises(WrongTypeError, match="time is the horizon"):
            clv.LifetimeValue(FIT, SPEND, horizon="1 year").predict(None, time=12)
        with pytest.raises(WrongTypeError, match="random_seed is seed"):
            clv.NUTS(random_seed=1)

    def test_logs_and_methods(self):
        log = clv.datasets.cdnow()
        with pytest.raises(WrongTypeError, match="customer_id_col is customer"):
            clv.Transactions(log, customer_id_col="customer_id", datetime_col="date")
        transactions = clv.Transactions(log, customer="customer_id", time="date")
        with pytest.raises(WrongTypeError, match="freq is time_unit"):
            transactions.summarize(freq="W")
        for method in (clv.Laplace, clv.MAP, clv.MLE):
            with pytest.raises(WrongTypeError, match="random_seed is seed"):
                method(random_seed=1)

    def test_a_parameter_that_is_none(self):
        with pytest.raises(KeyError, match=r"no parameter 'lambda', but r, alpha, a, b"):
            FIT["lambda"]

    def test_signatures_stay(self):
        from inspect import signature

        assert list(signature(clv.BGNBD).parameters) == ["priors"]
        assert list(signature(clv.LifetimeValue).parameters)[:3] == ["purchases", "spend", "horizon"]
        assert list(signature(clv.NUTS).parameters)[:2] == ["draws", "tune"]
        assert list(signature(clv.BGNBD.fit).parameters) == ["self", "summary", "method", "by"]
        assert list(signature(type(FIT).predict).parameters) == ["self", "summary", "horizon", "level", "seed"]
