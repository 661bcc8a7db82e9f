from __future__ import annotations

import argparse
import gzip
import string
from pathlib import Path

import pytest

from bot.commands import UsageError
from bot.commands import corpus as corpus_command
from bot.training.corpus import Corpus, CorpusError, build
from bot.training.slurs import contains_slur
from bot.training.sources import (
    LONGEST_ITEM,
    SOURCES,
    as_sentence,
    devil_item,
    jargon_items,
    plain,
    read_dictd,
    sentences,
    shorten,
)

DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"

JARGON = {
    "00-database-info": "Preface of the package\n\n    Not an item at all.\n",
    "frob loop": (
        "frob loop\n /frob loop/, n.,vt.\n\n    [MIT: from ‘frob’] A loop that frobs the {\n"
        "    widget} — twice. See {gonk}.\n\n"
    ),
    "gonk": "gonk\n /gonk/, vi.,n.\n\n    1. To lie in a {mailing list}.\n\n    2. n. A nap taken at work.\n\n",
}
DEVIL = {
    "PATIENCE": (
        "PATIENCE, n.  A slow\nway of being _angry_.\n\n    Roses are red,\n    Verse is dropped.\n"
        "                          A. Poet\n\n"
    ),
    "NASTY": "NASTY, adj.  Said of a gypsy by a fool.\n\n",
}
EXCUSES = (
    "BOFH excuse #1:\n\nthe cable is bored\n%\nBOFH excuse #2:\n\nThe cable is bored\n%\nBOFH excuse #3:\n\nno\n%\n"
)
EPIGRAMS = (
    "Never trust a “clever” loop that you wrote on a Friday evening,\nnot even twice.      -- Somebody (2001)\n"
    "---- programming,society\nlogin: yes\npassword: no\n---- unix\n"
)


def base64(number: int) -> str:
    digits = DIGITS[number % 64]
    while number := number // 64:
        digits = DIGITS[number % 64] + digits
    return digits


def write_dictd(path: Path, entries: dict[str, str]) -> None:
    data = b""
    index = ""
    for headword, entry in entries.items():
        encoded = entry.encode()
        index += f"{headword}\t{base64(len(data))}\t{base64(len(encoded))}\n"
        data += encoded
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data))
    path.with_name(path.name.replace(".dict.dz", ".index")).write_text(index, encoding="utf-8")


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    jargon, devil, excuses, epigrams = (root / source.path for source in SOURCES)
    write_dictd(jargon, JARGON)
    write_dictd(devil, DEVIL)
    write_text(excuses, EXCUSES)
    write_text(epigrams, EPIGRAMS)
    return root


def test_every_source_comes_in_its_form(root: Path) -> None:
    assert set(build(root).items) == {
        "FROB LOOP, n. A loop that frobs the widget -- twice. See gonk.",
        "GONK, v.i. To lie in a mailing list.",
        "GONK, n. A nap taken at work.",
        "PATIENCE, n. A slow way of being angry.",
        "The cable is bored.",
        'Never trust a "clever" loop that you wrote on a Friday evening, not even twice.',
    }


def test_sources_are_counted(root: Path) -> None:
    corpus = build(root)
    assert [source.items for source in corpus.sources] == [3, 1, 1, 1]
    assert [source.slurs for source in corpus.sources] == [0, 1, 0, 0]
    assert sum(source.characters for source in corpus.sources) == corpus.characters
    assert corpus.characters == sum(len(item) + 1 for item in corpus.items)


def test_the_order_is_mixed_and_always_the_same(root: Path) -> None:
    assert build(root).items == build(root).items
    many = {f"W{n:03}": f"WORD{'X' * n}, n.  A word of some length.\n" for n in range(50)}
    write_dictd(root / SOURCES[1].path, many)
    words = [item for item in build(root).items if item.startswith("WORD")]
    assert len(words) == 50
    assert words != sorted(words)


def test_several_headwords_of_one_entry_give_one_item(tmp_path: Path) -> None:
    path = tmp_path / "x.dict.dz"
    write_dictd(path, {"one": "ONE, n.  A number.\n"})
    index = tmp_path / "x.index"
    index.write_text(index.read_text() * 2)
    assert list(read_dictd(path)) == ["ONE, n.  A number.\n"]


@pytest.mark.parametrize(
    "entry",
    [
        "url\n n.\n\n    Found at http://example.org/ somewhere.\n",
        "art\n n.\n\n        +---+    +---+\n        | a |    | b |\n",
        "lead\n n.\n\n    Looks like this:\n\n        a      b\n",
    ],
)
def test_addresses_and_drawings_leave_no_item(entry: str) -> None:
    assert list(jargon_items(entry)) == []


def test_what_stands_before_a_drawing_stays() -> None:
    entry = "art\n n.\n\n    A drawing. Like this:\n\n        +---+    +---+\n\n    After it.\n"
    assert list(jargon_items(entry)) == ["ART, n. A drawing."]


def test_labels_of_their_own_paragraph_and_pronunciations_go() -> None:
    entry = "eog\n /E·O·G/, n.\n\n    [from ‘end [of] game’]\n\n    1. [IRC] Spoken /ee'og/, mostly.\n"
    assert list(jargon_items(entry)) == ["EOG, n. Spoken, mostly."]


def test_an_entry_without_part_of_speech_is_a_noun_and_gets_its_full_stop() -> None:
    assert list(jargon_items("mobo\n /moh'bo/\n\n    Short for “motherboard”\n")) == [
        'MOBO, n. Short for "motherboard".'
    ]


@pytest.mark.parametrize(
    ("entry", "item"),
    [
        ("ONE, v.t.  To count.\n", "ONE, v.t. To count."),
        ("BABE or BABY, n.  A person.\n", "BABE OR BABY, n. A person."),
        ("LABOR, n.  How A works for B.\n", "LABOR, n. How A works for B."),
        ("SAID, pp.  Told.  As in these lines:\n\n    A verse\n    or two\n", "SAID, pp. Told."),
        ("BRUTE, n.  See {HUSBAND}.\n", "BRUTE, n. See HUSBAND."),
        ("VERSE, n.\n\n    Only\n    verse.\n", ""),
        ("J is a letter.\n", ""),
    ],
)
def test_devil_entries(entry: str, item: str) -> None:
    assert devil_item(entry) == item


def test_long_entries_end_with_a_sentence() -> None:
    (item,) = jargon_items("long\n n.\n\n" + "    It goes on and on, and then some more.\n" * 40)
    assert len(item) <= LONGEST_ITEM
    assert item.endswith("and then some more.")


def test_plain_is_one_line_of_ascii() -> None:
    assert plain("“ Café” – it’s\n   so…  {K} , y\u00ades") == '"Cafe" - it\'s so... {K}, yes'


def test_sentences_know_abbreviations_and_quotes() -> None:
    text = 'Used e.g. by Mr. Smith. "Go on. Now!" (See B. Then C.) Unfinished'
    assert sentences(text) == ["Used e.g. by Mr. Smith.", '"Go on. Now!"', "(See B. Then C.)"]


def test_shorten_keeps_whole_sentences() -> None:
    assert shorten("One two. Three four. Five six.", 20) == "One two. Three four."
    assert shorten("Much too long.", 5) == ""


@pytest.mark.parametrize(
    ("text", "sentence"), [("solar flares", "Solar flares."), ("Why?", "Why?"), ('say "no!"', 'Say "no!"')]
)
def test_sayings_become_sentences(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence


@pytest.mark.parametrize("text", ["A Gypsy.", "two gypsies", "GOOKS!", "half-breed", "retarded", "Wóp"])
def test_slurs_are_found(text: str) -> None:
    assert contains_slur(text)


@pytest.mark.parametrize("text", ["", "raccoon", "spicy food", "Yiddish", "Mickey", "bigotry", "snigger"])
def test_harmless_words_are_no_slurs(text: str) -> None:
    assert not contains_slur(text)


def test_missing_packages_are_named_with_the_way_to_get_them(root: Path) -> None:
    (root / SOURCES[1].path).unlink()
    with pytest.raises(CorpusError, match=r"dict-devil: not found .*`apt-get install dict-devil`") as error:
        build(root)
    assert "\n" not in str(error.value)
    assert "--root FOLDER" in str(error.value)


@pytest.mark.parametrize("damage", [b"no gzip", gzip.compress(b"x" * 500)[:20], gzip.compress(b"short")])
def test_a_damaged_package_is_told(root: Path, damage: bytes) -> None:
    (root / SOURCES[1].path).write_bytes(damage)
    with pytest.raises(CorpusError, match="dict-devil"):
        build(root)


def test_a_missing_index_is_told(root: Path) -> None:
    (root / "usr/share/dictd/devil.index").unlink()
    with pytest.raises(CorpusError, match="dict-devil"):
        build(root)


@pytest.mark.parametrize("index", ["word\n", "word\tA\n", "word\t?\tB\n"])
def test_a_damaged_index_is_told(root: Path, index: str) -> None:
    (root / "usr/share/dictd/devil.index").write_text(index)
    with pytest.raises(CorpusError, match="dict-devil is damaged"):
        build(root)


def test_write_puts_an_item_a_line(tmp_path: Path) -> None:
    path = tmp_path / "text"
    Corpus(("one", "two"), ()).write(path)
    assert path.read_bytes() == b"one\ntwo\n"
    assert list(tmp_path.iterdir()) == [path]


def test_write_overwrites_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("mine")
    with pytest.raises(CorpusError, match="exists already"):
        Corpus(("new",), ()).write(path)
    assert path.read_text() == "mine"
    Corpus(("new",), ()).write(path, overwrite=True)
    assert path.read_text() == "new\n"


def test_a_failed_write_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    path = tmp_path / "text"
    path.write_text("mine")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CorpusError, match="No space left"):
        Corpus(("new",), ()).write(path, overwrite=True)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_write_tells_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be written"):
        Corpus(("new",), ()).write(tmp_path / "none" / "text")
    with pytest.raises(CorpusError, match="is a folder"):
        Corpus(("new",), ()).write(tmp_path)


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    corpus_command.add_arguments(parser)
    return corpus_command.run(parser.parse_args(words))


def test_the_command_writes_and_tells(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "text"
    assert command("--to", str(path), "--root", str(root)) == 0
    assert len(path.read_text().splitlines()) == 6
    out, err = capsys.readouterr()
    assert out == ""
    assert "Jargon File" in err
    assert "1 items with slurs left out" in err
    with pytest.raises(UsageError, match="--force"):
        command("--to", str(path), "--root", str(root))
    assert command("--to", str(path), "--root", str(root), "--force") == 0


def test_the_command_tells_missing_packages(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="apt-get install dict-jargon dict-devil"):
        command("--to", str(tmp_path / "text"), "--root", str(tmp_path))
