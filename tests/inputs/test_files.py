"""Hostile files through `clvmodels fit` and `score`: an exit code and a message, and nothing left behind."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from clvmodels.cli.app import app
from clvmodels.cli.outcome import BAD_DATA
from tests.inputs import files
from tests.inputs.cases import Gives

FIT = ["--customer", "id", "--time", "day", "--amount", "paid", "--time-unit", "day", "--horizon", "26 weeks"]


@pytest.fixture
def run():
    def command(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result.exit_code, result.output

    return command


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model fitted to the valid log."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "log.csv").write_text(files.TEXT)
    CliRunner().invoke(app, ["fit", str(folder / "log.csv"), *FIT, "--output", str(folder / "model")])
    return folder / "model"


@pytest.mark.parametrize("case", files.CASES, ids=lambda case: case.name)
def test_fit(case: files.File, run, tmp_path) -> None:
    code, said = run("fit", case.make(tmp_path), *FIT, "--output", tmp_path / "model")
    if isinstance(case.then, Gives):
        assert code == 0, said
        assert (tmp_path / "model" / "manifest.json").exists()
    else:
        assert code == BAD_DATA, said
        assert case.then.words in said
        assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("case", files.CASES, ids=lambda case: case.name)
def test_score(case: files.File, model, run, tmp_path) -> None:
    scores = tmp_path / "scores.parquet"
    code, said = run("score", model, case.make(tmp_path), "--output", scores)
    if isinstance(case.then, Gives):
        assert code == 0, said
        assert len(pd.read_parquet(scores)) == len(set(files.FRAME["id"]))
    else:
        assert code == BAD_DATA, said
        assert case.then.words in said
        assert not scores.exists()
