"""The documentation's site: built without a warning, complete, and showing itself without any other host."""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from docs.site.navigation import SECTIONS
from docs.site.public import public_names

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
ELSEWHERE = re.compile(r"^(?:[a-z]+:)?//", flags=re.IGNORECASE)
# A link of a text may lead to another host; whatever a browser fetches to show the page may not.
FETCHED = ("src", "srcset", "data", "poster")


@dataclass
class Page(HTMLParser):
    """What a page can be asked for (anchors), leads to (links) and has a browser fetch (fetched)."""

    text: str
    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value is not None}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.fetched += [given[name] for name in FETCHED if name in given]
        if "href" in given:
            (self.links if tag in {"a", "use"} else self.fetched).append(given["href"])


def faults(folder: Path) -> list[str]:
    """Links of a built site that lead nowhere, and whatever is fetched from elsewhere."""
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    found = [
        f"{path.relative_to(folder.resolve())} fetches {url}"
        for path, page in pages.items()
        for url in page.fetched
        if ELSEWHERE.match(url)
    ]
    found += [
        f"{path.relative_to(folder.resolve())} leads to {url}"
        for path, page in pages.items()
        for url in [*page.links, *page.fetched]
        if not _exists(path, url, pages)
    ]
    for path in folder.rglob("*.css"):
        urls = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(folder)} fetches {url}" for url in urls if ELSEWHERE.match(url)]
    return found


def _exists(path: Path, url: str, pages: dict[Path, Page]) -> bool:
    if ELSEWHERE.match(url) or url.startswith(("data:", "mailto:")):
        return True
    place, anchor = urldefrag(url)
    target = (path.parent / unquote(place.partition("?")[0])).resolve() if place else path
    if not anchor or target not in pages:
        return target.is_file()
    return unquote(anchor) in pages[target].anchors


def test_the_site_builds_without_a_warning(tmp_path):
    """One test, since the build takes most of its time."""
    sphinx = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", tmp_path / "read"]
    built = subprocess.run([*sphinx, DOCS, tmp_path / "site"], capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    assert faults(tmp_path / "site") == []
    assert _undocumented(tmp_path / "site") == []
    captions = re.findall(r'class="caption-text">([^<]*)<', (tmp_path / "site" / "index.html").read_text("utf-8"))
    assert captions == list(SECTIONS)  # no page is under "More"
    formulas = (tmp_path / "site" / "explanation" / "bg-nbd.html").read_text(encoding="utf-8")
    assert formulas.count("<math") > 5
    assert "$" not in re.sub(r"<pre.*?</pre>|<script.*?</script>", "", formulas, flags=re.DOTALL)


def _undocumented(site: Path) -> list[str]:
    pages = {path: Page(path.read_text(encoding="utf-8")).anchors for path in (site / "reference").glob("*.html")}
    known = set().union(*pages.values())
    return [path for _, path in public_names() if path not in known]


@pytest.fixture
def small_site(tmp_path):
    (tmp_path / "style.css").write_text("@import 'https://fonts.example/a.css'; b { background: url(own.png) }")
    (tmp_path / "other.html").write_text('<h1 id="top">Other</h1>')
    (tmp_path / "index.html").write_text(
        '<link href="style.css"><script src="//cdn.example/math.js"></script><img src="https://a.example/b.png">'
        '<a href="other.html#top"></a><a href="other.html#bottom"></a><a href="gone.html"></a>'
        '<a href="https://b.example/">a link of a text</a>'
    )
    return tmp_path


def test_links_that_lead_nowhere_and_other_hosts_are_seen(small_site):
    assert sorted(faults(small_site)) == [
        "index.html fetches //cdn.example/math.js",
        "index.html fetches https://a.example/b.png",
        "index.html leads to gone.html",
        "index.html leads to other.html#bottom",
        "style.css fetches https://fonts.example/a.css",
    ]
