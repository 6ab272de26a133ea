"""The whole design once, with lifetimes beside: `python -m tests.recovery.tabulate` writes the documentation's tables.

One line per set goes to --results, and what stands there is not computed again: an interrupted run goes on.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from tests.recovery import designs
from tests.recovery.outcomes import judge
from tests.recovery.peers import answer
from tests.recovery.tables import markdown

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "small-samples.md"
_BEGIN = "<!-- tables: written by python -m tests.recovery.tabulate -->\n"
_END = "<!-- end of tables -->"
STARTS, FULL = 20, designs.SETS["full"]


def compare(kind, k, starts=STARTS):
    """Set k of a kind: our outcome and lifetimes' answer."""
    case = getattr(designs, kind)(k)
    fit = case.model.fit(case.customers)
    return {"kind": kind, "set": k, "ours": asdict(judge(case, starts, fit)), "theirs": asdict(answer(case, fit))}


def computed(results, counts):
    """All sets of the design, from the file as far as they stand there."""
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    known = {(entry["kind"], entry["set"]): entry for entry in map(json.loads, lines)}
    with results.open("a", encoding="utf-8") as file:
        for kind, count in counts.items():
            for k in range(count):
                if (kind, k) not in known:
                    known[kind, k] = compare(kind, k)
                    file.write(json.dumps(known[kind, k]) + "\n")
                    file.flush()
    return [known[kind, k] for kind, count in counts.items() for k in range(count)]


def write(page, tables):
    """Put the tables between the page's markers."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{page} has no markers.")
    page.write_text(f"{before}{_BEGIN}\n{tables}\n{_END}{after}", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.recovery.tabulate", description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("recovery.jsonl"), help="file of the results so far")
    parser.add_argument("--page", type=Path, default=PAGE, help="Markdown file with the markers")
    parser.add_argument("--sets", type=int, default=max(FULL.values()), help="at most so many of each model")
    options = parser.parse_args()
    counts = {kind: min(count, options.sets) for kind, count in FULL.items()}
    write(options.page, markdown(computed(options.results, counts), designs.SEED, STARTS))


if __name__ == "__main__":
    main()
