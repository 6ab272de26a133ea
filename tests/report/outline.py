"""A page as a parser sees it."""

from html.parser import HTMLParser


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

    @property
    def structure(self):
        """Tags and the names of their attributes: what no text may change."""
        return [(tag, sorted(attributes)) for tag, attributes in self.tags]
