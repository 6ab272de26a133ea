"""Bars are for people: on a terminal and in a notebook; logs and pipes stay clean."""

import io
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

import clvmodels as clv
from clvmodels import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Notebook:
    """A kernel's shell, and what it was told to show."""

    def __init__(self, monkeypatch):
        self.shown = []
        shell = type("ZMQInteractiveShell", (), {})()
        handle = SimpleNamespace(update=self.shown.append)

        def display(html, display_id):
            assert display_id
            self.shown.append(html)
            return handle

        module = SimpleNamespace(get_ipython=lambda: shell, display=SimpleNamespace(HTML=str, display=display))
        monkeypatch.setitem(sys.modules, "IPython", module)
        monkeypatch.setitem(sys.modules, "IPython.display", module.display)


def run(steps=3, **keywords):
    with progress.bar("Counting", steps, **keywords) as advance:
        for step in range(steps):
            advance(f"<{step}> [bold]")


def test_a_pipe_stays_clean(capfd):
    run()
    assert capfd.readouterr() == ("", "")


def test_no_error_stream_is_no_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    run()


def test_a_terminal_gets_a_bar(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    run()
    assert "Counting" in stream.getvalue()
    assert "[bold]" in stream.getvalue()


def test_what_is_asked_for_is_shown_anywhere(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    run(shown=True)
    assert "Counting" in stream.getvalue()


def test_what_is_quick_needs_none(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    run(after=60.0)
    assert stream.getvalue() == ""


def test_a_notebook_gets_one_that_vanishes(monkeypatch):
    notebook = Notebook(monkeypatch)
    run()
    first, last, gone = notebook.shown
    assert "value='1' max='3'" in first
    assert "value='3' max='3'" in last
    assert "&lt;2&gt;" in last
    assert gone == ""


def test_a_bar_within_a_bar_is_silent(monkeypatch):
    notebook = Notebook(monkeypatch)
    with progress.bar("Outer", 1) as advance:
        run()
        advance()
    assert not any("Counting" in html for html in notebook.shown)
    run()
    assert any("Counting" in html for html in notebook.shown)


def fail_halfway():
    with progress.bar("Failing", 2) as advance:
        advance()
        raise ZeroDivisionError


def test_an_error_takes_the_bar_away(monkeypatch):
    notebook = Notebook(monkeypatch)
    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert notebook.shown[-1] == ""
    run()
    assert "Counting" in notebook.shown[-2]


def test_backtests_show_one_in_notebooks(monkeypatch):
    notebook = Notebook(monkeypatch)
    log = pd.DataFrame({"who": [1, 1, 2], "when": ["2024-01-01", "2024-01-09", "2024-01-02"]})
    tx = clv.Transactions(log, customer="who", time="when")
    kept = {"cutoffs": ["2024-01-05"], "horizon": "2 days", "time_unit": "day"}
    clv.backtest(tx, {"rate": clv.heuristics.PastRate().purchases_only()}, **kept)
    assert "Backtest" in notebook.shown[0]


def test_long_laplace_fits_show_one(monkeypatch):
    from clvmodels.fitting import laplace

    monkeypatch.setattr(laplace, "_PATIENCE", 0.0)
    notebook = Notebook(monkeypatch)
    frame = pd.DataFrame({"customer_id": [1, 2], "frequency": [0, 2], "recency": [0.0, 5.0], "T": [9.0, 8.0]})
    fit = clv.BGNBD().fit(clv.Summary.from_frame(frame, "week"), method=clv.Laplace(draws=10))
    assert fit.diagnostics.ok
    assert any("Laplace: looking for the mode" in html for html in notebook.shown)


def test_samplers_ask_whether_anybody_watches():
    from clvmodels.fitting.nuts import _shown

    assert clv.NUTS().progress is None
    assert not _shown(clv.NUTS())
    assert _shown(clv.NUTS(progress=True))
