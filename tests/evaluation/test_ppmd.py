from __future__ import annotations

import random

from bot.evaluation import ppmd


def test_text_like_what_was_learned_takes_few_bits_and_noise_takes_many() -> None:
    source = random.Random(1)
    words = ["the", "cat", "sat", "on", "a", "mat"]
    learned, alike = (" ".join(source.choices(words, k=k)) for k in (4000, 400))
    noise = "".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=1500))
    bits = ppmd.bits_per_character(learned, alike)
    assert tuple(bits) == ppmd.ORDERS
    # A word of six, and nothing else, is left to chance: log2(6) bits for about 3.8 characters.
    assert 0.5 < min(bits.values()) < 0.9
    assert min(ppmd.bits_per_character(learned, noise).values()) > 4
