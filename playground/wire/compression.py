"""Compress what the gateway sends, one stream a connection."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable
from typing import Any

Encode = Callable[[str], str | bytes]


def encoder(compression: str) -> Encode:
    """Return how messages are encoded on a connection that asked for this compression in its address."""
    if compression == "zlib-stream":
        stream = zlib.compressobj()
        # Each message ends with a flush, whose four last bytes tell the client that it is whole.
        return lambda text: stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)
    if compression == "zstd-stream":
        return _zstd_encoder()
    return lambda text: text


def _zstd_encoder() -> Encode:
    """Return an encoder of one endless frame, flushed after each message; without zstandard, of plain text."""
    try:
        zstandard: Any = importlib.import_module("zstandard")
    except ImportError:
        return lambda text: text
    stream = zstandard.ZstdCompressor().compressobj()
    return lambda text: bytes(stream.compress(text.encode()) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
