"""Value is margin times order value times discounted purchases, less the cost of the time alive."""

from datetime import date

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.errors import ClvError
from clvmodels.units import discount_intensity
from tests.recovery.simulators import summary

PURCHASES = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPEND = {"p": 6.25, "q": 3.74, "v": 15.44}
# The same products in another order.
ROUNDING = 1e-12
# Two numerical integrals of the same, each within 1e-11.
INTEGRALS = 1e-9


@pytest.fixture(scope="module")
def purchases():
    return clv.BGNBD().at(**PURCHASES, time_unit="week")


@pytest.fixture(scope="module")
def spend():
    return clv.GammaGamma().at(**SPEND)


@pytest.fixture(scope="module")
def customers():
    x, t_x = np.array([0.0, 2, 26, 10, 1]), np.array([0, 30.43, 30.86, 30, 2])
    return summary(x, t_x, np.array([38.86, 38.86, 31, 38.86, 9]), np.array([0, 22.345, 40.0, 15, 5]))


@pytest.fixture
def value(purchases, spend):
    def make(**terms):
        return clv.LifetimeValue(purchases, spend, **({"horizon": "1 year", "discount_rate": 0.1} | terms))

    return make


def test_value_is_margin_times_order_value_times_discounted_purchases(value, purchases, spend, customers):
    table = value(margin=0.35).predict(customers)
    worth = spend.expected_order_value(customers)
    discounted = purchases.discounted_purchases(customers, "1 year", 0.1)
    np.testing.assert_allclose(table["clv"], 0.35 * worth * discounted, rtol=ROUNDING)
    np.testing.assert_allclose(table["expected_purchases"], purchases.expected_purchases(customers, "1 year"))
    np.testing.assert_allclose(table["expected_revenue"], table["expected_purchases"] * worth, rtol=ROUNDING)
    np.testing.assert_allclose(table["probability_alive"], purchases.probability_alive(customers))
    np.testing.assert_allclose(table["expected_order_value"], worth)
    assert table.columns.tolist() == [
        "customer_id", "probability_alive", "expected_purchases", "expected_order_value", "expected_revenue", "clv",
    ]  # fmt: skip


def test_the_total_is_the_sum(value, customers):
    for terms in ({}, {"retention_cost": "3 per month"}, {"horizon": None}, {"acquisition_cost": 5.0}):
        model = value(**terms)
        assert model.total(customers).mean == pytest.approx(model.predict(customers)["clv"].sum(), rel=ROUNDING)


def test_retention_cost_is_charged_while_alive(value, customers):
    """By quadrature over rates and dropout probabilities: alive s ahead has the probability E[exp(-rate p s)]."""
    free, charged = (value(retention_cost=cost).predict(customers)["clv"] for cost in (None, "0.5 per week"))
    delta, year = np.log(1.1) / (365.25 / 7), 365.25 / 7
    p_nodes, p_weights = np.polynomial.legendre.leggauss(400)
    # p = z^2 and 1 - p smooth the ends of the beta density.
    z, dz = 0.5 * (p_nodes + 1), 0.5 * p_weights
    s_nodes, s_weights = np.polynomial.legendre.leggauss(60)
    s, ds = 0.5 * year * (s_nodes + 1), 0.5 * year * s_weights
    x, t_x, T = (customers.column(name) for name in ("frequency", "recency", "T"))
    alive = clv.BGNBD().at(**PURCHASES, time_unit="week").probability_alive(customers)
    power = 6
    p = z**power
    for i in range(len(x)):
        density = p ** (PURCHASES["a"] - 1) * (1 - p) ** (PURCHASES["b"] + x[i] - 1) * power * z ** (power - 1) * dz
        density /= density.sum()
        survival = density @ (1 + p[:, None] * s / (PURCHASES["alpha"] + T[i])) ** -(PURCHASES["r"] + x[i])
        cost = 0.5 * alive[i] * (survival * np.exp(-delta * s)) @ ds
        assert free[i] - charged[i] == pytest.approx(cost, rel=1e-6)
    assert t_x[0] == 0
    assert charged[0] < free[0]


def test_the_unit_of_a_cost_is_converted(value, customers):
    week, year = (
        value(retention_cost=cost).total(customers).mean for cost in ("1 per week", "52.178571428571 per year")
    )
    assert week == pytest.approx(year, rel=INTEGRALS)


def test_acquisition_cost_is_sunk_and_stands_beside(value, customers):
    without, with_cost = value().predict(customers), value(acquisition_cost=12.0).predict(customers)
    assert "clv_net" not in without
    np.testing.assert_allclose(with_cost["clv"], without["clv"], rtol=0)
    np.testing.assert_allclose(with_cost["clv_net"], without["clv"] - 12.0)


def test_the_whole_future_has_no_undiscounted_sums(value, customers):
    table = value(horizon=None).predict(customers)
    assert not {"expected_purchases", "expected_revenue"} & set(table.columns)
    long = value(horizon="2000 years").predict(customers)
    np.testing.assert_allclose(table["clv"], long["clv"], rtol=INTEGRALS)


def test_a_higher_rate_is_worth_less_and_a_longer_horizon_more(value, customers):
    def clv_of(**terms):
        return value(**terms).predict(customers)["clv"]

    assert (clv_of(discount_rate=0.2) < clv_of()).all()
    assert (clv_of(horizon="2 years") > clv_of()).all()
    assert (clv_of(horizon=0) == 0).all()


def test_a_new_customer_has_the_first_order_and_what_follows(value, purchases, spend):
    following = purchases.discounted_purchases_new_customer("1 year", 0.1)
    found = value(margin=0.4).new_customer().mean
    assert found == pytest.approx(0.4 * spend.population_mean * (1 + following), rel=ROUNDING)
    charged = value(margin=0.4, retention_cost="1 per week").new_customer().mean
    lived = purchases.discounted_lifetime_new_customer("1 year", 0.1)
    assert found - charged == pytest.approx(lived, rel=INTEGRALS)
    # Less than a year of weeks, and a customer just acquired is alive.
    assert 0.5 * 52 < lived < 365.25 / 7


def test_a_new_customers_number_is_that_of_a_customer_of_age_zero(purchases):
    newborn = summary(np.zeros(1), np.zeros(1), np.zeros(1))
    for horizon, rate in (("1 week", 0.1), ("5 years", 0.3), (None, 0.05)):
        found = purchases.discounted_purchases_new_customer(horizon, rate)
        assert found == pytest.approx(purchases.discounted_purchases(newborn, horizon, rate)[0], rel=INTEGRALS)


def test_cash_flow_sums_to_the_value(value, customers):
    for every, periods in (("month", 12), ("2 weeks", 27), ("1 year", 1), ("5 years", 1)):
        model = value(margin=0.35, retention_cost="1 per month")
        table = model.cash_flow(customers, every)
        assert len(table) == periods
        total = model.total(customers).mean
        assert table["discounted_cash_flow"].sum() == pytest.approx(total, rel=INTEGRALS)
        assert table["cumulative_value"].iloc[-1] == pytest.approx(total, rel=INTEGRALS)
        predicted = model.predict(customers)
        assert table["expected_purchases"].sum() == pytest.approx(predicted["expected_purchases"].sum(), rel=INTEGRALS)
        assert table["expected_revenue"].sum() == pytest.approx(predicted["expected_revenue"].sum(), rel=INTEGRALS)
        flow = 0.35 * table["expected_revenue"] - table["retention_cost"]
        np.testing.assert_allclose(table["cash_flow"], flow, rtol=ROUNDING)
        start = np.r_[0.0, table["end"].to_numpy()[:-1]]
        np.testing.assert_allclose(table["start"], start)
        assert table["end"].iloc[-1] == pytest.approx(365.25 / 7)


def test_discounting_inside_a_period_lies_between_its_ends(value, customers):
    table = value().cash_flow(customers, "month")
    delta = discount_intensity(0.1, customers.time_unit)
    assert (table["discounted_cash_flow"] < table["cash_flow"] * np.exp(-delta * table["start"])).all()
    assert (table["discounted_cash_flow"] > table["cash_flow"] * np.exp(-delta * table["end"])).all()


def test_cash_flow_has_dates_where_the_end_of_observation_is_known(value):
    tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    people = tx.summarize(time_unit="week", until="1997-09-30")
    table = value(horizon="4 weeks").cash_flow(people, "week")
    assert table["start"].tolist() == [date(1997, 10, 1), date(1997, 10, 8), date(1997, 10, 15), date(1997, 10, 22)]
    assert table["end"].tolist()[:-1] == table["start"].tolist()[1:]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"margin": 35}, "share"),
        ({"margin": -0.1}, "margin"),
        ({"discount_rate": 10}, "share"),
        ({"discount_rate": -0.1}, "discount rate"),
        ({"discount_rate": float("nan")}, "discount rate"),
        ({"discount_rate": "10%"}, "discount rate"),
        ({"horizon": None, "discount_rate": 0.0}, "whole future"),
        ({"horizon": "52"}, "horizon"),
        ({"horizon": "52 fortnights"}, "time unit"),
        ({"horizon": -1}, "horizon"),
        ({"horizon": float("inf")}, "whole future"),
        ({"retention_cost": 0.5}, "unit of time"),
        ({"retention_cost": "0.5"}, "unit of time"),
        ({"retention_cost": "-1 per week"}, "cost"),
        ({"acquisition_cost": -1.0}, "acquisition cost"),
        ({"acquisition_cost": "12"}, "acquisition cost"),
    ],
)
def test_settings_that_cannot_be_meant(value, terms, message):
    with pytest.raises(ClvError, match=message):
        value(**terms)


def test_cash_flow_needs_an_end_and_not_too_many_periods(value, customers):
    with pytest.raises(ClvError, match="last period"):
        value(horizon=None).cash_flow(customers)
    with pytest.raises(ClvError, match="periods"):
        value(horizon="10 years").cash_flow(customers, "hour")
    with pytest.raises(ClvError, match="periods"):
        value().cash_flow(customers, "0 weeks")


def test_a_pipeline_is_its_parts():
    tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    people = tx.summarize(time_unit="week", until="1997-09-30")
    terms = {"horizon": "26 weeks", "margin": 0.35, "discount_rate": 0.2, "retention_cost": "1 per year"}
    fitted = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), **terms).fit(people)
    by_hand = clv.LifetimeValue(clv.BGNBD().fit(people), clv.GammaGamma().fit(people), **terms)
    np.testing.assert_allclose(fitted.predict(people)["clv"], by_hand.predict(people)["clv"], rtol=ROUNDING)
    with pytest.raises(ClvError, match="share"):
        clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="1 year", margin=35)
