"""Intervals of value: two roads to the same draws, totals that share parameters, and what stands in the table."""

from importlib import import_module

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import clvmodels as clv
from clvmodels.errors import ClvError, InputError
from clvmodels.lifetime import uncertainty
from clvmodels.lifetime.outlook import OTHER_SEED
from tests.fitting.test_intervals import SHARE, SPEND, THETA, people
from tests.transactions.conftest import columns, constructor  # noqa: F401 - a fixture

TERMS = {"horizon": "1 year", "discount_rate": 0.1, "margin": 0.4, "retention_cost": "2 per year"}


@pytest.fixture(scope="module")
def customers():
    return people(60)


@pytest.fixture(scope="module")
def value(customers):
    method = clv.Laplace(draws=1000, seed=2)
    purchases, spend = clv.BGNBD().fit(customers, method), clv.GammaGamma().fit(customers, method)
    return clv.LifetimeValue(purchases, spend, **TERMS, acquisition_cost=8.0)


@pytest.fixture(scope="module")
def known():
    purchases = clv.BGNBD().at(**THETA, time_unit="week")
    return clv.LifetimeValue(purchases, clv.GammaGamma().at(**SPEND), **TERMS, acquisition_cost=8.0)


@pytest.fixture(scope="module")
def table(value, customers):
    return value.predict(customers, level=0.8)


def test_the_table_has_what_a_level_adds(value, known, customers, table):
    assert list(table) == [
        "customer_id", "probability_alive", "expected_purchases", "expected_order_value", "expected_revenue", "clv",
        "clv_net", "purchases_lower", "purchases_upper", "expected_purchases_lower", "expected_purchases_upper",
        "clv_lower", "clv_upper", "expected_clv_lower", "expected_clv_upper", "probability_profitable",
    ]  # fmt: skip
    pd.testing.assert_frame_equal(table.iloc[:, :7], value.predict(customers))
    endless = clv.LifetimeValue(known.purchases, known.spend, horizon=None, discount_rate=0.1)
    assert list(endless.predict(customers, level=0.9))[-4:] == [
        "clv_lower", "clv_upper", "expected_clv_lower", "expected_clv_upper",
    ]  # fmt: skip
    assert not [name for name in endless.predict(customers, level=0.9) if "purchases" in name]


def test_purchases_have_the_bounds_that_their_own_fit_gives(value, customers, table):
    names = ["purchases_lower", "purchases_upper", "expected_purchases_lower", "expected_purchases_upper"]
    own = value.purchases.predict(customers, value.horizon, level=0.8)
    pd.testing.assert_frame_equal(table[names], own[names])


def test_draws_of_value_have_the_expected_value(known, customers):
    sample = known.sample(customers, draws=4000, seed=3)
    clv_of = known.predict(customers)["clv"].to_numpy()
    error = sample.std(axis=1) / np.sqrt(4000)
    assert (np.abs(sample.mean(axis=1) - clv_of) < 5 * error).all()
    assert abs((sample.mean(axis=1) - clv_of).mean()) < 5 * np.sqrt((error**2).sum()) / len(clv_of)


def test_the_bounds_are_those_of_customers_drawn_one_by_one(value, customers, table):
    sample = value.sample(customers, draws=4000, seed=5)
    for column, tail in (("clv_lower", 0.1), ("clv_upper", 0.9)):
        bound = table[column].to_numpy()[:, None]
        assert ((sample <= bound + 1e-9).mean(axis=1) > tail - 1.5 * SHARE).all()
        assert ((sample < bound - 1e-9).mean(axis=1) < tail + 1.5 * SHARE).all()
    profitable = (sample > 8.0).mean(axis=1)
    assert np.abs(table["probability_profitable"] - profitable).max() < 1.5 * SHARE


def test_bounds_of_the_expected_value_know_about_parameters_only(value, known, customers, table):
    purchases = value.purchases.draws
    spend = value.spend.parameter_draws(1000, OTHER_SEED)
    expected = []
    for theta, shapes in zip(purchases[::5], spend[::5], strict=True):
        at = clv.BGNBD().at(**dict(zip(THETA, theta, strict=True)), time_unit="week")
        one = clv.LifetimeValue(at, clv.GammaGamma().at(**dict(zip(SPEND, shapes, strict=True))), **TERMS)
        expected.append(one.customer_values(customers))
    inside = (np.array(expected) > table["expected_clv_lower"].to_numpy()) & (
        np.array(expected) < table["expected_clv_upper"].to_numpy()
    )
    assert np.abs(inside.mean(axis=0) - 0.8).max() < 5 * np.sqrt(0.16 / 200)
    certain = known.predict(customers, level=0.9)
    np.testing.assert_allclose(certain["expected_clv_lower"], certain["clv"], rtol=1e-9)


def test_totals_share_parameters_and_average_out_chance(value, customers):
    sample = value.sample(customers, draws=4000, seed=7).sum(axis=0)
    total = value.total(customers, level=0.9)
    assert total.mean == pytest.approx(value.total(customers).mean)
    assert total.level == 0.9
    assert total.lower < total.mean < total.upper
    assert np.mean((sample > total.lower) & (sample < total.upper)) == pytest.approx(0.9, abs=SHARE)


def test_large_totals_have_the_distribution_of_summed_customers(value, customers, monkeypatch):
    one_by_one = uncertainty.total_draws(value, customers, 1.0, 3)
    monkeypatch.setattr(uncertainty, "_ONE_BY_ONE", 0)
    together = uncertainty.total_draws(value, customers, 1.0, 3)
    assert together.mean() == pytest.approx(one_by_one.mean(), abs=5 * one_by_one.std() / np.sqrt(1000))
    assert together.std() == pytest.approx(one_by_one.std(), rel=0.2)
    for tail in (0.1, 0.9):
        assert np.mean(together < np.quantile(one_by_one, tail)) == pytest.approx(tail, abs=1.5 * SHARE)


def test_customers_merged_by_an_engine_count_as_often_as_they_are(known, customers):
    both = uncertainty.total_draws(known, customers, np.full(len(customers), 2.0), 3)
    once = uncertainty.total_draws(known, customers, 1.0, 3)
    assert both.mean() == pytest.approx(2 * once.mean(), abs=5 * 2 * once.std() / np.sqrt(1000))
    assert both.std() == pytest.approx(np.sqrt(2) * once.std(), rel=0.25)


def test_a_total_in_blocks_is_that_of_all(monkeypatch):
    """Parameters move all blocks together and so do not average out; chance does, and is each block's own."""
    frame = people(2200).frame
    frame = frame.assign(T=np.ceil(frame["T"]))  # few pairs (x, T), which take the time
    relation = duckdb.connect().from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
    monkeypatch.setattr(import_module("clvmodels.transactions.streaming"), "ROWS_PER_BLOCK", 2048)
    monkeypatch.setattr(uncertainty, "_ONE_BY_ONE", 0)
    everybody, in_duckdb = (clv.Summary.from_frame(one, "week") for one in (frame, relation))
    value = clv.LifetimeValue(clv.BGNBD().fit(everybody), clv.GammaGamma().fit(everybody), horizon="1 year")
    whole, blocks = (value.total(one, level=0.9) for one in (everybody, in_duckdb))
    assert blocks.mean == pytest.approx(whole.mean, rel=1e-12)
    assert blocks.upper - blocks.lower == pytest.approx(whole.upper - whole.lower, rel=0.15)


@pytest.mark.parametrize("third", [-2.0, 0.0, 2.0])
def test_the_chance_of_many_has_the_moments_asked_for(third):
    draws = uncertainty._skewed(np.random.default_rng(1), 400_000, 4.0, third)
    assert draws.mean() == pytest.approx(0.0, abs=0.02)
    assert draws.var() == pytest.approx(4.0, rel=0.02)
    assert np.mean(draws**3) == pytest.approx(third, abs=0.25)


def test_a_new_customer_has_an_interval_of_the_expectation(value, known):
    estimate = value.new_customer(level=0.9)
    assert estimate.mean == value.new_customer().mean
    spend = value.spend.parameter_draws(1000, OTHER_SEED)
    values = []
    for theta, shapes in zip(value.purchases.draws[::5], spend[::5], strict=True):
        at = clv.BGNBD().at(**dict(zip(THETA, theta, strict=True)), time_unit="week")
        one = clv.LifetimeValue(at, clv.GammaGamma().at(**dict(zip(SPEND, shapes, strict=True))), **TERMS)
        values.append(one.new_customer().mean)
    inside = (np.array(values) > estimate.lower) & (np.array(values) < estimate.upper)
    assert inside.mean() == pytest.approx(0.9, abs=5 * np.sqrt(0.09 / 200))
    certain = known.new_customer(level=0.9)
    assert certain.lower == pytest.approx(certain.mean, rel=1e-9)


def test_every_engine_gets_the_same_intervals_and_total(known, customers, constructor):  # noqa: F811
    other = clv.Summary.from_frame(constructor(customers.frame), time_unit="week")
    got = pd.DataFrame(columns(known.predict(other, level=0.9)))
    pd.testing.assert_frame_equal(got, known.predict(customers, level=0.9), check_dtype=False)
    total, wanted = known.total(other, level=0.9), known.total(customers, level=0.9)
    assert total.mean == pytest.approx(wanted.mean)
    # Customers that an engine merged are drawn in another order.
    assert total.upper - total.lower == pytest.approx(wanted.upper - wanted.lower, rel=0.2)


def test_groups_have_intervals_of_their_own_and_add_up(customers):
    frame = customers.frame.assign(channel=np.where(np.arange(60) % 3, "web", "shop"))
    both = clv.Summary.from_frame(frame, time_unit="week")
    recipe = clv.Pipeline(clv.BGNBD(), clv.GammaGamma(), method=clv.Laplace(seed=1), by="channel", **TERMS)
    value = recipe.fit(both)
    table = value.predict(both, level=0.9)
    shop = clv.Summary.from_frame(frame[frame["channel"] == "shop"], time_unit="week")
    own = value.of_group("shop").predict(shop, level=0.9)
    pd.testing.assert_frame_equal(table[frame["channel"] == "shop"], own)
    total = value.total(both, level=0.9)
    sample = value.sample(both, draws=4000, seed=9).sum(axis=0)
    assert np.mean((sample > total.lower) & (sample < total.upper)) == pytest.approx(0.9, abs=SHARE)
    new = value.new_customer(level=0.9)
    assert new.lower < new.mean < new.upper


def test_a_rule_of_thumb_has_no_intervals(value, customers):
    class Rule:
        population_mean = 20.0

        def expected_order_value(self, summary):
            return np.full(len(summary), 20.0)

    ruled = clv.LifetimeValue(value.purchases, Rule(), horizon="1 year")
    assert ruled.total(customers).lower is None
    for ask in (ruled.predict, ruled.total):
        with pytest.raises(InputError, match="Rule does not say how sure it is"):
            ask(customers, level=0.9)


@pytest.mark.parametrize("level", [0, 1, 90, True, "a", float("nan")])
def test_a_level_is_between_0_and_1(value, customers, level):
    for ask in (lambda: value.predict(customers, level), lambda: value.total(customers, level)):
        with pytest.raises(ClvError, match="between 0 and 1"):
            ask()
    with pytest.raises(ClvError, match="between 0 and 1"):
        value.new_customer(level=level)
