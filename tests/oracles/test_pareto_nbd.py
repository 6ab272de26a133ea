"""Pareto/NBD against published numbers and runs of R packages (pareto_published.json names each source)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import least_squares

import clvmodels as clv
from clvmodels.kernels import pareto_nbd
from tests.oracles.test_bgnbd import customers, yearly

HERE = Path(__file__).parent
# Digits that are printed.
LOG_LIKELIHOOD, SIX_DIGITS, SEVEN_DIGITS = 1e-3, 5e-6, 5e-7
# CLVTools stops at parameters whose likelihood is 2e-6 lower: 4e-4 off in beta, and its standard errors with them.
ESTIMATES, STD_ERRORS = 5e-4, 2e-3
# CLVTools' parameters are known to 1e-9, and a customer's numbers follow them.
CUSTOMERS = 1e-7
# Gamma-Gamma's parameters are printed with six digits.
VALUES = 1e-5
COLUMNS = ("frequency", "recency", "T")


@pytest.fixture(scope="module")
def published():
    return json.loads((HERE / "pareto_published.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fit(cdnow):
    return clv.ParetoNBD().fit(cdnow)


@pytest.fixture(scope="module")
def theirs(published):
    """At the maximum that CLVTools found."""
    return clv.ParetoNBD().at(**published["mle"]["estimates"], time_unit="week")


def at(theta):
    return clv.ParetoNBD().at(**dict(zip(("r", "alpha", "s", "beta"), theta, strict=True)), time_unit="week")


def test_the_maximum_is_the_published_one_or_better(fit, theirs, published, cdnow):
    mle = published["mle"]
    assert fit.diagnostics.converged
    assert fit.log_likelihood == pytest.approx(mle["log_likelihood"], abs=LOG_LIKELIHOOD)
    assert fit.estimates == pytest.approx(mle["estimates"], rel=ESTIMATES)
    assert fit.estimates == pytest.approx({k: v for k, v in published["rounded"].items() if k != "source"}, abs=5e-3)
    columns = [cdnow.column(name) for name in COLUMNS]
    assert fit.log_likelihood > pareto_nbd.log_likelihood(*columns, *theirs.estimates.values()).sum()


def test_standard_errors_are_those_of_clvtools(fit, published):
    found = fit.parameters().set_index("parameter")["std_error"].to_dict()
    assert found == pytest.approx(published["mle"]["std_errors"], rel=STD_ERRORS)


def compare(fit, summary, wanted):
    """Every prediction with CLVTools' own, at its parameters, rows in the same order."""
    columns = [summary.column(name) for name in COLUMNS]
    found = {
        "log_likelihood": pareto_nbd.log_likelihood(*columns, *fit.estimates.values()),
        "probability_alive": fit.probability_alive(summary),
        "expected_39": fit.expected_purchases(summary, "39 weeks"),
        "dert": fit.discounted_purchases(summary, None, yearly(0.1)),
    }
    for name, values in found.items():
        np.testing.assert_allclose(values, wanted[name], rtol=CUSTOMERS, err_msg=name)


def test_sixty_customers_as_clvtools_predicts_them(theirs):
    extract = pd.read_csv(HERE / "clvtools_pareto_extract.csv")
    compare(theirs, clv.Summary.from_frame(extract, time_unit="week"), extract)


def test_all_customers_as_clvtools_predicts_them(theirs, cdnow, shared):
    table = pd.read_csv(shared("oracles/clvtools_pnbd_cdnow_1997-09-30_pred.csv")).set_index("Id").sort_index()
    assert table.index.tolist() == cdnow.frame["customer_id"].tolist()
    names = {
        "ll_i": "log_likelihood",
        "PAlive": "probability_alive",
        "CET": "expected_39",
        "DERT_dlog1.1over52": "dert",
    }
    compare(theirs, cdnow, table.rename(columns=names))


def test_totals_and_values_of_named_customers(theirs, cdnow, published):
    wanted = published["totals"]
    spend = clv.GammaGamma().at(**wanted["gamma_gamma"])
    ten, fifteen = (clv.LifetimeValue(theirs, spend, horizon=None, discount_rate=yearly(r)) for r in (0.10, 0.15))
    dert = theirs.discounted_purchases(cdnow, None, yearly(0.10))
    found = {
        "expected_39": theirs.expected_purchases(cdnow, "39 weeks").sum(),
        "probability_alive": theirs.probability_alive(cdnow).sum(),
        "dert_10": dert.sum(),
        "dert_15": theirs.discounted_purchases(cdnow, None, yearly(0.15)).sum(),
        "value_10": ten.total(cdnow).mean,
        "value_15": fifteen.total(cdnow).mean,
    }
    assert found == pytest.approx({name: wanted[name] for name in found}, rel=VALUES)
    table = ten.predict(cdnow).assign(dert=dert).set_index("customer_id")
    for customer, numbers in wanted["customers"].items():
        one = table.loc[int(customer)]
        assert (one["dert"], one["clv"]) == pytest.approx((numbers["dert"], numbers["value"]), rel=VALUES)


def test_the_walkthrough_has_parameters_near_the_maximum_that_explain_all_its_numbers(fit, published):
    """Seven numbers, four parameters; among them that more purchases long ago mean fewer ahead."""
    given = published["walkthrough"]
    paradox = given["paradox"]
    best = customers([(given["x"], given["t_x"], given["T"])])
    others = customers([(x, paradox["t_x"], paradox["T"]) for x in paradox["x"]])
    wanted = np.array([
        given["new_customer_52"], given["expected_52"], given["probability_alive"], *paradox["expected_52"],
    ])  # fmt: skip

    def numbers(logs):
        model = at(np.exp(logs))
        new = model.expected_purchases_new_customer("52 weeks")
        ahead = (model.expected_purchases(summary, "52 weeks") for summary in (best, others))
        return np.concatenate([[new], next(ahead), model.probability_alive(best), next(ahead)])

    maximum = np.log(list(fit.estimates.values()))
    found = least_squares(lambda logs: numbers(logs) / wanted - 1, maximum, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    np.testing.assert_allclose(numbers(found.x), wanted, rtol=SIX_DIGITS)
    np.testing.assert_allclose(found.x, maximum, atol=2e-3)


def test_new_customers(published):
    new = published["new_customer"]
    found = at(new["theta"]).expected_purchases_new_customer(new["weeks"])
    np.testing.assert_allclose(found, new["expected"], atol=5.1e-9)  # eight decimals


def test_probabilities_of_counts(published):
    counts = published["counts"]
    for row in counts["rows"]:
        found = pareto_nbd.counts_if_alive(0, 0.0, row["T"], row["n"], *counts["theta"])[row["n"]]
        assert found == pytest.approx(row["probability"], rel=1.3e-5)  # the first has five digits
    assert found == pytest.approx(row["probability"], abs=5.1e-9)


def test_heavy_buyers_to_whom_a_ratio_of_powers_underflows(published):
    heavy = published["heavy_buyers"]
    summary = customers([(x, heavy["t_x"], heavy["T"]) for x in heavy["x"]])
    found = at(heavy["theta"]).expected_purchases(summary, heavy["horizon"])
    np.testing.assert_allclose(found, heavy["expected"], atol=5.1e-6)  # five decimals


def test_discounted_residual_transactions(published):
    given = published["dert"]
    x, t_x, wanted = np.array(given["rows"]).T
    alive = pareto_nbd.probability_alive(x, t_x, given["T"], *given["theta"])
    found = alive * pareto_nbd.purchases_if_alive(x, given["T"], np.inf, given["delta"], *given["theta"])
    np.testing.assert_allclose(found, wanted, atol=5.1e-8 + 5e-9)  # seven or eight decimals


def test_probability_alive_where_powers_overflow(published):
    given = published["stable"]
    found = pareto_nbd.probability_alive(given["x"], given["t_x"], given["T"], *given["theta"])
    np.testing.assert_allclose(found, given["probability_alive"], atol=5.1e-9)


def test_parameters_at_which_a_likelihood_overflowed(cdnow, published):
    columns = [cdnow.column(name) for name in COLUMNS]
    theta = published["overflow"]["theta"]
    each = pareto_nbd.log_likelihood(*columns, *theta)
    assert np.isfinite(each).all()
    rows = pareto_nbd.prepare(*columns, np.ones(len(each)))
    assert pareto_nbd.derivatives(rows, np.array(theta)).value == pytest.approx(each.sum(), rel=1e-12)
