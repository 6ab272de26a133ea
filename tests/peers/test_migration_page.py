"""The page on moving over: its code runs, its numbers are right on both sides, its tables are the package's."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from clvmodels.peers import KEYWORDS, MIGRATION_PAGE, NAMES

PAGE = (Path(__file__).parents[2] / MIGRATION_PAGE).read_text(encoding="utf-8")
OURS = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
THEIRS = [
    block for block in re.findall(r"^```text\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL) if ">>>" not in block
]
# An expression, and the number that it is said to give.
CLAIM = re.compile(r"^(?P<code>[^#\s].*?)  # (?P<number>-?[\d,]+\.?\d*)$", re.MULTILINE)

SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import clvmodels as clv
blocks = json.load(sys.stdin)
names = {"log": clv.datasets.cdnow()}
values = []
for block, claims in blocks:
    exec(block, names)
    values += [float(eval(claim, names)) for claim in claims]
print(json.dumps(values))
"""


def claims_of(block):
    return [(found["code"], found["number"].replace(",", "")) for found in CLAIM.finditer(block)]


def digits(number):
    return len(number.partition(".")[2])


def wrong(claims, values):
    return [
        (code, number, value)
        for (code, number), value in zip(claims, values, strict=True)
        if f"{value:.{digits(number)}f}" != number
    ]


def test_our_code_runs_and_gives_its_numbers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "migration"}
    checked = 0
    for block in OURS:
        exec(compile(block, MIGRATION_PAGE, "exec"), names)
        claims = claims_of(block)
        assert wrong(claims, [float(eval(code, names)) for code, _ in claims]) == []  # noqa: S307 - our own page
        checked += len(claims)
    plt.close("all")
    assert checked >= 10


def test_lifetimes_gives_the_numbers_that_are_said_to_be_its():
    if find_spec("lifetimes") is None:
        pytest.skip("lifetimes is not installed")
    claims = [claim for block in THEIRS for claim in claims_of(block)]
    given = json.dumps([(block, [code for code, _ in claims_of(block)]) for block in THEIRS])
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
    run = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(claims) >= 9
    assert wrong(claims, json.loads(run.stdout.splitlines()[-1])) == []


def test_a_wrong_number_is_seen():
    assert wrong(claims_of("1 + 1  # 2.1\n1 + 2  # 3.0\n"), [2.0, 3.0]) == [("1 + 1", "2.1", 2.0)]


def rows_of(section):
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (?:`([^`]+)`|none) \| (.*) \|$", text, flags=re.MULTILINE)
    return [(name, ours, note.strip()) for name, ours, note in rows]


@pytest.mark.parametrize("package", ["lifetimes", "PyMC-Marketing"])
def test_the_tables_are_those_of_the_package(package):
    assert rows_of(package) == [(peer.name, peer.ours, peer.note) for peer in NAMES if peer.package == package]


def test_the_arguments_are_those_of_the_package():
    text = PAGE.partition("\n## Arguments of both\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+`) \| (.+) \|$", text, flags=re.MULTILINE)
    found = {name: ours for names, ours in rows for name in re.findall(r"`(\w+)`", names)}
    assert found == dict(KEYWORDS)
