"""Predict text by PPMd, a compressor: what a good statistical model makes of it, each byte by those before it.

Source: D. Shkarin, PPM: one step to practicality, Data Compression Conference 2002; variant H, as in 7-Zip, by the
library pyppmd (https://pyppmd.readthedocs.io).
"""

from __future__ import annotations

from collections.abc import Callable

ORDERS = (5, 6, 7, 8, 10, 12)
MOST_LEARNED = 20_000_000
"""At most so many characters are learned from, the last of the text."""
_LEAST_MEMORY, _MOST_MEMORY = 64 << 20, 2040 << 20
_MEMORY_PER_BYTE = 60
"""Enough for the highest order: with less it would forget everything now and then, and start anew."""


def bits_per_character(
    learned: str, held_out: str, on_progress: Callable[[float], None] = lambda _: None
) -> dict[int, float]:
    """Return for each order by how many bits a held-out character makes the compressed text larger.

    PPMd goes on learning as it reads the held-out text, which no other measure here does: that is to its advantage.

    Args:
        learned: what it reads first; of more than `MOST_LEARNED` characters the last ones count.
        held_out: what is measured, at least one character.
        on_progress: is called with the share that is done, after every order.
    """
    before, after = learned[-MOST_LEARNED:].encode(), held_out.encode()
    bits = {}
    for done, order in enumerate(ORDERS, start=1):
        grown = _compressed_size(before + after, order) - _compressed_size(before, order)
        bits[order] = 8 * grown / len(held_out)
        on_progress(done / len(ORDERS))
    return bits


def _compressed_size(data: bytes, order: int) -> int:
    memory = min(max(_LEAST_MEMORY, _MEMORY_PER_BYTE * len(data)), _MOST_MEMORY)
    from pyppmd import Ppmd7Encoder  # noqa: PLC0415 - the slim image has none, and names what `charla evaluate` needs

    encoder = Ppmd7Encoder(order, memory)
    return len(encoder.encode(data)) + len(encoder.flush())
