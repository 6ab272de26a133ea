"""Segments by recency, frequency and monetary value."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.fitting import require_summary
from clvmodels.rfm import RFMBounds, RFMScores, rfm_scores
from clvmodels.segments.named import RFM_SEGMENTS, SegmentMap
from clvmodels.segments.segmentation import Segments
from clvmodels.transactions import Summary


@dataclass(frozen=True, eq=False)
class RFMSegments(Segments):
    """Segments by scores.

    Attributes
    ----------
    scores
        Of each customer.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> segments = clv.segments.rfm(summary)
    >>> segments.labels[0], segments.scores.cells[0]
    ('Champions', np.int64(544))
    """

    scores: RFMScores


def rfm(summary: Summary, segments: SegmentMap = RFM_SEGMENTS, bounds: RFMBounds | None = None) -> RFMSegments:
    """Name customers by how recently, how often and for how much they bought.

    Recency is the time since the last purchase, T - recency of the summary; frequency the number of repeat purchases;
    monetary value all that the customer has spent or, in a table without `total_value`, what the repeat purchases came
    to. Customers who are alike have equal scores, so that where 60% never came back, there are fewer than five scores
    of frequency.

    Parameters
    ----------
    summary
        Customers in memory.
    segments
        Which cells make up which segment; by default Champions, Loyal, Potential loyalists, New, Need attention, At
        risk, Hibernating and Lost, by scores of recency and frequency.
    bounds
        Where scores begin, such as those of an earlier period; by default quantiles of these customers.

    Returns
    -------
    RFMSegments
        In the summary's row order.

    Raises
    ------
    InputError
        If bounds and segments have different numbers of scores.
    LazyFrameError
        If the frame is lazy.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> segments = clv.segments.rfm(summary)
    >>> dict(zip(segments.names[:4], segments.customers.tolist()))
    {'Champions': 481, 'Loyal': 15, 'Potential loyalists': 312, 'New': 147}
    """
    if bounds is not None and len(bounds.recency) + 1 != segments.bins:
        raise InputError(
            f"The bounds make {len(bounds.recency) + 1} scores, and the segments are made of {segments.bins}.",
            advice="Give both the same number.",
        )
    silence = require_summary(summary).column("T") - summary.column("recency")
    scores = rfm_scores(silence, summary.column("frequency"), _spent(summary), bins=segments.bins, bounds=bounds)
    return RFMSegments("RFM", segments.names, segments.codes(scores), scores)


def _spent(summary: Summary) -> FloatArray:
    if summary.has("total_value"):
        return summary.column("total_value")
    if summary.has("monetary_value"):
        return np.nan_to_num(summary.column("frequency") * summary.column("monetary_value"), nan=0.0)
    return np.zeros(len(summary))
