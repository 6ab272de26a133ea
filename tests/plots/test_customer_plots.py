"""Plots of customers and fits: what is drawn, its data, its labels, and the intervals where a table has them."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.contour import ContourSet

from clvmodels import plots
from clvmodels.errors import InputError
from clvmodels.evaluation import FrequencyRecencyGrid, SpendDensity
from clvmodels.units import TimeUnit
from tests.plots.test_plots import (
    AGES,
    ALL,
    CELLS,
    GRID,
    GROUPS,
    HISTOGRAM,
    LINES,
    MIXED,
    PATH,
    RECENCY,
    SPENT,
    TRACKED,
    WORTH,
    lines_of,
    new_axes,
)


def bounded(table, name):
    return table.assign(**{f"{name}_lower": 0.5 * table[name], f"{name}_upper": 2.0 * table[name], "level": 0.8})


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def bands_of(ax):
    return [one for one in ax.collections if isinstance(one, PolyCollection)]


BANDS = {
    "tracking": (TRACKED, "expected_cumulative"),
    "incremental": (TRACKED, "expected"),
    "new_customer": (AGES, "expected"),
    "heterogeneity": (MIXED, "density"),
    "alive_path": (PATH, "probability_alive"),
}
WHISKERS = {
    "by_frequency": (GROUPS, "expected"),
    "by_recency": (RECENCY, "expected"),
    "frequency_histogram": (HISTOGRAM, "expected"),
    "value_distribution": (WORTH, "customers"),
}


class TestIntervals:
    @pytest.mark.parametrize("name", BANDS)
    def test_curves_have_bands(self, name):
        table, column = BANDS[name]
        ax = getattr(plots, name)(bounded(table, column), ax=new_axes())
        (band,) = bands_of(ax)
        rows = table
        if name == "incremental":
            rows = table.iloc[1:]
        if name == "heterogeneity":
            rows = table.iloc[:3]
        heights = band.get_paths()[0].vertices[:, 1]
        assert heights.min() == pytest.approx(0.5 * rows[column].min())
        assert heights.max() == pytest.approx(2.0 * rows[column].max())
        assert legend_of(ax)[-1] == "80% interval"

    @pytest.mark.parametrize("name", WHISKERS)
    def test_bars_have_whiskers(self, name):
        table, column = WHISKERS[name]
        ax = getattr(plots, name)(bounded(table, column), ax=new_axes())
        (lines,) = [one for one in ax.collections if isinstance(one, LineCollection)]
        ends = [[low, high] for (_, low), (_, high) in lines.get_segments()]
        np.testing.assert_allclose(ends, np.outer(table[column], [0.5, 2.0]))
        bars = ax.containers[-1]
        np.testing.assert_allclose(
            [x for (x, _), _ in lines.get_segments()], [b.get_x() + b.get_width() / 2 for b in bars]
        )
        assert legend_of(ax)[-1] == "80% interval"

    def test_the_spend_densitys_band(self):
        ax = plots.spend_density(SpendDensity(SPENT.actual, bounded(SPENT.expected, "density"), 5, 1), ax=new_axes())
        (band,) = bands_of(ax)
        assert band.get_paths()[0].vertices[:, 1].max() == pytest.approx(0.1)

    @pytest.mark.parametrize("name", [*BANDS, *WHISKERS])
    def test_without_bounds_there_are_none(self, name):
        table, _ = (BANDS | WHISKERS)[name]
        ax = getattr(plots, name)(table, ax=new_axes())
        assert not bands_of(ax)
        assert not any(isinstance(one, LineCollection) for one in ax.collections)
        assert not any("interval" in label for label in legend_of(ax))


FRAMES = [name for name, table in ALL.items() if isinstance(table, pd.DataFrame)]


@pytest.mark.parametrize("name", FRAMES)
class TestEmptyAndForeignTables:
    def test_an_empty_table_is_refused(self, name):
        with pytest.raises(InputError, match="no rows"):
            getattr(plots, name)(ALL[name].iloc[:0], ax=new_axes())

    def test_another_table_is_refused(self, name):
        with pytest.raises(InputError, match="draws what"):
            getattr(plots, name)(pd.DataFrame({"colour": ["red"]}), ax=new_axes())

    def test_a_refused_table_leaves_no_figure(self, name):
        before = plt.get_fignums()
        with pytest.raises(InputError):
            getattr(plots, name)(pd.DataFrame({"colour": ["red"]}))
        assert plt.get_fignums() == before


def test_the_histogram_has_a_bar_and_a_mark_per_number():
    ax = plots.frequency_histogram(HISTOGRAM, ax=new_axes())
    assert [bar.get_height() for bar in ax.patches] == [60, 30, 10]
    assert list(lines_of(ax)["expected"].get_ydata()) == [57.5, 31.5, 11.0]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "1", "2+"]
    assert ax.get_ylim()[0] == 0


def test_several_models_have_marks_beside_each_other_and_one_name_for_intervals():
    two = pd.concat([bounded(HISTOGRAM, "expected").assign(model=name) for name in ("one", "two")])
    ax = plots.frequency_histogram(two, ax=new_axes())
    one, other = (lines_of(ax)[name].get_xdata() for name in ("one", "two"))
    assert (np.asarray(one) < np.asarray(other)).all()
    assert sorted(legend_of(ax)) == ["80% interval", "actual", "one", "two"]
    assert len(ax.patches) == 3


def test_several_models_are_tracked_without_bands():
    two = pd.concat([bounded(TRACKED, "expected_cumulative").assign(model=name) for name in ("one", "two")])
    ax = plots.tracking(two, ax=new_axes())
    assert set(lines_of(ax)) == {"actual", "one", "two", "cut-off 2024-01-10"}
    assert not bands_of(ax)
    assert len(lines_of(ax)["actual"].get_ydata()) == 4


@pytest.mark.parametrize(("by", "words"), [("recency", "Age at the last"), ("silence", "Time since the last")])
def test_recency_names_groups_and_units(by, words):
    ax = plots.by_recency(RECENCY.assign(by=by), ax=new_axes())
    assert [label.get_text() for label in ax.get_xticklabels()] == ["never\ncame back\n1,411", "0-5\n20", "5-10\n3"]
    assert words in ax.get_xlabel()
    assert "in weeks" in ax.get_xlabel()


def test_a_new_customer_starts_at_nothing():
    ax = plots.new_customer(AGES, ax=new_axes())
    np.testing.assert_array_equal(lines_of(ax)["expected"].get_ydata(), [0.1, 0.2])
    assert ax.get_xlim()[0] == ax.get_ylim()[0] == 0.0
    assert ax.get_xlabel().endswith("in weeks")


class TestHeterogeneity:
    def test_a_rate_is_on_a_logarithmic_axis_with_its_unit(self):
        ax = plots.heterogeneity(MIXED, "purchase rate", ax=new_axes())
        assert ax.get_xscale() == "log"
        assert "per week" in ax.get_xlabel()
        assert "per tenfold" in ax.get_ylabel()
        np.testing.assert_array_equal(lines_of(ax)["customers"].get_ydata(), [0.1, 0.3, 0.1])
        assert "mean 0.05 per week" in legend_of(ax)

    def test_a_probability_without_bound_is_cut(self):
        ax = plots.heterogeneity(MIXED, "dropout probability", ax=new_axes())
        assert ax.get_xlim() == (0.0, 1.0)
        assert ax.get_ylim() == (0.0, 6.0)

    def test_a_quantity_that_is_not_there_is_refused(self):
        with pytest.raises(InputError, match="purchase rate, dropout probability"):
            plots.heterogeneity(MIXED, "dropout rate", ax=new_axes())


class TestAlivePath:
    def test_the_curve_jumps_and_purchases_are_marked(self):
        ax = plots.alive_path(PATH, ax=new_axes())
        lines = lines_of(ax)
        np.testing.assert_array_equal(lines["P(alive)"].get_ydata(), [1.0, 0.6, 0.9, 0.5])
        assert list(pd.to_datetime(lines["purchase"].get_xdata())) == list(PATH.loc[PATH["purchase"], "time"])
        assert ax.get_ylim() == (-0.12, 1.05)
        assert ax.get_xlabel() == "2024-01-01 to 2024-06-01"

    def test_an_id_is_no_formula(self):
        ax = plots.alive_path(PATH, ax=new_axes())
        assert ax.get_title(loc="left") == "Customer a <b> $x$: 2 purchases"
        ax.figure.draw_without_rendering()

    def test_an_id_that_would_fail_as_a_formula(self):
        ax = plots.alive_path(PATH.assign(customer_id=r"$\nothing{$ and much longer than any row"), ax=new_axes())
        ax.figure.draw_without_rendering()
        assert "…" in ax.get_title(loc="left")


class TestTimelines:
    def test_lines_run_from_first_purchases_to_the_end(self):
        ax = plots.timelines(LINES, ax=new_axes())
        (lines,) = [one for one in ax.collections if isinstance(one, LineCollection)]
        assert len(lines.get_segments()) == 2
        first, again = lines_of(ax)["first purchase"], lines_of(ax)["repeat purchase"]
        assert list(first.get_ydata()) == [0, 1]
        assert list(again.get_ydata()) == [0]
        assert pd.Timestamp(first.get_xdata()[0]) == pd.Timestamp("2024-06-01") - pd.Timedelta(weeks=20)
        assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
        assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first to come is at the top

    def test_without_a_date_the_axis_is_time_before_the_end(self):
        ax = plots.timelines(LINES.assign(until=pd.NaT), ax=new_axes())
        assert list(lines_of(ax)["first purchase"].get_xdata()) == [-20.0, -10.0]
        assert "in weeks" in ax.get_xlabel()

    def test_many_customers_have_no_names(self):
        many = pd.concat([LINES.iloc[[2]].assign(customer_id=place) for place in range(60)])
        ax = plots.timelines(many, ax=new_axes())
        assert list(ax.get_yticks()) == []
        assert ax.get_title(loc="left") == "60 customers over time"


class TestMoney:
    def test_the_histogram_and_the_curve(self):
        ax = plots.spend_density(SPENT, ax=new_axes())
        (stairs,) = ax.patches
        values, edges, _ = stairs.get_data()
        assert list(values) == [0.06, 0.02]
        assert list(edges) == [0.0, 10.0, 20.0]
        np.testing.assert_array_equal(lines_of(ax)["expected"].get_ydata(), [0.05, 0.03])
        assert "5 customers; 1 (20%) beyond 20" in ax.get_xlabel()

    @pytest.mark.parametrize("money", [1e-3, 1.0, 1e7])
    def test_densities_are_shares_per_a_round_sum_of_money(self, money):
        actual = SPENT.actual.assign(lower=SPENT.actual["lower"] * money, upper=SPENT.actual["upper"] * money)
        actual["density"] /= money
        expected = SPENT.expected.assign(value=SPENT.expected["value"] * money)
        expected["density"] /= money
        ax = plots.spend_density(SpendDensity(actual, expected, 5, 1), ax=new_axes())
        ax.figure.draw_without_rendering()
        shown = [label.get_text() for label in ax.get_yticklabels()]
        sums = {1e-3: "1 (money)", 1.0: "10 (money)", 1e7: "100M (money)"}
        assert ax.get_ylabel() == f"Share of customers per {sums[money]}"
        # 0.06 of customers per unit of the first scale, 60% per ten of them, and 6,000% per 1,000.
        assert ("60%" if money >= 1.0 else "6000%") in shown
        assert ax.yaxis.get_offset_text().get_text() == ""

    def test_a_long_tail_is_drawn_by_tenfolds(self):
        actual = SPENT.actual.assign(lower=[0.1, 10.0], upper=[10.0, 1000.0])
        expected = SPENT.expected.assign(value=[1.0, 100.0])
        ax = plots.spend_density(SpendDensity(actual, expected, 6, 2, logarithmic=True), ax=new_axes())
        ax.figure.draw_without_rendering()
        assert ax.get_xscale() == "log"
        assert ax.get_xlim() == (0.1, 1000.0)
        assert {"1", "10", "100"} <= {label.get_text() for label in ax.get_xticklabels()}
        assert not any(label.get_text() for label in ax.get_xticklabels(minor=True))
        assert "6 customers; 2 (33%) outside of 0.1 to 1,000" in ax.get_xlabel()
        assert ax.get_ylabel() == "Share of customers per doubling"

    def test_ranges_of_value_are_named(self):
        ax = plots.value_distribution(WORTH, ax=new_axes())
        assert [label.get_text() for label in ax.get_xticklabels()] == ["< 0", "0", "0-50", "> 50"]
        assert [bar.get_height() for bar in ax.containers[-1]] == [1.0, 7.0, 4.0, 2.0]
        assert "1 year" in ax.get_title(loc="left")

    def test_long_names_of_ranges_are_turned(self):
        wide = pd.DataFrame(
            {
                "lower": np.arange(12) * 1_234_567.0,
                "upper": np.arange(1, 13) * 1_234_567.0,
                "customers": 1.0,
                "terms": "",
            }
        )
        ax = plots.value_distribution(wide, ax=new_axes())
        assert {label.get_rotation() for label in ax.get_xticklabels()} == {35.0}


class TestMatrices:
    def test_expected_purchases_have_a_cell_per_pair(self):
        ax = plots.expected_purchases(CELLS, ax=new_axes())
        (mesh,) = ax.collections
        np.testing.assert_array_equal(np.asarray(mesh.get_array()).reshape(2, 3), CELLS.expected_purchases)
        assert ax.figure.axes[1].get_ylabel() == "purchases per customer"
        assert "39 weeks" in ax.get_title(loc="left")
        assert plots.probability_alive(CELLS, ax=new_axes()).get_title(loc="left") == "Probability of being alive"

    def test_lines_of_equal_value_are_at_round_values(self):
        ax = plots.iso_value(GRID, ax=new_axes())
        (lines,) = [one for one in ax.collections if isinstance(one, ContourSet)]
        assert set(lines.levels) == {2.0, 5.0, 10.0, 20.0, 50.0}
        assert "1 year at 10%" in ax.get_title(loc="left")

    @pytest.mark.parametrize("values", [np.ones((2, 3)), np.arange(3.0)[None, :]], ids=["the same", "one row"])
    def test_lines_that_cannot_be_drawn_are_refused(self, values):
        grid = FrequencyRecencyGrid(
            np.arange(1.0, len(values) + 1),
            np.array([1.0, 2.0, 3.0]),
            values,
            values,
            3.0,
            TimeUnit.WEEK,
            35.0,
            "1 year",
        )
        with pytest.raises(InputError, match="no lines of equal value"):
            plots.iso_value(grid, ax=new_axes())


def test_bands_and_lines_are_told_apart_in_grey():
    from clvmodels.plots.intervals import _BAND
    from clvmodels.plots.style import EXPECTED

    line = np.dot([0.2126, 0.7152, 0.0722], to_rgb(EXPECTED["color"]))
    band = 1.0 - _BAND["alpha"] * (1.0 - line)
    assert band - line > 0.3
