"""Plots are judged by their lines, bars, cells and labels."""

from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from clvmodels import plots
from clvmodels.evaluation import FrequencyRecencyGrid, PurchaseGrid, SpendDensity
from clvmodels.units import TimeUnit
from tests.plots import backtests

DAYS = pd.to_datetime(["2024-01-03", "2024-01-10", "2024-01-17", "2024-01-24"])
TRACKED = pd.DataFrame(
    {
        "day": DAYS,
        "days": [3, 7, 7, 7],
        "actual": [1, 2, 4, 3],
        "expected": [1.5, 2.0, 2.5, 2.75],
        "actual_cumulative": [1, 3, 7, 10],
        "expected_cumulative": [1.5, 3.5, 6.0, 8.75],
        "holdout": [False, False, True, True],
    }
)
GROUPS = pd.DataFrame(
    {"frequency": ["0", "1", "2+"], "customers": [1411, 20, 3], "actual": [0.2, 1.0, 3.0], "expected": [0.3, 0.9, 2.0]}
)
GRID = FrequencyRecencyGrid(
    frequency=np.array([1.0, 2.0]),
    recency=np.array([1.0, 2.0, 3.0]),
    probability_alive=np.array([[0.5, 0.6, 0.7], [0.1, 0.5, 0.9]]),
    value=np.array([[5.0, 6.0, 7.0], [1.0, 5.0, 90.0]]),
    age=3.0,
    time_unit=TimeUnit.MONTH,
    order_value=35.0,
    terms="1 year at 10% a year",
)
HISTOGRAM = pd.DataFrame({"purchases": ["0", "1", "2+"], "actual": [60, 30, 10], "expected": [57.5, 31.5, 11.0]})
AGES = pd.DataFrame({"age": [1.0, 2.0], "time_unit": "week", "expected": [0.1, 0.2]})
MIXED = pd.DataFrame(
    {
        "quantity": ["purchase rate"] * 3 + ["dropout probability"] * 3,
        "unit": ["per week"] * 3 + [""] * 3,
        "value": [0.01, 0.1, 1.0, 0.1, 0.5, 0.9],
        "density": [0.1, 0.3, 0.1, 40.0, 1.0, 0.5],
        "mean": [0.05] * 3 + [0.25] * 3,
    }
)
RECENCY = pd.DataFrame(
    {
        "by": "recency",
        "time_unit": "week",
        "lower": [np.nan, 0.0, 5.0],
        "upper": [np.nan, 5.0, 10.0],
        "customers": [1411, 20, 3],
        "actual": [0.2, 1.0, 3.0],
        "expected": [0.3, 0.9, 2.0],
    }
)
PATH = pd.DataFrame(
    {
        "customer_id": "a <b> $x$",
        "time": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-01", "2024-06-01"]),
        "purchase": [True, False, True, False],
        "probability_alive": [1.0, 0.6, 0.9, 0.5],
    }
)
LINES = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b"],
        "time": [-20.0, -3.0, -10.0],
        "first": [True, False, True],
        "time_unit": "week",
        "until": pd.Timestamp("2024-06-01"),
    }
)
SPENT = SpendDensity(
    pd.DataFrame({"lower": [0.0, 10.0], "upper": [10.0, 20.0], "customers": [3, 1], "density": [0.06, 0.02]}),
    pd.DataFrame({"value": [5.0, 15.0], "density": [0.05, 0.03]}),
    5,
    1,
)
WORTH = pd.DataFrame(
    {"lower": [-np.inf, 0.0, 0.0, 50.0], "upper": [0.0, 0.0, 50.0, np.inf], "customers": [1.0, 7.0, 4.0, 2.0]}
).assign(terms="1 year")
CELLS = PurchaseGrid(
    frequency=GRID.frequency,
    recency=GRID.recency,
    probability_alive=GRID.probability_alive,
    expected_purchases=GRID.value / 10,
    age=3.0,
    time_unit=TimeUnit.WEEK,
    terms="39 weeks",
)
ALL = {
    "alive_path": PATH,
    "by_recency": RECENCY,
    "expected_purchases": CELLS,
    "frequency_histogram": HISTOGRAM,
    "heterogeneity": MIXED,
    "iso_value": GRID,
    "new_customer": AGES,
    "spend_density": SPENT,
    "timelines": LINES,
    "value_distribution": WORTH,
    "tracking": TRACKED,
    "incremental": TRACKED,
    "by_frequency": GROUPS,
    "probability_alive": GRID,
    "value": GRID,
    **backtests.ALL,
}


def new_axes():
    return Figure(layout="constrained").add_subplot()


def lines_of(ax):
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


@pytest.mark.parametrize("name", plots.__all__)
class TestEveryPlot:
    def test_it_draws_on_the_axes_that_are_given(self, name):
        ax = new_axes()
        assert getattr(plots, name)(ALL[name], ax=ax) is ax

    def test_without_axes_it_makes_a_figure(self, name):
        ax = getattr(plots, name)(ALL[name])
        assert ax.figure.number in plt.get_fignums()
        plt.close(ax.figure)

    def test_with_axes_pyplot_knows_nothing_of_it(self, name):
        before = plt.get_fignums()
        getattr(plots, name)(ALL[name], ax=new_axes())
        assert plt.get_fignums() == before

    def test_settings_stay(self, name):
        before = dict(mpl.rcParams)
        ax = getattr(plots, name)(ALL[name], ax=new_axes())
        ax.figure.draw_without_rendering()
        assert dict(mpl.rcParams) == before

    def test_it_has_a_title_and_a_labelled_vertical_axis(self, name):
        ax = getattr(plots, name)(ALL[name], ax=new_axes())
        assert ax.get_title(loc="left")
        assert ax.get_ylabel() or all(label.get_text() for label in ax.get_yticklabels())

    def test_the_table_stays(self, name):
        table = ALL[name]
        if isinstance(table, pd.DataFrame):
            before = table.copy(deep=True)
            getattr(plots, name)(table, ax=new_axes())
            pd.testing.assert_frame_equal(table, before)

    def test_labels_do_not_overlap(self, name):
        ax = getattr(plots, name)(ALL[name], ax=new_axes())
        ax.figure.draw_without_rendering()
        boxes = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
        assert all(left.x1 <= right.x0 for left, right in pairwise(boxes))


def test_tracking_draws_both_running_totals_and_the_cut_off():
    ax = plots.tracking(TRACKED, ax=new_axes())
    lines = lines_of(ax)
    np.testing.assert_array_equal(lines["actual"].get_ydata(), TRACKED["actual_cumulative"])
    np.testing.assert_array_equal(lines["expected"].get_ydata(), TRACKED["expected_cumulative"])
    assert lines["actual"].get_linestyle() != lines["expected"].get_linestyle()
    assert list(lines["cut-off 2024-01-10"].get_xdata()) == [DAYS[1]] * 2
    assert ax.get_ylim()[0] == 0
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["actual", "expected", "cut-off 2024-01-10"]


def test_a_table_of_the_holdout_alone_has_no_cut_off():
    assert set(lines_of(plots.tracking(TRACKED[TRACKED["holdout"]], ax=new_axes()))) == {"actual", "expected"}


def test_incremental_leaves_out_a_period_that_the_log_cuts_off():
    ax = plots.incremental(TRACKED, ax=new_axes())
    np.testing.assert_array_equal(lines_of(ax)["actual"].get_ydata(), [2, 4, 3])
    assert ax.get_ylabel() == "Repeat purchases per week"


@pytest.mark.parametrize(
    ("days", "unit"), [([1, 1, 1, 1], "day"), ([30, 31, 30, 31], "month"), ([30, 30, 30, 30], "30 days")]
)
def test_incremental_names_its_period(days, unit):
    ax = plots.incremental(TRACKED.assign(days=days), ax=new_axes())
    assert ax.get_ylabel() == f"Repeat purchases per {unit}"
    assert len(lines_of(ax)["actual"].get_ydata()) == 4


def test_bars_by_frequency():
    ax = plots.by_frequency(GROUPS, ax=new_axes())
    heights = {bars.get_label(): [bar.get_height() for bar in bars] for bars in ax.containers}
    assert heights == {"actual": [0.2, 1.0, 3.0], "expected": [0.3, 0.9, 2.0]}
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0\n1,411", "1\n20", "2+\n3"]


def test_matrices_have_a_cell_per_pair_and_a_scale():
    for draw, values, label in (
        (plots.probability_alive, GRID.probability_alive, "P(alive)"),
        (plots.value, GRID.value, "money per customer"),
    ):
        ax = draw(GRID, ax=new_axes())
        (mesh,) = ax.collections
        np.testing.assert_array_equal(np.asarray(mesh.get_array()).reshape(values.shape), values)
        assert ax.get_xlim() == (0.5, 3.5)
        assert ax.get_ylim() == (0.5, 2.5)
        _, bar = ax.figure.axes
        assert bar.get_ylabel() == label
        assert "silent for long" in ax.get_xlabel()
        assert "Age at last purchase (months; now 3)" in ax.get_xlabel()


def test_a_matrix_of_one_cell():
    grid = FrequencyRecencyGrid(
        frequency=np.ones(1),
        recency=np.ones(1),
        probability_alive=np.ones((1, 1)),
        value=np.ones((1, 1)),
        age=1.0,
        time_unit=TimeUnit.WEEK,
        order_value=1.0,
        terms="1 year",
    )
    assert plots.value(grid, ax=new_axes()).get_xlim() == (0.5, 1.5)


def test_the_colours_are_told_apart_without_colour():
    """Lightness differs by more than a fifth of the scale from black to white."""
    from matplotlib.colors import to_rgb

    from clvmodels.plots.style import ACTUAL, EXPECTED

    light = [np.dot([0.2126, 0.7152, 0.0722], to_rgb(style["color"])) for style in (ACTUAL, EXPECTED)]
    assert abs(light[0] - light[1]) > 0.15


def test_models_beside_each_other_have_looks_and_names_of_their_own():
    both = pd.concat([TRACKED.assign(model="one"), TRACKED.assign(model="two", expected_cumulative=[1, 2, 3, 4])])
    ax = plots.tracking(both, ax=Figure().add_subplot())
    lines = {line.get_label(): line for line in ax.lines}
    assert list(lines["actual"].get_ydata()) == [1, 3, 7, 10]
    assert list(lines["one"].get_ydata()) == [1.5, 3.5, 6.0, 8.75]
    assert list(lines["two"].get_ydata()) == [1, 2, 3, 4]
    assert lines["one"].get_color() != lines["two"].get_color()


def test_a_histogram_has_a_bar_per_number_and_a_mark_per_model():
    both = pd.concat([HISTOGRAM.assign(model="one"), HISTOGRAM.assign(model="two", expected=[50.0, 40.0, 10.0])])
    ax = plots.frequency_histogram(both, ax=Figure().add_subplot())
    assert [bar.get_height() for bar in ax.patches] == [60, 30, 10]
    marks = {line.get_label(): list(line.get_ydata()) for line in ax.lines}
    assert marks == {"one": [57.5, 31.5, 11.0], "two": [50.0, 40.0, 10.0]}
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "1", "2+"]
