"""Parameters: how they grow when the unit of time or money changes."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clvmodels.parameters import Parameter, rescaling

SHAPE = Parameter("r", "Shape of the purchase rates.")
TIME = Parameter("alpha", "Rate of the purchase rates, in units of time.", time_power=1)
MONEY = Parameter("v", "Scale of the spend, in units of money.", money_power=1)
SPEED = Parameter("w", "Money per time.", time_power=-1, money_power=1)
ALL = (SHAPE, TIME, MONEY, SPEED)
ROUNDING = 4 * np.finfo(float).eps

factors = st.floats(min_value=1e-3, max_value=1e3)


def test_without_a_change_of_units_nothing_grows():
    assert rescaling(ALL).tolist() == [1, 1, 1, 1]


def test_each_parameter_grows_by_its_own_powers_in_the_given_order():
    np.testing.assert_allclose(rescaling(ALL, time=7, money=100), [1, 7, 100, 100 / 7], rtol=ROUNDING)


@given(time=factors, money=factors)
def test_changing_units_there_and_back_changes_nothing(time, money):
    there = rescaling(ALL, time=time, money=money)
    back = rescaling(ALL, time=1 / time, money=1 / money)
    np.testing.assert_allclose(there * back, np.ones(len(ALL)), rtol=ROUNDING)


@given(first=factors, second=factors)
def test_two_changes_are_their_product(first, second):
    both = rescaling(ALL, time=first) * rescaling(ALL, time=second)
    np.testing.assert_allclose(both, rescaling(ALL, time=first * second), rtol=ROUNDING)


def test_no_parameters_give_an_empty_array_of_floats():
    none = rescaling([])
    assert none.shape == (0,)
    assert none.dtype == np.float64


def test_a_parameter_is_frozen():
    with pytest.raises(FrozenInstanceError):
        TIME.time_power = 2
