from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands import generate
from bot.generation.choose import choose, judge
from bot.generation.request import GenerationRequest
from tests.support.random_models import NumpyCopy, random_model
from tests.support.reference_texts import write_by_reference


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random_model("tiny-one").write(tmp_path / "models/tiny-one")
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))


def generate_by_reference(*words: str) -> int:
    """Run the command with the reference to write, which engines are held against elsewhere: it is ready at once."""
    parser = argparse.ArgumentParser()
    generate.add_arguments(parser)
    return generate.run(parser.parse_args(words), make_copy=lambda _arguments, model: NumpyCopy(model))


def test_standard_output_carries_the_seed_and_the_text_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", "tiny-one", "--seed", "Seed", "--top-n", "5", "--length", "150", "--random-seed", "3"]
    assert main(["generate", *words]) == 0
    request = GenerationRequest("Seed", top_n=5, length=150, random_seed=3)
    assert capsys.readouterr().out == "Seed" + write_by_reference(random_model("tiny-one"), request) + "\n"


def written(request: GenerationRequest, completion: int = 0) -> str:
    return write_by_reference(random_model("tiny-one"), request, completion)


def test_each_of_several_completions_follows_the_seed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", "tiny-one", "--seed", "Seed", "--length", "70", "--random-seed", "3", "--count", "3"]
    assert generate_by_reference(*words) == 0
    request = GenerationRequest("Seed", top_n=random_model().card.use.top_n, length=70, random_seed=3)
    assert capsys.readouterr().out == "".join(f"Seed{written(request, place)}\n" for place in range(3))


def test_without_a_top_n_the_models_card_decides(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", "tiny-one", "--seed", "x", "--length", "200", "--random-seed", "4"]
    assert generate_by_reference(*words) == 0
    out = capsys.readouterr().out
    assert random_model().card.use.top_n == 4
    assert generate_by_reference(*words, "--top-n", "4") == 0
    assert capsys.readouterr().out == out
    assert generate_by_reference(*words, "--top-n", "3") == 0
    assert capsys.readouterr().out != out


def test_first_line_and_temperature_reach_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", "tiny-one", "--seed", "x", "--top-n", "98", "--length", "400", "--random-seed", "4"]
    assert generate_by_reference(*words, "--temperature", "1.5") == 0
    request = GenerationRequest("x", top_n=98, length=400, random_seed=4, temperature=1.5)
    assert capsys.readouterr().out == f"x{written(request)}\n"
    assert "\n" in written(request)
    assert generate_by_reference(*words, "--temperature", "1.5", "--first-line") == 0
    assert capsys.readouterr().out == f"x{written(request)}".split("\n")[0] + "\n"


def test_min_p_reaches_the_text_and_keeps_all_characters_until_then(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", "tiny-one", "--seed", "x", "--length", "150", "--random-seed", "4", "--min-p", "0.2"]
    every = len(random_model().vocabulary)
    assert generate_by_reference(*words) == 0
    request = GenerationRequest("x", top_n=every, length=150, random_seed=4, min_p=0.2)
    assert capsys.readouterr().out == f"x{written(request)}\n"
    assert written(request) != written(replace(request, min_p=0.0))
    assert generate_by_reference(*words, "--top-n", "2") == 0
    assert capsys.readouterr().out == f"x{written(replace(request, top_n=2))}\n"


def test_of_drafts_the_best_is_printed_for_each_completion(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", "tiny-one", "--seed", "x", "--top-n", "98", "--length", "60", "--random-seed", "6"]
    assert generate_by_reference(*words, "--drafts", "4", "--count", "2", "--first-line") == 0
    request = GenerationRequest("x", top_n=98, length=60, random_seed=6, drafts=4, first_line=True)
    rows = [[written(request, place).split("\n")[0] for place in places] for places in (range(4), range(4, 8))]
    best = [choose(judge(drafts, request, None), request)[0] for drafts in rows]
    assert capsys.readouterr().out == "".join(f"x{text}\n" for text in best)
    assert all(text != drafts[0] for text, drafts in zip(best, rows, strict=True))


def test_a_passage_of_a_text_may_be_the_seed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("abcdefghijklmnopqrstuvwxyz " * 9)
    words = ["--model", "tiny-one", "--text-path", str(tmp_path / "text.txt"), "--length", "1"]
    seeds = set()
    for random_seed in (1, 1, 2, 3, 4, 5):
        assert generate_by_reference(*words, "--random-seed", str(random_seed)) == 0
        seed = capsys.readouterr().out[:2]
        assert seed in "abcdefghijklmnopqrstuvwxyz a"
        seeds.add(seed)
    assert 1 < len(seeds) < 6


def test_an_unknown_character_is_noted_and_fed_as_unknown_unless_it_is_folded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--model", "tiny-one", "--seed", "caf\u00e9 \u2603", "--length", "40", "--random-seed", "1"]
    assert generate_by_reference(*words) == 0
    out, err = capsys.readouterr()
    unknown = GenerationRequest("caf\u00e9 \u2603", top_n=4, length=40, random_seed=1)
    assert out == f"caf\u00e9 \u2603{written(unknown)}\n"
    assert "does not know '\u00e9' '\u2603'" in err
    assert generate_by_reference(*words, "--fold") == 0
    out, err = capsys.readouterr()
    assert out == "caf\u00e9 \u2603" + written(GenerationRequest("cafe ", top_n=4, length=40, random_seed=1)) + "\n"
    assert err == ""


def test_the_default_model_may_be_set(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFAULT_MODEL", "tiny-one")
    assert generate_by_reference("--seed", "Seed", "--length", "5") == 0
    assert capsys.readouterr().out.startswith("Seed")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--seed", ""], "the seed is empty"),
        (["--top-n", "0"], "top-n 0: allowed are"),
        (["--length", "-5"], "length -5: allowed are"),
        (["--random-seed", str(2**53)], f"random seed {2**53}: allowed are"),
        (["--count", "0"], "count 0: allowed are"),
        (["--temperature", "0"], "temperature 0.0: allowed are"),
        (["--min-p", "1"], "min-p 1.0: allowed are numbers from 0 to less than 1"),
        (["--drafts", "0"], "drafts 0: allowed are whole numbers from 1 to 10"),
        (["--drafts", "11"], "drafts 11: allowed are whole numbers from 1 to 10"),
        (["--temperature", "nan"], "temperature nan: allowed are"),
        (["--seed", "\u2603", "--fold"], "the seed is empty"),
        (["--characters", "x"], "--characters goes with --checkpoint-path"),
        (["--model", "unknown"], "there is no model 'unknown': there are "),
    ],
)
def test_a_value_that_is_not_allowed_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert main(["generate", "--model", "tiny-one", "--seed", "Seed", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"charla generate: {complaint}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_a_text_that_cannot_be_read_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path if content is None else tmp_path / "text.txt"
    if content is not None:
        path.write_bytes(content)
    for words in (["--text-path", str(path)], ["--text-path", str(tmp_path / "missing")]):
        assert main(["generate", "--model", "tiny-one", *words]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"charla generate: --text-path {words[1]} ")
        assert err.count("\n") == 1


def test_a_wrong_setting_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKERS", "lots")
    assert main(["generate", "--seed", "Seed"]) == 2
    assert capsys.readouterr().err.startswith("charla generate: WORKERS is 'lots': allowed is ")


def test_a_closed_pipe_ends_it_quietly() -> None:
    command = [sys.executable, "-m", "bot", "generate", "--seed", "x", "--length", "1000000", "--engine", "litert"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(1000).startswith(b"x")
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(30) == 0
