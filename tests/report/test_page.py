"""The page: escaped, self-contained, with the semantics that screen readers need."""

import re
from html.parser import HTMLParser

import pytest

from clvmodels.errors import InputError
from clvmodels.report import Page, Picture, Section, Table, parameter_table, picture, render, text_table

HOSTILE = "<script>alert(1)</script>\"' onload=x &amp; [bold]"
PIXEL = "data:image/png;base64,iVBORw0KGgo="


class Outline(HTMLParser):
    """Tags with their attributes, in order, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page(text: str) -> Page:
    table = Table(text, (text, "n"), ((text, "1"), ("b", text)), note=text)
    section = Section(text, (text,), (table,), (Picture(PIXEL, alt=text, caption=text),))
    return Page(text, text, (text,), (section,), (text,))


def test_every_text_is_escaped():
    html = render(page(HOSTILE))
    outline = Outline(html)
    assert outline.all("script") == []
    assert "<script" not in html
    assert outline.text.count(HOSTILE) == 13
    assert all("onload" not in attributes for _, attributes in outline.tags)
    (image,) = outline.all("img")
    assert image == {"src": PIXEL, "alt": HOSTILE}


def test_it_loads_nothing():
    html = render(page("a"))
    assert not re.search(r"https?:|//|@import|url\(", html)
    for _, attributes in Outline(html).tags:
        for name in ("src", "href", "srcset", "action", "data"):
            assert (attributes.get(name) or "data:").startswith("data:")


def test_tables_have_captions_and_scopes():
    outline = Outline(render(page("a")))
    assert len(outline.all("caption")) == len(outline.all("table")) == 1
    assert [cell["scope"] for cell in outline.all("th")] == ["col", "col", "row", "row"]
    assert len(outline.all("td")) == 2


def test_the_outline_is_complete():
    html = render(page("a"))
    outline = Outline(html)
    assert html.startswith("<!DOCTYPE html>")
    assert outline.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in outline.all("meta")
    assert len(outline.all("h1")) == len(outline.all("main")) == 1
    assert "@media print" in html
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [section["aria-labelledby"] for section in outline.all("section")] == ids


def test_what_is_absent_leaves_no_empty_boxes():
    outline = Outline(render(Page("t", "", (), (Section("s"),))))
    assert outline.all("table") == outline.all("figure") == outline.all("footer") == []
    assert outline.all("p") == []


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_text_stands_out_from_its_ground():
    colours = dict(re.findall(r"--(\w+): (#\w{6})", render(page("a"))))
    for ink in ("ink", "soft"):
        for ground in ("ground", "tint"):
            assert contrast(colours[ink], colours[ground]) > 7
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_picture_is_an_image_within_the_page_and_the_same_each_time():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    made = [picture(lambda ax: ax.plot([1, 3, 2]), "A line.", "How to read it.") for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].source.startswith("data:image/svg+xml;base64,")
    assert plt.get_fignums() == before


@pytest.mark.parametrize(("source", "alt"), [("a.png", "x"), ("http:x", "x"), ("data:text/html,x", "x"), (PIXEL, "")])
def test_a_picture_from_elsewhere_or_without_words_is_refused(source, alt):
    with pytest.raises(InputError):
        Picture(source, alt)


def test_uneven_rows_are_refused():
    with pytest.raises(InputError, match="1 rows do not have 2 cells"):
        Table("t", ("a", "b"), (("1", "2"), ("1",)))


def test_numbers_are_written_as_asked():
    import pandas as pd

    frame = pd.DataFrame({"id": [7], "money": [1234.567], "share": [-0.1215]})
    columns = {"id": ("customer", ""), "money": ("$", ",.2f"), "share": ("error", "+.1%")}
    table = text_table(frame, "c", columns, "n")
    assert table == Table("c", ("customer", "$", "error"), (("7", "1,234.57", "-12.2%"),), "n")


def test_parameters_that_were_set_have_no_published_value():
    import clvmodels as clv

    table = parameter_table(clv.GammaGamma().at(p=6.25, q=3.74, v=15.44), {})
    assert [row[-1] for row in table.rows] == ["", "", "", ""]
