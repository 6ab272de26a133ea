"""What priors imply stands beside what was observed."""

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from tests.fitting.test_intervals import people


def test_priors_of_purchases_imply_purchases():
    customers = people(200)
    table = clv.BGNBD().prior_predictive(customers, level=0.9, seed=1).set_index("quantity")
    assert list(table) == ["observed", "lower", "median", "upper"]
    x = customers.column("frequency")
    assert table.loc["repeat purchases per customer", "observed"] == pytest.approx(x.mean())
    assert table.loc["share without a repeat purchase", "observed"] == pytest.approx((x == 0).mean())
    assert (table["lower"] < table["upper"]).all()
    assert (table.loc["repeat purchases per customer", ["lower", "upper"]] > 0).all()
    # Weakly informative: the defaults leave room for what was seen.
    seen = table.loc[["repeat purchases per customer", "share without a repeat purchase"]]
    assert ((seen["observed"] > seen["lower"]) & (seen["observed"] < seen["upper"])).all()


def test_a_prior_that_knows_better_shows_it():
    sure = {"r": clv.priors.LogNormal(mu=np.log(0.6), sigma=1e-6), "alpha": clv.priors.LogNormal(np.log(5.0), 1e-6)}
    sure |= {"a": clv.priors.LogNormal(np.log(0.9), 1e-6), "b": clv.priors.LogNormal(np.log(2.5), 1e-6)}
    customers = people(200)
    table = clv.BGNBD(priors=sure).prior_predictive(customers).set_index("quantity")
    known = clv.BGNBD().at(r=0.6, alpha=5.0, a=0.9, b=2.5, time_unit="week")
    expected = np.mean([known.expected_purchases_new_customer(T) for T in customers.column("T")])
    assert table.loc["repeat purchases per customer", "median"] == pytest.approx(expected, rel=1e-2)
    assert table.loc["r", "median"] == pytest.approx(0.6, rel=1e-5)


def test_priors_of_order_values_follow_the_currency():
    customers = people(200)
    cents = clv.Summary.from_frame(
        customers.frame.assign(monetary_value=100 * customers.frame["monetary_value"]), time_unit="week"
    )
    dollars, other = (clv.GammaGamma().prior_predictive(s, seed=2).set_index("quantity") for s in (customers, cents))
    np.testing.assert_allclose(other.loc["mean order value"], 100 * dollars.loc["mean order value"], rtol=1e-9)


def test_nothing_can_be_drawn_from_a_flat_prior():
    flat = clv.GammaGamma(priors={"v": clv.priors.HalfFlat()})
    with pytest.raises(InputError, match="HalfFlat"):
        flat.prior_predictive(people(50))
    with pytest.raises(InputError, match="whole number"):
        clv.BGNBD().prior_predictive(people(50), draws=1)
