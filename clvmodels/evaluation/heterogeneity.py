"""How customers differ from each other, as a model has it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.evaluation.spreads import bounds_of, draws_of
from clvmodels.fitting import Fit
from clvmodels.units import TimeUnit

if TYPE_CHECKING:
    import pandas as pd

# Of a rate, what is below the first quantile and above the last is not shown: for a small r it spans dozens of powers.
_TAILS = (0.1, 0.9995)
_SLOWEST = 1e-100


@dataclass(frozen=True)
class Mixing:
    """A quantity in which customers differ.

    Attributes
    ----------
    quantity
        Its name.
    symbols
        The two parameters of its distribution, as every model of the field calls them.
    family
        Gamma by shape and rate, or Beta.
    """

    quantity: str
    symbols: tuple[str, str]
    family: Literal["gamma", "beta"]

    def unit(self, time_unit: TimeUnit) -> str:
        """Of the quantity, in words."""
        return f"per {time_unit}" if self.family == "gamma" else ""

    def density(self, at: FloatArray, theta: FloatArray) -> FloatArray:
        """At each theta, shape (d, 2): shape (d, points); of a rate per tenfold, that of its logarithm to base 10."""
        first, second = theta.T[:, :, None]
        if self.family == "beta":
            return np.asarray(stats.beta.pdf(at, first, second))
        return np.asarray(stats.gamma.pdf(at, first, scale=1.0 / second) * at * np.log(10.0))

    def mean(self, theta: FloatArray) -> FloatArray:
        """Mean over customers at each theta, shape (d,)."""
        first, second = theta.T
        return np.asarray(first / (first + second) if self.family == "beta" else first / second)

    def values(self, theta: FloatArray, points: int) -> FloatArray:
        """Where to look, shape (points,)."""
        if self.family == "beta":
            return np.asarray((np.arange(points) + 0.5) / points)
        low, high = stats.gamma(theta[0], scale=1.0 / theta[1]).ppf(_TAILS)
        # Where nobody repeats, all rates are 0 and the axis is arbitrary.
        high = max(high, _SLOWEST)
        return np.geomspace(max(low, 1e-12 * high), high, points)


_MIXINGS = (
    Mixing("purchase rate", ("r", "alpha"), "gamma"),
    Mixing("dropout probability", ("a", "b"), "beta"),
    Mixing("dropout rate", ("s", "beta"), "gamma"),
)


def heterogeneity(fit: Fit, *, points: int = 200, level: float | None = 0.9, seed: int = 0) -> "pd.DataFrame":
    """Densities over customers of purchase rates while alive, and of dropout.

    Parameters
    ----------
    fit
        A fit of purchases.
    points
        Values of each quantity.
    level
        Of the bounds of the density, point by point, which know about parameters only; None for none.
    seed
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        Rows by quantity ("purchase rate"; "dropout probability" after a purchase or "dropout rate", as the model has
        it): quantity, unit, value, density, mean (over customers) and, with a level, density_lower, density_upper and
        level; these are left out where nothing is known of the parameters' spread. Rates run from the quantile of 10%
        to that of 99.95%, and their density is per tenfold, that of the logarithm to base 10; a probability's is plain.

    Raises
    ------
    InputError
        If the model has none of these.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import heterogeneity
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> heterogeneity(fit, level=None).groupby("quantity")["mean"].first().round(3)
    quantity
    dropout probability    0.246
    purchase rate          0.055
    Name: mean, dtype: float64
    """
    import pandas as pd

    symbols = [parameter.symbol for parameter in getattr(getattr(fit, "model", None), "parameters", ())]
    found = [mixing for mixing in _MIXINGS if set(mixing.symbols) <= set(symbols)]
    if not found:
        raise InputError(
            f"In a {type(fit).__name__} customers differ in no rate that is known here.",
            advice="Give a fit of purchases, such as clv.BGNBD().fit(summary).",
        )
    theta = None if level is None else draws_of(fit, seed)
    tables = [_table(fit, mixing, [symbols.index(name) for name in mixing.symbols], points) for mixing in found]
    if theta is not None and level is not None:
        for place, mixing in enumerate(found):
            pair = theta[:, [symbols.index(name) for name in mixing.symbols]]
            drawn = mixing.density(tables[place]["value"].to_numpy(), pair)
            tables[place] = tables[place].assign(**bounds_of("density", drawn, level))
    return pd.concat(tables, ignore_index=True)


def _table(fit: Fit, mixing: Mixing, places: list[int], points: int) -> "pd.DataFrame":
    """Averages over the fit's draws."""
    import pandas as pd

    theta = fit.draws[:, places]
    values = mixing.values(theta.mean(axis=0), points)
    return pd.DataFrame(
        {
            "quantity": mixing.quantity,
            "unit": mixing.unit(fit.time_unit),
            "value": values,
            "density": mixing.density(values, theta).mean(axis=0),
            "mean": float(mixing.mean(theta).mean()),
        }
    )
