"""The documentation's pages: their code runs, and prints what they say it prints."""

import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import chosen_size

DOCS = Path(__file__).parents[2] / "docs"
# Run beside what they are about; and at full size only, where PyMC compiles and samples a model.
ELSEWHERE = {"segments.md"} | ({"bayes.md"} if chosen_size() == "modest" else set())
PAGES = sorted(
    path for path in DOCS.rglob("*.md") if path.name not in ELSEWHERE and "\n```py" in path.read_text("utf-8")
)
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def blocks(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, code and line of every block of Python."""
    for found in re.finditer(r"^```(python|pycon)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        yield found[1], found[2], text.count("\n", 0, found.start()) + 1


def run(text: str, page: str) -> list[str]:
    """Run a page's blocks one after the other, and tell where it prints something else than it says."""
    names: dict[str, object] = {"__name__": "page"}
    faults: list[str] = []
    for kind, code, line in blocks(text):
        if kind == "python":
            exec(compile("\n" * line + code, page, "exec"), names)
            continue
        runner = doctest.DocTestRunner(optionflags=OPTIONS, verbose=False)
        session = doctest.DocTestParser().get_doctest(code, names, page, page, line)
        runner.run(session, out=faults.append, clear_globs=False)
        names = session.globs
    return faults


# PyMC's own sampler warns of overflow while it looks for a step size, and rejects the step.
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_the_pages_code_does_what_the_page_says(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    assert "".join(run(path.read_text(encoding="utf-8"), path.name)) == ""


def test_a_page_that_says_what_is_not_so_is_seen():
    page = "```python\nx = 1\n```\ntext\n```pycon\n>>> x + 1\n3\n```\n"
    assert "Expected:\n    3\nGot:\n    2" in "".join(run(page, "page.md"))


def test_a_page_whose_code_fails_is_seen():
    with pytest.raises(ZeroDivisionError):
        run("```python\n1 / 0\n```\n", "page.md")
