"""mpmath against itself: the reference values agree with integrals of another order and another kind."""

import numpy as np
import pytest

from clvmodels.kernels import bgnbd
from tests.oracles import formulas

THETA = (0.243, 4.414, 0.793, 2.426)
DELTA = float(np.log(1.1) / 52)
# Both sides have more than 20 digits; the rest is the error that mpmath's quadrature estimates for itself.
DIGITS = 1e-14


def agree(first, second):
    assert abs(first / second - 1) < DIGITS


@pytest.mark.parametrize("u", [0.1, 3.0, 500.0])
def test_2f1_is_the_mean_over_dropout_probabilities(u):
    agree(formulas.mixture(3.243, 0.793, 4.426, u), formulas.mixture_over_p(3.243, 0.793, 4.426, u))


def test_pfaffs_series_is_2f1():
    with formulas.mp.workdps(40):
        m, a, c, u = (formulas.mpf(v) for v in (2.5, 1.1e9, 2.3e9, 0.7))
        agree(formulas.hypergeometric(m, a, c, u), formulas.mp.hyp2f1(m, a, c, -u))


@pytest.mark.parametrize("horizon", [52.0, np.inf])
def test_discounting_over_time_first_or_over_dropout_first(horizon):
    arguments = (3.243, 0.793, 4.426, 43.274, horizon, DELTA)
    agree(formulas.discounted_integral(*arguments), formulas.discounted_integral_over_p(*arguments))


def test_the_antiderivative_is_the_limit_of_little_discounting():
    arguments = (3.243, 0.793, 4.426, 43.274, 52.0)
    first, second = formulas.integral(*arguments), formulas.discounted_integral(*arguments, 1e-18)
    agree(first, second)


@pytest.mark.parametrize("x", [0, 1, 4])
def test_likelihood_is_the_mean_over_rates_and_dropout_probabilities(x):
    t_x = 30.43 if x else 0.0
    integrated = formulas.log_likelihood_integrated(x, t_x, 38.86, *THETA)
    agree(formulas.log_likelihood(x, t_x, 38.86, *THETA), integrated)
    assert float(bgnbd.log_likelihood(x, t_x, 38.86, *THETA)) == pytest.approx(float(integrated), rel=1e-13)


def test_spend_likelihood_is_the_mean_over_scales():
    arguments = (2, 22.345, 6.25, 3.74, 15.44)
    agree(formulas.spend_log_likelihood(*arguments), formulas.spend_log_likelihood_integrated(*arguments))
