"""The table of look-alikes is what `docs/confusables.py` makes of Unicode's, and keeps to its rules."""

from __future__ import annotations

import re
import runpy
import string
import unicodedata

import pytest
from anyascii import anyascii

from bot.moderation.spelling import LOOK_ALIKES
from tests.support.paths import ROOT

SCRIPT = runpy.run_path(str(ROOT / "docs/confusables.py"))
COMMITTED = LOOK_ALIKES.read_text(encoding="utf-8")

SOURCE = """\
# confusables.txt
# Version: 99.1.0

0440 ;\t0070 ;\tMA\t# looks like p, sounds like r
0420 ;\t0050 ;\tMA\t# its capital
0443 ;\t0079 ;\tMA\t# looks like y, sounds like u
11700 ;\t0072 006E ;\tMA\t# looks like r and n, which is how the table writes m
0454 ;\tA793 ;\tMA\t# looks like a c with a bar
"""
NOT_KEPT = """\
0430 ;\t0061 ;\tMA\t# sounds like a as well
1D5BA ;\t0061 ;\tMA\t# is an a by its decomposition
0031 ;\t006C ;\tMA\t# is ASCII
00E6 ;\t0061 0065 ;\tMA\t# looks like two letters
05D0 ;\t2135 ;\tMA\t# looks like no Latin letter
"""
LICENCE = "Some rights\n\nreserved.\n\nSPDX-License-Identifier: X\nmore"


def letters_of(text: str) -> dict[str, str]:
    return {line[0]: line[2:] for line in text.splitlines() if not line.startswith("#")}


TABLE = letters_of(COMMITTED)


def test_of_a_table_stays_what_shows_another_letter_than_it_is() -> None:
    made = SCRIPT["format_table"](SOURCE + NOT_KEPT, LICENCE)
    assert letters_of(made) == {"p": "Рр", "y": "у", "m": "\N{AHOM LETTER KA}", "c": "є"}
    assert made == SCRIPT["format_table"](SOURCE, LICENCE)
    assert "(Version: 99.1.0) by docs/confusables.py" in made
    assert made.index("# Some rights\n#\n# reserved.\n") < made.index("\nc є\n") < made.index("\nm ")
    assert "SPDX" not in made


def test_the_committed_table_agrees_with_it() -> None:
    for letter, characters in letters_of(SCRIPT["format_table"](SOURCE, LICENCE)).items():
        assert set(characters) <= set(TABLE[letter])


def test_the_committed_table_says_its_version_and_its_licence() -> None:
    assert re.search(r"\(Version: \d+\.\d+\.\d+\) by docs/confusables\.py", COMMITTED)
    assert "# UNICODE LICENSE V3\n" in COMMITTED


def test_each_letter_has_one_line_in_order() -> None:
    assert list(TABLE) == sorted(TABLE)
    assert set(TABLE) <= set(string.ascii_lowercase)
    assert COMMITTED.count("\n") == sum(line.startswith("#") for line in COMMITTED.splitlines()) + len(TABLE)


@pytest.mark.parametrize("letter", TABLE)
def test_a_letters_look_alikes_are_that_letter_in_no_other_way(letter: str) -> None:
    characters = TABLE[letter]
    assert list(characters) == sorted(set(characters))
    for character in characters:
        assert not character.isascii()
        assert letter not in {unicodedata.normalize("NFKD", character).lower(), anyascii(character).lower()}


def test_no_character_looks_like_two_letters() -> None:
    every = "".join(TABLE.values())
    assert len(set(every)) == len(every) > 500
