"""Plots refuse what is not their table, and say which call makes it; figures can be pickled."""

import inspect
import pickle
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.figure import Figure

import clvmodels as clv
from clvmodels import evaluation, plots
from clvmodels.errors import ClvError, InputError, WrongTypeError
from tests.plots.test_plots import ALL, GRID

FIT = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
LOG = pd.DataFrame({"who": [1, 1, 2], "when": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-02"]), "paid": 1.0})
TX = clv.Transactions(LOG, customer="who", time="when", amount="paid")
OTHERS = (FIT, clv.BGNBD(), TX.summarize(time_unit="week"), TX, None, pd.Series([1.0]), "table.csv", [1, 2])


def refusal(name, table):
    with pytest.raises(ClvError) as caught:
        getattr(plots, name)(table)
    return caught.value


@pytest.mark.parametrize("name", plots.__all__)
class TestEveryPlot:
    def test_what_is_no_table_is_refused_with_the_call_that_makes_one(self, name):
        before = plt.get_fignums()
        for other in OTHERS:
            error = refusal(name, other)
            assert isinstance(error, WrongTypeError)
            assert re.match(rf"{name} draws what \S+\(.*\) returns, not an? {type(other).__name__}\.", error.what)
        assert plt.get_fignums() == before

    def test_the_call_is_one_that_there_is(self, name):
        (call,) = re.findall(r"draws what (\S+\(.*\)) returns", refusal(name, None).what)
        path, arguments = re.fullmatch(r"(\S+?)\((.*)\)", call).groups()
        *owner, maker = path.split(".")
        home = {"clv.evaluation": evaluation, "backtest": evaluation.Backtest}[".".join(owner)]
        named = {argument.partition("=")[0] for argument in arguments.split(", ")}
        known = set(inspect.signature(getattr(home, maker)).parameters)
        # A fit is called `fit` in all of them, whatever the parameter is called.
        assert named - {"fit"} <= known

    def test_a_table_of_something_else_is_refused(self, name):
        other = pd.DataFrame({"colour": ["red"]}) if isinstance(ALL[name], pd.DataFrame) else ALL["by_frequency"]
        assert isinstance(refusal(name, other), (InputError, WrongTypeError))
        assert f"{name} draws what" in str(refusal(name, other))

    def test_a_figure_can_be_pickled(self, name):
        ax = getattr(plots, name)(ALL[name], ax=Figure().add_subplot())
        again = pickle.loads(pickle.dumps(ax.figure))  # noqa: S301 - our own
        for figure in (ax.figure, again):
            figure.draw_without_rendering()
        for axis in ("get_xticklabels", "get_yticklabels"):
            same = [[label.get_text() for label in getattr(one, axis)()] for one in (ax, again.axes[0])]
            assert same[0] == same[1]


@pytest.mark.parametrize("name", [name for name, table in ALL.items() if isinstance(table, pd.DataFrame)])
def test_columns_that_are_missing_are_named(name):
    """Of the table only its first column is left."""
    error = refusal(name, ALL[name].iloc[:, :1])
    assert isinstance(error, InputError)
    named = set(re.findall(r"'(\w+)'", error.what))
    assert named
    assert named <= set(ALL[name].columns[1:])


def test_a_matrix_of_another_kind_is_refused():
    assert "purchase_grid(" in refusal("expected_purchases", GRID).what
    assert "not a FrequencyRecencyGrid" in refusal("expected_purchases", GRID).what
    assert "frequency_recency_grid(" in refusal("value", ALL["expected_purchases"]).what


def test_the_sentence_for_a_fit():
    assert str(refusal("frequency_histogram", FIT)) == (
        "frequency_histogram draws what clv.evaluation.frequency_histogram(summary, fit) returns, not a PurchaseFit.\n"
        "Make it first, then draw it: clv.plots.frequency_histogram(clv.evaluation.frequency_histogram(summary, fit))."
    )
