"""The pages of the site and their order: `{navigation}` in index.md, from the lists below.

A new page needs a line here to have its place. A page without one is listed under "More", and a name without a page is
left out, so that a page and its line may come in any order.
"""

from collections.abc import Iterator
from typing import Any

SECTIONS: dict[str, tuple[str, ...]] = {
    "Learn": ("tutorial", "project/notebooks", "migration"),
    "How to": (
        "how-to/your-data",
        "checks",
        "how-to/horizon-and-rates",
        "how-to/judge",
        "backtest",
        "how-to/intervals",
        "how-to/budgets",
        "segments",
        "how-to/tables",
        "how-to/save-and-load",
        "plots",
        "report",
        "retrain",
        "scheduling",
        "scale",
    ),
    "Understand": (
        "explanation/recency",
        "explanation/bg-nbd",
        "explanation/gamma-gamma",
        "models",
        "explanation/discounting",
        "uncertainty",
        "bayes",
        "heuristics",
        "small-samples",
    ),
    "Look up": ("reference/index", "inputs", "accuracy", "project/benchmarks"),
    "Project": ("architecture", "project/changelog", "project/contributing"),
}


def sections(pages: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Titles and pages, of those that exist."""
    for title, listed in SECTIONS.items():
        yield title, [page for page in listed if page in pages]
    known = {page for listed in SECTIONS.values() for page in listed} | {"index"}
    inner = {page for page in pages if page.startswith("reference/")}
    if rest := sorted(pages - known - inner):
        yield "More", rest


def _toctree(title: str, pages: list[str]) -> str:
    return "\n".join([":::{toctree}", ":hidden:", f":caption: {title}", "", *pages, ":::", ""])


def _fill_in(app: Any, page: str, text: list[str]) -> None:
    if page == "index":
        trees = "\n".join(_toctree(title, pages) for title, pages in sections(set(app.project.docnames)))
        text[0] = text[0].replace("<!-- navigation -->", trees)


def setup(app: Any) -> dict[str, bool]:
    """Fill the navigation in when index.md is read."""
    app.connect("source-read", _fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
