from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord.components import _component_factory
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.comparison import TEXT_LIMIT, ask_to_compare_again, ask_to_continue_one, render_comparison
from bot.chat.components import Action, Button, Layout, walk
from bot.chat.markup import units, well_formed
from bot.chat.trim import trim_result
from bot.errors import RefusalError
from bot.generation.request import GenerationRequest, GenerationResult
from bot.limits import MAX_COMPARE_LENGTH, MAX_SEED, MAX_TYPED_SEED
from tests.support.hostile_text import ANYTHING, MARKS

TOP_NS = (1, 2, 3, 5, 10, 98)
LINKS = st.sampled_from(["https://example.org/a_b?c=1", "\nhttps://a.b.", "https://discord.gg/x "])
TEXTS = st.lists(st.text(ANYTHING | MARKS, max_size=30) | LINKS, max_size=3).map("".join)
SEEDS = TEXTS.filter(well_formed)


def results(
    seed: str, texts: list[str], *, length: int = MAX_COMPARE_LENGTH, model: str = "a_b"
) -> list[GenerationResult]:
    """Trimmed results of one seed, which the model read in other characters."""
    requests = [
        GenerationRequest("read *so*\n", top_n=n, length=length, random_seed=7, typed_seed=seed) for n in TOP_NS
    ]
    made = [GenerationResult(r, (text,), model, "numpy", 0.1, 0.2) for r, text in zip(requests, texts, strict=True)]
    return [trim_result(result) for result in made]


def sent(layout: Layout) -> Any:
    """The message as it comes back: sent as JSON, each text of it trimmed by Discord."""
    part = json.loads(json.dumps(layout.container.to_component_dict()).encode())
    for text in texts_in(part):
        text["content"] = text["content"].strip()
    return SimpleNamespace(components=[_component_factory(part)], flags=discord.MessageFlags(ephemeral=True))


def texts_in(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "content" in part:
        yield part
    for inner in part.get("components", ()):
        yield from texts_in(inner)


def buttons(message: Any) -> list[Button]:
    ids = [part.custom_id for part in walk(message.components) if isinstance(part, discord.Button)]
    assert len(ids) == len(set(ids))
    found = [Button.parse(custom_id or "") for custom_id in ids]
    assert None not in found
    return [button for button in found if button]


@given(SEEDS, st.lists(TEXTS, min_size=6, max_size=6), st.booleans())
def test_reading_a_comparison_back_undoes_rendering(seed: str, texts: list[str], keep_links: bool) -> None:
    made = results(seed, texts)
    message = sent(render_comparison(made, 5, keep_links))
    *picks, again, delete = buttons(message)
    assert delete == Button(Action.DELETE, owner=5)
    compared = ask_to_compare_again(message, again)
    assert (compared.seed, compared.model, compared.length) == (well_formed(seed), "a_b", MAX_COMPARE_LENGTH)
    assert compared.private
    for result, pick in zip(made, picks, strict=True):
        ask = ask_to_continue_one(message, pick)
        assert ask.seed == f"{well_formed(seed)}{result.completions[0]}"[-MAX_SEED:]
        assert (ask.top_n, ask.length, ask.model) == (result.request.top_n, MAX_COMPARE_LENGTH, "a_b")


@settings(max_examples=15)  # each cuts six long texts, some characters at a time
@given(st.text(MARKS | ANYTHING, min_size=1).map(lambda text: (text * MAX_TYPED_SEED)[:MAX_TYPED_SEED]), st.booleans())
def test_whatever_the_texts_the_comparison_fits(seed: str, keep_links: bool) -> None:
    made = results(seed, ["*" * MAX_COMPARE_LENGTH] * 6, model="_" * 200)
    layout = render_comparison(made, 5, keep_links)
    shown = [text["content"] for text in texts_in(layout.container.to_component_dict())]
    assert all(shown)
    assert sum(map(units, shown)) <= TEXT_LIMIT
    message = sent(layout)
    ask = ask_to_continue_one(message, buttons(message)[0])
    assert ask.seed is not None
    assert ask.seed.startswith(well_formed(seed))
    assert 150 < len(ask.seed) - len(well_formed(seed)) < MAX_COMPARE_LENGTH  # cut, and by no more than was needed


def test_ordinary_texts_of_the_largest_length_are_shown_whole() -> None:
    text = ("“A word,” he said - and 1. another: it's (so) #1. " * 9)[: MAX_COMPARE_LENGTH - 1] + "."
    message = sent(render_comparison(results("x" * MAX_TYPED_SEED, [text] * 6), 5, False))
    for pick in buttons(message)[:6]:
        assert ask_to_continue_one(message, pick).seed == f"{'x' * MAX_TYPED_SEED}{text}"


@given(st.lists(TEXTS, max_size=3), st.integers(0, 2000))
def test_what_is_no_comparison_is_refused(texts: list[str], seed_length: int) -> None:
    parts = [_component_factory({"type": 10, "content": text, "id": 1}) for text in texts]
    message: Any = SimpleNamespace(components=parts, flags=discord.MessageFlags())
    with pytest.raises(RefusalError):
        ask_to_compare_again(message, Button(Action.COMPARE, seed_length, 150))
    with pytest.raises(RefusalError):
        ask_to_continue_one(message, Button(Action.PICK, seed_length, 150, top_n=3))
