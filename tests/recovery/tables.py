"""Results of the design as Markdown, by number of customers."""

from collections import Counter
from importlib.metadata import version

import numpy as np

from tests.recovery.designs import CLASSES

_TITLES = {"purchases": "BG/NBD", "spend": "Gamma-Gamma"}
_SYMBOLS = {"purchases": ("r", "alpha", "a", "b"), "spend": ("p", "q", "v")}
_PACKAGES = ("clvmodels", "lifetimes", "numpy", "scipy", "pandas")
# An answer this far below the best likelihood is another answer; see the benchmarks.
_SAME_ANSWER = 0.01
_COVERAGE = 0.95


def markdown(results, seed, starts):
    """All tables, with what they depend on."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    parts = [f"Seed {seed}, {starts} random starts per set; {packages}."]
    for kind, title in _TITLES.items():
        sets = [entry for entry in results if entry["kind"] == kind]
        if sets:
            parts += [f"### {title}, {len(sets):,} sets", *_of_kind(sets, _SYMBOLS[kind])]
    return "\n\n".join(parts) + "\n"


def _of_kind(sets, symbols):
    of_size = {f"{low:,} to {high - 1:,}": range(low, high) for low, high in CLASSES}
    groups = [(name, [s for s in sets if s["ours"]["n"] in sizes]) for name, sizes in of_size.items()]
    groups.append(("all", sets))
    yield "How our fits ended, % of sets:"
    yield _table(groups, _ours(sets))
    yield "Which boundary, % of sets:"
    yield _table(groups, _boundaries(sets))
    yield "Coverage of 95% intervals, % of converged fits, and where it should lie by chance in 95 of 100 runs:"
    yield _table(groups, _coverage(symbols))
    yield "lifetimes on the same sets, % of sets:"
    yield _table(groups, _theirs(sets))


def _ours(sets):
    rows = {
        "converged": lambda s: s["ours"]["end"] == "converged",
        "at a named boundary": lambda s: s["ours"]["end"] not in {"converged", "failed"},
        "failed": lambda s: s["ours"]["end"] == "failed",
        "likelihood below the truth's": _fault("below the truth"),
        "likelihood below a random start's or a limit's": _fault("below a "),
        "a limit as good, and not named": _fault("limit as good"),
        "a prediction not finite, or no probability": _fault("prediction"),
        "any other contradiction": _fault("end", "log-likelihood"),
    }
    known = ("failed", "below", "limit as good", "prediction", "end", "log-likelihood")
    strange = [fault for s in sets for fault in s["ours"]["faults"] if not fault.startswith(known)]
    if strange:
        raise ValueError(f"Faults that no row counts: {strange}")
    return {name: _share(test) for name, test in rows.items()}


def _boundaries(sets):
    names = Counter(s["ours"]["end"] for s in sets)
    return {
        name: _share(lambda s, name=name: s["ours"]["end"] == name)
        for name, _ in names.most_common()
        if name not in {"converged", "failed"}
    }


def _theirs(sets):
    errors = Counter(s["theirs"]["error"] for s in sets if s["theirs"]["error"])
    wrong = {
        f"answers, with a log-likelihood more than {_SAME_ANSWER} below ours": lambda a: a["behind"] > _SAME_ANSWER,
        "answers, with a standard error missing": lambda a: not a["errors_known"],
        "answers, with a prediction not finite or negative": lambda a: not a["predictions_fine"],
    }
    rows = {f"raises {name}": lambda s, name=name: s["theirs"]["error"] == name for name, _ in errors.most_common()}
    rows |= {name: lambda s, bad=bad: not s["theirs"]["error"] and bad(s["theirs"]) for name, bad in wrong.items()}
    rows["none of these"] = lambda s: not s["theirs"]["error"] and not any(bad(s["theirs"]) for bad in wrong.values())
    return {name: _share(test) for name, test in rows.items()}


def _fault(*kinds):
    return lambda s: any(fault.startswith(kinds) for fault in s["ours"]["faults"])


def _share(test):
    return lambda sets: f"{100 * np.mean([test(s) for s in sets]):.1f}" if sets else "-"


def _coverage(symbols):
    def of(place):
        def cell(sets):
            covered = [s["ours"]["covered"][place] for s in sets if s["ours"]["covered"]]
            return f"{100 * np.mean(covered):.1f}" if covered else "-"

        return cell

    def band(sets):
        fits = sum(bool(s["ours"]["covered"]) for s in sets)
        return f"{100 * _COVERAGE:.0f} +- {196 * np.sqrt(_COVERAGE * (1 - _COVERAGE) / fits):.1f}" if fits else "-"

    return {symbol: of(place) for place, symbol in enumerate(symbols)} | {"should be": band}


def _table(groups, rows):
    lines = [["customers", *(name for name, _ in groups)], ["---"] + ["---:"] * len(groups)]
    lines += [["sets", *(f"{len(sets):,}" for _, sets in groups)]]
    lines += [[name, *(cell(sets) for _, sets in groups)] for name, cell in rows.items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
