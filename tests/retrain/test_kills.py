"""Whatever moment a run is killed at, what is in force is whole, and the next run is clean."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.retrain.worlds import Shop, day, shop

REPOSITORY = Path(__file__).parents[2]
KILLS = {"modest": 12, "full": 120}


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path, size):
    shop(tmp_path, Shop(weeks=50).log(seed=1))
    command = [sys.executable, "-m", "tests.retrain.killer", str(tmp_path), str(KILLS[size]), "7", str(day(30))]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=1200)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-2000:]
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) == KILLS[size]
    assert [report for report in reports if report["error"]] == []
    # The old one whole or the new one whole.
    assert all(report["old"] or report["new"] for report in reports)
    assert [report["next"] for report in reports if report.get("next")] == []
    # The test kills: most runs died, and some of them while they wrote.
    assert sum(report["killed"] for report in reports) > len(reports) // 2
    assert any(report["killed"] and report["step"] in {"drift", "write"} for report in reports)
