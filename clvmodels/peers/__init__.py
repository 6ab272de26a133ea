"""Names that users of other packages look for, and what they are called here; docs/migration.md shows the same."""

from clvmodels.peers.arguments import ExplainsPeerCalls
from clvmodels.peers.explain import ExplainsPeerNames, missing_name, raise_missing
from clvmodels.peers.keywords import KEYWORDS
from clvmodels.peers.name import PeerName
from clvmodels.peers.table import MIGRATION_PAGE, NAMES, lookup

__all__ = [
    "KEYWORDS", "MIGRATION_PAGE", "NAMES", "ExplainsPeerCalls", "ExplainsPeerNames", "PeerName", "lookup",
    "missing_name", "raise_missing",
]  # fmt: skip
