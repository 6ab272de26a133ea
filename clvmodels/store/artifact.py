"""Saved models: a directory with a manifest that a person can read and the draws; no pickle, no customer data.

Nothing in an artifact is executed when it is loaded, so one from a stranger can do no more than be refused.
"""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

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
from clvmodels.store.places import DRAWS, MANIFEST, place_of
from clvmodels.store.secrets import refuse_secrets

# 1: draws are in draws.npz. 2: the manifest names the file of draws, so that a model is replaced by one rename.
SCHEMA = 2
_FORMAT = "clvmodels"
_ADVICE = (
    "Give the directory that clv.save or clvmodels fit made. Models of lifetimes and PyMC-Marketing are loaded there "
    "and handed to clv.interop.from_lifetimes or from_pymc_marketing."
)
# A fit's draws are some megabytes; what unpacks to more than this is no fit.
_MOST_BYTES = 2**32


def save(model: Part | LifetimeValue, path: str | Path, *, settings: Mapping[str, Any] | None = None) -> Any:
    """Write a fit, fits by group, or a valuation of fits, as a directory.

    A new directory is written beside its final place and renamed, and of one that is replaced the manifest is renamed
    last, so that no reader sees half of it and no crash leaves half of it.

    Parameters
    ----------
    model
        What to save.
    path
        The directory, or an address such as "s3://bucket/model" of whatever fsspec knows; an artifact that is there
        already is replaced, anything else is refused.
    settings
        Plain values to keep with it, such as how the log was read.

    Returns
    -------
    pathlib.Path
        The directory; text if it is an address.

    Raises
    ------
    ArtifactError
        If the path holds something that is no artifact, or the settings hold what looks like a credential.
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
    refuse_secrets(settings or {})
    place = place_of(path)
    place.require_free()
    arrays = _packed(model)
    digest = sha256(arrays).hexdigest()
    place.write(arrays, digest, lambda name: _manifest(model, dict(settings or {}), {name: digest}))
    return place.path


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
    Give the directory that clv.save or clvmodels fit made. ...
    """
    manifest = read_manifest(path)
    with _damage(path):
        draws = _read_draws(path, manifest)
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
    with _damage(path):
        raw = place_of(path).read(MANIFEST)
    if raw is None:
        raise ArtifactError(f"{str(path)!r} holds no saved model: there is no {MANIFEST}.", advice=_ADVICE)
    with _damage(path):
        manifest = json.loads(raw.decode("utf-8"))
        if manifest["format"] != _FORMAT:
            raise ValueError("another format")
        if manifest["schema"] > SCHEMA:
            raise ArtifactError(
                f"{str(path)!r} was written by a newer version (schema {manifest['schema']}, known is {SCHEMA}).",
                advice="Update clvmodels.",
            )
    return dict(manifest)


def _packed(model: Part | LifetimeValue) -> bytes:
    """All arrays as the bytes of their file."""
    named = [pair for role, part in fits_of(model).items() for pair in by_stored_name(role, part).items()]
    arrays = {key: array for name, fit in named for key, array in stored_arrays(name, fit).items()}
    packed = BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def _manifest(model: Part | LifetimeValue, settings: dict[str, Any], files: dict[str, str]) -> bytes:
    manifest = {
        "format": _FORMAT,
        "schema": SCHEMA,
        "kind": "LifetimeValue" if isinstance(model, LifetimeValue) else "Fit",
        "terms": describe_terms(model) if isinstance(model, LifetimeValue) else None,
        "fits": {role: describe(part) for role, part in fits_of(model).items()},
        "settings": settings,
        "files": files,
    }
    return json.dumps(plain(manifest), indent=2, allow_nan=False).encode()


def _read_draws(path: str | Path, manifest: Mapping[str, Any]) -> dict[str, FloatArray]:
    name = DRAWS if manifest["schema"] < 2 else next(iter(manifest["files"]))
    if not (name.startswith("draws") and name.endswith(".npz") and name.replace("-", "").replace(".", "").isalnum()):
        raise ValueError("it names no file of draws")  # and must not lead elsewhere
    raw = place_of(path).read(name)
    if raw is None or sha256(raw).hexdigest() != manifest["files"][name]:
        raise ValueError(f"{name} is not the file that the manifest describes")
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
            raise ValueError("the draws unpack to more than a fit has")
    with np.load(BytesIO(raw), allow_pickle=False) as stored:
        return dict(stored)


# What the decoders of JSON, zip files and arrays, and the classes that are built, raise on bytes that a stranger made.
_DAMAGES = (
    LookupError, TypeError, ValueError, AttributeError, OSError, EOFError, ArithmeticError, RuntimeError, MemoryError,
    SyntaxError, StopIteration, zipfile.BadZipFile, zlib.error, struct.error, ClvError,
)  # fmt: skip


@contextmanager
def _damage(path: str | Path) -> Iterator[None]:
    """Whatever is wrong inside an artifact is reported as one thing: it is damaged."""
    try:
        yield
    except _DAMAGES as error:
        if isinstance(error, ArtifactError):
            raise
        raise ArtifactError(
            f"The saved model {str(path)!r} is damaged: {type(error).__name__}: {error}.",
            advice="Fit again, or restore it from a copy.",
        ) from error
