"""The folder of the runs: what is in force, what was before, and how a new run takes over.

    lock             held while a run is at work
    current.json     names the run in force and the checksum of its run.json; replaced by one rename
    runs/<id>/       run.json (outcome, checksums of the others), model/, scores.parquet, report.html

A run is written under a hidden name, brought to the disk and renamed, and only then does current.json name it. Whatever
interrupts that, current.json names a run that is whole.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from clvmodels import store
from clvmodels.errors import ArtifactError
from clvmodels.lifetime import LifetimeValue
from clvmodels.retrain.files import checksum, sync_tree, write_text
from clvmodels.runs import RetrainRun, Verdict, from_plain, to_plain
from clvmodels.store.places import sync_folder

SCHEMA = 1
_FORMAT = "clvmodels retrain"
_CURRENT, _RUNS, _MANIFEST = "current.json", "runs", "run.json"
MODEL, SCORES, REPORT = "model", "scores.parquet", "report.html"
_PART = ".part-"


@dataclass(frozen=True)
class Stored:
    """A run as it stands on the disk.

    Attributes
    ----------
    folder
        Of the run.
    outcome
        What it found.
    champion
        Keys of the specification whose fit is in force after it; empty where none is.
    """

    folder: Path
    outcome: RetrainRun
    champion: dict[str, Any]

    def model(self) -> LifetimeValue:
        """The fit in force.

        Raises
        ------
        ArtifactError
            If it is damaged or no valuation.
        """
        found = store.load(self.folder / MODEL)
        if not isinstance(found, LifetimeValue):
            raise ArtifactError(f"{str(self.folder / MODEL)!r} holds no valuation.", advice="Remove the run's folder.")
        return found


def read_run(folder: str | Path) -> RetrainRun:
    """The outcome of a run, from its folder or from the folder of all runs (then the one in force).

    Raises
    ------
    ArtifactError
        If there is none, or a file of it is not the one that it describes.

    Examples
    --------
    >>> from clvmodels.retrain import read_run
    >>> read_run("no such place")
    Traceback (most recent call last):
    clvmodels.errors.ArtifactError: 'no such place' holds no run.
    """
    return stored_run(folder).outcome


def stored_run(folder: str | Path) -> Stored:
    """The same with its folder and its model.

    Raises
    ------
    ArtifactError
        As of `read_run`.
    """
    path = Path(folder)
    if (path / _MANIFEST).is_file():
        return _read(path)
    found = Workspace(path).current()
    if found is None:
        raise ArtifactError(f"{str(path)!r} holds no run.")
    return found


def holds_run(folder: str | Path) -> bool:
    """Whether it is the folder of a run, or of all runs with one of them in force."""
    return any((Path(folder) / name).is_file() for name in (_MANIFEST, _CURRENT))


@dataclass(frozen=True)
class Workspace:
    """The folder of the runs."""

    folder: Path

    def prepare(self) -> None:
        """Make the folder, and clear away what a run that was killed left unfinished; the caller holds the lock."""
        (self.folder / _RUNS).mkdir(exist_ok=True)
        for left in (self.folder / _RUNS).glob(f".*{_PART}*"):
            shutil.rmtree(left)
        (self.folder / f".{_CURRENT}.part").unlink(missing_ok=True)

    def current(self) -> Stored | None:
        """The run in force, all of its files checked; None before the first.

        Raises
        ------
        ArtifactError
            If it is damaged.
        """
        pointer = self.folder / _CURRENT
        if not pointer.exists():
            return None
        try:
            named = json.loads(pointer.read_text(encoding="utf-8"))
            folder, expected = self._folder(named["run"]), named["sha256"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise ArtifactError(f"{str(pointer)!r} is damaged: {error}.", advice="See docs/retrain.md.") from error
        if not (folder / _MANIFEST).is_file() or checksum(folder / _MANIFEST) != expected:
            raise ArtifactError(f"{str(folder)!r} is not the run that {_CURRENT} names.", advice="See docs/retrain.md.")
        return _read(folder)

    def newest_whole(self) -> Stored | None:
        """The latest run that is whole, for where the one in force is damaged; by its date."""
        whole = []
        for folder in (self.folder / _RUNS).glob("[!.]*"):
            try:
                found = _read(folder)
                found.model()
            except ArtifactError:
                continue
            whole.append(found)
        return max(whole, key=lambda one: (one.outcome.run_date, one.folder.stat().st_mtime), default=None)

    def history(self, latest: Stored | None) -> Iterator[RetrainRun]:
        """Published runs from the latest back, as far as they can be read."""
        seen: set[str] = set()
        while latest is not None:
            yield latest.outcome
            seen.add(latest.outcome.run_id)
            before = latest.outcome.previous
            if before is None or before.run_id in seen:
                return
            try:
                # Of an earlier run only what it said matters here, so its other files are not read.
                latest = _read(self._folder(before.run_id), whole=False)
            except (ArtifactError, ValueError):
                return

    def free_id(self, run_id: str) -> str:
        """A name for a run's folder; one of the same name that published nothing makes room."""
        name, number = run_id, 1
        while (folder := self._folder(name)).exists():
            with suppress(ArtifactError):
                if not _read(folder, whole=False).outcome.verdict.published:
                    shutil.rmtree(folder)
                    break
            number += 1
            name = f"{run_id}-{number}"
        return name

    def write(self, outcome: RetrainRun, champion: dict[str, Any], fill: Callable[[Path], None]) -> Path:
        """Write a run's folder whole, without putting it in force.

        Parameters
        ----------
        outcome
            What it found.
        champion
            Keys of the specification in force after it.
        fill
            Writes the other files into a folder.
        """
        target = self._folder(outcome.run_id)
        beside = target.with_name(f".{outcome.run_id}{_PART}{uuid4().hex}")
        beside.mkdir()
        try:
            fill(beside)
            files = {str(path.relative_to(beside).as_posix()): checksum(path) for path in _files(beside)}
            manifest = {
                "format": _FORMAT, "schema": SCHEMA, "run": to_plain(outcome), "champion": champion, "files": files,
            }  # fmt: skip
            (beside / _MANIFEST).write_text(json.dumps(manifest, indent=1, allow_nan=False), encoding="utf-8")
            sync_tree(beside)
            beside.rename(target)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return target

    def publish(self, folder: Path) -> None:
        """Put a run in force: the one moment at which readers change from the old to the new."""
        named = {"run": folder.name, "sha256": checksum(folder / _MANIFEST)}
        write_text(self.folder / _CURRENT, json.dumps(named))

    def prune(self, keep: int, protected: set[str]) -> None:
        """Remove the oldest runs beyond so many, but none of those that are protected."""
        runs = sorted(path for path in (self.folder / _RUNS).iterdir() if not path.name.startswith("."))
        for folder in runs[: max(len(runs) - keep, 0)]:
            if folder.name not in protected:
                shutil.rmtree(folder)

    def _folder(self, run_id: Any) -> Path:
        # A name from a file must not lead elsewhere.
        if not isinstance(run_id, str) or not run_id or not all(letter.isalnum() or letter == "-" for letter in run_id):
            raise ValueError("it names no run")
        return self.folder / _RUNS / run_id


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _read(folder: Path, *, whole: bool = True) -> Stored:
    file = folder / _MANIFEST
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
        if plain["format"] != _FORMAT:
            raise ValueError("another format")
        if plain["schema"] > SCHEMA:
            raise ArtifactError(f"{str(folder)!r} was written by a newer version.", advice="Update clvmodels.")
        outcome, champion = from_plain(RetrainRun, plain["run"]), dict(plain["champion"])
        if whole:
            _require_files(folder, dict(plain["files"]), outcome.verdict)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ArtifactError(
            f"The run {str(folder)!r} is damaged: {type(error).__name__}: {error}.", advice="See docs/retrain.md."
        ) from error
    return Stored(folder, outcome, champion)


def _require_files(folder: Path, files: dict[str, str], verdict: Verdict) -> None:
    found = {str(path.relative_to(folder).as_posix()): path for path in _files(folder) if path.name != _MANIFEST}
    # The artifact's own manifest has the same checks within.
    if set(found) != set(files):
        raise ValueError("its files are not those that it describes")
    if verdict.published and SCORES not in found:
        raise ValueError("it has no scores")
    for name, path in found.items():
        if checksum(path) != files[name]:
            raise ValueError(f"{name} is not the file that it describes")
