from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora.works.cataclysm import cataclysm_items, parse_cataclysm
from corpora.works.dink import parse_dink
from corpora.works.freeorion import freeorion_items, parse_freeorion
from tests.support.corpus_packages import write_bytes, write_text

PLAIN = "A lamp that has seen better days, and worse nights."


def test_what_the_game_shows_is_read_and_its_comments_are_not(tmp_path: Path) -> None:
    item = {
        "id": "lamp_that_is_broken_and_will_not_shine",
        "//": f"Do not read this: {PLAIN}",
        "name": {"str": f"Name: {PLAIN}"},
        "description": {"str": PLAIN},
        "use_action": {"msg": "You light the lamp, and wish that you had not."},
    }
    topic = {"dynamic_line": {"yes": ["What do you want of me, stranger?"], "no": "Go away while you still can walk!"}}
    write_text(tmp_path / "json/items/lamp.json", json.dumps([item, topic]))
    write_text(tmp_path / "mods/TEST_DATA/lamp.json", json.dumps([{"description": f"In a test, {PLAIN}"}]))
    assert list(parse_cataclysm(tmp_path)) == [
        PLAIN,
        "You light the lamp, and wish that you had not.",
        "What do you want of me, stranger?",
        "Go away while you still can walk!",
    ]


def test_marks_of_the_game_become_its_words() -> None:
    seen = "I saw <zombies> before <the_cataclysm>, *long* before.  It was <color_red>bad</color>, <name_g>."
    assert list(cataclysm_items(f"{seen}\nAnd then I left that place for good.")) == [
        "I saw zombies before the cataclysm, long before. It was bad, friend.",
        "And then I left that place for good.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "You hear %s behind the door of the old house.",
        "You meet <unknown_mark> behind the door of the house.",
        "no sentence begins with a small letter like this",
        "Too short to be read.",
        "[STR 11] You break the door of the house down.",
        "SUBJECT: REPORT ON WHAT HAPPENED IN THE HOUSE.",
    ],
)
def test_what_only_the_game_can_fill_in_is_left_out(text: str) -> None:
    assert list(cataclysm_items(text)) == []


def test_a_damaged_file_of_the_game_is_named(tmp_path: Path) -> None:
    write_text(tmp_path / "lamp.json", "[")
    with pytest.raises(ValueError, match=r"lamp\.json: "):
        list(parse_cataclysm(tmp_path))


ROBOTS = "Robots that smile at everybody, all day long, until they run out of oil."
WALKERS = "Plants that walk about and look for a place in the sun, as we all do."


def test_texts_below_their_keys_are_read(tmp_path: Path) -> None:
    table = (
        f"English\n# A comment.\n\nOPEN\nOpen\n\nROBOTS_DESC\n'''<i>{ROBOTS}</i>\n\n{WALKERS}'''\n\n"
        f"OPTIONS_DB_FULLSCREEN\nSets whether the program takes all of the screen, which not everybody likes.\n\n"
        f"SHORT\nToo short.\n\nLAST\n{WALKERS} Or not.\n"
    )
    write_text(tmp_path / "en.txt", table)
    assert list(parse_freeorion(tmp_path / "en.txt")) == [ROBOTS, WALKERS, f"{WALKERS} Or not."]


@pytest.mark.parametrize("mark", ["[[BUILDING_LAMP]]", "%1%", "+3", "{x}"])
def test_texts_that_refer_to_others_or_to_the_running_game_are_left_out(mark: str) -> None:
    assert (
        list(freeorion_items(f"Robots that smile at {mark} all day long, until they run out of oil, or of patience."))
        == []
    )


def test_a_table_without_entries_is_told(tmp_path: Path) -> None:
    write_text(tmp_path / "en.txt", "nothing\n")
    with pytest.raises(ValueError, match="no text under a key"):
        list(parse_freeorion(tmp_path / "en.txt"))


def test_what_figures_say_is_read_without_colours_and_without_what_the_game_fills_in(tmp_path: Path) -> None:
    script = (
        b'void talk( void )\n{\n say_stop("`4Who are you, \x91friend\x92?", &current_sprite);\n'
        b' say("I found &gold gold.", 1);\n Say_Stop_NPC( "Nobody.  Not yet.", 1);\n'
        b' playsound("quack.wav");\n say("Hm", 1);\n}\n'
    )
    write_bytes(tmp_path / "S1-A.C", script)
    assert list(parse_dink(tmp_path)) == ["Who are you, 'friend'?", "Nobody. Not yet."]
