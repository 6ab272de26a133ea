"""Fresh Python processes that run one statement, start and end of the interpreter included; data play no part."""

import sys
from functools import partial
from pathlib import Path

from benchmarks.adapters.process import peak_of
from benchmarks.interfaces import Work


def _statement(text: str, data: Path) -> Work:  # noqa: ARG001 - every adapter takes the data
    return lambda: peak_of([sys.executable, "-c", text]), dict


nothing = partial(_statement, "pass")
package = partial(_statement, "import clvmodels")
names = partial(_statement, "from clvmodels import BGNBD, Summary")
lifetimes = partial(_statement, "from lifetimes import BetaGeoFitter")
