"""Posteriors against PyMC-Marketing: `python -m benchmarks.bayes [--rival PYTHON] [--customers N] [--output FILE]`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bayes_cases import CASES
from benchmarks.fit import at_least, below, cdnow
from benchmarks.machine import describe
from benchmarks.measure import fresh
from benchmarks.simulate import Population, order_means, simulate
from benchmarks.table import HOME, machine_line, put, table, table_of_bars

RESULTS = HOME / "results" / "bayes.json"
_BEGIN = "<!-- posteriors: written by python -m benchmarks.bayes -->\n"
_SEED = 1
_LAPLACE, _NUTS, _RIVAL, _INTERVALS = CASES
_CDNOW = "CDNOW, 2,357 customers, 39 weeks"
_BARS_FROM = 1_000_000


def _measure(columns: Mapping[str, Any], cases: Mapping[str, str | Path], folder: Path) -> dict[str, dict[str, Any]]:
    stored = folder / "data.npz"
    np.savez(stored, allow_pickle=False, **columns)
    return {name: fresh(name, stored, "benchmarks.bayes_cases", python) for name, python in cases.items()}


def _bars(small: Mapping[str, Any], large: Mapping[str, Any], intervals: Mapping[str, Any]) -> list[dict[str, Any]]:
    ours, rival, large_laplace = small[_LAPLACE], small[_RIVAL], large[_LAPLACE]
    times = {what: rival[what] / ours[what] if "failed" not in rival else None for what in ("cpu", "wall")}
    return [
        at_least("CDNOW, Laplace: effective draws", 1000, ours["effective"]),
        below("CDNOW, Laplace: wall seconds", 2, ours["wall"]),
        at_least("CDNOW, Laplace: times less CPU than PyMC-Marketing", 15, times["cpu"]),
        at_least("CDNOW, Laplace: times less wall time than PyMC-Marketing", 15, times["wall"]),
        below("1,000,000 customers, Laplace, 1,000 draws: wall seconds", 10, large_laplace.get("wall", np.inf)),
        below("1,000,000 customers, Laplace: GB beyond the data", 1.5, large_laplace.get("memory", np.inf) / 1e9),
        below("1,000,000 customers, NUTS, 4 x (1,000 + 1,000): wall seconds", 480, large[_NUTS].get("wall", np.inf)),
        below("1,000,000 customers, CLV with 90% intervals: wall seconds", 60, intervals.get("wall", np.inf)),
        below("1,000,000 customers, CLV with 90% intervals: GB", 2, intervals.get("memory", np.inf) / 1e9),
    ]


def markdown(results: Mapping[str, Any]) -> str:
    """Tables of the posteriors and the bars."""
    head = ("data", "", "CPU s", "wall s", "memory MB", "effective draws", "r", "alpha", "a", "b")
    rows = [_row(name, case, found) for name, cases in results["data"].items() for case, found in cases.items()]
    parts = [
        machine_line(results["machine"]),
        table(head, rows),
        _line_of_intervals(results["intervals"]),
        table_of_bars(results["bars"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _row(data: str, case: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    if "failed" in found:
        return (data, case, f"failed: {found['failed']}", *[""] * 7)
    parameters = (f"{found['means'][name]:.4g} ± {found['sds'][name]:.2g}" for name in ("r", "alpha", "a", "b"))
    numbers = (f"{found['cpu']:.2f}", f"{found['wall']:.2f}", f"{found['memory'] / 1e6:,.0f}")
    return (data, case, *numbers, f"{found['effective']:,.0f}", *parameters)


def _line_of_intervals(found: Mapping[str, Any]) -> str:
    if "failed" in found:
        return f"CLV with 90% intervals failed: {found['failed']}"
    return (
        f"CLV over a year with 90% intervals for {found['rows']:,} customers, from 1,000 draws of both posteriors: "
        f"{found['cpu']:.1f} s of CPU time, {found['wall']:.1f} s, {found['memory'] / 1e6:,.0f} MB beyond the data."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bayes", description=__doc__)
    parser.add_argument("--rival", type=Path, default=Path(sys.executable), help="a Python that has pymc-marketing")
    parser.add_argument("--customers", type=int, default=1_000_000, help="simulated customers of the second data set")
    parser.add_argument("--output", type=Path, default=RESULTS, help="JSON file to write")
    return parser.parse_args()


def main() -> int:
    """Measure, write, print; 1 if a bar was missed."""
    options = _options()
    own = {_LAPLACE: sys.executable, _NUTS: sys.executable}
    large = f"{options.customers:,} simulated, 26 to 39 weeks"
    many = simulate(options.customers, Population(), _SEED)
    with tempfile.TemporaryDirectory() as folder:
        data = {
            _CDNOW: _measure(cdnow(), {**own, _RIVAL: options.rival}, Path(folder)),
            large: _measure(many, own, Path(folder)),
        }
        spent = many | {"monetary_value": order_means(many["frequency"], _SEED)}
        intervals = _measure(spent, {_INTERVALS: sys.executable}, Path(folder))[_INTERVALS]
    bars = _bars(data[_CDNOW], data[large], intervals) if options.customers >= _BARS_FROM else []
    results = {"machine": describe(), "data": data, "intervals": intervals, "bars": bars}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(markdown(results))
    if options.output == RESULTS:
        put(RESULTS, _BEGIN, markdown)
    return 0 if all(bar["ok"] for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
