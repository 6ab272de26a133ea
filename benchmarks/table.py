"""Results as Markdown; `python -m benchmarks.table` writes them, and the plot, into the two READMEs."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import Any

from benchmarks.machine import line
from benchmarks.plot import draw

HOME = Path(__file__).resolve().parent
RESULTS = HOME / "results" / "full.json"
_BEGIN, _END = "<!-- {name}: written by python -m benchmarks.table -->\n", "<!-- end of {name} -->"
_TIE = 1.5


def markdown(cases: Mapping[str, Any]) -> str:
    """A section per group of cases, what was asked of all, and what the figures depend on."""
    groups = [
        f"### {group}\n\n{table_of(dict(members))}"
        for group, members in groupby(cases.items(), lambda item: item[1]["group"])
    ]
    machines = dict.fromkeys(line(case["machine"]) for case in cases.values())
    bars = "\n\n".join(["### What is asked", table(_BAR_HEAD, [row for case in cases.values() for row in _bars(case)])])
    return "\n\n".join([*machines, *groups, bars]) + "\n"


def table_of(cases: Mapping[str, Any]) -> str:
    """Figures of cases, one row per contender."""
    head = ("data", "", "CPU s", "wall s", "memory MB", "times less CPU", "answer")
    return table(head, [row for case in cases.values() for row in _rows(case)])


def _rows(case: Mapping[str, Any]) -> list[tuple[str, ...]]:
    threads = "" if case["threads"] == "default" else f"; {case['threads']} thread"
    rival = next((one for one in case["results"] if one["contender"] == case["rival"] and _counts(one)), None)
    return [(case["data"] + threads, one["contender"], *_figures(one, rival)) for one in case["results"]]


def _figures(one: Mapping[str, Any], rival: Mapping[str, Any] | None) -> tuple[str, ...]:
    if "stopped" in one:
        known = one["stopped"].startswith("skipped")
        return "", "", "", "", one["stopped"] if known else f"**stopped** {one['stopped']}"
    compared = rival is not None and rival is not one and _counts(one)
    times = _times(rival["cpu"] / one["cpu"]) if rival is not None and compared else "-"
    return f"{one['cpu']:.3f}", f"{one['wall']:.3f}", f"{one['memory'] / 1e6:,.0f}", times, _answer(one)


def _counts(one: Mapping[str, Any]) -> bool:
    return "stopped" not in one and "wrong" not in one


def _times(ratio: float) -> str:
    return "a tie" if 1 / _TIE < ratio < _TIE else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _answer(one: Mapping[str, Any]) -> str:
    says = one["says"]
    if "wrong" in one:
        return f"**wrong**: {one['wrong']}"
    if "log_likelihood" in says:
        return f"log-likelihood {says['log_likelihood']:,.4f}, {max(says['below_best'], 0.0):.1e} below the best"
    if "effective" in says:
        parameters = ", ".join(f"{name} {says['means'][name]:.4g} ± {says['sds'][name]:.2g}" for name in says["means"])
        return f"{says['effective']:,.0f} effective draws; {parameters}"
    return f"{says['rows']:,} rows" if "rows" in says else ""


_BAR_HEAD = ("data", "bar", "asked", "reached", "met")


def bars_of(case: Mapping[str, Any]) -> str:
    """What was asked of a case, what was reached, and whether that is enough."""
    rows = _bars(case)
    return table(_BAR_HEAD, rows) if rows else ""


def _bars(case: Mapping[str, Any]) -> list[tuple[str, ...]]:
    threads = "" if case["threads"] == "default" else f"; {case['threads']} thread"
    return [_bar(case["data"] + threads, bar) for bar in case["bars"]]


def _bar(data: str, bar: Mapping[str, Any]) -> tuple[str, ...]:
    memory = bar["measure"] == "memory" and bar["against"] is None
    asked, value = (None if n is None else n / 1e6 if memory else n for n in (bar["asked"], bar["reached"]))
    names = {"cpu": "CPU", "wall": "wall time", "memory": "memory" if bar["against"] else "MB beyond the data"}
    what = names.get(bar["measure"], bar["measure"])
    if bar["against"] is not None:
        way = "less" if bar["sense"] == "at least" else "that"
        what = f"times {way} {what} {'than' if way == 'less' else 'of'} {bar['against']}"
    elif bar["measure"] in {"cpu", "wall"}:
        what = f"{what} in seconds"
    met = {True: "yes", False: "**no**", None: "rival has no figure"}[bar["met"]]
    reached = "" if value is None else f"{value:.3g}"
    return data, f"{bar['contender']}: {what}", f"{bar['sense']} {asked:g}", reached, met


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def sentence(cases: Mapping[str, Any]) -> str:
    """What the first page says of speed."""
    fit = _result(cases["fit-10m"], "clvmodels, checks and fit")
    ratios = {name: _ratio(cases[name]) for name in ("fit-10m", "spend-1m", "value-1m")}
    scores = _result(cases["scores-10m"], "clvmodels")
    words = (
        f"Ten million customers are checked and fitted in {fit['wall']:.1f} seconds on {_cores(cases['fit-10m'])}, "
        f"with {fit['memory'] / 1e6:,.0f} MB beyond the data, and scored, from Parquet to Parquet, in "
        f"{scores['wall']:.0f}. Beside `lifetimes` in the same run that is {ratios['fit-10m']} times less processor "
        f"time for BG/NBD; for a million customers it is {ratios['spend-1m']} times less for Gamma-Gamma and "
        f"{ratios['value-1m']} times less for everybody's value. [benchmarks/](benchmarks/README.md) has all figures "
        "and how they are made."
    )
    return fill(words, 120, break_long_words=False, break_on_hyphens=False) + "\n"


def _result(case: Mapping[str, Any], contender: str) -> Mapping[str, Any]:
    return next(one for one in case["results"] if one["contender"] == contender)


def _ratio(case: Mapping[str, Any]) -> str:
    """Of the first contender that is ours, all checks included where that is a contender."""
    own = [one for one in case["results"] if one["contender"].startswith("clvmodels")][-1]
    return f"{_result(case, case['rival'])['cpu'] / own['cpu']:,.0f}"


def _cores(case: Mapping[str, Any]) -> str:
    return f"{case['machine']['cores']} cores"


def put(page: Path, name: str, text: str) -> None:
    """Write a text between two marks of a page."""
    begin, end = _BEGIN.format(name=name), _END.format(name=name)
    before, mark, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closing, after = rest.partition(end)
    if not (mark and closing):
        raise ValueError(f"{page.name} has no place for {name}.")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def main() -> None:
    cases = json.loads(RESULTS.read_text(encoding="utf-8"))
    put(HOME / "README.md", "results", markdown(cases))
    put(HOME.parent / "README.md", "speed", sentence(cases))
    draw(cases, HOME / "results" / "scaling.svg")


if __name__ == "__main__":
    main()
