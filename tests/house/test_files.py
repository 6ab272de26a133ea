"""What the repository's files may hold."""

import gzip
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
MOST_LINES = 300

# Addresses of package indexes, and folders of somebody's machine. (A class of one letter keeps this file out of it.)
PRIVATE = re.compile(
    r"""index-ur[l]|find-link[s]|trusted-hos[t]|pypi\.or[g]|pythonhosted\.or[g]
    |://[a-z0-9.:-]*(?:pyp[i]|registr[y]|artifactor[y]|nexu[s]|mirro[r])
    |://(?:localhos[t]|\d+\.\d+\.\d+\.\d+)
    |(?<![\w.])/(?:hom[e]|roo[t]|wor[k]|Users|opt/[a-z]|tm[p]/[a-z]|far[m])/?(?=[\w.])
    """,
    re.VERBOSE,
)


def repository_files() -> list[Path]:
    """Files that are committed or would be: ignored ones are left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.split("\0")
    return [path for name in names if name and (path := REPOSITORY / name).is_file()]


def text_of(path: Path) -> str:
    """The text of a file, unpacked; bytes that are no text become marks."""
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", errors="replace")


def private_places(text: str) -> list[str]:
    return [line.strip()[:120] for line in text.splitlines() if PRIVATE.search(line)]


def test_no_file_names_an_index_host_or_a_folder_of_a_machine():
    files = repository_files()
    assert REPOSITORY / "constraints.txt" in files
    found = {str(path.relative_to(REPOSITORY)): places for path in files if (places := private_places(text_of(path)))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "--{}-url https://a".format("index"),
        "see https://{}.org/project/x".format("pypi"),
        "https://{}.example.com/simple".format("pypi"),
        "http://{}:3141/".format("localhost"),
        "http://{}/simple".format("10.0.0.1"),
        'open("/{}/someone/log.csv")'.format("home"),
        "cd /{}/project".format("work"),
    ],
)
def test_the_look_for_private_places_sees_them(text):
    assert private_places(text) == [text]


@pytest.mark.parametrize(
    "text",
    ["#!/usr/bin/env bash", "frames/work/x.py", "https://semver.org", "a/b/home/c", "py4j==0.10.9.9", "2 / root / 3"],
)
def test_the_look_for_private_places_lets_the_rest_pass(text):
    assert private_places(text) == []


def test_files_of_the_package_are_short():
    lengths = {path: text_of(path).count("\n") for path in (REPOSITORY / "clvmodels").rglob("*.py")}
    assert len(lengths) > 5
    assert {str(path.relative_to(REPOSITORY)): n for path, n in lengths.items() if n > MOST_LINES} == {}


def test_the_versions_in_the_constraints_are_exact_and_sorted():
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*", pin)] == []
    assert pins == sorted(pins)
    assert len({pin.partition("==")[0] for pin in pins}) == len(pins)


def test_the_wheel_holds_every_file_of_the_package(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("clvmodels/")}
    files = {str(path.relative_to(REPOSITORY)) for path in repository_files()}
    assert {name for name in files if name.startswith("clvmodels/")} == inside
    assert {"clvmodels/py.typed", "clvmodels/datasets/cdnow.csv.gz"} <= inside
