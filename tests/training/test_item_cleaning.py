from __future__ import annotations

import pytest

from bot.training.item_cleaning import (
    cut_at_blank,
    cut_open_mentions,
    join_lines,
    remove_invisible,
    remove_links,
    remove_mentions,
    remove_names,
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen \u202eturned", "zerowidth softhyphen turned"),
        ("bell\x07 and escape\x1b[1m", "bell and escape[1m"),
        ("half a pair \ud83d", "half a pair "),
        ("tab\tand\nbreak", "tab\tand\nbreak"),
        ("👩‍💻 🧑🏽‍🤝‍🧑🏻 ❤️‍🔥 🙂‍↔️", "👩‍💻 🧑🏽‍🤝‍🧑🏻 ❤️‍🔥 🙂‍↔️"),
        ("no\u200dpicture \u200d👩 👩\u200d", "nopicture 👩 👩"),
        ("می\u200cخواهم ۱۴\u200cساله PDF\u200cها", "می\u200cخواهم ۱۴\u200cساله PDF\u200cها"),
        ("می\u200c\u200cخواهم می\u200c\u200fخواهم", "می\u200cخواهم می\u200cخواهم"),
        ("क्\u200dष क्\u200cष র\u200d্য ශ්\u200dරී", "क्\u200dष क्\u200cष র\u200d্য ශ්\u200dරී"),
        ("അവന്\u200d വന്നു ه\u200d.", "അവന്\u200d വന്നു ه\u200d."),
        ("\u200cمی \u200d خواهم\u200c", "می  خواهم"),
        ("\u0600١٢ \u06dd٣ \u070fܐ", "\u0600١٢ \u06dd٣ \u070fܐ"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f!", None),
        ("hid\U000e0068\U000e0069\U000e007fden 🏴\U000e0067\U000e0062", "hidden 🏴"),
        ("🇯🇵 1️⃣ ✌🏽", None),
    ],
)
def test_what_cannot_be_seen_goes_and_what_shapes_the_rest_stays(text: str, seen: str | None) -> None:
    assert remove_invisible(text) == (text if seen is None else seen)


def test_white_space_is_one_blank_and_letters_are_composed() -> None:
    assert join_lines("  a\t \u00a0b\u2028c\r\n\nd ") == "a b c d"
    assert join_lines("cafe\u0301") == "café"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see https://example.org/a?b=c#d now", "see now"),
        ("see HTTP://EXAMPLE.ORG, and (www.example.org/x).", "see , and ( )."),
        ("<https://example.org/quiet> is quiet", "is quiet"),
        ("read [the manual](https://example.org/m_(n)) first", "read the manual first"),
        ("the page https://en.wikipedia.org/wiki/Cat_(animal)!", "the page !"),
        ("join discord.gg/abc123 today", "join today"),
        ("nothing. Here/there, 3.5/4, e.g. this and/or that", "nothing. Here/there, 3.5/4, e.g. this and/or that"),
    ],
)
def test_links_are_removed_and_sentences_around_them_stay(text: str, left: str) -> None:
    assert join_lines(remove_links(text)) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<@123> <@!123> <@&123> hello <#123> <:cat:123> <a:dance:123> </generate now:123>", "hello"),
        ("@some.one_2, look: @everyone", ", look:"),
        ("well :party_cat::100: done", "well done"),
        ("hi @✨Lia✨, @Ann👩\u200d💻 and @bob.", "hi , and ."),
        ("write to a@example.org at 10:30:45, a <b> c", "write to a@example.org at 10:30:45, a <b> c"),
    ],
)
def test_mentions_are_removed_and_what_looks_alike_stays(text: str, left: str) -> None:
    assert join_lines(remove_mentions(text)) == left


def test_names_with_blanks_are_removed_whole() -> None:
    text = "@Ann Lee and @Ann (x) [Y], but not Ann: see #off-topic, #lounge [voice] and #1"
    named = remove_names(text, ["Ann", "Ann Lee", "Ann (x) [Y]", ""])
    assert join_lines(cut_open_mentions(named)) == "and , but not Ann: see , and #1"
    assert remove_names("@Annabel", ["Ann"]) == "@Annabel"


def test_long_items_are_cut_between_words_where_there_are_any() -> None:
    assert cut_at_blank("one two three", 13) == "one two three"
    assert cut_at_blank("one two three", 12) == "one two"
    assert cut_at_blank("one two three", 7) == "one two"
    assert cut_at_blank("one two three", 6) == "one"
    assert cut_at_blank("onetwothree", 6) == "onetwo"
