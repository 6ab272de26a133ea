"""Legends hide no data, and labels are folded or thinned out where there is little room."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from clvmodels import plots
from clvmodels.plots.contenders import LOOKS, OTHERS
from clvmodels.plots.room import shortened
from clvmodels.plots.style import ACTUAL, EXPECTED
from tests.plots import backtests
from tests.plots.test_plots import ALL, GROUPS, RECENCY

# Width and height in inches of Axes in a grid of many.
SMALL = (3.6, 2.7)
# Labels are folded by an estimate of their width: so many pixels of a hundred to the inch may lie beyond the figure.
BEYOND = 3.0

# What the colour-blind see, as matrices on linear RGB: Machado, Oliveira and Fernandes 2009, "A Physiologically-based
# Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6),
# 1291-1298, at full severity.
SEEN = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# In CIELAB a distance of 2.3 is just seen between patches that touch; thin lines apart need several times as much.
LEAST_DISTANCE = 8.0


def small_axes():
    return Figure(figsize=SMALL, layout="constrained", dpi=100).add_subplot()


@pytest.mark.parametrize("name", plots.__all__)
class TestInLittleRoom:
    def test_nothing_is_cut_off(self, name):
        ax = getattr(plots, name)(ALL[name], ax=small_axes())
        ax.figure.draw_without_rendering()
        shown = (ax._left_title, ax.xaxis.label, ax.yaxis.label)
        boxes = [text.get_window_extent() for text in shown if text.get_text()]
        assert min(min(box.x0, box.y0) for box in boxes) >= -BEYOND
        assert max(box.x1 for box in boxes) <= 100 * SMALL[0] + BEYOND
        assert max(box.y1 for box in boxes) <= 100 * SMALL[1] + BEYOND

    def test_numbers_do_not_stand_upon_one_another(self, name):
        ax = getattr(plots, name)(ALL[name], ax=small_axes())
        ax.figure.draw_without_rendering()
        boxes = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
        assert all(left.x1 <= right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize("size", [SMALL, (6.4, 4.2)])
@pytest.mark.parametrize("name", plots.__all__)
def test_a_legend_lies_outside_of_the_data(name, size):
    ax = getattr(plots, name)(ALL[name], ax=Figure(figsize=size, layout="constrained").add_subplot())
    ax.figure.draw_without_rendering()
    if ax.get_legend() is not None:
        legend, data = ax.get_legend().get_window_extent(), ax.get_window_extent()
        assert legend.y0 >= data.y1 or legend.x0 >= data.x1
        assert ax._left_title.get_window_extent().y0 >= min(legend.y1, ax.figure.bbox.y1) or legend.x0 >= data.x1


def test_what_happened_comes_first_in_a_legend_and_intervals_last():
    table = GROUPS.assign(expected_lower=0.1, expected_upper=4.0, level=0.9)
    ax = plots.by_frequency(table, ax=small_axes())
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["actual", "expected", "90% interval"]


def test_names_of_crowded_bars_are_turned():
    many = pd.concat([RECENCY.assign(lower=start, upper=start + 5.0) for start in range(0, 15, 5)], ignore_index=True)
    ax, wide = plots.by_recency(many, ax=small_axes()), plots.by_recency(RECENCY, ax=small_axes())
    assert {label.get_rotation() for label in ax.get_xticklabels()} == {90.0}
    assert {label.get_rotation() for label in wide.get_xticklabels()} == {0.0}


def test_a_single_bar_is_no_wall():
    ax = plots.by_frequency(GROUPS[:1], ax=small_axes())
    low, high = ax.get_xlim()
    assert max(bar.get_width() for bar in ax.patches) < 0.2 * (high - low)


def test_a_legend_of_long_names_is_shortened_to_fit():
    names = {name: f"{name} {'with a very long description ' * 4}" for name in backtests.names(8)}
    ax = plots.lift(backtests.lift(8).replace({"contender": names}), ax=small_axes())
    ax.figure.draw_without_rendering()
    box, whole = ax.get_legend().get_window_extent(), ax.figure.bbox
    assert whole.y0 <= box.y0
    assert box.y1 <= whole.y1
    assert box.x1 <= whole.x1


def test_a_shortened_name_keeps_both_ends():
    assert shortened("customer-0000000017", 10) == "custo…0017"
    assert shortened("customer", 8) == "customer"
    assert [shortened("customer", letters) for letters in (3, 2, 1)] == ["c…r", "c…", "…"]


@pytest.mark.parametrize("eye", SEEN)
def test_colours_of_contenders_differ_for_every_eye(eye):
    """Whoever else is drawn beside them, too."""
    colours = [look["color"] for look in (*LOOKS, OTHERS)]
    assert closest(colours, eye) > LEAST_DISTANCE
    assert closest([ACTUAL["color"], EXPECTED["color"]], eye) > LEAST_DISTANCE


def test_red_and_green_of_like_lightness_are_found_to_be_one():
    assert closest(["#a06000", "#708000"], "deuteranopia") < LEAST_DISTANCE < closest(["#a06000", "#708000"], "all")


def closest(colours, eye):
    """Least distance in CIELAB between two of the colours."""
    seen = [lab(colour, SEEN[eye]) for colour in colours]
    return min(np.linalg.norm(one - other) for place, one in enumerate(seen) for other in seen[:place])


def lab(colour, matrix):
    """CIELAB of a colour as somebody sees it: sRGB to linear light (IEC 61966-2-1) to XYZ by D65."""
    from matplotlib.colors import to_rgb

    rgb = np.array(to_rgb(colour))
    light = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    light = np.clip(np.asarray(matrix) @ light, 0.0, 1.0)
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    xyz = to_xyz @ light / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
