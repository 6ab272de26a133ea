"""The table of segments: sums of the whole, averages by hand, and rows of nobody."""

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import BoundaryError, ClvError
from clvmodels.segments import Segments, rfm, table, tiers
from tests.fitting.test_intervals import SPEND
from tests.recovery.simulators import summary

# The same sums in another order.
ROUNDING = 1e-12
COLUMNS = [
    "segment", "customers", "customer_share", "revenue_to_date", "revenue_share", "clv", "clv_share",
    "clv_per_customer", "churn_inactive", "churn_dropped_out",
]  # fmt: skip


def test_rows_are_sums_and_means_over_their_customers(known, customers):
    segments = tiers(known, customers)
    found = table(known, customers, segments)
    assert list(found) == COLUMNS
    each = pd.DataFrame(
        {
            "segment": segments.labels,
            "clv": known.predict(customers)["clv"],
            "revenue_to_date": customers.column("total_value"),
            "churn_dropped_out": 1 - known.purchases.probability_alive(customers),
            "churn_inactive": 1 - known.purchases.probability_active(customers, "1 year"),
        }
    ).groupby("segment")
    for _, row in found.iterrows():
        mine = each.get_group(row["segment"])
        assert row["customers"] == len(mine)
        for name in ("clv", "revenue_to_date"):
            assert row[name] == pytest.approx(mine[name].sum(), rel=ROUNDING)
        for name in ("churn_dropped_out", "churn_inactive"):
            assert row[name] == pytest.approx(mine[name].mean(), rel=ROUNDING)
        assert row["clv_per_customer"] == pytest.approx(mine["clv"].mean(), rel=ROUNDING)


@pytest.mark.parametrize("kind", ["known", "by_channel"])
def test_sums_of_the_table_are_the_whole(kind, request, customers):
    value = request.getfixturevalue(kind)
    for segments in (None, "channel", rfm(customers), tiers(value, customers), np.arange(90) % 4):
        found = table(value, customers, segments)
        assert found["customers"].sum() == 90
        assert found["clv"].sum() == pytest.approx(value.total(customers).mean, rel=ROUNDING)
        assert found["revenue_to_date"].sum() == pytest.approx(customers.column("total_value").sum(), rel=ROUNDING)
        for share in ("customer_share", "revenue_share", "clv_share"):
            assert found[share].sum() == pytest.approx(1.0, rel=ROUNDING)


def test_intervals_are_those_of_the_segments_totals(posterior, customers):
    found = table(posterior, customers, "channel", level=0.9, seed=4)
    for label, row in found.set_index("segment").iterrows():
        mine = clv.Summary.from_frame(customers.frame[customers.frame["channel"] == label], time_unit="week")
        total = posterior.total(mine, 0.9, seed=4)
        assert (row["clv_lower"], row["clv_upper"]) == pytest.approx((total.lower, total.upper), rel=1e-9)
        assert row["clv_lower"] < row["clv"] < row["clv_upper"]
    whole = table(posterior, customers, None, level=0.9)
    # Chance averages out over segments: the whole is narrower than its parts together.
    assert (whole["clv_upper"] - whole["clv_lower"])[0] < (found["clv_upper"] - found["clv_lower"]).sum()


def test_empty_segments_have_a_row_of_nothing(posterior, customers):
    segments = Segments("x", ("some", "none"), np.zeros(90, dtype=int))
    empty = table(posterior, customers, segments, level=0.9).set_index("segment").loc["none"]
    zeros = ["customers", "customer_share", "revenue_to_date", "clv", "clv_share", "clv_lower", "clv_upper"]
    assert (empty[zeros] == 0).all()
    assert empty[["clv_per_customer", "churn_inactive", "churn_dropped_out"]].isna().all()


def test_columns_that_cannot_be_known_are_left_out(known, customers):
    endless = clv.LifetimeValue(known.purchases, known.spend, horizon=None, discount_rate=0.1)
    assert "churn_inactive" not in table(endless, customers, None)
    without = clv.Summary.from_frame(customers.frame.drop(columns="total_value"), time_unit="week")
    assert not [name for name in table(known, without, None) if name.startswith("revenue")]


def test_one_customer(known):
    alone = summary(np.zeros(1), np.zeros(1), np.full(1, 9.0), np.zeros(1))
    row = table(known, alone, rfm(alone), level=0.9).set_index("segment").loc["Lost"]
    assert row["customers"] == row["customer_share"] == row["clv_share"] == 1
    assert row["churn_dropped_out"] == 0  # as BG/NBD has it of who never came back


def test_at_a_boundary_the_way_to_intervals_is_named():
    alone = summary(np.zeros(3), np.zeros(3), np.full(3, 9.0), np.zeros(3))
    fit = clv.BGNBD().fit(alone)
    assert fit.diagnostics.boundary == "nobody repeats"
    value = clv.LifetimeValue(fit, clv.GammaGamma().at(**SPEND), horizon="1 year")
    assert table(value, alone, None)["clv"].tolist() == pytest.approx([0.0], abs=1e-6)
    with pytest.raises(BoundaryError, match="Laplace"):
        table(value, alone, None, level=0.9)


def test_rules_of_thumb_have_a_table_without_intervals(customers):
    rule = clv.heuristics.PastRate(horizon="1 year").fit(customers)
    found = table(rule, customers, "channel")
    assert found["clv"].sum() == pytest.approx(rule.total(customers).mean, rel=ROUNDING)
    with pytest.raises(ClvError, match="does not say how sure it is"):
        table(rule, customers, "channel", level=0.9)


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ("region", "no column 'region'"),
        (["a", "b"], "segments of 2 customers and 90 customers"),
        (Segments("x", ("a",), [0]), "segments of 1 customers and 90"),
        (3, "int does not say who belongs"),
    ],
)
def test_segments_are_of_the_same_customers(known, customers, segments, message):
    with pytest.raises(ClvError, match=message):
        table(known, customers, segments)


def test_wrong_things(known, customers):
    with pytest.raises(ClvError, match="BGNBD is no valuation"):
        table(clv.BGNBD(), customers, None)
    with pytest.raises(ClvError, match="between 0 and 1"):
        table(known, customers, None, level=90)
    with pytest.raises(ClvError, match="Summary is needed"):
        table(known, customers.frame, None)
