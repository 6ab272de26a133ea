"""Which segment each customer belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from clvmodels.arrays import Array, FloatArray, IntArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting import require_summary
from clvmodels.markup import sentence, table
from clvmodels.transactions import Groups, Label, Summary

# The name of the segment of those without a label.
MISSING = "(missing)"


@dataclass(frozen=True, eq=False)
class Segments:
    """Customers in segments, each in one.

    Attributes
    ----------
    by
        What they were told apart by, such as "RFM".
    names
        Of the segments, in the order in which tables have them; some may be empty.
    codes
        Each customer's place among the names, in the summary's row order, shape (n,).

    Raises
    ------
    InputError
        If a name is there twice, or a code is no place among the names.

    Examples
    --------
    >>> from clvmodels.segments import Segments
    >>> segments = Segments("colour", ("red", "blue"), [1, 0, 1])
    >>> segments.labels.tolist(), segments.customers.tolist(), segments.rows("blue").tolist()
    (['blue', 'red', 'blue'], [1, 2], [0, 2])
    """

    by: str
    names: tuple[str, ...]
    codes: IntArray

    def __post_init__(self) -> None:
        codes = np.array(self.codes, dtype=np.int64)
        if len(set(self.names)) < len(self.names):
            raise InputError(f"Two segments have one name: {', '.join(self.names)}.")
        if codes.ndim != 1 or (len(codes) and not 0 <= codes.min() <= codes.max() < len(self.names)):
            raise InputError(f"The codes are no places among the {len(self.names)} segments.")
        codes.flags.writeable = False
        object.__setattr__(self, "codes", codes)

    @classmethod
    def of_labels(cls, labels: Sequence[Label], by: str = "label") -> "Segments":
        """Segments from a label per customer, sorted by name; a missing label is a segment too.

        Examples
        --------
        >>> from clvmodels.segments import Segments
        >>> Segments.of_labels(["web", "shop", None]).names
        ('shop', 'web', '(missing)')
        """
        from pandas import isna  # knows what every engine calls missing

        texts = [MISSING if isna(label) else str(label) for label in labels]
        names = sorted(set(texts), key=lambda name: (name == MISSING, name))
        places = {name: place for place, name in enumerate(names)}
        return cls(by, tuple(names), np.array([places[text] for text in texts], dtype=np.int64))

    @property
    def labels(self) -> Array:
        """The name of each customer's segment, shape (n,), for a column of a frame."""
        return np.array(self.names, dtype=object)[self.codes]

    @property
    def customers(self) -> IntArray:
        """How many customers each segment has, shape (segments,)."""
        return np.bincount(self.codes, minlength=len(self.names))

    def rows(self, name: str) -> IntArray:
        """Places of the customers of one segment.

        Raises
        ------
        InputError
            If there is no such segment.
        """
        if name not in self.names:
            raise InputError(f"There is no segment {name!r}.", advice=f"There are {', '.join(self.names)}.")
        return np.flatnonzero(self.codes == self.names.index(name))

    def sums(self, values: FloatArray) -> FloatArray:
        """Sums over the customers of each segment of values of shape (n,)."""
        return np.bincount(self.codes, weights=values, minlength=len(self.names)).astype(float)

    def __len__(self) -> int:
        return len(self.names)

    def _repr_html_(self) -> str:
        rows = zip(self.names, self.customers.tolist(), strict=True)
        text = f"{len(self.codes):,} customers by {self.by}."
        return sentence(text, strong="Segments:") + table(["segment", "customers"], rows)


AnySegments: TypeAlias = Segments | str | Sequence[Label] | None


def segments_of(given: AnySegments, summary: Summary) -> Segments:
    """Segments of a summary's customers, from whatever names them.

    Parameters
    ----------
    given
        Segments; the name of an attribute of the summary; a label per customer; None for one segment of everybody.
    summary
        In memory.

    Raises
    ------
    InputError
        If there are other customers than in the summary, or no such attribute.
    """
    customers = len(require_summary(summary))
    if given is None:
        return everybody(customers)
    if isinstance(given, str):
        return _of_attribute(summary, given)
    if not isinstance(given, Segments) and not hasattr(given, "__len__"):
        raise WrongTypeError(
            f"A {type(given).__name__} does not say who belongs to which segment.",
            advice='Give segments.rfm(summary), the name of an attribute such as "channel", or a label per customer.',
        )
    segments = given if isinstance(given, Segments) else Segments.of_labels(list(given))
    if len(segments.codes) != customers:
        raise InputError(
            f"There are segments of {len(segments.codes):,} customers and {customers:,} customers.",
            advice="Make the segments of the same summary.",
        )
    return segments


def everybody(customers: int) -> Segments:
    """One segment of all customers."""
    return Segments("nothing", ("all customers",), np.zeros(customers, dtype=np.int64))


def _of_attribute(summary: Summary, by: str) -> Segments:
    groups = Groups.of(summary, by)
    names = tuple(MISSING if label is None else str(label) for label in groups.labels)
    return Segments(by, names, groups.codes(summary))
