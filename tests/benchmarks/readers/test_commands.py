from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.readers.__main__ import main
from tests.support.blind_readers import judge, text_file

SEEDS = ["Tea ", "Rain ", "My cat ", "Monday "]


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    """Two files of texts, and the options that say which seeds to take of a file of them."""
    (tmp_path / "seeds.txt").write_text("".join(f"{seed.strip()}\n" for seed in SEEDS))
    named = [
        f"file:{text_file(tmp_path / f'{title}.txt', f'the {title}', SEEDS, f'is {title}.')}"
        for title in ("fox", "owl")
    ]
    return [*named, "--seeds", str(tmp_path / "seeds.txt"), "--pairs", "4"]


def test_from_two_sources_to_a_tally(tmp_path: Path, sources: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    keys = tmp_path / "keys"
    assert (
        main(["sheets", *sources, "--to", str(tmp_path / "sheets" / "1"), "--keys", str(keys), "--readers", "2"]) == 0
    )
    assert len(list((tmp_path / "sheets").iterdir())) == 2
    verdicts = [judge(keys, name, lambda pair, question: "first") for name in ("1-1", "1-2")]
    assert main(["tally", *map(str, verdicts), "--keys", str(keys)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("**the fox**, against the owl; 4 pairs each, 4 from the same seed:")
    assert printed.count(" 100% |") == 3


def test_texts_are_kept_in_a_file_that_is_a_source(tmp_path: Path, sources: list[str]) -> None:
    first, _, option, seeds, *_ = sources
    kept = tmp_path / "kept.txt"
    assert main(["write", first, option, seeds, "--to", str(kept)]) == 0
    assert kept.read_text() == (tmp_path / "fox.txt").read_text()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--pairs", "5"], "seeds.txt has 4 seeds: --pairs 5 needs as many"),
        (["--keys", "sheets"], "sheets would hold the keys and the sheets"),
        (["--seeds", "missing.txt"], "missing.txt cannot be read"),
    ],
)
def test_what_cannot_be_laid_out_ends_with_exit_code_2(
    sources: list[str], change: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sheets", *sources, "--to", "sheets/1", "--keys", "keys", *change]) == 2
    assert message in capsys.readouterr().err


def test_verdicts_that_cannot_be_counted_end_with_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tally", "verdicts/1-1.json", "--keys", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("readers: ")
