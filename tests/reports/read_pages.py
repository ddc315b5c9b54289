"""Pages as a browser would read them."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """What a browser would make of a page: its text, that of each row, the widths of its bars, tags and attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.bars: list[str] = []
        self.text = self.code = ""
        self.rows: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.text = " ".join(self.text.split())
        self.rows = [" ".join(row.split()) for row in self.rows]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.attributes |= {value for value in values.values() if value}
        self._open.append(tag)
        if tag == "tr" and "tbody" in self._open:
            self.rows.append("")
        if (style := values.get("style")) is not None:
            self.bars.append(str(style).removeprefix("width:"))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.text += data
        if "pre" in self._open:
            self.code += data
        if "tbody" in self._open and "tr" in self._open:
            self.rows[-1] += data
