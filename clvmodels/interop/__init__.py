"""From models that were fitted by other packages to fits of this one; none of these packages is imported."""

from clvmodels.interop.lifetimes import from_lifetimes
from clvmodels.interop.pymc_marketing import from_pymc_marketing
from clvmodels.interop.summaries import summary_from_lifetimes

__all__ = ["from_lifetimes", "from_pymc_marketing", "summary_from_lifetimes"]
