"""What a change is worth: laws that hold exactly, intervals that come from the same draws, and what is refused."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import BoundaryError, ClvError, LazyFrameError
from clvmodels.fitting.futures import DRAWS
from clvmodels.lifetime.outlook import Outlook
from clvmodels.segments import Segments, rfm, tiers
from clvmodels.segments.changes import Change, Changed
from clvmodels.segments.segmentation import segments_of
from clvmodels.segments.worlds import Worlds
from tests.fitting.test_intervals import SPEND, THETA, people
from tests.recovery.simulators import summary
from tests.transactions.conftest import in_polars_lazy

# The same sums in another order.
ROUNDING = 1e-12
# Two numerical integrals of the same, each within 1e-11.
INTEGRALS = 1e-9
CHANGES = {"order_value": "+10%", "frequency": "-5%", "churn": "-20%"}


def free(value):
    """Without retention cost, so that value is all margin."""
    return replace(value, retention_cost=None)


class TestLaws:
    @pytest.mark.parametrize("level", [None, 0.9])
    def test_no_change_is_worth_nothing(self, posterior, customers, level):
        found = clv.scenario(posterior, customers, segments="channel", level=level)
        differences = [name for name in found.table if name.startswith("difference")]
        assert len(differences) == (1 if level is None else 3)
        assert (found.table[differences] == 0).all(axis=None)
        assert found.difference.mean == 0
        assert found.title.startswith(f"no change for all customers: worth {found.difference}")

    @pytest.mark.parametrize("kind", ["known", "posterior", "by_channel"])
    def test_more_per_order_is_as_much_more_margin(self, kind, request, customers):
        value = request.getfixturevalue(kind)
        found = clv.scenario(value, customers, order_value="+10%", segments="channel")
        margin = clv.segments.table(free(value), customers, "channel")["clv"]
        np.testing.assert_allclose(found.table["difference"], 0.1 * margin, rtol=ROUNDING)
        alone = clv.scenario(free(value), customers, order_value="-25%")
        assert alone.table["relative"].tolist() == pytest.approx([-0.25], rel=ROUNDING)

    def test_the_interval_of_more_per_order_is_that_of_the_margin(self, posterior, customers):
        found = clv.scenario(free(posterior), customers, order_value="+10%", segments="channel", level=0.8)
        for end in ("_lower", "_upper"):
            np.testing.assert_allclose(found.table[f"difference{end}"], 0.1 * found.table[f"baseline{end}"], rtol=1e-9)

    @pytest.mark.parametrize("kind", ["known", "posterior", "by_channel"])
    def test_segments_add_up_to_all_customers(self, kind, request, customers):
        value = request.getfixturevalue(kind)
        for segments in ("channel", rfm(customers), tiers(value, customers)):
            found = clv.scenario(value, customers, **CHANGES, segments=segments)
            for side in ("baseline", "changed", "difference"):
                assert found.table[side].sum() == pytest.approx(getattr(found, side).mean, rel=ROUNDING)
            assert found.baseline.mean == pytest.approx(value.total(customers).mean, rel=ROUNDING)
            whole = clv.scenario(value, customers, **CHANGES)
            assert whole.difference.mean == pytest.approx(found.difference.mean, rel=ROUNDING)

    def test_a_segment_is_worth_what_its_customers_are_worth_alone(self, posterior, customers):
        found = clv.scenario(posterior, customers, **CHANGES, segments="channel", level=0.9).table.set_index("segment")
        shop = clv.Summary.from_frame(customers.frame[customers.frame["channel"] == "shop"], time_unit="week")
        alone = clv.scenario(posterior, shop, **CHANGES, level=0.9).table.iloc[0]
        for side in ("baseline", "changed", "difference"):
            for end in ("", "_lower", "_upper"):
                assert found.loc["shop", side + end] == pytest.approx(alone[side + end], rel=1e-9)

    def test_frequency_at_the_same_churn_per_time_is_as_much_more_margin(self, known, customers):
        found = clv.scenario(free(known), customers, frequency="+10%", hold="churn per time")
        assert found.table["relative"].tolist() == pytest.approx([0.1], rel=INTEGRALS)
        charged = clv.scenario(known, customers, frequency="+10%", hold="churn per time")
        assert charged.difference.mean == pytest.approx(found.difference.mean, rel=INTEGRALS)  # time alive is the same

    def test_frequency_at_the_same_dropout_per_purchase_is_a_longer_horizon(self, known, customers):
        fast = replace(free(known), discount_rate=1.1**1.3 - 1, horizon="1 year")
        slow = replace(free(known), discount_rate=0.1, horizon="1.3 years")
        found = clv.scenario(fast, customers, frequency="+30%")
        assert found.changed.mean == pytest.approx(slow.total(customers).mean, rel=INTEGRALS)
        assert 0 < found.table["relative"][0] < 0.3

    def test_changes_in_good_directions_are_worth_something(self, known, customers):
        for change in ({"order_value": 0.1}, {"frequency": 0.1}, {"churn": -0.1}):
            for value in (known, free(known)):
                assert clv.scenario(value, customers, **change).difference.mean > 0
                worse = {name: -share for name, share in change.items()}
                assert clv.scenario(value, customers, **worse).difference.mean < 0

    def test_units_of_time_and_money_do_not_matter(self, known, customers):
        found = clv.scenario(known, customers, **CHANGES)
        frame = customers.frame.assign(recency=lambda f: 7 * f["recency"], T=lambda f: 7 * f["T"])
        in_days = clv.Summary.from_frame(frame, time_unit="day")
        daily = clv.BGNBD().at(**(THETA | {"alpha": 7 * THETA["alpha"]}), time_unit="day")
        for value, people_ in ((known, in_days), (replace(known, purchases=daily), customers)):
            assert clv.scenario(value, people_, **CHANGES).difference.mean == pytest.approx(
                found.difference.mean, rel=INTEGRALS
            )
        cents = clv.Summary.from_frame(customers.frame.assign(monetary_value=lambda f: 100 * f["monetary_value"]))
        spend = clv.GammaGamma().at(**(SPEND | {"v": 100 * SPEND["v"]}))
        hundredfold = replace(known, spend=spend, retention_cost="200 per year")
        wanted = pytest.approx(100 * found.difference.mean, rel=ROUNDING)
        assert clv.scenario(hundredfold, cents, **CHANGES).difference.mean == wanted

    def test_nobody_leaves_or_nobody_buys(self, known, customers):
        year, delta = 365.25 / 7, np.log(1.1) / (365.25 / 7)
        annuity = -np.expm1(-delta * year) / delta
        alive = known.purchases.probability_alive(customers)
        x, _, T = known.purchases.times(customers)
        margin = 0.4 * known.spend.expected_order_value(customers) * alive * (THETA["r"] + x) / (THETA["alpha"] + T)
        cost = 2 / year * alive * annuity
        stays = clv.scenario(known, customers, churn="-100%")
        assert stays.changed.mean == pytest.approx((margin * annuity - cost).sum(), rel=ROUNDING)
        never = clv.scenario(known, customers, frequency="-100%", level=0.9)
        assert never.changed.mean == pytest.approx(-cost.sum(), rel=ROUNDING)
        assert never.changed.lower == pytest.approx(never.changed.upper, rel=ROUNDING)
        worthless = clv.scenario(free(known), customers, order_value="-100%")
        assert worthless.changed.mean == 0

    def test_groups_are_changed_by_their_own_fits(self, by_channel, customers):
        found = clv.scenario(by_channel, customers, **CHANGES, segments="channel").table.set_index("segment")
        for label in ("shop", "web"):
            mine = clv.Summary.from_frame(customers.frame[customers.frame["channel"] == label], time_unit="week")
            alone = clv.scenario(by_channel.of_group(label), mine, **CHANGES)
            assert found.loc[label, "difference"] == pytest.approx(alone.difference.mean, rel=INTEGRALS)

    def test_a_horizon_of_nothing_and_the_whole_future(self, known, customers):
        nothing = clv.scenario(replace(known, horizon=0), customers, **CHANGES, level=0.9)
        assert (nothing.baseline.mean, nothing.changed.upper) == (0.0, 0.0)
        assert nothing.table["relative"].isna().all()
        endless, long = (
            clv.scenario(replace(known, horizon=horizon), customers, **CHANGES) for horizon in (None, "2000 years")
        )
        assert endless.difference.mean == pytest.approx(long.difference.mean, rel=INTEGRALS)


class TestIntervals:
    def test_both_sides_share_every_draw(self, posterior, customers):
        """Each draw of all segments, by the exact formulas at its parameters."""
        segments = segments_of("channel", customers)
        change = Change(1.1, 0.95, 1.2)
        drawn = Worlds(posterior, customers, segments, (change,)).draws(seed=3)
        assert drawn.shape == (2, 2, DRAWS)
        outlook = Outlook(posterior, customers, 3)
        for place in (0, 17, DRAWS - 1):
            at = clv.BGNBD().at(**dict(zip(THETA, outlook.ahead.theta[place], strict=True)), time_unit="week")
            spend = clv.GammaGamma().at(**dict(zip(SPEND, outlook.shapes[place], strict=True)))
            one = Worlds(replace(posterior, purchases=at, spend=spend), customers, segments, (change,))
            np.testing.assert_allclose(drawn[:, :, place], one.means(), rtol=INTEGRALS)

    def test_differences_between_draws_are_as_exact_as_the_draws(self):
        """Many draws are interpolated; both futures between the same ones."""
        many = people(400, seed=9)
        value = clv.LifetimeValue(clv.BGNBD().fit(many), clv.GammaGamma().fit(many), horizon="1 year")
        change = Change(rate=1.1)
        drawn = Worlds(value, many, segments_of(None, many), (change,)).draws(seed=0)[:, 0]
        difference = drawn[1] - drawn[0]
        outlook, off = Outlook(value, many, 0), []
        for place in range(0, DRAWS, 100):
            at = clv.BGNBD().at(**dict(zip(THETA, outlook.ahead.theta[place], strict=True)), time_unit="week")
            spend = clv.GammaGamma().at(**dict(zip(SPEND, outlook.shapes[place], strict=True)))
            exact = clv.scenario(replace(value, purchases=at, spend=spend), many, frequency="+10%")
            off.append(difference[place] - exact.difference.mean)
        # A tenth of how much draws differ widens an interval by half a percent.
        assert np.sqrt(np.mean(np.square(off))) < 0.1 * difference.std()

    def test_the_interval_is_not_that_of_two_intervals_subtracted(self, posterior, customers):
        found = clv.scenario(posterior, customers, **CHANGES, level=0.9)
        apart = found.changed.upper - found.baseline.lower - (found.changed.lower - found.baseline.upper)
        assert found.difference.upper - found.difference.lower < 0.3 * apart
        assert found.difference.lower < found.difference.mean < found.difference.upper
        assert found.difference.level == 0.9

    def test_seeds(self, posterior, customers):
        one, same, other = (clv.scenario(posterior, customers, churn=0.1, level=0.9, seed=seed) for seed in (1, 1, 2))
        pd.testing.assert_frame_equal(one.table, same.table)
        assert one.difference.lower != other.difference.lower
        assert one.difference.mean == other.difference.mean

    def test_without_uncertainty_there_is_no_width(self, known, customers):
        found = clv.scenario(known, customers, **CHANGES, level=0.5)
        assert found.difference.lower == pytest.approx(found.difference.mean, rel=INTEGRALS)
        assert found.difference.upper == pytest.approx(found.difference.mean, rel=INTEGRALS)

    def test_groups_have_draws_of_their_own(self, drawn_by_channel, customers):
        found = clv.scenario(drawn_by_channel, customers, **CHANGES, segments="channel", level=0.9)
        assert (found.table["difference_lower"] < found.table["difference"]).all()
        assert (found.table["difference_upper"] > found.table["difference"]).all()


class TestInput:
    def test_changes_as_text_and_as_shares(self, known, customers):
        text = clv.scenario(known, customers, order_value="+10 %", frequency="\N{MINUS SIGN}5%", churn="2.5%")
        shares = clv.scenario(known, customers, order_value=0.1, frequency=-0.05, churn=0.025)
        pd.testing.assert_frame_equal(text.table, shares.table)
        assert (text.order_value, text.frequency, text.churn) == (0.1, -0.05, 0.025)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ("10", "cannot be read"),
            ("ten percent", "cannot be read"),
            ("", "cannot be read"),
            (10, r'above 1 or no number.*\n.*"\+10%"'),
            (float("nan"), "above 1 or no number"),
            (float("-inf"), "takes away more than there is"),
            (-1.5, "takes away more than there is"),
            ("-101%", "takes away more than there is"),
            (True, "is no change"),
            (None, "is no change"),
            ([0.1], "is no change"),
        ],
    )
    def test_changes_that_cannot_be_meant(self, known, customers, change, message):
        for lever in ("order_value", "frequency", "churn"):
            with pytest.raises(ClvError, match=message):
                clv.scenario(known, customers, **{lever: change})

    def test_what_is_held_is_one_of_two(self, known, customers):
        for hold in ("lifetime", None, ["churn per time"]):
            with pytest.raises(ClvError, match="is not known"):
                clv.scenario(known, customers, frequency="+10%", hold=hold)
        with pytest.raises(ClvError, match="Who never buys cannot drop out"):
            clv.scenario(known, customers, frequency="-100%", hold="churn per time")

    def test_the_customers_may_be_those_of_the_fit(self, posterior, by_channel, known, customers):
        alone = clv.scenario(posterior, churn="-10%")
        pd.testing.assert_frame_equal(alone.table, clv.scenario(posterior, customers, churn="-10%").table)
        for value in (by_channel, known):
            with pytest.raises(ClvError, match="does not know its customers"):
                clv.scenario(value, churn="-10%")

    def test_rules_of_thumb_can_change_order_values_only(self, customers):
        rule = clv.heuristics.PastRate(horizon="1 year", margin=0.4).fit(customers)
        found = clv.scenario(rule, customers, order_value="+10%", segments="channel")
        np.testing.assert_allclose(found.table["relative"], 0.1, rtol=ROUNDING)
        for change in ({"frequency": "+10%"}, {"churn": "-10%"}):
            with pytest.raises(ClvError, match="no purchase rates and dropout that could change"):
                clv.scenario(rule, customers, **change)
        with pytest.raises(ClvError, match="does not say how sure it is"):
            clv.scenario(rule, customers, order_value="+10%", level=0.9)

    def test_a_model_without_formulas_of_change_is_named(self):
        kernel = SimpleNamespace(purchases_if_alive=lambda *_: np.ones(1))
        assert Changed(kernel, (1.0, 1.0)).purchases_if_alive(None, None, 1.0, 0.0) == 1
        with pytest.raises(ClvError, match="no formulas for changed frequency or churn"):
            Changed(kernel, (1.1, 1.0))

    def test_at_a_boundary_the_way_to_intervals_is_named(self):
        alone = summary(np.zeros(3), np.zeros(3), np.full(3, 9.0), np.zeros(3))
        value = clv.LifetimeValue(clv.BGNBD().fit(alone), clv.GammaGamma().at(**SPEND), horizon="1 year")
        assert clv.scenario(value, alone, **CHANGES).difference.mean == pytest.approx(0.0, abs=1e-6)
        with pytest.raises(BoundaryError, match="Laplace"):
            clv.scenario(value, alone, **CHANGES, level=0.9)

    def test_an_infinite_value_has_no_difference(self, known, customers):
        heavy = replace(known, spend=clv.GammaGamma().at(p=2.0, q=0.9, v=10.0))
        for change in ({"order_value": "+10%"}, {"order_value": "-100%"}, {"frequency": "-100%"}):
            for level in (None, 0.9):
                with pytest.raises(ClvError, match="infinite"):
                    clv.scenario(heavy, customers, **change, level=level)

    def test_an_infinite_value_at_some_draws_has_no_interval(self, known, customers):
        fit = clv.GammaGamma().fit(customers)
        near = replace(fit, draws=np.array([[6.25, 1.3, 15.44]]), covariance=np.diag([0.5, 0.1, 4.0]))
        value = replace(known, spend=near)
        assert clv.scenario(value, customers, churn="-10%").difference.mean > 0
        with pytest.raises(ClvError, match=r"infinite(.|\n)*Laplace"):
            clv.scenario(value, customers, churn="-10%", level=0.9)

    def test_empty_segments_and_one_customer(self, posterior, customers):
        segments = Segments("x", ("none", "all", "nobody"), np.ones(90, dtype=int))
        table = clv.scenario(posterior, customers, **CHANGES, segments=segments, level=0.9).table.set_index("segment")
        numbers = [name for name in table if name != "relative"]
        assert (table.loc[["none", "nobody"], numbers] == 0).all(axis=None)
        assert np.isfinite(table.loc["all"].to_numpy(float)).all()
        alone = clv.Summary.from_frame(customers.frame.head(1), time_unit="week")
        assert clv.scenario(posterior, alone, **CHANGES, level=0.9).table["customers"].tolist() == [1]

    def test_wrong_things(self, known, customers):
        with pytest.raises(ClvError, match="BGNBD is no valuation"):
            clv.scenario(clv.BGNBD(), customers)
        with pytest.raises(ClvError, match="Summary is needed"):
            clv.scenario(known, customers.frame)
        with pytest.raises(ClvError, match="between 0 and 1"):
            clv.scenario(known, customers, level=90)
        with pytest.raises(LazyFrameError, match="collect the frame"):
            clv.scenario(known, clv.Summary.from_frame(in_polars_lazy(customers.frame), time_unit="week"))


def test_printed_and_in_a_notebook(known, customers):
    found = clv.scenario(known, customers, **CHANGES, segments="channel", level=0.9)
    first, head, *rows = str(found).splitlines()
    assert first.startswith(
        "order value +10%, frequency -5%, churn -20% (held: dropout per purchase) for all customers"
    )
    assert first.endswith("), 90% intervals")
    assert head.split()[:3] == ["segment", "customers", "baseline"]
    assert [row.split()[0] for row in rows] == ["shop", "web"]
    assert rows[0].endswith("%")
    assert f"{found.table['difference'][0]:,.2f}" in rows[0]
    assert repr(found) == f"<Scenario: {found.title}>"
    page = found._repr_html_()
    assert page.startswith("<p>order value +10%")
    assert page.count("<tr") == 3
    named = clv.scenario(known, customers, segments=["<b>"] * 90)
    assert "<b>" not in named._repr_html_()
