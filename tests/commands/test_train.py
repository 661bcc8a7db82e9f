from __future__ import annotations

import io
import json
import math
import os
import random
import re
import signal
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.progress_views import TrainingView
from bot.generation.model import Model
from bot.settings import Settings
from bot.training.progress import TrainingProgress
from bot.training.saved_state import TrainingState
from bot.training.trainer import Trainer
from tests.support.full_disk import limit_file_size
from tests.support.random_models import random_model
from tests.support.typed_input import type_bytes

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "a", "dog", "ran"]
QUICK = ["--epochs", "2", "--units", "24", "--embedding", "8", "--rows", "8", "--steps", "32"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    source = random.Random(1)
    lines = [f"{' '.join(source.choices(WORDS, k=8))} {place}" for place in range(1000)]
    (tmp_path / "cats.txt").write_text("\n".join(lines))
    return tmp_path / "cats.txt"


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("MODELS_DIR", str(folder))
    return folder


def test_training_writes_a_model_folder_that_says_how_it_came_about(
    file: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(file), "--name", "cats", *QUICK, "--licence", "public domain"]) == 0
    err = capsys.readouterr().err
    assert [path.name for path in models.iterdir()] == ["cats"]
    card = Model.read(models / "cats").card
    assert card.corpus
    assert (card.corpus.name, card.corpus.licence, card.corpus.items) == ("cats.txt", "public domain", 1000)
    assert card.quality
    assert card.quality.epochs == pytest.approx(2)
    assert f"{card.quality.held_out_bits_per_character:.3f} bits per character" in err
    assert card.training
    assert card.training.options["units"] == 24
    assert all(seed.strip() in file.read_text() for seed in card.use.seeds)
    assert {sample.top_n for sample in card.samples} == {1, 2, 3, 5, 10}
    assert re.search(r"1,000 items, \d\d of them held out", err)
    assert card.corpus.split == "digest"
    assert "from scratch: embedding 8 - lstm 24" in err
    assert "bits per character, held out, from minute " in err
    measured = ["measuring on held-out text", "writing with 1 characters kept", "trying how it is best decoded"]
    assert [line for line in err.splitlines() if line in measured] == measured
    assert "Learning curve of cats" in (models / "cats/curve.svg").read_text()


def test_an_interrupted_training_goes_on(
    file: Path, models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [str(file), "--name", "cats", *QUICK]

    def interrupt(_: TrainingView, standing: TrainingProgress) -> None:
        if standing.epochs > 0.5:
            os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patched:
        patched.setattr(TrainingView, "__call__", interrupt)
        assert main(["train", *words]) == 130
    assert "--name cats --resume` goes on" in capsys.readouterr().err
    assert [path.name for path in models.iterdir()] == [".training-cats"]
    before = TrainingState.read(models / ".training-cats/state.safetensors").history

    assert main(["train", *words]) == 2
    assert "a training of that name was interrupted; --resume" in capsys.readouterr().err
    assert main(["train", "--name", "cats", "--resume", "--units", "5"]) == 2
    assert "--units: a training goes on as it was started" in capsys.readouterr().err

    assert main(["train", "--name", "cats", "--resume", "--minutes", "0"]) == 2
    assert "--minutes 0: allowed are 0.01 to 10000" in capsys.readouterr().err

    assert main(["train", "--name", "cats", "--resume", "--minutes", "77"]) == 0
    card = Model.read(models / "cats").card
    quality = card.quality
    assert quality
    assert card.training
    assert card.training.options["minutes"] == 77
    assert 0.5 < before.epochs < 1
    assert quality.epochs == pytest.approx(2)
    assert [path.name for path in models.iterdir()] == ["cats"]


def test_a_text_comes_by_standard_input_and_the_model_goes_by_standard_output(
    file: Path,
    models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    type_bytes(monkeypatch, file.read_bytes())
    assert main(["train", "-", "--name", "cats", "--to", "-", *QUICK]) == 0
    packed, told = capfdbinary.readouterr()
    assert list(models.iterdir()) == []
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(tmp_path, filter="data")
    model = Model.read(tmp_path / "cats", Settings.load().signing_key)
    assert model.card.corpus
    assert (model.card.corpus.name, model.card.corpus.items) == ("standard input", 1000)
    assert model.converted
    assert (tmp_path / "cats/curve.svg").is_file()
    assert b"written to standard output" in told


def test_training_goes_on_from_a_model(file: Path, models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = replace(random_model("base"), notice="by somebody")
    base.write(models / "base")
    words = ["--from-model", "base", "--epochs", "1", "--rows", "8", "--vocabulary", "corpus"]
    assert main(["train", str(file), "--name", "cats", *words]) == 0
    model = Model.read(models / "cats")
    assert model.card.training
    assert model.card.training.base == "base"
    assert model.notice == base.notice
    assert model.card.characters == base.card.characters
    assert [layer.kind for layer in model.card.layers] == [layer.kind for layer in base.card.layers]
    assert "going on from base" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--name", "Bad Name"], "--name Bad Name: allowed are a-z"),
        (["--name", "taken"], "exists already"),
        (["--units", "0"], "--units 0: allowed are 1 to"),
        (["--from-model", "nobody"], "there is no model 'nobody'"),
        (["--from-model", "base", "--units", "5"], "--units: --from-model base has decided that already"),
        (["--from-model", "base", "--vocabulary", "tutorial"], "--vocabulary tutorial: --from-model base brings"),
        (["--format", "csv"], "cats.txt"),
        (["--resume"], "a training goes on as it was started"),
        (["--from-scratch", "--shortest", "500"], "0 different lines"),
        ([*QUICK, "--learning-rate", "1", "--optimizer", "sgd", "--finish"], "a training goes on as it was started"),
    ],
)
def test_wrong_usage_is_one_line_and_leaves_nothing(
    file: Path, models: Path, capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    random_model("base").write(models / "base")
    (models / "taken").mkdir(parents=True)
    assert main(["train", str(file), "--name", "cats", *words]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("charla train: ")
    assert complaint in last
    assert sorted(path.name for path in models.iterdir()) == ["base", "taken"]


@pytest.mark.parametrize(
    "lines",
    [
        [
            f"{one}{two}{three}{four}。"
            for one in "かたてす"
            for two in "なえとの"
            for three in "きうしせ"
            for four in "さしすせそはひふへほ" * 4
        ],
        [f"{'ABCDEF'[number % 6]}rae{number:05}" for number in range(1500)],
    ],
    ids=["Japanese", "names"],
)
def test_a_model_of_any_script_has_seeds_that_it_can_read(tmp_path: Path, models: Path, lines: list[str]) -> None:
    (tmp_path / "text.txt").write_text("\n".join(f"{line}{n}" for n, line in enumerate(lines)))
    words = ["--from-scratch", "--description", "seeds", *QUICK]
    assert main(["train", str(tmp_path / "text.txt"), "--name", "own", *words]) == 0
    model = Model.read(models / "own")
    assert 1 < len(model.card.use.seeds) <= 5
    assert all(any(line.startswith(seed[:3]) for line in lines) for seed in model.card.use.seeds)
    assert all(map(model.vocabulary.reads, model.card.use.seeds))


def test_a_refusal_says_what_was_left_out_of_an_export(
    tmp_path: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    author = {"name": "ann", "discriminator": "0000", "isBot": True}
    by_bots = [{"type": "Default", "content": f"message {n}", "author": author} for n in range(398)]
    by_people = [{"type": "Default", "content": "hello", "author": author | {"isBot": False}}] * 2
    (tmp_path / "export.json").write_text(json.dumps({"messages": by_bots + by_people}))
    assert main(["train", str(tmp_path / "export.json"), "--name", "cats"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "charla train: the text has 1 different lines: it takes 20 or more, one item a line; of 400 messages 398 were "
        "left out: 398 by bots or webhooks (--webhooks takes what came through webhooks, as PluralKit's)"
    )
    assert not list(models.iterdir())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"just one line, and no more\n", "1 different lines: it takes 20 or more"),
        (b"\x00\x01\x02binary\xff" * 9000, "cats.txt"),
        (b"line\n" * 9000, "1 different lines"),
    ],
)
def test_a_file_that_cannot_be_learned_is_one_line_and_leaves_nothing(
    file: Path, models: Path, capsys: pytest.CaptureFixture[str], content: bytes, complaint: str
) -> None:
    file.write_bytes(content)
    assert main(["train", str(file), "--name", "cats"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert complaint in lines[0]
    assert not models.exists() or not list(models.iterdir())


def test_no_room_on_the_disk_is_one_line_and_leaves_nothing(
    file: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with limit_file_size(4096):
        assert main(["train", str(file), "--name", "cats"]) == 2
    assert capsys.readouterr().err == f"charla train: {models} cannot be written: File too large\n"
    assert list(models.iterdir()) == []


def test_a_training_whose_numbers_run_away_is_one_line_and_leaves_nothing(
    file: Path, models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Trainer,
        "_train_batch",
        lambda trainer, _: trainer._batch_bits.append(math.nan) or trainer._step_back(),
    )
    assert main(["train", str(file), "--name", "cats", *QUICK]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "charla train: the numbers ran away: lower --learning-rate"
    assert list(models.iterdir()) == []


def test_a_resumed_name_that_never_was_is_told(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--name", "cats", "--resume"]) == 2
    assert "there is no training to go on with" in capsys.readouterr().err
    assert not models.exists()
