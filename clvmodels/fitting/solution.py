"""What a fitting method finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clvmodels.arrays import FloatArray
from clvmodels.priors import Prior


@dataclass(frozen=True)
class Diagnostics:
    """How a fit ended.

    Attributes
    ----------
    ok
        Whether the numbers can be used: converged, or at a named boundary.
    message
        One or two sentences for a person: what happened and, if it is not fine, what to do.
    method
        Name of the method.
    boundary
        The simpler model that describes the data as well, or None.
    numbers
        The method's own figures, such as iterations and the remaining gradient.

    Examples
    --------
    >>> from clvmodels.fitting import Diagnostics
    >>> Diagnostics(True, "Converged in 6 steps.", "MLE").ok
    True
    """

    ok: bool
    message: str
    method: str
    boundary: str | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def converged(self) -> bool:
        """Whether the fit ended at a maximum inside the parameter space."""
        return self.ok and self.boundary is None


@dataclass(frozen=True)
class Chains:
    """How draws belong to Markov chains: the first d / count are those of the first chain, and so on.

    Attributes
    ----------
    count
        Number of chains, of equal length.
    statistics
        What the sampler says of every draw, each of shape (count, draws of a chain), by ArviZ's names.
    """

    count: int
    statistics: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True)
class Solution:
    """Parameters found by a method.

    Attributes
    ----------
    draws
        Shape (d, k); d is 1 for a point estimate.
    covariance
        Shape (k, k), or None where it does not exist.
    log_likelihood
        At the mode.
    diagnostics
        How it ended.
    priors
        What was believed before, with numbers in the data's units; None where the method asks for no priors.
    chains
        Of draws that are a Markov chain's; else None.
    """

    draws: FloatArray
    covariance: FloatArray | None
    log_likelihood: float
    diagnostics: Diagnostics
    priors: Mapping[str, Prior] | None = None
    chains: Chains | None = None
