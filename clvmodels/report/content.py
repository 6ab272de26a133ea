"""What a page holds, before it is turned into HTML."""

from dataclasses import dataclass

from clvmodels.errors import InputError


@dataclass(frozen=True)
class Table:
    """A table of text.

    Attributes
    ----------
    caption
        What it shows, in one line.
    columns
        Headings; the first column holds the names of the rows.
    rows
        Cells as they are shown, each row as long as `columns`.
    note
        A sentence beneath, or nothing.

    Examples
    --------
    >>> from clvmodels.report import Table
    >>> Table("Forecast", ("", "expected"), (("purchases", "1,653"),)).rows[0]
    ('purchases', '1,653')
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        uneven = [row for row in self.rows if len(row) != len(self.columns)]
        if uneven:
            raise InputError(f"{len(uneven)} rows do not have {len(self.columns)} cells.", rows=uneven)


@dataclass(frozen=True)
class Picture:
    """An image as a data URI, with the words that stand in for it.

    Examples
    --------
    >>> from clvmodels.report import Picture
    >>> Picture("data:image/svg+xml;base64,", alt="Sales rise.").caption
    ''
    """

    source: str
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.source.startswith("data:image/"):
            raise InputError(f"{self.source[:40]!r} is no data URI of an image: the page would not be self-contained.")
        if not self.alt:
            raise InputError("A picture needs an alternative text.")


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, tables and pictures, in this order."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Page:
    """A whole page.

    Attributes
    ----------
    title
        Of the page.
    subtitle
        What data and models it is about.
    verdict
        The answer in words, first on the page.
    sections
        The evidence.
    footer
        Where the numbers come from.

    Examples
    --------
    >>> from clvmodels.report import Page, Section
    >>> Page("Forecast", "CDNOW", ("12% too low.",), (Section("Why"),)).sections[0].heading
    'Why'
    """

    title: str
    subtitle: str
    verdict: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...] = ()
