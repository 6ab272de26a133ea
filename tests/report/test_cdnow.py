"""The study's numbers are the published and measured ones, and its words are true of them."""

import pytest

from clvmodels.report.cdnow import study_page
from clvmodels.report.cdnow.page import PUBLISHED, PUBLISHED_SPEND

# Measured independently with another program: error of the total and RMSE over the 39 weeks.
RULES = {
    "BG/NBD": (-0.121, 1.608),
    "past rate goes on": (0.557, 2.212),
    "silent > 8 weeks: 0": (-0.254, 1.943),
    "silent > 13 weeks: 0": (-0.022, 2.022),
    "silent > 20 weeks: 0": (0.222, 2.092),
}


def rounded_like(published: str, value: float) -> str:
    decimals = len(published.partition(".")[2])
    text = f"{value:,.{decimals}f}"
    return text.replace("0.", ".", 1) if published.startswith(".") else text


def test_parameters_are_the_published_ones_digit_by_digit(study):
    for fit, published in ((study.purchases, PUBLISHED), (study.spend, PUBLISHED_SPEND)):
        values = fit.estimates | {"log-likelihood": fit.log_likelihood}
        assert {name: rounded_like(published[name], value) for name, value in values.items()} == published


def test_rules_of_thumb_have_their_measured_errors(study):
    assert list(study.rules.index) == list(RULES)
    for name, (error, rmse) in RULES.items():
        assert study.rules.loc[name, "error"] == pytest.approx(error, abs=5e-4), name
        assert study.rules.loc[name, "rmse"] == pytest.approx(rmse, abs=5e-4), name


def test_what_the_words_claim_is_so(study):
    groups, rules, grid = study.groups, study.rules, study.grid
    # "too low for every group of customers, most of all for those with one or two repeat purchases"
    assert (groups["expected"] < groups["actual"]).all()
    share = (groups["expected"] / groups["actual"]).to_numpy()
    assert set(share.argsort()[:2]) == {1, 2}
    # "one of them beats the model on the total", "customer by customer the model errs least"
    assert abs(rules.loc["silent > 13 weeks: 0", "error"]) < abs(rules.loc["BG/NBD", "error"])
    assert rules["rmse"].idxmin() == "BG/NBD"
    # "too many here, while the whole forecast is too low"
    assert study.best["forecast"].sum() > study.best["bought"].sum()
    # "A frequent buyer who fell silent is worth less than an occasional one who did not"
    assert grid.value[-1, 9] < grid.value[0, -1]
    # "Silence says most about those who used to buy often"
    assert grid.probability_alive[-1, 19] < grid.probability_alive[0, 19]
    assert grid.probability_alive[-1, -1] > grid.probability_alive[0, -1]


def test_the_most_valuable_come_first(study):
    values = study.best["clv"].to_numpy()
    assert len(values) == 10
    assert (values[:-1] >= values[1:]).all()
    assert study.best["customer_id"].iloc[2] == 1516
    assert study.year == pytest.approx(72_693.72, abs=0.01)
    assert study.future > study.year


def test_the_page_says_the_verdict_first(study):
    page = study_page(study, pictures=False)
    assert page.verdict[0].startswith("The model forecast too little: 1,653.4 purchases where 1,882 came (-12.1%)")
    assert "70,976.39" in page.verdict[0]
    assert "72,694 dollars over the next year" in page.verdict[1]
    assert "the model errs least: 1.61 purchases, 1.94 with the best of the rules" in page.sections[2].paragraphs[0]


def test_without_pictures_the_page_is_the_same_but_for_them(study):
    plain, full = study_page(study, pictures=False), study_page(study)
    assert [section.tables for section in plain.sections] == [section.tables for section in full.sections]
    assert all(section.pictures == () for section in plain.sections)
    assert sum(len(section.pictures) for section in full.sections) == 5
