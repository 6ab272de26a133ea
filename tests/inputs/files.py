"""Files given to the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.inputs.cases import Gives, Refuses, log

FRAME = pd.DataFrame(log())
TEXT = FRAME.to_csv(index=False)


@dataclass(frozen=True)
class File:
    """One hostile file, made in a folder."""

    name: str
    make: Callable[[Path], Path]
    then: Gives | Refuses


def _csv(content: str | bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "log.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def _parquet(keep: slice, frame: pd.DataFrame = FRAME) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "log.parquet"
        frame.to_parquet(path)
        path.write_bytes(path.read_bytes()[keep])
        return path

    return make


def _folder(folder: Path) -> Path:
    path = folder / "log.csv"
    path.mkdir()
    return path


def _two_kinds(folder: Path) -> Path:
    _csv(TEXT)(folder)
    _parquet(slice(None))(folder)
    return folder / "log.*"


CASES = [
    File("a CSV file", _csv(TEXT), Gives("fitted and scored")),
    File(
        "CSV with CRLF and a byte order mark",
        _csv(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()),
        Gives("fitted and scored"),
    ),
    File("CSV with semicolons", _csv(TEXT.replace(",", ";")), Gives("fitted and scored: the delimiter is found")),
    File("CSV without any content", _csv(""), Refuses("no column")),
    File("CSV with a header alone", _csv(TEXT.partition("\n")[0] + "\n"), Refuses("The log is empty")),
    File("CSV without a header", _csv(TEXT.partition("\n")[2]), Refuses("no column 'id'")),
    File(
        "CSV without the column of amounts", _csv(FRAME[["id", "day"]].to_csv(index=False)), Refuses("no column 'paid'")
    ),
    File("CSV with text among the amounts", _csv(TEXT + "3,2024-03-05,much\n"), Refuses("not numbers")),
    File("CSV with a row that is too short", _csv(TEXT + "3\n"), Refuses("no column 'id'")),
    File("CSV with a row without a date", _csv(TEXT + "3,,5.0\n"), Refuses("1 rows have no time in 'day'")),
    File(
        "CSV that is not UTF-8",
        _csv(TEXT.encode() + "Jürgen,2024-03-05,5.0\n".encode("latin-1")),
        Refuses("cannot be read"),
    ),
    File("CSV of NUL bytes", _csv(b"\0" * 1000), Refuses("no column")),
    File("a folder with the name of a CSV file", _folder, Refuses("log.csv")),
    File("Parquet, cut off", _parquet(slice(-100)), Refuses("cannot be read")),
    File("Parquet without any content", _parquet(slice(0)), Refuses("cannot be read")),
    File("Parquet without rows", _parquet(slice(None), FRAME[:0]), Refuses("The log is empty")),
    File("CSV and Parquet under one pattern", _two_kinds, Refuses("several kinds", rows=2)),
    File("a file that does not exist", lambda folder: folder / "none.csv", Refuses("No file matches")),
    File("a file with another ending", lambda folder: Path(__file__) if folder else folder, Refuses("unknown ending")),
]
