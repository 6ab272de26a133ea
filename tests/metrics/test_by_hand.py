"""Measures of a handful of customers, computed by hand, and what cannot be measured."""

import math

import numpy as np
import pytest

from clvmodels import metrics
from clvmodels.errors import InputError

NAN, INF = float("nan"), float("inf")


class TestMeans:
    def test_bias_is_of_totals(self):
        assert metrics.total_bias([1, 2], [2, 2]) == -0.25
        assert metrics.total_bias([3], [2]) == 0.5
        assert math.isnan(metrics.total_bias([1, 2], [0, 0]))

    def test_squared_and_absolute_error(self):
        assert metrics.rmse([0, 3], [4, 0]) == math.sqrt((16 + 9) / 2)
        assert metrics.mean_absolute_error([0, 3], [4, 0]) == 3.5

    def test_poisson_deviance(self):
        assert metrics.poisson_deviance([2.0], [0]) == 4.0
        assert metrics.poisson_deviance([1.0], [2]) == pytest.approx(2 * (2 * math.log(2) - 1), rel=1e-15)
        assert metrics.poisson_deviance([2.0, 3.0], [2, 3]) == 0.0

    def test_what_was_ruled_out_costs_everything_and_a_right_zero_nothing(self):
        assert metrics.poisson_deviance([0.0, 1.0], [0, 1]) == 0.0
        assert metrics.poisson_deviance([0.0, 1.0], [1, 1]) == INF
        assert metrics.poisson_deviance([-0.1, 1.0], [0, 1]) == INF
        # A customer who does not count does not cost.
        assert metrics.poisson_deviance([0.0, 1.0], [1, 1], [0, 1]) == 0.0

    def test_absolute_error_rewards_predicting_nothing(self):
        """Why it is no judge of means: the truth about nine who buy nothing and one who buys ten loses to 0."""
        actual = np.array([0.0] * 9 + [10.0])
        assert metrics.mean_absolute_error(np.zeros(10), actual) < metrics.mean_absolute_error(np.ones(10), actual)
        assert metrics.rmse(np.ones(10), actual) < metrics.rmse(np.zeros(10), actual)


class TestOrder:
    def test_gini(self):
        # cov(y, rank of forecast) / cov(y, rank of y) for y = 0, 1, 5 and ranks 1, 3, 2.
        assert metrics.normalised_gini([1, 3, 2], [0, 1, 5]) == pytest.approx(0.5 * (0 * -1 + 1 * 1 + 5 * 0) / 2.5)
        assert metrics.normalised_gini([3, 2, 1], [1, 2, 3]) == -1.0
        assert math.isnan(metrics.normalised_gini([1, 2], [3, 3]))

    def test_spearman_needs_two_values(self):
        assert metrics.spearman([1, 2, 3], [5, 6, 7]) == pytest.approx(1.0)
        assert math.isnan(metrics.spearman([1, 1, 1], [5, 6, 7]))
        assert math.isnan(metrics.spearman([1], [5]))

    def test_the_top_is_rounded_up(self):
        assert [metrics.order.top_size(n, 0.1) for n in (1, 9, 10, 11, 30, 70, 2357)] == [1, 1, 1, 2, 3, 7, 236]
        assert metrics.top_capture([5, 4, 3, 2, 1], [6, 2, 1, 1, 0], share=0.3) == 0.8

    def test_whoever_is_tied_at_the_edge_counts_in_part(self):
        # The top two of 1, 2, 2, 2: of the three who are tied, two thirds each.
        assert metrics.top_capture([1, 2, 2, 2], [4, 3, 0, 0], share=0.5) == pytest.approx(2 / 7)
        # And of what happened, 4 belongs to the top and each 1 by a third.
        assert metrics.top_hits([9, 8, 1, 1], [4, 1, 1, 1], share=0.5) == pytest.approx((1 + 1 / 3) / 2)

    def test_ties_can_be_cut_in_the_order_of_rows(self):
        ranking = metrics.Ranking.of([1, 2, 2, 2], ties="first")
        assert metrics.top_capture(ranking, [4, 3, 0, 0], share=0.5) == pytest.approx(3 / 7)
        assert metrics.Ranking.of(ranking) is ranking

    def test_lift(self):
        lift = metrics.lift_by_group([4, 3, 2, 1], [4, 2, 1, 1], groups=2)
        np.testing.assert_allclose(lift, [1.5, 0.5])
        np.testing.assert_allclose(metrics.lift_by_group([1, 1, 1, 1], [4, 2, 1, 1], groups=2), 1.0)
        # Deciles of three customers are three groups.
        np.testing.assert_allclose(metrics.lift_by_group([3, 2, 1], [3, 0, 0]), [3.0, 0.0, 0.0])

    def test_the_first_decile_is_what_is_captured(self):
        rng = np.random.default_rng(1)
        predicted, actual = rng.integers(0, 5, 57), rng.poisson(1.0, 57)
        lift = metrics.lift_by_group(predicted, actual)[0]
        assert lift * 6 / 57 == pytest.approx(metrics.top_capture(predicted, actual), rel=1e-12)

    def test_gain_where_nothing_happened_is_not_known(self):
        assert np.isnan(metrics.cumulative_gain([1, 2], [0, 0], [0.5])).all()
        assert math.isnan(metrics.top_capture([1, 2], [0, 0]))
        assert np.isnan(metrics.lift_by_group([1, 2], [0, 0], groups=1)).all()


class TestGroups:
    def test_groups_are_of_equal_size_from_low_to_high(self):
        found = metrics.calibration_by_group([0.1, 0.4, 0.2, 0.3, 0.5], [0, 1, 0, 1, 2], groups=2)
        assert found.customers.tolist() == [2, 3]
        np.testing.assert_allclose(found.predicted, [0.15, 0.4])
        np.testing.assert_allclose(found.actual, [0.0, 4 / 3])
        np.testing.assert_allclose(found.standard_error, [0.0, np.std([1, 1, 2]) / np.sqrt(3)])

    def test_they_hold_everybody(self):
        rng = np.random.default_rng(2)
        predicted, actual = rng.integers(0, 4, 83) / 4, rng.poisson(1.0, 83)
        found = metrics.calibration_by_group(predicted, actual, groups=7)
        assert found.customers.sum() == 83
        assert found.customers @ found.predicted == pytest.approx(predicted.sum())
        assert found.customers @ found.actual == pytest.approx(actual.sum())


class TestProbabilities:
    def test_auc_counts_pairs(self):
        # Pairs of (no, yes): .2 < .3 right, .2 < .2 half, .4 < .3 wrong, .4 < .2 wrong.
        assert metrics.auc([0.2, 0.4, 0.3, 0.2], [0, 0, 1, 1]) == 1.5 / 4
        assert math.isnan(metrics.auc([0.2, 0.4], [1, 1]))
        assert math.isnan(metrics.auc([0.2, 0.4], [0, 0]))

    def test_brier(self):
        assert metrics.brier_score([0.2, 1.0], [1, 1]) == pytest.approx(0.32)

    def test_what_is_no_probability_is_refused(self):
        with pytest.raises(InputError, match=r"(?s)1 probabilities are not between.*row 1: 1.5"):
            metrics.brier_score([0.2, 1.5], [0, 1])
        with pytest.raises(InputError, match="not 0 or 1"):
            metrics.auc([0.2, 0.5], [0, 2])


class TestDistributions:
    def test_crps_of_a_point_is_the_absolute_error(self):
        assert metrics.crps([[3, 3], [3, 3]], [3, 5]).tolist() == [0.0, 2.0]

    def test_crps_by_its_definition(self):
        draws, actual = np.array([1.0, 2.0, 4.0]), 3.0
        expected = np.mean(np.abs(draws - actual)) - 0.5 * np.mean([1.0, 3.0, 2.0])
        assert metrics.crps(draws[None, :], [actual])[0] == pytest.approx(expected)

    def test_log_score_of_the_impossible_is_infinite(self):
        assert metrics.log_score([[1.0, 0.0]], [1]).tolist() == [INF]
        assert metrics.log_score([[1.0, 0.0]], [0]).tolist() == [0.0]

    def test_pit_lies_within_the_step_of_the_outcome(self):
        rng = np.random.default_rng(1)
        pit = np.concatenate([metrics.randomised_pit([[0, 1, 1, 2]], [1], rng) for _ in range(200)])
        assert 0.2 < pit.min() < 0.21
        assert 0.79 < pit.max() < 0.8

    def test_pit_distance_of_one_customer(self):
        assert metrics.pit_distance([0.25]) == 0.75
        assert metrics.pit_distance([0.25, 0.9], [1, 0]) == 0.75

    def test_bounds_belong_to_the_interval(self):
        assert metrics.coverage([0, 1, 2], [1, 1, 3], [1, 1, 4]) == pytest.approx(2 / 3)
        assert metrics.mean_width([0, 1, 2], [1, 1, 5], [1, 1, 2]) == 1.75


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: metrics.rmse([], []), "There are no forecasts"),
        (lambda: metrics.rmse([1.0], [1.0, 2.0]), "1 forecasts and 2 actual"),
        (lambda: metrics.rmse([[1.0]], [[1.0]]), r"shape \(1, 1\)"),
        (lambda: metrics.rmse([1.0, NAN], [1.0, 2.0]), r"(?s)1 forecasts are not finite.*row 1: nan"),
        (lambda: metrics.rmse([1.0], [INF]), "actual values are not finite"),
        (lambda: metrics.rmse(["a"], [1.0]), "no numbers"),
        (lambda: metrics.rmse([1.0], [1.0], [1.0, 1.0]), "2 weights for 1 rows"),
        (lambda: metrics.rmse([1.0], [1.0], [0.0]), "all of them are 0"),
        (lambda: metrics.spearman([1.0, 2.0], [1.0, 2.0], [-1, 1]), "negative"),
        (lambda: metrics.spearman([1.0, 2.0], [1.0]), "2 forecasts and 1 actual"),
        (lambda: metrics.Ranking.of([1.0], ties="random"), "ties='random'"),
        (lambda: metrics.top_capture([1.0], [1.0], share=0.0), "share=0"),
        (lambda: metrics.lift_by_group([1.0], [1.0], groups=0), "groups=0"),
        (lambda: metrics.lift_by_group([1.0], [1.0], groups=True), "groups=True"),
        (lambda: metrics.crps([[1.0]], [1.0]), "One draw"),
        (lambda: metrics.crps([1.0], [1.0]), r"shape \(1,\)"),
        (lambda: metrics.crps([[1.0, NAN]], [1.0]), "1 draws are not finite"),
        (lambda: metrics.crps([[1.0, 2.0]], [1.0, 2.0]), "1 forecasts and 2 actual"),
        (lambda: metrics.log_score([[0.5, 0.5]], [2]), "whole number from 0 to 1"),
        (lambda: metrics.log_score([[0.5, 0.5]], [0.5]), "whole number from 0 to 1"),
        (lambda: metrics.log_score([[1.5, 0.5]], [0]), "between 0 and 1"),
        (lambda: metrics.equal_tailed([[1.0, 2.0]], 1.0), "level 1.0"),
    ],
)
def test_what_cannot_be_measured_is_refused(call, match):
    with pytest.raises(InputError, match=match):
        call()


def test_nothing_of_the_caller_is_changed():
    predicted, actual, weights = np.array([2.0, 1.0, 2.0]), np.array([0.0, 1.0, 3.0]), np.array([1.0, 1.0, 2.0])
    for array in (predicted, actual, weights):
        array.flags.writeable = False
    for measure in (metrics.rmse, metrics.spearman, metrics.normalised_gini, metrics.poisson_deviance):
        assert np.isfinite(measure(predicted, actual, weights))
    np.testing.assert_array_equal(predicted, [2.0, 1.0, 2.0])
