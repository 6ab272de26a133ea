"""A valuation by models that were fitted by group, as valuations by one pair of fits each."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from clvmodels.arrays import IntArray
from clvmodels.fitting import GroupedFit
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    from clvmodels.lifetime.value import LifetimeValue


def parts_of(value: "LifetimeValue", summary: Summary) -> Iterator[tuple[IntArray, "LifetimeValue", Summary]]:
    """Places of customers, the valuation by the fits that are theirs, and their summary."""
    for role, predictor in (("purchases", value.purchases), ("spend", value.spend)):
        if isinstance(predictor, GroupedFit):
            for rows, fit, some in predictor.parts(summary):
                for inner, plain, fewer in parts_of(replace(value, **{role: fit}), some):
                    yield rows[inner], plain, fewer
            return
    yield np.arange(len(summary)), value, summary
