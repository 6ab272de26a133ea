"""Results as Markdown; `python -m benchmarks.table` writes them into the README."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent
RESULTS = HOME / "results" / "fit.json"
_BEGIN, _END = "<!-- results: written by python -m benchmarks.table -->\n", "<!-- end of results -->"


def markdown(results: Mapping[str, Any]) -> str:
    """Tables of the fits, the imports and the bars, and a line on the machine."""
    parts = [
        machine_line(results["machine"]),
        _fits(results["data"]),
        _imports(results["imports"]),
        table_of_bars(results["bars"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def machine_line(machine: Mapping[str, Any]) -> str:
    """What the figures depend on besides the code."""
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    return (
        f"{machine['system']}, {machine['cores']} cores, {machine['processor']}; threads: {machine['threads']}. "
        f"Python {machine['python']}, {packages}."
    )


def _fits(data: list[dict[str, Any]]) -> str:
    head = ("data", "", "log-likelihood", "below the best", "CPU s", "wall s", "memory MB", "times less CPU")
    rows = [_fit(entry["name"], case) for entry in data for case in entry["cases"]]
    return table(head, rows)


def _fit(name: str, case: Mapping[str, Any]) -> tuple[str, ...]:
    if "failed" in case:
        return name, case["name"], f"failed: {case['failed']}", "", "", "", "", ""
    times = "-" if case["times_less_cpu"] is None else f"{case['times_less_cpu']:,.0f}"
    return (
        name,
        case["name"],
        f"{case['log_likelihood']:,.4f}",
        f"{case['below_best']:.1e}" if case["right"] else f"**wrong, by {case['below_best']:.3g}**",
        f"{case['cpu']:.3f}",
        f"{case['wall']:.3f}",
        f"{case['memory'] / 1e6:,.0f}",
        times,
    )


def _imports(imports: Mapping[str, Any]) -> str:
    rows = [(f"`{name}`", f"{used['cpu']:.3f}", f"{used['wall']:.3f}") for name, used in imports.items()]
    return table(("a fresh Python process", "CPU s", "wall s"), rows)


def table_of_bars(bars: Sequence[Mapping[str, Any]]) -> str:
    """What was promised, what was reached, and whether that is enough."""
    rows = [(bar["what"], f"{bar['bar']:g}", f"{bar['reached']:.3g}", "yes" if bar["ok"] else "**no**") for bar in bars]
    return table(("bar", "asked", "reached", "passed"), rows) if rows else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def put(results: Path, begin: str, write: Callable[[Mapping[str, Any]], str]) -> None:
    """Write the tables of a file of results into the README, between its two marks."""
    readme = HOME / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(_END)[2]
    text = write(json.loads(results.read_text(encoding="utf-8")))
    readme.write_text(f"{before}{begin}\n{text}\n{_END}{after}", encoding="utf-8")


def main() -> None:
    put(RESULTS, _BEGIN, markdown)


if __name__ == "__main__":
    main()
