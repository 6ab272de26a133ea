"""A number with, where it is known, its interval."""

from dataclasses import dataclass

from clvmodels.markup import sentence


@dataclass(frozen=True)
class Estimate:
    """A mean and the bounds of its interval; bounds are None where no level was asked for.

    Examples
    --------
    >>> import clvmodels as clv
    >>> float(clv.Estimate(12.5))
    12.5
    """

    mean: float
    lower: float | None = None
    upper: float | None = None
    level: float | None = None

    def _repr_html_(self) -> str:
        level = "" if self.level is None else f" ({self.level:.0%} interval)"
        return sentence(f"{self}{level}")

    def __float__(self) -> float:
        return self.mean

    def __str__(self) -> str:
        if self.lower is None or self.upper is None:
            return f"{self.mean:,.2f}"
        return f"{self.mean:,.2f} ({self.lower:,.2f} to {self.upper:,.2f})"
