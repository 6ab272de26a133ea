"""From fitted models to money."""

from clvmodels.lifetime.pipeline import Pipeline
from clvmodels.lifetime.terms import Terms
from clvmodels.lifetime.value import LifetimeValue

__all__ = ["LifetimeValue", "Pipeline", "Terms"]
