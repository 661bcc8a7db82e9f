"""The page's modules one by one, held against the Python that they agree with."""

from __future__ import annotations

import numpy as np
import pytest

from bot.generation import reference
from bot.generation.decode import uniform_stream
from bot.generation.request import Sampling
from bot.generation.vocabulary import Vocabulary
from tests.support.node import needs_node, run_node

pytestmark = needs_node

RANDOM_SEEDS = [0, 1, 7, 2**32 - 1, 2**32, 123_456_789_012_345, 2**53 - 1]


def test_random_numbers_are_numpys_to_the_last_bit() -> None:
    kinds = [(random_seed, completion) for random_seed in RANDOM_SEEDS for completion in (0, 1, 9)]
    told = run_node(
        "parts.mjs", [{"part": "uniforms", "randomSeed": s, "completion": c, "count": 50} for s, c in kinds]
    )
    for kind, numbers in zip(kinds, told, strict=True):
        assert numbers == uniform_stream(*kind).random(50).tolist(), kind


def test_a_random_number_picks_the_same_character_as_in_the_reference() -> None:
    random = np.random.default_rng(5)
    calls = []
    for top_n in (1, 2, 3, 10, 97, 98, 500):
        for u in (0.0, 0.3, 1 - 2**-25, *random.random(20)):
            likely = reference.softmax(random.standard_normal(98).astype(np.float32) * 3)
            calls.append((likely, top_n, float(np.float32(u)) if u < 0.9999 else 1 - 2**-24))
    equal = np.full(98, 1 / 98, np.float32)
    steep = reference.softmax(np.linspace(0, 400, 98, dtype=np.float32))  # most of it underflows to nothing
    calls += [(flat, top_n, u) for flat in (equal, steep) for top_n in (1, 5, 98) for u in (0.0, 0.5, 1 - 2**-24)]
    told = run_node(
        "parts.mjs",
        [{"part": "sample", "probabilities": p.tolist(), "topN": n, "uniform": u} for p, n, u in calls],
    )
    assert told == [reference.sample(p, u, Sampling(n)) for p, n, u in calls]


@pytest.mark.parametrize("temperature", [0.01, 0.5, 1.0, 3.0])
def test_logits_become_the_same_probabilities(temperature: float) -> None:
    logits = np.random.default_rng(6).standard_normal(98).astype(np.float32) * 5
    (told,) = run_node("parts.mjs", [{"part": "softmax", "logits": logits.tolist(), "temperature": temperature}])
    assert np.abs(np.array(told) - reference.softmax(logits / temperature)).max() < 1e-6


@pytest.mark.parametrize(
    ("characters", "typed"),
    [
        (Vocabulary.tutorial().characters, "“It’s a café – naïve…”\u00a0ŒUVRE ß æ ﬁ ½ ☃ 👍🏽 \u200b"),
        ("ABC abcé", "aÉB“c” d e\u0301\tå"),
        ("abc", "A B\nC"),
        ("aá\u0301\u0334", "a" + "\u0301\u0334" * 40 + "a\u0334\u0301"),
        (Vocabulary.tutorial().characters, "Привет, Ελλάδα! 你好世界 한국어 ひらがな שלום مرحبا ½ № ™ Ⅷ 𝔘𝔫𝔦"),
        ("\nあいう。", "あいうえ。 abc É"),
        ("می\u200cخواه ", "می\u200cخواهم ك‌تاب"),
    ],
)
def test_typed_text_comes_to_the_models_characters_as_in_the_bot(characters: str, typed: str) -> None:
    spellings = Vocabulary(characters).list_spellings()
    calls = [
        {"part": part, "characters": characters, "spellings": spellings, "typed": typed} for part in ("fold", "encode")
    ]
    folded, encoded = run_node("parts.mjs", calls)
    assert folded == Vocabulary(characters).fold(typed)
    assert encoded == Vocabulary(characters).encode(typed).tolist()
