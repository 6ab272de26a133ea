"""The study, and pages of every kind, computed once."""

from dataclasses import dataclass
from datetime import date

import pytest

import clvmodels as clv
from clvmodels.evaluation import Backtest, Finding, Findings, Severity
from clvmodels.report import Options
from clvmodels.report.cdnow import Study
from clvmodels.runs import Account, Candidate, Gate, Previous, RetrainRun, Score, Totals, Verdict
from tests.report.hostile import PAYLOADS

CUSTOMERS = 300


@dataclass(frozen=True)
class Shop:
    """A small log, all of whose names are either plain or hostile, and what is made of it."""

    transactions: clv.Transactions
    summary: clv.Summary
    value: clv.LifetimeValue
    backtest: Backtest
    findings: Findings
    options: Options


def name_of(place: int, *, hostile: bool) -> str:
    return PAYLOADS[place % len(PAYLOADS)] if hostile else "plain"


def make_shop(*, hostile: bool) -> Shop:
    log = clv.datasets.cdnow()
    log = log[log["customer_id"] % 8 == 0].assign(
        # A lone surrogate is no text that a column can hold.
        id=[
            f"{place} {name_of(place, hostile=hostile)}".replace("\ud800", "")
            for place in log["customer_id"]
            if place % 8 == 0
        ]
    )
    column = name_of(0, hostile=hostile)
    log = log.drop(columns="customer_id").rename(columns={"id": column})
    transactions = clv.Transactions(log, customer=column, time="date", amount="amount")
    summary = transactions.summarize(time_unit="week")
    value = clv.LifetimeValue(
        clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year", discount_rate=0.1, margin=0.35,
        acquisition_cost=8.0,
    )  # fmt: skip
    contenders = {
        f"model {name_of(1, hostile=hostile)}": clv.Pipeline(
            purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="26 weeks"
        ),
        f"rate {name_of(20, hostile=hostile)}": clv.heuristics.PastRate(horizon="26 weeks"),
        f"rule {name_of(24, hostile=hostile)}": clv.heuristics.Hiatus(horizon="26 weeks"),
    }
    judged = clv.backtest(
        transactions, contenders, cutoffs=["1997-07-01", "1997-12-30"], horizon="26 weeks", time_unit="week",
        keep_predictions=True,
    )  # fmt: skip
    text = name_of(5, hostile=hostile)
    findings = Findings(
        text,
        (
            Finding("a", Severity.SERIOUS, {"x": 1.0}, text, text),
            Finding("b", Severity.NOTE, {"x": 1.0}, text, text),
        ),
    )
    options = Options(title=text, currency=name_of(3, hostile=hostile)[:3], customers=40)
    return Shop(transactions, summary, value, judged, findings, options)


@pytest.fixture(scope="session")
def study() -> Study:
    return Study.run()


@pytest.fixture(scope="session")
def shop() -> Shop:
    return make_shop(hostile=False)


@pytest.fixture(scope="session")
def hostile_shop() -> Shop:
    return make_shop(hostile=True)


def fit_page(shop: Shop) -> clv.report.Page:
    return clv.report.of_fit(
        shop.value, shop.summary, shop.options, transactions=shop.transactions, findings=shop.findings,
        backtest=shop.backtest,
    )  # fmt: skip


@pytest.fixture(scope="session")
def page(shop) -> clv.report.Page:
    """Of a fit, with all that a page of a fit can show."""
    return fit_page(shop)


@pytest.fixture(scope="session")
def hostile_page(hostile_shop) -> clv.report.Page:
    """The same with hostile names."""
    return fit_page(hostile_shop)


def run(verdict: Verdict = Verdict.PROMOTED, text: str = "plain") -> RetrainRun:
    """A retrain's outcome with something in every field and one text in all of them."""
    before, now = (
        Totals(customers, 700.0, 2000.0, 71_000.0, clv.Estimate(value, value - 3000.0, value + 3000.0, 0.9), "1 year")
        for customers, value in ((2000, 60_000.0), (2100, 66_000.0))
    )
    account = Account(
        run_date=date(2024, 1, 2), until=date(2024, 1, 1), days=28, target="purchases", expected=120.0, lower=90.0,
        upper=150.0, actual=160.0, expected_revenue=4000.0, actual_revenue=5500.0, probability=0.001, level=0.99,
        dispersion=1.2, season=None, explained=False, alarm=True,
    )  # fmt: skip
    return RetrainRun(
        run_id=text, run_date=date(2024, 2, 1), until=date(2024, 1, 31), verdict=verdict,
        reasons=(f"Because {text}.",),
        gates=(
            Gate("bias", text, True, -0.05, -0.2, 0.2, text),
            Gate("no_worse", text, False, 1.03, None, 1.01, text, "purchases rmse"),
        ),
        candidates=(Candidate(text, "challenger", text, text, "MLE", True, text, chosen=True),),
        cutoffs=(date(2023, 6, 30),),
        scores=(
            Score(text, "challenger", "purchases", "rmse", 1.61, 1),
            Score("rate", "heuristic", "purchases", "bias", 0.5, 1),
        ),
        accounts=(account,),
        drift=(Finding("repeat_rate", Severity.WARNING, {"x": 1.0}, f"Rates fell {text}", text),),
        findings=(Finding("f", Severity.NOTE, {"x": 1.0}, text, text),),
        totals=now,
        previous=Previous("r0", date(2024, 1, 2), date(2024, 1, 1), text, before),
        model_run=text, data={"rows": 6919.0}, schema={text: text}, provenance={"source": text},
    )  # fmt: skip
