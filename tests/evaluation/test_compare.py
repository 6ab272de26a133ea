"""Comparisons: leave-one-out is ArviZ's and the truth, merged or not; what cannot be compared is refused."""

import warnings
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.special import logsumexp

import clvmodels as clv
from clvmodels import priors
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation.leave_one_out import good_k, leave_one_out
from clvmodels.kernels import bgnbd

# Ours and ArviZ's are the same algorithm.
SAME = 1e-8
METHOD = clv.Laplace(draws=400, seed=1)


@pytest.fixture(scope="module")
def summary():
    log = clv.datasets.cdnow().assign(half=lambda log: log["customer_id"] % 2)
    tx = clv.Transactions(log, customer="customer_id", time="date", amount="amount", attributes=["half"])
    return tx.summarize(time_unit="week", until="1997-09-30")


def distinct(fit):
    """The fit without repeated draws: where some tie at the tail's edge, ArviZ leaves them out and we do not."""
    return replace(fit, draws=np.unique(fit.draws, axis=0))


@pytest.fixture(scope="module")
def fits(summary):
    wrong = clv.BGNBD({"mean_dropout": priors.Beta(200, 200)})
    return {
        "sharp": distinct(wrong.fit(summary, METHOD)),
        "wide": distinct(clv.BGNBD().fit(summary, METHOD)),
        "groups": clv.BGNBD().fit(summary, METHOD, by="half"),
        "MLE": clv.BGNBD().fit(summary),
    }


@pytest.fixture(scope="module")
def table(fits, summary):
    return clv.compare(fits, summary).set_index("fit")


def test_it_is_that_of_arviz(fits, table, require_package):
    az = require_package("arviz")
    found = {}
    for name in ("sharp", "wide"):
        data = fits[name].to_inference_data(log_likelihood=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found[name] = az.loo(data, pointwise=True, reff=1.0)
        row = table.loc[name]
        assert row["elpd_loo"] == pytest.approx(found[name].elpd_loo, rel=SAME)
        assert row["elpd_loo_se"] == pytest.approx(found[name].se, rel=SAME)
        assert row["p_loo"] == pytest.approx(found[name].p_loo, abs=1e-6)
        assert row["high_k"] == (found[name].pareto_k > good_k(len(fits[name].draws))).sum()
        assert found[name].good_k == pytest.approx(good_k(len(fits[name].draws)))
    apart = (found["sharp"].loo_i - found["wide"].loo_i).values
    assert table.loc["sharp", "elpd_difference"] == pytest.approx(apart.sum(), rel=1e-6)
    assert table.loc["sharp", "difference_se"] == pytest.approx(np.sqrt(len(apart) * apart.var()), rel=1e-6)


def test_it_is_the_density_of_a_customer_whom_the_fit_has_not_seen(summary):
    columns = [summary.column(name)[:60] for name in ("frequency", "recency", "T")]
    names = ("frequency", "recency", "T")

    def fit(keep):
        frame = {"customer_id": np.arange(keep.sum())} | {
            name: column[keep] for name, column in zip(names, columns, strict=True)
        }
        return clv.BGNBD().fit(clv.Summary.from_frame(pl.DataFrame(frame)), clv.Laplace(draws=4_000, seed=1))

    everybody = leave_one_out(bgnbd, columns, fit(np.ones(60, dtype=bool)).draws)
    for place in (0, 1, int(np.argmax(columns[0]))):
        others = fit(np.arange(60) != place)
        density = bgnbd.log_likelihood(*(column[place] for column in columns), *others.draws.T)
        exact = logsumexp(density) - np.log(len(density))
        error = np.exp(density - exact).std() / np.sqrt(len(density))
        assert everybody.elpd[place] == pytest.approx(exact, abs=5 * error + 0.01)


def test_the_best_is_first_and_point_estimates_follow(table):
    assert table.index.tolist() == ["wide", "groups", "sharp", "MLE"]
    assert table.loc["wide", ["elpd_difference", "difference_se"]].tolist() == [0.0, 0.0]
    assert (table["elpd_difference"].dropna() <= 0).all()
    assert table.loc["MLE", "elpd_loo":].isna().all()
    assert (
        table.loc["MLE", "log_likelihood"] > table.loc["wide", "log_likelihood"] > table.loc["sharp", "log_likelihood"]
    )
    assert table["parameters"].to_dict() == {"sharp": 4, "wide": 4, "groups": 8, "MLE": 4}
    assert table.loc["groups", "model"] == "BG/NBD by half"


def test_criteria_are_the_fits(fits, table):
    for name, fit in fits.items():
        assert table.loc[name, ["log_likelihood", "aic", "bic"]].tolist() == [fit.log_likelihood, fit.aic, fit.bic]


def test_groups_add_up(fits, summary, table):
    total = 0.0
    for _, fit, part in fits["groups"].parts(summary):
        columns = [part.column(name) for name in ("frequency", "recency", "T")]
        total += leave_one_out(bgnbd, columns, fit.draws).elpd.sum()
    assert table.loc["groups", "elpd_loo"] == pytest.approx(total, rel=1e-12)


def test_on_a_lazy_frame_it_is_the_same(summary, table):
    lazy = clv.Summary.from_frame(pl.from_pandas(summary.frame).lazy(), "week")
    fits = {"wide": clv.BGNBD().fit(lazy, METHOD), "groups": clv.BGNBD().fit(lazy, METHOD, by="half")}
    found = clv.compare(fits, lazy).set_index("fit")
    assert found.loc["groups", "elpd_loo"] == pytest.approx(table.loc["groups", "elpd_loo"], rel=1e-8)
    assert found.loc["wide", "customers"] == 2_357


def test_order_values_compare_over_the_customers_that_have_any(summary):
    fits = {"wide": clv.GammaGamma().fit(summary, METHOD), "groups": clv.GammaGamma().fit(summary, METHOD, by="half")}
    found = clv.compare(fits, summary).set_index("fit")
    assert found["customers"].tolist() == [946, 946]
    assert found.loc["wide", "elpd_loo"] == pytest.approx(-0.5 * found.loc["wide", "aic"], abs=3.0)
    assert found.loc["wide", "p_loo"] == pytest.approx(3.0, abs=1.5)


def test_unreliable_customers_are_counted(summary):
    fit = clv.BGNBD().fit(summary, METHOD)
    spread = np.exp(np.random.default_rng(1).standard_normal(fit.draws.shape))
    wild = replace(fit, draws=fit.draws * spread)
    columns = [summary.column(name) for name in ("frequency", "recency", "T")]
    high = (leave_one_out(bgnbd, columns, wild.draws).k_hat > good_k(400)).sum()
    assert high > 10
    assert clv.compare({"wild": wild}, summary)["high_k"].tolist() == [high]


class TestRefusals:
    def test_other_customers(self, fits, summary):
        log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
        for other in (log.summarize(time_unit="week"), log.summarize(time_unit="day", until="1997-09-30")):
            with pytest.raises(InputError, match="'wide' was made of other customers"):
                clv.compare({"wide": fits["wide"]}, other)
        later = clv.BGNBD().fit(log.summarize(time_unit="week"))
        with pytest.raises(InputError, match="'later' was made of other customers"):
            clv.compare({"wide": fits["wide"], "later": later}, summary)

    def test_groups_of_other_customers(self, fits, summary):
        swapped = replace(fits["groups"], fits=fits["groups"].fits[::-1])
        with pytest.raises(InputError, match="'swapped' was made of other customers"):
            clv.compare({"swapped": swapped}, summary)

    def test_purchases_beside_order_values(self, fits, summary):
        with pytest.raises(InputError, match="'wide' and 'spend' cannot be compared"):
            clv.compare({"wide": fits["wide"], "spend": clv.GammaGamma().fit(summary)}, summary)

    def test_parameters_that_were_given(self, summary):
        given = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
        with pytest.raises(InputError, match="no customers: it was given"):
            clv.compare({"given": given}, summary)

    def test_nothing_and_what_is_no_fit(self, fits, summary):
        with pytest.raises(InputError, match="nothing to compare"):
            clv.compare({}, summary)
        with pytest.raises(WrongTypeError, match="'rule' is a str"):
            clv.compare({"rule": "hiatus"}, summary)
        with pytest.raises(WrongTypeError, match="A Summary is needed"):
            clv.compare(fits, summary.frame)
