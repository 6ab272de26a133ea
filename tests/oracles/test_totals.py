"""The whole customer base: totals of probabilities, purchases and value, and CLVTools customer by customer."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.kernels import bgnbd

# Printed with six to seven digits, at a maximum found to 1e-5.
TOTALS = 1e-5
# As many digits as the totals on the rounded summary are printed with; they were made at the seven-digit maximum.
ROUNDED_TOTALS = 1e-6
# CLVTools' optimiser stops at about 1e-5 relative in the parameters; a customer's prediction can move twice as much.
CUSTOMERS = 2e-5
# Gamma-Gamma's optimiser stops earlier: 4e-5 in v.
ORDER_VALUES = 3e-5
# The log-likelihood is flat at the maximum, but not that of a single customer.
LOG_LIKELIHOODS = 1e-4
WEEKS = 365.25 / 7


def yearly(rate):
    return (1 + rate) ** (WEEKS / 52) - 1


@pytest.fixture(scope="module")
def rounded_spend(published):
    return clv.GammaGamma().at(**published["totals"]["gamma_gamma"])


@pytest.fixture(scope="module")
def rounded_summary():
    """The published summary with times of two decimals, read as a file: importing lifetimes changes global state."""
    spec = find_spec("lifetimes")
    if spec is None:
        pytest.skip("lifetimes, which carries the rounded summary, is not installed")
    path = Path(spec.origin).parent / "datasets" / "cdnow_customers_summary_with_transactions.csv"
    columns = ["customer_id", "frequency", "recency", "T", "monetary_value"]
    return clv.Summary.from_frame(pd.read_csv(path, header=0, names=columns), time_unit="week")


def test_totals_from_the_log(purchases, rounded_spend, cdnow, published):
    wanted, rate = published["totals"], yearly(0.1)
    value = clv.LifetimeValue(purchases, rounded_spend, horizon="52 weeks", discount_rate=rate)
    found = {
        "probability_alive": purchases.probability_alive(cdnow).sum(),
        "expected_39": purchases.expected_purchases(cdnow, "39 weeks").sum(),
        "discounted_endless": purchases.discounted_purchases(cdnow, None, rate).sum(),
        "discounted_52": purchases.discounted_purchases(cdnow, 52, rate).sum(),
        "value_52": value.total(cdnow).mean,
        "customer_1_value_52": value.predict(cdnow).set_index("customer_id")["clv"].loc[1],
    }
    assert found == pytest.approx({key: wanted[key] for key in found}, rel=TOTALS)


def test_totals_from_the_published_summary_of_two_decimals(mle, rounded_spend, rounded_summary, published):
    def value(horizon, rate):
        return clv.LifetimeValue(mle, rounded_spend, horizon=horizon, discount_rate=yearly(rate))

    ten, fifteen = value(None, 0.10), value(None, 0.15)
    year = value("52 weeks", 0.10)
    found = {
        "discounted_endless": mle.discounted_purchases(rounded_summary, None, yearly(0.10)).sum(),
        "discounted_endless_15": mle.discounted_purchases(rounded_summary, None, yearly(0.15)).sum(),
        "discounted_52": mle.discounted_purchases(rounded_summary, 52, yearly(0.10)).sum(),
        "value_endless": ten.total(rounded_summary).mean,
        "value_endless_15": fifteen.total(rounded_summary).mean,
        "value_52": year.total(rounded_summary).mean,
        "customer_1_value_endless": ten.predict(rounded_summary).set_index("customer_id")["clv"].loc[1],
        "customer_1_value_52": year.predict(rounded_summary).set_index("customer_id")["clv"].loc[1],
    }
    assert found == pytest.approx({key: published["totals_rounded_summary"][key] for key in found}, rel=ROUNDED_TOTALS)


def compare(purchases, spend, summary, wanted):
    """Every prediction with that of CLVTools, rows in the same order."""
    theta = list(purchases.estimates.values())
    columns = [summary.column(name) for name in ("frequency", "recency", "T")]
    found = {
        "probability_alive": purchases.probability_alive(summary),
        "expected_39": purchases.expected_purchases(summary, "39 weeks"),
    }
    np.testing.assert_allclose(pd.DataFrame(found), wanted[list(found)], rtol=CUSTOMERS)
    np.testing.assert_allclose(spend.expected_order_value(summary), wanted["expected_order_value"], rtol=ORDER_VALUES)
    np.testing.assert_allclose(bgnbd.log_likelihood(*columns, *theta), wanted["log_likelihood"], rtol=LOG_LIKELIHOODS)


def test_sixty_customers_as_clvtools_predicts_them(purchases, spend, extract):
    summary = clv.Summary.from_frame(extract, time_unit="week")
    compare(purchases, spend, summary, extract)


def test_all_customers_as_clvtools_predicts_them(purchases, spend, cdnow, shared):
    bought = pd.read_csv(shared("oracles/clvtools_bgnbd_cdnow_1997-09-30_pred.csv")).set_index("Id").sort_index()
    spent = pd.read_csv(shared("oracles/clvtools_gg_cdnow_1997-09-30_rmfirst_pred.csv")).set_index("Id").sort_index()
    assert bought.index.tolist() == cdnow.frame["customer_id"].tolist()
    names = {"PAlive": "probability_alive", "CET": "expected_39", "ll_i": "log_likelihood"}
    wanted = bought.rename(columns=names).assign(expected_order_value=spent["predicted.mean.spending"])
    compare(purchases, spend, cdnow, wanted)


def test_the_summary_of_the_log_is_that_of_clvtools(cdnow, extract):
    mine = cdnow.frame.set_index("customer_id").loc[extract["customer_id"]]
    for name in ("frequency", "recency", "T"):
        np.testing.assert_allclose(mine[name], extract[name], rtol=1e-11)  # the extract has twelve digits
    np.testing.assert_allclose(mine["monetary_value"].fillna(0), extract["monetary_value"], rtol=1e-11)
