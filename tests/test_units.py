"""Units of time: the one place that knows their lengths, and what is refused at the package's edge."""

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.units import YEAR_IN_DAYS, CostRate, Horizon, TimeUnit, discount_intensity, non_negative

UNITS = list(TimeUnit)
ROUNDING = 4 * np.finfo(float).eps  # a product and a quotient

units = st.sampled_from(UNITS)
amounts = st.floats(min_value=1e-6, max_value=1e6)


class TestTimeUnit:
    def test_lengths_in_days(self):
        assert {unit.value: unit.days for unit in UNITS} == {
            "hour": 1 / 24,
            "day": 1,
            "week": 7,
            "month": 30.4375,
            "year": 365.25,
        }

    @pytest.mark.parametrize("unit", UNITS)
    @pytest.mark.parametrize("spelling", ["{}", "{}s", " {} ", "{}S"])
    def test_names_are_read_in_singular_and_plural(self, unit, spelling):
        assert TimeUnit.parse(spelling.format(unit)) is unit

    @pytest.mark.parametrize("unit", UNITS)
    def test_a_unit_is_its_own_name(self, unit):
        assert TimeUnit.parse(unit.upper()) is unit
        assert TimeUnit.parse(unit) is unit

    @pytest.mark.parametrize("text", ["M", "W", "D", "", "s", "fortnight", "weekss", "1 week"])
    def test_other_text_is_refused_with_the_units_there_are(self, text):
        with pytest.raises(InputError, match="hour, day, week, month, year"):
            TimeUnit.parse(text)

    @pytest.mark.parametrize("thing", [None, 7, timedelta(days=7), b"week"])
    def test_what_is_no_text_is_a_type_error(self, thing):
        with pytest.raises(WrongTypeError, match=type(thing).__name__):
            TimeUnit.parse(thing)


class TestHorizon:
    @pytest.mark.parametrize(
        ("text", "amount", "unit"),
        [
            ("39 weeks", 39, "week"),
            ("1 year", 1, "year"),
            ("1.5years", 1.5, "year"),
            (" .5  Month ", 0.5, "month"),
            ("1e3 hours", 1000, "hour"),
            ("+2. days", 2, "day"),
            ("0 days", 0, "day"),
        ],
    )
    def test_text_is_a_number_and_a_unit(self, text, amount, unit):
        assert Horizon.parse(text) == Horizon(amount, TimeUnit(unit))

    def test_a_number_is_in_the_unit_of_whoever_asks(self):
        horizon = Horizon.parse(np.int64(39))
        assert [horizon.in_unit(unit) for unit in UNITS] == [39.0] * len(UNITS)
        assert type(horizon.amount) is float

    def test_a_timedelta_is_exact(self):
        assert Horizon.parse(timedelta(days=3, hours=12)).in_unit(TimeUnit.WEEK) == 0.5

    def test_none_is_the_whole_future(self):
        horizon = Horizon.parse(None)
        assert horizon.endless
        assert horizon.in_unit(TimeUnit.DAY) == math.inf
        assert not Horizon.parse("1000 years").endless

    @given(amount=amounts, unit=units)
    def test_in_its_own_unit_a_horizon_is_exact(self, amount, unit):
        assert Horizon.parse(f"{amount!r} {unit}").in_unit(unit) == amount

    @given(amount=amounts, unit=units, other=units)
    def test_converting_there_and_back_changes_nothing(self, amount, unit, other):
        there = Horizon(amount, unit).in_unit(other)
        assert Horizon(there, other).in_unit(unit) == pytest.approx(amount, rel=ROUNDING)

    def test_a_year_is_twelve_months_and_not_52_weeks(self):
        year = Horizon.parse("1 year")
        assert year.in_unit(TimeUnit.MONTH) == 12
        assert year.in_unit(TimeUnit.WEEK) == YEAR_IN_DAYS / 7 > 52

    def test_parsing_twice_is_parsing_once(self):
        horizon = Horizon.parse("2 weeks")
        assert Horizon.parse(horizon) is horizon

    @pytest.mark.parametrize(
        "value", ["", "weeks", "39", "39 w", "1 year 2 months", "a week", "-1 week", "1e999 days", "nan weeks"]
    )
    def test_unreadable_or_impossible_text_is_refused(self, value):
        with pytest.raises(InputError):
            Horizon.parse(value)

    @pytest.mark.parametrize("value", [-1, math.nan, math.inf, -math.inf, timedelta(days=-1)])
    def test_impossible_lengths_are_refused_and_the_whole_future_is_pointed_to(self, value):
        with pytest.raises(InputError, match="horizon=None"):
            Horizon.parse(value)

    @pytest.mark.parametrize("value", [True, [39], b"39 weeks", object()])
    def test_other_things_are_a_type_error(self, value):
        with pytest.raises(WrongTypeError, match="no number"):
            Horizon.parse(value)

    def test_a_period_is_a_unit_or_some_units(self):
        assert [Horizon.parse_period(every).in_unit(TimeUnit.DAY) for every in ("week", "2 weeks")] == [7.0, 14.0]

    @pytest.mark.parametrize("value", ["1e7 years", 1e12, "1e9 days"])
    def test_a_length_that_nobody_means_is_refused(self, value):
        with pytest.raises(InputError, match="longer than a million years"):
            Horizon.parse(value).in_unit(TimeUnit.WEEK)

    def test_a_period_is_text(self):
        with pytest.raises(WrongTypeError, match='Such as "month"'):
            Horizon.parse_period(5)

    @pytest.mark.parametrize(
        ("value", "text"), [("39 weeks", "39 weeks"), ("1 year", "1 year"), (None, "the whole future"), (4, "4 units")]
    )
    def test_it_prints_as_one_would_say_it(self, value, text):
        assert str(Horizon.parse(value)) == text


class TestCostRate:
    @pytest.mark.parametrize("text", ["0.5 per week", "0.5/week", " .5 per weeks "])
    def test_text_is_an_amount_per_unit(self, text):
        assert CostRate.parse(text) == CostRate(0.5, TimeUnit.WEEK)

    @given(amount=amounts, unit=units, other=units)
    def test_the_cost_of_a_stretch_of_time_does_not_depend_on_the_unit(self, amount, unit, other):
        rate = CostRate(amount, unit)
        assert rate.per(other) * Horizon(1.0, unit).in_unit(other) == pytest.approx(amount, rel=ROUNDING)

    def test_per_its_own_unit_it_is_exact(self):
        assert CostRate.parse("0.1 per month").per(TimeUnit.MONTH) == 0.1

    def test_zero_is_a_cost(self):
        assert CostRate.parse("0 per year").per(TimeUnit.DAY) == 0

    @pytest.mark.parametrize(
        "value", [0.5, 0, None, "0.5", "per week", "0.5 weeks", "0.5 per", "-1 per week", "1 per w"]
    )
    def test_a_cost_without_a_unit_or_below_zero_is_refused(self, value):
        with pytest.raises(InputError):
            CostRate.parse(value)

    def test_it_prints_as_it_is_written(self):
        rate = CostRate.parse("0.5 per week")
        assert str(rate) == "0.5 per week"
        assert CostRate.parse(str(rate)) == rate
        assert CostRate.parse(rate) is rate


class TestDiscountIntensity:
    @pytest.mark.parametrize("unit", UNITS)
    @pytest.mark.parametrize("rate", [0.0, 1e-12, 0.1, 3.0])
    def test_over_a_year_it_is_worth_the_yearly_rate(self, unit, rate):
        units_per_year = YEAR_IN_DAYS / unit.days
        assert math.expm1(discount_intensity(rate, unit) * units_per_year) == pytest.approx(rate, rel=1e-13)

    @pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf, 1e-300])
    def test_rates_that_cannot_be_meant_are_refused(self, rate):
        with pytest.raises(InputError, match="discount rate"):
            discount_intensity(rate, TimeUnit.WEEK)

    def test_a_weekly_intensity_is_not_a_yearly_one(self):
        assert discount_intensity(0.1, TimeUnit.WEEK) == pytest.approx(math.log(1.1) * 7 / 365.25, rel=ROUNDING)


class TestNonNegative:
    @pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(2), np.int64(3)])
    def test_numbers_come_back_as_floats(self, value):
        assert non_negative(value, "margin") == value
        assert type(non_negative(value, "margin")) is float

    @pytest.mark.parametrize("value", [-1e-300, math.nan, math.inf])
    def test_others_are_refused_by_name(self, value):
        with pytest.raises(InputError, match="margin"):
            non_negative(value, "margin")

    @pytest.mark.parametrize("value", ["1", True, None])
    def test_what_is_no_number_is_a_type_error(self, value):
        with pytest.raises(WrongTypeError, match="margin"):
            non_negative(value, "margin")
