"""`clvmodels check`: findings in the terminal and as a file, and an exit code for schedulers."""

import pandas as pd
import pytest
from typer.testing import CliRunner

import clvmodels as clv
from clvmodels.cli.app import app
from tests.evaluation.check_logs import frame

CDNOW = ["--customer", "customer_id", "--time", "date", "--amount", "amount"]
LOG = ["--customer", "id", "--time", "time", "--amount", "paid"]


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The CDNOW log, and one in which nobody comes back."""
    folder = tmp_path_factory.mktemp("logs")
    clv.datasets.cdnow().to_csv(folder / "cdnow.csv", index=False)
    frame(range(400), [week / 4 for week in range(400)], [5.0] * 400).to_parquet(folder / "once.parquet")
    return folder


def run(*arguments, code=0):
    result = CliRunner().invoke(app, ["check", *map(str, arguments)], env={"COLUMNS": "140"})
    assert result.exit_code == code, result.output
    return result.output


def test_findings_are_printed_as_python_has_them(logs):
    said = " ".join(run(logs / "cdnow.csv", *CDNOW).split())
    findings = clv.check(clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"))
    assert findings.verdict in said
    assert "Reading" not in said  # a spinner is for terminals
    for finding in findings:
        assert f"{finding.severity} {finding.name}" in said
        assert finding.sentence[:40] in said


def test_what_is_serious_has_an_exit_code_of_its_own(logs):
    assert "Nobody has bought twice" in run(logs / "once.parquet", *LOG)
    assert "Nobody has bought twice" in run(logs / "once.parquet", *LOG, "--strict", code=6)
    run(logs / "cdnow.csv", *CDNOW, "--strict")


def test_findings_as_a_file(logs, tmp_path):
    target = tmp_path / "findings.csv"
    run(logs / "once.parquet", *LOG, "--output", target, "--strict", code=6)
    table = pd.read_csv(target)
    assert list(table) == ["name", "severity", "measure", "figure", "sentence", "advice"]
    assert "one_time_buyers" in set(table["name"])
    assert "unknown ending" in run(logs / "cdnow.csv", *CDNOW, "--output", tmp_path / "findings.xlsx", code=3)


def test_the_keywords_of_summarize_reach_the_checks(logs):
    said = run(
        logs / "cdnow.csv", *CDNOW, "--until", "1997-09-30", "--first-seen-after", "1997-03-01", "--time-unit", "day"
    )
    log = clv.datasets.cdnow()
    later = log.groupby("customer_id")["date"].min() > "1997-03-01"
    assert f"{int(later.sum()):,} customers until 1997-09-30" in said
    assert "no time unit" in run(logs / "cdnow.csv", *CDNOW, "--time-unit", "W", code=3)
    assert "collapse='month'" in run(logs / "cdnow.csv", *CDNOW, "--collapse", "month", code=3)


def test_a_log_without_amounts(logs):
    assert "order" not in run(logs / "cdnow.csv", *CDNOW[:4]).partition("check")[0]
    assert "no column 'money'" in run(logs / "cdnow.csv", *CDNOW[:4], "--amount", "money", code=3)
