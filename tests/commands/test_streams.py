"""Tar archives on standard input and output, by which a container needs no mount."""

from __future__ import annotations

import io
import os
import sys
import tarfile
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.streams import MAX_ARCHIVED, open_standard_output, read_model_tar, write_tar
from bot.errors import InvalidInputError
from bot.generation.model import Model
from tests.support.random_models import random_model
from tests.support.typed_input import type_bytes

PrintedBytes = pytest.CaptureFixture[bytes]


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models/mine"
    random_model("mine").write(folder)
    monkeypatch.setenv("MODELS_DIR", str(folder.parent))
    return folder


def archive(folder: Path) -> bytes:
    packed = io.BytesIO()
    write_tar(folder, packed)
    return packed.getvalue()


def contents(packed: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        files = {member.name: tar.extractfile(member) for member in tar if member.isfile()}
        return {name: file.read() for name, file in files.items() if file}


def hand_made(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for member, content in members:
            member.size = member.size or len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def link(name: str, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member


def test_an_archive_tells_nothing_of_this_machines_users(mine: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive(mine))) as tar:
        members = tar.getmembers()
    assert {member.name.partition("/")[0] for member in members} == {"mine"}
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}


def test_an_export_is_the_same_by_name_and_by_archive_and_leaves_nothing(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: PrintedBytes
) -> None:
    assert main(["export", "mine", "--to", "page"]) == 0
    capfdbinary.readouterr()
    assert main(["export", "mine", "--to", "-"]) == 0
    by_name, err = capfdbinary.readouterr()
    assert err == b""
    page = {f"mine/{path.name}": path.read_bytes() for path in (tmp_path / "page").iterdir()}
    assert contents(by_name) == page
    type_bytes(monkeypatch, archive(mine))
    assert main(["export", "-", "--to", "-"]) == 0
    assert contents(capfdbinary.readouterr().out) == page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models", "page"]


def test_a_file_for_keras_comes_in_an_archive(capfdbinary: PrintedBytes) -> None:
    assert main(["export", "mine", "--to", "-", "--keras"]) == 0
    ((name, content),) = contents(capfdbinary.readouterr().out).items()
    assert name == "mine.keras"
    assert content.startswith(b"PK")


def test_elsewhere_a_files_name_says_that_it_is_for_keras(capfdbinary: PrintedBytes) -> None:
    assert main(["export", "mine", "--to", "page", "--keras"]) == 2
    assert b"--keras goes with --to -: a file for Keras is one whose name" in capfdbinary.readouterr().err


def test_of_a_models_archive_only_what_an_export_needs_is_read(mine: Path, tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in mine.iterdir()}
    strange = [
        (tarfile.TarInfo("../outside/card.toml"), b"x = 1"),
        (tarfile.TarInfo("mine/litert.safetensors"), b"code"),
        (tarfile.TarInfo("mine/deeper/notes.txt"), b"notes"),
        (link("mine/NOTICE", "/etc/passwd"), b""),
    ]
    packed = hand_made(*((tarfile.TarInfo(f"./mine/{name}"), each) for name, each in files.items()), *strange[1:])
    read = read_model_tar(io.BytesIO(packed))
    assert read.fingerprint == Model.read(mine).fingerprint
    assert (read.name, read.conversion, read.notice) == ("mine", None, "")
    with pytest.raises(InvalidInputError, match="several models"):
        read_model_tar(io.BytesIO(hand_made((tarfile.TarInfo("mine/card.toml"), b""), strange[0])))
    assert not (tmp_path.parent / "outside").exists()


def huge() -> tarfile.TarInfo:
    member = tarfile.TarInfo("mine/weights.safetensors")
    member.size = MAX_ARCHIVED + 1
    return member


@pytest.mark.parametrize(
    ("packed", "complaint"),
    [
        (b"", "standard input is no tar archive that can be read: "),
        (b"no archive" * 1000, "standard input is no tar archive that can be read: "),
        (
            hand_made((tarfile.TarInfo("mine/notes.txt"), b"")),
            "standard input holds no model: allowed is a tar archive",
        ),
        (hand_made((tarfile.TarInfo("mine/card.toml"), b"x = ")), "mine/card.toml cannot be read"),
        (huge().tobuf(), "weights.safetensors has 512 MiB: at most 512 are allowed"),
    ],
    ids=["nothing", "text", "another folder", "a broken model", "too large"],
)
def test_what_is_no_models_archive_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: PrintedBytes, packed: bytes, complaint: str
) -> None:
    type_bytes(monkeypatch, packed)
    assert main(["export", "-", "--to", "-"]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert err.startswith(b"charla export: ")
    assert complaint in err.decode()
    assert err.count(b"\n") == 1


def test_no_archive_is_written_to_a_terminal(monkeypatch: pytest.MonkeyPatch, capfdbinary: PrintedBytes) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for words in (["export", "mine", "--to", "-"], ["train", "text.txt", "--name", "new", "--to", "-"]):
        assert main(words) == 2
        out, err = capfdbinary.readouterr()
        assert out == b""
        assert b"--to - writes a tar archive: send standard output to a file, as in > model.tar\n" in err


def test_what_is_printed_meanwhile_goes_to_standard_error(capfdbinary: PrintedBytes) -> None:
    with open_standard_output("--to -") as out:
        sys.stdout.write("a greeting\n")
        os.write(1, b"and one of compiled code\n")
        out.write(b"archive")
    sys.stdout.write(" and more")
    sys.stdout.flush()
    assert capfdbinary.readouterr() == (b"archive and more", b"a greeting\nand one of compiled code\n")


def test_an_archive_that_finds_no_room_is_one_line(mine: Path) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(InvalidInputError, match="No space left"):
        write_tar(mine, full)
