"""How a log is read from files: the same for fitting and for scoring."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clvmodels.errors import ArtifactError, InputError
from clvmodels.transactions import Summary, Transactions, read, stored


@dataclass(frozen=True)
class Space:
    """What DuckDB may take of the machine: memory, such as "3GB", and a folder for what does not fit."""

    memory: str
    folder: Path

    @classmethod
    @contextmanager
    def of(cls, memory: str, within: Path | None) -> "Iterator[Space]":
        """A new folder within one, by default the system's for temporary files; it is removed at the end."""
        if within is not None and not within.is_dir():
            raise InputError(f"The folder {str(within)!r} does not exist.", advice="Make it first.")
        with TemporaryDirectory(prefix="clvmodels-", dir=within) as folder:
            yield cls(memory, Path(folder))


@dataclass(frozen=True)
class Source:
    """Files, the last day that they are read up to, and the space for it."""

    paths: Sequence[str]
    until: str | None
    space: Space


@dataclass(frozen=True)
class Reading:
    """Columns of a log and the keywords of `summarize` but `until`, which differs from run to run."""

    customer: str
    time: str
    amount: str | None
    time_format: str | None
    keywords: Mapping[str, Any]

    @classmethod
    def of(cls, customer: str, time: str, amount: str | None, time_format: str | None, **keywords: Any) -> "Reading":
        """From the options of a command, in which no collapsing is the word none."""
        if keywords.get("collapse") == "none":
            keywords["collapse"] = None
        return cls(customer, time, amount, time_format, keywords)

    def summary(self, source: Source) -> Summary:
        """Read the files, check them and summarise, once and for all."""
        transactions = self.transactions(source.paths, source.space)
        return stored(transactions.summarize(until=source.until, **self.keywords), source.space.folder)

    def transactions(self, paths: Sequence[str], space: Space | None = None) -> Transactions:
        """Read the files and check them."""
        limits: dict[str, Any] = {}
        if space is not None:
            limits = {"memory_limit": space.memory, "temp_directory": space.folder}
        return Transactions(
            read(paths, text=self._as_text(paths), **limits),
            customer=self.customer,
            time=self.time,
            amount=self.amount,
            time_format=self.time_format,
        )

    def as_settings(self) -> dict[str, Any]:
        """Plain values to keep with a saved model."""
        return asdict(self) | {"keywords": dict(self.keywords)}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], path: Path) -> "Reading":
        """What `as_settings` kept.

        Raises
        ------
        ArtifactError
            If the model was saved without them.
        """
        try:
            return cls(**settings["reading"])
        except (KeyError, TypeError) as error:
            raise ArtifactError(
                f"{str(path)!r} does not say how its log was read.", advice="Score with models made by clvmodels fit."
            ) from error

    def _as_text(self, paths: Sequence[str]) -> tuple[str, ...]:
        # A CSV file has no types: guessing would cut the zeros of "00123" and read 01/02/2024 in either order.
        csv = any(".csv" in Path(path).suffixes for path in paths)
        return (self.customer, self.time) if csv else ()
