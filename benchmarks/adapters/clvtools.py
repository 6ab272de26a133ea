"""R's CLVTools, in a process of R; its own clock, as to hand data over takes longer than to fit them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.adapters.frames import times
from benchmarks.interfaces import SkippedError, Work

_SCRIPT = Path(__file__).with_suffix(".R")


def fit(data: Path) -> Work:
    """BG/NBD, by the optimiser that does not fail on a million customers."""
    if shutil.which("Rscript") is None:
        raise SkippedError("Rscript is not installed")
    asked = subprocess.run(["Rscript", "-e", "library(CLVTools)"], capture_output=True, text=True, check=False)
    if asked.returncode:
        raise SkippedError("R has no package CLVTools")
    log, answer = data.with_suffix(".log.csv"), data.with_suffix(".clvtools.json")
    _write_log(data, log)

    def work() -> dict[str, Any]:
        subprocess.run(["Rscript", _SCRIPT, log, answer], capture_output=True, text=True, check=True)
        said: dict[str, Any] = json.loads(answer.read_text())
        return said

    return work, lambda said: said


def _write_log(data: Path, path: Path) -> None:
    """A log with the same summary: CLVTools takes no summaries. When in between customers bought is no matter."""
    import numpy as np
    import pandas as pd

    table = times(data)
    x = table["frequency"].to_numpy()
    since, until = (np.rint(7 * table[name].to_numpy()).astype(int) for name in ("recency", "T"))
    row = np.repeat(np.arange(len(table)), x + 1)
    place = np.arange(len(row)) - np.repeat(np.cumsum(x + 1) - (x + 1), x + 1)
    age = since[row] * place // np.maximum(x[row], 1)
    day = pd.Timestamp("2024-12-31") - pd.to_timedelta(until[row] - age, unit="D")
    pd.DataFrame({"Id": row, "Date": day.strftime("%Y-%m-%d")}).to_csv(path, index=False)
