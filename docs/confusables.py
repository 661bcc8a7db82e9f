"""Write bot/moderation/confusables.txt anew, from Unicode's table of characters that look alike.

    python docs/confusables.py confusables.txt LICENSE

The first file is https://www.unicode.org/Public/security/latest/confusables.txt, the second the licence that goes with
it. Both are also in the source of ICU (`apt-get source --download-only icu`): source/data/unidata/confusables.txt and
LICENSE.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

from anyascii import anyascii

TABLE = Path(__file__).parents[1] / "bot" / "moderation" / "confusables.txt"
_LINE = re.compile(r"(?P<source>[0-9A-F]+) ;\s*(?P<prototype>[0-9A-F ]+) ;")
_END_OF_LICENCE = "SPDX-License-Identifier"
OPENING = """\
# Which Latin letter a character looks like: a letter, and the characters that look like it.
#
# Trimmed from Unicode's confusables.txt ({version}) by docs/confusables.py, which says where to get a newer one: kept
# is what looks like one letter, and is not that letter by its decomposition or its sound already.
#
"""


def main() -> None:
    """Trim the table that the first argument names; the second names its licence."""
    if len(sys.argv) != 3:
        sys.exit(f"{len(sys.argv) - 1} arguments: give two files, Unicode's confusables.txt and its LICENSE")
    source, licence = (Path(name).read_text(encoding="utf-8-sig") for name in sys.argv[1:])
    TABLE.write_text(format_table(source, licence), encoding="utf-8")


def format_table(source: str, licence: str) -> str:
    """Return what the bot's file says: where it comes from, the licence, and a line for each letter that has any."""
    version = re.search(r"^# (Version: \S+)$", source, re.MULTILINE)
    notice = licence[: licence.index(_END_OF_LICENCE)].strip()
    lines = [OPENING.format(version=version[1] if version else "no version")]
    lines += [f"# {line}".rstrip() + "\n" for line in notice.splitlines()]
    lines += [f"{letter} {''.join(sorted(characters))}\n" for letter, characters in sorted(trim(source).items())]
    return "".join(lines)


def trim(source: str) -> dict[str, set[str]]:
    """Return the characters that look like each letter from a to z."""
    alike: dict[str, set[str]] = {}
    for line in filter(None, map(_LINE.match, source.splitlines())):
        character = chr(int(line["source"], 16))
        letter = read_letter("".join(chr(int(code, 16)) for code in line["prototype"].split()))
        known = {unicodedata.normalize("NFKD", character).lower(), anyascii(character).lower()}
        if letter and not character.isascii() and letter not in known:
            alike.setdefault(letter, set()).add(character)
    return alike


def read_letter(prototype: str) -> str:
    """Return the Latin letter that Unicode's prototype of a look-alike shows, or nothing.

    The prototype of m is "rn". A prototype may be a small capital or a turned letter, and may have a stroke.
    """
    decomposed = unicodedata.normalize("NFKD", prototype)
    bare = "".join(each for each in decomposed if not unicodedata.combining(each)).replace("rn", "m")
    latin = len(bare) == 1 and "LATIN" in unicodedata.name(bare, "")
    shown = anyascii(bare).lower() if latin else ""
    return shown if re.fullmatch("[a-z]", shown) else ""


if __name__ == "__main__":
    main()
