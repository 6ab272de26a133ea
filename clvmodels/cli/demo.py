"""What the command `demo` does."""

from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from clvmodels.report import Page, Table
from clvmodels.report.cdnow import Study, study_page

_FILE = "clvmodels-demo.html"


def run_demo(output: Path, console: Console) -> Path:
    """Fit and forecast the CDNOW sample, print what came of it and write it as a page with pictures.

    Parameters
    ----------
    output
        The file to write, or an existing folder for it.
    console
        Where to print.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If the page cannot be written.
    """
    console.print("Fitting BG/NBD and Gamma-Gamma to the CDNOW sample ...")
    study = Study.run()
    for part in _lines(study_page(study, pictures=False)):
        console.print(part)
    written = study_page(study).save(output / _FILE if output.is_dir() else output)
    console.print("The same with pictures, one file that needs no network:", Text(str(written)), soft_wrap=True)
    return written


def _lines(page: Page) -> Iterator[RenderableType]:
    yield Text(f"\n{page.title}", style="bold")
    yield from (Text(f"{text}\n") for text in (page.subtitle, *page.verdict))
    for section in page.sections:
        yield Text(f"{section.heading}\n", style="bold underline")
        yield from (Text(f"{text}\n") for text in section.paragraphs)
        yield from (part for table in section.tables for part in _table(table))
    yield from (Text(f"{text}\n", style="dim") for text in page.footer)


def _table(table: Table) -> Iterator[RenderableType]:
    # As Text: ids are the caller's data, in which brackets are not markup.
    drawn = RichTable(title=Text(table.caption), title_justify="left", title_style="", box=box.SIMPLE_HEAD)
    for place, heading in enumerate(table.columns):
        drawn.add_column(Text(heading), justify="right" if place else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row))
    yield drawn
    if table.note:
        yield Text(f"{table.note}\n", style="dim")
