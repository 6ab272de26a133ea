"""How a log is read from files: the same for fitting and for scoring."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clvmodels.errors import ArtifactError
from clvmodels.transactions import Summary, Transactions, read


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

    def summary(self, paths: Sequence[str], until: str | None) -> Summary:
        """Read the files, check them and summarise."""
        return self.transactions(paths).summarize(until=until, **self.keywords)

    def transactions(self, paths: Sequence[str]) -> Transactions:
        """Read the files and check them."""
        return Transactions(
            read(paths, text=self._as_text(paths)),
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
