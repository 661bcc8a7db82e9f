from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.generation.signing import KEY_FILE, SigningKey


def test_a_signature_is_of_one_message_by_one_key(tmp_path: Path) -> None:
    key = SigningKey(tmp_path / "data")
    signature = key.sign(b"message")
    assert key.has_signed(b"message", signature)
    assert SigningKey(tmp_path / "data").has_signed(b"message", signature), "another process knows it"
    assert not key.has_signed(b"another", signature)
    assert not SigningKey(tmp_path / "elsewhere").has_signed(b"message", signature)
    assert not any(key.has_signed(b"message", wrong) for wrong in ("", "é", signature[:-1], signature.upper()))


def test_the_key_is_made_at_its_first_use_for_its_owner_alone(tmp_path: Path) -> None:
    key = SigningKey(tmp_path / "data")
    assert not key.has_signed(b"message", "")
    assert not (tmp_path / "data").exists(), "to look makes nothing"
    before = os.umask(0)
    try:
        key.sign(b"message")
    finally:
        os.umask(before)
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE]
    assert (tmp_path / "data" / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_processes_that_make_it_at_the_same_time_get_one(tmp_path: Path) -> None:
    together, signatures = threading.Barrier(8), set[str]()

    def sign() -> None:
        key = SigningKey(tmp_path)
        together.wait()
        signatures.add(key.sign(b"message"))

    threads = [threading.Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(signatures) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_lost_key_is_made_anew_and_no_longer_knows_what_the_old_one_signed(tmp_path: Path) -> None:
    key = SigningKey(tmp_path)
    signature = key.sign(b"message")
    (tmp_path / KEY_FILE).unlink()
    assert not key.has_signed(b"message", signature)
    assert key.sign(b"message") != signature


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 65, b"x" * 2**16])
def test_a_damaged_key_signs_nothing_and_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    assert not SigningKey(tmp_path).has_signed(b"message", "")
    with pytest.raises(ModelError, match=KEY_FILE):
        SigningKey(tmp_path).sign(b"message")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(ModelError, match=f"{KEY_FILE} c"):
        SigningKey(tmp_path / "data").sign(b"message")
