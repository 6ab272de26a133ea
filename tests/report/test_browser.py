"""Pages in a browser: they fit a phone and a desk, can be read by all, fetch nothing and run nothing."""

import pytest

from clvmodels.report import Page, render
from clvmodels.report.cdnow import study_page
from tests.report.browser import look
from tests.report.conftest import run
from tests.report.hostile import PAYLOADS

LOUD = "<script>console.error('heard')</script>"
WIDTHS = (390, 1280)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def seen(request, require_program, tmp_path_factory):
    """All pages at both widths, looked at once."""
    program = require_program(*CHROMIUM)
    from clvmodels.report import Options, of_backtest, of_retrain

    shop = request.getfixturevalue("shop")
    pages = {
        "fit": request.getfixturevalue("page").html,
        "backtest": of_backtest(shop.backtest, Options(currency="$")).html,
        "retrain": of_retrain(run(), Options(currency="€")).html,
        "demo": study_page(request.getfixturevalue("study")).html,
    }
    found = look(program, tmp_path_factory.mktemp("browser"), pages, WIDTHS)
    names = [(name, width) for name in pages for width in WIDTHS]
    return dict(zip(names, found["found"], strict=True)), found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["fit", "backtest", "retrain", "demo"])
def test_nothing_is_cut_off_faint_or_missing(seen, name, width):
    measured = seen[0][name, width]
    assert measured["frame"] == width
    assert measured["width"] <= width
    assert measured["cut"] == measured["beyond"] == []
    assert measured["blank"] == 0
    assert measured["faint"] == []
    assert measured["least"] >= 4.5
    assert measured["small"] == []
    assert measured["styled"] == "16px"


def test_nothing_is_fetched_and_the_browser_has_nothing_to_complain_of(seen):
    assert [page["fetched"] for page in seen[0].values()] == [[]] * 8
    assert seen[1]["console"] == []


def test_hostile_names_run_nothing(hostile_page, require_program, tmp_path):
    from clvmodels.report import Options, of_retrain

    pages = {"fit": hostile_page.html} | {
        f"retrain{place}": of_retrain(run(text=payload), Options(title=payload)).html
        for place, payload in enumerate(PAYLOADS)
    }
    found = look(require_program(*CHROMIUM), tmp_path, pages, (1280,))
    assert found["hit"] is None
    assert found["console"] == []
    assert [page["fetched"] for page in found["found"]] == [[]] * len(pages)
    assert [page["frames"] for page in found["found"]] == [0] * len(pages)
    assert max(page["width"] for page in found["found"]) <= 1280


def test_the_look_sees_what_is_wrong(require_program, tmp_path):
    bad = (
        '<!DOCTYPE html><body><div style="width:700px;color:#999">x</div><p style="font-size:9px">x</p>'
        '<img src="data:image/png;base64,xx" alt="x"><img src="http://a.invalid/missing.png" alt="x">'
    )
    pages = {
        "bad": bad,
        "active": f"<!DOCTYPE html><body>{LOUD}{PAYLOADS[0]}{PAYLOADS[6]}",
        "good": render(Page("t", "", (), ())),
    }
    found = look(require_program(*CHROMIUM), tmp_path, pages, (390,))
    wide, active, good = found["found"]
    assert found["hit"] == 1
    assert wide["width"] > 390
    assert wide["beyond"]
    assert wide["blank"] == 2
    assert wide["faint"] == ["DIV x"]
    assert wide["small"] == ["P x"]
    assert wide["fetched"] == ["http://a.invalid/missing.png"]
    assert active["frames"] == 1
    assert (good["width"], good["faint"], good["fetched"], good["frames"]) == (390, [], [], 0)
    assert any("heard" in line for line in found["console"])


def test_a_script_is_stopped_by_the_policy_even_if_it_came_through(require_program, tmp_path):
    html = render(Page("t", "", (), ())).replace("</main>", "<script>top.hit=1</script></main>")
    found = look(require_program(*CHROMIUM), tmp_path, {"page": html}, (390,))
    assert found["hit"] is None
    assert any("Content Security Policy" in line for line in found["console"])
