from __future__ import annotations

from pathlib import Path

import pytest

from corpora.works.manuals import SHORTEST_PARAGRAPH, manual_items, parse_mallard, parse_manual
from tests.support.corpus_packages import write_text

PLAIN = "A lock is taken before the file is written, so that two writers never meet."


def page(body: str) -> str:
    return f"<!doctype html><html><head><title>A manual</title></head><body>{body}</body></html>"


def test_paragraphs_become_items_and_nothing_else_does() -> None:
    body = f"<h1>Locks and how they are taken by everybody who writes.</h1><p>{PLAIN}</p><pre>{PLAIN}</pre>{PLAIN}"
    assert list(manual_items(page(body))) == [PLAIN]


def test_mark_up_within_a_paragraph_is_read_as_its_words() -> None:
    marked = "A <em>lock</em> is taken\n   before the <code>file</code> is &quot;written&quot;&mdash;so two never meet."
    assert list(manual_items(page(f"<p>{marked}</p>"))) == [
        'A lock is taken before the file is "written" -- so two never meet.'
    ]


def test_a_paragraph_ends_where_the_next_block_begins() -> None:
    other = PLAIN.replace("lock", "latch")
    assert list(manual_items(page(f"<p>{PLAIN}<p>{other}<ul><li>{PLAIN}</ul>"))) == [PLAIN, other]


@pytest.mark.parametrize("silent", ["nav", "pre", "script", "style"])
def test_what_is_not_read_aloud_is_left_out(silent: str) -> None:
    assert list(manual_items(page(f"<{silent}><p>{PLAIN}</p></{silent}>"))) == []
    assert list(manual_items(page(f"<{silent}>x</{silent}><p>{PLAIN}</p>"))) == [PLAIN]


@pytest.mark.parametrize(
    "odd",
    [
        "Set max_locks in the file before the server starts, or it will not start at all.",
        "Call release() after the file was written, since nobody else does it for you here.",
        "Give the option --wait where a lock may be taken by somebody else at the same time.",
        "Read the page at www.example.org before you take a lock that somebody else may want.",
        "the name of the lock that is taken before the file is written by the first writer.",
        "A lock is taken before the file is written in the same way as the following example:",
        "Too short to be more than a remark.",
    ],
)
def test_what_is_no_plain_english_is_left_out(odd: str) -> None:
    assert list(manual_items(page(f"<p>{odd}</p><p>{PLAIN}</p>"))) == [PLAIN]


def test_all_pages_below_a_folder_are_read_in_order(tmp_path: Path) -> None:
    second = PLAIN.replace("lock", "latch")
    write_text(tmp_path / "b" / "second.html", page(f"<p>{second}"))
    write_text(tmp_path / "a.html", page(f"<p>{PLAIN}"))
    write_text(tmp_path / "notes.txt", PLAIN)
    assert list(parse_manual(tmp_path)) == [PLAIN, second]
    assert len(PLAIN) > SHORTEST_PARAGRAPH


def test_a_folder_without_pages_is_no_manual(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no \*\.html"):
        list(parse_manual(tmp_path))


def test_paragraphs_of_docbook_are_read_where_they_are_no_p() -> None:
    other = PLAIN.replace("lock", "latch")
    body = f'<div class="para">{PLAIN} <div class="itemizedlist">x</div></div><div class="title">{other}</div>'
    assert list(manual_items(page(body))) == [PLAIN]


def test_pages_of_help_are_read_and_what_stands_about_them_is_not(tmp_path: Path) -> None:
    other = PLAIN.replace("lock", "latch")
    about = f"<info><desc>{other}</desc></info><title>{other}</title>"
    linked = f"<p>See <link xref='a'/>. {PLAIN}</p>"
    text = f"<section><p><gui>A lock</gui>\n  {PLAIN[7:]}</p><list><item><p>{other}</p></item></list>{linked}</section>"
    help_page = f'<page xmlns="http://projectmallard.org/1.0/">{about}{text}</page>'
    write_text(tmp_path / "a/locks.page", help_page)
    assert list(parse_mallard(tmp_path)) == [PLAIN, other]
    with pytest.raises(ValueError, match=r"no \*\.html"):
        list(parse_manual(tmp_path))
