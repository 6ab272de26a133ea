"""Customers in segments: what they are worth, what a change of their behaviour would be, and what they cost to win."""

from clvmodels.segments.cells import RFMSegments, rfm
from clvmodels.segments.economics import UnitEconomics, unit_economics
from clvmodels.segments.levers import Levers, levers
from clvmodels.segments.named import RFM_SEGMENTS, Box, SegmentMap
from clvmodels.segments.scenario import Scenario, scenario
from clvmodels.segments.segmentation import Segments
from clvmodels.segments.table import table
from clvmodels.segments.tiers import tiers

__all__ = [
    "RFM_SEGMENTS", "Box", "Levers", "RFMSegments", "Scenario", "SegmentMap", "Segments", "UnitEconomics", "levers",
    "rfm", "scenario", "table", "tiers", "unit_economics",
]  # fmt: skip
