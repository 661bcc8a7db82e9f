"""Make items of texts: one line of ASCII each, of whole sentences, not too long."""

from __future__ import annotations

import re

from anyascii import anyascii

LONGEST_ITEM = 600
"""In characters; longer ones are cut at a sentence's end."""

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:[A-Z]|e\.g|i\.e|cf|vs|esp|usu|approx|abbrev|pron|poss|prob|var|orig|viz|ca|c|lit|al|incl|"
    r"Mr|Mrs|Ms|Dr|St|Gen|Prof|Rev|Hon|Capt|Col|Sr|No|vol|pp|p|ch|ed|U\.S|A\.D|B\.C|[A-Z]\.[A-Z])\.$"
)
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*(?=\s|$)")
_ENDED = re.compile(r"[.!?:][\"')\]]*$")
ADDRESS = re.compile(r"(?:https?|ftp)://|\bwww\.|\bftp\.|\S@\S+\.\S|\.html?\b")
"""A web or mail address."""
_WHOLE = re.compile(r"[\"'(]*[A-Z].*[.!?][\"')]*")
LABELS = re.compile(r"^(?:\s*\[(?:[^\[\]]|\[[^\[\]]*\])*\])+")
"""What dictionaries set in brackets before a definition: who says it, where it comes from."""
_CROSS_REFERENCE = re.compile(r"\{+\s*([^{}]*?)\s*\}+")
_SPOKEN_WITHIN = re.compile(r"\s/(?=[^/\s]*['·´`@])[^/]{1,40}/(?=[\s.,;:)])")


def paragraphs(text: str) -> list[str]:
    """Return the parts of a text that blank lines divide, their lines as they are."""
    return [block for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip()]


def plain(text: str) -> str:
    """Return the text in ASCII on one line, blanks single, no blank left inside quotes or before punctuation."""
    # A soft hyphen only marks where a line may break.
    text = " ".join(text.replace("\u00ad", "").split())
    # Where the packages' line breaks fell beside mark-up they left blanks that no writer set.
    text = re.sub(r"([“‘(])\s+", r"\1", text)
    text = re.sub(r"\s+([”)]|[,;:.](?=\s|$))", r"\1", text)
    text = text.replace("…", "...").replace("—", " -- ").replace("–", "-").replace("´", "'").replace("\u00d7", "x")
    return " ".join(re.sub(r"[^ -~]", "", anyascii(text)).split())


def sentences(text: str) -> list[str]:
    """Return the sentences of a one-line text; a last one that has no end is left out."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        sentence = text[start : match.end()]
        following = text[match.end() :].lstrip()
        if following and match[0] == "." and _ABBREVIATION.search(sentence):
            continue
        if following[:1].islower() or _is_open(sentence):
            continue
        found.append(sentence.strip())
        start = match.end()
    return found


def _is_open(sentence: str) -> bool:
    return sentence.count("(") > sentence.count(")") or sentence.count('"') % 2 == 1


def shorten(text: str, longest: int = LONGEST_ITEM) -> str:
    """Return as many whole sentences as fit, without those that hold a web or mail address; maybe none."""
    kept: list[str] = []
    room = longest + 1  # a blank is counted after every sentence, but none stands after the last
    for sentence in sentences(text):
        if ADDRESS.search(sentence):
            continue
        room -= len(sentence) + 1
        if room < 0:
            break
        kept.append(sentence)
    return " ".join(kept)


def entry_item(headword: str, part_of_speech: str, definition: str) -> str:
    """Return an entry in the one form of all: `HEADWORD, n. The definition.`; empty if nothing is left of it."""
    lead = f"{plain(headword).upper()}, {part_of_speech} "
    text = plain(_without_asides(definition)).lstrip(".,;: ")
    # Some end without a full stop; one that ends in a colon led up to a table or a verse that is gone.
    end = "" if _ENDED.search(text) else "."
    text = shorten(text + end, LONGEST_ITEM - len(lead))
    return f"{lead}{text[:1].upper()}{text[1:]}" if text else ""


def _without_asides(definition: str) -> str:
    """Return the definition without labels and etymology at its start, braces of references, and pronunciations."""
    return _SPOKEN_WITHIN.sub("", _CROSS_REFERENCE.sub(r"\1", LABELS.sub("", definition)))


def is_whole(item: str) -> bool:
    """Return whether an item begins and ends as sentences do."""
    return _WHOLE.fullmatch(item) is not None


def as_sentence(text: str) -> str:
    """Return the text with a capital at its start and a full stop, or what stands for one, at its end."""
    end = "" if text.endswith((".", "!", "?", '."', '!"', '?"', ".)")) else "."
    return f"{text[:1].upper()}{text[1:]}{end}"
