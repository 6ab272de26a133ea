"""Real logs from their files by two commands, where the folder of shared data is there: what is odd, and who wins."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from clvmodels.cli.app import app

COLUMNS = ["--customer", "customer_id", "--time", "date", "--time-unit", "week"]
MODEL, MONEY = "BG/NBD x Gamma-Gamma", ["--amount", "amount"]
# File, options, what check has to name, options of the backtest, and its cut-offs.
LOGS = {
    "Online Retail II": (
        "data/online_retail_II/invoices.parquet", MONEY, {"left_truncation", "refunds", "missing_ids"},
        ["--horizon", "26 weeks", "--cutoffs", "2"], ["2010-12-09", "2011-06-09"],
    ),
    "grocery_elog": (
        "data/grocery_elog/transactions.csv", [], {"regularity"},
        ["--horizon", "26 weeks", "--cutoffs", "2"], ["2006-12-31", "2007-07-01"],
    ),
    "relay_foods": (
        "data/relay_foods/transactions.csv", MONEY, {"few_customers", "acquisition"},
        ["--horizon", "13 weeks", "--cutoffs", "2"], ["2009-09-08", "2009-12-08"],
    ),
    "CDNOW": (
        "data/cdnow/transactions_master.csv", MONEY, {"one_cohort"},
        ["--horizon", "39 weeks"], ["1997-09-30"],
    ),
}  # fmt: skip
RULES = ["hiatus", "past rate", "repeat last period", "population mean"]


def run(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "100"})
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("name", LOGS)
def test_two_commands_say_what_is_odd_and_who_wins(name, shared, tmp_path):
    file, money, odd, window, cutoffs = LOGS[name]
    log = shared(file)
    run("check", log, *COLUMNS, *money, "--output", tmp_path / "findings.csv")
    assert odd <= set(pd.read_csv(tmp_path / "findings.csv")["name"])
    rivals = [word for rule in ("BG/NBD", *RULES) for word in ("--contender", rule)]
    options = [*rivals, "--resamples", "30", "--pictures", "none", "--output", tmp_path]
    said = run("backtest", log, *COLUMNS, *money, *window, *options)
    assert pd.read_csv(tmp_path / "cutoffs.csv")["cutoff"].tolist() == cutoffs
    model = MODEL if money else "BG/NBD"
    assert f"Purchases: by rmse {model}" in " ".join(said.split())
    league = pd.read_csv(tmp_path / "league.csv")
    assert set(league["contender"]) == {model, *RULES}
    for _, table in league.groupby("target"):
        first = table.loc[table["rank"] == 1, "contender"]
        assert first.tolist() == [model]
