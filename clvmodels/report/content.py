"""What a page holds, before it is turned into HTML."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clvmodels.errors import InputError


class Tone(StrEnum):
    """How good the news is; on the page it is also said in words.

    Examples
    --------
    >>> from clvmodels.report import Tone
    >>> Tone("good")
    <Tone.GOOD: 'good'>
    """

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    SERIOUS = "serious"


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
    words
        Headings of columns that hold words, which stand at the left; the others are numbers.

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
    words: tuple[str, ...] = ()

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
class Fact:
    """One number that is worth a large type.

    Attributes
    ----------
    name
        Of what.
    number
        As it is shown.
    note
        How sure it is, or what it means; or nothing.

    Examples
    --------
    >>> from clvmodels.report import Fact
    >>> Fact("customers", "2,357").note
    ''
    """

    name: str
    number: str
    note: str = ""


@dataclass(frozen=True)
class Notice:
    """Something that was found, met or missed.

    Attributes
    ----------
    tone
        How good it is.
    label
        The same in a word or two, such as "warning" or "passed".
    text
        What it is.
    advice
        What to do, or nothing.

    Examples
    --------
    >>> from clvmodels.report import Notice
    >>> Notice("warning", "warning", "Half of the orders have no customer.").tone
    <Tone.WARNING: 'warning'>
    """

    tone: Tone | str
    label: str
    text: str
    advice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tone", Tone(self.tone))


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, notices, tables and pictures, in this order.

    A folded section shows its heading until it is opened; on paper it is open.

    Examples
    --------
    >>> from clvmodels.report import Section
    >>> Section("Parameters", ("Both fits converged.",), folded=True).tables
    ()
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notices: tuple[Notice, ...] = ()
    folded: bool = False


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
    label, tone
        The verdict in a word or two, such as "promoted", and how good it is.
    facts
        The few numbers that stand large below the verdict.

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
    label: str = ""
    tone: Tone = Tone.PLAIN
    facts: tuple[Fact, ...] = ()

    @property
    def html(self) -> str:
        """The page as one HTML document."""
        from clvmodels.report.page import render

        return render(self)

    def save(self, path: str | Path) -> Path:
        """Write the page, which appears under its name only when it is complete.

        Parameters
        ----------
        path
            The file; one that is there is replaced. Folders are made.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        from clvmodels.report.saving import save_text

        return save_text(self.html, path)
