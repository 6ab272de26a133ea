"""Saved models: a directory with a manifest that a person can read and the draws; no pickle, no customer data.

Nothing in an artifact is executed when it is loaded, so one from a stranger can do no more than be refused.
"""

import json
import math
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import ArtifactError, ClvError, WrongTypeError
from clvmodels.fitting import Diagnostics, Fit, Provenance, PurchaseFit, SpendFit
from clvmodels.lifetime import LifetimeValue, Terms
from clvmodels.models import MODELS, PurchaseModel
from clvmodels.units import CostRate, Horizon, TimeUnit

SCHEMA = 1
_FORMAT = "clvmodels"
_MANIFEST, _DRAWS = "manifest.json", "draws.npz"


def save(model: Fit | LifetimeValue, path: str | Path, *, settings: Mapping[str, Any] | None = None) -> Path:
    """Write a fit, or a valuation of fits, as a directory.

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
        fits: dict[str, Any] = {role: _fit(entry, draws[role]) for role, entry in manifest["fits"].items()}
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


def _write(model: Fit | LifetimeValue, folder: Path, settings: dict[str, Any]) -> None:
    fits = _fits(model)
    with (folder / _DRAWS).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **{role: fit.draws for role, fit in fits.items()})
        _sync(file)
    manifest = {
        "format": _FORMAT,
        "schema": SCHEMA,
        "kind": "LifetimeValue" if isinstance(model, LifetimeValue) else "Fit",
        "terms": _terms(model) if isinstance(model, LifetimeValue) else None,
        "fits": {role: _entry(fit) for role, fit in fits.items()},
        "settings": settings,
        "files": {_DRAWS: sha256((folder / _DRAWS).read_bytes()).hexdigest()},
    }
    with (folder / _MANIFEST).open("w", encoding="utf-8") as text:
        json.dump(_plain(manifest), text, indent=2, allow_nan=False)
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


def _fits(model: object) -> dict[str, Fit]:
    if isinstance(model, Fit):
        return {"fit": model}
    if isinstance(model, LifetimeValue):
        parts = {"purchases": model.purchases, "spend": model.spend}
        fits = {role: part for role, part in parts.items() if isinstance(part, Fit)}
        if len(fits) == len(parts):
            return fits
    raise WrongTypeError(
        f"A {type(model).__name__} cannot be saved.", advice="Save a fit, or a LifetimeValue made of two fits."
    )


def _entry(fit: Fit) -> dict[str, Any]:
    return {
        "model": fit.model.name,
        "parameters": fit.estimates,
        "covariance": None if fit.covariance is None else fit.covariance.tolist(),
        "log_likelihood": fit.log_likelihood,
        "customers": fit.customers,
        "diagnostics": asdict(fit.diagnostics),
        "provenance": asdict(fit.provenance),
    }


def _terms(value: LifetimeValue) -> dict[str, Any]:
    terms = {field.name: getattr(value, field.name) for field in fields(Terms)}
    horizon = Horizon.parse(value.horizon)
    amount = None if horizon.endless else horizon.amount
    return terms | {"horizon": amount if horizon.unit is None else f"{amount!r} {horizon.unit}s"}


def _plain(value: Any) -> Any:
    """The value in what JSON has; numbers that it lacks become text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, CostRate):
        return f"{value.amount!r} per {value.unit}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _read_draws(folder: Path, manifest: Mapping[str, Any]) -> dict[str, FloatArray]:
    file = folder / _DRAWS
    if sha256(file.read_bytes()).hexdigest() != manifest["files"][_DRAWS]:
        raise ValueError(f"{_DRAWS} is not the file that the manifest describes")
    with np.load(file, allow_pickle=False) as stored:
        return {role: stored[role] for role in manifest["fits"]}


def _fit(entry: Mapping[str, Any], draws: FloatArray) -> Fit:
    model = MODELS[entry["model"]]()
    size = len(model.parameters)
    if draws.dtype != np.float64 or draws.ndim != 2 or draws.shape[1] != size or not (draws > 0).all():
        raise ValueError("the draws do not fit the model")
    covariance = entry["covariance"]
    origin = dict(entry["provenance"])
    provenance = origin | {"time_unit": TimeUnit.parse(origin["time_unit"]), "until": _moment(origin["until"])}
    kind = PurchaseFit if isinstance(model, PurchaseModel) else SpendFit
    return kind(
        model,
        draws,
        None if covariance is None else np.array(covariance, dtype=float).reshape(size, size),
        float(entry["log_likelihood"]),
        int(entry["customers"]),
        Diagnostics(**entry["diagnostics"]),
        Provenance(**provenance),
    )


def _moment(text: str | None) -> date | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


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
