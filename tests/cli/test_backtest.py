"""`clvmodels backtest`: league tables, who won, files, and an exit code for schedulers."""

from functools import partial

import pandas as pd
import pytest
from typer.testing import CliRunner

import clvmodels as clv
from clvmodels import heuristics, plots
from clvmodels.cli.app import app
from clvmodels.cli.backtest_files import Outputs
from clvmodels.cli.contenders import contenders_of
from clvmodels.cli.names import MODEL, RULES, WITH_MONEY
from clvmodels.evaluation import verdict
from tests.plots import backtests

CDNOW = ["--customer", "customer_id", "--time", "date", "--time-unit", "week"]
MONEY = ["--amount", "amount"]
FEW = ["--contender", "bg/nbd", "--contender", "Past-Rate", "--contender", "hiatus 13 weeks"]
NAMES = ["BG/NBD x Gamma-Gamma", "past rate", "hiatus 13 weeks"]
HORIZON = ["--horizon", "26 weeks"]
QUICK = ["--resamples", "30", "--pictures", "none"]


@pytest.fixture(scope="module")
def small():
    log = clv.datasets.cdnow()
    return log[log["customer_id"] % 5 == 0]


@pytest.fixture(scope="module")
def log(small, tmp_path_factory):
    path = tmp_path_factory.mktemp("logs") / "log.parquet"
    small.to_parquet(path)
    return path


def run(*arguments, code=0, columns=200):
    result = CliRunner().invoke(app, ["backtest", *map(str, arguments)], env={"COLUMNS": str(columns)})
    assert result.exit_code == code, result.output
    return result.output


def words(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def expected(small):
    tx = clv.Transactions(small, customer="customer_id", time="date", amount="amount")
    recipe = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="26 weeks")
    rules = (clv.heuristics.PastRate(), clv.heuristics.Hiatus("13 weeks"))
    contenders = dict(zip(NAMES, (recipe, *rules), strict=True))
    return clv.backtest(tx, contenders, cutoffs=["1997-07-01", "1997-12-30"], horizon="26 weeks", time_unit="week")


def test_tables_and_verdicts_are_those_of_python(log, expected, tmp_path):
    said = run(
        log, *CDNOW, *MONEY, *HORIZON, *FEW, "--cutoffs", 2, *QUICK, "--tables", "parquet", "--output", tmp_path / "new"
    )
    written = {path.name: pd.read_parquet(path) for path in (tmp_path / "new").glob("*.parquet")}
    assert sorted(written) == [f"{name}.parquet" for name in ("cutoffs", "differences", "league", "remarks", "scores")]
    # One log is read by DuckDB and one by pandas, which add up amounts in another order.
    pd.testing.assert_frame_equal(written["scores.parquet"], expected.scores, rtol=1e-5, check_dtype=False)
    league = written["league.parquet"]
    for target in ("purchases", "revenue", "activity"):
        part = league[league["target"] == target].dropna(axis="columns", how="all").drop(columns="target")
        wanted = expected.league(target).dropna(axis="columns", how="all")
        pd.testing.assert_frame_equal(part.reset_index(drop=True), wanted, rtol=1e-5, check_dtype=False)
        assert verdict(expected.compare(target=target, replicates=30)) in words(said)
    assert "3 contenders at 2 cut-offs (1997-07-01, 1997-12-30), 26 weeks ahead" in words(said)
    for row in expected.league().itertuples():
        assert f"{row.contender} {row.rank} {row.bias:+.1%} {row.rmse:.3f}" in words(said)
    assert "5 tables, 0 plots and report.html" in said
    assert "Backtest" not in said  # a bar is for terminals


def test_days_that_are_named(log, tmp_path):
    days = ["--cutoff", "1997-06-30", "--cutoff", "1997-09-30"]
    run(log, *CDNOW, *HORIZON, *FEW, *days, *QUICK, "--output", tmp_path)
    table = pd.read_csv(tmp_path / "cutoffs.csv")
    assert table["cutoff"].tolist() == ["1997-06-30", "1997-09-30"]
    assert "revenue" not in table


def test_by_default_everybody_forecasts_the_last_window(log, tmp_path):
    said = run(log, *CDNOW, *MONEY, *HORIZON, *QUICK, "--output", tmp_path)
    league = pd.read_csv(tmp_path / "league.csv")
    assert set(league["contender"]) == {"BG/NBD x Gamma-Gamma", *RULES}
    assert league["rank"].notna().all()
    assert pd.read_csv(tmp_path / "cutoffs.csv")["cutoff"].tolist() == ["1997-12-30"]
    assert "failed" not in said


def test_without_amounts_all_do_who_need_none(log, tmp_path):
    said = run(log, *CDNOW, *HORIZON, *QUICK, "--output", tmp_path)
    league = pd.read_csv(tmp_path / "league.csv")
    assert set(league["contender"]) == {MODEL, *RULES} - set(WITH_MONEY)
    assert set(league["target"]) == {"purchases", "activity"}
    assert "revenue" not in said


def test_every_rule_has_a_name():
    """All but the one that differs from the past rate only by a cost, which backtests take out."""
    assert {*RULES.values(), "RevenueLessCost"} == set(heuristics.__all__)
    assert set(WITH_MONEY) <= set(RULES)


@pytest.mark.parametrize("given", ["rfm cells", "RFM-Cells", " rfm_cells "])
def test_names_are_understood_as_people_write_them(given):
    assert list(contenders_of([given], "26 weeks", money=True)) == ["RFM cells"]


def test_the_hiatus_is_the_one_that_is_named():
    found = contenders_of(["hiatus-8-weeks", "hiatus"], "26 weeks", money=True)
    assert {name: rule.threshold for name, rule in found.items()} == {"hiatus 8 weeks": "8 weeks", "hiatus": None}


def test_a_contender_that_fails_is_reported_and_the_others_stand(log, tmp_path):
    arguments = ["--contender", "hiatus", "--contender", "past rate", "--cutoff", "1997-01-02", "--output", tmp_path]
    said = run(log, *CDNOW, *MONEY, *HORIZON, *arguments, *QUICK, code=7)
    assert "hiatus failed at 1997-01-02. InputError: Hiatus looks" in words(said)
    league = pd.read_csv(tmp_path / "league.csv")
    assert league[league["target"] == "purchases"].set_index("contender")["cutoffs"].to_dict() == {
        "past rate": 1,
        "hiatus": 0,
    }
    remarks = pd.read_csv(tmp_path / "remarks.csv")
    assert remarks.loc[remarks["kind"] == "failed", "contender"].tolist() == ["hiatus"]
    assert "There are no two contenders to compare." in said


def test_when_all_fail_it_says_so_and_writes_what_there_is(log, tmp_path):
    arguments = ["--contender", "hiatus", "--cutoff", "1997-01-02", "--output", tmp_path, "--level", 0.8]
    said = run(log, *CDNOW, *MONEY, *HORIZON, *arguments, "--resamples", 30, code=7)
    assert "5 tables, 0 plots and report.html" in said
    assert (tmp_path / "league.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--horizon", "3 years"], 3, "leave nothing to learn from: it reaches from 1997-01-01 to 1998-06-30"),
        ([*HORIZON, "--cutoffs", "3"], 3, "3 x 26 weeks (546 days) up to the log's end leave nothing"),
        ([*HORIZON, "--cutoffs", "0"], 3, "number of cut-offs=0"),
        ([*HORIZON, "--cutoff", "1998-06-01"], 3, "ends on 1998-11-30, and the log reaches up to 1998-06-30"),
        ([*HORIZON, "--cutoff", "1990-01-01"], 3, "No row lies at or before"),
        ([*HORIZON, "--cutoff", "soon"], 3, "soon"),
        ([*HORIZON, "--cutoff", "1997-09-30", "--cutoffs", "2"], 2, "give one of both"),
        (["--horizon", "none"], 3, "cannot be read"),
        ([*HORIZON, "--contender", "hiatos"], 3, "There is no contender 'hiatos'. Did you mean 'hiatus'?"),
        ([*HORIZON, "--contender", "x"], 3, "They are BG/NBD, MBG/NBD, Pareto/NBD, NBD, past rate"),
        ([*HORIZON, "--contender", "hiatus soon"], 3, "'soon' cannot be read"),
        ([*HORIZON, "--contender", "hiatus", "--contender", "Hiatus"], 3, "named twice"),
        ([*HORIZON, "--contender", "cohort curve"], 3, "cohort curve learns from money"),
        ([*HORIZON, "--level", "80"], 3, "level"),
        ([*HORIZON, *FEW, "--resamples", "1"], 3, "replicates=1"),
        ([*HORIZON, "--amount", "money"], 3, "no column 'money'"),
        ([*HORIZON, "--collapse", "month"], 3, "collapse='month'"),
        ([*HORIZON, "--output", "new", "--tables", "xlsx"], 3, "--tables xlsx is not possible"),
        ([*HORIZON, "--output", "new", "--pictures", "gif"], 3, "--pictures gif is not possible"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(log, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    said = run(log, *CDNOW, *arguments, code=code)
    assert message in words(said.replace("│", " "))
    assert not list(tmp_path.glob("new/*"))


def test_a_place_that_cannot_be_written_is_known_before_long_work(log, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("clvmodels.cli.backtest.backtest", lambda *_, **__: pytest.fail("long work"))
    assert "folder cannot be made" in run(log, *CDNOW, *HORIZON, "--output", tmp_path / "file" / "x", code=3)


def test_the_keywords_of_summarize_reach_the_contest(log, small, tmp_path):
    arguments = ["--collapse", "week", "--first-seen-after", "1997-01-31", "--contender", "past rate"]
    arguments += ["--cutoff", "1997-09-30"]
    run(log, *CDNOW, *HORIZON, *arguments, *QUICK, "--output", tmp_path)
    later = small[small.groupby("customer_id")["date"].transform("min") > "1997-01-31"]
    _, holdout = clv.Transactions(later, customer="customer_id", time="date").split(
        "1997-09-30", "26 weeks", time_unit="week", collapse="week"
    )
    row = pd.read_csv(tmp_path / "cutoffs.csv").iloc[0]
    assert row[["customers", "purchases"]].tolist() == [
        later["customer_id"].nunique(),
        holdout.column("purchases").sum(),
    ]


def test_plots_of_every_kind(log, tmp_path):
    arguments = [*CDNOW, *MONEY, *HORIZON, *FEW, "--level", 0.8, "--resamples", 30, "--pictures", "svg"]
    said = run(log, *arguments, "--output", tmp_path)
    kinds = ["calibration", "coverage", "cumulative_gain", "league", "lift", "pit", "totals"]
    wanted = {f"{target}_{kind}" for target in ("purchases", "revenue", "activity") for kind in kinds}
    wanted -= {"activity_coverage", "activity_pit"}
    drawn = {path.stem: path for path in tmp_path.glob("*.svg")}
    assert set(drawn) == wanted
    assert f"{len(wanted)} plots" in said
    assert "purchases, distributions and intervals of 80%" in said


def test_plots_of_the_same_numbers_are_the_same_file(tmp_path):
    outputs = Outputs.of(tmp_path, "csv", "svg")
    for name in ("one", "two"):
        outputs._draw(name, partial(plots.lift, backtests.lift()))
    one, two = ((tmp_path / f"{name}.svg").read_bytes() for name in ("one", "two"))
    assert one == two
    assert b"<svg" in one


def test_tables_fit_the_screen(log):
    arguments = [*CDNOW, *MONEY, *HORIZON, "--contender", "bg/nbd", "--contender", "historical value", *QUICK]
    narrow = run(log, *arguments, columns=60)
    assert max(len(line.rstrip()) for line in narrow.splitlines()) <= 60
    assert "On a wider screen: " in narrow
    assert "top decile hits" in words(narrow.partition("On a wider screen: ")[2])
    wide = run(log, *arguments)
    assert "On a wider screen" not in wide
    assert "hits" in wide
