"""The README's picture and table of measurements: `python -m docs.site.figures` writes both.

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
README = REPOSITORY / "README.md"
BEGIN, END = "<!-- measured: written by python -m docs.site.figures -->\n", "\n<!-- measured: end -->"
OURS, OTHERS = "#0072b2", "#9aa0a6"
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #333 }
.title { font-weight: 600; font-size: 15px }
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


def measured(name: str) -> Mapping[str, Any]:
    """A file of benchmark results."""
    return json.loads((REPOSITORY / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))


def cpu_seconds(fits: Mapping[str, Any], posteriors: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """CPU seconds by task and package: the first data set of the fits, CDNOW for posteriors."""
    first = {case["name"].split(",")[0]: case["cpu"] for case in reversed(fits["data"][0]["cases"])}
    (cdnow,) = (cases for name, cases in posteriors["data"].items() if name.startswith("CDNOW"))
    return {
        "one million customers, maximum likelihood": {name: first[name] for name in ("clvmodels", "lifetimes")},
        "2,357 customers, posterior": {
            "clvmodels": cdnow["clvmodels, Laplace"]["cpu"],
            "PyMC-Marketing": cdnow["PyMC-Marketing, fit"]["cpu"],
        },
    }


def table(seconds: Mapping[str, Mapping[str, float]]) -> str:
    """The times as a Markdown table."""
    lines = ["| BG/NBD fit, CPU seconds | clvmodels | the other | times less |", "|---|---|---|---|"]
    for task, by_package in seconds.items():
        (_, ours), (other, theirs) = by_package.items()
        lines.append(f"| {task} | {ours:.2g} | {theirs:.3g} ({other}) | {theirs / ours:,.0f} |")
    return "\n".join(lines)


def _panel(left: float, width: float, title: Sequence[str], bars: Sequence[Bar]) -> list[str]:
    """Two lines of title and a row per bar: its name above it, its number behind it."""
    strong, faint = (escape(line) for line in title)
    parts = [f'<text x="{left}" y="30" class="title">{strong}</text>', f'<text x="{left}" y="48">{faint}</text>']
    most = max(length for _, length, _, _ in bars)
    for row, (name, length, number, colour) in enumerate(bars):
        top = 72 + 38 * row
        long = max(1.5, round((width - 90) * length / most, 1))
        parts += [
            f'<text x="{left}" y="{top}">{escape(name)}</text>',
            f'<rect x="{left}" y="{top + 5}" width="{long}" height="12" rx="2" fill="{colour}"/>',
            f'<text x="{left + long + 6}" y="{top + 15}" class="number">{escape(number)}</text>',
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
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 306" width="820" height="306" role="img">',
            f"<title>{escape(what)}</title>",
            STYLE,
            '<rect width="820" height="306" rx="8" fill="#fff"/>',
            *_panel(
                24,
                370,
                ("Nearer to what customers spent", "RMSE, dollars per customer, 26 weeks ahead, CDNOW"),
                forecasts,
            ),
            *_panel(
                430, 370, ("In a fraction of the time", "CPU seconds to fit BG/NBD, measured in one run each"), times
            ),
            "</svg>\n",
        ]
    )


def main() -> None:
    """Write the picture and the table."""
    seconds = cpu_seconds(measured("fit"), measured("bayes"))
    PICTURE.write_text(picture(errors(), seconds), encoding="utf-8")
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    README.write_text(before + BEGIN + "\n" + table(seconds) + "\n" + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
