"""Choosing a model: the right one where data tell, the plainest where they do not, and a sentence that says which."""

import itertools

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation.selecting.reason import Standing, choose
from tests.recovery.simulators import individuals, purchase_times, summary

CUSTOMERS, DRAWS = 2_500, 200


def customers(at_zero, seed, r=1.5, alpha=6.0, a=1.0, b=2.0):
    """Customers whose dropout is possible at zero (1), only later (0), or never (None)."""
    rng = np.random.default_rng(seed)
    rate, dropout = individuals(rng, CUSTOMERS, r, alpha, a, b)
    T = rng.choice(np.arange(20.0, 60.0, 4.0), CUSTOMERS)
    if at_zero is None:
        dropout = np.zeros(CUSTOMERS)
    who, when, _ = purchase_times(rng, rate, dropout, T)
    there = rng.random(CUSTOMERS) >= dropout if at_zero else np.ones(CUSTOMERS, dtype=bool)
    who, when = who[there[who]], when[there[who]]
    t_x = np.zeros(CUSTOMERS)
    np.maximum.at(t_x, who, when)
    return summary(np.bincount(who, minlength=CUSTOMERS).astype(float), t_x, T)


FAMILY = {"NBD": clv.NBD(), "BG/NBD": clv.BGNBD(), "MBG/NBD": clv.MBGNBD()}


@pytest.mark.parametrize(
    ("at_zero", "choice", "says"),
    [
        (None, "NBD", "No sign of dropout: NBD"),
        (0, "BG/NBD", "Customers leave after repeat purchases: BG/NBD is ahead of "),
        (1, "MBG/NBD", "One-time buyers look gone: MBG/NBD is ahead of "),
    ],
)
def test_the_model_that_made_the_data_is_chosen(at_zero, choice, says):
    found = clv.select(customers(at_zero, seed=3), FAMILY, draws=DRAWS)
    assert found.choice == choice
    assert found.best is found.fits[choice]
    assert found.reason.startswith(says), found.reason
    assert found.table["fit"].tolist()[0] == choice or at_zero is None
    assert found.reason in str(found)
    assert found.backtest is None


def test_figures_are_those_of_the_fits(cdnow):
    found = clv.select(cdnow.calibration.summary, FAMILY, draws=DRAWS, seed=5)
    table = found.table.set_index("fit")
    for name, fit in found.fits.items():
        row = table.loc[name]
        assert (row["aic"], row["bic"], row["log_likelihood"]) == (fit.aic, fit.bic, fit.log_likelihood)
        assert row["model"] == name
    compared = clv.compare(found.posteriors, cdnow.calibration.summary).set_index("fit")
    pd.testing.assert_series_equal(table["elpd_loo"], compared["elpd_loo"])
    assert "holdout" not in table


def test_a_holdout_is_what_follows_the_summary_or_its_last_part(cdnow):
    two = {"NBD": clv.NBD(), "BG/NBD": clv.BGNBD()}
    after = clv.select(cdnow.calibration.summary, two, log=cdnow.log, draws=DRAWS)
    (origin,) = after.backtest.origins
    assert (str(origin.cutoff), origin.horizon) == ("1997-09-30", "273 days")
    table = after.table.set_index("fit")
    assert table["holdout"].to_dict() == {"BG/NBD": "best", "NBD": "worse"}
    league = after.backtest.league("purchases").set_index("contender")
    assert table["holdout_rmse"].to_dict() == league["rmse"].to_dict()
    within = clv.select(cdnow.calibration.summary, two, log=cdnow.calibration, draws=DRAWS)
    (origin,) = within.backtest.origins
    assert (str(origin.cutoff), origin.horizon) == ("1997-07-24", "68 days")
    shorter = clv.select(cdnow.calibration.summary, two, log=cdnow.log, horizon="13 weeks", draws=DRAWS)
    assert shorter.backtest.origins[0].horizon == "13 weeks"


def test_pictures_have_every_candidate(cdnow):
    found = clv.select(cdnow.calibration.summary, FAMILY, draws=DRAWS)
    histogram = found.frequency_histogram(most=5)
    x = cdnow.calibration.summary.column("frequency")
    for name, rows in histogram.groupby("model"):
        assert rows["actual"].tolist() == [*((x == n).sum() for n in range(5)), (x >= 5).sum()]
        assert rows["expected"].sum() == pytest.approx(len(x), rel=1e-9)
        assert name in FAMILY
    tracked = found.tracking(cdnow.log)
    one = clv.evaluation.tracking(cdnow.log, cdnow.calibration, found.fits["MBG/NBD"], level=None)
    rows = tracked[tracked["model"] == "MBG/NBD"].drop(columns="model").reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, one)


def test_a_histogram_of_many_ages_takes_typical_ones():
    rng = np.random.default_rng(2)
    T = rng.uniform(1.0, 60.0, 800)
    people = summary(np.zeros(800), np.zeros(800), T)
    fit = clv.MBGNBD().at(r=0.5, alpha=6.0, a=0.9, b=1.6, time_unit="week")
    found = clv.evaluation.frequency_histogram(people, fit, most=4, level=None)["expected"]
    exact = fit.purchase_distribution_new_customer(T, 3).sum(axis=0)
    np.testing.assert_allclose(found[:4], exact, rtol=1e-4)  # four neighbours in age are taken as one


def standing(name, parameters, behind, holdout="", ok=True):
    return Standing(name, f"it is {name}", parameters, ok, behind, 2.0 if behind else 0.0, holdout)


@pytest.mark.parametrize(
    ("standings", "choice", "says"),
    [
        ([standing("A", 2, 4.1), standing("B", 4, 0.0)], "B", "It is B: B is ahead of A by 4.1 in elpd"),
        ([standing("A", 2, 3.9), standing("B", 4, 0.0)], "A", "as well as B, which has more parameters."),
        ([standing("A", 4, 0.5), standing("B", 4, 0.0)], "A", "A and B cannot be told apart (elpd differs by 0.5"),
        ([standing("A", 4, 0.5, "worse"), standing("B", 4, 0.0, "best")], "B", "forecast the holdout better than A"),
        ([standing("A", 4, 9.0, "best"), standing("B", 4, 0.0, "worse")], "A", "better by 9.0 in elpd"),
        (
            [standing("A", 4, 0.0, ok=False), standing("B", 4, 50.0)],
            "B",
            "It is B: B is the only candidate that can be used.",
        ),
        ([standing("A", 4, 0.0, "best", ok=False), standing("B", 4, 9.0, "worse")], "B", "that can be used."),
        ([standing("A", 4, 0.0, ok=False), standing("B", 2, 0.0, ok=False)], "B", "No candidate converged"),
        ([standing("A", 2, 0.0)], "A", "A is the only candidate that can be used."),
    ],
)
def test_rules_of_choice(standings, choice, says):
    found = choose(standings)
    assert found.name == choice
    assert says in found.reason
    assert found.reason[-1] == "."
    assert found.reason.count(". ") == 0  # one sentence


def test_the_choice_does_not_depend_on_the_order_unless_models_tie():
    standings = [standing("A", 2, 30.0), standing("B", 4, 0.0), standing("C", 4, 12.0)]
    assert {choose(order).name for order in itertools.permutations(standings)} == {"B"}


def test_what_cannot_be_selected_is_refused(cdnow):
    summary_ = cdnow.calibration.summary
    with pytest.raises(InputError, match="There are no candidates"):
        clv.select(summary_, {})
    with pytest.raises(WrongTypeError, match="'spend' is a GammaGamma, no model of purchases"):
        clv.select(summary_, {"spend": clv.GammaGamma()})
    with pytest.raises(WrongTypeError, match="A Summary is needed"):
        clv.select(summary_.frame)
    two = {"NBD": clv.NBD(), "BG/NBD": clv.BGNBD()}
    with pytest.raises(WrongTypeError, match="log= is a DataFrame"):
        clv.select(summary_, two, log=clv.datasets.cdnow(), draws=DRAWS)
    made_elsewhere = clv.Summary.from_frame(summary_.frame, time_unit="week")
    with pytest.raises(InputError, match="was not made of a log"):
        clv.select(made_elsewhere, two, log=cdnow.log, draws=DRAWS)
