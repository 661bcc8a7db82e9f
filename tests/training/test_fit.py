from __future__ import annotations

import math
import random
from itertools import pairwise
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.generation.model import Model
from bot.generation.reference import initial_state, softmax, step
from bot.training.fit import Fit, InvalidOptionError, NothingLearnedError, Options, Progress, learning_rate
from bot.training.text import TrainingText, join

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "a", "dog", "ran"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    source = random.Random(1)
    lines = [" ".join(source.choices(WORDS, k=8)) for _ in range(1500)]
    (tmp_path / "cats.txt").write_text("\n".join(lines))
    return tmp_path / "cats.txt"


def test_training_learns_and_writes_a_model_folder(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))
    words = ["--epochs", "16", "--units", "24", "--embedding", "8", "--licence", "public domain"]
    assert main(["train", str(file), "--name", "cats", *words]) == 0
    model = Model.read(tmp_path / "models/cats")
    assert model.card.corpus
    assert (model.card.corpus.name, model.card.corpus.licence) == ("cats.txt", "public domain")
    assert model.card.quality
    bits = model.card.quality.held_out_bits_per_character
    uniform = math.log2(len(model.vocabulary))
    assert bits < 0.75 * uniform
    assert all(seed in file.read_text() for seed in (s.strip() for s in model.card.use.seeds))
    err = capsys.readouterr().err
    assert "min left" in err
    assert f"{bits:.3f} bits per character on held-out text" in err
    assert reference_bits(model, TrainingText.read(file)) == pytest.approx(bits, rel=0.05)


def reference_bits(model: Model, text: TrainingText) -> float:
    """Held-out bits per character by the reference: what the card says must be what the folder gives."""
    ids = model.vocabulary.encode(join(text.held_out))[:1500]
    state, bits = initial_state(model), 0.0
    for current, following in pairwise(ids):
        bits -= math.log2(softmax(step(model, state, int(current)))[following])
    return bits / (len(ids) - 1)


def test_an_interrupted_training_keeps_its_best_epoch(file: Path) -> None:
    def interrupt_later(progress: Progress) -> None:
        if progress.epoch > 1.5:
            raise KeyboardInterrupt

    fit = Fit(TrainingText.read(file), Options(minutes=60, units=16, embedding=8), "none")
    with pytest.raises(NothingLearnedError):
        fit.model("cats")
    with pytest.raises(KeyboardInterrupt):
        fit.run(interrupt_later)
    quality = fit.model("cats").card.quality
    assert quality
    assert 0 < quality.held_out_bits_per_character < 5


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--name", "Bad Name"], "--name Bad Name: allowed are a-z"),
        (["--name", "taken"], "exists already"),
        (["--units", "0"], "--units 0: allowed are 1 to"),
        (["--dropout", "1"], "--dropout 1: allowed are 0 to"),
        (["--minutes", "0"], "--minutes 0: allowed are"),
        (["--epochs", "-1"], "--epochs -1: allowed are"),
        (["--random-seed", "-1"], "--random-seed -1: allowed are"),
    ],
)
def test_wrong_usage_is_one_line_and_leaves_no_model(
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    complaint: str,
) -> None:
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))
    (tmp_path / "models/taken").mkdir(parents=True)
    assert main(["train", str(file), "--name", "cats", *words]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("charla train: ")
    assert complaint in last
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["taken"]


def test_the_learning_rate_climbs_and_falls() -> None:
    rates = [learning_rate(done / 100) for done in range(101)]
    top = rates.index(max(rates))
    assert 0 < top < 5
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert 0 < rates[-1] < 0.01 * max(rates)
    assert rates[0] > 0


def test_options_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(InvalidOptionError, match="--embedding"):
        Options(embedding=0)
