"""Who won, in words."""

import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.evaluation import also_first, verdict
from tests.evaluation.contenders import CUTOFF, Broken, Knowing, planted

ENDINGS = {
    ("worse",): "BG/NBD (1.608) is the best, beyond chance; a is worse",
    ("worse", "worse", "worse"): "BG/NBD (1.608) is the best, beyond chance; a, b and c are worse",
    ("worse",) * 4: "BG/NBD (1.608) is the best, beyond chance; 4 others are worse",
    ("tie",): "BG/NBD (1.608) and a are tied, their difference may be chance",
    ("tie", "worse", "tie"): "BG/NBD (1.608), a and c are tied, their differences may be chance; b is worse",
    ("better", "worse"): "BG/NBD (1.608) is the best of those that forecast at every cut-off; b is worse; "
    "a is better where there are forecasts of both",
    ("worse", "not available"): "BG/NBD (1.608) is the best, beyond chance; a is worse; b is not comparable",
}


def comparison(verdicts):
    table = pd.DataFrame({"contender": list("abcd")[: len(verdicts)], "verdict": verdicts})
    fixed = {"reference": "BG/NBD", "target": "activity", "metric": "mae_of_means", "reference_value": 1.6081}
    return table.assign(**fixed)


@pytest.mark.parametrize("verdicts", ENDINGS)
def test_the_sentence(verdicts):
    assert verdict(comparison(verdicts)) == f"Activity: by mae of means {ENDINGS[verdicts]}."


@pytest.mark.parametrize("verdicts", [(), ("not available", "not available")])
def test_without_two_there_is_no_winner(verdicts):
    assert verdict(comparison(verdicts)) == "There are no two contenders to compare."


@pytest.fixture(scope="module")
def contest():
    tx, rates = planted()
    rivals = {"truth": Knowing(rates), "blurred": Knowing(rates, 1.0), "broken": Broken(RuntimeError("no"))}
    return clv.backtest(tx, rivals, cutoffs=[CUTOFF], horizon="26 weeks", time_unit="week")


def test_a_planted_winner_is_said_to_win(contest):
    said = verdict(contest.compare(replicates=200))
    assert said.startswith("Purchases: by rmse truth (")
    assert said.endswith("is the best, beyond chance; blurred is worse; broken is not comparable.")


def test_measures_by_which_others_are_first(contest):
    """Read from the other side: the truth is first by what the blurred one is not, and nobody else is by the rest."""
    said = also_first(contest, "purchases", "blurred")
    assert said.startswith("Others are first by ")
    assert {"rmse (truth)", "poisson deviance (truth)", "gini (truth)"} <= set(
        said.removeprefix("Others are first by ").removesuffix(".").replace(" and ", ", ").split(", ")
    )
    first = {name: contest.league(by=name)["contender"].iloc[0] for name in ("bias", "spearman", "gini")}
    for name, winner in first.items():
        assert (name in also_first(contest, "purchases", "truth")) == (winner != "truth")
    assert "mae of means" not in said
