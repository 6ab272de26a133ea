"""One name of another package."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

LIFETIMES, PYMC_MARKETING = "lifetimes", "PyMC-Marketing"

Place: TypeAlias = Literal["package", "plots", "fit"]


@dataclass(frozen=True)
class PeerName:
    """A name of another package, and what is used here instead.

    Attributes
    ----------
    package
        Whose name it is.
    place
        Where it is looked for: in the package or a module of it, among the plots, or on a model or fit.
    name
        As it is there.
    ours
        Code that does the same here; empty if nothing does.
    note
        What is different.

    Examples
    --------
    >>> from clvmodels.peers import PeerName
    >>> print(PeerName("lifetimes", "package", "BetaGeoFitter", "clv.BGNBD()").message)
    BetaGeoFitter of lifetimes is clv.BGNBD() here. docs/migration.md lists all names.
    """

    package: str
    place: Place
    name: str
    ours: str
    note: str = ""

    @property
    def message(self) -> str:
        """What is said to whoever looks for it."""
        what = f"is {self.ours} here" if self.ours else "has no counterpart here"
        note = f"; {self.note}" if self.note else ""
        return f"{self.name} of {self.package} {what}{note}. {MIGRATION_PAGE} lists all names."


MIGRATION_PAGE = "docs/migration.md"


def rows(package: str, place: Place, names: tuple[tuple[str, str, str], ...]) -> tuple[PeerName, ...]:
    """Names of one package and place."""
    return tuple(PeerName(package, place, *name) for name in names)
