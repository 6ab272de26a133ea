"""From content to HTML."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from clvmodels.report.content import Page, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Small, so that labels keep a readable size when the picture shrinks to the width of a phone.
_INCHES = (4.7, 3.4)
_DOTS_PER_INCH = 150


def render(page: Page) -> str:
    """The page as one HTML document; every text in it is escaped.

    Examples
    --------
    >>> from clvmodels.report import Page, render
    >>> "<h1>R&amp;D</h1>" in render(Page("R&D", "", (), ()))
    True
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("clvmodels.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(page=page)


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
