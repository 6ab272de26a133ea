"""What a model expects of customers just acquired."""

from typing import TYPE_CHECKING

import numpy as np

from clvmodels.evaluation.spreads import bounds_of, draws_of, present_at, require_purchase_fit
from clvmodels.fitting import PurchaseFit
from clvmodels.units import Horizon

if TYPE_CHECKING:
    import pandas as pd


def new_customer(
    purchases: PurchaseFit, horizon: object, *, points: int = 100, level: float | None = 0.9, seed: int = 0
) -> "pd.DataFrame":
    """Expected repeat purchases of a customer just acquired, over age.

    Parameters
    ----------
    purchases
        A fit of purchases.
    horizon
        Up to which age: text with a unit, or a number in the fit's.
    points
        Ages at which to look, evenly spaced.
    level
        Of the bounds of the expectation, which know about parameters only; None for none.
    seed
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        A row per age: age and time_unit (the fit's), expected and, with a level, expected_lower, expected_upper, level;
        these are left out where nothing is known of the parameters' spread.

    Raises
    ------
    WrongTypeError
        If it is no fit of purchases.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import new_customer
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> new_customer(fit, "52 weeks", points=2, level=None)
        age time_unit  expected
    0  26.0      week  0.902637
    1  52.0      week  1.446051
    """
    import pandas as pd

    fit = require_purchase_fit(purchases)
    length = Horizon.parse(horizon).in_unit(fit.time_unit)
    ages = np.linspace(0.0, length, points + 1)[1:]
    expected = fit.expected_purchases_new_customer(ages)
    table = pd.DataFrame({"age": ages, "time_unit": str(fit.time_unit), "expected": expected})
    theta = None if level is None else draws_of(fit, seed)
    if theta is None or level is None:
        return table
    kernel = fit.model.kernel
    values = np.array([kernel.purchases_if_alive(0.0, 0.0, ages, 0.0, *row) for row in theta])
    return table.assign(**bounds_of("expected", present_at(fit, theta)[:, None] * values, level))
