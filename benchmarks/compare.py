"""Two files of results, the second made by changed code: `python -m benchmarks.compare base.json head.json`."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Machines differ by some percent from run to run, and short works by more.
_SHARE, _SECONDS = 0.15, 0.05


@dataclass(frozen=True)
class Change:
    """One figure in both results; None where there is none.

    Attributes
    ----------
    what
        Case, contender and measure.
    base, head
        Seconds.
    """

    what: str
    base: float | None
    head: float | None

    @property
    def slower(self) -> bool:
        """More than 15% and 50 ms above, or lost."""
        if self.base is None or self.head is None:
            return self.head is None
        return self.head > self.base * (1 + _SHARE) and self.head > self.base + _SECONDS

    def __str__(self) -> str:
        if self.base is None or self.head is None:
            return f"{self.what}: " + ("no figure any more" if self.head is None else "new")
        return f"{self.what}: {self.base:.3f} s, {self.head:.3f} s, {self.head / self.base - 1:+.0%}"


def changes(base: Mapping[str, Any], head: Mapping[str, Any]) -> Iterator[Change]:
    """CPU and wall times of our own contenders, of the cases that both have."""
    for name in base.keys() & head.keys():
        before, after = (_own(cases[name]) for cases in (base, head))
        for contender in before:
            for measure in ("cpu", "wall"):
                old, new = before[contender].get(measure), after.get(contender, {}).get(measure)
                if old is not None:
                    yield Change(f"{name}, {contender}, {measure}", old, new)


def _own(case: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Figures that count, of those who are not rivals or limits."""
    return {
        one["contender"]: {} if "wrong" in one else one for one in case["results"] if "clvmodels" in one["contender"]
    }


def main(words: list[str] | None = None) -> int:
    """Print what is slower; 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("head", type=Path)
    options = parser.parse_args(words)
    base, head = (json.loads(path.read_text(encoding="utf-8")) for path in (options.base, options.head))
    found = sorted(changes(base, head), key=lambda change: change.what)
    slower = [change for change in found if change.slower]
    print(*(f"slower: {change}" for change in slower), sep="\n", end="\n" if slower else "")
    print(f"{len(found)} figures compared, {len(slower)} slower by more than {_SHARE:.0%} and {_SECONDS * 1e3:.0f} ms.")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
