"""Saved models: a directory with a manifest that a person can read and the draws; no pickle, no customer data.

Nothing in an artifact is executed when it is loaded, so one from a stranger can do no more than be refused.
"""

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import ArtifactError, ClvError
from clvmodels.lifetime import LifetimeValue
from clvmodels.store.encoding import (
    Part,
    by_stored_name,
    describe,
    describe_terms,
    fits_of,
    plain,
    restore,
    stored_arrays,
)

SCHEMA = 1
_FORMAT = "clvmodels"
_MANIFEST, _DRAWS = "manifest.json", "draws.npz"


def save(model: Part | LifetimeValue, path: str | Path, *, settings: Mapping[str, Any] | None = None) -> Path:
    """Write a fit, fits by group, or a valuation of fits, as a directory.

    The directory is written beside its final place and renamed, so that no reader sees half of it.

    Parameters
    ----------
    model
        What to save.
    path
        The directory; an artifact that is there already is replaced, anything else is refused.
    settings
        Plain values to keep with it, such as how the log was read.

    Returns
    -------
    pathlib.Path
        The directory.

    Raises
    ------
    ArtifactError
        If the path holds something that is no artifact.
    WrongTypeError
        If the model is neither a fit nor a valuation of fits.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import clvmodels as clv
    >>> fit = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = clv.save(fit, pathlib.Path(folder, "spend"))
    ...     clv.load(path)["q"]
    3.74
    """
    target = Path(path)
    if target.exists() and not (target / _MANIFEST).is_file() and (target.is_file() or any(target.iterdir())):
        raise ArtifactError(
            f"{str(target)!r} exists and is no saved model.", advice="Choose another path, or remove it first."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile.mkdtemp: its folders are private, and whoever scores may be another user than whoever fits.
    beside = target.parent / f".{target.name}-{uuid4().hex}"
    beside.mkdir()
    try:
        _write(model, beside, dict(settings or {}))
        _swap(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def load(path: str | Path) -> Any:
    """Read what `save` wrote: a fit or a `LifetimeValue`.

    Raises
    ------
    ArtifactError
        If the directory is missing, damaged, or written by a newer version.

    Examples
    --------
    >>> import clvmodels as clv
    >>> clv.load("no such place")
    Traceback (most recent call last):
    clvmodels.errors.ArtifactError: 'no such place' holds no saved model: there is no manifest.json.
    """
    manifest = read_manifest(path)
    with _damage(path):
        draws = _read_draws(Path(path), manifest)
        fits: dict[str, Any] = {role: restore(role, entry, draws) for role, entry in manifest["fits"].items()}
        if manifest["kind"] == "LifetimeValue":
            return LifetimeValue(fits["purchases"], fits["spend"], **manifest["terms"])
        return fits["fit"]


def read_manifest(path: str | Path) -> dict[str, Any]:
    """The manifest of a saved model as a dictionary, without loading the model.

    Raises
    ------
    ArtifactError
        If there is none, or it cannot be read, or a newer version wrote it.
    """
    file = Path(path) / _MANIFEST
    if not file.is_file():
        raise ArtifactError(f"{str(path)!r} holds no saved model: there is no {_MANIFEST}.")
    with _damage(path):
        manifest = json.loads(file.read_text(encoding="utf-8"))
        if manifest["format"] != _FORMAT:
            raise ValueError("another format")
        if manifest["schema"] > SCHEMA:
            raise ArtifactError(
                f"{str(path)!r} was written by a newer version (schema {manifest['schema']}, known is {SCHEMA}).",
                advice="Update clvmodels.",
            )
    return dict(manifest)


def _write(model: Part | LifetimeValue, folder: Path, settings: dict[str, Any]) -> None:
    parts = fits_of(model)
    named = [pair for role, part in parts.items() for pair in by_stored_name(role, part).items()]
    arrays = {key: array for name, fit in named for key, array in stored_arrays(name, fit).items()}
    with (folder / _DRAWS).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
        _sync(file)
    manifest = {
        "format": _FORMAT,
        "schema": SCHEMA,
        "kind": "LifetimeValue" if isinstance(model, LifetimeValue) else "Fit",
        "terms": describe_terms(model) if isinstance(model, LifetimeValue) else None,
        "fits": {role: describe(part) for role, part in parts.items()},
        "settings": settings,
        "files": {_DRAWS: sha256((folder / _DRAWS).read_bytes()).hexdigest()},
    }
    with (folder / _MANIFEST).open("w", encoding="utf-8") as text:
        json.dump(plain(manifest), text, indent=2, allow_nan=False)
        _sync(text)


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _swap(beside: Path, target: Path) -> None:
    """Put the new directory in place of the old one, which is back if that fails."""
    if not target.exists():
        beside.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent)) / target.name
    target.rename(old)
    try:
        beside.rename(target)
    except OSError:
        old.rename(target)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def _read_draws(folder: Path, manifest: Mapping[str, Any]) -> dict[str, FloatArray]:
    file = folder / _DRAWS
    if sha256(file.read_bytes()).hexdigest() != manifest["files"][_DRAWS]:
        raise ValueError(f"{_DRAWS} is not the file that the manifest describes")
    with np.load(file, allow_pickle=False) as stored:
        return dict(stored)


@contextmanager
def _damage(path: str | Path) -> Iterator[None]:
    """Whatever is wrong inside an artifact is reported as one thing: it is damaged."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OSError, EOFError, zipfile.BadZipFile, ClvError) as error:
        if isinstance(error, ArtifactError):
            raise
        raise ArtifactError(
            f"The saved model {str(path)!r} is damaged: {type(error).__name__}: {error}.",
            advice="Fit again, or restore it from a copy.",
        ) from error
