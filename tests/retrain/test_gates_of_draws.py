"""Draws that cannot be relied on are not published."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

import clvmodels as clv
from clvmodels.retrain.config import Gates
from clvmodels.retrain.judging import _of_fit

BARS = {"k_hat": "max_k_hat", "r_hat": "max_r_hat"}


def judged(name, value, most):
    """The gates of a fit whose draws were judged so."""
    fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    fit = replace(fit, diagnostics=replace(fit.diagnostics, numbers={name: value}))
    candidate = SimpleNamespace(fits=[fit], ok=True, label="one", message="")
    return {gate.name: gate for gate in _of_fit(candidate, Gates(**{BARS[name]: most}))}


@pytest.mark.parametrize(("name", "most"), [("k_hat", 0.7), ("r_hat", 1.01)])
def test_draws_pass_up_to_their_bound_and_no_further(name, most):
    assert judged(name, most, most)[name].passed
    refused = judged(name, most + 1e-9, most)[name]
    assert not refused.passed
    assert (refused.value, refused.upper) == (most + 1e-9, most)
    assert not judged(name, math.nan, most)[name].passed


def test_fits_without_draws_have_no_such_gate():
    fit = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    gates = _of_fit(SimpleNamespace(fits=[fit], ok=True, label="one", message=""), Gates())
    assert [gate.name for gate in gates] == ["converged"]
