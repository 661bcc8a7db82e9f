"""Manuals of programs as items: their paragraphs of plain English, out of the HTML that they are packaged in.

They speak of what the witty dictionaries of hackers speak of, in words that no other dictionary knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from corpora.item_text import ADDRESS
from corpora.prose import paragraph_items

SHORTEST_PARAGRAPH = 60
"""In characters; shorter ones are remarks, signatures and links."""

_BLOCKS = frozenset(
    (
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "blockquote", "address", "div", "center"),
        *("html", "body", "main", "header", "footer", "nav", "section", "article", "aside", "form"),
        *("ol", "ul", "li", "dl", "dt", "dd", "table", "tbody", "tr", "td", "th"),
    )
)
"""What begins or ends a paragraph, whether or not the page says that the paragraph ends."""
_SILENT = frozenset(("nav", "pre", "script", "style"))
"""What is not read aloud: programs, and ways to other pages."""
_CODE = re.compile(r"[\\_<>{}=|~^`@#*$\[\]+]|::|\(\)|(?<!\w)--?\w|\w\.[a-z]{2}|/\w+/|\w[A-Z]\w*[a-z]\w*[A-Z]|;$")
_SENTENCES = re.compile(r"[A-Z\"'(].*[.!?][\"')]*")


def parse_manual(path: Path) -> Iterator[str]:
    """Yield the plain English paragraphs of the pages below the folder `path`, in pieces where they are long."""
    pages = sorted(path.rglob("*.html"))
    if not pages:
        raise ValueError("no *.html is in it")
    for page in pages:
        yield from manual_items(page.read_text(encoding="utf-8", errors="replace"))


def manual_items(page: str) -> Iterator[str]:
    """Yield the items of one page of HTML."""
    for paragraph in _Paragraphs.of(page):
        # What prose is set in italics by is part of a name here, and the piece left of it would be none.
        for item in paragraph_items(paragraph) if "_" not in paragraph else ():
            if len(item) >= SHORTEST_PARAGRAPH and _is_plain_english(item):
                yield item


def _is_plain_english(item: str) -> bool:
    return bool(_SENTENCES.fullmatch(item)) and not _CODE.search(item) and not ADDRESS.search(item)


class _Paragraphs(HTMLParser):
    """Collects the texts of a page's `p` elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[str] = []
        self._open: list[str] | None = None
        self._silent = 0

    @classmethod
    def of(cls, page: str) -> list[str]:
        parser = cls()
        parser.feed(page)
        parser.close()
        parser.end_paragraph()
        return parser._found

    def end_paragraph(self) -> None:
        if self._open:
            self._found.append("".join(self._open))
        self._open = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own
        if tag in _BLOCKS or tag in _SILENT:
            self.end_paragraph()
        self._silent += tag in _SILENT
        if tag == "p":
            self._open = []

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _SILENT:
            self.end_paragraph()
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)

    def handle_data(self, data: str) -> None:
        if self._open is not None and not self._silent:
            self._open.append(data)
