"""A page in a file, whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from clvmodels.errors import InputError


def save_text(text: str, path: str | Path) -> Path:
    """Write a text beside its place, and rename it when it is complete and on the disk.

    Raises
    ------
    InputError
        If it cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from clvmodels.report.saving import save_text
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_text("text", pathlib.Path(folder, "new", "page.html")).read_text()
    'text'
    """
    target = Path(path)
    # A name of its own, so that two who write one page do not write into each other's.
    beside = target.with_name(f".{uuid4().hex}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        raise InputError(f"The page cannot be written: {error}.", advice="Name another file.") from error
    finally:
        with suppress(OSError):
            beside.unlink()
    return target.resolve()
