"""How fits scale, as a small SVG made from the results."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Of one model on customers of one kind, from small to large.
_CASES = ("fit-cdnow", "fit-10k", "fit-100k", "fit-1m", "fit-10m")
_COLOURS = ("#1b6ca8", "#5fa8d3", "#c8553d", "#8d6a9f", "#588157", "#888888")


def draw(cases: Mapping[str, Any], path: Path) -> None:
    """Write the plot of CPU seconds over customers, one line per contender that has figures."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "path.simplify": True}):
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.subplots()
        for (name, points), colour in zip(lines(cases), _COLOURS, strict=False):
            dashed = "--" if name.startswith("limit") else "-"
            axes.plot(*zip(*points, strict=True), dashed, marker="o", markersize=4, color=colour, label=name)
        axes.set(xscale="log", yscale="log", xlabel="customers", ylabel="CPU seconds")
        axes.set_title("BG/NBD by maximum likelihood", loc="left")
        axes.minorticks_off()
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize="small")
        figure.savefig(path, metadata={"Date": None})


def lines(cases: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[int, float]]]]:
    """Name, and customers with CPU seconds, of every contender with a figure that counts."""
    found: dict[str, list[tuple[int, float]]] = {}
    for case in (cases[name] for name in _CASES if name in cases):
        for one in case["results"]:
            if "stopped" not in one and "wrong" not in one:
                found.setdefault(one["contender"], []).append((case["rows"], one["cpu"]))
    yield from found.items()
