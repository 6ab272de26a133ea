"""Forecasts beside what happened: the measured numbers of CDNOW and cases computed by hand."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from clvmodels.evaluation import by_frequency, forecast_errors, forecast_totals


def test_totals_of_cdnow(cdnow):
    table = forecast_totals(cdnow.calibration.summary, cdnow.holdout, cdnow.purchases, cdnow.spend)
    assert table.loc["purchases", "expected"] == pytest.approx(1653.41, abs=0.005)
    assert table.loc["purchases", "actual"] == 1882
    assert table.loc["revenue", "actual"] == pytest.approx(70_976.39, abs=0.005)
    assert table.loc["revenue", "error"] == pytest.approx(-0.1556, abs=5e-5)
    assert table.loc["purchases", "error"] == pytest.approx(-0.121, abs=5e-4)
    assert table.loc["buyers", "actual"] == (cdnow.holdout.column("purchases") > 0).sum()


def test_without_spend_there_is_no_revenue(cdnow):
    assert list(forecast_totals(cdnow.calibration.summary, cdnow.holdout, cdnow.purchases).index) == [
        "purchases",
        "buyers",
    ]


def test_groups_of_cdnow_add_up(cdnow):
    table = by_frequency(cdnow.calibration.summary, cdnow.holdout, cdnow.purchases)
    assert table["frequency"].tolist() == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert table["customers"].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert table["actual_total"].sum() == 1882
    assert table["expected_total"].sum() == pytest.approx(1653.41, abs=0.005)
    np.testing.assert_allclose(table["expected"] * table["customers"], table["expected_total"])


def test_groups_equal_a_plain_loop(cdnow):
    summary, holdout = cdnow.calibration.summary, cdnow.holdout
    expected = cdnow.purchases.expected_purchases(summary, "39 weeks")
    table = by_frequency(summary, holdout, cdnow.purchases, largest=2)
    for place, belongs in enumerate((lambda x: x == 0, lambda x: x == 1, lambda x: x >= 2)):
        rows = [i for i, x in enumerate(summary.column("frequency")) if belongs(x)]
        assert table["expected"][place] == pytest.approx(sum(expected[i] for i in rows) / len(rows), rel=1e-12)
        assert table["actual"][place] == sum(holdout.column("purchases")[i] for i in rows) / len(rows)


def test_groups_without_customers_are_left_out(cdnow):
    frame = pd.DataFrame({"id": [1, 1, 1, 2], "day": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-20"]})
    calibration, holdout = clv.Transactions(frame, customer="id", time="day").split(
        "2024-01-10", "1 week", time_unit="week"
    )
    table = by_frequency(calibration.summary, holdout, cdnow.purchases)
    assert table[["frequency", "customers", "actual"]].to_numpy().tolist() == [["2", 1, 0.0]]
    totals = forecast_totals(calibration.summary, holdout, cdnow.purchases)
    assert math.isnan(totals.loc["purchases", "error"])


def test_errors_by_hand():
    table = forecast_errors({"a": np.array([1.0, 3.0]), "b": [0.0, 0.0]}, np.array([2, 2]))
    assert table.loc["a"].tolist() == [4.0, 4.0, 0.0, 1.0]
    assert table.loc["b"].tolist() == [0.0, 4.0, -1.0, 2.0]
    with pytest.raises(InputError, match=r"'c' has shape \(1,\)"):
        forecast_errors({"c": [1.0]}, [1, 2])


def test_a_summary_of_other_customers_is_refused(cdnow):
    summary = cdnow.calibration.summary
    fewer = replace(summary, frame=summary.frame.iloc[1:])
    for judge in (forecast_totals, by_frequency):
        with pytest.raises(InputError, match="different customers"):
            judge(fewer, cdnow.holdout, cdnow.purchases)
