"""Every error that the package raises on purpose, in one shape: what was wrong, which rows, what to do."""

from collections.abc import Iterable
from itertools import islice

MOST_ROWS_SHOWN = 3


class ClvError(Exception):
    """Base class of all errors of this package.

    The message has up to three parts: what was wrong, up to three of the offending rows, and what to do about it.

    Parameters
    ----------
    what
        One sentence: what was wrong, with the figures that show it.
    rows
        The offending rows or values; the first three are printed.
    advice
        What the caller can do.

    Examples
    --------
    >>> from clvmodels.errors import ClvError
    >>> print(ClvError("2 amounts are not numbers.", rows=["row 7: nan", "row 9: inf"], advice="Drop them."))
    2 amounts are not numbers.
      row 7: nan
      row 9: inf
    Drop them.
    """

    def __init__(self, what: str, *, rows: Iterable[object] = (), advice: str = "") -> None:
        self.what = what
        self.rows = tuple(str(row) for row in islice(rows, MOST_ROWS_SHOWN))
        self.advice = advice
        super().__init__("\n".join(part for part in (what, *(f"  {row}" for row in self.rows), advice) if part))


class InputError(ClvError, ValueError):
    """Data or a setting has a value that cannot be used."""


class WrongTypeError(ClvError, TypeError):
    """An argument is of a kind that cannot be used, such as a bare frame where a Summary is needed."""


class LazyFrameError(ClvError):
    """An array was asked of a frame that holds a plan and no rows."""


class BoundaryError(ClvError):
    """A quantity that does not exist at the boundary of the parameter space, such as a covariance, was asked for."""


class NotConvergedError(ClvError):
    """A fit that did not converge reached a place where only converged fits may pass."""


class ArtifactError(ClvError):
    """A saved model is missing, damaged, newer than this version, or of another kind."""


class MissingPackageError(ClvError, ImportError):
    """What was asked for needs an optional package that is not installed."""
