"""Writes the list of inputs tried into docs/inputs.md: `python -m tests.inputs.tabulate`."""

from collections.abc import Iterable
from pathlib import Path

from tests.inputs import amounts, files, frames, ids, settings, summaries, times
from tests.inputs.cases import Call, Case, Gives
from tests.transactions.conftest import ENGINES

PAGE = Path(__file__).parents[2] / "docs" / "inputs.md"
BEGIN, END = "<!-- from here on written by python -m tests.inputs.tabulate -->", "<!-- up to here -->"
LONGEST_WORD = 60
AREAS = {
    "Ids": ids.CASES,
    "Times": times.CASES,
    "Amounts": amounts.CASES,
    "Frames, columns and attributes": frames.CASES,
    "Tables with one row per customer": summaries.CASES,
    "Settings": settings.CASES,
    "Files given to the command line": files.CASES,
}


def page() -> str:
    """The page with the list as the catalogue has it now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"


def tables() -> str:
    """A table for each area."""
    counted = sum(map(len, AREAS.values()))
    runs = sum(len(case.engines) if isinstance(case, Case) else 1 for cases in AREAS.values() for case in cases)
    lines = [f"{counted} inputs, and {runs} together with the engines that can hold them."]
    for area, cases in AREAS.items():
        lines += ["", f"### {area}", "", "| input | engines | what happens |", "|---|---|---|", *_rows(cases)]
    return "\n".join([*lines, ""])


def _rows(cases: Iterable[Case | Call | files.File]) -> Iterable[str]:
    for case in cases:
        then = case.then
        happens = then.text if isinstance(then, Gives) else f"error: *{_plain(then.words)}*"
        yield f"| {_plain(case.name)} | {_engines(case)} | {happens} |"


def _engines(case: Case | Call | files.File) -> str:
    if not isinstance(case, Case):
        return "-"
    missing = [name for name in ENGINES if name not in case.engines]
    if not missing:
        return "all"
    return ", ".join(case.engines) if len(case.engines) < 4 else f"all but {', '.join(missing)}"


def _plain(text: str) -> str:
    words = (_short(word) for word in text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").split())
    return " ".join(words)


def _short(word: str) -> str:
    """A word that does not make the table wider than any screen, such as a number of hundreds of digits."""
    return word if len(word) <= LONGEST_WORD else f"{word[:8]}...{word[-8:]} ({len(word)} letters)"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
