"""All names in one table."""

from clvmodels.peers.lifetimes import LIFETIMES_NAMES
from clvmodels.peers.name import MIGRATION_PAGE, PeerName, Place
from clvmodels.peers.pymc_marketing import PYMC_MARKETING_NAMES

__all__ = ["MIGRATION_PAGE", "NAMES", "lookup"]

NAMES: tuple[PeerName, ...] = LIFETIMES_NAMES + PYMC_MARKETING_NAMES


def lookup(name: str, *places: Place) -> PeerName | None:
    """The entry of a name that is looked for in one of some places; the first if several packages have it.

    Examples
    --------
    >>> from clvmodels.peers import lookup
    >>> lookup("params_", "fit").ours
    'fit.estimates'
    >>> lookup("params_", "package") is None
    True
    """
    return next((peer for peer in NAMES if peer.name == name and peer.place in places), None)
