"""docs/inputs.md lists what the catalogue holds."""

from tests.inputs import tabulate


def test_the_page_is_up_to_date() -> None:
    written = tabulate.PAGE.read_text(encoding="utf-8")
    assert written == tabulate.page(), "Run python -m tests.inputs.tabulate"


def test_names_of_an_area_differ() -> None:
    for area, cases in tabulate.AREAS.items():
        names = [case.name for case in cases]
        assert sorted(set(names)) == sorted(names), area
