"""The demonstration from end to end: what it prints, the page it writes, and how that looks in a browser."""

import io
import re
import subprocess
from html import unescape

import pytest
from rich.console import Console

import clvmodels.cli.demo as module
from clvmodels.cli.demo import run_demo
from clvmodels.errors import InputError
from clvmodels.report import Page, Section, Table, render

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--allow-file-access-from-files",
    "--virtual-time-budget=3000",
]
# A window of a browser has a least width, a frame has none.
FRAME = """<!DOCTYPE html><body style="margin:0"><iframe src="page.html" style="width:{width}px;height:900px;border:0">
</iframe><script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument, root = page.documentElement;
  const cut = [...page.querySelectorAll(".scroll")].filter(box => box.scrollWidth > box.clientWidth);
  const blank = [...page.images].filter(image => !image.naturalWidth);
  document.body.innerHTML =
    `<p>${{root.scrollWidth}} of ${{root.clientWidth}}, ${{cut.length}} cut, ${{blank.length}} blank</p>`;
}};
</script></body>"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The printed text and the page."""
    console = Console(file=io.StringIO(), width=80)
    written = run_demo(tmp_path_factory.mktemp("demo") / "new" / "page.html", console)
    return console.file.getvalue(), written


def measured(require_program, folder, html, width):
    (folder / "page.html").write_text(html, encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    command = [
        require_program("chromium", "chromium-browser", "google-chrome"),
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1400,1000",
        "--dump-dom",
        (folder / "frame.html").as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = re.search(r"<p>(\d+) of (\d+), (\d+) cut, (\d+) blank</p>", done.stdout)
    assert found, done.stdout + done.stderr
    return tuple(int(number) for number in found.groups())


def test_the_text_says_how_the_forecast_went(demo):
    text, written = demo
    words = " ".join(text.split())
    for said in (
        "The model forecast too little: 1,653.4 purchases where 1,882 came (-12.1%)",
        "59,932 dollars of revenue where 70,976.39 came (-15.6%)",
        "72,694 dollars over the next year and 299,4",
        "Always ask what a rule without a model would have said",
        "no margin and no cost is taken off",
    ):
        assert said in words
    for row in (
        ("alpha", "4.4136", "0.3782", "4.414"),
        ("log-likelihood", "-9,582.4292", "-9,582.4"),
        ("q", "3.7442", "0.2901", "3.74"),
        ("log-likelihood", "-4,055.9177", "-4,055.9"),
        ("purchases", "1,653.41", "1,882.00", "-12.1%"),
        ("1516", "0.97", "26", "20.7", "15", "40", "988"),
        ("silent > 13 weeks: 0", "1,841", "-2.2%", "2.02"),
    ):
        assert re.search(r"\s+".join(map(re.escape, row)), text), row
    assert text.rstrip().endswith(str(written))


def test_the_text_fits_80_columns(demo):
    lines = demo[0].splitlines()
    # The last line is a path, which must stay in one piece to be opened.
    assert max(len(line.rstrip()) for line in lines[:-1]) <= 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in demo[0]


def test_the_page_holds_what_was_printed_and_the_pictures(demo):
    text, written = demo
    html = written.read_text(encoding="utf-8")
    assert written.name == "page.html"
    assert html.count("<img ") == html.count("data:image/svg+xml;base64,") == 5
    assert all(len(unescape(alt)) > 40 for alt in re.findall(r'<img [^>]*alt="([^"]*)"', html))
    assert not re.search(r"https?:|<script|(?:src|href)=\"(?!data:|#)", html)
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    for line in ("Against rules of thumb", "299,409", "Converged in"):
        assert line in plain
        assert line in text
    assert len(html) < 500_000


@pytest.fixture
def show(monkeypatch):
    """`show(page)` lets the demonstration show that page without computing anything."""

    def instead(page):
        monkeypatch.setattr(module.Study, "run", lambda: None)
        monkeypatch.setattr(module, "study_page", lambda *_, **__: page)

    return instead


def test_a_folder_gets_the_page_under_its_own_name(tmp_path, show):
    show(Page("t", "", (), ()))
    written = run_demo(tmp_path, Console(file=io.StringIO()))
    assert written == (tmp_path / "clvmodels-demo.html").resolve()


def test_ids_with_brackets_are_printed_as_they_are(tmp_path, show):
    table = Table("[red]c[/red]", ("[b]id[/b]", "n"), (("[link=x]7[/link]", "[/x]"),), note="[i]n[/i]")
    show(Page("[bold]t", "", (), (Section("[u]s[/u]", ("[/p]",), (table,)),)))
    console = Console(file=io.StringIO(), width=100)
    run_demo(tmp_path / "p.html", console)
    for text in ("[red]c[/red]", "[b]id[/b]", "[link=x]7[/link]", "[/x]", "[i]n[/i]", "[bold]t", "[u]s[/u]", "[/p]"):
        assert text in console.file.getvalue()


def test_a_place_that_cannot_be_written_is_named(tmp_path, show):
    show(Page("t", "", (), ()))
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        run_demo(tmp_path / "file" / "page.html", Console(file=io.StringIO()))


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_a_phone_and_a_desk(demo, require_program, tmp_path, width):
    html = demo[1].read_text(encoding="utf-8")
    content, frame, cut, blank = measured(require_program, tmp_path, html, width)
    assert frame == width
    assert content <= width
    assert (cut, blank) == (0, 0)


def test_long_and_wide_content_fits_a_phone(require_program, tmp_path):
    wide = Table("c" * 300, ("id", *("n" * 40 for _ in range(12))), (("x" * 500, *(["1"] * 12)),), note="w" * 400)
    page = Page("t" * 200, "s" * 300, ("v" * 300,), (Section("h" * 200, ("p" * 400,), (wide,)),), ("f" * 400,))
    content, _, cut, _ = measured(require_program, tmp_path, render(page), 390)
    assert content <= 390
    assert cut == 1


def test_the_look_in_the_browser_sees_what_is_too_wide(require_program, tmp_path):
    html = '<!DOCTYPE html><div style="width:700px">x</div><img src="data:image/png;base64,xx" alt="x">'
    content, _, _, blank = measured(require_program, tmp_path, html, 390)
    assert content > 390
    assert blank == 1
