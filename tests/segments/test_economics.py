"""CLV:CAC and payback: a case by hand, channels and their mix, intervals, and costs that cannot be meant."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.errors import BoundaryError, ClvError
from clvmodels.fitting import GroupedSpendFit
from clvmodels.lifetime.uncertainty import new_customer_draws
from clvmodels.transactions import Groups
from clvmodels.units import Horizon, TimeUnit
from tests.fitting.test_intervals import SPEND
from tests.recovery.simulators import summary

# Products and quotients in another order, and a root that is found to 1e-8 months.
ROUNDING, ROOT = 1e-12, 1e-6


@dataclass(frozen=True)
class Steady:
    """Buys once in ten months, for ever, 50 each time."""

    time_unit: TimeUnit = TimeUnit.WEEK
    population_mean: float = 50.0

    def months(self, horizon):
        return Horizon.parse(horizon).in_unit(TimeUnit.MONTH)

    def discounted_purchases_new_customer(self, horizon, discount_rate):  # noqa: ARG002
        return 0.1 * self.months(horizon)

    def discounted_lifetime_new_customer(self, horizon, discount_rate):  # noqa: ARG002
        return self.months(horizon) * TimeUnit.MONTH.days / 7

    def probability_alive(self, summary): ...
    def probability_active(self, summary, horizon): ...
    def expected_purchases(self, summary, horizon): ...
    def discounted_purchases(self, summary, horizon, discount_rate): ...
    def discounted_lifetime(self, summary, horizon, discount_rate): ...
    def expected_order_value(self, summary): ...


def steady(**terms):
    return clv.LifetimeValue(Steady(), Steady(), **({"horizon": "1 year", "margin": 0.4} | terms))


class TestByHand:
    """The first order brings .4 x 50 = 20, and every month .1 x 20 = 2: 44 in a year."""

    @pytest.mark.parametrize(
        ("cost", "ratio", "months"),
        [(22.0, 2.0, 1.0), (20.0, 2.2, 0.0), (8.0, 5.5, 0.0), (43.0, 44 / 43, 11.5), (44.5, 44 / 44.5, np.nan)],
    )
    def test_without_retention_cost(self, cost, ratio, months):
        row = clv.unit_economics(steady(), cost).table.iloc[0]
        assert row["clv"] == pytest.approx(44.0, rel=ROUNDING)
        assert row["ratio"] == pytest.approx(ratio, rel=ROUNDING)
        assert row["payback_months"] == pytest.approx(months, rel=ROOT, nan_ok=True)
        assert row["channel"] == "all channels"

    def test_with_retention_cost(self):
        row = clv.unit_economics(steady(retention_cost="1.5 per month"), 22.0).table.iloc[0]
        assert row["clv"] == pytest.approx(26.0, rel=ROUNDING)
        assert row["payback_months"] == pytest.approx(4.0, rel=ROOT)

    def test_the_age_of_payback_is_the_first(self):
        """With a decline, as purchases of real customers have it: the value rises above the cost and falls below."""

        class Declining(Steady):
            def discounted_purchases_new_customer(self, horizon, discount_rate):  # noqa: ARG002
                return 0.5 * (1 - np.exp(-self.months(horizon)))

        value = clv.LifetimeValue(Declining(), Declining(), horizon="1 year", margin=0.4, retention_cost="1 per month")
        row = clv.unit_economics(value, 25.0).table.iloc[0]
        assert row["ratio"] < 1
        months = row["payback_months"]
        assert 20 + 10 * (1 - np.exp(-months)) - months == pytest.approx(25.0, rel=ROOT)
        assert months < np.log(10)  # before the value is highest

    def test_a_bare_horizon_is_in_the_units_of_the_predictor(self):
        weeks = Horizon.parse("1 year").in_unit(TimeUnit.WEEK)

        class InWeeks(Steady):
            def months(self, horizon):
                return Horizon.parse(horizon).in_unit(TimeUnit.WEEK) * 7 / TimeUnit.MONTH.days

        value = clv.LifetimeValue(InWeeks(), InWeeks(), horizon=weeks, margin=0.4)
        row = clv.unit_economics(value, 43.0).table.iloc[0]
        assert row["payback_months"] == pytest.approx(11.5, rel=ROOT)


class TestChannels:
    def test_a_row_per_channel_and_one_for_all(self, by_channel):
        found = clv.unit_economics(by_channel, {"web": 10.0, "shop": 4.0}).table.set_index("channel")
        assert found.index.tolist() == ["shop", "web", "all channels"]
        assert found["customers"].tolist() == [30, 60, 90]
        assert found["cac"].tolist() == pytest.approx([4.0, 10.0, 8.0])
        for label in ("shop", "web"):
            own = by_channel.of_group(label).new_customer().mean
            assert found.loc[label, "clv"] == pytest.approx(own, rel=ROUNDING)
        assert found.loc["all channels", "clv"] == pytest.approx(by_channel.new_customer().mean, rel=ROUNDING)
        np.testing.assert_allclose(found["ratio"], found["clv"] / found["cac"], rtol=ROUNDING)

    def test_at_payback_the_cost_is_earned(self, by_channel):
        cost = {"shop": 10.0, "web": 20.0}
        found = clv.unit_economics(by_channel, cost).table.set_index("channel")
        for label in ("shop", "web"):
            age = Horizon(found.loc[label, "payback_months"], TimeUnit.MONTH)
            assert by_channel.of_group(label).over(age).new_customer().mean == pytest.approx(cost[label], rel=ROOT)

    def test_one_cost_for_all_channels_and_that_of_the_valuation(self, by_channel):
        one = clv.unit_economics(by_channel, 8.0).table
        assert one["cac"].tolist() == pytest.approx([8.0] * 3)
        own = clv.unit_economics(replace(by_channel, acquisition_cost=8.0)).table
        assert own["ratio"].tolist() == one["ratio"].tolist()

    def test_order_values_alone_by_channel(self, by_channel, known):
        value = replace(by_channel, purchases=known.purchases)
        found = clv.unit_economics(value, {"shop": 4.0, "web": 10.0}).table
        assert found["clv"].iloc[:2].tolist() == [
            value.of_group(label).new_customer().mean for label in ("shop", "web")
        ]

    @pytest.mark.parametrize(
        ("cost", "message"),
        [
            ({"web": 1.0, "shop": 1.0, "tv": 1.0}, r"1 unknown channels\.\n  'tv'\n.*'shop', 'web'"),
            ({"web": 1.0}, r"1 channels without an acquisition cost\.\n  'shop'"),
            ({"web": -1.0, "shop": 1.0}, "acquisition cost of 'web' -1.0"),
            ({"web": "a", "shop": 1.0}, "acquisition cost of 'web' 'a'"),
            (None, "no acquisition cost"),
            (-3.0, "acquisition cost -3.0"),
            (float("nan"), "acquisition cost nan"),
            (float("inf"), "acquisition cost inf"),
        ],
    )
    def test_costs_that_cannot_be_meant(self, by_channel, cost, message):
        with pytest.raises(ClvError, match=message):
            clv.unit_economics(by_channel, cost)

    def test_costs_per_channel_need_models_per_channel(self, known, by_channel):
        with pytest.raises(ClvError, match="not fitted by one"):
            clv.unit_economics(known, {"web": 1.0})
        other = GroupedSpendFit(Groups("country", ("shop", "web")), by_channel.spend.fits)
        with pytest.raises(ClvError, match="by channel and order values by country"):
            clv.unit_economics(replace(by_channel, spend=other), 5.0)


class TestIntervals:
    def test_intervals_are_those_of_a_new_customer(self, posterior):
        row = clv.unit_economics(posterior, 9.0, level=0.8, seed=3).table.iloc[0]
        new = posterior.new_customer(0.8, seed=3)
        assert (row["clv"], row["clv_lower"], row["clv_upper"]) == (new.mean, new.lower, new.upper)
        for end in ("", "_lower", "_upper"):
            assert row[f"ratio{end}"] == pytest.approx(row[f"clv{end}"] / 9.0, rel=ROUNDING)

    def test_the_probability_of_the_target_is_a_share_of_draws(self, posterior):
        draws = new_customer_draws(posterior, 0)
        for quantile in (0.2, 0.7):
            target = float(np.quantile(draws, quantile)) / 9.0 * (1 + 1e-9)
            row = clv.unit_economics(posterior, 9.0, target=target, level=0.9).table.iloc[0]
            assert row["probability_above_target"] == pytest.approx(1 - quantile, abs=0.05)  # draws repeat
            assert row["probability_above_target"] == np.mean(draws > target * 9.0)

    def test_channels_have_draws_of_their_own_and_the_mix_is_narrower(self, drawn_by_channel):
        cost = {"shop": 8.0, "web": 8.0}
        found = clv.unit_economics(drawn_by_channel, cost, level=0.9).table.set_index("channel")
        total = drawn_by_channel.new_customer(0.9)
        assert found.loc["all channels", "clv_lower"] == pytest.approx(total.lower, rel=ROUNDING)
        width = found["clv_upper"] - found["clv_lower"]
        assert width["all channels"] < width.iloc[:2].max()
        assert found["probability_above_target"].between(0, 1).all()

    def test_at_a_boundary_the_way_to_intervals_is_named(self):
        alone = summary(np.zeros(3), np.zeros(3), np.full(3, 9.0), np.zeros(3))
        value = clv.LifetimeValue(clv.BGNBD().fit(alone), clv.GammaGamma().at(**SPEND), horizon="1 year")
        row = clv.unit_economics(value, 100.0).table.iloc[0]
        assert row["clv"] == pytest.approx(value.spend.population_mean, rel=1e-6)  # nobody comes back
        assert np.isnan(row["payback_months"])
        with pytest.raises(BoundaryError, match="Laplace"):
            clv.unit_economics(value, 100.0, level=0.9)

    def test_rules_of_thumb_have_no_intervals(self):
        with pytest.raises(ClvError, match="does not say how sure it is"):
            clv.unit_economics(steady(), 20.0, level=0.9)


def test_customers_who_cost_nothing(known):
    row = clv.unit_economics(known, 0.0, level=0.9).table.iloc[0]
    assert (row["ratio"], row["payback_months"], row["probability_above_target"]) == (np.inf, 0.0, 1.0)


def test_the_whole_future(known):
    endless = clv.LifetimeValue(known.purchases, known.spend, horizon=None, discount_rate=0.2, margin=0.4)
    total = endless.new_customer().mean
    row = clv.unit_economics(endless, 0.99 * total).table.iloc[0]
    age = Horizon(row["payback_months"], TimeUnit.MONTH)
    assert endless.over(age).new_customer().mean == pytest.approx(0.99 * total, rel=ROOT)
    assert np.isnan(clv.unit_economics(endless, 1.01 * total).table["payback_months"].iloc[0])


def test_an_infinite_mean_order_value(known):
    heavy = replace(known, spend=clv.GammaGamma().at(p=2.0, q=0.9, v=10.0))
    row = clv.unit_economics(heavy, 8.0, level=0.9).table.iloc[0]
    assert row["clv"] == row["clv_lower"] == row["ratio"] == np.inf
    assert row["payback_months"] == 0.0


@pytest.mark.parametrize("target", [-1, float("nan"), "3:1", None])
def test_targets_that_cannot_be_meant(known, target):
    with pytest.raises(ClvError, match="target"):
        clv.unit_economics(known, 8.0, target=target)


def test_wrong_things(known):
    with pytest.raises(ClvError, match="BGNBD is no valuation"):
        clv.unit_economics(clv.BGNBD(), 8.0)
    with pytest.raises(ClvError, match="between 0 and 1"):
        clv.unit_economics(known, 8.0, level=90)


def test_printed_and_in_a_notebook(known):
    found = clv.unit_economics(known, 100.0, level=0.9)
    first, head, row = str(found).splitlines()
    assert first == "CLV:CAC with a target of 3:1, over 1 year, 90% intervals of the expected value"
    written = [name for name in found.table if not name.endswith(("_lower", "_upper"))]
    assert head.split() == written
    assert row.split()[-2:] == ["0.0%", "-"]
    worth = f"{found.table['clv'][0]:.2f}"
    assert f" {worth} ({worth} to {worth}) " in row  # parameters are given
    assert repr(found).startswith("<UnitEconomics: CLV:CAC")
    assert found._repr_html_().count("<tr") == 2
