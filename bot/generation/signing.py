"""Sign what was made here and is run as native code, with a key that no model folder holds.

The key lies in a folder of the operator's, which all processes of one Charla share: it is made when something is first
signed, and never leaves the machine. Where it is lost, nothing is: what it had signed is made, and signed, anew.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Final

from bot.errors import ModelError
from bot.generation.guarded_files import read_guarded

log = logging.getLogger(__name__)

KEY_FILE: Final = "signing.key"
KEY_BYTES: Final = 32
_MOST = 1024
_WRITTEN = re.compile(rb"[0-9a-f]{%d}\n?" % (2 * KEY_BYTES))


class SigningKey:
    """The key in a folder.

    Args:
        folder: where it is kept, in a file that its owner alone can read.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / KEY_FILE

    def sign(self, message: bytes) -> str:
        """Return the signature of a message: its HMAC by SHA-256, in hexadecimal digits.

        Raises:
            ModelError: there is no key yet, and none can be written, or the one there is cannot be read.
        """
        key = self._read()
        if key is None:
            try:
                self._make()
                key = self._read()
            except OSError as error:
                raise ModelError(f"{self._path} cannot be written: {error.strerror or error}") from error
        if key is None:
            raise ModelError(f"{self._path} is no key: remove the file, and a new one is made")
        return _compute(key, message)

    def has_signed(self, message: bytes, signature: str) -> bool:
        """Return whether a signature is this key's for a message; the log says why where the key cannot be read."""
        try:
            key = self._read()
        except ModelError as error:
            log.warning("What was made here cannot be told from other files: %s", error)
            return False
        return key is not None and hmac.compare_digest(_compute(key, message).encode(), signature.encode())

    def _read(self) -> bytes | None:
        """Read the key; return None where there is none, or what is left of a damaged one.

        Raises:
            ModelError: there is a file that may not be read, or is not a regular one.
        """
        try:
            written = read_guarded(self._path, _MOST)
        except FileNotFoundError:
            return None
        return bytes.fromhex(written.decode()) if _WRITTEN.fullmatch(written) else None

    def _make(self) -> None:
        """Write a new key to a file of mode 0600, unless another process has done so in the meantime.

        Raises:
            OSError: it cannot be written.
        """
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=f".{KEY_FILE}-", dir=folder)  # of mode 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{secrets.token_hex(KEY_BYTES)}\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                # A link comes to be whole, and never in place of another process's key.
                os.link(draft, self._path)
            except FileExistsError:
                pass
            except OSError:  # not every file system has links
                Path(draft).replace(self._path)
        finally:
            Path(draft).unlink(missing_ok=True)


def _compute(key: bytes, message: bytes) -> str:
    return hmac.new(key, message, hashlib.sha256).hexdigest()
