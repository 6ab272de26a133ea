"""Checks of order values."""

import numpy as np
import pytest
from scipy.stats import bootstrap, spearmanr

from clvmodels.evaluation.checks.money import correlation, frequency_and_spend, large_order, order_scales
from clvmodels.transactions import Money, OrderSizes
from clvmodels.transactions.profile import BINS_PER_DECADE


def sizes(amounts):
    found, where = np.unique(np.floor(np.log10(amounts) * BINS_PER_DECADE).astype(int), return_inverse=True)
    return OrderSizes(found, np.bincount(where), np.bincount(where, weights=amounts))


def spenders(rng, n, dependence=0.0):
    """Repeat purchases and mean order values with Gamma-Gamma's own spread."""
    rate = rng.gamma(1.0, 4.0, n)
    x = 1 + rng.poisson(rate)
    level = 40.0 * np.exp(dependence * np.log1p(rate)) / rng.gamma(4.0, 0.25, n)
    return x.astype(float), level * rng.gamma(4.0 * x) / (4.0 * x)


def test_the_standard_error_of_a_correlation_is_that_of_the_bootstrap():
    x, m = spenders(np.random.default_rng(1), 2000, 0.3)
    r, error = correlation(x, m)
    resampled = bootstrap(
        (x, m), lambda a, b: np.corrcoef(a, b)[0, 1], paired=True, vectorized=False, n_resamples=400, rng=2
    )
    assert r == pytest.approx(np.corrcoef(x, m)[0, 1], rel=1e-12)
    # 400 resamples give a standard error within 4% of itself, and long tails move it further.
    assert error == pytest.approx(resampled.standard_error, rel=0.2)


def test_frequent_buyers_who_spend_more_are_found():
    x, m = spenders(np.random.default_rng(1), 3000, 0.5)
    finding = frequency_and_spend(x, m)
    assert finding.severity == "warning"
    assert finding.figures["lower"] < finding.figures["pearson"] < finding.figures["upper"]
    assert finding.figures["spearman"] == pytest.approx(spearmanr(x, m).statistic, rel=1e-9)
    assert finding.figures["effect"] == pytest.approx(np.average(m, weights=x) / m.mean() - 1, rel=1e-9)
    assert "more per order" in finding.sentence
    assert "less per order" in frequency_and_spend(*spenders(np.random.default_rng(1), 3000, -0.5)).sentence


def test_independent_spend_is_left_although_ranks_rise_with_frequency():
    rng = np.random.default_rng(3)
    x = 1.0 + rng.poisson(rng.gamma(1.0, 4.0, 20_000))
    m = rng.gamma(0.5 * x) / (0.5 * x)  # the mean of x very skewed orders: a higher median the more there are
    assert spearmanr(x, m).statistic > 0.15
    assert frequency_and_spend(x, m) is None


def test_one_huge_order_is_no_dependence():
    x, m = spenders(np.random.default_rng(5), 2000)
    x[0], m[0] = 60.0, 5000.0
    assert np.corrcoef(x, m)[0, 1] > 0.1
    assert frequency_and_spend(x, m) is None


def test_only_paid_repeat_purchases_count():
    x, m = spenders(np.random.default_rng(1), 3000, 0.5)
    never, unpaid = np.zeros(500), np.full(500, np.nan)
    with_others = frequency_and_spend(np.concatenate([x, never]), np.concatenate([m, unpaid]))
    assert dict(with_others.figures) == dict(frequency_and_spend(x, m).figures)
    assert frequency_and_spend(x[:99], m[:99]) is None
    assert frequency_and_spend(np.full(500, 2.0), m[:500]) is None
    assert frequency_and_spend(x, np.full(3000, 9.0)) is None


@pytest.mark.parametrize(("factor", "share"), [(100.0, 0.5), (100.0, 0.03), (1000.0, 0.9)])
def test_two_scales_are_found(factor, share):
    rng = np.random.default_rng(7)
    amounts = 40.0 * np.exp(0.6 * rng.standard_normal(8000))
    amounts[rng.random(8000) < share] *= factor
    finding = order_scales(sizes(amounts))
    assert finding.severity == "warning"
    assert finding.figure == pytest.approx(factor, rel=0.15)
    assert finding.figures["share_of_orders"] == pytest.approx(min(share, 1 - share), abs=0.02)


@pytest.mark.parametrize("spread", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("orders", [50, 5000])
def test_one_scale_is_left(spread, orders):
    for seed in range(20):
        amounts = 40.0 * np.exp(spread * np.random.default_rng(seed).standard_normal(orders))
        assert order_scales(sizes(amounts)) is None


def test_a_few_stray_orders_are_no_second_scale():
    amounts = 40.0 * np.exp(0.6 * np.random.default_rng(9).standard_normal(5000))
    amounts[:19] *= 1000.0
    assert order_scales(sizes(amounts)) is None


def test_few_prices_close_together_are_no_scales():
    assert order_scales(sizes(np.repeat([5.0, 9.0, 19.0, 29.0], 500))) is None
    assert order_scales(sizes(np.full(500, 9.0))) is None
    assert order_scales(sizes(np.array([]))) is None


def money(largest, orders=500):
    return Money(100.0, 0.0, 0.0, 0.0, orders, 100.0, largest)


@pytest.mark.parametrize(("largest", "severity"), [(0.99, None), (1.0, "note"), (4.9, "note"), (5.0, "warning")])
def test_one_large_order(largest, severity):
    finding = large_order(money(largest))
    assert (finding and finding.severity) == severity
    assert large_order(money(50.0, orders=199)) is None
