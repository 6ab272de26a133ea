"""The matrix over frequency and recency holds the predictions of its cells."""

import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from clvmodels.evaluation import frequency_recency_grid


@pytest.fixture(scope="module")
def value():
    purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    return clv.LifetimeValue(purchases, clv.GammaGamma().at(p=6.25, q=3.74, v=15.44), horizon="1 year")


def test_cells_equal_single_predictions(value):
    grid = frequency_recency_grid(value, 38.5, time_unit="week", most_purchases=4)
    assert grid.frequency.tolist() == [1, 2, 3, 4]
    assert (grid.recency[0], grid.recency[-2], grid.recency[-1]) == (1, 38, 38.5)
    assert grid.probability_alive.shape == grid.value.shape == (4, 39)
    row = {"customer_id": [1], "frequency": [3], "recency": [30.0], "T": [38.5], "monetary_value": [grid.order_value]}
    one = clv.Summary.from_frame(pd.DataFrame(row), time_unit="week")
    assert grid.probability_alive[2, 29] == pytest.approx(value.purchases.probability_alive(one)[0], rel=1e-12)
    assert grid.value[2, 29] == pytest.approx(value.customer_values(one)[0], rel=1e-12)


def test_its_terms_are_in_words(value):
    assert frequency_recency_grid(value, 5, time_unit="week").terms == "1 year"


def test_an_order_value_of_the_mean_stays_the_mean(value):
    grid = frequency_recency_grid(value, 10, time_unit="week", most_purchases=3)
    assert grid.order_value == pytest.approx(6.25 * 15.44 / 2.74)


@pytest.mark.parametrize(("age", "most"), [(0.5, 3), (10, 0), (float("nan"), 3)])
def test_no_cells_are_refused(value, age, most):
    with pytest.raises(InputError, match="no matrix"):
        frequency_recency_grid(value, age, time_unit="week", most_purchases=most)


def test_an_infinite_mean_is_refused(value):
    spend = clv.GammaGamma().at(p=6.25, q=0.9, v=15.44)
    endless = clv.LifetimeValue(value.purchases, spend, horizon="1 year")
    with pytest.raises(InputError, match="infinite"):
        frequency_recency_grid(endless, 10, time_unit="week")
