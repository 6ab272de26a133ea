"""Where a fit comes from: enough to say later whether two fits saw the same data with the same software."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module

from clvmodels.units import TimeUnit

_PACKAGES = ("clvmodels", "numpy", "scipy")


@dataclass(frozen=True)
class Provenance:
    """Origin of a fit.

    Attributes
    ----------
    fingerprint
        Hash of the distinct rows and their counts; no customer can be read from it.
    until
        End of the observed period, where the summary knows it.
    time_unit
        Unit of recency and T.
    versions
        Of Python and the packages that computed it.
    seed
        Of the random numbers, where the method uses any.
    seconds
        Wall time of the fit.

    Examples
    --------
    >>> from clvmodels.fitting import Provenance
    >>> from clvmodels.units import TimeUnit
    >>> Provenance("", None, TimeUnit.WEEK).seed is None
    True
    """

    fingerprint: str
    until: date | None
    time_unit: TimeUnit
    versions: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    seconds: float = 0.0


def current_versions() -> dict[str, str]:
    """Versions of Python and of the packages that compute."""
    # As the packages say themselves: to read installed metadata takes longer than many a fit.
    return {"python": platform.python_version()} | {name: import_module(name).__version__ for name in _PACKAGES}
