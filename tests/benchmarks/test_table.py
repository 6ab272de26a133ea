"""Tables, the sentence of the first page and the plot are made from saved results."""

import json

import pytest

from benchmarks import table
from benchmarks.plot import draw, lines

_MACHINE = {
    "system": "S",
    "cores": 2,
    "processor": "P",
    "threads": "default",
    "python": "3",
    "packages": {"numpy": "2"},
}


def _case(*results, group="BG/NBD", rows=10, rival="lifetimes", **more):
    case = {"group": group, "data": "some", "rows": rows, "threads": "default", "rival": rival, "bars": []}
    return case | {"machine": _MACHINE, "results": list(results)} | more


def _result(contender, cpu, **more):
    return {"contender": contender, "cpu": cpu, "wall": 2 * cpu, "memory": 3e6, "says": {}} | more


def test_a_row_shows_figures_and_how_much_less_they_are():
    text = table.table_of({"fit": _case(_result("clvmodels", 0.5), _result("lifetimes", 100.0))})
    assert "| some | clvmodels | 0.500 | 1.000 | 3 | 200 |  |" in text
    assert "| some | lifetimes | 100.000 | 200.000 | 3 | - |  |" in text


@pytest.mark.parametrize(
    ("rival", "shown"),
    [
        (
            {"contender": "lifetimes", "says": {}, "stopped": "at the limit of 600 s"},
            "**stopped** at the limit of 600 s",
        ),
        ({"contender": "lifetimes", "says": {}, "stopped": "skipped: not here"}, "skipped: not here"),
        (_result("lifetimes", 100.0, wrong="log-likelihood 7 below the best"), "**wrong**: log-likelihood 7"),
    ],
)
def test_a_rival_that_does_not_count_is_shown_and_not_compared_with(rival, shown):
    text = table.table_of({"fit": _case(_result("clvmodels", 0.5), rival)})
    assert shown in text
    assert "| 0.500 | 1.000 | 3 | - |" in text


def test_small_differences_are_ties():
    text = table.table_of({"fit": _case(_result("clvmodels", 1.0), _result("lifetimes", 1.4))})
    assert "| a tie |" in text


def test_bars_are_shown_with_what_was_reached():
    bar = {"contender": "clvmodels", "measure": "memory", "sense": "at most", "asked": 6e8, "against": None}
    case = _case(_result("clvmodels", 1.0), bars=[bar | {"reached": 7e8, "met": False}])
    assert "| some | clvmodels: MB beyond the data | at most 600 | 700 | **no** |" in table.bars_of(case)


def test_a_place_of_a_page_is_replaced_and_nothing_else(tmp_path):
    page = tmp_path / "README.md"
    begin, end = "<!-- speed: written by python -m benchmarks.table -->\n", "<!-- end of speed -->"
    page.write_text(f"before\n{begin}old\n{end}\nafter\n", encoding="utf-8")
    table.put(page, "speed", "new")
    assert page.read_text(encoding="utf-8") == f"before\n{begin}\nnew\n{end}\nafter\n"
    with pytest.raises(ValueError, match=r"no place for results"):
        table.put(page, "results", "new")


def test_the_plot_shows_who_has_figures(tmp_path):
    stopped = {"contender": "PyMC-Marketing", "says": {}, "stopped": "at the limit"}
    cases = {"fit-1m": _case(_result("lifetimes", 9.0), stopped, rows=1000), "other": _case(_result("x", 1.0))}
    assert list(lines(cases)) == [("lifetimes", [(1000, 9.0)])]
    draw(cases, tmp_path / "scaling.svg")
    drawn = (tmp_path / "scaling.svg").read_text(encoding="utf-8")
    assert "lifetimes" in drawn
    assert "PyMC" not in drawn


def test_the_published_tables_are_those_of_the_published_results():
    cases = json.loads(table.RESULTS.read_text(encoding="utf-8"))
    assert table.markdown(cases) in (table.HOME / "README.md").read_text(encoding="utf-8")
    assert table.sentence(cases) in (table.HOME.parent / "README.md").read_text(encoding="utf-8")
