"""Measures the worst error of every formula and writes the table into docs/accuracy.md.

    python -m tests.oracles.measure_accuracy [places [names]]

With names, only the rows of formulas whose names begin with one of them. Deterministic; about an hour on one core for
the 100,000 places that most rows of the page have, without the places of Pareto/NBD, which cost most.
"""

import sys
import time
from pathlib import Path

from tests.oracles.accuracy import FULL, compare
from tests.oracles.catalogue import EVERY as FORMULAS

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
START, END = "<!-- measured: start -->", "<!-- measured: end -->"
HEAD = "| formula | points | worst error | where |\n|---|---|---|---|"


def line(name, formula, worst):
    where = ", ".join(f"{value:.6g}" for value in worst.where)
    open_places = f" ({len(worst.uncertain)} more without a certain reference)" if worst.uncertain else ""
    return f"| `{name}` | {worst.places:,}{open_places} | {worst.error:.1e} | {formula.arguments} = {where} |"


def measured(places, names):
    """The rows of formulas by name."""
    rows = {}
    for name, formula in FORMULAS.items():
        if name.startswith(names):
            begun = time.process_time()
            rows[name] = line(name, formula, compare(formula, places))
            sys.stderr.write(f"{time.process_time() - begun:7.1f} s {rows[name]}\n")
    return rows


def written(table):
    """The rows that a table has, by name."""
    lines = [row for row in table.splitlines() if row.startswith("| `")]
    return {row.split("`")[1]: row for row in lines}


def main():
    places = int(sys.argv[1]) if len(sys.argv) > 1 else FULL
    rows = measured(places, tuple(sys.argv[2:]) or "")
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(START)
    table, after = rest.split(END)
    rows = written(table) | rows
    lines = "\n".join(rows[name] for name in FORMULAS if name in rows)
    PAGE.write_text(f"{before}{START}\n{HEAD}\n{lines}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
