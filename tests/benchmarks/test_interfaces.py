"""Bars, results and what is said of wrong or missing ones."""

import json

import pytest

from benchmarks.interfaces import Bar, Result, judged

OURS, RIVAL = Result("ours", cpu=2.0, wall=3.0, memory=10.0, says={"effective": 900}), Result("rival", 50.0, 60.0, 1.0)
FASTER = Bar("ours", "cpu", "at least", 20, "rival")


def _judged(bar, *results):
    return judged(bar, {result.contender: result for result in results})


@pytest.mark.parametrize(
    ("bar", "value", "met"),
    [
        (FASTER, 25.0, True),
        (Bar("ours", "cpu", "at least", 26, "rival"), 25.0, False),
        (Bar("rival", "wall", "at most", 21, "ours"), 20.0, True),
        (Bar("rival", "wall", "at most", 19, "ours"), 20.0, False),
        (Bar("ours", "memory", "at most", 10), 10.0, True),
        (Bar("ours", "effective", "at least", 1000), 900.0, False),
    ],
)
def test_a_bar_says_what_was_reached(bar, value, met):
    found = _judged(bar, OURS, RIVAL)
    assert (found["reached"], found["met"]) == (value, met)


def test_a_bar_without_a_figure_of_its_own_is_missed():
    for own in (Result("ours", stopped="at the limit"), Result("ours", 2.0, 3.0, 1.0, wrong="nonsense")):
        assert _judged(FASTER, own, RIVAL)["met"] is False
    assert _judged(FASTER, RIVAL)["met"] is False


def test_a_rival_without_a_figure_leaves_a_bar_open():
    for rival in (Result("rival", stopped="skipped: not here"), Result("rival", 50.0, 60.0, 1.0, wrong="nonsense")):
        assert _judged(FASTER, OURS, rival)["met"] is None


def test_a_result_survives_json():
    assert Result(**json.loads(json.dumps(OURS.as_json()))) == OURS
