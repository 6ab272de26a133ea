"""How sure tables are: parameters, drawn, and bounds over draws."""

from typing import TypeAlias

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import WrongTypeError
from clvmodels.fitting import Fit, PurchaseFit, tails_of
from clvmodels.fitting.fit import GIVEN

# Draws of the parameters that bounds of tables are made of.
DRAWS = 200

Bounds: TypeAlias = dict[str, FloatArray | float]


def draws_of(fit: object, seed: int, size: int = DRAWS) -> FloatArray | None:
    """Parameters at which to compute, shape (size, k), or None where nothing is known of their spread.

    That is so at a boundary, where there is no covariance, of a point estimate that was taken over without one, and of
    predictors that are no single fit, such as rules of thumb.
    """
    if not isinstance(fit, Fit):
        return None
    known = len(fit.draws) > 1 or fit.covariance is not None or fit.diagnostics.method == GIVEN
    return fit.parameter_draws(size, seed) if known else None


def bounds_of(name: str, values: FloatArray, level: float) -> Bounds:
    """Columns name_lower and name_upper, quantiles over the first axis of values, shape (draws, ...), and the level."""
    lower, upper = np.quantile(values, tails_of(level), axis=0)
    return {f"{name}_lower": lower, f"{name}_upper": upper, "level": level}


def require_purchase_fit(fit: object) -> PurchaseFit:
    """The fit, if it is one of purchases.

    Raises
    ------
    WrongTypeError
        If it is not, as fits by group and rules of thumb are not.
    """
    if isinstance(fit, PurchaseFit):
        return fit
    raise WrongTypeError(
        f"A {type(fit).__name__} has no parameters of purchases.",
        advice='Give a fit, such as clv.BGNBD().fit(summary); of fits by group give one, such as fit["web"].',
    )


def present_at(fit: PurchaseFit, theta: FloatArray) -> FloatArray:
    """Probability that a customer just acquired is not gone at once, at each row of theta, shape (d,)."""
    return np.asarray(fit.model.kernel.probability_alive(0.0, 0.0, 0.0, *theta.T) * np.ones(len(theta)))
