"""The README's picture: `python -m docs.site.figures` writes it.

Errors of forecasts are computed here, from the data that ship with the package; times are read from benchmarks/results.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import clvmodels as clv

REPOSITORY = Path(__file__).parents[2]
PICTURE = REPOSITORY / "docs" / "static" / "picture.svg"
RESULTS = REPOSITORY / "benchmarks" / "results" / "full.json"
OURS, OTHERS = "#0072b2", "#9aa0a6"
# One panel below the other, so that letters are read on telephones too.
WIDTH, LEFT, LONGEST, ROW, TOP = 480, 20, 370, 41, 34
STYLE = """<style>
text { font: 15px system-ui, sans-serif; fill: #333 }
.title { font-weight: 600; font-size: 18px }
.number { font-weight: 600 }
</style>"""

Bar = tuple[str, float, str, str]


def errors() -> dict[str, float]:
    """Root mean squared error of revenue in 26 weeks, dollars per customer of CDNOW, mean of three cut-offs."""
    tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    contenders = {
        "BG/NBD and Gamma-Gamma": clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="26 weeks"),
        "silent too long, tuned": clv.heuristics.Hiatus(),
        "RFM cells": clv.heuristics.RFMCells(),
        "bought in the last 13 weeks": clv.heuristics.Hiatus("13 weeks"),
        "order value x frequency x lifetime": clv.heuristics.SimpleCLV(),
        "spend per week so far": clv.heuristics.PastRate(),
    }
    cutoffs = ["1997-06-30", "1997-09-30", "1997-12-30"]
    league = clv.backtest(tx, contenders, cutoffs=cutoffs, horizon="26 weeks", time_unit="week").league("revenue")
    return dict(sorted(zip(league["contender"], league["rmse"].astype(float), strict=True), key=lambda pair: pair[1]))


def measured() -> Mapping[str, Any]:
    """Results of the benchmarks by case."""
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def cpu_seconds(cases: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """CPU seconds by task and package: a million customers fitted, checks included, and CDNOW's posterior."""
    tasks = {
        "one million customers, maximum likelihood": ("fit-1m", "clvmodels, checks and fit", "lifetimes"),
        "2,357 customers, posterior": ("posterior-cdnow", "clvmodels, Laplace", "PyMC-Marketing"),
    }
    return {
        task: {"clvmodels": _cpu(cases[case], ours), theirs: _cpu(cases[case], theirs)}
        for task, (case, ours, theirs) in tasks.items()
    }


def _cpu(case: Mapping[str, Any], contender: str) -> float:
    return next(float(one["cpu"]) for one in case["results"] if one["contender"] == contender)


def _panel(above: float, title: Sequence[str], bars: Sequence[Bar]) -> list[str]:
    """Two lines of title and a row per bar: its name above it, its number behind it."""
    strong, faint = (escape(line) for line in title)
    parts = [
        f'<text x="{LEFT}" y="{above}" class="title">{strong}</text>',
        f'<text x="{LEFT}" y="{above + 21}">{faint}</text>',
    ]
    most = max(length for _, length, _, _ in bars)
    for row, (name, length, number, colour) in enumerate(bars):
        top = above + 50 + ROW * row
        long = max(1.5, round(LONGEST * length / most, 1))
        parts += [
            f'<text x="{LEFT}" y="{top}">{escape(name)}</text>',
            f'<rect x="{LEFT}" y="{top + 6}" width="{long}" height="12" rx="2" fill="{colour}"/>',
            f'<text x="{LEFT + long + 6}" y="{top + 17}" class="number">{escape(number)}</text>',
        ]
    return parts


def picture(error: Mapping[str, float], seconds: Mapping[str, Mapping[str, float]]) -> str:
    """Both as bars, in a picture that needs no font of its own and reads on light and dark pages."""
    forecasts = [
        (name, value, f"{value:.0f}", OURS if name.startswith("BG/NBD") else OTHERS) for name, value in error.items()
    ]
    times = [
        (f"{package}: {task}", value / max(by_package.values()), f"{value:.2g} s" if value < 1 else f"{value:.1f} s",
         OURS if package == "clvmodels" else OTHERS)
        for task, by_package in seconds.items()
        for package, value in by_package.items()
    ]  # fmt: skip
    what = "Errors of forecasts and CPU seconds of fits: " + "; ".join(f"{n}, {t}" for n, _, t, _ in forecasts + times)
    below = TOP + 64 + ROW * len(forecasts) + 24
    height = below + 64 + ROW * len(times)
    box = f'width="{WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {box} role="img">',
            f"<title>{escape(what)}</title>",
            STYLE,
            f'<rect {box} rx="8" fill="#fff"/>',
            *_panel(
                TOP, ("Nearer to what customers spent", "RMSE, dollars per customer, 26 weeks ahead, CDNOW"), forecasts
            ),
            *_panel(below, ("In a fraction of the time", "CPU seconds to fit BG/NBD, measured in one run each"), times),
            "</svg>\n",
        ]
    )


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(errors(), cpu_seconds(measured())), encoding="utf-8")


if __name__ == "__main__":
    main()
