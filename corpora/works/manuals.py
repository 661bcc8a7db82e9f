"""Read manuals of programs: their paragraphs of plain English, out of the HTML that they are packaged in.

They speak of what hackers' dictionaries speak of, in words that no other dictionary knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from corpora.item_text import ADDRESS
from corpora.prose_text import list_files, paragraph_items
from corpora.source import Origin, Source

SHORTEST_PARAGRAPH = 60
"""In characters; shorter ones are remarks, signatures and links."""

_BLOCKS = frozenset(
    (
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "blockquote", "address", "div", "center"),
        *("html", "body", "main", "header", "footer", "nav", "section", "article", "aside", "form"),
        *("ol", "ul", "li", "dl", "dt", "dd", "table", "tbody", "tr", "td", "th"),
        *("page", "info", "title", "desc", "note", "steps", "list", "item", "terms", "screen", "media"),  # of Mallard
    )
)
"""What begins or ends a paragraph, whether or not the page says that the paragraph ends."""
_SILENT = frozenset(("nav", "pre", "script", "style"))
"""What is not read aloud: programs, and ways to other pages."""
_CODE = re.compile(r"[\\_<>{}=|~^`@#*$\[\]+]|::|\(\)|(?<!\w)--?\w|\w\.[a-z]{2}|/\w+/|\w[A-Z]\w*[a-z]\w*[A-Z]|;$")
_EMPTY_LINK = re.compile(r"<link\b[^<>]*/>")
_SENTENCES = re.compile(r"[A-Z\"'(].*[.!?][\"')]*")


def parse_manual(path: Path) -> Iterator[str]:
    """Yield the plain English paragraphs of the pages below the folder `path`, in pieces where they are long."""
    for page in list_files(path, "**/*.html"):
        yield from manual_items(page.read_text(encoding="utf-8", errors="replace"))


def parse_mallard(path: Path) -> Iterator[str]:
    """Yield the plain English paragraphs of pages of help in GNOME's format, Mallard, below the folder `path`."""
    for page in list_files(path, "**/*.page"):
        # The words of a link without any stand on another page: what they are part of is no sentence here.
        yield from manual_items(_EMPTY_LINK.sub("_", page.read_text(encoding="utf-8", errors="replace")))


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
    """Collects the texts of a page's `p` elements, and of those that DocBook's style sheets set in their place."""

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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or tag in _SILENT:
            self.end_paragraph()
        self._silent += tag in _SILENT
        if tag == "p" or ("class", "para") in attrs:
            self._open = []

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _SILENT:
            self.end_paragraph()
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)

    def handle_data(self, data: str) -> None:
        if self._open is not None and not self._silent:
            self._open.append(data)


def _manual(name: str, package: str, path: str, licence: str, notice: str = "") -> Source:
    """Return a program's manual, of which the paragraphs in plain English are taken and no program."""
    folder = "usr/share/doc/"
    return Source(name, Origin.APT, package, folder + path, licence, parse_manual, notice and folder + notice)


MANUALS = (
    _manual("Python 3.11's manual", "python3.11-doc", "python3.11/html", "PSF licence 2", "python3.11-doc/copyright"),
    _manual(
        "PostgreSQL 15's manual",
        "postgresql-doc-15",
        "postgresql-doc-15/html",
        "PostgreSQL licence",
        "postgresql-doc-15/copyright",
    ),
    _manual("SQLite's manual", "sqlite3-doc", "sqlite3", "public domain"),
    _manual("The Rust book", "rust-doc", "rust-doc/html/book", "MIT licence", "rust-doc/html/LICENSE-MIT.txt"),
    _manual(
        "Django's manual", "python-django-doc", "python-django-doc/html", "BSD licence", "python-django-doc/copyright"
    ),
    _manual(
        "Apache httpd's manual", "apache2-doc", "apache2-doc/manual/en", "Apache licence 2.0", "apache2-doc/copyright"
    ),
    _manual(
        "LLVM 14's manual",
        "llvm-14-doc",
        "llvm-14-doc/html",
        "Apache licence 2.0 with LLVM exceptions",
        "llvm-14-doc/copyright",
    ),
)

GUIDES = (
    _manual(
        "The Debian Administrator's Handbook",
        "debian-handbook",
        "debian-handbook/html/en-US",
        "CC BY-SA 3.0 (or GPL-2+)",
        "debian-handbook/copyright",
    ),
    Source(
        name="GNOME's help",
        origin=Origin.APT,
        package="gnome-user-docs",
        path="usr/share/help/C",
        licence="CC BY-SA 3.0",
        parse=parse_mallard,
        notice="usr/share/doc/gnome-user-docs/copyright",
    ),
)
"""Guides for people who use a computer rather than write programs."""
