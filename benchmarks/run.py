"""Measure: `python -m benchmarks.run [short|full] [--case NAME ...] [--resume]`; figures are saved case by case."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES
from benchmarks.data import stored
from benchmarks.interfaces import Case, Result, judged
from benchmarks.judge import judge
from benchmarks.machine import describe, sources
from benchmarks.measure import fresh
from benchmarks.table import bars_of, table_of

HOME = Path(__file__).resolve().parent
FOLDER = HOME.parent / ".benchmarks"


def measure(case: Case, folder: Path, repeats: int = 100) -> dict[str, Any]:
    """One case: everyone's figures in one run, judged; plain values as they are saved."""
    path = stored(case.data, folder)
    found: dict[str, list[Result]] = {contender.name: [] for contender in case.contenders}
    for turn in range(min(repeats, max(contender.repeats for contender in case.contenders))):
        for contender in case.contenders:  # in turn: load comes and goes
            if turn < contender.repeats and not any(one.stopped for one in found[contender.name]):
                found[contender.name].append(fresh(contender, path, case.threads))
    results = judge(case, [_best(runs) for runs in found.values()], path)
    return entry(case, results)


def entry(case: Case, results: list[Result]) -> dict[str, Any]:
    """A case's results with what they depend on."""
    by_name = {result.contender: result for result in results}
    return {
        "group": case.group,
        "data": case.data.label,
        "rows": case.data.rows,
        "threads": case.threads or "default",
        "rival": case.rival,
        "machine": describe(),
        "sources": sources(),
        "results": [result.as_json() for result in results],
        "bars": [judged(bar, by_name) for bar in case.bars],
    }


def _best(runs: list[Result]) -> Result:
    """Least time and most memory; a failure counts more than any."""
    failed = next((run for run in runs if run.stopped), None)
    if failed is not None:
        return failed
    cpu, wall, memory = ([getattr(run, name) for run in runs] for name in ("cpu", "wall", "memory"))
    return Result(runs[0].contender, min(cpu), min(wall), max(memory), runs[0].says)


def load(path: Path) -> dict[str, Any]:
    """Cases that were saved, by name; none if there is no file."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def save(path: Path, cases: Mapping[str, Any]) -> None:
    """Write cases in the order in which they are listed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ordered = {name: cases[name] for name in [*CASES, *cases] if name in cases}
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


def _wanted(options: argparse.Namespace) -> list[Case]:
    if options.case:
        return [CASES[name] for name in options.case]
    return [case for case in CASES.values() if case.short or options.suite == "full"]


def _shown(name: str, case: Mapping[str, Any]) -> str:
    return "\n\n".join(part for part in (table_of({name: case}), bars_of(case)) if part)


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("suite", nargs="?", choices=("short", "full"), default="short")
    parser.add_argument("--case", action="append", choices=list(CASES), metavar="NAME", help="only this; repeatable")
    parser.add_argument("--list", action="store_true", help="print the cases' names and end")
    parser.add_argument("--resume", action="store_true", help="leave out cases measured with the same code before")
    parser.add_argument("--repeats", type=int, default=100, help="fresh processes per figure, at most")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where data sets are kept")
    parser.add_argument("--output", type=Path, help="JSON file to update; results/SUITE.json")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Measure, save and print case by case; 1 if a bar was missed."""
    options = _options(words)
    if options.list:
        print("\n".join(f"{name}: {case.group}, {case.data.label}" for name, case in CASES.items()))
        return 0
    path = options.output or HOME / "results" / f"{options.suite}.json"
    wanted, here = _wanted(options), sources()
    for case in wanted:
        if options.resume and load(path).get(case.name, {}).get("sources") == here:
            continue
        print(f"{case.name}: {case.group}, {case.data.label} ...", file=sys.stderr, flush=True)
        found = measure(case, options.folder, options.repeats)
        save(path, load(path) | {case.name: found})
        print(_shown(case.name, found), end="\n\n", flush=True)
    saved = load(path)
    return 1 if any(bar["met"] is False for case in wanted for bar in saved[case.name]["bars"]) else 0


if __name__ == "__main__":
    sys.exit(main())
