"""Where artifacts stand: folders of this machine, and addresses of whatever fsspec knows."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from clvmodels.errors import ArtifactError, MissingPackageError

MANIFEST, DRAWS = "manifest.json", "draws.npz"
# From the name of the file of draws to the manifest.
Describe = Callable[[str], bytes]


class Place(Protocol):
    """A directory that holds an artifact, or will."""

    @property
    def path(self) -> Any:
        """As the caller is told of it."""

    def require_free(self) -> None:
        """Refuse what holds something else."""

    def write(self, draws: bytes, digest: str, describe: Describe) -> None:
        """Write an artifact; readers see the old one or the new one."""

    def read(self, name: str) -> bytes | None:
        """A file of it, or None if there is none."""


def place_of(path: str | Path) -> Place:
    """The folder of a path, or the directory of an address.

    Examples
    --------
    >>> from clvmodels.store.places import place_of
    >>> type(place_of("models/spend")).__name__, type(place_of("memory://models/spend")).__name__
    ('Folder', 'Remote')
    """
    return Remote(path) if isinstance(path, str) and "://" in path else Folder(Path(path))


@dataclass(frozen=True)
class Folder:
    """On a disk of this machine."""

    path: Path

    def require_free(self) -> None:
        """Refuse a file, and a folder with other things in it."""
        path = self.path
        if path.exists() and not (path / MANIFEST).is_file() and (path.is_file() or any(path.iterdir())):
            raise _taken(path)

    def write(self, draws: bytes, digest: str, describe: Describe) -> None:
        """A new folder is renamed whole; of one that is there the manifest is renamed last."""
        if (self.path / MANIFEST).is_file():
            self._replace(draws, digest, describe)
        else:
            self._create(draws, describe)

    def read(self, name: str) -> bytes | None:
        """The file's bytes."""
        file = self.path / name
        return file.read_bytes() if file.is_file() else None

    def _create(self, draws: bytes, describe: Describe) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Not tempfile.mkdtemp: its folders are private, and whoever scores may be another user than whoever fits.
        beside = self.path.parent / f".{self.path.name}-{uuid4().hex}"
        beside.mkdir()
        try:
            _write(beside / DRAWS, draws)
            _write(beside / MANIFEST, describe(DRAWS))
            sync_folder(beside)
            beside.rename(self.path)
            sync_folder(self.path.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _replace(self, draws: bytes, digest: str, describe: Describe) -> None:
        name = _name(digest)
        beside = self.path / f".{MANIFEST}-{uuid4().hex}"
        fresh = not (self.path / name).exists()
        try:
            _write(self.path / name, draws)
            _write(beside, describe(name))
            beside.replace(self.path / MANIFEST)
        except BaseException:
            beside.unlink(missing_ok=True)
            if fresh:
                (self.path / name).unlink(missing_ok=True)
            raise
        sync_folder(self.path)
        for other in self.path.glob("draws*.npz"):
            if other.name != name:
                other.unlink()


@dataclass(frozen=True)
class Remote:
    """At an address; stores of objects put each file whole, and the manifest comes last."""

    path: str

    def require_free(self) -> None:
        """Refuse a directory with other things in it."""
        files, root = self._open()
        if files.exists(root) and not files.exists(f"{root}/{MANIFEST}") and (files.isfile(root) or files.ls(root)):
            raise _taken(self.path)

    def write(self, draws: bytes, digest: str, describe: Describe) -> None:
        """Draws under a name of their own, the manifest that names them, and then the old draws go."""
        files, root = self._open()
        files.makedirs(root, exist_ok=True)
        name = _name(digest) if files.exists(f"{root}/{MANIFEST}") else DRAWS
        files.pipe_file(f"{root}/{name}", draws)
        files.pipe_file(f"{root}/{MANIFEST}", describe(name))
        for other in files.glob(f"{root}/draws*.npz"):
            if other.rpartition("/")[2] != name:
                files.rm_file(other)

    def read(self, name: str) -> bytes | None:
        """The file's bytes."""
        files, root = self._open()
        return bytes(files.cat_file(f"{root}/{name}")) if files.exists(f"{root}/{name}") else None

    def _open(self) -> tuple[Any, str]:
        import fsspec

        try:
            files, root = fsspec.core.url_to_fs(self.path)
        except ImportError as error:
            raise MissingPackageError(f"{self.path.partition('://')[0]}:// needs a package: {error}.") from error
        except ValueError as error:
            raise ArtifactError(f"The address cannot be used: {error}.", advice="Mend it, or use a path.") from error
        return files, root.rstrip("/")


def _name(digest: str) -> str:
    return f"draws-{digest[:16]}.npz"


def _taken(path: object) -> ArtifactError:
    return ArtifactError(
        f"{str(path)!r} exists and is no saved model.", advice="Choose another path, or remove it first."
    )


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        _sync(file)


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; a rename is lost with the power otherwise."""
    if os.name == "nt":  # which has no such call
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
