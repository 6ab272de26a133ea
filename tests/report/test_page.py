"""The page: escaped, self-contained, with the semantics that screen readers need."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clvmodels.errors import InputError
from clvmodels.report import (
    Fact,
    Notice,
    Page,
    Picture,
    Section,
    Table,
    Tone,
    parameter_table,
    picture,
    render,
    text_table,
)
from clvmodels.report.page import legible
from tests.conftest import chosen_size
from tests.report.hostile import PAYLOADS
from tests.report.outline import Outline

HOSTILE = "<script>alert(1)</script>\"' onload=x &amp; [bold]"
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def page(text: str) -> Page:
    """One text in every place that holds one."""
    table = Table(text, (text, "n"), ((text, "1"), ("b", text)), note=text, words=("n",))
    shown = Picture(PIXEL, alt=text, caption=text)
    notice = Notice(Tone.WARNING, text, text, advice=text)
    open_one = Section(text, (text,), (table,), (shown,), (notice,))
    folded = Section(text, (text,), folded=True)
    return Page(text, text, (text,), (open_one, folded), (text,), label=text, facts=(Fact(text, text, text),))


def test_every_text_is_escaped():
    html = render(page(HOSTILE))
    outline = Outline(html)
    assert outline.all("script") == []
    assert "<script" not in html
    assert outline.text.count(HOSTILE) == 22
    assert all("onload" not in attributes for _, attributes in outline.tags)
    (image,) = outline.all("img")
    assert image == {"src": PIXEL, "alt": HOSTILE}


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_no_text_changes_what_the_page_is_made_of(payload):
    outline = Outline(render(page(payload)))
    assert outline.structure == Outline(render(page("a"))).structure
    assert outline.text.count(str(legible(payload))) >= 22
    assert outline.all("img")[0]["alt"] == legible(payload)


@settings(max_examples=5000 if chosen_size() == "full" else 100)
@given(st.text(st.characters(), min_size=1))
def test_whatever_the_text_the_page_is_the_same_and_can_be_kept(text):
    html = render(page(text))
    html.encode("utf-8")
    outline = Outline(html)
    assert outline.structure == Outline(render(page("a"))).structure
    assert str(legible(text)) in outline.text


def test_what_disguises_a_text_is_shown():
    assert legible("user\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe\x00") == "user\ufffdgnp.exe\ufffd"
    assert legible("a\r\n\tb") == "a\n\n\tb"


def test_the_policy_allows_this_sheet_and_nothing_that_is_active():
    from base64 import b64encode
    from hashlib import sha256

    html = render(page("a"))
    (policy,) = (one["content"] for one in Outline(html).all("meta") if "http-equiv" in one)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    # Styles of elements would need another policy.
    assert all("style" not in attributes for _, attributes in Outline(html).tags)


def test_folded_sections_are_open_on_paper():
    html = render(page("a"))
    assert len(Outline(html).all("details")) == 1
    print_rules = html.partition("@media print")[2]
    assert "details::details-content { content-visibility: visible;" in print_rules


def test_a_page_is_saved_whole_and_replaces_the_old_one(tmp_path):
    target = tmp_path / "new" / "page.html"
    for text in ("a", "b"):
        assert page(text).save(target) == target.resolve()
        assert target.read_text(encoding="utf-8") == page(text).html
    assert [path.name for path in target.parent.iterdir()] == ["page.html"]


def test_a_page_that_cannot_be_saved_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("old")
    with pytest.raises(InputError, match="cannot be written"):
        page("a").save(tmp_path / "file" / "page.html")
    with pytest.raises(InputError, match="cannot be written"):
        page("a").save(tmp_path)
    assert sorted(Path(tmp_path).iterdir()) == [tmp_path / "file"]


def test_it_loads_nothing():
    html = render(page("a"))
    assert not re.search(r"https?:|//|@import|url\(", html.replace(PIXEL, ""))
    for _, attributes in Outline(html).tags:
        for name in ("src", "href", "srcset", "action", "data"):
            assert (attributes.get(name) or "data:").startswith(("data:", "#"))


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
    headings = [tag for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert headings == ["h1", "h2", "h2"]


def test_many_sections_have_a_list_of_contents():
    outline = Outline(render(Page("t", "", (), tuple(Section(name) for name in "abcd"))))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert [link["href"] for link in outline.all("a")] == [f"#{one}" for one in ids]
    assert outline.all("nav") == [{"aria-label": "Contents"}]


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
    pairs = [(ink, ground) for ink in ("ink", "soft") for ground in ("ground", "tint")]
    pairs += [(ink, f"{tone}tint") for tone in ("good", "warning", "serious") for ink in ("ink", "soft", tone)]
    # A label is white on the colour of its tone, and a notice's label has that colour on white.
    pairs += [("ground", tone) for tone in ("accent", "good", "warning", "serious")]
    for ink, ground in pairs:
        assert contrast(colours[ink], colours[ground]) > 4.5, (ink, ground)
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
