"""What the command `check` does."""

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clvmodels.cli.log import Reading
from clvmodels.evaluation import Finding, Findings, Severity, check
from clvmodels.transactions import check_target, write

_STYLES = {Severity.SERIOUS: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def check_log(paths: Sequence[str], reading: Reading, until: str | None, output: Path | None, console: Console) -> bool:
    """Check a log, print what was found and write it as a table if a file is named; whether nothing serious was found.

    Parameters
    ----------
    paths, reading, until
        The log and how it is read.
    output
        A file that ends in .parquet or .csv, or None.
    console
        Where to print.

    Raises
    ------
    InputError
        If the log cannot be used or the file not written.
    """
    target = None if output is None else check_target(output)
    with console.status("Reading and checking"):
        findings = check(reading.transactions(paths), until=until, **reading.keywords)
    console.print(Text(findings.verdict, style="bold"))
    if findings:
        console.print(_table(findings))
    if target is not None:
        write(findings.frame, target)
        console.print(Text(f"Findings written to {target}"), soft_wrap=True)
    return findings.ok


def _table(findings: Findings) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_lines=True)
    for column in ("severity", "check", "finding"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        table.add_row(Text(finding.severity, _STYLES[finding.severity]), Text(finding.name), _words(finding))
    return table


def _words(finding: Finding) -> Text:
    # As Text: sentences may quote what stands in the log, in which brackets are not markup.
    return Text(f"{finding.sentence}\n").append(finding.advice, style="italic")
