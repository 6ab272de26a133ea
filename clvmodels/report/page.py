"""From content to HTML."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from clvmodels.report.content import Page, Picture

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.axes import Axes

# Small, so that labels keep a readable size when the picture shrinks to the width of a phone.
_INCHES = (4.3, 3.3)
_DOTS_PER_INCH = 150

# Nothing is run and nothing is fetched, whatever stands in the page; styles are those of this one sheet.
_POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
_STYLE, _PAGE = "page.css", "page.html.j2"

# Controls, which HTML forbids; marks that turn the direction of what follows, by which an id can disguise itself as
# another; and halves of characters, which no file can hold.
_UNFIT = {
    code: "\N{REPLACEMENT CHARACTER}"
    for first, last in (
        (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069),
        (0xD800, 0xDFFF), (0xFFFE, 0xFFFF),
    )
    for code in range(first, last + 1)
}  # fmt: skip
_UNFIT[ord("\r")] = "\n"


def render(page: Page) -> str:
    """The page as one HTML document; every text in it is escaped, and a policy in its head forbids all that is active.

    Examples
    --------
    >>> from clvmodels.report import Page, render
    >>> "<h1>R&amp;D</h1>" in render(Page("R&D", "", (), ()))
    True
    """
    environment, style = _environment(), _style()
    policy = _POLICY.format(b64encode(sha256(style.encode()).digest()).decode("ascii"))
    return environment.get_template(_PAGE).render(page=page, policy=policy, style=_trusted(style))


def legible(text: object) -> object:
    r"""A text without the characters that a page cannot hold, or that disguise what it says.

    Examples
    --------
    >>> from clvmodels.report.page import legible
    >>> legible("a\x00b") == "a\ufffdb"
    True
    """
    return text.translate(_UNFIT) if type(text) is str else text


def picture(draw: Callable[["Axes"], object], alt: str, caption: str = "") -> Picture:
    """Draw on a figure of its own, without a window, and keep it as SVG in a data URI.

    Parameters
    ----------
    draw
        Takes the Axes, such as `lambda ax: plots.tracking(table, ax=ax)`.
    alt
        What the picture shows, for those who do not see it.
    caption
        How to read it.

    Examples
    --------
    >>> from clvmodels.report import picture
    >>> picture(lambda ax: ax.plot([1, 2]), "A line rises.").source[:26]
    'data:image/svg+xml;base64,'
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=_INCHES, layout="constrained")
    draw(figure.add_subplot())
    file = BytesIO()
    # Without a salt the ids inside are random, and two pages of the same numbers would differ.
    with rc_context({"svg.hashsalt": "clvmodels"}):
        figure.savefig(file, format="svg", dpi=_DOTS_PER_INCH, metadata={"Date": None})
    return Picture(f"data:image/svg+xml;base64,{b64encode(file.getvalue()).decode('ascii')}", alt, caption)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("clvmodels.report", "templates"),
        autoescape=True,
        finalize=legible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    from importlib.resources import files

    return files("clvmodels.report").joinpath("templates", _STYLE).read_text(encoding="utf-8")


def _trusted(text: str) -> object:
    from markupsafe import Markup

    return Markup(text)
