"""Names for the cells that scores of recency, frequency and monetary value form: data, checked to cover each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clvmodels.arrays import Array, IntArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.rfm import RFMScores

_KINDS = ("recency", "frequency", "monetary")


@dataclass(frozen=True)
class Box:
    """Cells whose scores lie between bounds, both inclusive; a kind of score that is None is free.

    Attributes
    ----------
    recency, frequency, monetary
        Lowest and highest score; the highest is the best, so that recency 5 is the most recent.

    Examples
    --------
    >>> from clvmodels.segments import Box
    >>> Box(recency=(4, 5), frequency=(1, 1))
    Box(recency=(4, 5), frequency=(1, 1), monetary=None)
    """

    recency: tuple[int, int] | None = None
    frequency: tuple[int, int] | None = None
    monetary: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        for kind in _KINDS:
            bounds = getattr(self, kind)
            whole = isinstance(bounds, tuple) and len(bounds) == 2 and all(isinstance(score, int) for score in bounds)
            if bounds is not None and not whole:
                raise InputError(
                    f"The scores of {kind} {bounds!r} are no pair of whole numbers.", advice="Such as (4, 5)."
                )


@dataclass(frozen=True)
class SegmentMap:
    """Which cells of scores make up which segment.

    Attributes
    ----------
    boxes
        By name of the segment, in the order in which tables have them.
    bins
        Number of scores, 2 to 9.

    Raises
    ------
    InputError
        If a cell belongs to no segment or to two, or a box is not within the scores; the message shows which.

    Examples
    --------
    >>> from clvmodels.segments import Box, SegmentMap
    >>> two = SegmentMap({"came back": [Box(frequency=(2, 3))], "did not": [Box(frequency=(1, 1))]}, bins=3)
    >>> two.names
    ('came back', 'did not')
    >>> SegmentMap({"came back": [Box(frequency=(2, 3))]}, bins=3)
    Traceback (most recent call last):
    clvmodels.errors.InputError: 9 of 27 cells belong to no segment.
      recency 1, frequency 1, monetary 1
      recency 1, frequency 1, monetary 2
      recency 1, frequency 1, monetary 3
    Every cell of scores needs one segment.
    """

    boxes: Mapping[str, Sequence[Box]]
    bins: int = 5

    def __post_init__(self) -> None:
        if not (type(self.bins) is int and 2 <= self.bins <= 9):
            raise InputError(f"bins={self.bins!r} is no whole number from 2 to 9.")
        object.__setattr__(self, "boxes", {name: tuple(boxes) for name, boxes in self.boxes.items()})
        for name, boxes in self.boxes.items():
            if not all(isinstance(box, Box) for box in boxes):
                raise WrongTypeError(f"{name!r} is not made of boxes.", advice="Such as [Box(recency=(4, 5))].")
        _ = self._cells

    @property
    def names(self) -> tuple[str, ...]:
        """Of the segments."""
        return tuple(self.boxes)

    def codes(self, scores: RFMScores) -> IntArray:
        """Each customer's place among the names, shape (n,)."""
        return self._cells[scores.recency - 1, scores.frequency - 1, scores.monetary - 1]

    @cached_property
    def _cells(self) -> IntArray:
        """The place among the names of every cell, shape (bins, bins, bins)."""
        owners = np.zeros((len(self.boxes), *[self.bins] * 3), dtype=np.int64)
        for place, (name, boxes) in enumerate(self.boxes.items()):
            for box in boxes:
                recency, frequency, monetary = (self._within(name, box, kind) for kind in _KINDS)
                owners[place, recency, frequency, monetary] += 1
        times = owners.sum(axis=0)
        self._require(times > 0, "belong to no segment")
        self._require(times < 2, "belong to more than one segment, or to two boxes of one")
        return np.asarray(owners.argmax(axis=0))

    def _within(self, name: str, box: Box, kind: str) -> slice:
        low, high = getattr(box, kind) or (1, self.bins)
        if not 1 <= low <= high <= self.bins:
            raise InputError(
                f"{name!r} has scores of {kind} from {low} to {high}.", advice=f"They go from 1 to {self.bins}."
            )
        return slice(low - 1, high)

    def _require(self, good: Array, fault: str) -> None:
        bad = np.argwhere(~good) + 1
        if len(bad):
            cells = [", ".join(f"{kind} {score}" for kind, score in zip(_KINDS, cell, strict=True)) for cell in bad[:3]]
            raise InputError(
                f"{len(bad)} of {self.bins**3} cells {fault}.",
                rows=cells,
                advice="Every cell of scores needs one segment.",
            )


# The names that most write-ups of RFM use, by recency and frequency; monetary value is free.
RFM_SEGMENTS = SegmentMap(
    {
        "Champions": [Box(recency=(4, 5), frequency=(4, 5))],
        "Loyal": [Box(recency=(3, 3), frequency=(4, 5))],
        "Potential loyalists": [Box(recency=(4, 5), frequency=(2, 3))],
        "New": [Box(recency=(4, 5), frequency=(1, 1))],
        "Need attention": [Box(recency=(3, 3), frequency=(1, 3))],
        "At risk": [Box(recency=(1, 2), frequency=(3, 5))],
        "Hibernating": [Box(recency=(2, 2), frequency=(1, 2))],
        "Lost": [Box(recency=(1, 1), frequency=(1, 2))],
    }
)
