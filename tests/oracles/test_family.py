"""MBG/NBD and NBD against BTYDplus, PyMC-Marketing, lifetimes where it is right, and mpmath.

btydplus_extract.csv has sixty customers of CDNOW, in weeks up to 1997-09-30, as BTYDplus (2026-06) predicts them at its
own maximum.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mpmath import mp, mpf
from scipy.optimize import least_squares

import clvmodels as clv
from clvmodels.kernels import mbgnbd, nbd
from tests.oracles import formulas

HERE = Path(__file__).parent
ROUNDED = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
LOG_LIKELIHOODS = {"MBG/NBD": -9582.13571559, "NBD": -9763.65761467}
# As many digits as it is printed with.
LOG_LIKELIHOOD = 1e-7
# BTYDplus' optimiser stopped 3e-5 relative from the maximum in b; it prints no parameters in full. They are found from
# its customers' log-likelihoods, and formulas are compared there.
STOPPED, CUSTOMERS = 5e-5, 1e-8
# Half a unit of the last printed digit, relative.
EIGHT_DIGITS = 5e-8
# Kernels are within 1e-11 of exact, and 22-digit quadrature is exact here.
EXACT = 1e-11
# The powers and hypergeometric functions of lifetimes keep this many digits at moderate arguments.
LIFETIMES = 1e-9


@pytest.fixture(scope="module")
def fits(cdnow):
    return {"MBG/NBD": clv.MBGNBD().fit(cdnow), "NBD": clv.NBD().fit(cdnow)}


def theirs(kernel, columns, log_likelihoods, near):
    """The parameters that give customers these log-likelihoods."""
    found = least_squares(
        lambda u: kernel.log_likelihood(*columns, *np.exp(u)) - log_likelihoods, np.log(near), xtol=1e-15, ftol=1e-15
    )
    theta = np.exp(found.x)
    np.testing.assert_allclose(kernel.log_likelihood(*columns, *theta), log_likelihoods, rtol=CUSTOMERS)
    np.testing.assert_allclose(theta, near, rtol=STOPPED)
    return theta


def compare(fits, summary, wanted):
    """Every prediction with that of BTYDplus, rows in the same order."""
    columns = [summary.column(name) for name in ("frequency", "recency", "T")]
    for name, kernel, prefix in (("MBG/NBD", mbgnbd, "mbg"), ("NBD", nbd, "nbd")):
        theta = theirs(kernel, columns, wanted[f"{prefix}_log_likelihood"].to_numpy(), fits[name].draws[0])
        fit = fits[name].model.at(**dict(zip(fits[name].estimates, theta, strict=True)), time_unit="week")
        expected = fit.expected_purchases(summary, "39 weeks")
        np.testing.assert_allclose(expected, wanted[f"{prefix}_expected_39"], rtol=CUSTOMERS, err_msg=name)
        if name == "MBG/NBD":
            alive = fit.probability_alive(summary)
            np.testing.assert_allclose(alive, wanted["mbg_probability_alive"], rtol=CUSTOMERS)


def test_the_maximum_is_that_of_btydplus(fits):
    for name, fit in fits.items():
        assert fit.diagnostics.converged
        assert fit.log_likelihood == pytest.approx(LOG_LIKELIHOODS[name], abs=LOG_LIKELIHOOD)
    assert {symbol: round(value, 3) for symbol, value in fits["MBG/NBD"].estimates.items()} == ROUNDED


def test_sixty_customers_as_btydplus_predicts_them(fits):
    extract = pd.read_csv(HERE / "btydplus_extract.csv")
    compare(fits, clv.Summary.from_frame(extract, time_unit="week"), extract)


def test_all_customers_as_btydplus_predicts_them(fits, cdnow, shared):
    mbg = pd.read_csv(shared("oracles/btydplus_mbgnbd_k1_cdnow_1997-09-30_pred.csv")).set_index("cust").sort_index()
    plain = pd.read_csv(shared("oracles/btydplus_nbd_cdnow_1997-09-30_pred.csv")).set_index("cust").sort_index()
    assert mbg.index.tolist() == plain.index.tolist() == cdnow.frame["customer_id"].tolist()
    names = {"PAlive": "mbg_probability_alive", "CET": "mbg_expected_39", "ll_i": "mbg_log_likelihood"}
    wanted = mbg.rename(columns=names).assign(nbd_expected_39=plain["nbd_CET"], nbd_log_likelihood=plain["nbd_ll_i"])
    compare(fits, cdnow, wanted)


def test_grocery_customers_as_btydplus_fits_them(shared):
    """1,525 customers of an online grocery up to the end of 2006 (BTYDplus' vignette)."""
    log = pd.read_csv(shared("data/grocery_elog") / "transactions.csv")
    summary = clv.Transactions(log, customer="customer_id", time="date").summarize(time_unit="week", until="2006-12-31")
    mbg, plain = clv.MBGNBD().fit(summary), clv.NBD().fit(summary)
    assert mbg.log_likelihood == pytest.approx(-15781.94, abs=0.005)
    assert plain.log_likelihood == pytest.approx(-16376.86, abs=0.005)
    assert list(mbg.estimates.values()) == pytest.approx([1.25679, 6.03848, 0.36825, 0.71574], rel=1e-3)
    assert list(plain.estimates.values()) == pytest.approx([0.42032, 5.24511], rel=1e-4)


def test_a_customer_at_rounded_parameters():
    fit = clv.MBGNBD().at(**ROUNDED, time_unit="week")
    people = pd.DataFrame({"customer_id": [1, 2], "frequency": [2, 0], "recency": [30.43, 0.0], "T": [38.86, 38.86]})
    summary = clv.Summary.from_frame(people, time_unit="week")
    assert fit.probability_alive(summary) == pytest.approx([0.70620227, 0.38973508], rel=EIGHT_DIGITS)
    assert fit.expected_purchases(summary, 39)[0] == pytest.approx(1.2629606, rel=EIGHT_DIGITS)


def test_a_new_customer_at_rounded_parameters():
    """BTYDplus prints 1.4197174: that is the sum over counts up to 99, and the two formulas here have no end."""
    fit = clv.MBGNBD().at(**ROUNDED, time_unit="week")
    with mp.workdps(30):
        r, alpha, a, b, t = (mpf(value) for value in (*ROUNDED.values(), 52.0))
        grown = (alpha / (alpha + t)) ** r * mp.hyp2f1(r, b + 1, a + b, t / (alpha + t))
        closed = b / (a - 1) * (1 - grown)  # Batislam, Denizel and Filiztekin (2007)
        share, reached, counted = t / (alpha + t), mpf(1), mpf(0)
        exactly = (1 - share) ** r
        for n in range(1, 600):
            reached -= exactly
            exactly *= (r + n - 1) * share / n
            counted += reached * mp.beta(a, b + n) / mp.beta(a, b)
    assert float(closed) == pytest.approx(float(counted), rel=EXACT)
    found = fit.expected_purchases_new_customer("52 weeks")
    assert found == pytest.approx(float(closed), rel=EXACT)
    cut = fit.purchase_distribution_new_customer(52, 99)
    assert np.arange(100) @ cut == pytest.approx(1.4197174, rel=EIGHT_DIGITS)
    assert found == pytest.approx(1.4197174, rel=5e-6)


def test_log_likelihoods_of_single_customers():
    """As PyMC-Marketing's tests have them."""
    theta = 0.25, 4.0, 0.8, 2.5
    assert mbgnbd.log_likelihood(0, 0.0, 40.0, *theta) == pytest.approx(-0.41792826, rel=EIGHT_DIGITS)
    assert mbgnbd.log_likelihood(200, 38.0, 40.0, *theta) == pytest.approx(100.7869, abs=5e-5)


@pytest.mark.parametrize("row", [(0, 0.0, 38.86), (2, 30.43, 38.86), (7, 12.0, 60.0)])
def test_likelihoods_are_means_over_customers(row):
    """Over a customer's own rate and dropout probability, by quadrature."""
    x, t_x, T = row
    with mp.workdps(30):
        r, alpha, a, b = (mpf(value) for value in ROUNDED.values())

        def rates(until):
            return formulas._over_rate(lambda rate: rate**x * mp.exp(-rate * mpf(until)), r, alpha)

        breaks = formulas._breaks(a, b, mpf(x))
        alive = formulas._over_p(lambda p: (1 - p) ** (x + 1), a, b, breaks) * rates(T)
        left = formulas._over_p(lambda p: p * (1 - p) ** x, a, b, breaks) * rates(t_x)
        wanted, probability = float(mp.log(alive + left)), float(alive / (alive + left))
    assert mbgnbd.log_likelihood(*row, *ROUNDED.values()) == pytest.approx(wanted, rel=EXACT)
    assert mbgnbd.probability_alive(*row, *ROUNDED.values()) == pytest.approx(probability, rel=EXACT)


@pytest.mark.parametrize("horizon", [52.0, np.inf])
@pytest.mark.parametrize("row", [(0, 0.0), (2, 38.86), (26, 31.0)])
def test_discounted_purchases_by_two_other_roads(row, horizon):
    """2F1 over log time, and the exponential integral over the dropout probability; nobody has published them."""
    (x, T), delta = row, float(np.log(1.1) / 52)
    r, alpha, a, b = ROUNDED.values()
    given = r + x + 1, a, mpf(b) + x + 1, alpha + T, horizon, delta
    roads = [
        float((mpf(r) + x) / (mpf(alpha) + T) * road(*given))
        for road in (formulas.discounted_integral, formulas.discounted_integral_over_p)
    ]
    assert roads[0] == pytest.approx(roads[1], rel=EXACT)
    assert mbgnbd.purchases_if_alive(x, T, horizon, delta, r, alpha, a, b) == pytest.approx(roads[0], rel=EXACT)


SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
from lifetimes import ModifiedBetaGeoFitter
given = json.load(sys.stdin)
x, t_x, T = (np.array(given[name]) for name in ("x", "t_x", "T"))
fit = ModifiedBetaGeoFitter()
fit.params_ = pd.Series(given["theta"])
theta, one = np.log(list(given["theta"].values())), np.ones(1)
print(json.dumps({
    "log_likelihood": [
        -float(ModifiedBetaGeoFitter._negative_log_likelihood(theta, x[i:i+1], t_x[i:i+1], T[i:i+1], one, 0.0))
        for i in range(len(x))
    ],
    "probability_alive": np.atleast_1d(fit.conditional_probability_alive(x, t_x, T)).tolist(),
    "expected": np.asarray(fit.conditional_expected_number_of_purchases_up_to_time(39.0, x, t_x, T)).tolist(),
    "new": np.asarray(fit.expected_number_of_purchases_up_to_time(np.array([1.0, 39.0]))).tolist(),
}))
"""


def test_it_predicts_as_lifetimes():
    if find_spec("lifetimes") is None:
        pytest.skip("lifetimes is not installed")
    rng = np.random.default_rng(7)
    x = np.concatenate([[0, 0, 1], rng.integers(1, 40, 30)])
    T = rng.uniform(5, 80, len(x))
    t_x = np.where(x > 0, T * rng.uniform(0.5, 1, len(x)), 0.0)
    given = {"x": x.tolist(), "t_x": t_x.tolist(), "T": T.tolist(), "theta": ROUNDED}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    theirs = json.loads(run.stdout)
    people = pd.DataFrame({"customer_id": range(len(x)), "frequency": x, "recency": t_x, "T": T})
    summary, fit = clv.Summary.from_frame(people, time_unit="week"), clv.MBGNBD().at(**ROUNDED, time_unit="week")
    found = {
        "log_likelihood": mbgnbd.log_likelihood(x, t_x, T, **ROUNDED),
        "probability_alive": fit.probability_alive(summary),
        "expected": fit.expected_purchases(summary, 39),
        "new": fit.expected_purchases_new_customer([1.0, 39.0]),
    }
    for name, values in found.items():
        np.testing.assert_allclose(values, theirs[name], rtol=LIFETIMES, err_msg=name)
