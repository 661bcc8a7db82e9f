from __future__ import annotations

from io import BytesIO

import pytest

from bot.training.decoding import NotTextError, decode_file, guess_encoding

ENGLISH = "grey mouse cat it had nobody grey ran\n" * 20


def complaint(data: bytes) -> str:
    with pytest.raises(NotTextError) as caught:
        list(decode_file(BytesIO(data)))
    return str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "name", "text"),
    [
        ("cp1252", "WINDOWS-1252", "Le café était fermé, l’élève n’a pas été “là”.\n"),
        ("latin-1", "WINDOWS-1252", "Die Straße über den Fluß führt nach Köln.\n"),
        ("cp1250", "WINDOWS-1250", "Zażółć gęślą jaźń, mogę jeść szkło.\n"),
        ("cp1251", "WINDOWS-1251", "Съешь же ещё этих мягких французских булок, да выпей чаю.\n"),
        ("koi8-r", "KOI8-R", "Съешь же ещё этих мягких французских булок, да выпей чаю.\n"),
        ("cp1253", "WINDOWS-1253", "Μπορώ να φάω σπασμένα γυαλιά χωρίς να πάθω τίποτα.\n"),
        ("cp932", "SHIFT_JIS", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n"),
        ("euc_jp", "EUC-JP", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n"),
        ("gb18030", "GB18030", "这是我的家。我们在中国，他有一个人来了。\n"),
        ("big5", "BIG5", "這是我的家。我們在中國，他有一個人來了。\n"),
        ("cp949", "EUC-KR", "나는 유리를 먹을 수 있어요. 그래도 아프지 않아요.\n"),
    ],
)
def test_the_likely_encoding_is_named_and_is_right(encoding: str, name: str, text: str) -> None:
    data = (ENGLISH + text * 3).encode(encoding)
    assert guess_encoding(data) == name
    first = next(place for place, character in enumerate(text) if not character.isascii())
    wrong = complaint(data)
    assert wrong.startswith(f"is not UTF-8 text: line 21, column {first + 1}: ")
    assert f"it is likely {name}, where it is {text[first]}: iconv -f {name} -t UTF-8" in wrong


def test_a_damaged_utf_8_text_is_said_to_be_of_no_other_encoding() -> None:
    assert complaint("é\n".encode() * 9 + b"\xe9 x") == (
        "is not UTF-8 text: line 10, column 1: the byte 0xE9 cannot be read"
    )


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (ENGLISH.encode("utf-16-le"), "is UTF-16 text without its mark: iconv -f UTF-16LE"),
        (ENGLISH.encode("utf-16-be"), "is UTF-16 text without its mark: iconv -f UTF-16BE"),
        (
            "吾輩は猫である。\n名前はまだ無い。\n".encode("utf-16-le"),
            "is UTF-16 text without its mark: iconv -f UTF-16LE",
        ),
        (b"\x7fELF\x02\x01\x01" + bytes(57), "is not text (binary): byte 7 is zero"),
        (b"PK\x03\x04\x14\x00\x00", "is a ZIP archive, as .docx, .xlsx and .epub are too"),
        (b"%PDF-1.7\n\x00", "is a PDF"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is a PDF"),
        (b"SQLite format 3\x00", "is an SQLite database"),
        (b"\x1f\x8b\x08\x00", "is compressed"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8 text: line 1, column 1: the byte 0x89 cannot be read"),
    ],
)
def test_binary_files_are_named(data: bytes, what: str) -> None:
    assert complaint(data).startswith(what)


def test_line_breaks_are_kept_where_asked() -> None:
    assert "".join(decode_file(BytesIO(b"a\r\nb\rc"), keep_breaks=True)) == "a\r\nb\rc"
    assert "".join(decode_file(BytesIO(b"a\r\nb\rc"))) == "a\nb\nc"
