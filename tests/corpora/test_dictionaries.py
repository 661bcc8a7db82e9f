from __future__ import annotations

from pathlib import Path

import pytest

from corpora.item_text import LONGEST_ITEM
from corpora.works.webster import parse_webster, webster_items
from corpora.works.wordnet import parse_wordnet, wordnet_items
from tests.support.corpus_packages import write_dictd

# --- WordNet ----------------------------------------------------------------------------------------------


def wordnet(entry: str) -> list[str]:
    return [item for _, item in wordnet_items(entry)]


def test_each_sense_of_each_part_of_speech_is_an_item() -> None:
    entry = (
        "frob\n"
        "    n 1: a small thing that is\n"
        "         turned [syn: {frob}, {frobnitz}]\n"
        "    2: a widget\n"
        "    v 1: turn a small thing [ant: {leave\n"
        "         alone}]\n"
        "    10: fiddle [also: {frobbing}, {frobbed}]\n"
        "    adj 1: small\n"
        "    adv 1: in a small way\n"
    )
    assert wordnet(entry) == [
        "FROB, n. A small thing that is turned.",
        "FROB, n. A widget.",
        "FROB, v. Turn a small thing.",
        "FROB, v. Fiddle.",
        "FROB, adj. Small.",
        "FROB, adv. In a small way.",
    ]


def test_the_bare_definition_comes_with_its_item() -> None:
    entry = 'frob\n    n 1: a widget; "he sold a frob" [syn: {frobnitz}]\n'
    assert list(wordnet_items(entry)) == [("a widget", 'FROB, n. A widget: "he sold a frob".')]


@pytest.mark.parametrize(
    ("sense", "text"),
    [
        ('turn; "frob it"; "they\n       frobbed"', 'Turn: "frob it"; "they frobbed".'),
        ('turn; twist; "frob it"', 'Turn; twist: "frob it".'),
        ('turn; "frob it"- A. Poet', "Turn."),
        ('turn; "frob it"- A. Poet; "frob me"', 'Turn: "frob me".'),
        ("(slang) turn", None),
        ("turn a “café”.", 'Turn a "cafe".'),
    ],
)
def test_examples_follow_the_definition(sense: str, text: str | None) -> None:
    assert wordnet(f"frob\n    v 1: {sense}\n") == ([f"FROB, v. {text}"] if text else [])


def test_examples_are_left_out_where_they_would_make_the_item_too_long() -> None:
    assert wordnet(f'frob\n    v 1: turn; "{"on and " * 100}on"\n') == ["FROB, v. Turn."]
    assert len(wordnet(f"frob\n    v 1: turn {'on and ' * 100}on\n")[0]) <= LONGEST_ITEM


@pytest.mark.parametrize("entry", ["9/11\n    n 1: a day in autumn\n", "frob\n    1: of no part of speech\n", "frob\n"])
def test_headwords_with_digits_and_entries_without_senses_give_nothing(entry: str) -> None:
    assert wordnet(entry) == []


def test_a_synonym_does_not_repeat_the_definition(tmp_path: Path) -> None:
    path = tmp_path / "wn.dict.dz"
    entries = {word: f'{word}\n    n 1: a widget; "a {word}" [syn: {{frob}}, {{gonk}}]\n' for word in ("frob", "gonk")}
    write_dictd(path, entries | {"00-database-info": "info\n    n 1: not an item\n"})
    assert list(parse_wordnet(path)) == ['FROB, n. A widget: "a frob".']


# --- Webster's of 1913 ------------------------------------------------------------------------------------

MARK = "[1913 Webster]"


def sense(text: str, number: str = "") -> str:
    return f"   {number}{text}\n   {MARK}\n\n"


def webster(body: str, heading: str = "Frob \\Frob\\, n. [OF. frobe, fr. L.\n   frobus. See {Gonk}.]\n") -> list[str]:
    return list(webster_items(heading + body))


def test_only_what_is_marked_as_of_1913_is_taken() -> None:
    body = (
        sense("To turn a small thing; to\n      twist.", "1. ")
        + "   2. To sit at a computer.\n      [PJC]\n\n"
        + "   3. To compute.\n      [1913 Webster +PJC]\n\n"
        + "   4. To hack.\n      [WordNet 1.5]\n\n"
        + sense("To\n      fiddle", "5. ")
    )
    assert webster(body) == ["FROB, n. To turn a small thing; to twist.", "FROB, n. To fiddle."]


@pytest.mark.parametrize(
    ("part", "written"),
    [
        ("n.", "n."),
        ("n. pl.", "n.pl."),
        ("a.", "adj."),
        ("adv.", "adv."),
        ("v. t.", "v.t."),
        ("v. i.", "v.i."),
        ("p. p.", "p.p."),
        ("p. a.", "adj."),
        ("interj.", "interj."),
        ("v. t. [imp. & p. p.\n   {Frobbed}; p. pr. & vb. n. {Frobbing}.]", "v.t."),
    ],
)
def test_the_part_of_speech_stands_in_the_heading(part: str, written: str) -> None:
    assert webster(sense("A small thing."), f"Frob \\Frob\\, {part}\n") == [f"FROB, {written} A small thing."]


@pytest.mark.parametrize(
    "heading", ["Frob \\Frob\\ (fr[o^]b), n.\n", "frob \\frob\\, n.\n", "Frob \\Frob\\\n   (fr?b), n.\n"]
)
def test_a_heading_may_be_in_small_letters_or_say_how_it_is_spoken(heading: str) -> None:
    assert webster(sense("A small thing."), heading) == ["FROB, n. A small thing."]


@pytest.mark.parametrize("heading", ["Frob\n", "-frob \\-frob\\, n.\n", "Frob \\Frob\\, of no known part.\n"])
def test_an_entry_of_another_form_gives_nothing(heading: str) -> None:
    assert webster(sense("A small thing."), heading) == []


@pytest.mark.parametrize(
    "block",
    [
        "         Frob not the widget that turns. --Poet.",
        "            Frob not the widget\n            that turns. --A. Poet.",
        "   Syn: Widget; gonk; gadget.",
        "   Note: The frob was once of wood.",
        "   Usage: {Frob}, {Gonk}. These are not the same.",
        "   -- To frob off, to go away.",
        "   {Frob wheel}, a wheel that frobs.",
        "   [See {Gonk}.] A remark.",
    ],
)
def test_quotations_remarks_and_synonyms_are_dropped(block: str) -> None:
    assert webster(sense("A small thing.") + f"{block}\n   {MARK}\n\n") == ["FROB, n. A small thing."]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("(Mach.) A small thing.", "A small thing."),
        ("(Anc. Hist.) (Law) A small thing.", "A small thing."),
        ("1. (a) A small thing.", "A small thing."),
        ("(b) (Zool.) A small thing.", "A small thing."),
        ("A small thing. [Obs.]", "A small thing."),
        ("A small thing; a gonk. [Prov. Eng.\n      & Scot.] --Chaucer.", "A small thing; a gonk."),
        ("A small thing. --Sir T. Browne.", "A small thing."),
        ("A small {thing}, as in {Gonk wheel}.", "A small thing, as in Gonk wheel."),
        ("A medi[ae]val f[^e]te of caf[e^]s and pi[~n]atas.", "A mediaeval fete of cafes and pinatas."),
        ("a small thing", "A small thing."),
    ],
)
def test_fields_remarks_and_marks_of_accents_are_taken_off(text: str, item: str) -> None:
    assert webster(sense("A widget.", "1. ") + sense(text)) == ["FROB, n. A widget.", f"FROB, n. {item}"]


@pytest.mark.parametrize(
    "text",
    [
        "Same as {Gonk}. See {Gonk}, n.",
        "Equal to 1/2 < 3 of them.",
        "The sum a_1 of all.",
        "Greek [gr fro`b] for it.",
        "Gonk.",
        "2 of them together.",
        "A word. as in:\n      --",
    ],
)
def test_what_is_left_of_other_mark_up_gives_nothing(text: str) -> None:
    assert webster(sense("A widget.", "1. ") + sense(text)) == ["FROB, n. A widget."]


def test_the_senses_of_all_entries_come(tmp_path: Path) -> None:
    path = tmp_path / "gcide.dict.dz"
    write_dictd(path, {word: f"{word} \\{word}\\, a.\n{sense('Small as it is.')}" for word in ("Frob", "Gonk")})
    assert list(parse_webster(path)) == ["FROB, adj. Small as it is.", "GONK, adj. Small as it is."]
