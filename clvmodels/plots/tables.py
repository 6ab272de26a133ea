"""What each plot draws, and what is said of anything else."""

from dataclasses import dataclass
from typing import Any

from clvmodels.errors import InputError, WrongTypeError

_EMPTY = "Failures and notes of the backtest say why; intervals need backtest(..., level=)."


@dataclass(frozen=True)
class Source:
    """Where a plot's table comes from.

    Attributes
    ----------
    plot
        Name of the plot.
    maker
        The call that makes the table.
    columns
        Those that the plot needs.
    """

    plot: str
    maker: str
    columns: tuple[str, ...] = ()

    def require(self, table: Any) -> None:
        """Refuse whatever is not the table that the plot draws.

        Raises
        ------
        WrongTypeError
            If it is no frame of pandas.
        InputError
            If columns are missing, or there are no rows.
        """
        import pandas as pd

        self.require_kind(table, pd.DataFrame)
        missing = [name for name in self.columns if name not in table]
        if missing:
            raise InputError(
                f"The table has no column {', '.join(map(repr, missing))}.",
                advice=f"{self.plot} draws what {self.maker} returns.",
            )
        if not len(table):
            raise InputError(
                f"The table has no rows: {self.maker} found nothing.",
                advice=_EMPTY if self.maker.startswith("backtest") else "There is nothing to draw.",
            )

    def require_kind(self, table: Any, *kinds: type) -> None:
        """Refuse what is of another kind, such as the fit that the table is made of.

        Raises
        ------
        WrongTypeError
            If it is of none of the kinds.
        """
        if not isinstance(table, kinds):
            kind = type(table).__name__
            raise WrongTypeError(
                f"{self.plot} draws what {self.maker} returns, not {'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}.",
                advice=f"Make it first, then draw it: clv.plots.{self.plot}({self.maker}).",
            )
