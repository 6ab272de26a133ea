"""Hostile configurations, manifests, outcomes, CSV and Parquet files: a result or an error of the package."""

import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import clvmodels as clv
from clvmodels.cli.app import app
from clvmodels.errors import ArtifactError, ClvError
from clvmodels.retrain import Workspace, load_config, retrain, template
from clvmodels.retrain.config import SECTIONS
from clvmodels.runs import Verdict
from tests.retrain.worlds import QUICK, Shop, day, shop, toml

FULL = os.environ.get("CLVMODELS_TEST_SIZE") == "full"
# Together 10,000 cases at full size, some hundreds else.
CASES = {"config": 4000, "manifest": 3000, "outcome": 2000, "log": 800, "run": 200}
LOG = Shop(weeks=26, new_per_week=6).log(seed=3)
CODES = {0, 2, 3, 8, 9, 10}


def cases(kind: str) -> Any:
    """So many examples, the fewer the longer one takes."""
    number = CASES[kind] if FULL else max(CASES[kind] // 40, 10)
    return settings(
        max_examples=number, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    )


@contextmanager
def folder() -> Any:
    """A folder for one example."""
    path = Path(tempfile.mkdtemp())
    try:
        yield path
    finally:
        shutil.rmtree(path)


def result_or_error(do: Callable[[], Any], kinds: type[ClvError] = ClvError) -> Any:
    """What it returns, or its error if it is one of the package; anything else fails the test."""
    try:
        return do()
    except kinds as error:
        return error


GOOD = toml(QUICK)
words = st.one_of(
    st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.lists(st.integers(), max_size=3),
    st.sampled_from(["none", "net", "1 week", "999999999 years", "0 weeks", "-1 week", "1e400 weeks", "MLE", "BG/NBD"]),
)  # fmt: skip
keys = st.sampled_from([(section, name) for section, kind in SECTIONS.items() for name in kind.__dataclass_fields__])


def as_toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, (str, list)) else repr(value)


@cases("config")
@given(st.lists(st.tuples(keys, words), max_size=3), st.integers(0, 2**32))
def test_configurations(changes: Any, seed: int) -> None:
    tables: dict[str, dict[str, str]] = {}
    for section, entry in QUICK.items():
        tables[section] = {name: as_toml(value) for name, value in entry.items()}
    for (section, name), value in changes:
        tables.setdefault(section, {})[name] = as_toml(value)
    text = "\n".join(
        (f"[[{section}]]\n" if section == "candidates" else f"[{section}]\n")
        + "".join(f"{name} = {value}\n" for name, value in entry.items())
        for section, entry in tables.items()
    )
    rng = random.Random(seed)
    raw = bytearray(text.encode("utf-8", errors="surrogatepass"))
    for _ in range(rng.choice([0, 0, 0, 1, 3])):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    with folder() as path:
        (path / "clv.toml").write_bytes(bytes(raw))
        found = result_or_error(lambda: load_config(path / "clv.toml"))
        if not isinstance(found, ClvError):
            found = result_or_error(lambda: retrain(found, day(20), dry_run=True))
            # There is no log, so that whatever is understood ends there.
            assert isinstance(found, ClvError) or found.outcome.verdict is Verdict.BAD_DATA


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([1e308, -1, "inf"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in nested values."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for name, entry in inner for place in places(entry, (*at, name)))]


def changed(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    """The same with another value at a place."""
    if not at:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = changed(value[at[0]], at[1:], new)
    return copy


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A saved valuation and the summary that it knows."""
    summary = clv.Transactions(LOG, customer="id", time="day", amount="paid").summarize(time_unit="week")
    bayes = clv.Laplace(draws=20, seed=1)
    value = clv.LifetimeValue(
        clv.BGNBD().fit(summary, bayes), clv.GammaGamma().fit(summary, bayes), horizon="13 weeks", discount_rate=0.1
    )
    return clv.save(value, tmp_path_factory.mktemp("saved") / "model"), summary


@cases("manifest")
@given(st.data())
def test_manifests_of_models(saved, data: Any) -> None:
    source, summary = saved
    manifest = json.loads((source / "manifest.json").read_text())
    at = data.draw(st.sampled_from(places(manifest)))
    manifest = changed(manifest, at, data.draw(plain))
    with folder() as path:
        shutil.copytree(source, path / "model")
        draws = path / "model" / "draws.npz"
        if data.draw(st.booleans()):  # draws that a stranger made, with a checksum that fits
            raw = bytearray(draws.read_bytes())
            for _ in range(data.draw(st.integers(1, 4))):
                raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
            draws.write_bytes(bytes(raw))
            if isinstance(manifest, dict) and isinstance(manifest.get("files"), dict):
                manifest["files"]["draws.npz"] = sha256(draws.read_bytes()).hexdigest()
        (path / "model" / "manifest.json").write_text(json.dumps(manifest))
        found = result_or_error(lambda: clv.load(path / "model"), ArtifactError)
        if isinstance(found, clv.LifetimeValue):
            result_or_error(lambda: found.predict(summary))


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A folder with a run in force."""
    path = tmp_path_factory.mktemp("stored")
    config = shop(path, LOG)
    retrain(config, day(24))
    assert retrain(config, day(25)).outcome.verdict is Verdict.PROMOTED
    return config


@cases("outcome")
@given(st.data())
def test_outcomes_and_pointers(stored, data: Any) -> None:
    run = Workspace(stored.folder).current().folder
    with folder() as path:
        shutil.copytree(stored.folder, path / "retrain")
        manifest = path / "retrain" / "runs" / run.name / "run.json"
        content = json.loads(manifest.read_text())
        content = changed(content, data.draw(st.sampled_from(places(content))), data.draw(plain))
        manifest.write_text(json.dumps(content))
        pointer = {"run": run.name, "sha256": sha256(manifest.read_bytes()).hexdigest()}
        if data.draw(st.booleans()):
            pointer = changed(pointer, data.draw(st.sampled_from(places(pointer))), data.draw(plain))
        (path / "retrain" / "current.json").write_text(json.dumps(pointer))
        workspace = Workspace(path / "retrain")
        found = result_or_error(workspace.current, ArtifactError)
        if found is not None and not isinstance(found, ArtifactError):
            list(workspace.history(found))


HOSTILE_IDS = [
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "=cmd|' /C calc'!A0",
    "é" * 50,
    "\u202e",
    "",
    "0",
    "NaN",
]


@cases("log")
@given(st.integers(0, 2**32), st.sampled_from(["csv", "parquet"]))
def test_files_of_logs(seed: int, kind: str) -> None:
    rng = random.Random(seed)
    log = LOG.assign(id=LOG["id"].astype(str))
    for _ in range(rng.choice([0, 1, 5])):
        log.loc[rng.randrange(len(log)), "id"] = rng.choice(HOSTILE_IDS)
    with folder() as path:
        file = path / f"log.{kind}"
        if kind == "csv":
            log.to_csv(file, index=False)
        else:
            log.to_parquet(file)
        raw = bytearray(file.read_bytes())
        for _ in range(rng.choice([0, 1, 2, 8])):
            place = rng.randrange(len(raw))
            change = rng.choice(["set", "cut", "insert", "double"])
            if change == "set":
                raw[place] = rng.randrange(256)
            elif change == "cut":
                del raw[place : place + rng.choice([1, 10, len(raw)])]
            elif change == "insert":
                raw[place:place] = rng.choice([b"\n", b'"', b",", b"\0", b"<b>", b"1e999", b"9999-12-31"])
            else:
                raw += raw[place : place + 100]
            if not raw:
                break
        file.write_bytes(bytes(raw))
        (path / "clv.toml").write_text(toml(QUICK, {"source": {"files": file.name}}))
        config = load_config(path / "clv.toml")
        done = result_or_error(lambda: retrain(config, day(25)))
        assert isinstance(done, ClvError) or done.outcome.reasons


@cases("run")
@given(st.integers(0, 2**32))
def test_the_command_ends_with_a_code_and_no_traceback(seed: int) -> None:
    rng = random.Random(seed)
    with folder() as path:
        LOG.to_csv(path / "log.csv", index=False)
        raw = bytearray((path / "log.csv").read_bytes())
        text = bytearray(toml(QUICK, {"source": {"files": "log.csv"}}).encode())
        for target in (raw, text):
            for _ in range(rng.choice([0, 0, 1, 2])):
                target[rng.randrange(len(target))] = rng.randrange(256)
        (path / "log.csv").write_bytes(bytes(raw))
        (path / "clv.toml").write_bytes(bytes(text))
        done = CliRunner().invoke(app, ["retrain", str(path / "clv.toml"), "--date", str(day(25))])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code in CODES
        assert "Traceback" not in done.output


def test_a_date_that_is_none_is_told(tmp_path):
    shop(tmp_path, LOG)
    done = CliRunner().invoke(app, ["retrain", str(tmp_path / "clv.toml"), "--date", "tomorrow"])
    assert done.exit_code == 3
    assert "2024-01-31" in done.output


def test_the_file_that_init_writes_stays_readable_whatever_names_columns_have(tmp_path):
    for name in ('a"b', "a\\b", "a\nb", "é", "'", "#"):
        path = tmp_path / "clv.toml"
        path.write_text(template(customer=name), encoding="utf-8")
        assert load_config(path).source.customer == name
