"""Notebooks run from top to bottom."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

REPOSITORY = Path(__file__).parents[2]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
MOST_SECONDS_PER_CELL = 300


def run(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    # In an empty folder: a notebook must not live on files that happen to lie beside it.
    return NotebookClient(
        notebook, timeout=MOST_SECONDS_PER_CELL, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_notebook_runs(path, tmp_path):
    run(nbformat.read(path, as_version=4), tmp_path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_notebook_asks_a_question_says_what_next_and_holds_no_outputs(path):
    cells = nbformat.read(path, as_version=4).cells
    assert "**The question:**" in cells[0].source
    assert "**Next:**" in cells[-1].source
    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


def test_a_faulty_cell_is_seen(tmp_path):
    cells = [nbformat.v4.new_code_cell("import clvmodels"), nbformat.v4.new_code_cell("1 / 0")]
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(nbformat.v4.new_notebook(cells=cells), tmp_path)
