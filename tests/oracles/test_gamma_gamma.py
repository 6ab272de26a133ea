"""Gamma-Gamma against published numbers."""

import numpy as np
import pytest

from clvmodels.kernels import gamma_gamma

# Half a unit of the last printed digit: estimates have four decimals, the log-likelihood too, standard errors five to
# six digits and come from a numerical Hessian.
ESTIMATES, LOG_LIKELIHOOD, STD_ERRORS = 1e-4, 1e-4, 1e-3
TWO_DECIMALS, SEVEN_DIGITS = 5e-3, 5e-7


def test_the_maximum_is_the_published_one_or_better(spend, published, cdnow):
    wanted = published["gamma_gamma"]
    assert spend.diagnostics.converged
    assert spend.customers == wanted["customers"]
    assert spend.estimates == pytest.approx(wanted["estimates"], rel=ESTIMATES)
    assert spend.log_likelihood == pytest.approx(wanted["log_likelihood"], abs=LOG_LIKELIHOOD)
    x, m = cdnow.column("spend_periods"), cdnow.column("monetary_value")
    theirs = gamma_gamma.log_likelihood(x[x > 0], m[x > 0], **wanted["estimates"]).sum()
    assert spend.log_likelihood >= theirs


def test_standard_errors_are_those_of_clvtools(spend, published):
    table = spend.parameters().set_index("parameter")
    assert table["std_error"].to_dict() == pytest.approx(published["gamma_gamma"]["std_errors"], rel=STD_ERRORS)


def test_expected_order_values_of_the_first_customers(spend, published, cdnow):
    found = spend.expected_order_value(cdnow)[:10]
    np.testing.assert_allclose(found, published["order_values"]["means"], rtol=0, atol=TWO_DECIMALS)


def test_expected_order_values_at_given_parameters(published):
    for row in published["order_value_at"]:
        found = gamma_gamma.expected_order_value(*(row[key] for key in ("x", "m", "p", "q", "v")))
        assert found == pytest.approx(row["value"], rel=SEVEN_DIGITS)


def test_the_data_are_those_of_the_paper(cdnow, published):
    money = cdnow.column("monetary_value")
    money = money[~np.isnan(money)]
    wanted = published["monetary_value"]
    found = {
        "mean": money.mean(),
        "sd": money.std(ddof=1),
        "min": money.min(),
        "median": np.median(money),
        "max": money.max(),
    }
    assert found == pytest.approx({key: wanted[key] for key in found}, abs=0.5)  # printed as whole dollars
