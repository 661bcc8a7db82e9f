"""What somebody put into a model's folder is read as data of a known size, or refused in one line."""

from __future__ import annotations

import json
import os
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import MAX_MESSAGE, ModelError
from bot.generation.card import CARD_FILE, read_card, weight_shapes
from bot.generation.catalog import SHIPPED_MODELS
from bot.generation.guarded_files import read_guarded, refuse_damaged
from bot.generation.learned_text import LEARNED_FILE
from bot.generation.model import NOTICE_FILE, WEIGHTS_FILE, Model
from tests.support.random_models import random_model

FILES = (CARD_FILE, WEIGHTS_FILE, LEARNED_FILE, NOTICE_FILE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED_MODELS / "lexicon", tmp_path / "tiny"))


def link_to_itself_moved(path: Path) -> None:
    elsewhere = path.with_name("..elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere.name)


def link_to(target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return make


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a link to a file that could be read": (link_to_itself_moved, "it is a link"),
    "a link to nothing": (link_to("nowhere"), "it is a link"),
    "a link to a link": (link_to("/proc/self/fd/0"), "it is a link"),
    "a link to a device": (link_to("/dev/zero"), "it is a link"),
    "a pipe": (make_pipe, "it is a pipe"),
    "a folder": (make_folder, "it is a folder"),
}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_regular_file_is_refused_and_not_opened(folder: Path, file: str, kind: str) -> None:
    make, reason = KINDS[kind]
    make(folder / file)
    with pytest.raises(ModelError, match=f"{file} cannot be read: {reason}, allowed is a regular file"):
        Model.read(folder)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(folder: Path, file: str) -> None:
    os.truncate(folder / file, 2**40)  # which takes no room on the disk
    with pytest.raises(ModelError, match=rf"{file} cannot be read: it has 1048576.0 MiB, allowed are [\d.]+ here"):
        Model.read(folder)


def test_a_network_of_gigabytes_is_refused_by_its_card(tmp_path: Path) -> None:
    layers = '[[layers]]\nkind="embedding"\nsize=4096\n' + '[[layers]]\nkind="lstm"\nunits=4096\n' * 31
    (tmp_path / CARD_FILE).write_text(f'characters = "ab"\n{layers}')
    offset, header = 0, {}
    for name, shape in weight_shapes(read_card(tmp_path)).items():
        size = 4 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    (tmp_path / WEIGHTS_FILE).write_bytes(struct.pack("<Q", len(text)) + text)
    os.truncate(tmp_path / WEIGHTS_FILE, 8 + len(text) + offset)
    with pytest.raises(ModelError, match=r"a network of [\d,]+ numbers: allowed are 134,217,728"):
        Model.read(tmp_path)


@pytest.mark.parametrize(
    "card",
    [
        "x = " + "[" * 20_000 + "]" * 20_000,
        "x = " + "9" * 5_000,
        "x = '\ud800'",
        '"\x1b[31m" = 1',
        'description = "\\u001b[31m\\u0007\\u202e' + "long " * 1000 + '"',
        "[" + ".".join("a" * 5_000) + "]",
    ],
)
def test_any_card_is_read_or_refused_in_one_plain_line(folder: Path, card: str) -> None:
    (folder / CARD_FILE).write_bytes(card.encode("utf-8", "surrogatepass"))
    with pytest.raises(ModelError) as caught:
        read_card(folder)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) <= MAX_MESSAGE


@pytest.mark.parametrize("dtype", ["BF16", "F8_E4M3", "NOPE"])
@pytest.mark.parametrize("file", [WEIGHTS_FILE, LEARNED_FILE])
def test_kinds_of_numbers_that_nothing_here_can_read_are_refused(folder: Path, file: str, dtype: str) -> None:
    content = (folder / file).read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header = {name: facts | {"dtype": dtype} for name, facts in header.items() if name != "__metadata__"}
    text = json.dumps(header).encode()
    (folder / file).write_bytes(struct.pack("<Q", len(text)) + text + content[8 + size :])
    with pytest.raises(ModelError, match=f"{file} cannot be read"):
        Model.read(folder)


def test_whatever_a_library_raises_becomes_a_refusal() -> None:
    for error in (MemoryError(), RecursionError("deep"), AttributeError("x\ny"), OverflowError("\x1b[2J")):
        with pytest.raises(ModelError, match=r"^there cannot be read: ") as caught, refuse_damaged(Path("there")):
            raise error
        assert str(caught.value).isprintable()
    with pytest.raises(KeyboardInterrupt), refuse_damaged(Path("there")):
        raise KeyboardInterrupt


def test_a_file_is_read_up_to_the_size_that_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_guarded(tmp_path / "file", 5) == b"12345"
    with pytest.raises(ModelError, match="allowed are"):
        read_guarded(tmp_path / "file", 4)
    with pytest.raises(FileNotFoundError):
        read_guarded(tmp_path / "missing", 4)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_another_user_is_refused_with_the_way_out(folder: Path) -> None:
    (folder / CARD_FILE).chmod(0)
    with pytest.raises(ModelError, match=rf"Permission denied: Charla runs as user \d+ here; .*chmod o\+r {CARD_FILE}"):
        Model.read(folder)


def test_a_model_that_was_written_here_is_read_as_before(tmp_path: Path) -> None:
    model = replace(random_model(), notice="by somebody")
    model.write(tmp_path / "own")
    assert Model.read(tmp_path / "own").equals(replace(model, name="own"))
