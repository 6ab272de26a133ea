"""Intervals of purchases and order values: exact chance, parameters' share alone, and the draws behind both."""

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import BoundaryError, InputError
from clvmodels.fitting.arranged import Arranged
from clvmodels.fitting.futures import DRAWS, Ranked, uniforms
from clvmodels.kernels import bgnbd
from clvmodels.kernels.futures import purchase_until_dropout
from tests.recovery.simulators import mean_orders, observed, summary
from tests.transactions.conftest import columns, constructor  # noqa: F401 - a fixture

THETA = {"r": 0.6, "alpha": 5.0, "a": 0.9, "b": 2.5}
SPEND = {"p": 6.25, "q": 3.74, "v": 15.44}
# A share of 1,000 draws is off by less than four standard errors.
SHARE = 4 * 0.5 / np.sqrt(DRAWS)


def people(n=100, seed=5):
    rng = np.random.default_rng(seed)
    T = np.round(rng.uniform(20, 60, n))
    x, t_x = observed(rng, n, tuple(THETA.values()), T)
    return summary(x, t_x, T, mean_orders(rng, x, **SPEND))


@pytest.fixture(scope="module")
def customers():
    return people()


@pytest.fixture(scope="module")
def fit(customers):
    return clv.BGNBD().fit(customers, clv.Laplace(draws=1000, seed=3))


@pytest.fixture(scope="module")
def spend(customers):
    return clv.GammaGamma().fit(customers, clv.Laplace(draws=1000, seed=4))


def test_with_known_parameters_the_bounds_are_quantiles_of_the_exact_distribution(customers):
    known = clv.BGNBD().at(**THETA, time_unit="week")
    table = known.predict(customers, "30 weeks", level=0.8)
    most = int(table["purchases_upper"].max()) + 1
    below = np.cumsum(known.purchase_distribution(customers, "30 weeks", most), axis=1)
    rows = np.arange(len(table))
    for column, tail in (("purchases_lower", 0.1), ("purchases_upper", 0.9)):
        bound = table[column].to_numpy().astype(int)
        assert (below[rows, bound] > tail - SHARE).all()
        assert (np.where(bound > 0, below[rows, bound - 1], 0.0) < tail + SHARE).all()
    for end in ("lower", "upper"):  # nothing is unknown but chance
        np.testing.assert_allclose(table[f"expected_purchases_{end}"], table["expected_purchases"], rtol=1e-12)


def test_bounds_of_the_expectation_know_about_parameters_only(fit, customers):
    table = fit.predict(customers, "30 weeks", level=0.9)
    some = fit.draws[::5]
    each = [clv.BGNBD().at(**dict(zip(THETA, theta, strict=True)), time_unit="week") for theta in some]
    expected = np.array([one.expected_purchases(customers, "30 weeks") for one in each])
    inside = (expected > table["expected_purchases_lower"].to_numpy()) & (
        expected < table["expected_purchases_upper"].to_numpy()
    )
    assert np.abs(inside.mean(axis=0) - 0.9).max() < 5 * np.sqrt(0.09 / len(some))
    off = (expected.mean(axis=0) - table["expected_purchases"]) / expected.std(axis=0)
    assert np.abs(off).max() < 5 / np.sqrt(len(some))
    assert (table["purchases_upper"] >= np.floor(table["expected_purchases"])).mean() > 0.9


def test_draws_of_purchases_follow_the_exact_distribution_and_share_parameters(fit, customers):
    sample = fit.sample_purchases(customers, "30 weeks", draws=4000, seed=1)
    assert sample.shape == (100, 4000)
    exact = fit.purchase_distribution(customers, "30 weeks", 3)
    found = np.stack([(sample == count).mean(axis=1) for count in range(4)], axis=1)
    assert np.abs(found - exact).max() < 5 * 0.5 / np.sqrt(4000)
    # Parameters shared by all customers make totals vary more than their chances alone.
    alone = sample.var(axis=1).sum()
    assert sample.sum(axis=0).var() > 1.15 * alone
    known = clv.BGNBD().at(**THETA, time_unit="week").sample_purchases(customers, "30 weeks", draws=4000, seed=1)
    assert known.sum(axis=0).var() == pytest.approx(known.var(axis=1).sum(), rel=0.1)


def test_simulated_futures_follow_the_formula():
    rng = np.random.default_rng(0)
    n, horizon = 200_000, 30.0
    each = [np.full(n, value) for value in (2.0, 40.0)]
    theta = [np.full(n, value) for value in THETA.values()]
    lives = bgnbd.simulate_if_alive(rng, *each, horizon, *theta)
    counts, lasts = lives.purchases, lives.lasts
    exact = bgnbd.counts_if_alive(2.0, 40.0, horizon, 5, *THETA.values())
    assert np.abs(np.bincount(counts, minlength=6)[:6] / n - exact).max() < 5 * 0.5 / np.sqrt(n)
    lived = float(bgnbd.lifetime_if_alive(2.0, 40.0, horizon, 0.0, *THETA.values()))
    assert lasts.mean() == pytest.approx(lived, abs=5 * lasts.std() / np.sqrt(n))
    who, when = (np.concatenate(parts) for parts in zip(*lives.times(rng), strict=True))
    np.testing.assert_array_equal(np.bincount(who, minlength=n), counts)
    last = np.zeros(n)
    np.maximum.at(last, who, when)
    np.testing.assert_array_equal(last[lives.stopped], lasts[lives.stopped])  # customers stop at a purchase
    assert (lasts[~lives.stopped] == horizon).all()
    early = np.bincount(who, np.exp(-0.02 * when), n)
    wanted = float(bgnbd.purchases_if_alive(2.0, 40.0, horizon, 0.02, *THETA.values()))
    assert early.mean() == pytest.approx(wanted, abs=5 * early.std() / np.sqrt(n))


def test_extreme_lives_are_drawn_as_well():
    """Nobody stays, nobody leaves, nobody buys, some buy without end; in parts of more purchases than fit together."""
    rng = np.random.default_rng(1)
    rate, dropout = np.array([40.0, 0.0, 90_000.0, 1e300]), np.array([1.0, 0.0, 0.0, 0.5])
    lives = purchase_until_dropout(rng, rate, dropout, 3.0)
    assert lives.purchases[:2].tolist() == [1, 0]
    assert lives.purchases[2] == pytest.approx(270_000, abs=5 * np.sqrt(270_000))
    assert 1 <= lives.purchases[3] < 100  # not 2**-99 times
    assert lives.stopped.tolist() == [True, False, False, True]
    parts = list(lives.times(rng))
    assert len(parts) > 2
    who, when = (np.concatenate(part) for part in zip(*parts, strict=True))
    np.testing.assert_array_equal(np.bincount(who, minlength=4), lives.purchases)
    assert (when <= lives.lasts[who]).all()
    assert when[who == 2].mean() == pytest.approx(1.5, abs=5 * np.sqrt(0.75 / 270_000))


def test_order_values_have_bounds_of_their_own(spend, customers):
    table = spend.predict(customers, level=0.9)
    x, m = spend.orders(customers)
    rng = np.random.default_rng(9)
    p, q, v = spend.parameter_draws(20_000, 1).T
    for row in (int(np.argmax(x)), int(np.argmin(x))):
        own = p * (v + x[row] * m[row]) / rng.gamma(p * x[row] + q)
        below = (own < table["order_value_upper"][row]).mean() - (own < table["order_value_lower"][row]).mean()
        assert below == pytest.approx(0.9, abs=SHARE)
        mean = p * (v + x[row] * m[row]) / (p * x[row] + q - 1)
        inside = (mean < table["expected_order_value_upper"][row]) & (mean > table["expected_order_value_lower"][row])
        assert inside.mean() == pytest.approx(0.9, abs=SHARE)


def test_maximum_likelihood_takes_its_draws_from_the_covariance(customers):
    fit = clv.BGNBD().fit(customers)
    table = fit.predict(customers, "30 weeks", level=0.9)
    assert (table["expected_purchases_lower"] < table["expected_purchases"]).all()
    assert (table["expected_purchases_upper"] > table["expected_purchases"]).all()


def test_at_a_boundary_the_way_to_intervals_is_named():
    alone = summary(np.zeros(3), np.zeros(3), np.full(3, 9.0))
    with pytest.raises(BoundaryError, match="Laplace"):
        clv.BGNBD().fit(alone).predict(alone, "1 week", level=0.9)
    table = clv.BGNBD().fit(alone, clv.Laplace(seed=1)).predict(alone, "1 week", level=0.9)
    assert np.isfinite(table.to_numpy(dtype=float)).all()


@pytest.mark.parametrize("level", [0, 1, 95, True, "a", float("nan")])
def test_a_level_is_between_0_and_1(fit, spend, customers, level):
    with pytest.raises(InputError, match="between 0 and 1"):
        fit.predict(customers, "1 week", level=level)
    with pytest.raises(InputError, match="between 0 and 1"):
        spend.predict(customers, level=level)


def test_every_engine_gets_the_same_columns(customers, constructor):  # noqa: F811
    fit = clv.BGNBD().at(**THETA, time_unit="week")
    wanted = fit.predict(customers, "30 weeks", level=0.9)
    other = clv.Summary.from_frame(constructor(customers.frame), time_unit="week")
    got = pd.DataFrame(columns(fit.predict(other, "30 weeks", level=0.9)))
    pd.testing.assert_frame_equal(got, wanted, check_dtype=False)


def test_seeds_and_the_order_of_rows(fit, customers):
    first = fit.predict(customers, "30 weeks", level=0.9, seed=1)
    pd.testing.assert_frame_equal(first, fit.predict(customers, "30 weeks", level=0.9, seed=1))
    order = np.random.default_rng(0).permutation(len(first))
    mixed = clv.Summary.from_frame(customers.frame.iloc[order], time_unit="week")
    pd.testing.assert_frame_equal(fit.predict(mixed, "30 weeks", level=0.9, seed=1), first.iloc[order])


def test_groups_have_the_intervals_of_their_own_fits(customers):
    frame = customers.frame.assign(channel=np.where(np.arange(100) % 3, "web", "shop"))
    both = clv.Summary.from_frame(frame, time_unit="week")
    fits = clv.BGNBD().fit(both, clv.Laplace(seed=1), by="channel")
    table = fits.predict(both, "30 weeks", level=0.9)
    shop = clv.Summary.from_frame(frame[frame["channel"] == "shop"], time_unit="week")
    pd.testing.assert_frame_equal(table[frame["channel"] == "shop"], fits["shop"].predict(shop, "30 weeks", level=0.9))


def test_a_horizon_of_nothing_holds_nothing(fit, customers):
    table = fit.predict(customers, "0 weeks", level=0.9)
    assert not table[["purchases_lower", "purchases_upper", "expected_purchases_upper"]].to_numpy().any()


def test_ranked_purchases_give_the_quantiles_of_a_mixture_with_none():
    rng = np.random.default_rng(2)
    purchases, alive = rng.poisson(3.0, (4, 500)), rng.random((7, 500))
    pair = np.array([0, 1, 2, 3, 3, 2, 0])
    lower, upper = Ranked.of(purchases).quantiles(pair, alive, (0.3, 0.95))
    for row in range(7):
        above = np.array([(alive[row] * (purchases[pair[row]] > count)).mean() for count in range(15)])
        assert lower[row] == np.argmax(above <= 0.7)
        assert upper[row] == np.argmax(above <= 0.05)


def test_arranged_rows_cover_every_customer_once():
    rng = np.random.default_rng(3)
    x, T, m = rng.integers(0, 4, 5000), rng.integers(1, 60, 5000), rng.integers(0, 3, 5000)
    arranged = Arranged.of(*(column.astype(float) for column in (x, T, m)), counts=np.full(5000, 2.0))
    assert arranged.counts.sum() == 10_000
    for column, rows in zip((x, T, m), arranged.columns, strict=True):
        np.testing.assert_array_equal(rows[arranged.member], column)
    seen = 0
    for group in arranged.groups(100_000):
        for block in group.blocks:
            assert block.rows.start == seen
            seen = block.rows.stop
            pair = block.pairs.start + block.pair
            np.testing.assert_array_equal(group.x[pair], arranged.columns[0][block.rows])
            np.testing.assert_array_equal(group.T[pair], arranged.columns[1][block.rows])
    assert seen == len(arranged.counts)


def test_a_pair_of_more_rows_than_a_block_holds_is_cut():
    m = np.arange(5000.0)
    arranged = Arranged.of(np.ones(5000), np.ones(5000), m)
    (group,) = arranged.groups(1000)
    assert len(group.blocks) > 1
    np.testing.assert_array_equal(np.concatenate([arranged.columns[2][block.rows] for block in group.blocks]), m)


def test_uniform_numbers_are_even_in_every_row():
    numbers = np.sort(uniforms(np.random.default_rng(1), 3, 100), axis=1)
    places = np.arange(100) / 100
    assert ((numbers >= places) & (numbers < places + 0.01)).all()


def test_a_customer_s_bounds_do_not_depend_on_who_else_is_looked_at(customers):
    """Engines cut customers into blocks in their own ways, and the last digit of their sums differs."""
    method = clv.Laplace(draws=300, seed=2)
    fits = clv.BGNBD().fit(customers, method), clv.GammaGamma().fit(customers, method)
    value = clv.LifetimeValue(*fits, horizon="1 year", discount_rate=0.1, retention_cost="1 per year")
    mixed = customers.frame.sample(frac=1, random_state=5)
    mixed["monetary_value"] *= 1 + 1e-15
    for predict in (
        lambda summary: fits[0].predict(summary, "26 weeks", level=0.8, seed=3),
        lambda summary: fits[1].predict(summary, level=0.8, seed=3),
        lambda summary: value.predict(summary, level=0.8, seed=3),
    ):
        together = predict(customers).set_index("customer_id")
        for block in (mixed.iloc[:7], mixed.iloc[7:]):
            alone = predict(clv.Summary.from_frame(block, "week")).set_index("customer_id")
            np.testing.assert_allclose(alone, together.loc[alone.index], rtol=1e-9, atol=1e-9)
