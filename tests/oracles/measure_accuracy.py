"""Measures the worst error of every formula and writes the table into docs/accuracy.md.

    python -m tests.oracles.measure_accuracy [places]

Deterministic; about an hour on one core for the 100,000 places that the page has.
"""

import sys
import time
from pathlib import Path

from tests.oracles.accuracy import FULL, compare
from tests.oracles.catalogue import EVERY as FORMULAS

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
START, END = "<!-- measured: start -->", "<!-- measured: end -->"


def line(name, formula, worst):
    where = ", ".join(f"{value:.6g}" for value in worst.where)
    open_places = f" ({len(worst.uncertain)} more without a certain reference)" if worst.uncertain else ""
    return f"| `{name}` | {worst.places:,}{open_places} | {worst.error:.1e} | {formula.arguments} = {where} |"


def table(places):
    rows = ["| formula | points | worst error | where |", "|---|---|---|---|"]
    for name, formula in FORMULAS.items():
        begun = time.process_time()
        rows.append(line(name, formula, compare(formula, places)))
        sys.stderr.write(f"{time.process_time() - begun:7.1f} s {rows[-1]}\n")
    return "\n".join(rows)


def main():
    places = int(sys.argv[1]) if len(sys.argv) > 1 else FULL
    measured = table(places)
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(START)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{START}\n{measured}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
