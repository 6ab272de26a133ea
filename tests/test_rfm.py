"""Scores and cells against counting by hand and pandas, with ties and data that cannot be scored."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clvmodels.errors import ClvError, InputError, WrongTypeError
from clvmodels.rfm import RFMBounds, rfm_scores


def test_distinct_values_make_parts_of_equal_size():
    rng = np.random.default_rng(0)
    silence, orders, money = (rng.permutation(100).astype(float) for _ in range(3))
    scores = rfm_scores(silence, orders, money)
    for found in (scores.recency, scores.frequency, scores.monetary):
        assert np.bincount(found).tolist() == [0, 20, 20, 20, 20, 20]
    assert (scores.recency[silence < 20] == 5).all()
    np.testing.assert_array_equal(scores.frequency, pd.qcut(orders, 5, labels=False) + 1)
    assert scores.cells.tolist() == [
        int(f"{r}{f}{m}") for r, f, m in zip(scores.recency, scores.frequency, scores.monetary, strict=True)
    ]


def test_ties_share_the_score_of_the_share_below_them():
    """Six of ten never came back: the next ones have 60% below them."""
    orders = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 7])
    assert rfm_scores(np.arange(10), orders, np.arange(10)).frequency.tolist() == [1] * 6 + [4, 4, 5, 5]


@pytest.mark.parametrize("values", [[3.0, 3.0, 3.0], [5.0]])
def test_where_all_are_alike_all_have_the_lowest_score(values):
    assert set(rfm_scores(values, values, values).cells) == {111}


def test_rounding_errors_part_nobody():
    sums = np.array([0.1 + 0.2, 0.3, 0.3, 5.0])
    assert rfm_scores(sums, sums, sums, bins=4).monetary.tolist() == [1, 1, 1, 4]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.integers(2, 9))
def test_a_score_is_the_share_of_those_who_are_worse(values, bins):
    scores = rfm_scores(values, values, values, bins=bins)
    worse = [sum(other < value for other in values) for value in values]
    longer = [sum(other > value for other in values) for value in values]
    assert scores.frequency.tolist() == [1 + bins * below // len(values) for below in worse]
    assert scores.recency.tolist() == [1 + bins * below // len(values) for below in longer]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3)), min_size=1, max_size=12))
def test_counts_stand_for_customers(rows):
    values, counts = np.array(rows).T
    each = np.repeat(values, counts)
    assert RFMBounds.of(values, values, values, counts=counts) == RFMBounds.of(each, each, each)


def test_the_order_of_rows_does_not_count():
    rng = np.random.default_rng(1)
    values = rng.integers(0, 9, (3, 200)).astype(float)
    order = rng.permutation(200)
    np.testing.assert_array_equal(rfm_scores(*values[:, order]).cells, rfm_scores(*values).cells[order])


def test_bounds_score_other_customers():
    bounds = RFMBounds.of([1, 2, 3, 4], [4, 3, 2, 1], [40, 30, 20, 10], bins=2)
    assert bounds == RFMBounds(recency=(2.0,), frequency=(3.0,), monetary=(30.0,))
    assert rfm_scores([2, 2.5], [2.5, 3], [30, 29], bounds=bounds).cells.tolist() == [212, 121]


def test_a_score_that_nobody_has_stays_out_of_reach():
    bounds = RFMBounds.of([5, 5], [1, 1], [2, 2], bins=3)
    assert bounds.scores([0], [1e9], [1e9]).cells.tolist() == [111]


def test_nobody_is_scored_without_complaint():
    assert rfm_scores([], [], []).cells.tolist() == []


@pytest.mark.parametrize(
    ("columns", "kind", "message"),
    [
        (([1, np.nan], [1, 2], [1, 2]), InputError, "1 values are no finite numbers"),
        (([1, 2], [1, 2], [np.inf, 2]), InputError, "place 0: inf"),
        (([1, 2], [1], [1, 2]), InputError, "shapes"),
        (([[1, 2]], [[1, 2]], [[1, 2]]), InputError, "shapes"),
        ((["a"], [1], [1]), WrongTypeError, "numbers"),
    ],
)
def test_arrays_that_cannot_be_scored(columns, kind, message):
    with pytest.raises(kind, match=message):
        rfm_scores(*columns)


@pytest.mark.parametrize("bins", [0, 1, 10, 2.5, "5", None])
def test_numbers_of_scores_that_cannot_be(bins):
    with pytest.raises(InputError, match="bins="):
        rfm_scores([1], [1], [1], bins=bins)


@pytest.mark.parametrize(
    ("recency", "frequency", "monetary"),
    [
        ((1, 2), (1, 2), (1, 2)),
        ((2, 1), (2, 1), (1, 2)),
        ((2, 1), (1, 2), (1, np.nan)),
        ((2, 1), (1, 2), (1,)),
        ((), (), ()),
        (tuple(range(9, 0, -1)), tuple(range(9)), tuple(range(9))),
    ],
)
def test_bounds_that_cannot_be(recency, frequency, monetary):
    with pytest.raises(ClvError, match="bounds"):
        RFMBounds(recency, frequency, monetary)
