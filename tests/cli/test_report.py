"""`clvmodels report`: from a saved model and a log to one page, or a message and an exit code."""

import pytest
from typer.testing import CliRunner

import clvmodels as clv
from clvmodels.cli.app import app
from clvmodels.cli.contenders import beside_rules
from clvmodels.cli.names import RULES
from clvmodels.cli.outcome import BAD_ARTIFACT, BAD_DATA

READ = ["--customer", "customer_id", "--time", "date", "--amount", "amount", "--time-unit", "week"]


def run(*arguments, code=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A small log, and models of it over a year and over the whole future."""
    folder = tmp_path_factory.mktemp("shop")
    log = clv.datasets.cdnow()
    log[log["customer_id"] % 8 == 0].to_csv(folder / "log.csv", index=False)
    for name, horizon in (("model", "26 weeks"), ("endless", "none")):
        run("fit", folder / "log.csv", *READ, "--horizon", horizon, "--discount-rate", 0.1, "--output", folder / name)
    return folder


def test_the_page_is_that_of_python_with_a_backtest(shop, tmp_path):
    said = run(
        "report", shop / "model", shop / "log.csv", "--output", tmp_path / "new" / "page.html", "--currency", "$",
        "--customers", 3, "--title", "Our <customers>",
    )  # fmt: skip
    html = (tmp_path / "new" / "page.html").read_text(encoding="utf-8")
    assert "<title>Our &lt;customers&gt;</title>" in html
    assert "Over the next 26 weeks" in said
    assert "Page written to" in said
    assert "The most valuable customers" in html
    assert "Against rules of thumb" in html
    model = clv.load(shop / "model")
    log = clv.Transactions(clv.read(shop / "log.csv"), customer="customer_id", time="date", amount="amount")
    total = model.total(log.summarize(time_unit="week"))
    assert f"${float(f'{total.mean:.3g}'):,.0f}" in said


def test_the_backtest_is_of_the_saved_models_and_method(shop, tmp_path):
    run(
        "fit", shop / "log.csv", *READ, "--model", "pareto/nbd", "--method", "map", "--horizon", "26 weeks",
        "--output", tmp_path / "pareto",
    )  # fmt: skip
    run("report", tmp_path / "pareto", shop / "log.csv", "--output", tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Pareto/NBD x Gamma-Gamma" in html
    assert "BG/NBD x" not in html
    saved = clv.load(tmp_path / "pareto")
    contenders = beside_rules(saved, "26 weeks", money=True)
    recipe = contenders.pop("Pareto/NBD x Gamma-Gamma")
    assert (recipe.purchases, recipe.spend, recipe.method) == (saved.purchases.model, saved.spend.model, clv.MAP())
    assert list(contenders) == list(RULES)


def test_without_a_backtest_the_page_says_what_is_not_known(shop, tmp_path):
    said = run("report", shop / "endless", shop / "log.csv", "--output", tmp_path, "--cutoffs", 0)
    assert "Over their whole future" in said
    assert "how far off such a forecast can be is not known here" in said
    assert "Against rules of thumb" not in (tmp_path / "clvmodels-report.html").read_text(encoding="utf-8")


def test_what_cannot_be_done_is_said_with_an_exit_code(shop, tmp_path):
    endless = ["report", shop / "endless", shop / "log.csv", "--output", tmp_path, "--cutoffs", 1]
    assert "--cutoffs 0" in run(*endless, code=BAD_DATA)
    run("report", tmp_path, shop / "log.csv", code=BAD_ARTIFACT)
    run("report", shop / "model", tmp_path / "none.csv", "--output", tmp_path, code=BAD_DATA)
    run("report", shop / "model", shop / "log.csv", "--level", 2, "--output", tmp_path, code=BAD_DATA)
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "page.html"
    said = run("report", shop / "model", shop / "log.csv", "--cutoffs", 0, "--output", place, code=BAD_DATA)
    assert "cannot be written" in said


def test_a_log_shorter_than_the_horizon_has_no_backtest(shop, tmp_path):
    short = ["report", shop / "model", shop / "log.csv", "--until", "1997-05-31", "--output", tmp_path]
    said = run(*short)
    assert "No backtest: the log is too short" in said
    assert "how far off such a forecast can be is not known here" in said
    assert "Use --cutoffs 0 for a page without backtest." in run(*short, "--cutoffs", 1, code=BAD_DATA)
    assert "Use --cutoffs 2 or less." in run(
        "report", shop / "model", shop / "log.csv", "--cutoffs", 9, "--output", tmp_path, code=BAD_DATA
    )
    assert "No backtest" in run("report", shop / "endless", shop / "log.csv", "--output", tmp_path)


def test_a_log_is_asked_for(shop):
    assert "Name the log too" in run("report", shop / "model", code=2)
