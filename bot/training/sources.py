"""The sources of a corpus: how each packaged work becomes items, one line each.

Two of the works are dictionaries and share one form, so that a seed like `DISCORD, n.` gets a definition: the headword
in capitals, a comma, its part of speech, the definition. The others are plain sayings.
"""

from __future__ import annotations

import gzip
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anyascii import anyascii

LONGEST_ITEM = 600
"""In characters; longer ones are cut at a sentence's end."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from.

    Attributes:
        name: the work's own name.
        package: the Debian package that brings it.
        path: its file, below the root of the file system.
        licence: what its package says about the rights in it.
        parse: turns the file into items.
    """

    name: str
    package: str
    path: str
    licence: str
    parse: Callable[[Path], Iterator[str]]


# --- text -------------------------------------------------------------------------------------------------

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:[A-Z]|e\.g|i\.e|cf|vs|esp|usu|approx|abbrev|pron|poss|prob|var|orig|viz|ca|c|lit|al|incl|"
    r"Mr|Mrs|Ms|Dr|St|Gen|Prof|Rev|Hon|Capt|Col|Sr|No|vol|pp|p|ch|ed|U\.S|A\.D|B\.C|[A-Z]\.[A-Z])\.$"
)
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*(?=\s|$)")
_ENDED = re.compile(r"[.!?:][\"')\]]*$")
_ADDRESS = re.compile(r"(?:https?|ftp)://|\bwww\.|\bftp\.|\S@\S+\.\S|\.html?\b")


def plain(text: str) -> str:
    """The text in ASCII on one line, blanks single, no blank left inside quotes or before punctuation."""
    # A soft hyphen only marks where a line may break.
    text = " ".join(text.replace("\u00ad", "").split())
    # Where the packages' line breaks fell beside mark-up they left blanks that no writer set.
    text = re.sub(r"([“‘(])\s+", r"\1", text)
    text = re.sub(r"\s+([”)]|[,;:.](?=\s|$))", r"\1", text)
    text = text.replace("…", "...").replace("—", " -- ").replace("–", "-").replace("´", "'").replace("\u00d7", "x")
    return " ".join(re.sub(r"[^ -~]", "", anyascii(text)).split())


def sentences(text: str) -> list[str]:
    """The sentences of a one-line text; a last one that has no end is left out."""
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
    """As many whole sentences as fit, without those that hold a web or mail address; maybe none."""
    kept: list[str] = []
    room = longest + 1  # a blank is counted after every sentence, but none stands after the last
    for sentence in sentences(text):
        if _ADDRESS.search(sentence):
            continue
        room -= len(sentence) + 1
        if room < 0:
            break
        kept.append(sentence)
    return " ".join(kept)


def entry_item(headword: str, part_of_speech: str, definition: str) -> str:
    """An entry in the one form of all: `HEADWORD, n. The definition.`; empty if nothing is left of it."""
    lead = f"{plain(headword).upper()}, {part_of_speech} "
    text = plain(_without_asides(definition)).lstrip(".,;: ")
    # Some end without a full stop; one that ends in a colon led up to a table or a verse that is gone.
    end = "" if _ENDED.search(text) else "."
    text = shorten(text + end, LONGEST_ITEM - len(lead))
    return f"{lead}{text[:1].upper()}{text[1:]}" if text else ""


_CROSS_REFERENCE = re.compile(r"\{+\s*([^{}]*?)\s*\}+")
_LABELS = re.compile(r"^(?:\s*\[(?:[^\[\]]|\[[^\[\]]*\])*\])+")
_SPOKEN_WITHIN = re.compile(r"\s/(?=[^/\s]*['·´`@])[^/]{1,40}/(?=[\s.,;:)])")


def _without_asides(definition: str) -> str:
    """The definition without labels and etymology at its start, braces of references, and pronunciations."""
    return _SPOKEN_WITHIN.sub("", _CROSS_REFERENCE.sub(r"\1", _LABELS.sub("", definition)))


# --- dictd ------------------------------------------------------------------------------------------------

_DIGITS = {digit: value for value, digit in enumerate(string.ascii_uppercase + string.ascii_lowercase + "0123456789+/")}


def read_dictd(path: Path) -> Iterator[str]:
    """The entries of a dictd dictionary, see dictd(8): `path` is its `.dict.dz`, the `.index` lies beside it.

    Raises:
        OSError: a file cannot be read, or is not gzip.
        ValueError: the index does not fit the dictionary.
    """
    data = gzip.decompress(path.read_bytes())
    index = path.with_name(path.name.removesuffix(".dict.dz") + ".index").read_text(encoding="utf-8")
    # Several headwords may lead to one entry; in the order of the dictionary, each place is read once.
    for offset, length in sorted(set(_places(index))):
        entry = data[offset : offset + length]
        if len(entry) < length:
            raise ValueError(f"its index points {offset + length - len(data)} bytes behind its end")
        yield entry.decode("utf-8")


def _places(index: str) -> Iterator[tuple[int, int]]:
    for number, line in enumerate(index.splitlines(), start=1):
        headword, *numbers = line.split("\t")
        # The database's own name, address and preface.
        if headword.replace("-", "").startswith("00database"):
            continue
        if len(numbers) < 2:
            raise ValueError(f"line {number} of its index has no offset and length")
        yield _number(numbers[0]), _number(numbers[1])


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        if digit not in _DIGITS:
            raise ValueError(f"{digits!r} in its index is not a number in base 64")
        value = value * 64 + _DIGITS[digit]
    return value


def _blocks(text: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip()]


# --- the Jargon File --------------------------------------------------------------------------------------

_SPOKEN = re.compile(r"/[^/]*/,?")
_PART = re.compile(
    r"(pl\.\s?n|n|adj|adv|vt|vi|v|interj|pref|suff|infix|prov|imp|excl|abbrev|quant|prep|conj|cav)\.?(?=[\s,.]|$)"
)
_FURTHER_PARTS = re.compile(r"(?:[\s,.]*\b(?:pl|n|adj|adv|vt|vi|v|imp|excl|obs|interj|pref|suff)\.)+[\s,]*")
_SENSE = re.compile(r"\d+[a-z]?\.\s+")
_PARTS_AS_BIERCE_WRITES = {"vt": "v.t.", "vi": "v.i.", "pl. n": "pl.n."}


def parse_jargon(path: Path) -> Iterator[str]:
    """The Jargon File's entries, each numbered sense an item of its own with the headword repeated."""
    for entry in read_dictd(path):
        yield from jargon_items(entry)


def jargon_items(entry: str) -> Iterator[str]:
    """The items of one entry: its headword, a line of pronunciation and part of speech, then paragraphs."""
    headword, _, rest = entry.strip("\n").partition("\n")
    heading, _, body = rest.partition("\n")
    part = _part_of_speech(_SPOKEN.sub("", heading).strip()) or "n."
    for definition in _definitions(_prose(body)):
        own_part, text = _split_part(_LABELS.sub("", definition).lstrip())
        item = entry_item(headword, own_part or part, text)
        if item:
            yield item


def _prose(body: str) -> list[str]:
    paragraphs: list[str] = []
    for block in _blocks(body):
        if _is_laid_out(block):
            # What stands after a table or a drawing speaks of it; numbered senses further down go on.
            paragraphs.append("")
        else:
            paragraphs.append(" ".join(block.split()))
    return paragraphs


def _is_laid_out(block: str) -> bool:
    lines = block.split("\n")
    deep = any(line.startswith("     ") for line in lines)
    return deep or any(re.search(r"\S {3,}\S", line) for line in lines)


def _definitions(paragraphs: list[str]) -> Iterator[str]:
    while paragraphs and _LABELS.fullmatch(paragraphs[0]):
        paragraphs = paragraphs[1:]
    senses = [paragraph for paragraph in paragraphs if _SENSE.match(paragraph)]
    if senses:
        yield from (_SENSE.sub("", sense, count=1) for sense in senses)
        return
    whole = paragraphs[: paragraphs.index("")] if "" in paragraphs else paragraphs
    if whole:
        yield " ".join(whole)


def _part_of_speech(heading: str) -> str:
    match = _PART.match(heading)
    return _PARTS_AS_BIERCE_WRITES.get(match[1], f"{match[1]}.") if match else ""


def _split_part(text: str) -> tuple[str, str]:
    match = _FURTHER_PARTS.match(text)
    return (_part_of_speech(match[0].strip()), text[match.end() :]) if match else ("", text)


# --- the Devil's Dictionary -------------------------------------------------------------------------------

_DEVIL_ENTRY = re.compile(
    r"([A-Z][^a-z,]*(?: or [^a-z,]+|, [A-Z]{2,})?),\s+"
    r"((?:[a-z]+\.\s?)+(?:\s?(?:and|or|&) (?:[a-z]+\.)+)?)\s+(?=\S)"
)


def parse_devil(path: Path) -> Iterator[str]:
    """The Devil's Dictionary's definitions, without the verses that follow many."""
    for entry in read_dictd(path):
        item = devil_item(entry)
        if item:
            yield item


def devil_item(entry: str) -> str:
    """One entry's prose up to its first verse; empty if it has none, or is no definition."""
    prose: list[str] = []
    for block in _blocks(entry):
        if _is_verse(block):
            break
        prose.append(block)
    text = " ".join(" ".join(prose).split()).replace("_", "")
    match = _DEVIL_ENTRY.match(text)
    if not match:
        return ""
    return entry_item(match[1], match[2].split(" ")[0], text[match.end() :])


def _is_verse(block: str) -> bool:
    # A paragraph of prose is at most indented in its first line; a verse or a quotation in all.
    return all(line.startswith("   ") for line in block.split("\n"))


# --- sayings ----------------------------------------------------------------------------------------------


def parse_excuses(path: Path) -> Iterator[str]:
    """The BOFH excuses, each as a sentence."""
    for saying in re.split(r"^%$", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
        text = plain(re.sub(r"^\s*BOFH excuse #\d+:", "", saying))
        if text:
            yield as_sentence(text)


def as_sentence(text: str) -> str:
    """The text with a capital at its start and a full stop, or what stands for one, at its end."""
    end = "" if text.endswith((".", "!", "?", '."', '!"', '?"', ".)")) else "."
    return f"{text[:1].upper()}{text[1:]}{end}"


_TAGS = re.compile(r"^---- .*$", re.MULTILINE)
_ATTRIBUTION = re.compile(r"(?:^|\s+)(?:--|[–—]-?)\s*[^\s-][^\n]*\s*\Z")


def parse_epigrams(path: Path) -> Iterator[str]:
    """The tfortunes epigrams without their tags, and without the names behind them.

    A model that had learned the names would put them under sayings that it made up itself.
    """
    for saying in _TAGS.split(path.read_text(encoding="utf-8")):
        text = _ATTRIBUTION.sub("", saying.strip("\n"))
        item = plain(re.sub(r"[_*]", "", text))
        if item and len(item) < LONGEST_ITEM and _is_prose(item) and not _is_set_by_line(text):
            yield as_sentence(item)


def _is_prose(item: str) -> bool:
    return not re.search(r"[<>{}|]|--", item) and not _ADDRESS.search(item)


def _is_set_by_line(text: str) -> bool:
    """Whether its line breaks carry meaning (verse, dialogue, code), so that one line would spoil it."""
    lines = text.split("\n")
    return any(line.startswith((">", "\t", "    ")) for line in lines) or any(
        len(line) < 50 and not line.rstrip().endswith((".", "!", "?")) for line in lines[:-1]
    )


SOURCES = (
    Source(
        name="Jargon File 4.4.7",
        package="dict-jargon",
        path="usr/share/dictd/jargon.dict.dz",
        licence="public domain",
        parse=parse_jargon,
    ),
    Source(
        name="The Devil's Dictionary",
        package="dict-devil",
        path="usr/share/dictd/devil.dict.dz",
        licence="public domain (1911)",
        parse=parse_devil,
    ),
    Source(
        name="BOFH excuses",
        package="fortunes-bofh-excuses",
        path="usr/share/games/fortunes/bofh-excuses",
        licence="public domain",
        parse=parse_excuses,
    ),
    Source(
        name="tfortunes epigrams",
        package="tfortunes",
        path="usr/share/games/tfortunes/epigrams/en.tfortunes",
        licence="believed public domain",
        parse=parse_epigrams,
    ),
)
