"""Among equals nothing changes: a challenger must be better than the champion by more than the least gain."""

from types import SimpleNamespace

import pytest

from clvmodels.retrain.config import Gates
from clvmodels.retrain.judging import Bars, Bench, choose

METRIC = ("purchases", SimpleNamespace(name="rmse", loss=lambda value: value))
OLD, NEW = SimpleNamespace(label="old"), SimpleNamespace(label="new")


def chosen(challenger, gain, champion="old"):
    """Who is promoted where the champion's error is 1."""
    bench = Bench(values={("old", "purchases", "rmse"): 1.0, ("new", "purchases", "rmse"): challenger})
    return choose([OLD, NEW], (), Bars(Gates(min_gain=gain), [METRIC], bench, champion))[0].label


@pytest.mark.parametrize(
    ("challenger", "gain", "who"),
    [(0.99, 0.02, "old"), (0.97, 0.02, "new"), (1.01, 0.02, "old"), (1.0, 0.0, "old"), (0.999, 0.0, "new")],
)
def test_a_challenger_takes_over_only_by_the_least_gain(challenger, gain, who):
    assert chosen(challenger, gain) == who


def test_without_a_champion_the_best_is_taken_whatever_the_gain():
    assert chosen(0.99, 0.5, champion=None) == "new"
