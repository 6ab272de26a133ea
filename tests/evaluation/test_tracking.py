"""Tracking against plain loops and published expectations."""

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from clvmodels.evaluation import tracking
from clvmodels.evaluation.tracking import period_ends

# E[X(t)] of a new customer at the maximum of the likelihood: Hardie's sheet, as tested by lifetimes, to four decimals.
# Its 1.8576 at 78 weeks belongs to slightly other parameters; the closed form at the maximum is 1.857956 (mpmath).
PUBLISHED = {0.1429: 0.0078, 1.0: 0.0532, 3.0: 0.1506, 31.8571: 1.0405, 32.0: 1.0437, 78.0: 1.857956}
DIGITS = 5e-5
CUTOFF = pd.Timestamp("1997-09-30")


def test_expectations_of_one_customer_are_the_published_ones(cdnow):
    for weeks, expected in PUBLISHED.items():
        days = round(weeks * 7)
        end = pd.Timestamp("2024-01-01") + pd.Timedelta(days=days)
        frame = pd.DataFrame({"id": [1, 2], "day": ["2024-01-01", f"{end:%F}"]})
        log = clv.Transactions(frame, customer="id", time="day")
        calibration, _ = log.split("2024-01-01", "1 day", time_unit="week")
        table = tracking(log, calibration, cdnow.purchases)
        assert table["expected_cumulative"].iloc[-1] == pytest.approx(expected, abs=DIGITS), weeks


def test_cdnow_equals_a_plain_loop(cdnow):
    table = tracking(cdnow.log, cdnow.calibration, cdnow.purchases).set_index("day")
    days = clv.datasets.cdnow().drop_duplicates(["customer_id", "date"])
    births = days.groupby("customer_id")["date"].min()
    for end in (CUTOFF, pd.Timestamp("1998-06-30"), pd.Timestamp("1997-02-04")):
        expected = 0.0
        for birth, customers in births.value_counts().items():
            if birth < end:
                expected += customers * cdnow.purchases.expected_purchases_new_customer((end - birth).days / 7)
        pairs = zip(days["customer_id"].map(births), days["date"], strict=True)
        happened = sum(birth < date <= end for birth, date in pairs)
        assert table.loc[end, "expected_cumulative"] == pytest.approx(expected, rel=1e-12)
        assert table.loc[end, "actual_cumulative"] == happened
    assert table.loc[CUTOFF, "expected_cumulative"] == pytest.approx(2493.957, abs=5e-4)
    assert table.loc["1998-06-30", "expected_cumulative"] == pytest.approx(4160.609, abs=5e-4)


def test_cdnow_has_39_weeks_on_either_side_and_its_totals(cdnow):
    table = tracking(cdnow.log, cdnow.calibration, cdnow.purchases)
    assert len(table) == 78
    assert table["holdout"].sum() == 39
    assert (table["days"] == 7).all()
    assert table.loc[~table["holdout"], "day"].max() == CUTOFF
    assert table.loc[table["holdout"], "actual"].sum() == 1882
    assert table["actual"].sum() == 4339
    np.testing.assert_allclose(table["expected"].cumsum(), table["expected_cumulative"])


def test_the_end_of_calibration_is_the_sum_over_the_summary(cdnow):
    table = tracking(cdnow.log, cdnow.calibration, cdnow.purchases, until="1997-09-30")
    summed = cdnow.purchases.expected_purchases_new_customer(cdnow.calibration.summary.column("T")).sum()
    assert table["expected_cumulative"].iloc[-1] == pytest.approx(summed, rel=1e-12)
    assert not table["holdout"].any()


def test_the_unit_of_the_fit_does_not_matter(cdnow):
    log, calibration = cdnow.log, cdnow.calibration
    daily = clv.BGNBD().at(r=0.243, alpha=4.414 * 7, a=0.793, b=2.426, time_unit="day")
    weekly = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    np.testing.assert_allclose(
        tracking(log, calibration, daily)["expected"], tracking(log, calibration, weekly)["expected"], rtol=1e-9
    )


def test_customers_who_come_later_are_no_part_of_it(cdnow):
    frame = pd.DataFrame({"id": [1, 1, 2, 2], "day": ["2024-01-01", "2024-01-20", "2024-01-15", "2024-01-21"]})
    log = clv.Transactions(frame, customer="id", time="day")
    calibration, _ = log.split("2024-01-14", "1 week", time_unit="week")
    table = tracking(log, calibration, cdnow.purchases)
    assert table["actual"].tolist() == [0, 0, 1]
    one = cdnow.purchases.expected_purchases_new_customer([6 / 7, 13 / 7, 20 / 7])
    np.testing.assert_allclose(table["expected_cumulative"], one, rtol=1e-12)


def test_with_raw_time_stamps_a_customer_is_half_a_day_old_on_the_first_evening(cdnow):
    frame = pd.DataFrame({"id": [1, 2], "day": ["2024-01-01T12:00", "2024-01-15T12:00"]})
    log = clv.Transactions(frame, customer="id", time="day")
    calibration, _ = log.split("2024-01-07", "1 week", time_unit="week", collapse=None)
    table = tracking(log, calibration, cdnow.purchases)
    age = calibration.summary.column("T")[0]
    assert age == 6.5 / 7
    assert table["expected"].iloc[0] == pytest.approx(cdnow.purchases.expected_purchases_new_customer(age), rel=1e-12)


@pytest.mark.parametrize(
    ("every", "ends"),
    [
        ("week", [2, 9, 16, 23, 25]),
        ("2 weeks", [9, 23, 25]),
        ("day", list(range(26))),
        ("month", [9, 25]),
        ("1 year", [9, 25]),
        ("16 days", [9, 25]),
    ],
)
def test_a_period_ends_with_the_cut_off(every, ends):
    assert period_ends(9, 25, every).tolist() == ends


def test_faults_are_refused(cdnow):
    with pytest.raises(InputError, match="shorter than a day"):
        tracking(cdnow.log, cdnow.calibration, cdnow.purchases, every="6 hours")
    with pytest.raises(InputError, match="end before the cut-off"):
        tracking(cdnow.log, cdnow.calibration, cdnow.purchases, until="1997-09-29")
