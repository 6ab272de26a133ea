"""Named segments: every cell once, bounds that are data, and customers who are alike in one segment."""

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import ClvError, InputError, LazyFrameError, WrongTypeError
from clvmodels.rfm import RFMBounds, RFMScores
from clvmodels.segments import RFM_SEGMENTS, Box, SegmentMap, Segments, rfm
from tests.recovery.simulators import summary
from tests.transactions.conftest import in_polars_lazy

# By hand: five customers who differ in everything, the first the best.
SILENCE, ORDERS, MONEY = [0.0, 5, 10, 15, 20], [8.0, 4, 2, 1, 0], [50.0, 40, 30, 20, 0]


def five():
    x = np.array(ORDERS)
    return summary(x, np.where(x > 0, 30.0 - np.array(SILENCE), 0.0), np.full(5, 30.0), np.array(MONEY))


def all_cells(bins=5):
    each = np.indices((bins, bins, bins)).reshape(3, -1) + 1
    return RFMScores(*each)


def test_the_default_map_names_the_eight_segments_by_recency_and_frequency():
    names = ("Champions", "Loyal", "Potential loyalists", "New", "Need attention", "At risk", "Hibernating", "Lost")
    assert RFM_SEGMENTS.names == names
    grid = np.array(names)[RFM_SEGMENTS.codes(all_cells())].reshape(5, 5, 5)
    assert (grid == grid[:, :, :1]).all()  # monetary value is free
    by_recency = {5 - place: row[:, 0].tolist() for place, row in enumerate(grid[::-1])}
    recent = ["New", "Potential loyalists", "Potential loyalists", "Champions", "Champions"]
    assert by_recency == {
        5: recent,
        4: recent,
        3: ["Need attention", "Need attention", "Need attention", "Loyal", "Loyal"],
        2: ["Hibernating", "Hibernating", "At risk", "At risk", "At risk"],
        1: ["Lost", "Lost", "At risk", "At risk", "At risk"],
    }


def test_five_customers_by_hand():
    segments = rfm(five())
    # The last never came back, so that the silence of 30 weeks is the longest.
    assert segments.scores.cells.tolist() == [555, 444, 333, 222, 111]
    assert segments.labels.tolist() == ["Champions", "Champions", "Need attention", "Hibernating", "Lost"]
    assert segments.customers.tolist() == [2, 0, 0, 0, 1, 0, 1, 1]
    assert segments.by == "RFM"
    assert len(segments) == 8


def test_the_order_of_rows_does_not_matter_and_customers_who_are_alike_share_a_segment(customers):
    labels = pd.Series(rfm(customers).labels, index=customers.frame["customer_id"])
    order = np.random.default_rng(0).permutation(len(labels))
    mixed = clv.Summary.from_frame(customers.frame.iloc[order], time_unit="week")
    assert rfm(mixed).labels.tolist() == labels.iloc[order].tolist()
    twice = pd.concat([customers.frame, customers.frame.assign(customer_id=lambda frame: frame["customer_id"] + 1000)])
    assert rfm(clv.Summary.from_frame(twice, time_unit="week")).labels.tolist() == [*labels, *labels]


def test_money_is_what_was_spent_to_date_or_else_what_repeat_purchases_came_to(customers):
    without = clv.Summary.from_frame(customers.frame.drop(columns="total_value"), time_unit="week")
    scores, repeat = rfm(customers).scores, rfm(without).scores
    assert scores.frequency.tolist() == repeat.frequency.tolist()
    spent = customers.column("frequency") * customers.column("monetary_value")
    assert (repeat.monetary[spent == 0] == 1).all()
    assert scores.monetary.tolist() != repeat.monetary.tolist()
    no_money = rfm(clv.Summary.from_frame(customers.frame.drop(columns=["total_value", "monetary_value"])))
    assert set(no_money.scores.monetary) == {1}


def test_bounds_and_segments_are_data(customers):
    buyers = SegmentMap({"buys": [Box(frequency=(2, 3))], "bought": [Box(frequency=(1, 1))]}, bins=3)
    bounds = RFMBounds(recency=(20, 5), frequency=(1, 4), monetary=(10, 100))
    segments = rfm(customers, buyers, bounds)
    np.testing.assert_array_equal(segments.labels == "buys", customers.column("frequency") > 0)
    with pytest.raises(InputError, match="3 scores, and the segments are made of 5"):
        rfm(customers, bounds=bounds)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ({"a": [Box(recency=(2, 3))]}, r"9 of 27 cells belong to no segment\.\n  recency 1, frequency 1, monetary 1"),
        (
            {"a": [Box()], "b": [Box((1, 1), (1, 1), (2, 2))]},
            r"1 of 27 .* more than one(.|\n)* 1, frequency 1, monetary 2",
        ),
        ({"a": [Box(), Box(recency=(1, 1))]}, "two boxes of one"),
        ({"a": [Box(recency=(0, 3))]}, "'a' has scores of recency from 0 to 3"),
        ({"a": [Box(frequency=(2, 4))]}, "from 2 to 4"),
        ({"a": [Box(monetary=(3, 2))]}, "from 3 to 2"),
        ({}, "27 of 27 cells belong to no segment"),
    ],
)
def test_a_map_covers_every_cell_once(boxes, message):
    with pytest.raises(InputError, match=message):
        SegmentMap(boxes, bins=3)


@pytest.mark.parametrize("bins", [1, 10, 2.5, 5.0, True, "5"])
def test_scores_are_two_to_nine(bins):
    with pytest.raises(ClvError, match="bins"):
        SegmentMap({"all": [Box()]}, bins=bins)


def test_boxes_are_pairs_of_whole_numbers():
    with pytest.raises(InputError, match="no pair of whole numbers"):
        Box(recency=(1.5, 2))
    with pytest.raises(InputError, match="no pair of whole numbers"):
        Box(frequency=4)
    with pytest.raises(WrongTypeError, match="not made of boxes"):
        SegmentMap({"all": [{"recency": (1, 5)}]})


def test_one_customer_and_nobody_who_repeats():
    assert rfm(summary(np.zeros(1), np.zeros(1), np.full(1, 9.0))).labels.tolist() == ["Lost"]
    alike = rfm(summary(np.zeros(4), np.zeros(4), np.full(4, 9.0)))
    assert set(alike.labels) == {"Lost"}


def test_lazy_frames_are_refused_with_a_way_out():
    lazy = clv.Summary.from_frame(in_polars_lazy(five().frame), time_unit="week")
    with pytest.raises(LazyFrameError, match="collect the frame"):
        rfm(lazy)
    with pytest.raises(WrongTypeError, match="Summary is needed"):
        rfm(five().frame)


def test_segments_are_checked_and_looked_up():
    segments = Segments("x", ("a", "b"), [1, 1, 0])
    assert segments.rows("b").tolist() == [0, 1]
    assert segments.sums(np.array([1.0, 2, 4])).tolist() == [4.0, 3.0]
    with pytest.raises(InputError, match="no segment 'c'"):
        segments.rows("c")
    with pytest.raises(InputError, match="one name"):
        Segments("x", ("a", "a"), [0])
    for codes in ([2], [-1], [[0, 1]]):
        with pytest.raises(InputError, match="no places"):
            Segments("x", ("a", "b"), codes)
    with pytest.raises(ValueError, match="read-only"):
        segments.codes[0] = 0
    labels = [2, None, float("nan"), pd.NA, "b"]
    assert Segments.of_labels(labels).labels.tolist() == ["2", *["(missing)"] * 3, "b"]
    assert Segments.of_labels(labels).names == ("2", "b", "(missing)")
