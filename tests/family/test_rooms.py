"""Every room works with every model of purchases: fits, posteriors, predictions, value, backtests, pages, pictures."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib.figure import Figure

import clvmodels as clv
from clvmodels import plots
from clvmodels.errors import InputError
from clvmodels.evaluation import by_frequency, frequency_recency_grid, tracking
from clvmodels.models import MODELS, PurchaseModel
from tests.family.cases import CASES
from tests.recovery.simulators import mean_orders

every = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
CUSTOMERS, WEEKS = 1_500, "26 weeks"
# A right fit is so many standard errors off, in one of a dozen parameters, once in 5,000 times.
STANDARD_ERRORS = 4.0
# Two roads to the same number, one of which resolves tables.
SAME = 1e-9


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES)
def fitted(request):
    """A case, customers of its own kind, and a fit to them."""
    case = request.param
    customers = case.customers(5, CUSTOMERS)
    return case, customers, case.model().fit(customers)


def transactions(case, seed=2, n=250):
    """A log over a year and a half, of customers acquired in the first half year."""
    rng = np.random.default_rng(seed)
    born = rng.integers(0, 180, n)
    past = case.live(rng, (540 - born) / 7.0, *case.theta.values())
    who, age = np.append(np.arange(n), past.who), np.append(np.zeros(n), past.when)
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(born[who] + np.floor(7 * age), unit="D")
    nu = rng.gamma(3.7, 1 / 15.0, n)
    log = pd.DataFrame({"id": who, "day": day, "paid": rng.gamma(6.0, 1.0, len(who)) / nu[who], "half": who % 2})
    return clv.Transactions(log, customer="id", time="day", amount="paid", attributes=["half"])


def test_parameters_are_recovered(fitted):
    case, _, fit = fitted
    assert fit.diagnostics.converged, fit
    theta = fit.draws[0]
    spread = np.sqrt(np.diag(fit.covariance)) / theta
    off = (np.log(theta) - np.log(list(case.theta.values()))) / spread
    assert np.abs(off).max() < STANDARD_ERRORS


def test_it_is_the_highest_likelihood(fitted):
    case, customers, fit = fitted
    columns = [customers.column(name) for name in ("frequency", "recency", "T")]

    def total(theta):
        return case.kernel.log_likelihood(*columns, *theta).sum()

    assert fit.log_likelihood == pytest.approx(total(fit.draws[0]), rel=1e-12)
    assert fit.log_likelihood >= total(case.theta.values())
    for step in 0.02 * np.eye(len(case.theta)):
        assert total(fit.draws[0] * np.exp(step)) < fit.log_likelihood


def test_the_posterior_lies_around_the_maximum(fitted):
    case, customers, fit = fitted
    posterior = case.model().fit(customers, clv.Laplace(draws=400, seed=1))
    assert posterior.diagnostics.ok, posterior.diagnostics.message
    spread = np.sqrt(np.diag(fit.covariance)) / fit.draws[0]
    off = (np.log(posterior.draws).mean(axis=0) - np.log(fit.draws[0])) / spread
    assert np.abs(off).max() < 1.0  # priors are wide
    assert case.model().fit(customers, clv.MAP()).diagnostics.ok
    data = posterior.to_inference_data(prior_draws=50)
    assert {*case.theta, *case.model().priors} <= set(data.posterior.data_vars)


def test_predictions_are_means_over_draws(fitted):
    case, customers, fit = fitted
    some = replace(customers, frame=customers.frame.head(40))
    draws = np.array(list(case.theta.values())) * np.exp(
        0.1 * np.random.default_rng(1).normal(size=(3, len(case.theta)))
    )
    together, single = replace(fit, draws=draws), [replace(fit, draws=theta[None, :]) for theta in draws]
    for quantity in (
        lambda f: f.probability_alive(some),
        lambda f: f.probability_active(some, WEEKS),
        lambda f: f.expected_purchases(some, WEEKS),
        lambda f: f.discounted_purchases(some, None, 0.1),
        lambda f: f.discounted_lifetime(some, WEEKS, 0.1),
        lambda f: f.purchase_distribution(some, WEEKS, 3),
        lambda f: f.expected_purchases_new_customer(["1 week", WEEKS]),
        lambda f: f.purchase_distribution_new_customer(["1 week", WEEKS], 3),
        lambda f: f.discounted_lifetime_new_customer(None, 0.1),
    ):
        np.testing.assert_allclose(quantity(together), np.mean([quantity(f) for f in single], axis=0), rtol=SAME)


def test_intervals_hold_what_they_say_of_these_very_customers(fitted):
    _, customers, fit = fitted
    some = replace(customers, frame=customers.frame.head(60))
    table = fit.predict(some, WEEKS, level=0.8, seed=3)
    sample = fit.sample_purchases(some, WEEKS, draws=400, seed=4)
    inside = (sample >= table[["purchases_lower"]].to_numpy()) & (sample <= table[["purchases_upper"]].to_numpy())
    assert (inside.mean(axis=1) > 0.8 - 0.1).all()  # 400 draws: .8 is .72 once in 30,000 times
    np.testing.assert_allclose(sample.mean(), table["expected_purchases"].mean(), rtol=0.2)
    assert (table["expected_purchases_lower"] <= table["expected_purchases_upper"]).all()


def test_draws_of_the_future_have_the_expected_mean():
    """Purchases, and time alive, of customers with several pasts, by the kernel's own events."""
    n = 40_000
    for name, case in CASES.items():
        rng = np.random.default_rng(7)
        for x, T in ((0.0, 30.0), (3.0, 20.0)):
            theta = [np.full(n, value) for value in case.theta.values()]
            lives = case.kernel.simulate_if_alive(rng, np.full(n, x), np.full(n, T), 39.0, *theta)
            for found, formula in (
                (lives.purchases, case.kernel.purchases_if_alive),
                (lives.lasts, case.kernel.lifetime_if_alive),
            ):
                error = max(found.std() / np.sqrt(n), 1e-12)
                wanted = float(formula(x, T, 39.0, 0.0, *case.theta.values()))
                assert abs(found.mean() - wanted) < STANDARD_ERRORS * error, (name, formula)


def test_histories_of_many_have_the_expected_counts():
    """Brute force from birth: who bought how often, who is alive, and what they do next."""
    n, T, horizon = 60_000, 30.0, 39.0
    for name, case in CASES.items():
        past = case.live(np.random.default_rng(8), np.full(n, T + horizon), *case.theta.values())
        fit, now = case.at(), np.full(n, T)
        counts = np.bincount(np.minimum(past.counts(-1.0, now), 6).astype(int), minlength=7) / n
        wanted = fit.purchase_distribution_new_customer(T, 5)
        np.testing.assert_allclose(counts[:6], wanted, atol=STANDARD_ERRORS * 0.5 / np.sqrt(n), err_msg=name)
        x, t_x = past.observed(now)
        for few in (0, 1, 4):
            here = (x == few) & (t_x >= 0.5 * T * (few > 0))
            alive = case.kernel.probability_alive(x[here], t_x[here], now[here], *case.theta.values())
            spread = STANDARD_ERRORS / np.sqrt(here.sum())
            assert abs((past.end[here] > T).mean() - alive.mean()) < 0.5 * spread, (name, few)
            expected = alive * case.kernel.purchases_if_alive(x[here], T, horizon, 0.0, *case.theta.values())
            ahead = past.counts(T, now + horizon)[here]
            assert abs(ahead.mean() - expected.mean()) < ahead.std() * spread + 1e-12, (name, few)


@every
def test_groups_units_and_engines(case):
    log = transactions(case)
    summary = log.summarize(time_unit="week")
    fit, grouped = case.model().fit(summary), case.model().fit(summary, by="half")
    assert grouped[0].customers + grouped[1].customers == len(summary)
    assert grouped.expected_purchases(summary, WEEKS).shape == (len(summary),)
    in_days = case.model().fit(log.summarize(time_unit="day"))
    power = np.array([parameter.time_power for parameter in case.model.parameters])
    if fit.diagnostics.converged:
        np.testing.assert_allclose(in_days.draws[0], fit.draws[0] * 7.0**power, rtol=1e-4)
    lazy = clv.Summary.from_frame(pl.from_pandas(summary.frame).lazy(), time_unit="week")
    assert case.model().fit(lazy).log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-10)
    scored = fit.predict(lazy, WEEKS)
    scored = scored.collect() if hasattr(scored, "collect") else scored
    np.testing.assert_allclose(np.sort(scored["expected_purchases"]), np.sort(fit.expected_purchases(summary, WEEKS)))


def only_of(name, page):
    """The page tells of this model and of no other."""
    text = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", page.html, flags=re.DOTALL)
    assert name in page.subtitle
    assert name in text
    rest = text.replace(name, "")
    others = {*MODELS} - {name, "Gamma-Gamma"}
    assert not [other for other in others if re.search(rf"\b{re.escape(other)}\b", rest)]


@every
def test_value_backtest_store_and_pictures(case, tmp_path):
    log = transactions(case)
    calibration, holdout = log.split("2023-12-15", WEEKS, time_unit="week")
    summary = calibration.summary
    recipe = clv.Pipeline(purchases=case.model(), spend=clv.GammaGamma(), horizon=WEEKS, discount_rate=0.1)
    value = recipe.fit(calibration)
    table = value.predict(summary)
    assert table["clv"].sum() == pytest.approx(value.total(summary).mean)
    assert value.new_customer().mean > 0
    loaded = clv.load(clv.save(value, tmp_path / "value"))
    pd.testing.assert_frame_equal(loaded.predict(summary), table)
    assert type(loaded.purchases.model) is case.model
    judged = clv.backtest(log, {"recipe": recipe}, cutoffs=["2023-12-15"], horizon=WEEKS, time_unit="week")
    assert judged.failures.empty
    assert judged.tracking()["expected"].iloc[0] == pytest.approx(
        value.purchases.expected_purchases(summary, WEEKS).sum()
    )
    only_of(case.model.name, clv.report.of_fit(value, summary, transactions=log))
    only_of(case.model.name, clv.report.of_fit(value.purchases, summary, clv.report.Options(horizon=WEEKS)))
    found = clv.select(summary, {"own": case.model(), "NBD": clv.NBD()}, draws=100)
    pictures = (
        (plots.tracking, tracking(log, calibration, value.purchases)),
        (plots.frequency_histogram, found.frequency_histogram(5)),
        (plots.value, frequency_recency_grid(value, 40.0, time_unit="week", most_purchases=5)),
        (plots.by_frequency, by_frequency(summary, holdout, value.purchases)),
    )
    for draw, tabulated in pictures:
        assert draw(tabulated, ax=Figure().add_subplot()).get_title(loc="left")


@every
def test_scenarios_are_for_models_that_know_changed_futures(case):
    spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    customers = case.customers(1, 50)
    spent = np.where(customers.column("frequency") > 0, 30.0, 0.0)
    summary = clv.Summary.from_frame(customers.frame.assign(monetary_value=spent), time_unit="week")
    value = clv.LifetimeValue(case.at(), spend, horizon=WEEKS)
    base = value.total(summary).mean
    dearer = clv.scenario(value, summary, order_value="+10%")
    assert dearer.difference.mean == pytest.approx(0.1 * base, rel=1e-6)
    if not hasattr(case.kernel, "purchases_if_changed"):
        with pytest.raises(InputError, match="no formulas for changed frequency"):
            clv.scenario(value, summary, frequency="+10%")
        return
    assert 0 < clv.scenario(value, summary, frequency="+10%").difference.mean <= 0.1 * base * (1 + SAME)
    assert clv.scenario(value, summary, churn="-10%").difference.mean >= 0


@every
def test_limits_are_limits(case):
    """Going further out changes nothing of a likelihood, or lowers it where the data contradict the limit."""
    customers = case.customers(3, 60)
    columns = [customers.column(name) for name in ("frequency", "recency", "T")]
    for limit in case.model.limits:
        inside = np.log(np.array(list(case.theta.values())))
        near = limit.embed(limit.project(inside))
        further = near + 0.05 * np.array(limit.far)
        values = [case.kernel.log_likelihood(*columns, *np.exp(u)).sum() for u in (near, further)]
        assert values[1] <= values[0] + 1e-6 * abs(values[0]), limit.name
        impossible = "first repeat" in limit.name
        assert impossible or values[1] == pytest.approx(values[0], rel=1e-6), limit.name


def test_models_are_known_by_their_statement_alone():
    for name, case in CASES.items():
        assert MODELS[name] is case.model
    kernel = CASES["Twins"].kernel
    with pytest.raises(InputError, match="There is a model 'NBD' already"):
        type("Another", (PurchaseModel,), {"name": "NBD", "kernel": kernel})
    lacking = type("Lacking", (), {"log_likelihood": kernel.log_likelihood})
    with pytest.raises(InputError, match="The kernel of Broken lacks prepare, derivatives"):
        type("Broken", (PurchaseModel,), {"name": "Broken", "kernel": lacking})
    assert "Broken" not in MODELS
    nameless = type("Nameless", (clv.BGNBD,), {})
    assert nameless.name == "BG/NBD"
    assert MODELS["BG/NBD"] is clv.BGNBD


def test_orders_and_purchases_combine():
    """A summary simulated by one model and valued by another still adds up by customer."""
    customers = CASES["MBG/NBD"].customers(4, 300)
    m = mean_orders(np.random.default_rng(1), customers.column("frequency"), 6.25, 3.74, 15.44)
    summary = clv.Summary.from_frame(customers.frame.assign(monetary_value=m), time_unit="week")
    fits = {name: case.model().fit(summary) for name, case in CASES.items()}
    order = clv.compare(fits, summary)["fit"].tolist()
    assert order.index("MBG/NBD") < order.index("NBD")
