"""BG/NBD against published numbers and runs of R packages (cdnow_published.json names each source)."""

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.kernels import bgnbd

# The published maximum has seven decimals, and its optimiser stops at about this.
ESTIMATES = 1e-5
# As many digits as the log-likelihood and the standard errors are printed with.
LOG_LIKELIHOOD = 1e-3
STD_ERRORS = 1e-3
COVARIANCES = 1e-4
# Half a unit of the last printed digit, relative; the numbers below are printed with at least that many.
EIGHT_DIGITS, SEVEN_DIGITS = 5e-8, 5e-7
# Our own numbers, made with 40 digits and printed with eleven.
OWN = 1e-10
# "ln(1.1) over 52" per week as the effective yearly rate of a year of 365.25 days.
WEEKS = 365.25 / 7


def yearly(rate):
    """The yearly rate that discounts like ln(1 + rate) over 52 per week."""
    return (1 + rate) ** (WEEKS / 52) - 1


def customers(rows):
    table = pd.DataFrame(rows, columns=["frequency", "recency", "T"])
    return clv.Summary.from_frame(table.assign(customer_id=range(len(table))), time_unit="week")


def test_the_maximum_is_the_published_one_or_better(purchases, published):
    mle = published["mle"]
    assert purchases.diagnostics.converged
    assert purchases.log_likelihood == pytest.approx(mle["log_likelihood"], abs=LOG_LIKELIHOOD)
    assert purchases.estimates == pytest.approx(mle["estimates"], rel=ESTIMATES)


def test_no_likelihood_is_higher_at_the_published_parameters(purchases, published, cdnow):
    columns = [cdnow.column(name) for name in ("frequency", "recency", "T")]
    theirs = bgnbd.log_likelihood(*columns, **published["mle"]["estimates"]).sum()
    rounding = 1e-12 * abs(theirs)
    assert purchases.log_likelihood >= theirs - rounding


def test_standard_errors_and_covariances_are_those_of_clvtools(purchases, published):
    table = purchases.parameters().set_index("parameter")
    assert table["std_error"].to_dict() == pytest.approx(published["mle"]["std_errors"], rel=STD_ERRORS)
    symbols = list(table.index)
    for pair, value in published["mle"]["covariances"].items():
        i, j = (symbols.index(symbol) for symbol in pair.split(","))
        assert purchases.covariance[i, j] == pytest.approx(value, rel=COVARIANCES)


def test_four_customers_at_rounded_parameters(rounded, published):
    table = pd.DataFrame(published["discounted"]["rows"], columns=published["discounted"]["columns"])
    summary = customers(table[["x", "t_x", "T"]].to_numpy())
    rate = yearly(0.1)
    found = {
        "probability_alive": rounded.probability_alive(summary),
        "expected_39": rounded.expected_purchases(summary, "39 weeks"),
        "expected_52": rounded.expected_purchases(summary, 52),
        "discounted_52": rounded.discounted_purchases(summary, 52, rate),
        "discounted_156": rounded.discounted_purchases(summary, "156 weeks", rate),
        "discounted_endless": rounded.discounted_purchases(summary, None, rate),
    }
    np.testing.assert_allclose(pd.DataFrame(found), table[list(found)], rtol=OWN)


def test_a_new_customer_at_the_maximum_and_at_rounded_parameters(mle, rounded, published):
    new = published["new_customer"]
    half_a_digit = 5.1e-5  # four decimals are printed
    found = mle.expected_purchases_new_customer(new["horizons"])
    np.testing.assert_allclose(found[:-1], new["at_mle"]["expected"][:-1], rtol=0, atol=half_a_digit)
    # The sheet ends its series of 2F1 after 150 terms, too few at 78 weeks: with all, it would have 1.8580.
    np.testing.assert_allclose(found[-1], new["at_mle"]["expected"][-1], rtol=2e-4)
    found = rounded.expected_purchases_new_customer(new["horizons"])
    np.testing.assert_allclose(found, new["at_rounded"]["expected"], rtol=SEVEN_DIGITS)


def test_the_first_year_of_a_new_customer(rounded, published):
    year = published["new_customer"]["year"]
    assert rounded.expected_purchases_new_customer(year["horizon"]) == pytest.approx(year["expected"], rel=OWN)
    found = rounded.discounted_purchases_new_customer("52 weeks", yearly(0.1))
    assert found == pytest.approx(year["discounted"], rel=OWN)


def test_probabilities_of_counts(rounded, published):
    theta = list(rounded.estimates.values())
    for row in published["counts"]:
        found = bgnbd.counts_if_alive(0, 0.0, row["T"], row["n"], *theta)[row["n"]]
        assert found == pytest.approx(row["probability"], rel=EIGHT_DIGITS)
    tail = published["counts_30_weeks"]
    found = bgnbd.counts_if_alive(0, 0.0, tail["horizon"], tail["first"] + 9, *theta)[tail["first"] :]
    np.testing.assert_allclose(found, tail["probabilities"], rtol=SEVEN_DIGITS)


def test_log_likelihoods_of_single_customers(published):
    given = published["log_likelihoods"]
    theta = [given[symbol] for symbol in ("r", "alpha", "a", "b")]
    for row in given["rows"]:
        found = bgnbd.log_likelihood(row["x"], row["t_x"], given["T"], *theta)
        assert found == pytest.approx(row["value"], rel=SEVEN_DIGITS)


def test_more_purchases_long_ago_mean_fewer_ahead(rounded, published):
    """The increasing frequency paradox: who bought often and then stopped has most likely gone."""
    given = published["year_ahead"]
    summary = customers([(x, given["t_x"], given["T"]) for x in given["x"]])
    found = rounded.expected_purchases(summary, given["horizon"])
    # BTYD ran at its own estimates, which lie between the rounded ones and the maximum; those two differ by 2.5e-4.
    np.testing.assert_allclose(found, given["expected"], rtol=2.5e-4)


def test_the_best_customer(rounded, published):
    best = published["customer_1516"]
    summary = customers([(best["x"], best["t_x"], best["T"])])
    nearly_the_same_parameters = 3e-6
    found = rounded.expected_purchases(summary, 52)[0], rounded.probability_alive(summary)[0]
    assert found == pytest.approx((best["expected_52"], best["probability_alive"]), rel=nearly_the_same_parameters)


def test_probability_alive_of_named_customers(purchases, published, cdnow):
    found = dict(zip(cdnow.frame["customer_id"], purchases.probability_alive(cdnow), strict=True))
    wanted = {int(k): v for k, v in published["probability_alive"].items() if k != "source"}
    assert {k: found[k] for k in wanted} == pytest.approx(wanted, rel=ESTIMATES)


@pytest.mark.parametrize("row", range(4))
def test_where_the_gamma_functions_of_the_closed_form_have_poles(published, row):
    """a = 1 and a + b <= 1: NaN, infinity, 0 or five digits in every library that was tried."""
    given = published["integer_differences"]
    a, b, wanted = (given["rows"][row][key] for key in ("a", "b", "expected"))
    # Purchases given alive, and x = 0 is always alive.
    found = bgnbd.purchases_if_alive(given["x"], given["T"], given["horizon"], 0.0, given["r"], given["alpha"], a, b)
    assert found == pytest.approx(wanted, rel=OWN)
