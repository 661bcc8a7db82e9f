"""Decode people's files as they are read: UTF-8, or UTF-16 and UTF-32 by their marks; name what cannot be decoded."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK_BYTES = 2**20
SAMPLE_BYTES = 2**16
"""So much of a file behind a byte that cannot be decoded is looked at to guess its encoding."""
_UTF_8 = ("utf-8", "UTF-8")
_MARKS = {
    codecs.BOM_UTF8: _UTF_8,
    codecs.BOM_UTF32_LE: ("utf-32-le", "UTF-32"),  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: ("utf-32-be", "UTF-32"),
    codecs.BOM_UTF16_LE: ("utf-16-le", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16-be", "UTF-16"),
}
"""The bytes that a file may start with, and the encoding that they stand for: Python's name, and the usual one."""
_LONGEST_MARK = 4
_LOOKED_AT = 400
"""So many bytes of a binary file's start are enough to name it."""

_ARCHIVE = "a ZIP archive, as .docx, .xlsx and .epub are too: unpack it, or save its text as a text file"
_KINDS = {
    b"PK\x03\x04": _ARCHIVE,
    b"%PDF-": "a PDF: save its text as a text file, for instance with pdftotext",
    b"\x1f\x8b": "compressed: unpack it with gunzip",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: unpack it",
    b"Rar!": "a RAR archive: unpack it",
    b"\xd0\xcf\x11\xe0": "an old Office document: save its text as a text file",
    b"SQLite format 3\0": "an SQLite database: export the texts to CSV",
}
"""What binary files start with, https://en.wikipedia.org/wiki/List_of_file_signatures."""

_FREQUENT = {
    "WINDOWS-1252": ("cp1252", "éèêàâçîôùäöüßñáíóúãõåøæÄÖÜÉ’“”–—…«»°"),
    "WINDOWS-1250": ("cp1250", "ąęłżźśćńóřěščůžýáíéőű„”–"),
    "WINDOWS-1251": ("cp1251", "оеаинтсрвлкмдпуя«»–—…"),
    "KOI8-R": ("koi8-r", "оеаинтсрвлкмдпуя"),
    "CP866": ("cp866", "оеаинтсрвлкмдпуя"),
    "WINDOWS-1253": ("cp1253", "αοιετνσηρπκμάίέόήύς"),
    "WINDOWS-1254": ("cp1254", "ığşçöüİâ"),
    "WINDOWS-1255": ("cp1255", "יוהלארתבשמנ"),
    "WINDOWS-1256": ("cp1256", "اليمونترب"),
    "SHIFT_JIS": ("cp932", "のいにはをたがでてとしなるもかう、。"),
    "EUC-JP": ("euc_jp", "のいにはをたがでてとしなるもかう、。"),
    "GB18030": ("gb18030", "的一是不了在人有我他这个们中来，。"),
    "BIG5": ("big5", "的一是不了在人有我他這個們中來，。"),
    "EUC-KR": ("cp949", "이다는에을가고의하도지나어"),
    "MACINTOSH": ("mac_roman", "éèêàçîôùäöüß’“”"),
}
"""Encodings by their names for iconv: each with Python's name, and with what is frequent in texts that have it."""
_LATIN = {"WINDOWS-1252", "WINDOWS-1250", "WINDOWS-1254", "MACINTOSH"}
_LONGEST_RUN = 2.5
_LEAST_SHARE = 0.2


class NotTextError(ValueError):
    """A file is no text to learn from; the message says why and what to do, and goes behind the file's name."""


def decode_file(file: BinaryIO, *, keep_breaks: bool = False) -> Iterator[str]:
    r"""Yield the text of a file in pieces, without its mark, its line breaks as `\n` or, if they are kept, as they are.

    Raises:
        NotTextError: the file is empty, or cannot be decoded.
    """
    start = file.read(_LONGEST_MARK)
    mark = next((mark for mark in _MARKS if start.startswith(mark)), b"")
    decoder = _Decoder(file, mark, keep_breaks=keep_breaks)
    data = start[len(mark) :] or file.read(CHUNK_BYTES)
    if not data:
        raise NotTextError("is empty")
    while data or (data := file.read(CHUNK_BYTES)):
        yield decoder.decode(data)
        data = b""
    yield decoder.decode(b"")


class _Decoder:
    """Decodes the pieces of a file, one by one, and knows the line and the column that were reached."""

    def __init__(self, file: BinaryIO, mark: bytes, *, keep_breaks: bool) -> None:
        self._file = file
        self._codec, self._name = _MARKS.get(mark, _UTF_8)
        self._bytes = codecs.getincrementaldecoder(self._codec)()
        self._breaks = io.IncrementalNewlineDecoder(None, translate=not keep_breaks)
        self._start, self._offset = b"", len(mark)
        self._line, self._column = 1, 1
        self._beyond_ascii = False

    def decode(self, data: bytes) -> str:
        """Decode the next piece; an empty one is the end.

        Raises:
            NotTextError: it cannot be decoded.
        """
        if len(self._start) < _LOOKED_AT:
            self._start += data
        if self._name == "UTF-8" and (zero := data.find(0)) >= 0:
            raise NotTextError(
                _name_binary(self._start + self._file.read(_LOOKED_AT))
                or f"is not text (binary): byte {self._offset + zero} is zero"
            )
        self._offset += len(data)
        try:
            text = self._bytes.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise NotTextError(self._explain(error, at_end=not data)) from None
        return self._advance(text, final=not data)

    def _explain(self, wrong: UnicodeDecodeError, *, at_end: bool) -> str:
        """Say what cannot be decoded and where, and which encoding is likely, if the text before it may have any."""
        before = self._advance(wrong.object[: wrong.start].decode(self._codec), final=True)
        where = f"is not {self._name} text: line {self._line}, column {self._column}"
        if at_end:
            return f"{where}: it ends in the middle of a character"
        rest = wrong.object[wrong.start :] + self._file.read(SAMPLE_BYTES)
        if self._name != "UTF-8" or self._beyond_ascii or not before.isascii():
            return f"{where}: {describe_byte(rest, '')}"
        start = self._start + rest[len(wrong.object) - wrong.start :]
        return _name_binary(start) or f"{where}: {describe_byte(rest, guess_encoding(rest))}"

    def _advance(self, text: str, *, final: bool) -> str:
        text = self._breaks.decode(text, final=final)
        self._line += (breaks := text.count("\n"))
        self._column = len(text) - text.rindex("\n") if breaks else self._column + len(text)
        self._beyond_ascii = self._beyond_ascii or not text.isascii()
        return text


def describe_byte(data: bytes, likely: str) -> str:
    """Describe the first byte of `data`, which cannot be decoded, and what it is in the encoding that is likely."""
    cannot = f"the byte 0x{data[0]:02X} cannot be read"
    if not likely:
        return cannot
    character = data[:8].decode(_FREQUENT[likely][0], "replace")[0]
    return f"{cannot}; it is likely {likely}, where it is {character}: iconv -f {likely} -t UTF-8 FILE > NEW"


def guess_encoding(data: bytes) -> str:
    """Guess the encoding of a text that is not UTF-8, by what is frequent where it is used; empty if none fits."""
    beyond = re.findall(rb"[\x80-\xff]+", data)
    alone = sum(map(len, beyond)) < _LONGEST_RUN * len(beyond)  # between letters of ASCII: accents, most often
    shares = {}
    for name, (codec, frequent) in _FREQUENT.items():
        if alone != (name in _LATIN):
            continue
        characters = [c for c in data.decode(codec, "replace") if not c.isascii()]
        shares[name] = sum(c in frequent for c in characters) / max(1, len(characters))
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > _LEAST_SHARE else ""


def _name_binary(start: bytes) -> str:
    """Name a file that is no text in UTF-8 by its first bytes; empty if they are unknown."""
    for signature, kind in _KINDS.items():
        if start.startswith(signature):
            return f"is {kind}"
    for codec in ("UTF-16LE", "UTF-16BE") if 0 in start[:_LOOKED_AT] else ():
        text = start[: min(_LOOKED_AT, len(start) // 2 * 2)].decode(codec, "replace")
        if all(c.isprintable() or c in "\r\n\t" for c in text) and any(c in " \n" for c in text):
            return f"is UTF-16 text without its mark: iconv -f {codec} -t UTF-8 FILE > NEW brings it to UTF-8"
    return ""
