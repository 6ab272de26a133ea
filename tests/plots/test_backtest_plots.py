"""Plots of backtests are judged by their lines, markers, legends and labels."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from clvmodels import plots
from clvmodels.errors import InputError
from clvmodels.evaluation.backtesting.asking import TARGETS
from clvmodels.plots.contenders import LOOKS, OTHERS
from clvmodels.plots.words import words_of
from tests.plots import backtests

OF_CONTENDERS = ("calibration", "lift", "cumulative_gain", "coverage", "pit", "totals")
TABLES = {name: getattr(backtests, "tracking" if name == "totals" else name) for name in OF_CONTENDERS}


def new_axes(size=(8.2, 4.4)):
    return Figure(figsize=size, layout="constrained").add_subplot()


def draw(name, contenders=2, **keywords):
    return getattr(plots, name)(TABLES[name](contenders), ax=new_axes(), **keywords)


def lines_of(ax):
    """The last line of each name: of a contender with hollow markers too, the filled ones."""
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def light(colour):
    return float(np.dot([0.2126, 0.7152, 0.0722], to_rgb(colour)))


@pytest.mark.parametrize("name", OF_CONTENDERS)
class TestContenders:
    def test_each_is_in_the_legend_with_its_own_look(self, name):
        ax = draw(name, 8)
        handles = ax.get_legend().legend_handles[-8:]
        assert legend_of(ax)[-8:] == backtests.names(8)
        lines = lines_of(ax)
        for handle, contender in zip(handles, backtests.names(8), strict=True):
            assert handle.get_color() == lines[contender].get_color()
            assert handle.get_marker() == lines[contender].get_marker()
        assert len({lines[contender].get_color() for contender in backtests.names(8)}) == 8
        assert len({lines[contender].get_marker() for contender in backtests.names(8)}) == 8

    def test_beyond_eight_they_are_grey_and_one_in_the_legend(self, name):
        ax = draw(name, 11)
        assert legend_of(ax)[-9:] == [*backtests.names(8), "3 more"]
        lines = lines_of(ax)
        for contender in backtests.names(11)[8:]:
            assert lines[contender].get_color() == OTHERS["color"]
            assert lines[contender].get_zorder() < lines["contender 1"].get_zorder()

    def test_who_is_highlighted_is_the_callers_choice(self, name):
        ax = draw(name, 11, highlight=["contender 10", "not in this table", "contender 2"])
        lines = lines_of(ax)
        assert legend_of(ax)[-3:] == ["contender 10", "contender 2", "9 more"]
        assert lines["contender 10"].get_color() == LOOKS[0]["color"]
        # The look is that of the place, so that plots with and without the second one agree.
        assert lines["contender 2"].get_color() == LOOKS[2]["color"]

    @pytest.mark.parametrize("highlight", [backtests.names(9), ["contender 1", "contender 1"], ["nobody"], []])
    def test_what_cannot_be_highlighted_is_refused(self, name, highlight):
        with pytest.raises(InputError, match="highlighted"):
            draw(name, 11, highlight=highlight)

    def test_the_legend_hides_no_data(self, name):
        ax = draw(name, 8)
        ax.figure.draw_without_rendering()
        box = ax.get_legend().get_window_extent()
        assert box.x0 >= ax.get_window_extent().x1
        assert box.x1 <= ax.figure.bbox.x1
        assert box.y0 >= 0
        assert box.y1 <= ax.figure.bbox.y1

    def test_an_empty_table_is_named(self, name):
        with pytest.raises(InputError, match="no rows"):
            getattr(plots, name)(TABLES[name](2)[:0], ax=new_axes())

    def test_another_table_is_named(self, name):
        other = backtests.coverage() if name != "coverage" else backtests.lift()
        with pytest.raises(InputError, match=r"has no column[^.]*\.\n\w+ draws what backtest\."):
            getattr(plots, name)(other, ax=new_axes())


def test_any_name_can_be_read():
    odd = ["a name of many words that " * 3, "w" * 70, "cost $5 or $6", "_private", "50%", "[b]x[/b]", "a  b", "a b"]
    table = backtests.lift(8).replace({"contender": dict(zip(backtests.names(8), odd, strict=True))})
    ax = plots.lift(table, ax=new_axes())
    ax.figure.draw_without_rendering()
    assert [text.replace("\n", "").replace(" ", "") for text in legend_of(ax)[1:]] == [
        name.replace(" ", "") for name in odd
    ]
    box = ax.get_legend().get_window_extent()
    assert box.x1 <= ax.figure.bbox.x1
    assert box.y0 >= 0
    # At least two fifths of the width are left for the data.
    assert ax.get_window_extent().width >= 0.4 * ax.figure.bbox.width


def test_looks_differ_without_colour():
    """By marker all, and neighbours in the list by dashes as well."""
    assert len({look["marker"] for look in LOOKS}) == len(LOOKS)
    assert all(one["linestyle"] != other["linestyle"] for one, other in pairwise(LOOKS))
    # 1 is white: nothing is lost on it, and grey lines are the lightest.
    assert max(light(look["color"]) for look in LOOKS) < 0.72 < light(OTHERS["color"])


def test_calibration_has_groups_bars_and_the_diagonal():
    ax = plots.calibration(backtests.calibration(1), "revenue", ax=new_axes())
    line = lines_of(ax)["contender 1"]
    np.testing.assert_array_equal(line.get_xdata(), [0.0, 0.5, 2.0])
    np.testing.assert_array_equal(line.get_ydata(), [0.1, 0.4, 2.5])
    (bars,) = ax.collections
    ends = [path.vertices[:, 1].tolist() for path in bars.get_paths()]
    np.testing.assert_allclose(ends, [[0.05, 0.15], [0.3, 0.5], [2.1, 2.9]])
    assert ax.get_xlabel() == "Expected revenue per customer (money)"
    assert legend_of(ax) == ["forecast = outcome", "contender 1"]


@pytest.mark.parametrize("target", [*TARGETS, None])
def test_the_diagonal_is_where_both_are_equal(target):
    """On straight scales and on those by roots: the drawn line leads through equal values."""
    ax = plots.calibration(backtests.calibration(1), target, ax=new_axes())
    ax.figure.draw_without_rendering()
    (diagonal,) = (line for line in ax.lines if line.get_label() == "_diagonal")
    ends = diagonal.get_transform().transform(diagonal.get_xydata())
    points = ax.transData.transform([[0.3, 0.3], [1.7, 1.7]])
    for x, y in points:
        expected = np.interp(x, *ends[np.argsort(ends[:, 0])].T)
        assert expected == pytest.approx(y, abs=0.5)  # of a pixel


def test_losses_are_drawn_too():
    table = backtests.calibration(1).assign(actual=[-3.0, 0.4, 2.5])
    ax = plots.calibration(table, "revenue", ax=new_axes())
    ax.figure.draw_without_rendering()
    assert ax.get_ylim()[0] < -3.0
    assert np.isfinite(ax.transData.transform([0.0, -3.0])).all()


def test_ticks_of_root_scales_are_few_and_round():
    table = backtests.calibration(1)
    table[["predicted", "actual", "standard_error"]] *= 1e4
    ax = plots.calibration(table, "revenue", ax=new_axes())
    ax.figure.draw_without_rendering()
    shown = [label.get_text() for label in ax.get_xticklabels()]
    assert {"0", "1,000", "20,000"} <= set(shown)
    assert len(shown) < 12


def test_lift_by_group_and_the_average():
    ax = plots.lift(backtests.lift(1), "activity", ax=new_axes())
    np.testing.assert_array_equal(lines_of(ax)["contender 1"].get_xydata(), [[1, 2.5], [2, 0.4], [3, 0.1]])
    (average,) = (line for line in ax.lines if line.get_label() == "_average")
    assert list(average.get_ydata()) == [1.0, 1.0]
    assert ax.get_ylabel() == "Share who purchased,\nas a multiple of the average"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "3"]
    assert ax.get_ylim()[0] == 0.0


def test_a_hundred_groups_have_few_labels():
    table = pd.DataFrame({"contender": "a", "group": range(1, 101), "lift": 1.0})
    ax = plots.lift(table, ax=new_axes())
    ax.figure.draw_without_rendering()
    assert len(ax.get_xticks()) < 20


def test_gain_stands_between_chance_and_the_best():
    ax = plots.cumulative_gain(backtests.cumulative_gain(1), "purchases", ax=new_axes())
    np.testing.assert_array_equal(lines_of(ax)["contender 1"].get_ydata(), [0.0, 0.8, 1.0])
    named = {line.get_label(): line.get_ydata() for line in ax.lines}
    np.testing.assert_array_equal(named["_best"], [0, 1, 1])
    np.testing.assert_array_equal(named["_chance"], [0, 1])
    assert legend_of(ax) == ["best possible", "by chance", "contender 1"]
    ax.figure.draw_without_rendering()
    assert "60%" in [label.get_text() for label in ax.get_yticklabels()]


def test_a_contender_of_other_cut_offs_has_a_best_order_of_its_own():
    table = backtests.cumulative_gain(2)
    table["best"] = [0.0, 1.0, 1.0, 0.0, 0.9, 1.0]
    best = [
        line.get_ydata()[1] for line in plots.cumulative_gain(table, ax=new_axes()).lines if line.get_label() == "_best"
    ]
    assert best == [1.0, 0.9]


def test_coverage_has_the_nominal_level_hollow_and_the_own_probability_filled():
    ax = plots.coverage(backtests.coverage(1), ax=new_axes())
    hollow, filled = (line for line in ax.lines if line.get_label() == "contender 1")
    np.testing.assert_array_equal(hollow.get_xydata(), [[0.5, 0.84], [0.8, 0.92]])
    np.testing.assert_array_equal(filled.get_xydata(), [[0.85, 0.84], [0.93, 0.92]])
    assert hollow.get_markerfacecolor() == "white" != filled.get_markerfacecolor()
    assert hollow.get_linestyle() == "None" != filled.get_linestyle()
    assert ax.get_xlim()[0] > 0.4
    assert ax.get_xlim() == ax.get_ylim()


def test_coverage_of_bounds_without_a_distribution():
    ax = plots.coverage(backtests.coverage(1).assign(probability=np.nan)[:1], ax=new_axes())
    hollow, filled = (line for line in ax.lines if line.get_label() == "contender 1")
    assert hollow.get_xydata().tolist() == [[0.8, 0.92]]
    assert np.isnan(filled.get_xdata()).all()
    ax.figure.draw_without_rendering()


def test_pit_of_one_is_bars_and_of_several_lines():
    ax = plots.pit(backtests.pit(1), ax=new_axes())
    area, outline = ax.patches
    for patch in (area, outline):
        values, edges, _ = patch.get_data()
        assert (list(values), list(edges)) == ([1.0, 1.0], [0.0, 0.5, 1.0])
    ax = plots.pit(backtests.pit(2), ax=new_axes())
    np.testing.assert_allclose(lines_of(ax)["contender 2"].get_xydata(), [[0.25, 0.95], [0.75, 1.05]])
    assert not ax.patches
    assert ax.get_ylim()[0] == 0.0


def test_totals_over_time():
    ax = plots.totals(backtests.tracking(2), "purchases", ax=new_axes())
    lines = lines_of(ax)
    np.testing.assert_array_equal(lines["actual"].get_ydata(), [900, 850])
    np.testing.assert_array_equal(lines["contender 1"].get_ydata(), [1000.0, 800.0])
    assert ax.get_xlabel() == "Cut-off, 2023-06-30 to 2023-12-31"
    assert ax.get_ylabel() == "Purchases in the window after the cut-off"
    assert legend_of(ax)[0] == "actual"
    assert ax.get_ylim()[0] == 0.0


def test_totals_of_one_cut_off_have_a_row_each():
    ax = plots.totals(backtests.tracking(11, backtests.CUTOFFS[:1]), "revenue", ax=new_axes())
    np.testing.assert_allclose(lines_of(ax)["expected"].get_xdata(), 1000 * (1 - 0.05 * np.arange(11)))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["actual", *backtests.names(11)]
    assert list(next(line for line in ax.lines if line.get_label() == "_actual").get_xdata()) == [900, 900]
    assert ax.get_title(loc="left") == "Totals after the cut-off 2023-06-30"
    assert ax.get_xlabel() == "Revenue (money) in the window after the cut-off"
    assert ax.get_xlim()[0] == 0.0


class TestLeague:
    def test_rows_intervals_and_verdicts(self):
        ax = plots.league(backtests.comparison(), ax=new_axes())
        rows = [label.get_text() for label in ax.get_yticklabels()]
        assert rows == ["best (1.6)", "near (1.7)", "far (3)", "endless (inf)", "absent"]
        assert [text.get_text() for text in ax.texts] == ["reference", "tie", "worse", "worse", "not available"]
        lines = lines_of(ax)
        assert lines["near"].get_xydata().tolist() == [[0.1, 1]]
        assert lines["far"].get_xydata().tolist() == [[1.4, 2]]
        assert lines["near"].get_markerfacecolor() == "white" != lines["far"].get_markerfacecolor()
        segments = [collection.get_segments()[0].tolist() for collection in ax.collections[:2]]
        assert segments == [[[-0.1, 1.0], [0.3, 1.0]], [[1.0, 2.0], [1.9, 2.0]]]
        assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the best is at the top
        assert ax.get_title(loc="left") == "Purchases by poisson deviance"

    def test_it_can_be_drawn_with_infinities_and_odd_names(self):
        table = backtests.comparison().replace({"contender": {"near": "cost $5 or $6", "far": "w" * 70}})
        ax = plots.league(table, ax=new_axes((8.2, 6.0)))
        ax.figure.draw_without_rendering()
        boxes = sorted((label.get_window_extent() for label in ax.get_yticklabels()), key=lambda box: box.y0)
        assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))
        assert min(box.x0 for box in boxes) >= 0
        assert max(text.get_window_extent().x1 for text in ax.texts) <= ax.figure.bbox.x1

    def test_a_new_figure_has_room_for_every_row(self):
        from matplotlib import pyplot as plt

        table = pd.concat([backtests.comparison()[:2].replace({"contender": {"near": "word " * 25}})] * 8)
        ax = plots.league(table)
        ax.figure.draw_without_rendering()
        boxes = sorted((label.get_window_extent() for label in ax.get_yticklabels()), key=lambda box: box.y0)
        assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))
        plt.close(ax.figure)

    def test_another_table_or_none_is_refused(self):
        with pytest.raises(InputError, match=r"backtest\.compare"):
            plots.league(backtests.lift(), ax=new_axes())
        with pytest.raises(InputError, match="no rows"):
            plots.league(backtests.comparison()[:0], ax=new_axes())


@pytest.mark.parametrize("name", OF_CONTENDERS)
def test_a_window_in_which_nobody_bought(name):
    """Outcomes are 0, and shares of them are not known."""
    table, ax = TABLES[name](2), new_axes()
    zeros = {column: 0.0 for column in ("predicted", "actual", "expected", "standard_error") if column in table}
    shares = {column: np.nan for column in ("lift", "gain", "best") if column in table}
    getattr(plots, name)(table.assign(**zeros, **shares), ax=ax)
    ax.figure.draw_without_rendering()
    assert np.isfinite([*ax.get_xlim(), *ax.get_ylim()]).all()
    assert legend_of(ax)[-2:] == backtests.names(2)


def test_targets_are_those_of_a_backtest():
    assert len({words_of(target) for target in (*TARGETS, None)}) == len(TARGETS) + 1
    with pytest.raises(InputError, match=r"no target 'sales'.\nThey are purchases, revenue, value, activity"):
        words_of("sales")


def test_the_two_kinds_of_tracking_are_not_mixed_up():
    with pytest.raises(InputError, match=r"(?s)no column 'day'.*evaluation\.tracking"):
        plots.tracking(backtests.tracking().rename(columns={"actual": "actual_cumulative"}), ax=new_axes())
    with pytest.raises(InputError, match=r"(?s)no column.*evaluation\.tracking"):
        plots.incremental(backtests.tracking(), ax=new_axes())
