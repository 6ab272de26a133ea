"""Writing that survives a crash: whole or not at all, and on the disk before anything refers to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from clvmodels.errors import ClvError
from clvmodels.store.places import sync_folder


class BusyError(ClvError):
    """Another run holds the folder."""


def sync_tree(folder: Path) -> None:
    """Bring a folder with all its files to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def write_text(path: Path, text: str) -> None:
    """Replace a small file by one rename: readers see the old text or the new one."""
    beside = path.with_name(f".{path.name}.part")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder alone.

    The lock is the operating system's, which takes it back when the process ends however it ends: a killed run blocks
    nobody.

    Raises
    ------
    BusyError
        If another process holds it.
    """
    with (folder / "lock").open("a+b") as file:
        if not _lock(file):
            raise BusyError(
                f"Another run is at work in {str(folder)!r}.", advice="Wait until it has ended; it is not disturbed."
            )
        yield  # closing the file gives the lock back


def _lock(file: IO[Any]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
