"""Pages as who reads them with the help of a program sees them: elements, addresses, texts."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

VOID = frozenset("br hr img input link meta".split())


class Page(HTMLParser):
    """The elements of a page.

    Attributes
    ----------
    tags : Counter
        How often each element occurs.
    ids : list of str
        In the order of the page.
    attributes : list of (tag, name, value)
    scripts, styles : list of str
    text : str
        Everything that is neither script nor style.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self._words: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert not self._open, f"not closed: {self._open}"

    @property
    def text(self) -> str:
        return " ".join("".join(self._words).split())

    def values(self, name: str) -> list[str]:
        """The values of an attribute, wherever it occurs."""
        return [value for _, other, value in self.attributes if other == name]

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self._words.append(" ")
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        self._words.append(" ")
        assert self._open and self._open.pop() == tag, f"{tag} closes something else"

    def handle_data(self, data):
        inside = self._open[-1] if self._open else ""
        where = {"script": self.scripts, "style": self.styles}.get(inside, self._words)
        where.append(data)
