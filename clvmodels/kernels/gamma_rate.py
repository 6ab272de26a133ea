"""Purchases at a Gamma(r, alpha) rate: what the likelihoods of models with such rates have in common, summed up.

A customer known to be alive up to age t, with x repeat purchases by then, contributes -x log(alpha + t) -
r log(1 + t / alpha). Parameters r and alpha come first in theta.
"""

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.kernels.derivatives import Derivatives, symmetric, weighted_sum


def waiting(theta: FloatArray, observed_to: FloatArray, customers: FloatArray, bought: FloatArray) -> FloatArray:
    """The sum at many parameters, as `by_draws` asks for it.

    Parameters
    ----------
    theta
        Shape (k, d, 1).
    observed_to, customers, bought
        Ages t, how many customers have them, and the sum of their x, shape (rows,).

    Returns
    -------
    FloatArray
        Shape (d,).
    """
    r, alpha = theta[:2]
    grown = np.log1p(observed_to / alpha) @ customers
    return np.asarray(-np.log(alpha + observed_to) @ bought - r[:, 0] * grown)


def waiting_derivatives(
    theta: FloatArray, observed_to: FloatArray, customers: FloatArray, bought: FloatArray
) -> Derivatives:
    """The sum with gradient and Hessian in the logs of all of theta, shape (k,)."""
    r, alpha = (float(value) for value in theta[:2])
    later = alpha + observed_to
    remaining = alpha / later
    share = observed_to / later
    grown = r * weighted_sum(customers, np.log1p(observed_to / alpha))
    sum_share = r * weighted_sum(customers, share)
    value = -weighted_sum(bought, np.log(later)) - grown
    gradient = np.zeros(len(theta))
    gradient[:2] = -grown, sum_share - weighted_sum(bought, remaining)
    bend = weighted_sum(bought + r * customers, share * remaining)
    return Derivatives(value, gradient, symmetric(len(theta), {(0, 0): -grown, (0, 1): sum_share, (1, 1): -bend}))
