"""The package lifetimes as an oracle where it is right: typical customers, away from poles of the gamma function.

It runs in a process of its own, because importing it changes options of pandas and warning filters.
"""

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.kernels import bgnbd, gamma_gamma

PURCHASES = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPEND = {"p": 6.25, "q": 3.74, "v": 15.44}
HORIZON = 39.0
# Its hypergeometric function of moderate arguments and its powers keep this many digits.
DIGITS = 1e-9

SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
given = json.load(sys.stdin)
x, t_x, T, m = (np.array(given[name]) for name in ("x", "t_x", "T", "m"))
purchases, spend = BetaGeoFitter(), GammaGammaFitter()
purchases.params_, spend.params_ = pd.Series(given["purchases"]), pd.Series(given["spend"])
theta, money = np.log(list(given["purchases"].values())), np.log(list(given["spend"].values()))
one = np.ones(1)
print(json.dumps({
    "log_likelihood": [
        -float(BetaGeoFitter._negative_log_likelihood(theta, x[i:i+1], t_x[i:i+1], T[i:i+1], one, 0.0))
        for i in range(len(x))
    ],
    "probability_alive": np.atleast_1d(purchases.conditional_probability_alive(x, t_x, T)).tolist(),
    "expected": np.asarray(
        purchases.conditional_expected_number_of_purchases_up_to_time(given["horizon"], x, t_x, T)
    ).tolist(),
    "new": np.asarray(purchases.expected_number_of_purchases_up_to_time(np.array([1.0, 39.0]))).tolist(),
    "order_value": np.asarray(spend.conditional_expected_average_profit(x, m)).tolist(),
    "spend_log_likelihood": [
        -float(GammaGammaFitter._negative_log_likelihood(money, x[i:i+1], m[i:i+1], one, 0.0))
        for i in range(len(x)) if x[i] > 0
    ],
}))
"""


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(7)
    x = np.concatenate([[0, 0, 1], rng.integers(1, 60, 40)])
    T = rng.uniform(5, 80, len(x))
    t_x = np.where(x > 0, T * rng.uniform(0.5, 1, len(x)), 0.0)
    return pd.DataFrame({"x": x, "t_x": t_x, "T": T, "m": np.where(x > 0, rng.gamma(3, 12, len(x)), 0.0)})


@pytest.fixture(scope="module")
def theirs(customers):
    if find_spec("lifetimes") is None:
        pytest.skip("lifetimes is not installed")
    given = customers.to_dict("list") | {"purchases": PURCHASES, "spend": SPEND, "horizon": HORIZON}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return {name: np.array(values) for name, values in json.loads(run.stdout).items()}


@pytest.fixture(scope="module")
def summary(customers):
    names = {"x": "frequency", "t_x": "recency", "m": "monetary_value"}
    return clv.Summary.from_frame(customers.rename(columns=names).assign(customer_id=range(len(customers))), "week")


def test_log_likelihoods(customers, theirs):
    x, t_x, T, m = (customers[name].to_numpy() for name in ("x", "t_x", "T", "m"))
    np.testing.assert_allclose(bgnbd.log_likelihood(x, t_x, T, **PURCHASES), theirs["log_likelihood"], rtol=DIGITS)
    spent = gamma_gamma.log_likelihood(x[x > 0], m[x > 0], **SPEND)
    np.testing.assert_allclose(spent, theirs["spend_log_likelihood"], rtol=DIGITS)


def test_predictions(summary, theirs):
    fit = clv.BGNBD().at(**PURCHASES, time_unit="week")
    np.testing.assert_allclose(fit.probability_alive(summary), theirs["probability_alive"], rtol=DIGITS)
    np.testing.assert_allclose(fit.expected_purchases(summary, HORIZON), theirs["expected"], rtol=DIGITS)
    np.testing.assert_allclose(fit.expected_purchases_new_customer([1.0, 39.0]), theirs["new"], rtol=DIGITS)


def test_order_values(summary, theirs):
    fit = clv.GammaGamma().at(**SPEND)
    np.testing.assert_allclose(fit.expected_order_value(summary), theirs["order_value"], rtol=DIGITS)
