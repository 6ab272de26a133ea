"""The page on segments: its code runs, and its grid is the one that is used."""

import re
from pathlib import Path

import numpy as np

from clvmodels.segments import RFM_SEGMENTS
from tests.segments.test_rfm import all_cells

PAGE = (Path(__file__).parents[2] / "docs" / "segments.md").read_text(encoding="utf-8")


def test_the_pages_code_runs():
    names: dict[str, object] = {"__name__": "page"}
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == 5
    for block in blocks:
        exec(compile(block, "docs/segments.md", "exec"), names)


def test_the_pages_grid_is_the_default_map():
    rows = re.findall(r"^\| ([1-5]) \| (.*) \|$", PAGE, flags=re.MULTILINE)
    grid = np.array(RFM_SEGMENTS.names)[RFM_SEGMENTS.codes(all_cells())].reshape(5, 5, 5)[:, :, 0]
    assert [recency for recency, _ in rows] == ["5", "4", "3", "2", "1"]
    for recency, cells in rows:
        assert cells.split(" | ") == grid[int(recency) - 1].tolist()
