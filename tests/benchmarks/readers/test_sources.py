from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.readers.models import ModelSource, read_model
from benchmarks.readers.sources import open_source
from benchmarks.readers.texts import Text, TextFile, cut, read_seeds
from benchmarks.readers.tutorial import SEEDS, TutorialSource, read_samples
from bot.errors import InvalidInputError
from bot.generation.card import Use
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from tests.support.blind_readers import text_file
from tests.support.paths import ROOT, SHARED
from tests.support.random_models import NumpyCopy
from tests.support.reference_texts import write_by_reference

READERS = ROOT / "benchmarks" / "readers"
PAGE = """# A page
<pre class="code">
    <code class="python">
not a sample
    </code>
</pre>
<pre class="code">
    <code class="plain" data-wrap="true">
This is a seed sentence. It goes &gt; on

@Someone hello there
This one is cut at the len
    </code>
</pre>
Prose that stays where it is.
<pre class="code">
    <code class="plain" data-wrap="false">
The meaning of life is long.
This is a seed sentence.
A joke
    </code>
</pre>
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (Text("Tea ", "Tea is hot.\nCoffee is"), "Tea is hot."),
        (Text("Tea ", "Tea is hot. It is good. It was so"), "Tea is hot. It is good."),
        (Text("", "Tea is hot. It is good."), "Tea is hot."),  # without a seed, all of it counts
    ],
)
def test_a_text_is_cut_to_an_item_and_at_its_length(text: Text, shown: str) -> None:
    assert cut(text, 20) == shown


def test_texts_in_a_file_are_found_by_their_seeds(tmp_path: Path) -> None:
    source = TextFile.read(text_file(tmp_path / "old.txt", "the old one", ["Tea ", "My cat "], "is it."))
    assert source.title == "the old one"
    assert source.write(["My cat ", "Tea "], 280) == [Text("My cat ", "My cat is it."), Text("Tea ", "Tea is it.")]
    with pytest.raises(InvalidInputError, match="no text of the old one for the seed 'Rain '"):
        source.write(["Tea ", "Rain "], 280)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("Tea \tTea is it.\n", "its first line must be"),
        ("# old\nTea \tCoffee is it.\n", "line 2: allowed are a seed, a tab, and a text"),
        ("# old\nTea is it.\n", "line 2: allowed are a seed, a tab, and a text"),
    ],
)
def test_a_file_that_holds_no_texts_is_told(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "old.txt"
    path.write_text(content)
    with pytest.raises(InvalidInputError, match=message):
        TextFile.read(path)


def test_the_old_default_has_a_text_for_every_seed() -> None:
    seeds = read_seeds(READERS / "seeds" / "everyday.txt")
    source = TextFile.read(READERS / "lexicon.txt")
    texts = source.write(seeds, 280)
    assert source.title == "lexicon at top-n 3"
    assert [cut(text, 280) for text in texts] == [text.text for text in texts]


@pytest.mark.parametrize("path", sorted((READERS / "seeds").iterdir()), ids=lambda path: path.stem)
def test_there_are_forty_different_seeds_or_more(path: Path) -> None:
    seeds = read_seeds(path)
    assert len(set(seeds)) == len(seeds) >= 40


def test_a_model_writes_as_it_would_reply_at_a_top_n(model: Model) -> None:
    source = ModelSource(model, top_n=2, random_seed=7, make_copy=NumpyCopy)
    assert source.title == "tiny at top-n 2"
    expected = write_by_reference(model, GenerationRequest("Rain ", top_n=2, length=30, random_seed=8))
    _, text = source.write(["Tea ", "Rain "], 30)
    assert text.seed == "Rain "
    assert ("Rain " + expected).startswith(text.text)
    assert len(text.text) >= len("Rain ") + 15  # trimmed, as a reply is


def test_a_model_writes_as_its_card_advises(model: Model) -> None:
    use = Use(min_p=0.5, temperature=0.5, drafts=10, one_item=True)
    advised = replace(model, card=model.card.model_copy(update={"use": use}))
    source = ModelSource(advised, make_copy=NumpyCopy)
    plain = ModelSource(advised, top_n=98, make_copy=NumpyCopy)
    assert source.title == "tiny as its card advises"
    assert source.write(["Tea "], 20) != plain.write(["Tea "], 20)


def test_a_model_is_read_as_it_was_at_a_commit(tmp_path: Path, model: Model) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    folder = tmp_path / "models" / "tiny"
    commands = (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"])
    model.write(folder)
    for command in commands:
        subprocess.run([git, *command], cwd=tmp_path, check=True)
    shutil.rmtree(folder)
    assert read_model(folder, "HEAD").fingerprint == model.fingerprint
    with pytest.raises(InvalidInputError, match=r"tiny at nowhere: .*nowhere"):
        read_model(folder, "nowhere")
    with pytest.raises(InvalidInputError, match=r"other at HEAD: .*other"):
        read_model(folder.with_name("other"), "HEAD")


def test_the_tutorials_samples_are_the_whole_lines_of_its_listings(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    texts = read_samples(path)
    assert texts == [
        Text(SEEDS[0], "This is a seed sentence. It goes > on"),
        Text("", "@Someone hello there"),
        Text(SEEDS[1], "The meaning of life is long."),
    ]
    drawn = TutorialSource(texts, random_seed=1).write(["x "] * 3, 280)
    assert sorted(map(str, drawn)) == sorted(map(str, texts))
    with pytest.raises(InvalidInputError, match="4 pairs: the tutorial prints 3 samples"):
        TutorialSource(texts).write(["x "] * 4, 280)


def test_a_page_without_samples_is_told(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("# Another page\n")
    with pytest.raises(InvalidInputError, match="there are no samples in it"):
        read_samples(path)


def test_the_tutorials_own_page_has_enough_samples() -> None:
    pages = [path for path in (SHARED / "seed").glob("*.txt") if "TOP_N" in path.read_text("utf-8")]
    if not pages:
        pytest.skip("the tutorial's page is not here: ../shared/seed")
    texts = read_samples(pages[0])
    assert len(texts) >= 60
    assert sum(text.seed == SEEDS[1] for text in texts) >= 10
    assert not any("checkpoint" in text.text or "converting our model" in text.text for text in texts)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("lexicon", "'lexicon': allowed are KIND:PATH, with the kinds model, file, markovify, tutorial"),
        ("book:a.txt", "allowed are KIND:PATH"),
        ("file:", "allowed are KIND:PATH"),
        ("model:a,order=2", "option 'order'; allowed are top-n, commit"),
        ("file:a.txt,order=2", "option 'order'; allowed are none"),
        ("markovify:a.txt,order=0", "'0'; allowed are whole numbers from 1 to 1000"),
        ("model:a,commit=abc,top-n=", "''; allowed are whole numbers from 1 to 1000"),
        ("file:missing.txt", "missing.txt cannot be read: No such file"),
        ("model:missing/model,commit=abc", "there is no folder missing"),
    ],
)
def test_what_is_wrong_with_a_source_is_told(named: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        open_source(named)
