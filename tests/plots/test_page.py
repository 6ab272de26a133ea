"""The page on plots: its code runs, and every plot and table that it names is there."""

import re
from pathlib import Path

import matplotlib.pyplot as plt

from clvmodels import evaluation, plots

PAGE = (Path(__file__).parents[2] / "docs" / "plots.md").read_text(encoding="utf-8")


def test_the_pages_code_runs():
    names: dict[str, object] = {"__name__": "page"}
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "docs/plots.md", "exec"), names)
    plt.close("all")


def test_every_name_is_there():
    assert {name for name in re.findall(r"plots\.(\w+)", PAGE) if name != "md"} <= set(plots.__all__)
    assert set(re.findall(r"evaluation\.(\w+)", PAGE)) <= set(evaluation.__all__)


def test_every_plot_is_on_the_page_or_that_of_backtests():
    backtests = (Path(__file__).parents[2] / "docs" / "backtest.md").read_text(encoding="utf-8")
    assert [name for name in plots.__all__ if name not in PAGE + backtests] == []
