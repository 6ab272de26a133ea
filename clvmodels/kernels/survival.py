"""Time spent alive where the dropout rate varies over customers as Gamma, so that lifetimes are Lomax (Pareto II)."""

import numpy as np

from clvmodels.arrays import ArrayLike, FloatArray, floats
from clvmodels.kernels.time_integral import certain_integral, discounted_time


def survival_integral(
    s: ArrayLike, scale: ArrayLike, dropout: float, horizon: ArrayLike, delta: float = 0.0
) -> FloatArray:
    """Integral over h from 0 to `horizon` of exp(-delta h) (1 + dropout h / scale)^-s.

    Without discounting it is scale / dropout ((1 + dropout h / scale)^(1 - s) - 1) / (1 - s), which is smooth at s = 1.
    With it, to the end of time, it is the exponential integral of order s, and by quadrature in log time all the same.

    Parameters
    ----------
    s, scale
        Of the dropout rate, which is Gamma(s, scale).
    dropout
        Factor of that rate; at 0 nobody drops out.
    horizon
        May be infinite where delta is positive.
    delta
        Continuous discount rate per unit of time.

    Returns
    -------
    FloatArray
        Of the broadcast shape, in units of time.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.kernels.survival import survival_integral
    >>> at_one = survival_integral([1.0, 1.0 + 1e-9], 2.0, 1.0, 6.0)
    >>> (at_one / (2.0 * np.log(4.0))).round(8).tolist()
    [1.0, 1.0]
    """
    s, scale, horizon = np.broadcast_arrays(*floats(s, scale, horizon))
    if dropout == 0:
        return np.array(discounted_time(horizon, delta))
    scale = scale / dropout
    if delta > 0:
        return certain_integral(s, 1.0, scale, horizon, delta)
    grown = np.log1p(horizon / scale)
    power = (1.0 - s) * grown
    small = power == 0
    return np.asarray(scale * grown * np.where(small, 1.0, np.expm1(power) / np.where(small, 1.0, power)))
